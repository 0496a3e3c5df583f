"""The provider's submission server: TLS from the first byte, or STARTTLS before anything else (RFC 6409, RFC 8314)."""

from __future__ import annotations

import base64
import binascii
import hmac
import re
import ssl

from .envelope import Envelope, EnvelopeRecipient, Refused
from .exchangers import mailbox_of
from .faults import FaultSwitch, Step
from .home import Home
from .letter import Letter
from .pki import clock
from .relay import Relay
from .smtp_server import SmtpSession
from .story import SUBMISSION_HOST
from .streams import Door, Wire
from .tasks import Tasks
from .trace import Hop, protocol, queue_id, received

MAX_AUTH_FAILURES = 3
LEAST_TIME = 1  # second that a sender must give us (RFC 2852 §3)
HEEDS_FROM_LEVEL = 3  # docs/protocol.md §2.3
_FROM = re.compile(rb"^from:", re.IGNORECASE | re.MULTILINE)


class Submission:
    """Two doors to the same server: implicit TLS, and STARTTLS."""

    def __init__(self, relay: Relay, home: Home, *, password: str, faults: FaultSwitch) -> None:
        self.relay = relay
        self.home = home
        self.faults = faults
        self._password = password.encode()
        self._context: ssl.SSLContext | None = None
        self._doors: list[Door] = []

    def open(self, context: ssl.SSLContext, tasks: Tasks) -> tuple[int, int]:
        self._context = context
        implicit, starttls = Door(self._converse, tasks, context), Door(self._converse, tasks)
        self._doors = [implicit, starttls]
        return implicit.open(), starttls.open()

    def close(self) -> None:
        for door in self._doors:
            door.close()

    def admits(self, user: str, password: bytes) -> bool:
        return self.home.has(user) and hmac.compare_digest(password, self._password)

    async def _converse(self, wire: Wire) -> None:
        try:
            await _SubmissionSession(wire, self, self._context).converse()
        except _CableCut:
            wire.cut()


class _CableCut(Exception):
    """A fault that the test asked for."""


class _SubmissionSession(SmtpSession):
    name = SUBMISSION_HOST

    def __init__(self, wire: Wire, server: Submission, context: ssl.SSLContext | None) -> None:
        super().__init__(wire, context)
        self._server = server
        self._user = ""
        self._auth_failures = 0
        self.add("AUTH", self._auth)

    @property
    def size_limit(self) -> int:
        return self._server.faults.size

    def offers(self) -> tuple[str, ...]:
        level = self._server.faults.linksec
        declared = (f"LINKSEC {level}",) if level else ()
        after_tls = ("REQUIRETLS", "AUTH PLAIN LOGIN", *declared) if self.wire.tls is not None else ()
        return (*super().offers(), "DSN", f"DELIVERBY {LEAST_TIME}", *after_tls)

    def reached(self, step: Step) -> None:
        if self._server.faults.cuts(step):
            raise _CableCut
        if self._server.faults.defers(step):
            raise Refused("451 4.3.0 Temporary trouble, try again later")

    def check_mail(self, envelope: Envelope) -> None:
        if self.wire.tls is None:
            raise Refused("530 5.7.0 Must issue a STARTTLS command first")
        if not self._user:
            raise Refused("530 5.7.0 Authentication required")
        if envelope.sender and mailbox_of(envelope.sender) != self._user:
            raise Refused(f"553 5.7.1 <{envelope.sender}>: Sender address rejected: not owned by user {self._user}")

    async def check_rcpt(self, recipient: EnvelopeRecipient) -> None:
        if recipient.domain.startswith("["):
            raise Refused(f"550 5.1.2 <{recipient.address}>: Recipient address rejected: no address literals")
        if "." not in recipient.domain:
            raise Refused(f"550 5.1.2 <{recipient.address}>: Recipient address rejected: need a full domain")
        home = self._server.home
        if home.serves(recipient.domain) and not home.has(recipient.address):
            raise Refused(f"550 5.1.1 <{recipient.address}>: Recipient address rejected: User unknown")

    async def take(self, envelope: Envelope, content: bytes) -> str:
        fields = content.partition(b"\r\n\r\n")[0] + b"\r\n"
        if not _FROM.search(fields):
            raise Refused("550 5.6.0 The message has no From field")
        number, now = queue_id(), clock()
        alone = envelope.recipients[0].address if len(envelope.recipients) == 1 else ""
        hop = Hop(
            by=self.name,
            at=now,
            id=number,
            protocol=protocol(tls=True, authenticated=True, utf8=envelope.smtputf8),
            said=self.said,
            tls=self.wire.tls,
            recipient=alone,
        )
        heeds = self._server.faults.linksec >= HEEDS_FROM_LEVEL
        letter = Letter(
            id=number,
            envelope=envelope,
            content=received(hop) + content,
            arrived=now,
            heeds_field=heeds,
            deaf=self._server.faults.deaf,
        )
        if heeds and letter.asks is None:
            raise Refused("554 5.6.0 The field Link-Security cannot be read")
        self._server.relay.accept(letter)
        return f"250 2.0.0 Ok: queued as {number}"

    async def _auth(self, argument: str) -> None:
        if self.wire.tls is None:
            raise Refused("530 5.7.0 Must issue a STARTTLS command first")
        if not self.said or self._user or self.envelope is not None:
            raise Refused("503 5.5.1 AUTH not now")
        mechanism, _, initial = argument.partition(" ")
        match mechanism.upper():
            case "PLAIN":
                _, user, password = await self._plain(initial)
            case "LOGIN":
                user = await self._ask("VXNlcm5hbWU6", initial)
                password = await self._ask("UGFzc3dvcmQ6")
            case _:
                raise Refused("504 5.5.4 Mechanism not offered")
        await self._decide(user.decode("utf-8", "replace"), password)

    async def _plain(self, initial: str) -> tuple[bytes, bytes, bytes]:
        """RFC 4616 §2."""
        parts = (await self._ask("", initial)).split(b"\0")
        if len(parts) != 3:
            raise Refused("501 5.5.2 Bad PLAIN response")
        return parts[0], parts[1], parts[2]

    async def _ask(self, challenge: str, given: str = "") -> bytes:
        """One response, either given with the command or asked for (RFC 4954 §4)."""
        if given:
            response = b"" if given == "=" else given.encode()
        else:
            await self.say(f"334 {challenge}")
            response = await self.wire.line()
        if response == b"*":
            raise Refused("501 5.7.0 Authentication cancelled")
        try:
            return base64.b64decode(response, validate=True)
        except binascii.Error:
            raise Refused("501 5.5.2 Not base64") from None

    async def _decide(self, user: str, password: bytes) -> None:
        if self._server.admits(user, password):
            self._user = mailbox_of(user)
            await self.say("235 2.7.0 Authentication successful")
            return
        self._auth_failures += 1
        if self._auth_failures >= MAX_AUTH_FAILURES:
            await self.end(f"421 4.7.0 {self.name} Too many failed logins")
        else:
            await self.say("535 5.7.8 Authentication credentials invalid")
