"""An IMAP server on loopback with mailboxes of its own, that is of one kind or another and can fail at a given moment.

What it offers, how its mailboxes are called and what moving means is taken from what those servers really answer:
Gmail (X-GM-EXT-1, labels that look like mailboxes) and Exchange (no CONDSTORE, no special-use, no keywords).
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncGenerator, Callable, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from itertools import count
from ssl import SSLContext

from tests.wire.strangers import serve

_WORD = re.compile(r'"((?:[^"\\]|\\.)*)"|(\([^()]*(?:\([^()]*\)[^()]*)*\)(?:<[^>]*>)?\)?)|(\S+)')


@dataclass
class Mail:
    """A message; at Gmail one and the same in all its mailboxes, flags and all."""

    content: bytes
    flags: set[str] = field(default_factory=set[str])
    gmail_id: int = field(default_factory=count(1_278_455_344_230_334_865).__next__)


@dataclass
class Box:
    attributes: str = "\\HasNoChildren"
    validity: int = 7
    uidnext: int = 1
    changes: int = 1  # what the last change is numbered with (RFC 7162)
    mail: dict[int, Mail] = field(default_factory=dict[int, Mail])

    def put(self, mail: Mail) -> int:
        uid, self.uidnext = self.uidnext, self.uidnext + 1
        self.mail[uid] = mail
        self.changes += 1
        return uid


@dataclass(frozen=True)
class Kind:
    """A kind of server. `labels`: everything is in one mailbox, and the others only point there."""

    capabilities: str
    boxes: dict[str, str]
    keywords: bool = True
    labels: str = ""
    trash: str = ""


PLAIN = Kind(
    capabilities="IMAP4rev1",
    boxes={"INBOX": "", "Sent": "", "Trash": "", "Archive": "", "Junk": ""},
)
MODERN = Kind(
    capabilities="IMAP4rev1 UIDPLUS MOVE SPECIAL-USE",
    boxes={"INBOX": "", "Sent": "\\Sent", "Trash": "\\Trash", "Archive": "\\Archive", "Junk": "\\Junk"},
)
GMAIL = Kind(
    capabilities="IMAP4rev1 UNSELECT IDLE NAMESPACE QUOTA ID XLIST CHILDREN X-GM-EXT-1 UIDPLUS MOVE SPECIAL-USE",
    boxes={
        "INBOX": "\\HasNoChildren",
        "[Gmail]": "\\HasChildren \\Noselect",
        "[Gmail]/All Mail": "\\All \\HasNoChildren",
        "[Gmail]/Drafts": "\\Drafts \\HasNoChildren",
        "[Gmail]/Sent Mail": "\\HasNoChildren \\Sent",
        "[Gmail]/Spam": "\\HasNoChildren \\Junk",
        "[Gmail]/Trash": "\\HasNoChildren \\Trash",
        "Work": "\\HasNoChildren",
    },
    labels="[Gmail]/All Mail",
    trash="[Gmail]/Trash",
)
EXCHANGE = Kind(
    capabilities="IMAP4 IMAP4rev1 AUTH=PLAIN SASL-IR UIDPLUS MOVE ID UNSELECT CHILDREN NAMESPACE LITERAL+",
    boxes={
        "INBOX": "\\Marked \\HasNoChildren",
        "Deleted Items": "\\HasNoChildren",
        "Junk Email": "\\HasNoChildren",
        "Sent Items": "\\HasNoChildren",
        "Archive": "\\HasNoChildren",
        "Calendar": "\\HasNoChildren",
    },
    keywords=False,
)


class Gone(Exception):
    """The line is cut."""


@dataclass
class House:
    """The server. `cut_after` names a command: it is done, and the client never hears of it; `heard` has them all."""

    kind: Kind
    boxes: dict[str, Box] = field(default_factory=dict[str, Box])
    subscribed: set[str] = field(default_factory=set[str])
    heard: list[str] = field(default_factory=list[str])
    cut_after: str = ""
    files_itself: bool = False  # of what is appended to Sent, it has one of its own a moment later
    refuses: dict[str, str] = field(default_factory=dict[str, str])
    closed: bool = False

    def __post_init__(self) -> None:
        self.boxes = {name: Box(attributes=attributes) for name, attributes in self.kind.boxes.items()}

    def deliver(self, subject: str, *boxes: str, flags: Iterable[str] = ()) -> Mail:
        """One message into INBOX, or into `boxes`."""
        text = f"From: c@x.example\r\nSubject: {subject}\r\nMessage-ID: <{subject}@x>\r\n\r\n{subject}\r\n"
        mail = Mail(text.encode(), set(flags))
        for name in boxes or ("INBOX",):
            self.boxes[name].put(mail)
        if self.kind.labels and self.kind.labels not in boxes:
            self.boxes[self.kind.labels].put(mail)
        return mail

    def subjects(self, name: str) -> list[str]:
        found = [re.search(rb"Subject: (.*)\r\n", mail.content) for mail in self.boxes[name].mail.values()]
        return [each[1].decode() for each in found if each]

    def flags(self, name: str, subject: str) -> set[str]:
        mails = dict(zip(self.subjects(name), self.boxes[name].mail.values(), strict=True))
        return mails[subject].flags

    @asynccontextmanager
    async def open(self, context: SSLContext) -> AsyncGenerator[int]:
        async with serve(self._talk, context) as port:
            yield port

    async def _talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if self.closed:
            return
        writer.write(b"* OK ready\r\n")
        visit = _Visit(self)
        while line := await reader.readline():
            if self.closed:
                return
            text = line.decode().rstrip("\r\n")
            content = b""
            if found := re.search(r"\{(\d+)\}\Z", text):
                writer.write(b"+ go\r\n")
                content = await reader.readexactly(int(found[1]))
                await reader.readline()
            try:
                writer.write(visit.answer(text, content))
            except Gone:
                return
            if " LOGOUT" in text:
                return


class _Visit:
    """One connection."""

    def __init__(self, house: House) -> None:
        self.house = house
        self.name = ""

    @property
    def box(self) -> Box:
        return self.house.boxes[self.name]

    def answer(self, text: str, content: bytes) -> bytes:
        tag, _, command = text.partition(" ")
        words = [quoted or group or bare for quoted, group, bare in _WORD.findall(command)]
        name = " ".join(words[:2]).upper() if words[0].upper() == "UID" else words[0].upper()
        rest = words[2:] if name.startswith("UID ") else words[1:]
        if name not in ("LOGIN", "AUTHENTICATE"):
            self.house.heard.append(command)
        if why := self.house.refuses.get(name):
            return f"{tag} NO {why}\r\n".encode()
        lines, status = self._do(name, rest, content)
        if self.house.cut_after == name:
            self.house.cut_after = ""
            raise Gone
        told = b"".join(line + b"\r\n" for line in lines)
        return told + f"{tag} {status}\r\n".encode()

    def _do(self, name: str, rest: list[str], content: bytes) -> tuple[list[bytes], str]:
        done: Callable[[list[str]], tuple[list[bytes], str]] | None = getattr(
            self, "_" + name.lower().replace(" ", "_"), None
        )
        if name == "APPEND":
            return self._append(rest, content)
        return done(rest) if done else ([], "OK done")

    def _capability(self, _: list[str]) -> tuple[list[bytes], str]:
        return [b"* CAPABILITY " + self.house.kind.capabilities.encode()], "OK"

    def _list(self, _: list[str]) -> tuple[list[bytes], str]:
        lines = [f'* LIST ({box.attributes}) "/" "{name}"' for name, box in self.house.boxes.items()]
        return [line.encode() for line in lines], "OK"

    def _lsub(self, _: list[str]) -> tuple[list[bytes], str]:
        return [f'* LSUB () "/" "{name}"'.encode() for name in sorted(self.house.subscribed)], "OK"

    def _subscribe(self, rest: list[str]) -> tuple[list[bytes], str]:
        self.house.subscribed.add(rest[0])
        return [], "OK"

    def _unsubscribe(self, rest: list[str]) -> tuple[list[bytes], str]:
        self.house.subscribed.discard(rest[0])
        return [], "OK"

    def _create(self, rest: list[str]) -> tuple[list[bytes], str]:
        if rest[0] in self.house.boxes:
            return [], "NO [ALREADYEXISTS] there is one"
        self.house.boxes[rest[0]] = Box(validity=8)
        return [], "OK"

    def _rename(self, rest: list[str]) -> tuple[list[bytes], str]:
        if rest[0] not in self.house.boxes:
            return [], "NO [NONEXISTENT] no such mailbox"
        self.house.boxes[rest[1]] = self.house.boxes.pop(rest[0])
        return [], "OK"

    def _delete(self, rest: list[str]) -> tuple[list[bytes], str]:
        if self.house.boxes.pop(rest[0], None) is None:
            return [], "NO [NONEXISTENT] no such mailbox"
        return [], "OK"

    def _select(self, rest: list[str]) -> tuple[list[bytes], str]:
        self.name = ""
        if rest[0] not in self.house.boxes:
            return [], "NO [NONEXISTENT] no such mailbox"
        self.name = rest[0]
        keywords = " \\*" if self.house.kind.keywords else ""
        return [
            b"* %d EXISTS" % len(self.box.mail),
            f"* OK [PERMANENTFLAGS (\\Seen \\Answered \\Flagged \\Deleted \\Draft{keywords})]".encode(),
            b"* OK [UIDVALIDITY %d]" % self.box.validity,
            b"* OK [UIDNEXT %d]" % self.box.uidnext,
            *([b"* OK [HIGHESTMODSEQ %d]" % self.box.changes] if self._has("CONDSTORE") else []),
        ], "OK [READ-WRITE]"

    def _status(self, rest: list[str]) -> tuple[list[bytes], str]:
        box = self.house.boxes.get(rest[0])
        if box is None:
            return [], "NO [NONEXISTENT] no such mailbox"
        unseen = sum("\\Seen" not in mail.flags for mail in box.mail.values())
        told = f"MESSAGES {len(box.mail)} UNSEEN {unseen} UIDNEXT {box.uidnext} UIDVALIDITY {box.validity}"
        if self._has("CONDSTORE"):
            told += f" HIGHESTMODSEQ {box.changes}"
        return [f'* STATUS "{rest[0]}" ({told})'.encode()], "OK"

    def _append(self, rest: list[str], content: bytes) -> tuple[list[bytes], str]:
        flags = set(rest[1].strip("()").split()) if rest[1].startswith("(") else set[str]()
        box = self.house.boxes[rest[0]]
        uid = box.put(Mail(content, flags))
        if self.house.files_itself:
            box.put(Mail(content, {"\\Seen"}))
        return [], f"OK [APPENDUID {box.validity} {uid}]" if self._has("UIDPLUS") else "OK"

    def _has(self, capability: str) -> bool:
        return capability in self.house.kind.capabilities.split()

    def _chosen(self, written: str) -> list[int]:
        """UIDs of a set; `*` is the last one."""
        last = max(self.box.mail, default=0)
        chosen: set[int] = set()
        for part in written.split(","):
            ends = [last if end == "*" else int(end) for end in part.split(":")]
            chosen.update(uid for uid in self.box.mail if min(ends) <= uid <= max(ends))
        return sorted(chosen)

    def _uid_search(self, rest: list[str]) -> tuple[list[bytes], str]:
        words = [word for word in rest if word.upper() != "ALL"]
        found: list[int] = sorted(self.box.mail)
        while words:
            match words.pop(0).upper():
                case "RETURN":
                    words.pop(0)
                case "UID":
                    found = [uid for uid in self._chosen(words.pop(0)) if uid in found]
                case "DELETED":
                    found = [uid for uid in found if "\\Deleted" in self.box.mail[uid].flags]
                case "HEADER":
                    words.pop(0)
                    wanted = words.pop(0).encode()
                    found = [uid for uid in found if b"Message-ID: " + wanted in self.box.mail[uid].content]
                case "TEXT":
                    words_of_it = words.pop(0).casefold().encode()
                    found = [uid for uid in found if words_of_it in self.box.mail[uid].content.lower()]
                case _:
                    pass
        return [b"* SEARCH " + " ".join(map(str, found)).encode()], "OK"

    def _fetch(self, rest: list[str]) -> tuple[list[bytes], str]:
        order = sorted(self.box.mail)
        first, _, last = rest[0].replace("*", str(len(order))).partition(":")
        uids = order[int(first) - 1 : int(last or first)]
        return [self._fetched(uid, rest[1]) for uid in uids], "OK"

    def _uid_fetch(self, rest: list[str]) -> tuple[list[bytes], str]:
        return [self._fetched(uid, rest[1]) for uid in self._chosen(rest[0])], "OK"

    def _fetched(self, uid: int, items: str) -> bytes:
        mail = self.box.mail[uid]
        told = [f"X-GM-MSGID {mail.gmail_id}"] if "X-GM-MSGID" in items else []
        told += [f"UID {uid}", f"FLAGS ({' '.join(sorted(mail.flags))})"]
        if "RFC822.SIZE" in items:
            told.append(f"RFC822.SIZE {len(mail.content)}")
        if "INTERNALDATE" in items:
            told.append('INTERNALDATE "01-Jan-2026 12:00:00 +0000"')
        line = " ".join(told).encode()
        number = sorted(self.box.mail).index(uid) + 1
        if section := re.search(r"BODY\.PEEK(\[[^\]]*\])", items):
            header = "HEADER" in section[1]
            content = mail.content.partition(b"\r\n\r\n")[0] + b"\r\n\r\n" if header else mail.content
            line += f" BODY{section[1]}<0> {{{len(content)}}}\r\n".encode() + content
        return b"* %d FETCH (" % number + line + b")"

    def _uid_store(self, rest: list[str]) -> tuple[list[bytes], str]:
        flags = set(rest[2].strip("()").split())
        if not self.house.kind.keywords and any(not flag.startswith("\\") for flag in flags):
            return [], "BAD Command Argument Error. 11"
        for uid in self._chosen(rest[0]):
            mail = self.box.mail[uid]
            mail.flags = mail.flags | flags if rest[1].startswith("+") else mail.flags - flags
        return [self._fetched(uid, "") for uid in self._chosen(rest[0])], "OK"

    def _uid_copy(self, rest: list[str]) -> tuple[list[bytes], str]:
        target = self.house.boxes.get(rest[1])
        if target is None:
            return [], "NO [TRYCREATE] no such mailbox"
        uids = self._chosen(rest[0])
        there = [self._arrive(self.box.mail[uid], target) for uid in uids]
        return [], f"OK {self._copyuid(target, uids, there)}done"

    def _arrive(self, mail: Mail, target: Box) -> int:
        if not self.house.kind.labels:
            return target.put(Mail(mail.content, set(mail.flags)))
        known = next((uid for uid, each in target.mail.items() if each is mail), None)
        return known or target.put(mail)

    def _copyuid(self, target: Box, here: list[int], there: list[int]) -> str:
        if not here or not self._has("UIDPLUS"):
            return ""
        sets = (",".join(map(str, uids)) for uids in (here, there))
        return f"[COPYUID {target.validity} {' '.join(sets)}] "

    def _uid_move(self, rest: list[str]) -> tuple[list[bytes], str]:
        target = self.house.boxes.get(rest[1])
        if target is None:
            return [], "NO [TRYCREATE] no such mailbox"
        uids = self._chosen(rest[0])
        there = [self._arrive(self.box.mail[uid], target) for uid in uids]
        lines = [f"* OK {self._copyuid(target, uids, there)}moved".encode()]
        lines += self._leave(uids, everywhere=rest[1] == self.house.kind.trash)
        return lines, "OK done"

    def _leave(self, uids: list[int], *, everywhere: bool = False) -> list[bytes]:
        lines: list[bytes] = []
        for uid in uids:
            lines.append(b"* %d EXPUNGE" % (sorted(self.box.mail).index(uid) + 1))
            mail = self.box.mail.pop(uid)
            if everywhere:
                for name, box in self.house.boxes.items():
                    if name != self.house.kind.trash:
                        box.mail = {number: each for number, each in box.mail.items() if each is not mail}
        return lines

    def _uid_expunge(self, rest: list[str]) -> tuple[list[bytes], str]:
        return self._leave([uid for uid in self._chosen(rest[0]) if "\\Deleted" in self.box.mail[uid].flags]), "OK"

    def _expunge(self, _: list[str]) -> tuple[list[bytes], str]:
        return self._leave([uid for uid, mail in list(self.box.mail.items()) if "\\Deleted" in mail.flags]), "OK"
