"""The manual page (man(7)), made from the command line itself.

`python -m linksec_tui.cli.manual > docs/linksec-tui.1` writes it anew.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterable, Iterator

from linksec_tui import __version__
from linksec_tui.cli.arguments import build_parser
from linksec_tui.cli.output import PROGRAM
from linksec_tui.cli.parser_tree import options_of, places_of, words_below

_NAME = "a mail client that says, before you press send, who could read the letter on its way"
_DESCRIPTION = """\
Without a command, the client opens. It shows for each recipient how well the way to them is locked while you write,
lets you demand a level for a letter, and speaks to your own provider over TLS only. The commands do the same in a
terminal without screens.

--json prints one JSON document and --jsonl one object a line, both on standard output alone. All else, and every error
in one line, goes to standard error.
"""
_EXIT = (
    ("0", "all well; check: all meet what was required"),
    ("1", "not all well: some fall short, a text is not valid, a letter came back rather than travel unprotected"),
    ("2", "the command line is wrong"),
    ("3", "check: nothing could be looked up at all"),
    ("65", "what was given is not a message, or not one that can be sent"),
    ("69", "the provider refused the letter, for some or all"),
    ("70", "a mistake of the program; it wrote a report and says where"),
    ("74", "the output could not be written"),
    ("75", "not now: queued, or offline; it will be tried again"),
    ("77", "the gate held the letter: somebody falls short of what it requires"),
    ("78", "the configuration is wrong, or the store has no key"),
)
_ENVIRONMENT = (
    ("LINKSEC_TUI_CONFIG", "the configuration file, where --config names none"),
    ("NO_COLOR", "no colours; every mark has a sign and a word as well"),
    ("EDITOR, VISUAL", "the editor for a letter, where the configuration names none"),
)
_EXAMPLES = (
    ("Who of these could be written to without anybody listening?", "linksec-tui check alice@example.org example.com"),
    ("The same for a list, for another program", "linksec-tui check --file people.txt --require verifiable --jsonl"),
    ("Send, or come back: never in the clear", "linksec-tui send --require encrypted -t < letter.eml"),
    ("Mail from git", "git config sendemail.sendmailCmd 'linksec-tui send -i --require encrypted'"),
    ("Why did this come back?", "linksec-tui bounce returned.eml"),
)
_HIDDEN = ("--config", "--log", "--help")


def page() -> str:
    """The whole page, as roff source."""
    return "\n".join(_page()) + "\n"


def _page() -> Iterator[str]:
    parser = build_parser()
    yield f'.TH LINKSEC-TUI 1 "" "{PROGRAM} {__version__}" "User Commands"'
    yield from _section("Name", [f"{_text(PROGRAM)} \\- {_text(_NAME)}"])
    yield from _section("Synopsis", _synopsis())
    yield from _section("Description", _paragraphs(_DESCRIPTION.split("\n\n")))
    yield from _section("Options", _options(parser, hidden=()))
    yield from _section("Commands", _commands(parser))
    yield from _section("Exit status", _terms(_EXIT))
    yield from _section("Environment", _terms(_ENVIRONMENT))
    yield from _section("Files", _paragraphs([f"“{PROGRAM} config path” says where the configuration is."]))
    yield from _section("Examples", _examples())


def _synopsis() -> Iterator[str]:
    yield f".B {_text(PROGRAM)}"
    yield r"[\fB\-\-config\fR \fIFILE\fR] [\fB\-\-log\fR \fIFILE\fR] [\fICOMMAND\fR] [\fIoptions\fR]"


def _commands(parser: argparse.ArgumentParser, above: str = "") -> Iterator[str]:
    for name, word in words_below(parser).items():
        yield f'.SS "{_text(above + name)}{"".join(_places(word.parser))}"'
        yield _text(_sentence(word.summary))
        yield from _options(word.parser, hidden=_HIDDEN)
        yield from _commands(word.parser, f"{above}{name} ")


def _places(parser: argparse.ArgumentParser) -> Iterator[str]:
    return (f" {_text(place)}" for place in places_of(parser))


def _options(parser: argparse.ArgumentParser, hidden: Iterable[str]) -> Iterator[str]:
    unseen = set(hidden)
    for option in options_of(parser):
        if unseen.isdisjoint(option.names):
            value = rf" \fI{_text(option.value)}\fR" if option.value else ""
            yield ".TP"
            yield ", ".join(rf"\fB{_text(name)}\fR" for name in option.names) + value
            yield _text(option.help)


def _examples() -> Iterator[str]:
    for what, line in _EXAMPLES:
        yield from (".TP", _text(what), rf"\fB{_text(line)}\fR")


def _terms(terms: Iterable[tuple[str, str]]) -> Iterator[str]:
    for term, meaning in terms:
        yield from (".TP", rf"\fB{_text(term)}\fR", _text(meaning))


def _paragraphs(paragraphs: Iterable[str]) -> Iterator[str]:
    for paragraph in paragraphs:
        yield from (".PP", *map(_text, paragraph.strip().splitlines()))


def _section(title: str, lines: Iterable[str]) -> Iterator[str]:
    yield f'.SH "{title.upper()}"'
    yield from lines


def _sentence(text: str) -> str:
    text = text[:1].upper() + text[1:]
    return text if text.endswith((".", "?", "!")) else f"{text}."


def _text(text: str) -> str:
    """Plain text for roff: nothing in it is a request, an escape, or a typographer's dash."""
    escaped = text.replace("\\", r"\e").replace("-", r"\-").replace("“", r"\(lq").replace("”", r"\(rq")
    escaped = escaped.replace("’", r"\(cq").replace("'", r"\(aq").replace("…", r"\|.\|.\|.").replace("–", r"\(en")
    return rf"\&{escaped}" if escaped.startswith((".", "'")) else escaped


if __name__ == "__main__":
    print(page(), end="")
