// A long-lived @digitalbazaar/vc for `make bench`: asked on stdin, answers on stdout, a line of JSON
// each. {do: 'setup', documents, issue: {name: document}, verify: {name: [credential]}}, then
// {do: 'issue' | 'verify', name, count}. Its key is its own and fresh. Nothing is fetched or kept.
import {createInterface} from 'node:readline';
import * as Ed25519Multikey from '@digitalbazaar/ed25519-multikey';
import {DataIntegrityProof} from '@digitalbazaar/data-integrity';
import {cryptosuite} from '@digitalbazaar/eddsa-rdfc-2022-cryptosuite';
import * as vc from '@digitalbazaar/vc';

let documents = new Map();
let issued = {};
let verified = {};
let signer = null;

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

async function setup(request) {
  documents = new Map(Object.entries(request.documents));
  issued = request.issue ?? {};
  verified = request.verify ?? {};
  const controller = 'did:web:node.example';
  const key = await Ed25519Multikey.generate({id: `${controller}#bench`, controller});
  signer = key.signer();
  return {count: 0};
}

async function issue(name) {
  const suite = new DataIntegrityProof({cryptosuite, signer});
  await vc.issue({credential: structuredClone(issued[name]), suite, documentLoader});
}

async function verify(name, number) {
  const credential = verified[name][number % verified[name].length];
  const suite = new DataIntegrityProof({cryptosuite});
  const checkStatus = async () => ({verified: true});
  const result = await vc.verifyCredential({credential, suite, documentLoader, checkStatus});
  if (!result.verified) {
    const errors = result.error?.errors?.map(e => e.message).join('; ');
    throw new Error(errors ?? result.error?.message ?? 'refused');
  }
}

async function measured(work, count) {
  const cpu = process.cpuUsage();
  const begun = process.hrtime.bigint();
  for (let number = 0; number < count; number++) {
    await work(number);
  }
  const wall = Number(process.hrtime.bigint() - begun) / 1e9;
  const used = process.cpuUsage(cpu);
  return {count, wall_s: wall, cpu_s: (used.user + used.system) / 1e6};
}

async function answer(request) {
  if (request.do === 'setup') {
    return setup(request);
  }
  const work = request.do === 'issue' ? issue : verify;
  return measured(number => work(request.name, number), request.count);
}

for await (const line of createInterface({input: process.stdin})) {
  let said;
  try {
    said = await answer(JSON.parse(line));
  } catch (error) {
    said = {error: `${error.name}: ${error.message}`};
  }
  process.stdout.write(JSON.stringify(said) + '\n');
}
