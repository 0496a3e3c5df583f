"""How long does the first synchronisation of 100,000 headers take, and does it ever hold the interface up?

A real Dovecot on loopback, an empty encrypted store, everything as the client does it in the background. A ticker wants
the event loop every 5 ms: how late it gets it is what a key press would wait. A process that does nothing but tick the
same way tells the machine's own pauses apart. A reader opens a message every half a second meanwhile. The floor is the
same answer of the same server, read from the socket and thrown away.

`mailbox_sync.py [COUNT] [DIRECTORY]`: 100,000 letters, made once and kept there.
"""

from __future__ import annotations

import asyncio
import gc
import resource
import ssl
import statistics
import subprocess
import sys
import time
from collections.abc import AsyncGenerator, Awaitable, Generator
from contextlib import asynccontextmanager, contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from mailboxes.dovecot import PASSWORD, Served, missing, serving

from linksec_tui.config import ConnectTo
from linksec_tui.incoming.line import SignIn
from linksec_tui.incoming.on_server import OnServer
from linksec_tui.incoming.sync import MailboxSync
from linksec_tui.model.account import Account, Server
from linksec_tui.model.address import parse_address
from linksec_tui.model.credentials import Credentials, Password
from linksec_tui.model.events import Event, MailboxChanged
from linksec_tui.store import mailboxes, messages
from linksec_tui.store.vault import Vault, open_vault
from linksec_tui.wire.admission import CredentialSource
from linksec_tui.wire.dial import Dialler
from linksec_tui.wire.imap_channel import Means
from linksec_tui.wire.imap_reading import HEADER_FIELDS

COUNT = 100_000
DIRECTORY = Path("/var/tmp/linksec-bench")
TICK = 0.005
PROMISED_SECONDS = 20.0
PROMISED_STALL = 0.050
_MIB = 1 << 10  # of the kilobytes that getrusage counts


@dataclass
class Watched:
    """What was seen while it ran, in seconds since the start."""

    began: float = field(default_factory=time.perf_counter)
    first_screen: float = 0.0
    stalls: list[float] = field(default_factory=list[float])
    turns: list[float] = field(default_factory=list[float])  # processor time of the loop's thread from tick to tick
    opened: list[float] = field(default_factory=list[float])

    def tell(self, event: Event) -> None:
        if isinstance(event, MailboxChanged) and event.arrived and not self.first_screen:
            self.first_screen = time.perf_counter() - self.began


def main() -> None:
    if reason := missing():
        raise SystemExit(reason)
    count = int(sys.argv[1]) if len(sys.argv) > 1 else COUNT
    directory = Path(sys.argv[2]) if len(sys.argv) > 2 else DIRECTORY
    gc.freeze()  # this and the next as the client does (`start.py`), once everything is loaded
    sys.setswitchinterval(0.0005)
    with serving(directory, [count]) as served:
        asyncio.run(_floor(served, count))  # once for the server's own caches
        floor = asyncio.run(_floor(served, count))
        missed = asyncio.run(_measure(served, count, floor))
    if missed:
        raise SystemExit(1)


async def _measure(served: Served, count: int, floor: float) -> bool:
    with TemporaryDirectory() as place, open_vault(Path(place) / "mail.db", b"k" * 32, schema="mail") as vault:
        before = resource.getrusage(resource.RUSAGE_SELF)
        watched, sync, acts = _client(served, count, vault)
        with _control() as control:
            async with _beside(_tick(watched)), _beside(_read_now_and_then(watched, vault, acts)):
                await sync.once()
        seconds = time.perf_counter() - watched.began
        after = resource.getrusage(resource.RUSAGE_SELF)
        here = sum(each.total for each in await vault.run(mailboxes.read_mailboxes, "bench"))
    stall, work = max(watched.stalls, default=0.0), max(watched.turns, default=0.0)
    print(f"{count:,} headers, Dovecot on loopback")
    print(f"  the same answer thrown away (the floor)  {floor:7.2f} s")
    print(f"  first screen                             {watched.first_screen:7.2f} s")
    print(f"  everything ({here:,} in the store)     {seconds:7.2f} s  {seconds / floor:5.1f} x")
    print(f"  our processor time                       {_cpu(after) - _cpu(before):7.2f} s")
    print(f"  longest wait for the event loop          {stall * 1000:7.1f} ms")
    print(f"  … that a process that only ticks waited  {control.longest * 1000:7.1f} ms")
    print(f"  … over that long, ours and the other's   {_over(watched.stalls):7d}, {control.over}")
    print(f"  most work of the loop's thread in a tick {work * 1000:7.1f} ms")
    if watched.opened:
        opened = statistics.median(watched.opened), max(watched.opened)
        print(f"  opening a message meanwhile              {opened[0] * 1000:7.1f} ms, at most {opened[1] * 1000:.0f}")
    print(f"  resident, at most                        {after.ru_maxrss / _MIB:7.1f} MiB")
    stalled = work > PROMISED_STALL or stall > PROMISED_STALL >= control.longest
    missed = seconds > PROMISED_SECONDS or stalled or here < count
    print("  MISSED" if missed else "  as promised")
    return missed


