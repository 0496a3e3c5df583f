"""A session with the user's own submission server (RFC 6409, 8314): TLS first, then who we are, then the message.

Over STARTTLS nothing but EHLO and STARTTLS leaves before the handshake, and what was learnt before it is forgotten
(RFC 3207 §4.2). After any failure in the middle the connection is cut, never used again. A failure after the final
dot is its own error: the message may have gone out.
"""

from __future__ import annotations

import asyncio
import base64
import contextlib
import ssl
from collections import deque
from collections.abc import AsyncGenerator, Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Self

from aiosmtplib import SMTPException, SMTPResponse, SMTPResponseException

from linksec_tui.model.account import Server, Tls
from linksec_tui.model.address import Address
from linksec_tui.model.connection import Fault, TlsFacts
from linksec_tui.model.credentials import Credentials, Password
from linksec_tui.model.errors import (
    ConfigurationError,
    LinksecError,
    OutcomeUnknown,
    ProtocolBroken,
    Unreachable,
    Unverifiable,
)
from linksec_tui.model.letter import Envelope, Outcome
from linksec_tui.model.stage import Stage
from linksec_tui.model.visible import visible

from .dial import Dialler
from .opening import OPEN_WITHIN, connected, opening, unheard
from .pin import ServerCheck, check_of
from .sasl import Proof, hidden, prove, refusal
from .smtp_envelope import mail_options, rcpt_options, refuse_impossible, strict
from .smtp_offers import Offers, parse_offers
from .smtp_protocol import StrictProtocol
from .tls_failure import NOT_SENT, connection_failure, lost

GREETING_NAME = b"[127.0.0.1]"  # an address literal (RFC 5321 §4.1.4) that tells nothing about this machine
MAX_COMMAND = 512  # octets (RFC 4954 §4); Postfix cuts off what is longer than 2048, and some tokens are
MAX_TEXT = 300  # characters of a server's reply that are kept
STEP_WITHIN = 30.0
ANSWER_WITHIN = 600.0  # RFC 5321 §4.5.3.2.6: giving up earlier makes duplicates

