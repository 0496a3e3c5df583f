"""The colour of a rung on a plain terminal that has any (link-security.md §2).

Green is a promise: it belongs to ENFORCED and LINK_SECURE alone.
"""

from __future__ import annotations

from linksec_tui.model.assurance import Assurance

# ECMA-48 "select graphic rendition": the terminal's own palette, so that its theme decides the hue.
_COLOURS = {
    Assurance.UNDELIVERABLE: "90",
    Assurance.EXPOSED: "31",
    Assurance.UNKNOWN: "90",
    Assurance.ENCRYPTED: "33",
    Assurance.VERIFIABLE: "36",
    Assurance.ENFORCED: "32",
    Assurance.LINK_SECURE: "1;32",
}


def coloured(text: str, assurance: Assurance) -> str:
    """`text` in the colour of a rung."""
    return f"\x1b[{_COLOURS[assurance]}m{text}\x1b[0m"
