"""A message as `list`, `search` and `read` tell it: one shape for JSON, one line for people."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

from linksec_tui.model.json_text import Json, rfc3339
from linksec_tui.model.mailbox import Mailbox
from linksec_tui.model.message import Flag, Header

if TYPE_CHECKING:
    from linksec_tui.cli.output import Output
    from linksec_tui.desk import Desk

_MOST_ROWS = 1000  # headers that are held at once, however many are told


async def tell_messages(desk: Desk, ids: Sequence[int], output: Output, *, json: bool) -> None:
    """All of them in their order, as one document or a line each."""
    places = {each.id: each for each in await desk.mailboxes()}
    results: list[Json] = []
    for at in range(0, len(ids), _MOST_ROWS):
        some = ids[at : at + _MOST_ROWS]
        rows = await desk.rows(some)
        for header in (rows[ident] for ident in some if ident in rows):
            if json:
                results.append(render_message(header, places))
            else:
                output.line(message_line(header))
    if json:
        output.document({"results": results})


def render_message(header: Header, places: Mapping[int, Mailbox]) -> Json:
    """One element of `search --json` and `list --json`; what is not known is null."""
    place = places.get(header.mailbox)
    return {
        "id": name_of(header),
        "account": header.account,
        "mailbox": place.name if place else None,
        "uid": header.uid,
        "message_id": header.message_id or None,
        "from": header.sender_address or None,
        "name": header.sender_name or None,
        "to": header.recipients or None,
        "subject": header.subject,
        "date": rfc3339(header.received_at),
        "size": header.size,
        "unread": header.unread,
        "starred": Flag.FLAGGED in header.flags,
        "answered": Flag.ANSWERED in header.flags,
        "attachment": header.has_attachment,
        "bounce": header.is_bounce,
        "sender_state": header.sender_state.value if header.sender_state else None,
    }


def message_line(header: Header) -> str:
    """Name, date, who, what; then in words what the list of the client shows as marks."""
    when = header.received_at.astimezone().strftime("%Y-%m-%d %H:%M")
    marks = ", ".join(_marks(header))
    told = f" ({marks})" if marks else ""
    return f"{name_of(header)}  {when}  {who(header)}: {header.subject or 'no subject'}{told}"


def name_of(header: Header) -> str:
    """As `desk.naming` has it: the mailbox's number and the UID in it."""
    return f"{header.mailbox}.{header.uid}"


def who(header: Header) -> str:
    if header.sender_name and header.sender_address:
        return f"{header.sender_name} <{header.sender_address}>"
    return header.sender_name or header.sender_address or "nobody"


def _marks(header: Header) -> Iterable[str]:
    marks = (
        ("unread", header.unread),
        ("starred", Flag.FLAGGED in header.flags),
        ("answered", Flag.ANSWERED in header.flags),
        ("attachment", header.has_attachment),
        ("came back to you", header.is_bounce),
        (header.sender_state.word.lower() if header.sender_state else "", header.sender_state is not None),
        ("look at the sender twice", header.sender_warned),
    )
    return (word for word, holds in marks if holds)
