"""Questions to DNS, each answer with what may be believed of it.

A failure is a value. DNSSEC that is broken or forged (*bogus*) is told apart from a resolver that is down by asking
again without checking (the CD bit, RFC 4035 §3.2.2): who then answers was refusing to vouch.
"""

from __future__ import annotations

import asyncio
import contextlib
import secrets
import ssl
import subprocess
from collections.abc import Callable
from datetime import datetime
from functools import partial
from pathlib import Path

from linksec_tui.config import Network
from linksec_tui.model.evidence import Dnssec, Failure, Unavailable
from linksec_tui.model.visible import visible
from linksec_tui.wire.dns_answer import (
    DnsAnswer,
    DnsStatus,
    Question,
    Reply,
    failed_answer,
    read_reply,
    unavailable,
)
from linksec_tui.wire.dns_cache import AnswerCache
from linksec_tui.wire.dns_https import HttpsStreams
from linksec_tui.wire.dns_tls import TlsStreams
from linksec_tui.wire.dns_transport import Datagrams, DnsTransport
from linksec_tui.wire.dns_trust import SystemFiles, Transport, Upstream, choose_upstream
from linksec_tui.wire.dns_wire import render_query
from linksec_tui.wire.once import Once
from linksec_tui.wire.tls import verified_context

# A burst of lookups loses datagrams: this many are under way at a time.
QUERIES_AT_A_TIME = 64

UNCHECKED_PATIENCE = 2.0  # seconds for the second question, which tells bogus from down

_RESOLV_CONF = Path("/etc/resolv.conf")
_LOCALHOST = ("127.0.0.1", "::1")


