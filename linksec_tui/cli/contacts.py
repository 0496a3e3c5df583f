"""`contacts`: who is in the address book, what comes in from other programs' books, and what goes out to them."""

from __future__ import annotations

import argparse
import asyncio
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from linksec_tui.cli.call import OK, Call
from linksec_tui.cli.opened import opened
from linksec_tui.cli.options import add_common
from linksec_tui.model.contact import BookFormat, PeopleImported, Person
from linksec_tui.model.errors import BadInput, LinksecError
from linksec_tui.model.json_text import Json, rfc3339
from linksec_tui.model.visible import visible

if TYPE_CHECKING:
    from linksec_tui.desk import Desk

SUMMARY = "who is in the address book; import and export it"
MAX_FILE = 64 << 20  # octets of standard input; a file has its own bound
_NOTHING = 1
_ACTIONS = (
    ("list", "everybody, or those with a word that begins as the pattern"),
    ("import", "a vCard file, a directory of them (khard's), or abook's address book"),
    ("export", "everybody, as vCard or for abook"),
)


class ContactsArguments(argparse.Namespace):
    action: str
    json: bool
    pattern: str
    where: str | None
    group: str
    form: BookFormat


class BookUnusable(LinksecError):
    """The address book's file cannot be had, or cannot be written."""


def declare(parser: argparse.ArgumentParser) -> None:
    actions = parser.add_subparsers(dest="action", metavar="ACTION", required=True)
    made = {name: actions.add_parser(name, help=text, description=text, allow_abbrev=False) for name, text in _ACTIONS}
    for one in made.values():
        add_common(one)
    for name in ("list", "import"):
        made[name].add_argument("--json", action="store_true", help="one JSON document")
    made["list"].add_argument("pattern", metavar="PATTERN", nargs="?", default="", help="how a word of theirs begins")
    made["import"].add_argument("where", metavar="FILE|DIRECTORY", help="- for standard input")
    export = made["export"]
    export.add_argument(
        "where",
        metavar="FILE|DIRECTORY",
        nargs="?",
        help="a new file, or a directory for a file each; else standard output",
    )
    export.add_argument(
        "--as",
        dest="form",
        metavar="|".join(BookFormat),
        type=_form,
        default=BookFormat.VCARD,
        help="vCard 4.0 (unless said otherwise), 3.0, or abook's",
    )
    for one in (made["list"], export):
        one.add_argument("--group", metavar="NAME", default="", help="the members of this group only")


async def run(call: Call, arguments: argparse.Namespace) -> int:
    asked = ContactsArguments(**vars(arguments))
    async with opened(call, call.load()) as desk:
        try:
            match asked.action:
                case "list":
                    return await _list(desk, call, asked)
                case "import":
                    return await _import(desk, call, asked)
                case _:
                    return await _export(desk, call, asked)
        except BadInput as error:
            raise BookUnusable(error.sentence, error.next_step) from error


def _form(text: str) -> BookFormat:
    if text not in list(BookFormat):
        raise argparse.ArgumentTypeError(f"“{visible(text)}” is not one of {', '.join(BookFormat)}")
    return BookFormat(text)


async def _list(desk: Desk, call: Call, asked: ContactsArguments) -> int:
    people = await desk.people.found(asked.pattern, asked.group)
    if asked.json:
        call.output.document({"contacts": [_document(person) for person in people]})
    else:
        _tell(people, call, desk.shown_domain)
    return OK if people or not (asked.pattern or asked.group) else _NOTHING


def _tell(people: Sequence[Person], call: Call, shown: Callable[[str], str]) -> None:
    for person in people:
        first, *others = [f"{each.address.local}@{shown(each.address.domain)}" for each in person.contacts]
        requirement = f"asks for {person.requirement.word}" if person.requirement else ""
        groups = f"[{', '.join(person.groups)}]" if person.groups else ""
        name = person.shown if person.shown != str(person.contacts[0].address) else ""
        call.output.line("  ".join(filter(None, (f"{first:<32}", name, groups, requirement))).rstrip())
        for other in others:
            call.output.line(f"  {other}")


def _document(person: Person) -> Json:
    return {
        "id": person.id,
        "name": person.name,
        "groups": list(person.groups),
        "require": person.requirement.value if person.requirement else None,
        "note": person.note,
        "addresses": [
            {
                "address": str(each.address),
                "favourite": each.favourite,
                "list": each.mailing_list,
                "times_written": each.times_written,
                "last_written_at": rfc3339(each.last_written_at) if each.last_written_at else None,
            }
            for each in person.contacts
        ],
    }


async def _import(desk: Desk, call: Call, asked: ContactsArguments) -> int:
    assert asked.where is not None
    if asked.where == "-":
        told = await desk.people.import_content(call.read_input(MAX_FILE))
    else:
        told = await desk.people.import_path(_path(asked.where))
    if asked.json:
        call.output.document(_document_of_import(told))
    else:
        call.output.line(f"{told.new} new, {told.changed} added to, {told.same} as they were.")
    if told.without_address:
        call.output.note(f"{told.without_address} without a mail address were left out.")
    for problem in told.problems:
        call.output.note(f"  {problem}")
    if told.problem_count > len(told.problems):
        call.output.note(f"  … and {told.problem_count - len(told.problems):,} more")
    return OK


def _document_of_import(told: PeopleImported) -> Json:
    return {
        "new": told.new,
        "changed": told.changed,
        "same": told.same,
        "without_address": told.without_address,
        "problems": list(told.problems),
        "problem_count": told.problem_count,
    }


async def _export(desk: Desk, call: Call, asked: ContactsArguments) -> int:
    path = _path(asked.where) if asked.where not in (None, "-") else None
    if path is not None and await asyncio.to_thread(path.is_dir):
        written = await desk.people.export_directory(path, asked.form, asked.group)
        call.output.line(f"{written} written to {visible(str(path))}.")
        return OK
    if path is not None:
        await desk.people.export_file(path, asked.form, asked.group)
        call.output.line(f"Written to {visible(str(path))}.")
        return OK
    for line in (await desk.people.export(asked.form, asked.group)).splitlines():
        call.output.line(line)
    return OK


def _path(typed: str) -> Path:
    try:
        return Path(typed).expanduser()
    except RuntimeError:  # ~ of nobody here
        return Path(typed)
