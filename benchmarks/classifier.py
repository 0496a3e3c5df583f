"""How many returned letters can be explained a second, on one core? Promised: 1,000.

Read, classified and put into words are the reports of tests/cases/bounces: 260 of four servers of a lab, and 155 of
sixty kinds of server. The floor is the standard library's `email` reading the same octets and nothing more; the hostile
ones have a promise of their own: a second.
"""

from __future__ import annotations

import email
import email.policy
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from linksec_tui.outgoing.bounce import parse_bounce

CASES = Path(__file__).parent.parent / "tests" / "cases" / "bounces"
ROUNDS = 5
PROMISED = 1000  # reports a second
PATIENCE = 1.0  # seconds for a hostile one

HEAD = b"Return-Path: <>\r\nFrom: MAILER-DAEMON@x.example\r\nSubject: failure notice\r\nMIME-Version: 1.0\r\n"
REPORT = b'Content-Type: multipart/report; report-type=delivery-status; boundary="b"\r\n\r\n--b\r\n'
STATUS = b"Content-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; x.example\r\n\r\n"
GROUP = b"Final-Recipient: rfc822; u%d@plain.example\r\nAction: failed\r\nDiagnostic-Code: smtp; %s\r\n\r\n"
HOSTILE = {
    "10,000 recipients": HEAD + REPORT + STATUS + b"".join(GROUP % (number, b"550 no") for number in range(10_000)),
    "a megabyte of addresses": HEAD + b"\r\ncould not be delivered\r\n" + b"a@b.example " * 90_000,
    "a diagnostic of 50 MB": HEAD + REPORT + STATUS + GROUP % (1, b"TLS certificate " * 3_300_000),
    "200 levels deep": HEAD + b"".join(b"Content-Type: message/rfc822\r\n\r\n" for _ in range(200)),
}


def main() -> int:
    lab = _read("postfix", "postfix311", "exim", "opensmtpd")
    others = _read("others")
    missed = [name for name, raws in (("of the lab", lab), ("of sixty kinds", others)) if not _compared(name, raws)]
    for name, raw in HOSTILE.items():
        spent = _cpu(parse_bounce, [raw])
        print(f"{name:28} {spent * 1000:8.0f} ms")
        if spent > PATIENCE:
            missed.append(name)
    if missed:
        print(f"promises missed: {', '.join(missed)}")
    return int(bool(missed))


def _compared(name: str, raws: Sequence[bytes]) -> bool:
    ours, floor = (_cpu(function, raws) / len(raws) for function in (parse_bounce, _floor))
    size = sum(map(len, raws)) / len(raws) / 1000
    print(f"{len(raws)} {name:24} {1 / ours:8.0f} a second  {ours / floor:5.2f} x email's reading   {size:.1f} kB each")
    return 1 / ours >= PROMISED


def _floor(raw: bytes) -> object:
    return email.message_from_bytes(raw, policy=email.policy.default)


def _cpu(function: Callable[[bytes], object], raws: Sequence[bytes]) -> float:
    """Seconds of processor time, the least of some rounds: other work on the machine only adds."""
    best = float("inf")
    for _ in range(ROUNDS):
        began = time.process_time()
        for raw in raws:
            function(raw)
        best = min(best, time.process_time() - began)
    return best


def _read(*folders: str) -> list[bytes]:
    return [path.read_bytes() for folder in folders for path in sorted((CASES / folder).glob("*.eml"))]


if __name__ == "__main__":
    sys.exit(main())
