"""The safe notice: "a letter is waiting", fit to be read by anybody on the way (link-security.md §5).

It never holds the real subject, text, attachment names or other recipients, and nothing that ties it to the letter
for somebody who reads along: its own Message-ID, no References, a random reference.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import datetime
from urllib.parse import urlsplit

from linksec_tui.model.address import Field, Recipient
from linksec_tui.model.errors import BadInput
from linksec_tui.model.letter import Draft
from linksec_tui.model.letter_words import NOTICE_SUBJECT
from linksec_tui.model.visible import visible

from .render import Setting, one_line, render

TEMPLATE = """\
Hello,

I have a letter for you that I don't want to send unprotected: as things are, it could be read by others on its way \
to you. Please reach me the way you know.
{pickup}
{sender}

Written on {date}. Reference: {reference}
"""
SUBJECT = f"{NOTICE_SUBJECT} ({{reference}})"
PICKUP = "\nYou can also fetch it here: {pickup}\n"

_MAX_PICKUP = 1000
_FIELD = re.compile(r"\{(sender|date|pickup|reference)\}")
# English, whatever the locale says
_MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticeSetting:
    """What one notice gets besides the draft: its recipient, its own name and reference, and the words."""

    recipient: Recipient
    message_id: str
    reference: str
    date: datetime
    template: str = TEMPLATE


def render_notice(draft: Draft, setting: NoticeSetting) -> bytes:
    """The notice for one recipient, as a message of its own. Raises BadInput for a pickup link that is not https."""
    notice = Draft(
        id=draft.id,
        account=draft.account,
        sender=draft.sender,
        sender_name=draft.sender_name,
        subject=notice_subject(setting.reference),
        body=notice_text(draft, setting.reference, setting.date, setting.template),
    )
    return render(
        notice,
        Setting(
            message_id=setting.message_id,
            date=setting.date,
            boundary=setting.reference,
            recipients=(replace(setting.recipient, field=Field.TO),),
            # RFC 8689 §3: the recipient's demand for TLS must not hold back what says that TLS is missing
            extra=(("TLS-Required", "No"),),
        ),
    )


def notice_text(draft: Draft, reference: str, date: datetime, template: str = TEMPLATE) -> str:
    """What the notice says. Raises BadInput for a pickup link that is not https."""
    fields = {
        "sender": one_line(draft.sender_name, "Your name") or str(draft.sender),
        "date": f"{date.day} {_MONTHS[date.month - 1]} {date.year}",
        "reference": reference,
        "pickup": checked_pickup(draft.pickup),
    }
    if template == TEMPLATE:
        template = template.replace("{pickup}", PICKUP if fields["pickup"] else "")
    return _filled(template, fields)


def notice_subject(reference: str) -> str:
    return _filled(SUBJECT, {"reference": reference})


def _filled(template: str, fields: dict[str, str]) -> str:
    """Only the four fields are replaced, in one pass: a value is never read as a template."""
    return _FIELD.sub(lambda match: fields.get(match.group(1), ""), template)


def checked_pickup(link: str) -> str:
    """The link, where it may stand in a notice. Raises BadInput."""
    if not link:
        return ""
    parts = urlsplit(link) if link.isascii() and link.isprintable() and len(link) <= _MAX_PICKUP else None
    if parts is None or parts.scheme != "https" or not parts.hostname or "@" in parts.netloc or " " in link:
        raise BadInput(
            f"“{visible(link)[:80]}” cannot stand in a notice.", "A pickup link begins with https:// and has no blanks."
        )
    return link
