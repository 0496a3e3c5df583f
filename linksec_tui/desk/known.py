"""The known list as a person handles it: look, import, export, and say what they know themselves (link-security.md §6).

What is promised is on the disk: every change is in desk.db, with its verified copy, when the verb returns.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase
from types import MappingProxyType

from linksec_tui.desk.known_book import KnownBook
from linksec_tui.desk.known_fetch import fetch_list
from linksec_tui.desk.rooms import Rooms
from linksec_tui.formats.domain_name import to_ascii, to_unicode
from linksec_tui.link.known import shipped_list
from linksec_tui.link.known_files import ListRefused, parse_known_file, render_known_file
from linksec_tui.model.errors import BadInput, LinksecError
from linksec_tui.model.evidence import Answer, Mechanism, UserWord
from linksec_tui.model.json_text import Json
from linksec_tui.model.known import Hint, Imported, ImportedHint, KnownNames, ListHead, SendingProvider
from linksec_tui.model.visible import visible
from linksec_tui.store import known as store

MAX_LISTS = 16
MAX_IMPORTED = 20_000  # entries of all lists together: a tenth of a second at every start
_SHOWN = 80  # characters of a name that is refused
_WILD = re.compile(r"[*?\[]")


class KnownRefused(LinksecError):
    """The known list cannot be changed like that."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """The verbs of the known list."""

    rooms: Rooms
    book: KnownBook

    async def names(self, pattern: str = "") -> KnownNames:
        """All that is known, or of the names that fit: a part of a name, or a pattern with `*` and `?`."""
        await self.book.refresh()
        fits = _matcher(pattern)
        providers = (each for each in self.book.listed.providers if any(map(fits, each.hosts)))
        hints = (each for each in self._hints() if fits(each.hint.name))
        return KnownNames(
            words=MappingProxyType({domain: word for domain, word in self.book.words.items() if fits(domain)}),
            providers=tuple(providers),
            hints=tuple(sorted(hints, key=lambda each: (each.hint.kind.value, each.hint.name))),
            lists=tuple(head for head, _ in self.book.lists if fits(head.name)),
        )

    async def export(self) -> Json:
        """Every hint that counts, in our own format. The user's own word stays theirs."""
        await self.book.refresh()
        return render_known_file((each.hint for each in self._hints()), "", self.rooms.clock())

    async def fetch(self, url: str) -> tuple[str, bytes]:
        """The list at an https address, and the name under which it is kept. Raises ListRefused."""
        return await fetch_list(self.rooms, url)

    async def import_list(self, name: str, content: bytes, *, instead: bool = False) -> Imported:
        """Take the hints of a list, in place of those of an earlier one of that name. Raises ListRefused."""
        self._require_lasting()
        now = self.rooms.clock()
        file = parse_known_file(content, now)
        head = ListHead(
            name=_shown(name, 200),
            format=file.format,
            author=file.author,
            issued_at=file.issued_at,
            imported_at=now,
            expires_at=file.expires_at,
            instead=instead,
        )
        await self.book.refresh()
        replaced = self._replaceable(head)
        self._require_room(head.name, file.hints)
        await self.rooms.desk.run(store.write_list, head, file.hints)
        await self.rooms.keep_copy()
        return Imported(
            head=head,
            taken=len(file.hints),
            left_out=file.left_out,
            left_out_count=file.left_out_count,
            replaced=replaced.imported_at if replaced else None,
        )

    async def set_word(self, domain: str, mechanism: Mechanism | None) -> str:
        """The user says that a domain is verified by a mechanism, or without one that it is exposed. Its A-label."""
        self._require_lasting()
        name = _domain(domain)
        if mechanism is not None and name.startswith("["):
            raise KnownRefused("An address in brackets has neither DANE nor MTA-STS.", "It can only be set to exposed.")
        word = UserWord(exposed=mechanism is None, mechanism=mechanism, dated=self._today())
        await self.rooms.desk.run(store.write_word, name, word)
        await self.rooms.keep_copy()
        return name

    async def set_provider(self, host: str, answers: Mapping[Mechanism, Answer]) -> SendingProvider:
        """The user says what the provider behind a submission server does with outgoing mail."""
        self._require_lasting()
        name = _domain(host)
        provider = SendingProvider(
            hosts=(name,),
            insists=MappingProxyType(dict(answers)),
            source="your own word",
            dated=self._today(),
            own=True,
        )
        await self.rooms.desk.run(store.write_provider, name, provider)
        await self.rooms.keep_copy()
        return provider

    async def unset(self, name: str) -> None:
        """Take back the user's own word on a domain or provider, or a list by the name it was imported under."""
        gone = await self.rooms.desk.run(store.delete_list, name)
        if not gone:
            domain = _domain(name)
            word = await self.rooms.desk.run(store.delete_word, domain)
            gone = await self.rooms.desk.run(store.delete_provider, domain) or word
        if not gone:
            raise KnownRefused(
                f"You have set nothing for {_shown(name)}, and no list of that name was imported.",
                "Run “linksec-tui known list” to see what there is.",
            )
        await self.rooms.keep_copy()

    def _hints(self) -> Iterator[ImportedHint]:
        """Those that count now; one that two lists have, once."""
        shipped = () if any(head.instead for head, _ in self.book.lists) else shipped_list().hints()
        told: dict[Hint, str] = dict.fromkeys(shipped, "")
        for head, hints in self.book.lists:
            for hint in hints:
                told.setdefault(hint, head.name)
        now = self.rooms.clock()
        for hint, list_name in told.items():
            if hint.expires_at is None or hint.expires_at > now:
                yield ImportedHint(hint=hint, list_name=list_name)

    def _replaceable(self, head: ListHead) -> ListHead | None:
        """The list that this one replaces. An older issue does not replace a newer one. Raises ListRefused."""
        present = next((each for each, _ in self.book.lists if each.name == head.name), None)
        if present is None and len(self.book.lists) >= MAX_LISTS:
            raise ListRefused(
                f"{MAX_LISTS} lists were imported already.", "Take one away with “linksec-tui known unset NAME”."
            )
        if present is not None and present.issued_at > head.issued_at:
            raise ListRefused(
                f"This issue of {head.name} is of {head.issued_at:%Y-%m-%d}, older than the one that is here"
                f" ({present.issued_at:%Y-%m-%d}).",
                f"To go back to it, run “linksec-tui known unset {head.name}” first.",
            )
        return present

    def _require_room(self, name: str, hints: Iterable[Hint]) -> None:
        """All of it is in memory. What is shipped anyway does not count, so that any export can be imported."""
        others = (hint for head, every in self.book.lists if head.name != name for hint in every)
        if len({*others, *hints}.difference(shipped_list().hints())) > MAX_IMPORTED:
            raise ListRefused(
                f"With this list there would be more than {MAX_IMPORTED:,} imported entries.",
                "Take a smaller one, or take another away with “linksec-tui known unset NAME”.",
            )

    def _require_lasting(self) -> None:
        """Without a key for the store, what was set would be gone when the command ends."""
        if self.rooms.desk.path.parent != self.rooms.config.state:
            raise KnownRefused(
                "There is no key for the store yet, so nothing that you set could be kept.",
                "Add an account, or a [store] to the configuration, first.",
            )

    def _today(self) -> str:
        return self.rooms.clock().date().isoformat()


def _matcher(pattern: str) -> Callable[[str], bool]:
    """Names are matched in both their forms."""
    wanted = pattern.lower()

    def fits(name: str) -> bool:
        forms = (name, to_unicode(name))
        return any(fnmatchcase(form, wanted) if _WILD.search(wanted) else wanted in form for form in forms)

    return fits


def _domain(text: str) -> str:
    try:
        name = to_ascii(text)
    except BadInput:
        name = ""
    if "." not in name and not name.startswith("["):
        raise KnownRefused(f"“{_shown(text)}” is not the name of a domain.", "Write it as name.example.")
    return name


def _shown(text: str, limit: int = _SHOWN) -> str:
    return visible(text)[:limit]
