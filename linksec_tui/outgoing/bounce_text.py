"""Reports for people, without a machine-readable part → recipients and what is said of each.

Exim, qmail and its kin, and Gmail in its older form; what the returned letter itself says is cut off first, for its
writer is not the server.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from linksec_tui.model.visible import visible

MAX_TEXT = 64 * 1024  # characters of the text that are looked at
MAX_RECIPIENTS = 200

_ADDRESS = r"[^\s<>()\"',;:\\]{1,64}@[A-Za-z0-9.\-\[\]:]{1,253}[A-Za-z0-9\]]"
_RETURNED = re.compile(
    r"(?im)^[ \t]*(?:-{2,}[ \t]*(?:this is a copy|below this line|original message|the body|unsent message|"
    r"undelivered message|message header|returned (?:mail|message)|forwarded message)"
    r"|(?:below|attached) is (?:a copy|the original)).*$"
)
_MESSAGE_ID = re.compile(r"(?im)^Message-I[Dd]:[ \t]*(?:\r?\n[ \t]+)?(<[!-;=?-~]{1,250}>)")

_OPENINGS = (
    re.compile(r"(?i)created automatically by mail delivery software|could not be\s+delivered"),  # Exim
    re.compile(r"(?i)this is the [\w.-]+ program|this is the mail system|MAILER-DAEMON"),  # qmail, Postfix, OpenSMTPD
    re.compile(r"(?i)delivery to the following recipients? (?:has )?(?:failed|been delayed)"),  # Gmail
    re.compile(r"(?i)(?:undeliver|not? (?:be )?deliver|delivery (?:has )?fail|unable to deliver|returned to sender)"),
)
_DELAYED = re.compile(
    r"(?i)warning message|still being retried|has not (?:yet )?been delivered|will be retried|delayed"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """What the text says of one recipient."""

    recipient: str
    text: str


def cut_returned(text: str) -> tuple[str, str]:
    """The server's own words, and the letter that it returns in the same text."""
    text = text[:MAX_TEXT]
    found = _RETURNED.search(text)
    return (text[: found.start()], text[found.end() :]) if found else (text, "")


def original_message_id(returned: str) -> str:
    found = _MESSAGE_ID.search(returned)
    return visible(found.group(1)) if found else ""


def reads_like_a_report(text: str) -> bool:
    return any(opening.search(text) for opening in _OPENINGS)


def reads_like_a_delay(text: str) -> bool:
    return bool(_DELAYED.search(text[:2000]))


def said_about(text: str, recipient: str) -> str:
    """The paragraphs that name this recipient."""
    wanted = recipient.casefold()
    return visible("\n".join(part for part in _paragraphs(text) if wanted and wanted in part.casefold()))


def recipients_said(text: str) -> tuple[Said, ...]:
    """Every address that stands at the beginning of a line, with what follows it until the next one."""
    found: dict[str, str] = {}
    for address, reason in _entries(text):
        if len(found) >= MAX_RECIPIENTS:
            break
        found[address] = f"{found.get(address, '')} {reason}".strip()
    return tuple(Said(recipient=visible(address), text=visible(reason)) for address, reason in found.items())


def _entries(text: str) -> Iterator[tuple[str, str]]:
    starts = list(re.finditer(rf"(?m)^[ \t]*<?({_ADDRESS})>?(?=[ \t]*(?:[:(]|$)|[ \t])", text))
    for index, start in enumerate(starts):
        end = starts[index + 1].start() if index + 1 < len(starts) else len(text)
        yield start.group(1), text[start.end() : end].strip(" \t:")


def _paragraphs(text: str) -> list[str]:
    return re.split(r"\n[ \t]*\r?\n", text)
