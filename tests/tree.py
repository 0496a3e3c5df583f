"""The tree in docs/architecture.md, drawn from what each file says of itself: `python -m tests.tree` draws it anew."""

from __future__ import annotations

import ast
import re
import textwrap
import tomllib
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
PACKAGE = ROOT / "linksec_tui"
DOCUMENT = ROOT / "docs" / "architecture.md"
BLOCK = re.compile(r"(?<=```text\n)linksec_tui/\n.*?(?=```)", re.DOTALL)
SUFFIXES = {".py", ".sql", ".tcss", ".toml"}
# What stands for a room in the tree, in the order in which a letter passes; the rooms' own words are in their files.
ROOMS = {
    "cli": "one file a command; no Textual",
    "tui": "the screens; the only user of Textual and Rich",
    "desk": "one user's open accounts: the verbs that both front ends call; wires all the rest together",
    "link": "domain → evidence → assessment",
    "outgoing": "draft → decision → submission → bounce → the sent message",
    "incoming": "mailbox → store → what the reader sees",
    "accounts": "address → working account",
    "people": "contacts",
    "formats": "one standard a file, text ↔ value; used by several rooms above",
    "store": "two encrypted SQLite files; the only user of SQLite",
    "wire": "sockets and secrets; the only user of dns, ssl, aiosmtplib, aioimaplib, keyring",
    "world": "the embedded mail world; knows the model only",
    "model": "the vocabulary: frozen values, standard library only, no I/O",
}
_WIDE = 40
_PURE = " (pure)"


def draw() -> str:
    """The whole tree, a line a file."""
    return "\n".join(["linksec_tui/", *_children(PACKAGE, ""), ""])


def drawn() -> set[str]:
    """The files that the document draws, as paths below the package."""
    found = BLOCK.search(DOCUMENT.read_text())
    return _paths(found[0]) if found else set()


def standing() -> set[str]:
    """The files that stand."""
    return _paths(draw())


def _paths(tree: str) -> set[str]:
    paths: set[str] = set()
    rooms: list[str] = []
    for line in tree.splitlines():
        if found := re.match(r"([│ ]*)[├└]── ([\w.-]+)(/?)", line):
            rooms = [*rooms[: len(found[1]) // 4], found[2]]
            paths |= set() if found[3] else {"/".join(rooms)}
    return paths


def _children(folder: Path, before: str) -> Iterator[str]:
    places = [place for place in folder.iterdir() if _counts(place)]
    places.sort(key=lambda place: (place.is_dir(), _rank(place), place.name))
    for place in places:
        last = place == places[-1]
        name = place.name + ("/" if place.is_dir() else "")
        head = f"{before}{'└' if last else '├'}── {name}"
        yield f"{head:{_WIDE}} {_idea(place)}".rstrip()
        if place.is_dir():
            yield from _children(place, before + ("    " if last else "│   "))


def _counts(place: Path) -> bool:
    if place.is_dir():
        return any(_counts(inside) for inside in place.iterdir())
    return place.suffix in SUFFIXES and not (place.name == "__init__.py" and not place.stat().st_size)


def _rank(place: Path) -> int:
    return list(ROOMS).index(place.name) if place.name in ROOMS else -1


def _idea(place: Path) -> str:
    if place.is_dir():
        return ROOMS.get(place.name, "") if place.parent == PACKAGE else ""
    if place.suffix != ".py":
        return ""
    sentence = re.split(r"(?<=[.?!])\s", ast.get_docstring(ast.parse(place.read_text())) or "")[0]
    return textwrap.shorten(sentence.rstrip("."), 110, placeholder=" …") + (_PURE if _is_pure(place) else "")


def _is_pure(place: Path) -> bool:
    module = ".".join(place.relative_to(ROOT).with_suffix("").parts)
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"]
    [pure] = [contract["source_modules"] for contract in contracts if contract["id"] == "pure"]
    return any(module == name or module.startswith(f"{name}.") for name in pure if name != "linksec_tui.model")


if __name__ == "__main__":
    DOCUMENT.write_text(BLOCK.sub(lambda _: draw(), DOCUMENT.read_text()))
