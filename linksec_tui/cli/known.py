"""`known`: what is known of domains and providers beforehand – shipped, imported, and the user's own word."""

from __future__ import annotations

import argparse
from collections.abc import Mapping
from pathlib import PurePath
from typing import TYPE_CHECKING

from linksec_tui.cli.call import OK, Call, UsageError
from linksec_tui.cli.known_text import provider_text, tell_import, tell_names
from linksec_tui.cli.opened import opened
from linksec_tui.cli.options import add_common
from linksec_tui.cli.output import Output
from linksec_tui.config_file import nearest
from linksec_tui.model.errors import BadInput, LinksecError
from linksec_tui.model.evidence import Answer, Mechanism
from linksec_tui.model.known_json import render_import, render_names
from linksec_tui.model.visible import visible

if TYPE_CHECKING:
    from linksec_tui.desk import Desk

SUMMARY = "what is known of domains and providers beforehand: shipped, imported, your own word"
MAX_LIST = 8 << 20
_NOTHING = 1
_EXPOSED = "exposed"
_TITLES = {Mechanism.DANE: "DANE", Mechanism.MTA_STS: "MTA-STS"}
_WORDS = (_EXPOSED, *(mechanism.value for mechanism in _TITLES))
_ACTIONS = (
    ("list", "what is known, with its source and date"),
    ("import", "take the hints of a list: ours, or one of EFF STARTTLS Everywhere"),
    ("export", "every hint, as a list that can be imported"),
    ("set", "your own word: on a domain, or on what a provider does with outgoing mail"),
    ("unset", "take back your own word, or a list that was imported"),
)


class KnownArguments(argparse.Namespace):
    action: str
    json: bool
    pattern: str
    where: str
    instead: bool
    name: str
    word: str | None
    enforces: list[Mechanism]
    ignores: list[Mechanism]


class ListUnreadable(LinksecError):
    """The file with the list cannot be had."""


def declare(parser: argparse.ArgumentParser) -> None:
    actions = parser.add_subparsers(dest="action", metavar="ACTION", required=True)
    made = {name: actions.add_parser(name, help=text, description=text, allow_abbrev=False) for name, text in _ACTIONS}
    for one in made.values():
        add_common(one)
    for name in ("list", "import"):
        made[name].add_argument("--json", action="store_true", help="one JSON document")
    made["list"].add_argument("pattern", metavar="PATTERN", nargs="?", default="", help="part of a name, or *.example")
    made["import"].add_argument("where", metavar="FILE|URL", help="a file, - for standard input, or https://…")
    made["import"].add_argument(
        "--instead", action="store_true", help="use it in place of the shipped hints, not beside them"
    )
    _declare_set(made["set"])
    made["unset"].add_argument("name", metavar="NAME", help="the domain, the server, or the list")


def _declare_set(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("name", metavar="DOMAIN|SERVER", help="a mail domain, or a provider's submission server")
    parser.add_argument(
        "word",
        metavar="WORD",
        nargs="?",
        type=_word,
        help=f"of a domain: {_EXPOSED}, or by which mechanism it is verified: dane, mta-sts",
    )
    for option, text in (("--enforces", "insists on for outgoing mail"), ("--ignores", "is known not to")):
        parser.add_argument(
            option, metavar="M[,M…]", type=_mechanisms, default=[], help=f"what the provider behind the server {text}"
        )


async def run(call: Call, arguments: argparse.Namespace) -> int:
    asked = KnownArguments(**vars(arguments))
    if asked.action == "set":
        _require_one_thing(asked)
    async with opened(call, call.load()) as desk:
        match asked.action:
            case "list":
                return await _list(desk, call.output, asked)
            case "import":
                await _import(desk, call, asked)
            case "export":
                call.output.document(await desk.known.export())
            case "set":
                await _set(desk, call.output, asked)
            case _:
                await desk.known.unset(asked.name)
                call.output.line(f"{visible(asked.name)}: taken back.")
    return OK


async def _list(desk: Desk, output: Output, asked: KnownArguments) -> int:
    names = await desk.known.names(asked.pattern)
    if asked.json:
        output.document(render_names(names))
    else:
        tell_names(names, output, desk.shown_domain)
    if asked.pattern and names.is_empty:
        output.note(f"Nothing is known of “{visible(asked.pattern)}”. That says nothing about it.")
        return _NOTHING
    return OK


async def _import(desk: Desk, call: Call, asked: KnownArguments) -> None:
    name, content = await _read(desk, call, asked.where)
    imported = await desk.known.import_list(name, content, instead=asked.instead)
    if asked.json:
        call.output.document(render_import(imported))
    else:
        tell_import(imported, call.output)


async def _read(desk: Desk, call: Call, where: str) -> tuple[str, bytes]:
    """The list, and the name under which it is kept."""
    if "://" in where:
        return await desk.known.fetch(where)
    try:
        content = call.read_file(where, MAX_LIST)
    except BadInput as error:
        raise ListUnreadable(error.sentence, error.next_step) from error
    return "standard input" if where == "-" else PurePath(where).name, content


async def _set(desk: Desk, output: Output, asked: KnownArguments) -> None:
    answers = _answers(asked)
    if answers:
        provider = await desk.known.set_provider(asked.name, answers)
        output.line(
            f"{provider.hosts[0]}: {provider_text(provider)}. Your own word; it stands before the shipped list's."
        )
        return
    mechanism = None if asked.word == _EXPOSED else Mechanism(asked.word or "")
    domain = desk.shown_domain(await desk.known.set_word(asked.name, mechanism))
    if mechanism is None:
        output.line(f"{domain}: Exposed, by your own word, whatever is seen of it.")
    else:
        output.line(
            f"{domain}: Verifiable with {_TITLES[mechanism]}, by your own word, unless something speaks against it."
        )


def _require_one_thing(asked: KnownArguments) -> None:
    """Raises UsageError, before anything is opened."""
    if bool(_answers(asked)) == (asked.word is not None):
        raise UsageError(
            f"Of a domain say {', '.join(_WORDS)}; of a provider what it enforces or ignores.",
            "For example “known set old.example exposed”, or “known set smtp.home.example --enforces dane,mta-sts”.",
        )


def _answers(asked: KnownArguments) -> Mapping[Mechanism, Answer]:
    both = set(asked.enforces) & set(asked.ignores)
    if both:
        raise UsageError(f"{min(both)} cannot be both enforced and ignored.", "Name it once.")
    if asked.enforces and Mechanism.STARTTLS in asked.ignores:
        raise UsageError("A provider that enforces anything uses STARTTLS.", "Leave starttls out of --ignores.")
    answers = dict.fromkeys(asked.enforces, Answer.YES) | dict.fromkeys(asked.ignores, Answer.NO)
    return {**({Mechanism.STARTTLS: Answer.YES} if asked.enforces else {}), **answers}


def _word(text: str) -> str:
    if text not in _WORDS:
        raise argparse.ArgumentTypeError(_unknown(text, _WORDS))
    return text


def _mechanisms(text: str) -> list[Mechanism]:
    known = [mechanism.value for mechanism in Mechanism]
    named = [name.strip() for name in text.split(",") if name.strip()]
    if unknown := next((name for name in named if name not in known), None):
        raise argparse.ArgumentTypeError(_unknown(unknown, known))
    return [Mechanism(name) for name in named]


def _unknown(text: str, known: tuple[str, ...] | list[str]) -> str:
    return f"“{visible(text)}” is not one of {', '.join(known)}{nearest(text, known)}"
