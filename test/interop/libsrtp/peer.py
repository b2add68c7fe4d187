"""libsrtp as a foreign end: a line on its input names what to do, a line on its output has what came of it.

The first argument is the name of a suite, the second the master key and salt in hexadecimal. Lines are `protect`,
`unprotect`, `protect_rtcp` or `unprotect_rtcp` and a packet in hexadecimal.
"""

import sys

from pylibsrtp import Error, Policy, Session

PROFILES = {
    "AES_CM_128_HMAC_SHA1_80": Policy.SRTP_PROFILE_AES128_CM_SHA1_80,
    "AES_CM_128_HMAC_SHA1_32": Policy.SRTP_PROFILE_AES128_CM_SHA1_32,
    "AEAD_AES_128_GCM": Policy.SRTP_PROFILE_AEAD_AES_128_GCM,
    "AEAD_AES_256_GCM": Policy.SRTP_PROFILE_AEAD_AES_256_GCM,
}


def session(direction: int) -> Session:
    key = bytes.fromhex(sys.argv[2])
    return Session(Policy(key=key, ssrc_type=direction, srtp_profile=PROFILES[sys.argv[1]]))


sending = session(Policy.SSRC_ANY_OUTBOUND)
receiving = session(Policy.SSRC_ANY_INBOUND)
for line in sys.stdin:
    what, packet = line.split()
    side = receiving if what.startswith("un") else sending
    try:
        print(getattr(side, what)(bytes.fromhex(packet)).hex(), flush=True)
    except Error as error:
        print(f"refused: {error}", flush=True)
