"""What another implementation says of a signature that was just made here.

RFC 8032 §5.1.7 (https://www.rfc-editor.org/rfc/rfc8032) by libsodium, where OpenSSL or a token
signed: whoever made a fault does not judge it. It is asked before something is released. This
module signs nothing, and says nothing of a stranger's signature: that is for `keys.public`.
"""

from nacl.exceptions import CryptoError
from nacl.signing import VerifyKey

from keys.algorithms import Algorithm, BadSignature
from keys.public import PublicKey


def verify(key: PublicKey, signature: bytes, data: bytes) -> None:
    """As `PublicKey.verify`, by libsodium where ``key`` is of Ed25519; raises BadSignature.

    It refuses whatever OpenSSL refuses, and points of small order besides.
    """
    if key.algorithm is not Algorithm.ED25519:
        # libsodium knows no other curve.
        key.verify(signature, data)
        return
    try:
        VerifyKey(key.raw).verify(data, signature)
    # A signature of another length is a ValueError of theirs, and that is a CryptoError too.
    except CryptoError as fault:
        msg = "the signature does not fit the data and the key, says another implementation"
        raise BadSignature(msg) from fault