_READY, _AUTHENTICATED, _DONE, _WILL_FORWARD, _CONTINUE, _GO_ON, _TEMPORARY, _FINAL = (
    220,
    235,
    250,
    251,
    334,
    354,
    400,
    500,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """On what terms a session is held: roots besides the system's, the clock, and patience: a step, for opening it,
    and for the answer to the whole letter."""

    clock: Callable[[], datetime]
    ca_file: Path | None = None
    timeout: float = STEP_WITHIN
    open_within: float = OPEN_WITHIN
    answer_within: float = ANSWER_WITHIN
    told: Callable[[Stage], None] = unheard  # how far opening it came


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """What happens around the message itself.

    `before_final_dot` is awaited when all but the final dot has been sent: what it marks durably tells a restarted
    program that the message may have gone out. `progress` hears the octets sent so far.
    """

    before_final_dot: Callable[[], Awaitable[None]]
    progress: Callable[[int], None] | None = None


class SubmissionSession:
    """One connection, encrypted and verified from the moment that it can be held in hand."""

    def __init__(self, server: Server, terms: Terms, protocol: StrictProtocol) -> None:
        self._server = server
        self._terms = terms
        self._protocol = protocol
        self.offers = Offers()
        self.facts = TlsFacts(host=server.host, port=server.port, version="", cipher="")

    @classmethod
    async def connect(cls, server: Server, dialler: Dialler, terms: Terms) -> Self:
        """A session over verified TLS, the server's offers known. Raises ConnectionProblem, ConfigurationError."""
        check = await check_of(server, terms.ca_file, terms.clock)
        async with opening(server, terms.open_within):
            sock = await connected(server, dialler, terms.open_within)
            terms.told(Stage.CONNECT)
            implicit = check.context if server.tls is Tls.IMPLICIT else None
            _, protocol = await asyncio.get_running_loop().create_connection(
                StrictProtocol, sock=sock, ssl=implicit, server_hostname=server.host if implicit else None
            )
            session = cls(server, terms, protocol)
            async with session._aborting():
                await session._open(check)
        return session

    async def login(self, credentials: Credentials) -> None:
        """Tell the server who we are; only ever over TLS. Raises CredentialsRefused, ConnectionProblem."""
        async with self._aborting():
            proof = prove(credentials, self.offers.auth, self._server)
            if proof is None:
                kind = "password" if isinstance(credentials, Password) else "sign-in (OAuth)"
                offered = visible(", ".join(sorted(self.offers.auth)))[:MAX_TEXT] or "none at all"
                raise ConfigurationError(
                    f"{self._where} takes no {kind} in a way that this program knows (it offers: {offered}).",
                    "Ask your provider for another submission server.",
                )
            answers = [*map(base64.b64encode, proof.answers), proof.farewell]
            reply, question = await self._prove(proof, answers)
            if reply.code == _AUTHENTICATED:
                return
            said = f"{reply.code} {hidden(visible(reply.message), credentials, answers)}"[:MAX_TEXT]
            if 400 <= reply.code < 500:
                raise Unreachable(f"{self._where} cannot let anybody in now: “{said}”.", "It will be tried again.")
            raise refusal(credentials, self._where, said, question)

    async def submit(self, envelope: Envelope, content: Sequence[bytes], delivery: Delivery) -> tuple[Outcome, ...]:
        """Hand the message over; what the server said about each recipient, in the envelope's order.

        `content` is the message in parts of whole lines, such as its head and its body.

        Raises SubmissionRefused or BadInput before anything is sent, ConnectionProblem where it surely did not go
        out, OutcomeUnknown where it may have.
        """
        refuse_impossible(envelope, sum(map(len, content)), self.offers)
        async with self._aborting():
            options = mail_options(envelope, content, self.offers)
            reply = await self._say(b"MAIL", f"FROM:<{strict(envelope.sender)}>", *options)
            if reply.code != _DONE:
                await self._reset()
                return tuple(_outcome(recipient, reply) for recipient in envelope.recipients)
            replies = [await self._recipient(recipient, envelope) for recipient in envelope.recipients]
            outcomes = tuple(map(_outcome, envelope.recipients, replies))
            if not any(outcome.accepted for outcome in outcomes):
                await self._reset()
                return outcomes
            return await self._data(outcomes, content, delivery)

    async def close(self) -> None:
        """Say goodbye, briefly, and let go."""
        with contextlib.suppress(SMTPException, OSError):
            await self._protocol.execute_command(b"QUIT", timeout=2.0)
        self._protocol.abort()

    async def _open(self, check: ServerCheck) -> None:
        greeting = await self._protocol.read_response(timeout=self._terms.timeout)
        if greeting.code != _READY:
            raise Unreachable(f"{self._where} turns us away: {_text(greeting)}. {NOT_SENT}", "It will be tried again.")
        if self._server.tls is Tls.STARTTLS:
            await self._start_tls(check.context)
        self.facts = self._judged(check)
        self._terms.told(Stage.TLS)
        reply = await self._say(b"EHLO", GREETING_NAME)
        if _TEMPORARY <= reply.code < _FINAL:
            raise Unreachable(f"{self._where} turns us away: {_text(reply)}. {NOT_SENT}", "It will be tried again.")
        if reply.code != _DONE:
            raise ProtocolBroken(f"{self._where} does not speak ESMTP: {_text(reply)}", "Check host and port.")
        self.offers = parse_offers(reply.message)

    async def _start_tls(self, context: ssl.SSLContext) -> None:
        """RFC 3207; RFC 8314 §3.3: without TLS there is no session, whatever the reason."""
        self._protocol.refuse_left_over()
        reply = await self._say(b"EHLO", GREETING_NAME)
        self._protocol.refuse_left_over()
        if reply.code != _DONE or not parse_offers(reply.message).starttls:
            raise Unverifiable(
                f"{self._where} offers no encryption, or somebody on this network removed the offer: expected STARTTLS,"
                f" found none. {NOT_SENT}",
                "Try another network, or port 465; never send mail without TLS.",
                Fault.NO_TLS,
            )
        reply = await self._say(b"STARTTLS")
        if reply.code != _READY:
            raise Unverifiable(
                f"{self._where} refused to start encryption: expected to go on, found “{_text(reply)}”. {NOT_SENT}",
                "It will be tried again; port 465 may work meanwhile.",
                Fault.NO_TLS,
            )
        await self._protocol.upgrade(context, self._server.host, self._terms.timeout)

    def _judged(self, check: ServerCheck) -> TlsFacts:
        transport = self._protocol.transport
        connection = transport.get_extra_info("ssl_object") if transport else None
        if not isinstance(connection, ssl.SSLObject):
            raise Unverifiable(f"{self._where} is not encrypted. {NOT_SENT}", "Check the settings.", Fault.NO_TLS)
        return check.judge(connection).facts()

    async def _prove(self, proof: Proof, answers: Sequence[bytes]) -> tuple[SMTPResponse, bytes]:
        """The server's last word, and its last question (RFC 4954 §4)."""
        left = deque(answers)
        fits = len(f"AUTH {proof.mechanism} \r\n") + len(left[0]) <= MAX_COMMAND
        first = [left.popleft()] if proof.at_once and fits else []
        reply, question = await self._say(b"AUTH", proof.mechanism, *first), b""
        while reply.code == _CONTINUE and left:
            question = reply.message.encode()
            reply = await self._say(left.popleft())
        return reply, question

    async def _recipient(self, recipient: Address, envelope: Envelope) -> SMTPResponse:
        options = rcpt_options(recipient, self.offers, success=envelope.report_success)
        return await self._say(b"RCPT", f"TO:<{strict(recipient)}>", *options)

    async def _data(
        self, outcomes: tuple[Outcome, ...], content: Sequence[bytes], delivery: Delivery
    ) -> tuple[Outcome, ...]:
        reply = await self._protocol.start_data(self._terms.timeout)
        if reply.code == _GO_ON:
            reply = await self._stream(content, delivery)
        if reply.code != _DONE:
            await self._reset()
        return tuple(_outcome(outcome.recipient, reply) if outcome.accepted else outcome for outcome in outcomes)

    async def _stream(self, content: Sequence[bytes], delivery: Delivery) -> SMTPResponse:
        if not await self._protocol.stream(content, self._terms.timeout, delivery.progress):
            early = await self._protocol.answer(self._terms.timeout)
            self._protocol.abort()  # half a message is on the line
            if early.code < _TEMPORARY:
                raise ProtocolBroken(f"{self._where} answered before the letter was complete.", "It was not sent.")
            return early
        await delivery.before_final_dot()
        self._protocol.write_final_dot()
        try:
            return await self._protocol.answer(self._terms.answer_within)
        except (SMTPException, OSError) as error:
            raise self._unknown(error) from error

    def _unknown(self, error: Exception) -> OutcomeUnknown:
        happened = (
            f"{self._where} has the whole letter and does not say whether it takes it"
            if isinstance(error, TimeoutError)
            else f"The connection to {self._where} was lost after the letter, before the answer"
        )
        next_step = "Look into Sent, or ask the recipients, before you send it again."
        return OutcomeUnknown(f"{happened}: it may have gone out.", next_step)

    async def _reset(self) -> None:
        """Make the session ready for another message; where that fails it is cut, and what was said stands."""
        with contextlib.suppress(SMTPException, OSError):
            reply = await self._say(b"RSET")
            if reply.code == _DONE:
                return
        self._protocol.abort()

    async def _say(self, *words: bytes | str) -> SMTPResponse:
        encoded = [word.encode("utf-8") if isinstance(word, str) else word for word in words]
        return await self._protocol.execute_command(*encoded, timeout=self._terms.timeout)

    @contextlib.asynccontextmanager
    async def _aborting(self) -> AsyncGenerator[None]:
        """Whatever goes wrong inside, the line is cut, and the library's errors become ours."""
        try:
            yield
        except SMTPResponseException as error:
            self._protocol.abort()
            raise ProtocolBroken(
                f"{self._where} said something that is not SMTP ({visible(error.message)[:MAX_TEXT]}).",
                "Check host and port.",
            ) from error
        except LinksecError:
            self._protocol.abort()
            raise
        except (SMTPException, OSError) as error:
            self._protocol.abort()
            failure = lost if self.facts.version else connection_failure
            raise failure(error, host=self._server.host, port=self._server.port) from error
        except BaseException:
            self._protocol.abort()
            raise

    @property
    def _where(self) -> str:
        return f"{self._server.host}:{self._server.port}"


def _outcome(recipient: Address, reply: SMTPResponse) -> Outcome:
    accepted = reply.code in (_DONE, _WILL_FORWARD)
    return Outcome(recipient=recipient, accepted=accepted, code=reply.code, text=_text(reply))


def _text(reply: SMTPResponse) -> str:
    return f"{reply.code} {visible(reply.message)}"[:MAX_TEXT].strip()
