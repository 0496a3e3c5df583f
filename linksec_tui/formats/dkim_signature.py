"""`DKIM-Signature` → what it claims to cover, by whom and until when (RFC 6376 §3.5, RFC 8301, RFC 8463).

Stricter than the standard where leniency helps a forger: what covers only the beginning of a text (`l=`), what does
not cover From, and SHA-1 vouch for nothing.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from linksec_tui.formats.tag_list import parse_tag_list, without_blanks
from linksec_tui.model.address import parse_domain
from linksec_tui.model.errors import BadInput

MAX_FIELDS = 200  # header fields that a signature covers
LONGEST_BLANK = 200  # characters of folding in one place; more would only keep a verifier busy

_SELECTOR = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9_-]{0,62})(?:\.[A-Za-z0-9](?:[A-Za-z0-9_-]{0,62}))*")
_BLANKS = re.compile(rf"\s{{{LONGEST_BLANK}}}")
_BASE64 = re.compile(r"[A-Za-z0-9+/]+={0,2}")
_NEEDED = frozenset({"v", "a", "b", "bh", "d", "h", "s"})
_ALGORITHMS = {"rsa-sha256": "rsa", "ed25519-sha256": "ed25519"}
_CANONICAL = frozenset({"simple", "relaxed"})


@dataclass(frozen=True, slots=True, kw_only=True)
class DkimSignature:
    """`problem` says why it vouches for nothing; `expires` in seconds since 1970, or None."""

    domain: str = ""
    selector: str = ""
    identity: str = ""  # the domain in i=
    key_type: str = ""
    expires: int | None = None
    relaxed_body: bool = False
    problem: str = ""

    @property
    def key_name(self) -> str:
        """Where its key is published."""
        return f"{self.selector}._domainkey.{self.domain}"


def parse_dkim_signature(value: str) -> DkimSignature:
    """Never raises; what is wrong is `problem`, a sentence."""
    tags = None if _BLANKS.search(value) else parse_tag_list(value)
    if tags is None or not tags.keys() >= _NEEDED:
        return DkimSignature(problem="The signature is not whole.")
    try:
        domain = parse_domain(tags["d"])
        identity = parse_domain(tags["i"].rpartition("@")[2]) if "i" in tags else domain
    except BadInput:
        return DkimSignature(problem="The signature names no domain.")
    if not _SELECTOR.fullmatch(tags["s"]) or len(tags["s"]) + len(domain) > 240:
        return DkimSignature(domain=domain, problem="The signature names no key.")
    signature = DkimSignature(
        domain=domain,
        selector=tags["s"].lower(),
        identity=identity,
        key_type=_ALGORITHMS.get(tags["a"].lower(), ""),
        expires=_seconds(tags.get("x", "")),
        relaxed_body=tags.get("c", "").lower().partition("/")[2].strip() == "relaxed",
    )
    problem = _problem(tags, signature)
    return DkimSignature(domain=domain, selector=signature.selector, problem=problem) if problem else signature


def _problem(tags: dict[str, str], signature: DkimSignature) -> str:
    covered = [name.strip().lower() for name in tags["h"].split(":")]
    if tags["v"] != "1" or tags.get("q", "dns/txt") != "dns/txt":
        return "The signature is of a kind that is not known."
    if not signature.key_type:
        return "The signature is made in a way that is not safe any more."  # RFC 8301 §3.1: rsa-sha1
    if "from" not in covered or len(covered) > MAX_FIELDS:
        return "The signature does not cover the sender."  # RFC 6376 §5.4
    if "l" in tags:
        return "The signature covers only the beginning of the text."  # §8.2: anything may follow
    if not f".{signature.identity}".endswith(f".{signature.domain}"):
        return "The signature names two domains."
    if not {part.strip().lower() for part in tags.get("c", "simple").split("/")} <= _CANONICAL:
        return "The signature is of a kind that is not known."
    if not all(_BASE64.fullmatch(without_blanks(tags[name])) for name in ("b", "bh")):
        return "The signature is not whole."
    return ""


def _seconds(text: str) -> int | None:
    return int(text) if re.fullmatch(r"[0-9]{1,12}", text) else None
