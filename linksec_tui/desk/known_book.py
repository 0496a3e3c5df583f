"""The known list as this user has it, in memory: shipped, imported, and their own word; read again when it changed.

Another process may change it (`linksec-tui known …` beside an open client), so every assessment asks desk.db for one
number first.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType

from linksec_tui.link.known import KnownList, shipped_list, with_hints, without_hints
from linksec_tui.model.evidence import UserWord
from linksec_tui.model.known import Hint, ListHead, SendingProvider
from linksec_tui.store import known as store
from linksec_tui.store.vault import Vault

Lists = tuple[tuple[ListHead, tuple[Hint, ...]], ...]
_NOT_READ = -1


@dataclass(slots=True, kw_only=True)
class KnownBook:
    """What the sources ask. `lists` are the imported ones."""

    vault: Vault
    listed: KnownList = field(default_factory=shipped_list)
    lists: Lists = ()
    words: Mapping[str, UserWord] = field(default_factory=lambda: MappingProxyType({}))
    _own_providers: tuple[SendingProvider, ...] = ()
    _number: int = _NOT_READ

    async def refresh(self) -> None:
        """As it is now in desk.db. `listed` is another object only where hints or providers are others than before."""
        if await self.vault.run(store.changes) == self._number:
            return
        kept = await self.vault.run(store.read)
        if (kept.lists, kept.providers) != (self.lists, self._own_providers):
            self.listed = _extended(kept)
        self.lists, self.words, self._own_providers = kept.lists, kept.words, kept.providers
        self._number = kept.number

    def word(self, domain: str) -> UserWord | None:
        """The user's own word for exactly this domain."""
        return self.words.get(domain)


def _extended(kept: store.Kept) -> KnownList:
    """The shipped list and the imported ones, or these in place of its hints; the user's word on providers first."""
    shipped = shipped_list()
    known = without_hints(shipped) if any(head.instead for head, _ in kept.lists) else shipped
    known = with_hints(known, (hint for _, hints in kept.lists for hint in hints))
    return replace(known, providers=(*kept.providers, *shipped.providers))
