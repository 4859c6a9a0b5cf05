// Asks @digitalbazaar/vc whether it accepts a credential; told once more, by people we do not know.
// Usage: node verify.mjs REQUEST.json, where the request holds the credentials, the contexts and
// the DID documents. Prints a JSON list of {verified, error}. Nothing is fetched.
import {readFileSync} from 'node:fs';
import {DataIntegrityProof} from '@digitalbazaar/data-integrity';
import {cryptosuite as eddsa} from '@digitalbazaar/eddsa-rdfc-2022-cryptosuite';
import {cryptosuite as ecdsa} from '@digitalbazaar/ecdsa-rdfc-2019-cryptosuite';
import * as vc from '@digitalbazaar/vc';

const request = JSON.parse(readFileSync(process.argv[2], 'utf8'));
const documents = new Map(Object.entries(request.documents));

async function documentLoader(url) {
  const [base] = url.split('#');
  const whole = documents.get(url) ?? documents.get(base);
  if (whole === undefined) {
    throw new Error(`not in the request, and nothing is fetched: ${url}`);
  }
  let document = whole;
  if (url.includes('#') && !documents.has(url)) {
    const method = (whole.verificationMethod ?? []).find(m => m.id === url);
    if (method === undefined) {
      throw new Error(`no such key: ${url}`);
    }
    document = {'@context': 'https://w3id.org/security/multikey/v1', ...method};
  }
  return {contextUrl: null, documentUrl: url, document};
}

const answers = [];
for (const credential of request.credentials) {
  const suite = [eddsa, ecdsa].map(cryptosuite => new DataIntegrityProof({cryptosuite}));
  const checkStatus = async () => ({verified: true});
  const result = await vc.verifyCredential({credential, suite, documentLoader, checkStatus});
  const error = result.error?.errors?.map(e => e.message).join('; ') ?? result.error?.message;
  answers.push({verified: result.verified, error: error ?? null});
}
process.stdout.write(JSON.stringify(answers));
