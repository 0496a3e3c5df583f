"""An inspection as plain lines: who sent it, what to look at twice, then the hops, the newest first."""

from __future__ import annotations

from linksec_tui.cli.output import Output
from linksec_tui.model.hop import Hop, Protection
from linksec_tui.model.sender import Inspection, SenderCheck
from linksec_tui.model.visible import visible

_SAYS = {True: "What your provider says", False: "What the sender's side says, which anybody can write"}
_PROTECTED = {
    Protection.CLEAR: "without encryption",
    Protection.UNKNOWN: "encryption not told",
    Protection.OLD_TLS: "old TLS",
    Protection.ENCRYPTED: "TLS",
}


def show_inspection(name: str, inspection: Inspection, output: Output) -> None:
    """One file."""
    way = inspection.way
    output.line(visible(name))
    _show_sender(inspection.sender, output)
    output.line()
    output.paragraph(way.trusted_headline, indent="  ")
    if way.claimed_headline:
        output.paragraph(way.claimed_headline, indent="  ")
    for number, hop in enumerate(way.hops):
        if number in (0, way.trusted):
            output.line()
            output.line(f"  {_SAYS[hop.trusted]}:")
        output.paragraph(hop_line(hop), indent="    ")
    if way.left_out:
        output.line(f"    and {way.left_out} more")


def _show_sender(sender: SenderCheck, output: Output) -> None:
    who = f"{sender.name} <{sender.address}>" if sender.name else sender.address or "nobody"
    output.paragraph(f"From {who}", indent="  ")
    output.paragraph(f"{sender.state.word}: {sender.headline}", indent="  ")
    for warning in sender.warnings:
        output.paragraph(f"! {warning.text}", indent="  ")
    for check in sender.dkim:
        why = f" ({check.why})" if check.why else ""
        output.paragraph(f"· DKIM signature of {check.domain or 'nobody'}: {check.result}{why}", indent="  ")
    told = [f"{method} {result}" for method, result in (("SPF", sender.spf), ("DMARC", sender.dmarc)) if result]
    if told:
        source = f", by {sender.authserv_id}" if sender.authserv_id else ""
        output.paragraph(f"· {', '.join(told)}{source}", indent="  ")
    if sender.problem:
        output.paragraph(f"· {sender.problem}", indent="  ")


def hop_line(hop: Hop) -> str:
    """One hop: from whom, by whom, how, and what it took."""
    how = "inside" if hop.internal else _PROTECTED[hop.protection]
    details = (hop.protocol, hop.tls_version.replace("TLSv", "TLS "), hop.cipher, _took(hop.delay))
    told = ", ".join(filter(None, details))
    return f"{hop.received_by or '?'} from {hop.sent_by or '?'}: {how}{f' ({told})' if told else ''}"


def _took(seconds: int | None) -> str:
    if seconds is None:
        return ""
    if seconds < 0:
        return "clocks differ"
    if seconds < 120:
        return f"after {seconds} s"
    return f"after {seconds // 60} min" if seconds < 7200 else f"after {seconds // 3600} h"
