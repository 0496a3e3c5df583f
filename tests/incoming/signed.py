"""Signed messages: the one that RFC 8463 prints, and others signed here by the words of RFC 6376, not by a library."""

from __future__ import annotations

import hashlib
from base64 import b64encode
from dataclasses import dataclass
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from linksec_tui.incoming.dkim_carried import KeyAnswer

DOMAIN = "football.example.com"
RFC8463 = (Path(__file__).parents[1] / "cases" / "rfc8463.eml").read_bytes()
ED25519_KEY = "v=DKIM1; k=ed25519; p=11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo="
RSA_KEY = (
    "v=DKIM1; k=rsa; p=MIGfMA0GCSqGSIb3DQEBAQUAA4GNADCBiQKBgQDkHlOQoBTzWRiGs5V6NpP3idY6Wk08a5qhdR6wy5bdOKb2jLQiY/"
    "J16JYi0Qvx/byYzCNb3W91y3FutACDfzwQ/BC/e/8uBsCR+yz1Lxj+PL6lHvqMKrM3rG4hstT5QjvHO9PzoxZyVYLzBfO2EeC3Ip3G+2kryOTIKT"
    "+l/K4w3QIDAQAB"
)
RFC8463_KEYS = {
    f"brisbane._domainkey.{DOMAIN}": KeyAnswer(texts=(ED25519_KEY,)),
    f"test._domainkey.{DOMAIN}": KeyAnswer(texts=(RSA_KEY,)),
}

_PRIVATE = Ed25519PrivateKey.from_private_bytes(hashlib.sha256(b"a key for tests").digest())
OUR_KEY = "v=DKIM1; k=ed25519; p=" + b64encode(
    _PRIVATE.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
).decode("ascii")


@dataclass(frozen=True, slots=True, kw_only=True)
class Signing:
    """What is said in a signature; `more` are further tags."""

    domain: str = "shop.example"
    algorithm: str = "ed25519-sha256"
    covered: str = "from:subject"
    more: str = ""
    version: str = "1"


def signed(body: bytes, signing: Signing | None = None, sender: str = "Shop <news@shop.example>") -> bytes:
    """A short message whose relaxed canonical form (RFC 6376 §3.4.2, §3.4.4) is written down here by hand."""
    signing = signing or Signing()
    canonical = {"from": f"from:{sender}\r\n", "subject": "subject:A letter\r\n"}
    body_hash = b64encode(hashlib.sha256(body).digest()).decode()
    head = (
        f"v={signing.version}; a={signing.algorithm}; c=relaxed/relaxed; d={signing.domain}; s=s1;"
        f"{signing.more} h={signing.covered}; bh={body_hash}; b="
    )
    covered = "".join(canonical.get(name, "") for name in signing.covered.split(":"))
    digest = hashlib.sha256(f"{covered}dkim-signature:{head}".encode()).digest()
    signature = b64encode(_PRIVATE.sign(digest)).decode()
    fields = f"DKIM-Signature: {head}{signature}\r\nFrom: {sender}\r\nSubject: A letter\r\n\r\n"
    return fields.encode() + body
