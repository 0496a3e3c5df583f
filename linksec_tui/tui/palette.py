"""The command palette: what the screen at hand can do now, by name."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from textual.command import DiscoveryHit, Hit, Hits, Provider
from textual.dom import DOMNode

from linksec_tui.tui.keys import shown
from linksec_tui.tui.screens.page import Page


class KeyCommands(Provider):
    """Every binding that has a label and would do something."""

    async def discover(self) -> Hits:
        for label, key, node, action in self._commands():
            yield DiscoveryHit(label, partial(self.app.run_action, action, node), help=key)

    async def search(self, query: str) -> Hits:
        matcher = self.matcher(query)
        for label, key, node, action in self._commands():
            if (score := matcher.match(label)) > 0:
                yield Hit(score, matcher.highlight(label), partial(self.app.run_action, action, node), help=key)

    def _commands(self) -> Iterator[tuple[str, str, DOMNode, str]]:
        seen: set[str] = set()
        found = sorted(self.screen.active_bindings.values(), key=lambda active: active.node is not self.screen)
        for node, binding, enabled, _tip in found:  # what the screen does first, moving about after it
            if binding.description and enabled and binding.id and binding.action not in seen:
                seen.add(binding.action)
                yield binding.description, shown(binding.key)[0], node, binding.action
        if isinstance(self.screen, Page):
            yield from ((label, "", self.screen, action) for label, action in self.screen.also_named)
