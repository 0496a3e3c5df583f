"""Assessments for a screen: one worker a domain, results in place as they come, never a blocked key press."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import partial

from textual.screen import Screen

from linksec_tui.model.assessment import Assessment
from linksec_tui.model.errors import LinksecError
from linksec_tui.tui.front import Front


class Assessing:
    """What is known of the domains that a screen shows; `changed` is called soon after a result.

    Fifty results that come together are one change: drawing a letter's head anew fifty times would hold up the keys.
    """

    def __init__(self, screen: Screen[None], app: Front, changed: Callable[[], None]) -> None:
        self._screen = screen
        self._app = app
        self._changed = changed
        self._telling = False
        self.known: dict[str, Assessment] = {}
        self.asked: set[str] = set()

    def want(self, domains: Iterable[str], *, account: str | None) -> None:
        """Ask about those that nobody asked about yet."""
        for domain in set(domains) - self.asked:
            self._start(domain, account=account, fresh=False)

    def again(self, domains: Iterable[str], *, account: str | None) -> None:
        """Ask about all of them anew, with a connection to their servers where the configuration allows it."""
        for domain in set(domains):
            self._start(domain, account=account, fresh=True)

    def forget(self) -> None:
        """Another account: what its provider does with a letter is another question."""
        self.known.clear()
        self.asked.clear()

    def _start(self, domain: str, *, account: str | None, fresh: bool) -> None:
        self.asked.add(domain)
        work = partial(self._ask, domain, account=account, fresh=fresh)
        self._screen.run_worker(work, group=f"assess:{domain}", exclusive=True, exit_on_error=False)
        self._tell()

    async def _ask(self, domain: str, *, account: str | None, fresh: bool) -> None:
        probe = True if fresh else None
        try:
            async for assessment in self._app.desk.assess(domain, account=account, fresh=fresh, probe=probe):
                self.known[domain] = assessment
                self._tell()
        except LinksecError as problem:
            self.asked.discard(domain)
            self._app.say(problem)
            self._tell()

    def _tell(self) -> None:
        if not self._telling:
            self._telling = self._screen.call_later(self._tell_now)

    def _tell_now(self) -> None:
        self._telling = False
        self._changed()
