"""A mailbox of any size, the same each time: 20 kinds of letter in turn, as a Maildir that a server serves as it lies.

Letter `i` is a minute older than letter `i + 1`. Each names itself in its subject (`m17z`) and in its text (`body17z`);
one subject in a thousand says `needlesubj`, one text in a thousand `needlebody`. The newest is `NEWESTMARK`, and
its text `OPENEDMARK`. Run as a program: `letters.py MAILDIR COUNT`.
"""

from __future__ import annotations

import base64
import os
import quopri
import random
import sys
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from email.header import Header
from email.utils import format_datetime
from pathlib import Path

KINDS = 20
NEWEST = datetime(2026, 6, 15, 15, 0, tzinfo=UTC)
SUBJECT_MARK = r"m(\d+)z"  # what stands in every subject but the few that have none
NEWEST_MARK = "NEWESTMARK"
OPENED_MARK = "OPENEDMARK"
NEEDLE_BODY = "needlebody"
NEEDLE_SUBJECT = "needlesubj"
_THREAD = 25  # letters of a discussion
_VOCABULARY = (
    "transport policy relay header resolver anchor window delivery report thread archive budget meeting invoice"
    " release kernel garden river signal margin harbor velvet copper lantern orchard meadow saddle timber walnut"
    " ferry cobalt quarry pepper basil thistle"
)
_WORDS = _VOCABULARY.split()
_NAMES = ("Ada Lovelace", "Zoë Schäfer", "山田 太郎", "Иван Петров", "José Núñez", "Mary-Ann O'Neil", "Team Ops")
_DOMAINS = ("example.org", "example.net", "mail.example.com", "corp.example")


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """Header lines besides those that all have, and the body with its type."""

    number: int
    subject: str
    text: str
    content_type: str = "text/plain; charset=utf-8"
    encoding: str = "8bit"
    body: bytes = b""
    more: tuple[str, ...] = ()
    chance: random.Random = field(repr=False)


def write_maildir(directory: Path, count: int) -> None:
    """`count` letters; most of them read, some answered or starred."""
    for name in ("cur", "new", "tmp"):
        (directory / name).mkdir(parents=True, exist_ok=True)
    for number in range(1, count + 1):
        content, when = letter(number, count), written_at(number, count)
        second = int(when.timestamp())
        path = directory / "cur" / f"{second}.M{number:06}P1.bench,S={len(content)}:2,{_flags(number)}"
        path.write_bytes(content)
        os.utime(path, (second, second))


def letter(number: int, count: int) -> bytes:
    """One of `count`, as it came."""
    chance = random.Random(number)
    words = " ".join(chance.choices(_WORDS, k=chance.randrange(3, 9)))
    needle = f" {NEEDLE_SUBJECT}" if number % 1000 == 3 else ""
    plain = Letter(number=number, subject=f"m{number}z {words}{needle}", text=_text(number, chance), chance=chance)
    made = _newest(plain) if number == count else _KIND.get(number % KINDS, _plain)(plain)
    return _rendered(made, written_at(number, count))


def written_at(number: int, count: int) -> datetime:
    return NEWEST - timedelta(minutes=count - number)


def _text(number: int, chance: random.Random) -> str:
    lines = [" ".join(chance.choices(_WORDS, k=10)) for _ in range(chance.choice((3, 6, 9, 15, 30, 70)))]
    mark = [NEEDLE_BODY] if number % 1000 == 9 else []
    return "\r\n".join([*mark, *lines, "", f"body{number}z", ""])


def _plain(letter: Letter) -> Letter:
    return replace(letter, body=letter.text.encode())


def _newest(letter: Letter) -> Letter:
    return _plain(replace(letter, subject=f"m{letter.number}z {NEWEST_MARK}", text=f"{OPENED_MARK}\r\n{letter.text}"))


def _discussed(letter: Letter) -> Letter:
    """A list's letter, in a thread with the earlier ones."""
    first = letter.number - letter.number % _THREAD
    earlier = [first, *range(max(first + 1, letter.number - 8), letter.number)]
    more = (
        f"In-Reply-To: {_message_id(earlier[-1])}",
        "References: " + "\r\n ".join(map(_message_id, earlier)),
        "List-Id: Example list <dev.lists.example.org>",
    )
    quoted = "> " + letter.text.replace("\r\n", "\r\n> ") + "\r\nreply\r\n"
    return replace(letter, subject=f"Re: {letter.subject}", body=quoted.encode(), more=more)


def _quoted_printable(letter: Letter) -> Letter:
    body = quopri.encodestring(f"Übergröße\n{letter.text}".replace("\r\n", "\n").encode()).replace(b"\n", b"\r\n")
    return replace(letter, subject=f"Grüße – {letter.subject}", encoding="quoted-printable", body=body)


def _base64(letter: Letter) -> Letter:
    body = base64.encodebytes(f"日本語のメール\r\n{letter.text}".encode()).replace(b"\n", b"\r\n")
    return replace(letter, subject=f"日本語 {letter.subject}", encoding="base64", body=body)


