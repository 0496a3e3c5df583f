"""The name of a server on the public network: what a certificate can be for (RFC 1123 §2.1, RFC 5890)."""

from __future__ import annotations

import re

from linksec_tui.formats.domain_name import to_ascii
from linksec_tui.model.errors import BadInput

_LABEL = re.compile(r"(?!-)[a-z0-9-]{1,63}(?<!-)")  # no underscore: that is a record's name, no server's


def host_name(text: str) -> str | None:
    """Lower-case A-labels, at least two of them; None for an address, a single word, or anything else."""
    try:
        name = to_ascii(text)
    except BadInput:
        return None
    labels = name.split(".")
    named = len(labels) > 1 and all(map(_LABEL.fullmatch, labels))
    return name if named and not labels[-1].isdigit() else None
