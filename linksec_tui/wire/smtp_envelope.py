"""An envelope → the parameters of MAIL and RCPT, as far as it is offered (RFC 3461, 1870, 2852, 6531, 8689)."""

from __future__ import annotations

from collections.abc import Sequence

from linksec_tui.formats.xtext import encode_orcpt, encode_xtext
from linksec_tui.model.address import Address, parse_address
from linksec_tui.model.errors import BadInput, SubmissionRefused
from linksec_tui.model.letter import Envelope
from linksec_tui.model.visible import visible

from .smtp_offers import Offers

MAX_BY = 999_999_999  # RFC 2852 §4: nine digits


def refuse_impossible(envelope: Envelope, octets: int, offers: Offers) -> None:
    """What this server cannot do is said before it hears a word of the letter. Raises SubmissionRefused, BadInput."""
    if not envelope.recipients:
        raise BadInput("The letter has no recipient.", "Add one.")
    if envelope.requiretls and not offers.requiretls:
        raise SubmissionRefused(
            "The letter must travel with REQUIRETLS, and your provider does not offer that (any more)."
            " Nothing was sent.",
            "Lower the requirement for those who need it, or send them the notice.",
        )
    if envelope.smtputf8 and not offers.smtputf8:
        raise SubmissionRefused(
            "One of the addresses has letters beyond ASCII before the @, and your provider cannot carry that."
            " Nothing was sent.",
            "Use another address of that person.",
        )
    if offers.size and octets > offers.size:
        raise SubmissionRefused(
            f"The letter has {octets / 1e6:.1f} MB, your provider takes at most {offers.size / 1e6:.1f} MB."
            " Nothing was sent.",
            "Leave out an attachment, or share it another way.",
        )


def mail_options(envelope: Envelope, content: Sequence[bytes], offers: Offers) -> list[str]:
    """Behind MAIL FROM. `RET=HDRS`: what comes back names the letter and does not repeat it."""
    options: list[str] = []
    if offers.size is not None:
        options.append(f"SIZE={sum(map(len, content))}")
    if offers.eightbitmime and (envelope.smtputf8 or not all(part.isascii() for part in content)):
        options.append("BODY=8BITMIME")
    if envelope.smtputf8:
        options.append("SMTPUTF8")
    if offers.dsn:
        options += ["RET=HDRS", f"ENVID={encode_xtext(envelope.envid)}"]
    if envelope.requiretls:
        options.append("REQUIRETLS")
    if envelope.deliver_by and offers.deliver_by is not None:
        # RFC 2852 §4: R, it comes back; below the server's least it would refuse the letter
        options.append(f"BY={min(max(envelope.deliver_by, offers.deliver_by), MAX_BY)};R")
    return options


def rcpt_options(recipient: Address, offers: Offers, *, success: bool = False) -> tuple[str, ...]:
    """Behind RCPT TO: tell us of failure and delay, of `success` too, and name the recipient as we did."""
    notify = "NOTIFY=SUCCESS,FAILURE,DELAY" if success else "NOTIFY=FAILURE,DELAY"
    return (notify, f"ORCPT={encode_orcpt(recipient)}") if offers.dsn else ()


def strict(address: Address) -> str:
    """The address as it goes on the line: one, and nothing behind it. Raises BadInput."""
    if parse_address(str(address)) != address:
        raise BadInput(f"“{visible(str(address))[:80]}” is not a mail address.", "Check it.")
    return str(address)
