"""One part of a message taken out of it, by its number: its octets, its text, or the message that it is."""

from __future__ import annotations

from dataclasses import replace

from linksec_tui.formats.header_text import decode_words
from linksec_tui.formats.mime import MimePart, parse_message
from linksec_tui.formats.uuencoded import decode_uuencoded, find_uuencoded
from linksec_tui.incoming.flowed import unflow
from linksec_tui.incoming.parts import part_numbered
from linksec_tui.incoming.plain import plain_text
from linksec_tui.incoming.text import reading_of
from linksec_tui.model.errors import BadInput
from linksec_tui.model.message import Header, Reading
from linksec_tui.model.reading import Wish
from linksec_tui.model.visible import visible_body, visible_text

MAX_TEXT = 4 << 20  # octets of a part that are looked at as text


def content_of(raw: bytes, number: str, most: int) -> bytes:
    """What the part holds. Raises BadInput where there is none of that number."""
    part, which = _part(raw, number)
    if which:
        words = part.text(most)
        found = next((each for count, each in enumerate(find_uuencoded(words), 1) if count == which), None)
        return decode_uuencoded(words[found.body : found.end]) if found else b""
    return part.decoded(most)


def text_of(raw: bytes, number: str) -> str:
    """The part as visible text, whatever it is; a page as its words. Raises BadInput."""
    part, which = _part(raw, number)
    if which:
        return visible_text(content_of(raw, number, MAX_TEXT).decode("utf-8", "replace"))
    words = part.text(MAX_TEXT)
    if part.content_type == "text/html":
        page = plain_text(words)
        links = "\n".join(f"[{count}] {link.shown}" for count, link in enumerate(page.links, 1))
        return f"{page.text}\n\n{links}".strip("\n")
    if part.params.get("format", "").lower() == "flowed":
        words = unflow(words, delsp=part.params.get("delsp", "").lower() == "yes")
    return visible_body(words)


def read_inner(header: Header, raw: bytes, number: str, wish: Wish) -> Reading:
    """The message within the message, readable. Raises BadInput where that part is none."""
    part, _ = _part(raw, number)
    if not part.children:
        raise BadInput("This part holds no message that can be read.", "Save it, or look at its source.")
    inner = part.children[0]
    return reading_of(replace(header, subject=decode_words(inner.header("Subject"))), inner, wish)


def _part(raw: bytes, number: str) -> tuple[MimePart, int]:
    """The part, and which of the files in its text is meant; 0 for itself."""
    number, _, which = number.partition(".u")
    part = part_numbered(parse_message(raw), number)
    if part is None:
        raise BadInput("This part is not in the message any more.", "Open the message again.")
    return part, int(which) if which.isdecimal() else 0