def _client(served: Served, count: int, vault: Vault) -> tuple[Watched, MailboxSync, OnServer]:
    account = Account(
        name="bench",
        address=parse_address("me@bench.test"),
        user=f"b{count}",
        imap=Server(host="localhost", port=993),
    )
    dialler = Dialler(
        addresses_of=_nobody, connect_to=(ConnectTo(host="", port=0, address="127.0.0.1", to_port=served.port),)
    )
    means = Means(dialler=dialler, clock=lambda: datetime.now(UTC), ca_file=served.ca_file)

    async def give() -> Credentials:
        return Password(user=account.user, password=PASSWORD)

    watched = Watched()
    sign_in = SignIn(account=account, means=means, credentials=CredentialSource(ask=give, refused=lambda _: None))
    sync = MailboxSync(sign_in, vault, watched.tell)
    acts = OnServer(account=account, line=sync.line, vault=vault, tell=watched.tell, clock=means.clock)
    return watched, sync, acts


async def _tick(watched: Watched) -> None:
    while True:
        wanted, worked = time.perf_counter() + TICK, time.thread_time()
        await asyncio.sleep(TICK)
        watched.stalls.append(time.perf_counter() - wanted)
        watched.turns.append(time.thread_time() - worked)


@dataclass
class Control:
    """What a process waited that did nothing but tick, in the same minutes on the same machine."""

    longest: float = 0.0
    over: int = 0


@contextmanager
def _control() -> Generator[Control]:
    found = Control()
    ticking = subprocess.Popen(
        (sys.executable, "-c", _TICKING), stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    try:
        yield found
    finally:
        told, _ = ticking.communicate("\n")
        longest, over = told.split()
        found.longest, found.over = float(longest), int(over)


_TICKING = f"""
import asyncio, sys, threading, time
late, asked = [0.0], threading.Event()
threading.Thread(target=lambda: (sys.stdin.readline(), asked.set()), daemon=True).start()
async def tick():
    while not asked.is_set():
        wanted = time.perf_counter() + {TICK}
        await asyncio.sleep({TICK})
        late.append(time.perf_counter() - wanted)
asyncio.run(tick())
print(max(late), sum(each > {PROMISED_STALL} for each in late))
"""


async def _read_now_and_then(watched: Watched, vault: Vault, acts: OnServer) -> None:
    """Somebody who opens one message after another of those that are there."""
    at = 0
    while True:
        await asyncio.sleep(0.5)
        found = await vault.ask(mailboxes.read_mailboxes, "bench")
        rows = await vault.ask(messages.first_rows, found[0].id, at + 1) if found else ()
        if len(rows) > at:
            began = time.perf_counter()
            await acts.body(rows[at])
            watched.opened.append(time.perf_counter() - began)
            at += 1


async def _floor(served: Served, count: int) -> float:
    """Raw bytes, no parsing, no store: seconds."""
    context = ssl.create_default_context(cafile=served.ca_file)
    reader, writer = await asyncio.open_connection("localhost", served.port, ssl=context, limit=1 << 20)
    items = f"(UID FLAGS INTERNALDATE RFC822.SIZE BODY.PEEK[HEADER.FIELDS ({HEADER_FIELDS})])"
    began = 0.0
    for line in (f"a LOGIN b{count} {PASSWORD}", "b SELECT INBOX", f"c FETCH 1:* {items}"):
        began = time.perf_counter()
        writer.write(line.encode() + b"\r\n")
        end, seen = b"\r\n" + line[:1].encode() + b" OK ", b""
        while end not in seen:
            chunk = await reader.read(1 << 18)
            if not chunk:
                raise SystemExit("Dovecot hung up; its log says why.")
            seen = seen[-len(end) :] + chunk
    seconds = time.perf_counter() - began
    writer.close()
    with suppress(OSError):
        await writer.wait_closed()
    return seconds


@asynccontextmanager
async def _beside(work: Awaitable[None]) -> AsyncGenerator[None]:
    task = asyncio.ensure_future(work)
    try:
        yield
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


async def _nobody(host: str) -> list[str]:
    raise OSError(host)


def _over(stalls: list[float]) -> int:
    return sum(stall > PROMISED_STALL for stall in stalls)


def _cpu(used: resource.struct_rusage) -> float:
    return used.ru_utime + used.ru_stime


if __name__ == "__main__":
    main()
