"""Reports for people, without a machine-readable part → recipients and what is said of each.

Exim, qmail and its kin, Gmail in its older form, and some fifty others; what the returned letter itself says is cut
off first, for its writer is not the server.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass

from linksec_tui.model.visible import visible

MAX_TEXT = 64 * 1024  # characters of the text that are looked at
MAX_RECIPIENTS = 200
MAX_PARAGRAPHS = 2000

_ADDRESS = r"[^\s<>()\"',;:\\*@]{1,64}@[\w.\-\[\]:]{1,253}[\w\]]"
_AT_LINE_START = re.compile(rf"(?m)^[ \t]{{0,40}}(?:[*\"]|>>>)?[ \t]{{0,8}}<?({_ADDRESS})[>\"]?(?=[ \t:(\[]|$)")
_IN_TRANSCRIPT = re.compile(
    rf"(?im)(?:\bRCPT TO:[ \t]{{0,8}}|^\d{{3}}[ -](?:\d\.\d{{1,3}}\.\d{{1,3}} )?)<?({_ADDRESS})"
)
_ANYWHERE = re.compile(_ADDRESS)
_RETURNED = re.compile(
    r"(?im)^[ \t]{0,40}(?:-{2,80}[ \t]{0,8}(?:this is a copy|below this line|(?:the header of the )?original message|"
    r"the body|unsent message|undelivered message|message header|returned (?:mail|message)|forwarded message)"
    r"|(?:below|attached) is (?:a copy|the original)|original message follows|message headers? follow).*$"
)
_MESSAGE_ID = re.compile(r"(?im)^Message-I[Dd]:[ \t]{0,40}(?:\r?\n[ \t]{1,40})?(<[!-;=?-~]{1,250}>)")
_TAG = re.compile(r"<(/?[A-Za-z!][^<>]{0,2000})>")
_QUOTED = re.compile(r"(?m)^[ \t]{0,40}(?:[>|] ?){1,20}")
_ROBOT = r"(?:mailer-daemon|postmaster|mail delivery (?:sub)?system)"
_FORWARDED = re.compile(rf"(?im)^(?:From:[^\r\n]{{0,200}}{_ROBOT}|[^\r\n]{{0,200}}{_ROBOT}[^\r\n]{{0,100}}wrote:)")

_OPENINGS = (
    re.compile(r"created automatically by mail delivery software|could not be\s+delivered"),  # Exim
    re.compile(r"this is the [\w.-]{1,100} program|this is the mail system|mailer-daemon|mail agent"),  # qmail, Postfix
    re.compile(r"delivery to the following recipients? (?:has )?(?:failed|been delayed)"),  # Gmail
    re.compile(r"(?:undeliver|not? (?:be )?deliver|deliver\w{0,3} (?:has )?fail|unable to deliver|returned to sender)"),
    re.compile(r"did not reach the following|(?:trouble|error|problem)s? (?:in )?(?:deliver|sending)"),
    re.compile(r"permanent (?:fatal )?error|delivery (?:problem|error)|transcript of session"),  # Sendmail
    re.compile(r"returned mail|failure notice|delivery status notification|invalid user address"),
)
_DELAYED = re.compile(r"warning message|still being retried|has not (?:yet )?been delivered|will be retried|delayed")


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
    small = text.casefold()
    return any(opening.search(small) for opening in _OPENINGS)


def reads_like_a_delay(text: str) -> bool:
    return bool(_DELAYED.search(text[:2000].casefold()))


def forwarded(text: str) -> str:
    """The report that a person quotes or forwards in their own text; empty where there is none."""
    plain = _QUOTED.sub("", text[:MAX_TEXT])
    found = _FORWARDED.search(plain)
    words = plain[found.end() :] if found else ""
    return words if reads_like_a_report(cut_returned(words)[0]) else ""


def without_markup(text: str) -> str:
    """HTML as the bare words that a reason is looked for in: Exchange Online writes some reports in no other form."""
    return _TAG.sub(" ", text[:MAX_TEXT]).replace("&lt;", "<").replace("&gt;", ">").replace("&nbsp;", " ")


def said_about_each(text: str) -> Mapping[str, str]:
    """What the text says of each recipient, by address in small letters: what may be about another is left out.

    That is the paragraphs which name nobody else, or where there is none, what stands behind the address on its line.
    """
    text = text[:MAX_TEXT]
    found: dict[str, list[str]] = {}
    for part in re.split(r"\n[ \t]*\r?\n", text, maxsplit=MAX_PARAGRAPHS):
        if len(named := _named(part)) == 1:
            found.setdefault(named.pop(), []).append(part)
    for address, reason in _entries(text):
        if not _named(reason) - {address.casefold()}:
            found.setdefault(address.casefold(), [reason])
    return {address: visible("\n".join(parts)) for address, parts in found.items()}


def recipients_said(text: str, not_meant: Collection[str] = ()) -> tuple[Said, ...]:
    """Whom the text is about, and what it says of each.

    Where addresses stand at the beginning of a line that is what follows them; else those of commands and replies, or
    any but `not_meant` (the report's own sender and reader), with the lines that name them.
    """
    if found := said_on_lines(text):
        return found
    addresses = [each.group(1) for each in _IN_TRANSCRIPT.finditer(text)] or _ANYWHERE.findall(text)
    meant = [each for each in dict.fromkeys(addresses) if each.casefold() not in not_meant]
    lines = text.splitlines()[:MAX_PARAGRAPHS]
    return _collected(
        (address, " ".join(line for line in lines if address in line)) for address in meant[:MAX_RECIPIENTS]
    )


def said_on_lines(text: str) -> tuple[Said, ...]:
    """What stands behind each address that begins a line, until the next one."""
    return _collected(_entries(text))


def _named(text: str) -> set[str]:
    return {address.casefold() for address in _ANYWHERE.findall(text)}


def _collected(entries: Iterator[tuple[str, str]]) -> tuple[Said, ...]:
    found: dict[str, str] = {}
    for address, reason in entries:
        if len(found) >= MAX_RECIPIENTS:
            break
        found[address] = f"{found.get(address, '')} {reason}".strip()
    return tuple(Said(recipient=visible(address), text=visible(reason)) for address, reason in found.items())


def _entries(text: str) -> Iterator[tuple[str, str]]:
    """Every address that stands at the beginning of a line, with what follows it until the next one."""
    starts = list(_AT_LINE_START.finditer(text))
    for index, start in enumerate(starts):
        end = starts[index + 1].start() if index + 1 < len(starts) else len(text)
        yield start.group(1), text[start.end() : end].strip(" \t:")