class Resolver:
    """Asks one upstream; the same question only once at a time, and not again before its answer expires."""

    def __init__(self, upstream: Upstream, transport: DnsTransport, clock: Callable[[], datetime]) -> None:
        self.upstream = upstream
        self._transport = transport
        self._clock = clock
        self._cache = AnswerCache()
        self._once: Once[tuple[Question, datetime | None], DnsAnswer] = Once()
        self._slots = asyncio.Semaphore(QUERIES_AT_A_TIME)
        self._heard_at = 0.0  # by the loop's clock

    @property
    def believed(self) -> bool:
        """Does this resolver's AD bit count? `upstream.why` says why."""
        return self.upstream.believed

    async def query(self, name: str, rdtype: str, *, newer_than: datetime | None = None) -> DnsAnswer:
        """The answer, from the cache where it was observed no earlier than `newer_than`. Never raises for the world."""
        question = Question(name=name.lower().rstrip("."), rdtype=rdtype)
        cached = self._cache.read(question, self._clock(), newer_than)
        if cached is not None:
            return cached
        return await self._once.ask((question, newer_than), lambda: self._ask(question))

    async def addresses(self, host: str) -> tuple[str, ...]:
        """Where a host is: IPv4, or IPv6 where it has no other. Raises OSError where it cannot be told."""
        if host.lower().rstrip(".") == "localhost":
            return _LOCALHOST  # RFC 6761 §6.3: never asked of DNS
        for rdtype in ("A", "AAAA"):
            answer = await self.query(host, rdtype)
            if answer.failed:
                detail = answer.failure.detail if answer.failure else ""
                raise OSError(f"{visible(host)} could not be looked up ({detail})")
            if answer.texts:
                return answer.texts
        return await self._addresses_of_the_system(host)

    async def close(self) -> None:
        await self._transport.close()

    async def begin_anew(self, network: Network) -> None:
        """On another network, perhaps: the last one's answers and failures are forgotten, and whom it named to ask."""
        await self._transport.close()
        self.upstream, self._transport = await asyncio.to_thread(_chosen, network)  # may ask systemd for its version
        self._cache = AnswerCache()

    async def _addresses_of_the_system(self, host: str) -> tuple[str, ...]:
        """The hosts file and its like know names that DNS does not; asked only where the system was to be asked."""
        if not self.upstream.system:
            raise OSError(f"{visible(host)} has no address")
        found = await asyncio.get_running_loop().getaddrinfo(host, None, type=0)
        return tuple(dict.fromkeys(str(entry[4][0]) for entry in found))

    async def _ask(self, question: Question) -> DnsAnswer:
        async with self._slots:
            answer = await self._answer(question)
        self._cache.write(answer)
        return answer

    async def _answer(self, question: Question) -> DnsAnswer:
        reply = await self._exchange(question, checking_disabled=False)
        if isinstance(reply, Unavailable):
            return self._failed(question, reply)
        if reply.answer is not None:
            return reply.answer
        if reply.refused != "SERVFAIL":
            return self._failed(question, unavailable(Failure.SERVER, f"the resolver said {reply.refused}"))
        if not reply.unreachable and await self._answers_unchecked(question):
            return self._failed(question, unavailable(Failure.BOGUS, "DNSSEC signatures are broken or forged"))
        return self._failed(question, unavailable(Failure.SERVER, "the domain's name servers did not answer"))

    async def _answers_unchecked(self, question: Question) -> bool:
        """What is bogus the resolver has at hand; whom it did not reach a moment ago it need not try for long again."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(UNCHECKED_PATIENCE):
                unchecked = await self._exchange(question, checking_disabled=True)
                return isinstance(unchecked, Reply) and unchecked.answer is not None
        return False

    async def _exchange(self, question: Question, *, checking_disabled: bool) -> Reply | Unavailable:
        began = asyncio.get_running_loop().time()
        try:
            query = render_query(question, secrets.token_bytes(2), checking_disabled=checking_disabled)
            wire = await self._transport.exchange(query)
            self._heard_at = asyncio.get_running_loop().time()
            return read_reply(wire, question, self._clock(), believed=self.believed)
        except TimeoutError:
            alive = self._heard_at > began  # it answered others meanwhile: the silence is not its own
            silent = "the domain's name servers do not answer" if alive else "the resolver does not answer"
            return unavailable(Failure.TIMEOUT, f"{silent} in time")
        except ssl.SSLError as error:
            return unavailable(Failure.TLS, visible(f"the resolver's certificate or TLS failed: {error.reason}"))
        except OSError as error:
            return unavailable(Failure.NETWORK, visible(error.strerror or str(error)))
        except ValueError as error:
            return unavailable(Failure.INVALID, visible(str(error)))

    def _failed(self, question: Question, failure: Unavailable) -> DnsAnswer:
        dnssec = Dnssec.BOGUS if failure.kind is Failure.BOGUS else Dnssec.ERROR
        return failed_answer(question, failure, self._clock(), dnssec if self.believed else Dnssec.UNCHECKED)


def open_resolver(network: Network, clock: Callable[[], datetime]) -> Resolver:
    """The resolver that the configuration asks for. Raises ConfigurationError."""
    return Resolver(*_chosen(network), clock)


def _chosen(network: Network) -> tuple[Upstream, DnsTransport]:
    upstream = choose_upstream(network, SystemFiles(resolv_conf=_read_resolv_conf, resolved_version=_resolved_version))
    context = partial(verified_context, network.ca_file)
    match upstream.transport:
        case Transport.UDP:
            return upstream, Datagrams(servers=upstream.servers)
        case Transport.TLS:
            return upstream, TlsStreams(upstream.servers[0], upstream.name, context)
        case Transport.HTTPS:
            return upstream, HttpsStreams(upstream.url, context)


def _read_resolv_conf() -> str:
    try:
        return _RESOLV_CONF.read_text(encoding="ascii", errors="replace")[: 1 << 16]
    except OSError:
        return ""


def _resolved_version() -> str:
    """Asked once a start, only where resolv.conf names systemd-resolved; a few milliseconds."""
    try:
        told = subprocess.run(
            ["systemctl", "--version"],  # noqa: S607 - found by the user's own path
            capture_output=True,
            text=True,
            timeout=2,
            check=False,
        )
    except (OSError, subprocess.SubprocessError):
        return ""
    return told.stdout.partition("\n")[0]


__all__ = ["DnsAnswer", "DnsStatus", "Resolver", "open_resolver"]
