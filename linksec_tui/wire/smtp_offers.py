"""What a submission server offers in its EHLO answer (RFC 5321 §4.1.1.1)."""

from __future__ import annotations

from dataclasses import dataclass

from linksec_tui.formats.declaration_record import DeclarationRecord, parse_linksec_keyword

_MAX_SIZE = 20  # digits (RFC 1870 §4)


@dataclass(frozen=True, slots=True, kw_only=True)
class Offers:
    """The extensions that we use. `size`: None where not told, 0 for no fixed limit; `linksec_level` 0 for none."""

    starttls: bool = False
    auth: frozenset[str] = frozenset()
    size: int | None = None
    eightbitmime: bool = False
    smtputf8: bool = False
    dsn: bool = False
    requiretls: bool = False
    deliver_by: int | None = None  # RFC 2852 §3: the least number of seconds, 0 where none is told; None: not offered
    linksec_level: int = 0
    linksec_max_age: int = 0


def parse_offers(answer: str) -> Offers:
    """The lines of an EHLO answer, without their codes; the first one is the server's name."""
    found: dict[str, str] = {}
    for line in answer.split("\n")[1:]:
        # "AUTH=PLAIN" is an old spelling that is still met beside the right one
        keyword, _, rest = line.strip().partition(" ")
        found.setdefault(keyword.upper(), rest.strip())
    declared = parse_linksec_keyword(found.get("LINKSEC", ""))
    promise = declared if isinstance(declared, DeclarationRecord) else None
    size = found.get("SIZE", "")
    return Offers(
        starttls="STARTTLS" in found,
        auth=frozenset(found.get("AUTH", "").upper().split()),
        size=_number(size) if "SIZE" in found else None,
        eightbitmime="8BITMIME" in found,
        smtputf8="SMTPUTF8" in found,
        dsn="DSN" in found,
        requiretls="REQUIRETLS" in found,
        deliver_by=_number(found["DELIVERBY"]) if "DELIVERBY" in found else None,
        linksec_level=promise.level if promise else 0,
        linksec_max_age=promise.max_age if promise else 0,
    )


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) <= _MAX_SIZE else 0
