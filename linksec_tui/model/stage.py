"""How far a connection came, apart from what is found on the way: whoever only connects loads nothing of that."""

from __future__ import annotations

from enum import StrEnum


class Stage(StrEnum):
    """How far a connection came; in this order."""

    RESOLVE = "resolve"
    CONNECT = "connect"
    TLS = "tls"
    DANE = "dane"
    GREETING = "greeting"
    OFFERS = "offers"
    LOGIN = "login"
    MAILBOXES = "mailboxes"
    SENDERS = "senders"
    PROVIDER = "provider"

    @property
    def words(self) -> str:
        return _STAGES[self]


_STAGES = {
    Stage.RESOLVE: "found",
    Stage.CONNECT: "reached",
    Stage.TLS: "encrypted",
    Stage.DANE: "signed DNS",
    Stage.GREETING: "greeting",
    Stage.OFFERS: "offers",
    Stage.LOGIN: "signed in",
    Stage.MAILBOXES: "mailboxes",
    Stage.SENDERS: "senders",
    Stage.PROVIDER: "your provider",
}
