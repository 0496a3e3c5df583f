"""A few hundred old letters for the sender's mailboxes: always the same ones, and as varied as mail is.

Their dates reach back from the world's start. They are put together as bytes, because three hundred of them must not
cost more than a moment.
"""

from __future__ import annotations

import base64
import quopri
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.utils import format_datetime
from random import Random

from .mailboxes import Mailboxes, Post
from .phrases import CLOSINGS, DAYS, FOREIGN, JUNK, MONTHS, PARAGRAPHS, WRITERS, Style, Writer
from .story import HOME, SENDER, SENDER_NAME

SEED = 20260101
SENT, ARCHIVED, TRASHED = 24, 36, 6
SEEN, ANSWERED, FLAGGED, DRAFT = "\\Seen", "\\Answered", "\\Flagged", "\\Draft"
_WORD = 42  # octets in one encoded word: 75 characters is the most (RFC 2047 §2)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Letter:
    """What one letter is made from."""

    sender: tuple[str, str]
    recipient: tuple[str, str]
    subject: str
    body: str
    at: datetime
    number: int
    style: Style = Style.PLAIN
    route: str = "ESMTPS"
    inside: bool = False
    list_id: str = ""
    earlier: tuple[str, ...] = ()  # Message-IDs of the thread so far

    @property
    def message_id(self) -> str:
        return f"<{self.number:05d}.{self.at:%Y%m%d}@{self.sender[1].rpartition('@')[2]}>"


async def furnish(mailboxes: Mailboxes, *, letters: int, now: datetime) -> None:
    """Fills the sender's mailboxes: `letters` in the inbox, some in each of the others."""
    chance = Random(SEED)
    for post in (*_inbox(chance, letters, now), *_others(chance, now)):
        await mailboxes.deliver(SENDER, post)


def _inbox(chance: Random, letters: int, now: datetime) -> Iterator[Post]:
    """Oldest first. Every fourth letter answers the one before from the same writer."""
    threads: dict[str, list[_Letter]] = {}
    for number in range(letters):
        age = timedelta(hours=(letters - number) * 7, minutes=chance.randrange(400))
        writer = chance.choice(WRITERS)
        thread = threads.setdefault(writer.address, [])
        if not thread or chance.randrange(4):
            thread.clear()
        letter = _received(chance, writer, (number, now - age), thread)
        thread.append(letter)
        yield Post(content=_with_trace(letter), at=letter.at, flags=_flags(chance, letters - number), recent=False)


def _received(chance: Random, writer: Writer, when: tuple[int, datetime], thread: list[_Letter]) -> _Letter:
    """`when` is the letter's place in the row and its date; `thread` what it answers."""
    number, at = when
    subject = _filled(chance, chance.choice(writer.subjects))
    if thread:
        subject = f"Re: {thread[0].subject.removeprefix('Re: ')}"
    return _Letter(
        sender=(writer.name, writer.address),
        recipient=(SENDER_NAME, SENDER),
        subject=subject,
        body=_body(chance, writer.style, writer.name),
        at=at,
        number=number,
        style=writer.style,
        route=writer.route,
        inside=writer.inside,
        list_id=writer.list_id,
        earlier=tuple(one.message_id for one in thread),
    )


def _flags(chance: Random, from_newest: int) -> frozenset[str]:
    """The newest dozen is mostly unread, the rest mostly read."""
    unread = chance.randrange(3) if from_newest <= 12 else not chance.randrange(25)
    flags = {ANSWERED} if not unread and not chance.randrange(5) else set[str]()
    if not chance.randrange(20):
        flags.add(FLAGGED)
    return frozenset(flags if unread else flags | {SEEN})


