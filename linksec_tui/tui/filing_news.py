"""What was done to messages and is not at the servers yet: a word in the status line, once that takes long.

With a network a change is there before one has read that it waits, so then nothing is said. Where the server's side
stands instead, a notice says so, and a sentence that is still on the screen is not said again.
"""

from __future__ import annotations

from dataclasses import replace

from linksec_tui.model.events import FilingSaid, FilingWaits, Link
from linksec_tui.tui.front import Front

PATIENCE = 2.0  # seconds in which a server that can be reached has done it
SHOWN = 12.0  # seconds that a notice stands: it says what became of messages


class FilingNews:
    """Hears of all accounts; the status line has their sum."""

    def __init__(self, app: Front) -> None:
        self._app = app
        self._waits: dict[str, int] = {}
        self._said: set[str] = set()
        self._asked_for = False  # a look after some patience

    async def begin(self) -> None:
        """What an earlier run left waiting."""
        waits = self._app.desk.filing.waits
        self._waits = {each.name: await waits(each.name) for each in self._app.config.accounts}
        self._show()

    def take(self, event: FilingWaits | FilingSaid) -> None:
        if isinstance(event, FilingSaid):
            self._say(event.sentence)
            return
        self._waits[event.account] = event.count
        if self._sum <= self._app.standing.to_servers or not self._is_online(event.account):
            self._show()
        elif not self._asked_for:
            self._asked_for = True
            self._app.set_timer(PATIENCE, self._show)

    @property
    def _sum(self) -> int:
        return sum(self._waits.values())

    def _is_online(self, account: str) -> bool:
        connection = self._app.connections.get(account)
        return connection is not None and connection.link is Link.ONLINE

    def _show(self) -> None:
        self._asked_for = False
        self._app.standing = replace(self._app.standing, to_servers=self._sum)

    def _say(self, sentence: str) -> None:
        if sentence in self._said:
            return
        self._said.add(sentence)
        self._app.set_timer(SHOWN, lambda: self._said.discard(sentence))
        self._app.notify(sentence, severity="warning", timeout=SHOWN, markup=False)
