"""The recipients' exchangers: SMTP servers that take mail for their domain, each with the faults of its plan.

A test may switch on others, for the connections that come after.
"""

from __future__ import annotations

import asyncio
import ssl
from dataclasses import dataclass

from .envelope import Envelope, EnvelopeRecipient, Refused
from .faults import ExchangerFaults
from .mailboxes import Mailboxes, Post
from .pki import Identity, clock
from .smtp_server import SmtpSession
from .story import BUSY, FULL, WEEK, DomainPlan, ExchangerPlan, Starttls
from .streams import Door, Wire
from .tasks import Tasks
from .trace import Hop, protocol, queue_id, received, return_path, without_return_path

# RFC 8446 §6.2: a fatal alert, handshake_failure, in a record that every version of TLS understands
_HANDSHAKE_FAILURE = bytes((0x15, 0x03, 0x01, 0x00, 0x02, 0x02, 0x28))


@dataclass(frozen=True, slots=True, kw_only=True)
class Guises:
    """What an exchanger can show: its own certificate, and one for another name."""

    own: Identity
    another: Identity


class Exchanger:
    """One exchanger of one domain."""

    def __init__(self, domain: DomainPlan, plan: ExchangerPlan, mailboxes: Mailboxes, guises: Guises) -> None:
        self.domain = domain
        self.plan = plan
        self.mailboxes = mailboxes
        self._guises = guises
        self._manner = (ExchangerFaults(), self._context(ExchangerFaults()))
        self._door: Door | None = None
        self.busy_once: set[str] = set()  # those who were told to come again

    def open(self, tasks: Tasks) -> int:
        self._door = Door(self._converse, tasks)
        return self._door.open()

    def close(self) -> None:
        if self._door is not None:
            self._door.close()

    def misbehave(self, faults: ExchangerFaults) -> None:
        """For every connection from now on; safe to call from any thread."""
        self._manner = (faults, self._context(faults))

    def _context(self, faults: ExchangerFaults) -> ssl.SSLContext | None:
        if self.plan.starttls is Starttls.ABSENT:
            return None
        identity = self._guises.another if faults.wrong_name else self._guises.own
        return identity.with_old_tls() if faults.old_tls else identity.context

    async def _converse(self, wire: Wire) -> None:
        faults, context = self._manner
        await _ExchangerSession(wire, self, faults, context).converse()


class _ExchangerSession(SmtpSession):
    def __init__(
        self, wire: Wire, exchanger: Exchanger, faults: ExchangerFaults, context: ssl.SSLContext | None
    ) -> None:
        super().__init__(wire, context)
        self.name = exchanger.plan.host
        self._exchanger = exchanger
        self._faults = faults

    async def greet(self) -> None:
        if self._faults.greeting:
            await self.end(self._faults.greeting)
        else:
            await super().greet()

    async def say(self, *lines: str) -> None:
        await asyncio.sleep(self._faults.seconds)
        await super().say(*lines)

    def offers(self) -> tuple[str, ...]:
        plan, domain = self._exchanger.plan, self._exchanger.domain
        said = self._faults.linksec or (f"{domain.level} max-age={WEEK}" if domain.level else "")
        level = (f"LINKSEC {said}",) if said else ()
        after_tls = ((*(("REQUIRETLS",) if plan.requiretls else ()), *level)) if self.wire.tls is not None else ()
        return (*super().offers(), *after_tls)

    async def handshake(self, context: ssl.SSLContext) -> None:
        if self._exchanger.plan.starttls is Starttls.BROKEN:
            await self.wire.fill()  # the client's hello, whatever version it speaks
            await self.wire.send(_HANDSHAKE_FAILURE)
            raise EOFError
        await super().handshake(context)

    async def check_rcpt(self, recipient: EnvelopeRecipient) -> None:
        if recipient.domain != self._exchanger.domain.name:
            raise Refused(f"550 5.7.1 <{recipient.address}>: Relay access denied")
        local = recipient.address.rpartition("@")[0].lower().partition("+")[0]
        if local == FULL:
            raise Refused(f"552 5.2.2 <{recipient.address}>: Mailbox full")
        if local == BUSY and recipient.address not in self._exchanger.busy_once:
            self._exchanger.busy_once.add(recipient.address)
            raise Refused(f"451 4.3.0 <{recipient.address}>: Temporary lookup failure")
        if not self._exchanger.mailboxes.has(mailbox_of(recipient.address)):
            raise Refused(f"550 5.1.1 <{recipient.address}>: Recipient address rejected: User unknown")

    async def take(self, envelope: Envelope, content: bytes) -> str:
        number, now = queue_id(), clock()
        for recipient in envelope.recipients:
            hop = Hop(
                by=self.name,
                at=now,
                id=number,
                protocol=protocol(tls=self.wire.tls is not None, authenticated=False, utf8=envelope.smtputf8),
                said=self.said,
                tls=self.wire.tls,
                recipient=recipient.address,
            )
            text = return_path(envelope.sender) + received(hop) + without_return_path(content)
            await self._exchanger.mailboxes.deliver(mailbox_of(recipient.address), Post(content=text, at=now))
        return f"250 2.0.0 Ok: queued as {number}"


def mailbox_of(address: str) -> str:
    """Where mail for `address` goes: letters' case and what follows a plus make no difference here."""
    local, _, domain = address.lower().rpartition("@")
    return f"{local.partition('+')[0]}@{domain}"