def _others(chance: Random, now: datetime) -> Iterator[Post]:
    seen = frozenset({SEEN})
    for number in range(SENT):
        writer, at = chance.choice(WRITERS), now - timedelta(days=3 * (SENT - number), hours=2)
        yield Post(content=_message(_own(chance, writer, 70000 + number, at)), at=at, box="Sent", flags=seen)
    for box, count, base in (("Archive", ARCHIVED, 80000), ("Trash", TRASHED, 85000)):
        for number in range(count):
            at = now - timedelta(days=200 + 9 * (count - number))
            letter = _received(chance, chance.choice(WRITERS), (base + number, at), [])
            yield Post(content=_with_trace(letter), at=at, box=box, flags=seen, recent=False)
    draft = _own(chance, WRITERS[0], 90000, now - timedelta(days=1))
    yield Post(content=_message(draft), at=draft.at, box="Drafts", flags=frozenset({SEEN, DRAFT}))
    for number, (name, address, subject) in enumerate(JUNK):
        letter = _Letter(
            sender=(name, address),
            recipient=("", SENDER),
            subject=_filled(chance, subject),
            body="Click here: http://198.51.100.7/login\r\n",
            at=now - timedelta(days=2 * (len(JUNK) - number)),
            number=95000 + number,
            route="ESMTP",
        )
        yield Post(content=_with_trace(letter), at=letter.at, box="Junk", recent=False)


def _own(chance: Random, writer: Writer, number: int, at: datetime) -> _Letter:
    return _Letter(
        sender=(SENDER_NAME, SENDER),
        recipient=(writer.name, writer.address),
        subject=_filled(chance, chance.choice(writer.subjects)),
        body=_body(chance, Style.PLAIN, SENDER_NAME),
        at=at,
        number=number,
    )


def _body(chance: Random, style: Style, name: str) -> str:
    if style in FOREIGN:
        return f"{FOREIGN[style]}\r\n\r\n{name}\r\n"
    chosen = [_filled(chance, text) for text in chance.sample(PARAGRAPHS, chance.randrange(1, 5))]
    return (
        "\r\n\r\n".join((f"Dear {SENDER_NAME.split()[0]},", *chosen, f"{chance.choice(CLOSINGS)}\r\n{name}")) + "\r\n"
    )


def _filled(chance: Random, text: str) -> str:
    return (
        text.replace("{month}", chance.choice(MONTHS))
        .replace("{day}", chance.choice(DAYS))
        .replace("{number}", str(chance.randrange(1000, 9999)))
        .replace("{small}", str(chance.randrange(2, 9)))
    )


def _with_trace(letter: _Letter) -> bytes:
    """What the provider's servers wrote on top when the letter came in."""
    domain = letter.sender[1].rpartition("@")[2]
    when = format_datetime(letter.at)
    entry = f"smtp.{HOME}" if letter.inside else f"mx.{HOME}"
    tls = "\t(using TLSv1.3 with cipher TLS_AES_256_GCM_SHA384 (256/256 bits))\r\n"
    lines = [
        f"Return-Path: <{letter.sender[1]}>\r\n",
        f"Delivered-To: {SENDER}\r\n",
        f"Received: from {entry} (localhost [127.0.0.1])\r\n",
        f"\tby imap.{HOME} with LMTP id {letter.number:08X}\r\n\tfor <{SENDER}>; {when}\r\n",
    ]
    if letter.inside:
        lines.append(f"Received: from desk (localhost [127.0.0.1])\r\n{tls}\tby {entry} with ESMTPSA id ")
        lines.append(f"{letter.number:08X}\r\n\tfor <{SENDER}>; {when}\r\n")
    else:
        verdict = "pass" if letter.number < 90000 else "fail"
        lines.append(f"Authentication-Results: mx.{HOME};\r\n\tdkim={verdict} header.d={domain};\r\n")
        lines.append(f"\tspf={verdict} smtp.mailfrom={domain}; dmarc={verdict} header.from={domain}\r\n")
        lines.append(f"Received: from out.{domain} (out.{domain} [192.0.2.{letter.number % 250 + 1}])\r\n")
        lines.append(tls if letter.route.endswith("S") else "")
        lines.append(f"\tby {entry} with {letter.route} id {letter.number:08X}\r\n\tfor <{SENDER}>; {when}\r\n")
    return "".join(lines).encode() + _message(letter)


def _message(letter: _Letter) -> bytes:
    lines = [
        f"Date: {format_datetime(letter.at)}",
        f"From: {_phrase(letter.sender[0])}<{letter.sender[1]}>",
        f"To: {_phrase(letter.recipient[0])}<{letter.recipient[1]}>",
        f"Subject: {_words(letter.subject)}",
        f"Message-ID: {letter.message_id}",
    ]
    if letter.earlier:
        lines.append(f"In-Reply-To: {letter.earlier[-1]}")
        lines.append("References: " + "\r\n ".join(letter.earlier))
    if letter.list_id:
        lines.append(f"List-Id: {letter.list_id}")
        lines.append(f"List-Post: <mailto:hiking@{letter.sender[1].rpartition('@')[2]}>")
    lines.append("MIME-Version: 1.0")
    return "".join(f"{line}\r\n" for line in lines).encode() + _content(letter)


