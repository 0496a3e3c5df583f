"""What stands above the text of a message: who, when, to whom, who vouches for it, and what else is to be said.

Short, so that the text begins on the first screen even of a newsletter: each kind of thing has one line, cut where it
is longer; a key shows it whole. The subject and the senders may have more, but too few to push out of sight who sent
it, which its writer would like. The sender's address and mark are never cut.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from textual.content import Content

from linksec_tui.model.message import Reading
from linksec_tui.model.sender_state import SenderState
from linksec_tui.model.wording import Wording
from linksec_tui.tui.flow import hung
from linksec_tui.tui.marks import Marks
from linksec_tui.tui.part_words import part_name
from linksec_tui.tui.sender_words import banner
from linksec_tui.tui.text import assemble, cut, plain, styled

if TYPE_CHECKING:
    from linksec_tui.model.reading import Unsubscribe
    from linksec_tui.model.sender import SenderCheck

_WORDINGS = {Wording.TEXT: "plain text", Wording.HTML: "a page (HTML)", Wording.BEST: ""}
_NAME = 9  # cells of a field's name and the blank after it
_MOST_LINES = 3
_AROUND = frozenset({"From", "Date", "Subject", "To", "Cc"})  # fields that have a line of their own making


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """How it is drawn. `whole`: nothing is cut; `key` says how a key of that name is called."""

    marks: Marks
    width: int
    key: Callable[[str], str]
    whole: bool = False


def letter_head(reading: Reading, look: Look) -> Iterator[Content]:
    """The lines, from the subject down."""
    fields = dict(reading.fields)
    yield _subject(reading.header.subject or "(no subject)", look)
    yield from _from_and_date(reading.header.sender_address, fields, look)
    for name, value in reading.fields:
        if name not in _AROUND and value != fields.get("From"):
            yield from _named(name, plain(value), look)
    yield from _to(reading, fields, look)
    yield from _sender(reading, look)
    if reading.problem:
        sign = styled(f"{look.marks.caution} ", "$warning")
        yield from _line(sign, styled(reading.problem, "$warning"), look)
    yield from _parts(reading, look)
    yield from _ways(reading, look)
    yield from _notes([*_minor(reading, look), *reading.notes], look)


def can_be_cut(reading: Reading, look: Look) -> bool:
    """Is there more of it than the short form shows?"""
    short = [line.plain for line in letter_head(reading, look)]
    return look.whole or short != [
        line.plain for line in letter_head(reading, Look(marks=look.marks, width=look.width, key=look.key, whole=True))
    ]


def _subject(subject: str, look: Look) -> Content:
    text = styled(subject, "bold")
    room = _MOST_LINES * look.width
    if look.whole or text.cell_length <= room:
        return text
    end = assemble(" ", (look.key("read.head"), "bold $accent"))
    # a line may end before its last cell, where a word or a wide letter does not fit any more
    lines = text.truncate(room).wrap(look.width)[:_MOST_LINES]
    last = cut(assemble(lines[-1], " " * look.width), look.width - end.cell_length, look.marks.ellipsis)
    return plain("\n").join([*lines[:-1], assemble(last, end)])


def _short_sender(sender: str, address: str, look: Look) -> str:
    """Of a name that takes many lines the beginning, so that its address is seen; of many senders the first ones."""
    room = _MOST_LINES * look.width - _NAME
    if look.whole or plain(sender).cell_length <= room:
        return sender
    behind = f" <{address}>" if sender.endswith(f" <{address}>") else ""
    return cut(plain(sender), max(room - len(behind), 1), look.marks.ellipsis).plain + behind


def _from_and_date(address: str, fields: dict[str, str], look: Look) -> Iterator[Content]:
    """In one line where both have room."""
    sender, date = _short_sender(fields.get("From", ""), address, look), fields.get("Date", "")
    line = assemble((f"{'From':<{_NAME}}", "$muted"), sender) if sender else plain("")
    gap = look.width - line.cell_length - len(date)
    if sender and date and gap >= 2 and not look.whole:
        yield assemble(line, " " * gap, (date, "$muted"))
        return
    if sender:
        yield line
    if date:
        yield from _named("Date", plain(date), look)


def _to(reading: Reading, fields: dict[str, str], look: Look) -> Iterator[Content]:
    """As many as fit in one line, and how many more there are."""
    both = [(name, fields[name]) for name in ("To", "Cc") if name in fields]
    if look.whole or sum(len(value) + _NAME for _, value in both) <= look.width:
        one_line = "   ".join(f"{name} {value}" for name, value in both[1:])
        if both and not look.whole:
            yield assemble((f"{both[0][0]:<{_NAME}}", "$muted"), both[0][1], (f"   {one_line}".rstrip(), "$muted"))
            return
        for name, value in both:
            yield from _named(name, plain(value), look)
        return
    people = reading.recipients or tuple(value for _, value in both)
    shown, left = people[0], len(people) - 1
    for person in people[1:]:
        longer = f"{shown}, {person}"
        if _NAME + len(longer) + len(f" and {left} more {look.key('read.head')}") > look.width:
            break
        shown, left = longer, left - 1
    more = assemble((f" and {left} more ", "$muted"), (look.key("read.head"), "bold $accent")) if left else plain("")
    name = styled(f"{both[0][0]:<{_NAME}}", "$muted")
    room = look.width - name.cell_length - more.cell_length
    yield assemble(name, cut(plain(shown), room, look.marks.ellipsis), more)


def _sender(reading: Reading, look: Look) -> Iterator[Content]:
    """Who vouches for it, and what is to be looked at twice."""
    check = _told(reading)
    if check is None:
        return
    grave = tuple(each for each in check.warnings if each.grave or look.whole)
    yield from banner(replace(check, warnings=grave), look.marks, look.width)


def _minor(reading: Reading, look: Look) -> list[str]:
    """Warnings of the calm kind: in the short form they stand among the notes."""
    check = _told(reading)
    return [] if check is None or look.whole else [each.text for each in check.warnings if not each.grave]


def _told(reading: Reading) -> SenderCheck | None:
    """Of a returned letter its card tells more, unless the domain disowns it."""
    check = reading.sender
    return None if check is None or (reading.header.is_bounce and check.state is not SenderState.FAILED) else check


def _parts(reading: Reading, look: Look) -> Iterator[Content]:
    """What is attached. Below the text it stands again, a line for each."""
    if parts := reading.parts:
        many = "1 attachment: " if len(parts) == 1 else f"{len(parts)} attachments: "
        names = plain(", ".join(part_name(part) for part in parts))
        yield from _line(_key("read.parts", look), assemble((many, "$muted"), names), look, more="read.parts")


def _ways(reading: Reading, look: Look) -> Iterator[Content]:
    """Another wording, and how a list can be left; nothing of it is done by itself."""
    ways: list[Content] = []
    if reading.others:
        other = " and as ".join(_WORDINGS[each] for each in reading.others)
        ways.append(assemble(_key("read.wording", look), (f"as {other}", "$muted")))
    if (leave := reading.unsubscribe) is not None and (leave.letter or leave.page):
        ways.append(_leave(leave, look))
    if ways:
        yield from _line(plain(""), plain("   ").join(ways), look)


def _leave(leave: Unsubscribe, look: Look) -> Content:
    page = f"the list is left on the net, which is not opened: {leave.page}"
    if not leave.letter:
        return styled(page, "$muted")
    by_letter = assemble(_key("read.unsubscribe", look), ("leave the list by a letter", "$muted"))
    return assemble(by_letter, (f", or: {page}", "$muted")) if leave.page and look.whole else by_letter


def _notes(notes: Sequence[str], look: Look) -> Iterator[Content]:
    sign = styled(f"{look.marks.bullet} ", "$muted")
    for note in notes if look.whole else filter(None, [" ".join(notes)]):
        yield from _line(sign, styled(note, "$muted"), look)


# Lines


def _named(name: str, value: Content, look: Look) -> Iterator[Content]:
    return _line(styled(f"{name:<{_NAME}}", "$muted"), value, look)


def _line(sign: Content, text: Content, look: Look, *, more: str = "read.head") -> Iterator[Content]:
    """One line, cut; or all of it, hanging from its sign."""
    if look.whole:
        first, *others = text.wrap(max(look.width - sign.cell_length, 8))
        yield assemble(sign, first)
        rest = plain("\n").join(others)
        yield from hung(plain(" " * sign.cell_length), rest, look.width) if others else ()
        return
    room = look.width - sign.cell_length
    if text.cell_length <= room:
        yield assemble(sign, text)
        return
    end = assemble(" ", (look.key(more), "bold $accent")) if more == "read.head" else plain("")
    yield assemble(sign, cut(text, room - end.cell_length, look.marks.ellipsis), end)


def _key(name: str, look: Look) -> Content:
    return assemble((look.key(name), "bold $accent"), " ")
