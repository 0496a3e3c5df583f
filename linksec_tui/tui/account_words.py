"""One account in lines: how it stands, what its servers proved, what its provider does, whom letters may be from."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from linksec_tui.config import Config, SecretsIn
from linksec_tui.model.account import Account, Sender, Server
from linksec_tui.model.assessment import Assessment
from linksec_tui.model.audit import Audit
from linksec_tui.model.audit_words import age_words, doubt_words, letter_words, mechanism_words, replies_words
from linksec_tui.model.connection import TlsFacts, Trust
from linksec_tui.model.discovery import Service
from linksec_tui.model.events import ConnectionChanged, Link
from linksec_tui.model.evidence import ProviderFacts
from linksec_tui.model.mailbox import Mailbox, Role
from linksec_tui.model.proof import certificate_text, dane_text, encryption_text, insistence_text, trust_text
from linksec_tui.model.provider_words import offers_words
from linksec_tui.model.set_up import StoryLine, Went

_KEPT = {
    SecretsIn.KEYRING: "in the system's keyring",
    SecretsIn.STORE: "in linksec-tui's own encrypted store",
    SecretsIn.SESSION: "nowhere: it is asked for at each start",
}


AUDIT = "What an audit found"  # a heading


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """What is known of one account at this moment."""

    account: Account
    connection: ConnectionChanged | None = None
    problem: str = ""
    mailboxes: Sequence[Mailbox] = ()
    proofs: Mapping[Service, TlsFacts] = field(default_factory=dict[Service, TlsFacts])
    provider: ProviderFacts | None = None
    senders: Sequence[Sender] = ()
    audit: Audit | None = None
    own: Assessment | None = None  # what those who write to us find
    now: datetime


def state_words(connection: ConnectionChanged | None) -> tuple[str, bool]:
    """In a few words, and whether somebody should look."""
    if connection is None:
        return "not connected yet", False
    match connection.link:
        case Link.CONNECTING:
            return "connecting", False
        case Link.OFFLINE:
            return f"offline: {connection.detail}" if connection.detail else "offline", True
        case Link.ELSEWHERE:
            return "kept up by another linksec-tui that runs on this machine", False
        case Link.ONLINE:
            facts = connection.facts
            return (f"online, {encryption_text(facts).partition(',')[0]}" if facts else "online"), False


def account_lines(seen: Seen, config: Config) -> list[StoryLine]:
    """Everything, under headings."""
    account = seen.account
    sections = (
        ("State", _state(seen)),
        (f"Reading{_where(account.imap)}", _proof(account.imap, seen.proofs.get(Service.IMAP))),
        (f"Sending{_where(account.submission)}", _proof(account.submission, seen.proofs.get(Service.SUBMISSION))),
        ("Your provider", _provider(seen.provider)),
        (AUDIT, _audit(seen)),
        *([("Letters to you", _replies(seen.own))] if seen.own else []),
        ("Letters from it", _senders(seen.senders)),
        ("Signing in", _signing_in(account, config)),
    )
    return [line for title, lines in sections for line in _section(title, lines)]


def _section(title: str, lines: Iterator[tuple[str, Went]]) -> Iterator[StoryLine]:
    yield StoryLine(key=title, text=title, went=Went.HEADING)
    for number, (text, went) in enumerate(lines):
        yield StoryLine(key=f"{title} {number}", text=text, went=went)


def _state(seen: Seen) -> Iterator[tuple[str, Went]]:
    words, troubled = state_words(seen.connection)
    yield f"{words[0].upper()}{words[1:]}.".replace("..", "."), Went.CAUTION if troubled else Went.WELL
    if seen.problem and seen.problem not in words:
        yield f"The last problem was: {seen.problem}", Went.NOTE
    unread = sum(each.unread for each in seen.mailboxes if each.role is Role.INBOX)
    if seen.mailboxes:
        total = sum(each.total for each in seen.mailboxes)
        yield f"{len(seen.mailboxes)} mailboxes with {total:,} messages; {unread:,} unread in the inbox.", Went.NOTE


def _proof(server: Server | None, facts: TlsFacts | None) -> Iterator[tuple[str, Went]]:
    """What the hop that we make ourselves showed when it was last made."""
    if server is None:
        yield "No server is named in the configuration.", Went.CAUTION
        return
    if facts is None:
        yield "Not connected to since the client was opened.", Went.NOTE
        return
    yield f"{encryption_text(facts)}.", Went.WELL
    yield _sentence(certificate_text(facts)), Went.NOTE
    yield _sentence(trust_text(facts)), Went.CAUTION if facts.trust is Trust.PINNED else Went.WELL
    if text := dane_text(facts):
        yield _sentence(text), Went.BADLY if facts.dane_matches is False else Went.NOTE


def _provider(facts: ProviderFacts | None) -> Iterator[tuple[str, Went]]:
    if facts is None:
        return
    yield f"It {insistence_text(facts)}.", Went.NOTE
    for text in offers_words(facts):
        yield text, Went.NOTE


def _audit(seen: Seen) -> Iterator[tuple[str, Went]]:
    """What letters to domains that are broken on purpose told, with its age: a provider may change its ways."""
    audit = seen.audit
    if audit is None or not audit.letters:
        yield (
            "None was made yet. Its letters should come back: those that do show what your provider insists on.",
            Went.NOTE,
        )
        return
    for mechanism, words in mechanism_words(audit):
        yield f"{mechanism}: {words}.", Went.NOTE
    if doubt := doubt_words(audit):
        yield doubt, Went.CAUTION
    heard = f"The last answer came {age_words(audit.dated, seen.now)}." if audit.dated else "Nothing was heard yet."
    sent = min(letter.sent_at for letter in audit.letters)
    waits = " Some answers are still missing; a provider may hold a letter for days." if audit.waiting else ""
    yield f"The letters went out {age_words(sent, seen.now)}. {heard}{waits}", Went.NOTE
    for letter in audit.letters:
        yield letter_words(letter), Went.NOTE


def _replies(own: Assessment) -> Iterator[tuple[str, Went]]:
    for sentence in replies_words(own):
        yield _sentence(sentence.rstrip(".")), Went.NOTE


def _senders(senders: Sequence[Sender]) -> Iterator[tuple[str, Went]]:
    for sender in senders:
        yield f"{sender}: requires {sender.require.word.partition(',')[0]} unless you say otherwise.", Went.NOTE


def _signing_in(account: Account, config: Config) -> Iterator[tuple[str, Went]]:
    if account.password_command:
        yield f"As {account.user}, with the password that a command of yours prints.", Went.NOTE
    else:
        what = f"what {account.oauth.name} gave when you signed in" if account.oauth else "the password"
        yield f"As {account.user}; {what} is kept {_KEPT[config.store.secrets]}.", Went.NOTE


def _where(server: Server | None) -> str:
    return f": {server.host}, port {server.port}" if server else ""


def _sentence(text: str) -> str:
    return f"{text[:1].upper()}{text[1:]}."
