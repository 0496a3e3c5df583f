"""One server of an account, visited: found, reached, verified, signed in to, each of it a step that can be told.

Where a certificate did not verify it is looked at once more, so that what was found can be told; that look ends with
the handshake, and says nothing to the server.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator, Awaitable, Callable, Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Generic, Protocol, TypeVar

from linksec_tui.accounts import pinned
from linksec_tui.model.account import Server
from linksec_tui.model.connection import Fault, TlsFacts, Trust
from linksec_tui.model.credentials import Credentials
from linksec_tui.model.discovery import Service
from linksec_tui.model.errors import LinksecError, Unreachable, Unverifiable
from linksec_tui.model.proof import certificate_text, dane_text, encryption_text, trust_text
from linksec_tui.model.stage import Stage
from linksec_tui.model.verification import State, Step
from linksec_tui.model.visible import visible
from linksec_tui.wire.admission import CredentialSource, admitted
from linksec_tui.wire.dial import Dialler, Target
from linksec_tui.wire.opening import OPEN_WITHIN
from linksec_tui.wire.pin import NO_CERTIFICATE
from linksec_tui.wire.resolver import Resolver

LOOK_WITHIN = 2.5  # seconds for the second look; with the first one's twelve it stays below fifteen
_ADDRESSES = 4  # of one server that are shown
_REACHED = {
    Stage.CONNECT: "the connection stands",
    Stage.TLS: "and its certificate verified",
    Stage.GREETING: "it is a mail server",
    Stage.OFFERS: "it said what it offers",
}


class Session(Protocol):
    """What the sessions of both services have in common."""

    @property
    def facts(self) -> TlsFacts: ...

    async def login(self, credentials: Credentials) -> None: ...
    async def close(self) -> None: ...


AnySession = TypeVar("AnySession", bound=Session)


@dataclass(frozen=True, slots=True, kw_only=True)
class Means:
    """By which means servers are visited, whichever they are."""

    credentials: CredentialSource
    resolver: Resolver
    dialler: Dialler
    clock: Callable[[], datetime]


@dataclass(frozen=True, slots=True, kw_only=True)
class Opening:
    """How a session is to be opened: with whom, in how many seconds, and who hears how far it came."""

    server: Server
    within: float
    told: Callable[[Stage], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit(Generic[AnySession]):
    """One server. `stages` are those that opening a session tells, in their order.

    `opened` and `signed_in` have the steps that only this service has.
    """

    means: Means
    service: Service
    server: Server
    user: str
    stages: tuple[Stage, ...]
    open: Callable[[Opening], Awaitable[AnySession]]
    opened: Callable[[AnySession], Iterable[Step]]
    signed_in: Callable[[AnySession], Awaitable[Iterable[Step]]]
    _reached: list[Stage] = field(default_factory=list[Stage], init=False)

    async def steps(self) -> AsyncGenerator[Step]:
        """Each as it ends; the first that fails is the last."""
        try:
            yield await self._found()
        except LinksecError as problem:
            yield failed(self.service, Stage.RESOLVE, problem)
            return
        try:
            session = await self._open(self.server)
        except LinksecError as problem:
            for stage in self._reached:
                yield step(self.service, stage, _REACHED[stage])
            yield await self._stopped(problem)
            return
        async for each in self._with(session):
            yield each

    async def _found(self) -> Step:
        target = Target(host=self.server.host, port=self.server.port)
        try:
            places = await self.means.dialler.endpoints(target)
        except OSError as error:
            detail = visible(error.strerror or str(error))
            raise Unreachable(
                f"{self.server.host} was not found ({detail}).", "Check its name, and the network."
            ) from error
        addresses = ", ".join(address for address, _ in places[:_ADDRESSES])
        return step(self.service, Stage.RESOLVE, f"{self.server.host} is at {addresses}")

    async def _open(self, server: Server, within: float = OPEN_WITHIN) -> AnySession:
        self._reached.clear()
        return await self.open(Opening(server=server, within=within, told=self._reached.append))

    async def _with(self, session: AnySession) -> AsyncGenerator[Step]:
        yield step(self.service, Stage.CONNECT, _REACHED[Stage.CONNECT])
        shown = await pinned.compare(self.means.resolver, session.facts, self.means.clock())
        yield self._encrypted(shown)
        yield self._dane(shown)
        for each in self.opened(session):
            yield each
        try:
            session = await self._admitted(session)
        except LinksecError as problem:
            yield failed(self.service, Stage.LOGIN, problem)
            return
        try:
            yield step(self.service, Stage.LOGIN, f"as {self.user}")
            for each in await self.signed_in(session):
                yield each
        except LinksecError as problem:
            yield failed(self.service, Stage.MAILBOXES, problem)
        finally:
            await session.close()

    async def _admitted(self, session: AnySession) -> AnySession:
        """In the session that is open already; in another one where a token has to be renewed first."""
        waiting = [session]

        async def connect() -> AnySession:
            return waiting.pop() if waiting else await self._open(self.server)

        return await admitted(connect, self.means.credentials)

    def _encrypted(self, shown: TlsFacts) -> Step:
        text = f"{encryption_text(shown)}; {certificate_text(shown)}; {trust_text(shown)}"
        state = State.CAUTION if shown.trust is Trust.PINNED else State.OK
        return replace(step(self.service, Stage.TLS, text, state), facts=shown)

    def _dane(self, shown: TlsFacts) -> Step:
        state = State.FAILED if shown.dane_matches is False else State.OK
        return replace(step(self.service, Stage.DANE, dane_text(shown), state), facts=shown)

    async def _stopped(self, problem: LinksecError) -> Step:
        if isinstance(problem, Unverifiable):
            return await self._unverified(problem)
        stage = next((stage for stage in self.stages if stage not in self._reached), self.stages[-1])
        return failed(self.service, stage, problem)

    async def _unverified(self, problem: Unverifiable) -> Step:
        shown = problem.shown or await self._look()
        nobody_known = problem.fault in (Fault.SELF_SIGNED, Fault.UNKNOWN_ISSUER)
        ended = replace(failed(self.service, Stage.TLS, problem), unknown_authority=nobody_known)
        if shown is None:
            return ended
        from linksec_tui.accounts.pin_offer import pin_offer  # deferred: cryptography, 10 MiB that mail can do without

        pin = pin_offer(self.server, problem.fault, shown, self.means.clock())
        return replace(ended, text=f"{ended.text} It showed {certificate_text(shown)}.", facts=shown, pin=pin)

    async def _look(self) -> TlsFacts | None:
        """The certificate of a server that does not verify; None where there is no handshake to see one in."""
        try:
            session = await self._open(replace(self.server, pin=NO_CERTIFICATE), LOOK_WITHIN)
        except Unverifiable as refusal:
            return refusal.shown
        except LinksecError:
            return None
        await session.close()
        return None


def step(service: Service, stage: Stage, text: str, state: State = State.OK) -> Step:
    return Step(service=service, stage=stage, state=state, text=text)


def failed(service: Service, stage: Stage, problem: LinksecError) -> Step:
    return replace(step(service, stage, problem.sentence, State.FAILED), next_step=problem.next_step)
