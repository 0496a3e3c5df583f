"""Where a link leads, and what about it is odd enough to be thought over before it is opened.

A target is judged by itself and by the words that it stands behind: nothing is looked up.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from ipaddress import ip_address
from urllib.parse import urlsplit

from linksec_tui.formats.domain_name import to_ascii
from linksec_tui.model.errors import BadInput
from linksec_tui.model.reading import PageLink
from linksec_tui.model.visible import REPLACEMENT, visible, visible_name

MAX_LINKS = 500
MAX_URL = 2000  # characters of a target that are shown

_SHOWN_SCHEMES = frozenset({"http", "https", "mailto", "tel", "ftp"})
_CLAIMED_HOST = re.compile(
    r"\s*(?:https?://)?((?:[a-z0-9-]{1,63}\.){1,10}[a-z]{2,63})(?:[/:?#]\S*)?\s*\Z", re.IGNORECASE
)
_IN_TEXT = re.compile(r"\b(?:https?://|mailto:)[^\s<>\"“”„«»]{3,2000}", re.IGNORECASE)
_BEHIND = ".,;:!?'’)]}*_"


def link_to(href: str, words: str = "") -> PageLink | None:
    """Where `href` leads, behind these words of the message; None where it leads nowhere outside of it."""
    target = visible(href.strip())[:MAX_URL]
    target = f"https:{target}" if target.startswith("//") else target
    try:
        parts = urlsplit(target)
        host, port = (parts.hostname or "").rstrip("."), parts.port
    except ValueError:
        return None
    scheme = parts.scheme.lower()
    if scheme not in _SHOWN_SCHEMES or (scheme.startswith("http") and not host):
        return None
    ascii_host = host if host.isascii() else _ascii(host)
    return PageLink(
        target=target,
        host=ascii_host,
        odd=" ".join(_oddities(words, ascii_host, disguised="@" in parts.netloc or REPLACEMENT in target, port=port)),
    )


def links_in(text: str) -> Iterator[PageLink]:
    """The addresses that stand in a plain text, each once."""
    seen: set[str] = set()
    for match in _IN_TEXT.finditer(text):
        href = _without_end(match[0])
        if href not in seen and (link := link_to(href)) is not None:
            seen.add(href)
            yield link
        if len(seen) >= MAX_LINKS:
            return


def claimed_host(words: str) -> str:
    """The host that the words of a link name, if they name one."""
    found = _CLAIMED_HOST.match(words[: MAX_URL + 1])
    return found[1].lower() if found else ""


def leads_elsewhere(words: str, host: str) -> bool:
    """Do the words name another host than the one it leads to?"""
    claimed = claimed_host(words)
    return bool(claimed and host) and _bare(claimed) != _bare(host)


def _oddities(words: str, host: str, *, disguised: bool, port: int | None) -> Iterator[str]:
    if leads_elsewhere(words, host):
        yield f"Its words name {claimed_host(words)}, but it leads to {host}."
    if disguised:
        yield f"Its address is written so that it looks like another one; it leads to {host}."
    if any(label.startswith("xn--") for label in host.split(".")):
        yield f"The name of its server is written in letters that can be mistaken; it is {host}."
    if _is_address(host):
        yield "It names no site, only the number of a machine."
    if port not in (None, 80, 443):
        yield f"It leads to port {port}, which is unusual."


def _without_end(found: str) -> str:
    """Without the punctuation of the sentence around it; a bracket that was opened inside stays."""
    end = len(found)
    while end and found[end - 1] in _BEHIND:
        if found[end - 1] == ")" and found.count("(", 0, end) >= found.count(")", 0, end):
            break
        end -= 1
    return found[:end]


def _is_address(host: str) -> bool:
    try:
        ip_address(host)
    except ValueError:
        return bool(re.fullmatch(r"[0-9.]+|0x[0-9a-f]+", host))
    return True


def _ascii(host: str) -> str:
    try:
        return to_ascii(host)
    except BadInput:
        return visible_name(host)


def _bare(host: str) -> str:
    return host.lower().removeprefix("www.").rstrip(".")
