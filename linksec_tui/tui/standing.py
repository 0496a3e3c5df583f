"""What the status line says everywhere: the state of our own hop, what is unread, what waits, who listens."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from textual.content import Content

from linksec_tui.model.eavesdrop import ImpostorMode
from linksec_tui.model.events import ConnectionChanged, Link, Progress
from linksec_tui.model.filing import waiting_words
from linksec_tui.tui.marks import Marks
from linksec_tui.tui.text import assemble, plain, styled

WORTH_TELLING = 1000  # messages: what is read in a second is no news


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """A moment of the whole client; every screen shows the same."""

    opened: bool = False
    connection: ConnectionChanged | None = None  # of the account at hand
    elsewhere: tuple[str, ...] = ()  # other accounts that are not connected
    unread: int = 0
    waiting: int = 0
    sending: int = 0  # percent of a large letter that the provider has
    to_servers: int = 0  # done to messages here, and not at the servers yet
    attention: int = 0  # held, refused or perhaps gone out: somebody should look
    impostor: ImpostorMode = ImpostorMode.OFF
    progress: str = ""
    goes_in: int = 0  # seconds until the letter sent last goes
    take_back: str = ""  # the key that takes it back until then


_IMPOSTOR = {
    ImpostorMode.STRIP: "impostor on: takes the encryption away",
    ImpostorMode.CERTIFICATE: "impostor on: plays the server",
}


def progress_words(event: Progress) -> str:
    """How far a mailbox is read: in whole parts of a hundred, so that the line stands still while one looks at it."""
    if event.done >= event.total or event.total < WORTH_TELLING:
        return ""
    return f"reading {event.what} {100 * event.done // event.total} %"


def status_words(standing: Standing, marks: Marks, room: int | None = None) -> Content:
    """One line, the most important first; what has no `room` any more is left out whole, never cut in the middle."""
    between = styled(f" {marks.bullet} ", "$muted")
    parts = list(_parts(standing, marks))
    if room is not None and standing.to_servers and between.join(parts).cell_length > room:
        parts = list(_parts(_without_detail(standing), marks))
    while room is not None and len(parts) > 1 and between.join(parts).cell_length > room:
        parts.pop()
    return between.join(parts)


def _without_detail(standing: Standing) -> Standing:
    """What waits says more than why nobody can be reached, which the accounts tell too."""
    connection = standing.connection
    return replace(standing, connection=replace(connection, detail="")) if connection is not None else standing


def _parts(standing: Standing, marks: Marks) -> Iterator[Content]:
    yield from _going(standing)
    yield from _warnings(standing, marks)
    yield _connection(standing)
    if standing.elsewhere:
        yield styled(f"offline: {', '.join(standing.elsewhere)}", "$warning")
    if standing.to_servers:
        yield plain(waiting_words(standing.to_servers))
    if standing.sending:
        yield plain(f"sending {standing.sending} %")
    if standing.waiting:
        yield plain(f"{standing.waiting} on the way out")
    if standing.unread:
        yield plain(f"{standing.unread} unread")
    if standing.progress:
        yield styled(standing.progress, "$muted")


def _going(standing: Standing) -> Iterator[Content]:
    if standing.goes_in:
        words = f" takes the letter back; it goes in {standing.goes_in} s"
        yield assemble((standing.take_back, "bold $accent"), (words, "bold"))


def _warnings(standing: Standing, marks: Marks) -> Iterator[Content]:
    if standing.impostor is not ImpostorMode.OFF:
        yield styled(f"{marks.caution} {_IMPOSTOR[standing.impostor]}", "bold $warning")
    if standing.attention:
        yield styled(f"{marks.caution} outbox: look at {standing.attention}", "bold $warning")


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
        case Link.ELSEWHERE:
            return assemble(name, (" kept up by another linksec-tui", "$muted"))
        case Link.ONLINE:
            facts = connection.facts
            return assemble(name, (f" {_tls(facts.version)} to {facts.host}" if facts else " online", "$muted"))


def _tls(version: str) -> str:
    return version.replace("TLSv", "TLS ")
