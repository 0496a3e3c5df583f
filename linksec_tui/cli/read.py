"""`read`: one message from top to bottom – who, how it came, what it says, what is attached –, for eyes or ears."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from linksec_tui.cli.call import OK, Call
from linksec_tui.cli.message_shape import render_message, who
from linksec_tui.cli.opened import opened
from linksec_tui.cli.output import Output
from linksec_tui.model.errors import LinksecError
from linksec_tui.model.json_text import Json
from linksec_tui.model.message import Flag, Header, Reading
from linksec_tui.model.reading import Part
from linksec_tui.model.sender import Inspection

if TYPE_CHECKING:
    from linksec_tui.desk import Desk

SUMMARY = "one message as plain text: who sent it, how it came, what it says"
_DRAWN = dict.fromkeys(range(0x2500, 0x2580), "-") | dict.fromkeys(range(0x2580, 0x25A0), "#")


class ReadArguments(argparse.Namespace):
    id: str
    json: bool
    plain: bool
    source: bool
    keep_unread: bool


def declare(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("id", metavar="ID", help="as `list` and `search` tell it (3.4711), or a Message-ID")
    shape = parser.add_mutually_exclusive_group()
    shape.add_argument("--json", action="store_true", help="one JSON document")
    shape.add_argument("--plain", action="store_true", help="for a screen reader: no lines are broken or drawn")
    shape.add_argument("--source", action="store_true", help="as it arrived, every header line")
    parser.add_argument("--keep-unread", action="store_true", help="do not mark it as read")


async def run(call: Call, arguments: argparse.Namespace) -> int:
    asked = ReadArguments(**vars(arguments))
    async with opened(call, call.load()) as desk:
        header = await desk.naming.message(asked.id)
        if asked.source:
            call.output.line(await desk.source(header.id))
            return OK
        reading = await desk.read(header.id)
        inspection = await desk.inspect(header.id) if reading.sender is not None else None
        if asked.json:
            places = {each.id: each for each in await desk.mailboxes()}
            call.output.document({**render_message(header, places), **_render(reading, inspection)})
        else:
            _Page(call.output, plain=asked.plain).show(reading, inspection)
        if header.unread and not asked.keep_unread:
            await _mark_read(desk, header, call.output)
    return OK


async def _mark_read(desk: Desk, header: Header, output: Output) -> None:
    try:
        await desk.mark([header.id], Flag.SEEN, on=True)
    except LinksecError as problem:
        output.note(f"It could not be marked as read: {problem.sentence}")


class _Page:
    """What is read aloud or seen, from the top."""

    def __init__(self, output: Output, *, plain: bool) -> None:
        self._output = output
        self._plain = plain

    def show(self, reading: Reading, inspection: Inspection | None) -> None:
        for name, value in reading.fields:
            self._say(f"{name}: {value}")
        self._show_sender(reading, inspection)
        if reading.problem:
            self._say(f"Problem: {reading.problem}")
        self._output.line()
        for line in reading.text.split("\n"):
            self._say(line)
        if reading.parts:
            self._output.line()
            self._say(f"{len(reading.parts)} attachment{'' if len(reading.parts) == 1 else 's'}:")
            for number, part in enumerate(reading.parts, 1):
                self._say(f"{number}. {_part(part)}")

    def _show_sender(self, reading: Reading, inspection: Inspection | None) -> None:
        if reading.sender is None or inspection is None:
            self._say(f"Sender: this is a letter of your own, from {who(reading.header)}.")
            return
        sender, way = inspection.sender, inspection.way
        self._say(f"Sender: {sender.state.word.lower()}. {sender.headline}")
        for warning in sender.warnings:
            self._say(f"Warning: {warning.text}")
        self._say(f"Way: {way.trusted_headline or way.claimed_headline or 'no server says how it came.'}")

    def _say(self, text: str) -> None:
        if self._plain:
            self._output.line(text.translate(_DRAWN))
        elif text:
            for line in self._output.wrapped(text) or [""]:
                self._output.line(line)
        else:
            self._output.line()


def _part(part: Part) -> str:
    size = f"{part.size} bytes" if part.size < 2048 else f"{part.size // 1024} kB"
    return f"{part.name or 'without a name'}, {part.media_type}, {size}"


def _render(reading: Reading, inspection: Inspection | None) -> Json:
    way = inspection.way if inspection else None
    sender = inspection.sender if inspection else None
    return {
        "fields": dict(reading.fields),
        "text": reading.text,
        "attachments": [
            {"number": part.number, "type": part.media_type, "name": part.name or None, "size": part.size}
            for part in reading.parts
        ],
        "sender": {"state": sender.state.value, "headline": sender.headline} if sender else None,
        "warnings": [{"code": each.code, "text": each.text} for each in sender.warnings] if sender else [],
        "weakest": {"trusted": way.trusted_headline or None, "claimed": way.claimed_headline or None} if way else None,
        "problem": reading.problem or None,
    }
