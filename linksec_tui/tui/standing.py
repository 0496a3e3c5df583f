"""What the status line says everywhere: the state of our own hop, what is unread, what waits, who listens."""

from __future__ import annotations

from dataclasses import dataclass

from textual.content import Content

from linksec_tui.model.eavesdrop import ImpostorMode
from linksec_tui.model.events import ConnectionChanged, Link
from linksec_tui.tui.marks import Marks
from linksec_tui.tui.text import assemble, plain, styled


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """A moment of the whole client; every screen shows the same."""

    opened: bool = False
    connection: ConnectionChanged | None = None
    unread: int = 0
    waiting: int = 0
    attention: int = 0  # held, refused or perhaps gone out: somebody should look
    impostor: ImpostorMode = ImpostorMode.OFF
    progress: str = ""


_IMPOSTOR = {
    ImpostorMode.STRIP: "impostor on: takes the encryption away",
    ImpostorMode.CERTIFICATE: "impostor on: plays the server",
}


def status_words(standing: Standing, marks: Marks) -> Content:
    """One line, the most important first."""
    parts = [_connection(standing), *_mail(standing), *_outbox(standing)]
    if standing.progress:
        parts.append(styled(standing.progress, "$muted"))
    if standing.impostor is not ImpostorMode.OFF:
        parts.insert(0, styled(f"{marks.caution} {_IMPOSTOR[standing.impostor]}", "bold $warning"))
    return styled(f" {marks.bullet} ", "$muted").join(parts)


def _connection(standing: Standing) -> Content:
    connection = standing.connection
    if connection is None:
        return styled("not connected" if standing.opened else "opening…", "$muted")
    name = plain(connection.account)
    match connection.link:
        case Link.CONNECTING:
            return assemble(name, (" connecting…", "$muted"))
        case Link.OFFLINE:
            return assemble(name, (f" offline: {connection.detail}" if connection.detail else " offline", "$warning"))
        case Link.ONLINE:
            facts = connection.facts
            return assemble(name, (f" {_tls(facts.version)} to {facts.host}" if facts else " online", "$muted"))


def _tls(version: str) -> str:
    return version.replace("TLSv", "TLS ")


def _mail(standing: Standing) -> list[Content]:
    return [plain(f"{standing.unread} unread")] if standing.unread else []


def _outbox(standing: Standing) -> list[Content]:
    shown: list[Content] = []
    if standing.waiting:
        shown.append(plain(f"{standing.waiting} on the way out"))
    if standing.attention:
        shown.append(styled(f"outbox: look at {standing.attention}", "bold $warning"))
    return shown