def _content(letter: _Letter) -> bytes:
    text = letter.body
    match letter.style:
        case Style.PLAIN | Style.LIST:
            return _part("text/plain; charset=us-ascii", "7bit", text.encode("ascii", "replace"))
        case Style.FLOWED:
            return _part("text/plain; charset=utf-8; format=flowed", "8bit", _flowed(text).encode())
        case Style.QUOTED_PRINTABLE:
            return _part("text/plain; charset=utf-8", "quoted-printable", _quoted(text.encode()))
        case Style.LATIN:
            return _part(
                "text/plain; charset=iso-8859-1", "quoted-printable", _quoted(text.encode("latin-1", "replace"))
            )
        case Style.BASE64:
            return _part("text/plain; charset=utf-8", "base64", _base64(text.encode()))
        case Style.HTML:
            return _part("text/html; charset=utf-8", "quoted-printable", _quoted(_html(letter).encode()))
        case Style.ALTERNATIVE:
            plain = _part("text/plain; charset=utf-8", "quoted-printable", _quoted(text.encode()))
            rich = _part("text/html; charset=utf-8", "quoted-printable", _quoted(_html(letter).encode()))
            return _multipart("alternative", letter.number, plain, rich)
        case Style.ATTACHMENT:
            plain = _part("text/plain; charset=utf-8", "quoted-printable", _quoted(text.encode()))
            name = f'application/pdf; name="letter-{letter.number}.pdf"'
            paper = b"Content-Disposition: attachment\r\n" + _part(name, "base64", _base64(_pdf(letter.number)))
            return _multipart("mixed", letter.number, plain, paper)


def _part(kind: str, encoding: str, content: bytes) -> bytes:
    return f"Content-Type: {kind}\r\nContent-Transfer-Encoding: {encoding}\r\n\r\n".encode() + content


def _multipart(kind: str, number: int, *parts: bytes) -> bytes:
    boundary = f"part-{number:05d}"
    head = f'Content-Type: multipart/{kind}; boundary="{boundary}"\r\n\r\n'.encode()
    inner = b"".join(f"--{boundary}\r\n".encode() + part + b"\r\n" for part in parts)
    return head + inner + f"--{boundary}--\r\n".encode()


def _flowed(text: str) -> str:
    """RFC 3676 §4.2: a blank at the end of a line says that the next belongs to it."""
    return text.replace(". ", ". \r\n")


def _quoted(content: bytes) -> bytes:
    """As a text: line ends stay line ends, and become CRLF (RFC 2045 §6.7)."""
    return quopri.encodestring(content.replace(b"\r\n", b"\n")).replace(b"\n", b"\r\n")


def _base64(content: bytes) -> bytes:
    return base64.encodebytes(content).replace(b"\n", b"\r\n")


def _html(letter: _Letter) -> str:
    paragraphs = "".join(f"<p>{one}</p>" for one in letter.body.split("\r\n\r\n"))
    link = f'<a href="https://{letter.sender[1].rpartition("@")[2]}/view/{letter.number}">View in your browser</a>'
    return f"<!doctype html><html><body><h1>{letter.subject}</h1>{paragraphs}{link}</body></html>\r\n"


def _pdf(number: int) -> bytes:
    """Small, but a document: readers look at the first line and at the last."""
    return (
        b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\n%"
        + str(number).encode() * 200
        + b"\ntrailer<</Root 1 0 R>>\n%%EOF\n"
    )


def _phrase(name: str) -> str:
    if not name:
        return ""
    plain = name.isascii() and name.isprintable() and '"' not in name
    return f'"{name}" ' if plain else f"{_words(name)} "


def _words(text: str) -> str:
    """RFC 2047 §2: encoded words, cut between characters, where the text is not plain."""
    if text.isascii() and text.isprintable():
        return text
    pieces, piece = list[str](), ""
    for character in text:
        if len((piece + character).encode()) > _WORD:
            pieces.append(piece)
            piece = ""
        piece += character
    encoded = (base64.b64encode(one.encode()).decode() for one in (*pieces, piece))
    return "\r\n ".join(f"=?utf-8?b?{word}?=" for word in encoded)
