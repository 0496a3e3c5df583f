"""The command palette: what the screen at hand can do now, by name."""

from __future__ import annotations

from collections.abc import Iterator

from textual.command import DiscoveryHit, Hit, Hits, Provider

from linksec_tui.tui.keys import shown


class KeyCommands(Provider):
    """Every binding that has a label and would do something."""

    async def discover(self) -> Hits:
        for label, help_text, action in self._commands():
            yield DiscoveryHit(label, self._runner(action), help=help_text)

    async def search(self, query: str) -> Hits:
        matcher = self.matcher(query)
        for label, help_text, action in self._commands():
            if (score := matcher.match(label)) > 0:
                yield Hit(score, matcher.highlight(label), self._runner(action), help=help_text)

    def _commands(self) -> Iterator[tuple[str, str, tuple[object, str]]]:
        seen: set[str] = set()
        for node, binding, enabled, _tip in self.screen.active_bindings.values():
            if binding.description and enabled and binding.id and binding.action not in seen:
                seen.add(binding.action)
                yield binding.description, shown(binding.key)[0], (node, binding.action)
