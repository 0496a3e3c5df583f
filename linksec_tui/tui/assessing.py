"""Assessments for a screen: one worker a domain, results in place as they come, never a blocked key press."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from enum import Enum, auto
from functools import partial

from textual.screen import Screen

from linksec_tui.config import PROBED_AT_ONCE, ProbeWhen
from linksec_tui.model.assessment import Assessment
from linksec_tui.model.errors import LinksecError
from linksec_tui.tui.front import Front

FEW = 10  # domains that are still being asked about: each result is shown as it comes
REST = 0.25  # seconds between two changes where there are more: drawing the lines in sight takes a tenth of that


class _How(Enum):
    USUAL = auto()  # as the configuration says
    PUBLISHED = auto()  # nobody connects to their servers
    ANEW = auto()  # everything, whatever is known already


_PROBE = {_How.USUAL: None, _How.PUBLISHED: False, _How.ANEW: True}


class Assessing:
    """What is known of the domains that a screen shows; `changed` is called soon after a result.

    Results that come together are one change, and where very many are asked about, so are those of a
    moment: drawing a letter's head anew for each of two hundred would hold up the keys.
    """

    clock: Callable[[], float] = time.monotonic

    def __init__(self, screen: Screen[None], app: Front, changed: Callable[[], None]) -> None:
        self._screen = screen
        self._app = app
        self._changed = changed
        self._telling = False
        self._told_at = -REST
        self._under_way: set[str] = set()
        self.known: dict[str, Assessment] = {}
        self.asked: set[str] = set()
        self.not_connected: set[str] = set()  # their servers were left alone, because there are so many

    def want(self, domains: Iterable[str], *, account: str | None) -> None:
        """Ask about those that nobody asked about yet; where there are many, only what they publish."""
        wanted = set(domains)
        new = wanted - self.asked
        many = len(wanted) > PROBED_AT_ONCE and self._app.config.network.probe is ProbeWhen.AUTOMATIC
        if many:
            self.not_connected |= new
        for domain in new:
            self._start(domain, account=account, how=_How.PUBLISHED if many else _How.USUAL)

    def again(self, domains: Iterable[str], *, account: str | None) -> None:
        """Ask about all of them anew, with a connection to their servers where the configuration allows it."""
        self.not_connected.clear()
        for domain in set(domains):
            self._start(domain, account=account, how=_How.ANEW)

    def forget(self) -> None:
        """Another account: what its provider does with a letter is another question."""
        self.known.clear()
        self.asked.clear()
        self.not_connected.clear()

    def sentences(self) -> list[str]:
        """What is not known because nobody has asked for it."""
        if not self.not_connected:
            return []
        key = self._app.key("compose.check")
        return [f"So many are judged by what they publish. {key}: connect to their servers, too."]

    def _start(self, domain: str, *, account: str | None, how: _How) -> None:
        self.asked.add(domain)
        self._under_way.add(domain)
        work = partial(self._ask, domain, account=account, how=how)
        self._screen.run_worker(work, group=f"assess:{domain}", exclusive=True, exit_on_error=False)
        self._tell()

    async def _ask(self, domain: str, *, account: str | None, how: _How) -> None:
        fresh = how is _How.ANEW
        try:
            async for assessment in self._app.desk.assess(domain, account=account, fresh=fresh, probe=_PROBE[how]):
                self.known[domain] = assessment
                self._tell()
        except LinksecError as problem:
            self.asked.discard(domain)
            self._app.say(problem)
        finally:
            self._under_way.discard(domain)
            self._tell()

    def _tell(self) -> None:
        if self._telling:
            return
        rest = self._told_at + REST - self.clock()
        if len(self._under_way) > FEW and rest > 0:
            self._telling = True
            self._screen.set_timer(rest, self._tell_now)
        else:
            self._telling = self._screen.call_later(self._tell_now)

    def _tell_now(self) -> None:
        self._telling = False
        self._told_at = self.clock()
        self._changed()