def _latin(letter: Letter) -> Letter:
    body = f"café déjà vu\r\n{letter.text}".encode("latin-1")
    return replace(letter, content_type="text/plain; charset=ISO-8859-1", body=body)


def _alternative(letter: Letter) -> Letter:
    html = f'<html><body><p>{letter.text}</p><img src="https://tracker.example/p.gif"></body></html>'
    return _multipart(letter, "alternative", (_part("text/plain", letter.text), _part("text/html", html)))


def _html(letter: Letter) -> Letter:
    rows = "".join(f"<tr><td>{line}</td></tr>\r\n" for line in letter.text.split("\r\n"))
    body = f"<html><body><table>{rows}</table></body></html>".encode()
    return replace(letter, content_type="text/html; charset=utf-8", body=body)


def _attached(letter: Letter) -> Letter:
    octets = base64.encodebytes(letter.chance.randbytes(letter.chance.choice((2_000, 9_000, 30_000)))).decode()
    name = ("report.pdf", "=?utf-8?q?r=C3=A9sum=C3=A9.pdf?=", "logo.png")[letter.number % 3]
    file = (
        f'Content-Type: application/octet-stream\r\nContent-Disposition: attachment; filename="{name}"\r\n'
        f"Content-Transfer-Encoding: base64\r\n\r\n{octets}"
    ).replace("\r\n", "\n")
    return _multipart(letter, "mixed", (_part("text/plain", letter.text), file.replace("\n", "\r\n")))


def _returned(letter: Letter) -> Letter:
    number = letter.number
    report = (
        "Content-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; out.example.org\r\n\r\n"
        f"Final-Recipient: rfc822; u{number}@example.net\r\nAction: failed\r\nStatus: 5.1.1\r\n"
        "Diagnostic-Code: smtp; 550 5.1.1 No such user"
    )
    returned = replace(letter, subject=f"m{number}z Undelivered Mail Returned to Sender")
    return _multipart(returned, "report; report-type=delivery-status", (_part("text/plain", letter.text), report))


def _long_subject(letter: Letter) -> Letter:
    return _plain(replace(letter, subject=f"{letter.subject}\r\n {' '.join(letter.chance.choices(_WORDS, k=12))}"))


_KIND: dict[int, Callable[[Letter], Letter]] = {
    **dict.fromkeys((1, 2, 3), _discussed),
    **dict.fromkeys((4, 5), _quoted_printable),
    6: _base64,
    7: _latin,
    **dict.fromkeys((8, 9, 10, 11), _alternative),
    12: _html,
    **dict.fromkeys((13, 14), _attached),
    16: _returned,
    17: _long_subject,
}


def _part(media_type: str, text: str) -> str:
    return f"Content-Type: {media_type}; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\n{text}"


def _multipart(letter: Letter, kind: str, parts: tuple[str, ...]) -> Letter:
    line = f"part{letter.number}"
    body = "".join(f"--{line}\r\n{part}\r\n" for part in parts) + f"--{line}--\r\n"
    return replace(letter, content_type=f'multipart/{kind};\r\n boundary="{line}"', body=body.encode())


def _rendered(letter: Letter, when: datetime) -> bytes:
    chance, number = letter.chance, letter.number
    date = format_datetime(when)
    received = [
        f"Received: from mx{hop}.example.net (mx{hop}.example.net [192.0.2.{number % 250}])\r\n"
        f"\tby in.example.org (Postfix) with ESMTPS id {chance.getrandbits(32):08X}\r\n\tfor <me@example.org>; {date}"
        for hop in range(chance.randrange(1, 5))
    ]
    digest, signature = (base64.b64encode(chance.randbytes(octets)).decode() for octets in (32, 192))
    lines = [
        *received,
        f"DKIM-Signature: v=1; a=rsa-sha256; d=example.net; s=s1;\r\n h=from:to:date; bh={digest};\r\n b={signature}",
        f"From: {_address(chance)}",
        "To: me@example.org" + "".join(f",\r\n {_address(chance)}" for _ in range(chance.randrange(4))),
        f"Date: {date}",
        f"Message-ID: {_message_id(number)}",
        f"Subject: {_encoded(letter.subject)}",
        *letter.more,
        "MIME-Version: 1.0",
        f"Content-Type: {letter.content_type}",
        f"Content-Transfer-Encoding: {letter.encoding}",
    ]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + letter.body


def _address(chance: random.Random) -> str:
    name = chance.choice(_NAMES)
    shown = f'"{name}"' if name.isascii() else _encoded(name)
    return f"{shown} <u{chance.randrange(3000)}@{chance.choice(_DOMAINS)}>"


def _message_id(number: int) -> str:
    return f"<{number}.bench@{_DOMAINS[number % len(_DOMAINS)]}>"


def _encoded(text: str) -> str:
    return text if text.isascii() else Header(text, "utf-8", maxlinelen=200).encode()


def _flags(number: int) -> str:
    return "".join(
        (
            "F" if number % 41 == 0 else "",
            "R" if number % 11 == 0 else "",
            "S" if number % 3 else "",
        )
    )


if __name__ == "__main__":
    write_maildir(Path(sys.argv[1]), int(sys.argv[2]))
