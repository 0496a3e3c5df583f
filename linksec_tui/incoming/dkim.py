"""DKIM signatures verified here (RFC 6376), with the keys handed in: nothing is looked up, and no clock is read.

dkimpy selects the fields, brings them into canonical form and compares. It trusts its input, though: it takes SHA-1 and
partial signatures, spends a second of work for every ten kilobytes of blanks in a text, and minutes on a key made for
that. So `formats` judges signature and key before, `dkim_body` hashes the text piece by piece, and sizes are bounded.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import TYPE_CHECKING, Any, cast

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from linksec_tui.formats.dkim_key import PublicKey, parse_dkim_key
from linksec_tui.formats.dkim_signature import DkimSignature
from linksec_tui.formats.mime import MAX_HEADER_BLOCK, MAX_HEADERS
from linksec_tui.incoming.alignment import aligned
from linksec_tui.incoming.dkim_body import body_hash
from linksec_tui.incoming.dkim_carried import KeyAnswer, signatures_of
from linksec_tui.model.sender import DkimCheck, Examiner

if TYPE_CHECKING:
    from linksec_tui.formats.mime import MimePart


_FIELD = re.compile(rb"([!-9;-~]{1,200}):")

Fields = list[tuple[bytes, bytes]]


def verify(
    message: MimePart, sender_domain: str, keys: Mapping[str, KeyAnswer], now: datetime
) -> tuple[DkimCheck, ...]:
    """A verdict on each signature. Never raises; a hostile message costs time by its length and no more."""
    letter = _Letter.of(message.source)
    return tuple(
        replace(_verdict(letter, place, signature, keys, now), aligned=aligned(signature.domain, sender_domain))
        for place, signature in signatures_of(message, sender_domain)
    )


@dataclass(slots=True)
class _Letter:
    """Header fields as dkimpy wants them, the text, and the hashes over it."""

    fields: Fields
    body: bytes
    hashes: dict[bool, bytes] = field(default_factory=dict[bool, bytes])

    @classmethod
    def of(cls, source: bytes) -> _Letter | None:
        """None where the header is not one."""
        head, separator, body = _split(source)
        lines = re.split(rb"\r?\n", head)
        if len(head) > MAX_HEADER_BLOCK or len(lines) > 4 * MAX_HEADERS:
            return None
        fields: Fields = []
        for line in lines:
            found = _FIELD.match(line)
            if line[:1] in (b" ", b"\t") and fields:
                fields[-1] = (fields[-1][0], fields[-1][1] + line + b"\r\n")
            elif found:
                fields.append((found[1], line[found.end() :] + b"\r\n"))
            elif line and (fields or not line.startswith((b"From ", b">From "))):
                return None
        return cls(fields=fields, body=_with_line_ends(body) if separator else b"")

    def text_hash(self, *, relaxed: bool) -> bytes:
        """Of the canonical text; computed once, however many signatures there are."""
        if relaxed not in self.hashes:
            self.hashes[relaxed] = body_hash(self.body, relaxed=relaxed)
        return self.hashes[relaxed]


def _with_line_ends(body: bytes) -> bytes:
    """As it was sent (RFC 5321 §2.3.8); a file may have lost half of them, a server's answer has not."""
    whole = body.count(b"\n") == body.count(b"\r\n")
    return body if whole else body.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")


def _split(source: bytes) -> tuple[bytes, bytes, bytes]:
    found = re.search(rb"\r?\n\r?\n", source[: 2 * MAX_HEADER_BLOCK])
    if found is None:
        return source, b"", b""
    return source[: found.start()], found.group(), source[found.end() :]


def _verdict(
    letter: _Letter | None, place: int, signature: DkimSignature, keys: Mapping[str, KeyAnswer], now: datetime
) -> DkimCheck:
    if signature.problem:
        return _found(signature, "neutral", signature.problem)
    if signature.expires is not None and now.timestamp() > signature.expires:
        return _found(signature, "neutral", "The signature has run out since.")
    answer = keys.get(signature.key_name, KeyAnswer(failure="not asked"))
    if answer.failure:
        return _found(signature, "temperror", f"The domain's key could not be looked up ({answer.failure}).")
    if len(answer.texts) != 1:
        why = "The domain publishes no such key." if not answer.texts else "The domain publishes two keys there."
        return _found(signature, "permerror", why)
    key = parse_dkim_key(answer.texts[0], signature.key_type)
    if key.key is None:
        return _found(signature, "permerror", key.problem)
    if key.exact and signature.identity != signature.domain:
        return _found(signature, "permerror", "The key is not for addresses below the domain.")
    if letter is None:
        return _found(signature, "permerror", "The header lines of the message are broken.")
    if _holds(letter, place, signature, key.key):
        return _found(signature, "pass", "")
    changed = "The signature does not fit: it was changed on the way, or somebody else wrote it."
    return replace(_found(signature, "fail", changed), broken=True)


def _found(signature: DkimSignature, result: str, why: str) -> DkimCheck:
    return DkimCheck(domain=signature.domain, selector=signature.selector, result=result, by=Examiner.HERE, why=why)


def _holds(letter: _Letter, place: int, signature: DkimSignature, key: PublicKey) -> bool:
    import dkim  # deferred: 60 ms, only when somebody asks

    given = _Given.of(key)

    class Verifier(dkim.DKIM):  # type: ignore[misc]  # dkimpy has no types
        """Takes the key from us, instead of from DNS by a reader that trusts it, and the hash over the text."""

        def verify_sig(self, sig: Any, include_headers: Any, sig_header: Any, dnsfunc: Any) -> bool:
            if base64.b64decode(b"".join(sig[b"bh"].split())) != letter.text_hash(relaxed=signature.relaxed_body):
                return False
            sig = {name: value for name, value in sig.items() if name != b"bh"}
            self.pk, self.keysize, self.ktag, self.seqtlsrpt = given.pk, given.bits, given.kind, False
            return bool(cast("Any", self).verify_sig_process(sig, include_headers, sig_header, dnsfunc))

    verifier = cast("Any", Verifier)()
    verifier.headers = [list(field) for field in letter.fields]
    verifier.body = b""
    try:
        return bool(verifier.verify(place)) and given.held
    except (dkim.DKIMException, ValueError, ArithmeticError, AssertionError, LookupError, TypeError):
        return False  # what dkimpy trips over is not signed


@dataclass(slots=True)
class _Given:
    """A key in dkimpy's form. An Ed25519 key is asked to verify, and remembers what it said."""

    pk: object
    bits: int
    kind: bytes
    held: bool = True
    _ed25519: Ed25519PublicKey | None = None

    @classmethod
    def of(cls, key: PublicKey) -> _Given:
        if isinstance(key, Ed25519PublicKey):
            given = cls(pk=None, bits=256, kind=b"ed25519", held=False, _ed25519=key)
            given.pk = given
            return given
        return cls(pk={"modulus": key.n, "publicExponent": key.e}, bits=key.n.bit_length(), kind=b"rsa")

    def verify(self, digest: bytes, signature: bytes) -> None:
        """RFC 8463 §3: the signature is over the hash."""
        assert self._ed25519 is not None
        try:
            self._ed25519.verify(signature, digest)
            self.held = True
        except InvalidSignature:
            self.held = False
