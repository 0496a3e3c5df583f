"""The way a message came, in sentences: what somebody on the network could do, and who says so."""

from __future__ import annotations

import re

from linksec_tui.model.hop import Hop, Protection


def trusted_headline(weakest: Hop | None, hops: int) -> str:
    """Of the part that the reader's own provider tells."""
    if not hops:
        return "Nothing here is known to be written by your provider, so all of it is only a claim."
    if weakest is None:
        return "As far as your provider tells, it never left your provider's own network."
    return f"Your provider's servers took it from {_name(weakest.sent_by)} {_how(weakest)}"


def claimed_headline(weakest: Hop | None, hops: int) -> str:
    """Of the part that only the sender's side tells; empty where there is none."""
    if not hops:
        return ""
    if weakest is None:
        return "Before that, if the sender's side tells the truth, it never left one network."
    stretch = f"{_name(weakest.sent_by)} to {_name(weakest.received_by)}"
    return f"Before that, if the sender's side tells the truth, the weakest stretch was {stretch}, {_how(weakest)}"


def _how(hop: Hop) -> str:
    match hop.protection:
        case Protection.ENCRYPTED:
            return f"over {tls_word(hop)}: someone tapping the wire saw noise."
        case Protection.OLD_TLS:
            return f"over {tls_word(hop)}, which is old and can be broken."
        case Protection.CLEAR:
            return "without encryption: anybody on that stretch could read it."
        case Protection.UNKNOWN:
            return "and nothing tells whether it was encrypted."


def tls_word(hop: Hop) -> str:
    """`TLS1_3` and `TLSv1.3` are the same to people."""
    found = re.search(r"(TLS|SSL)[v_ ]?(\d)(?:[._](\d))?", hop.tls_version, re.IGNORECASE)
    if found is None:
        return "TLS"
    return f"{found[1].upper()} {found[2]}.{found[3] or '0'}"


def _name(text: str) -> str:
    return text or "somebody without a name"
