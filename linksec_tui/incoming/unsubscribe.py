"""`List-Unsubscribe` → how a list can be left (RFC 2369 §3.2); nothing of it is ever done by itself.

RFC 8058's one click is a request to a server that the sender names, and tells it that somebody read the message.
"""

from __future__ import annotations

import re

from linksec_tui.model.reading import Unsubscribe
from linksec_tui.model.visible import visible

MAX_FIELD = 8 << 10
MAX_ADDRESS = 2000

_ADDRESS = re.compile(r"<\s*((?:mailto|https?):[^<>]{1,2000}?)\s*>", re.IGNORECASE)


def parse_unsubscribe(value: str) -> Unsubscribe:
    """The first letter and the first page that are named; blanks within an address come from folding (RFC 2369 §2)."""
    letter = page = ""
    for match in _ADDRESS.finditer(value[:MAX_FIELD]):
        address = visible(re.sub(r"\s+", "", match[1]))[:MAX_ADDRESS]
        if address.lower().startswith("mailto:"):
            letter = letter or address
        else:
            page = page or address
    return Unsubscribe(letter=letter, page=page)
