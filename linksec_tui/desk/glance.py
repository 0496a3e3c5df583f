"""The first screen before anything else: what the store knows of the first account's inbox, a few rows and no more.

Where a command prints the store's key, it runs while the screens are still being loaded; then the rows are in the
first painting, and the desk opens behind it. What cannot be had at once is not waited for and not complained about:
the desk asks for it in its own time, and says what is wrong.
"""

from __future__ import annotations

from concurrent.futures import CancelledError, Future
from contextlib import closing, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from threading import Thread

from linksec_tui.config import Config, KeySource
from linksec_tui.desk.store_files import MAIL_FILE, key_from_hex
from linksec_tui.model.account import Account
from linksec_tui.model.errors import LinksecError
from linksec_tui.model.mailbox import Mailbox, Role
from linksec_tui.model.message import Header

ROWS = 60  # a screen of a tall terminal
PATIENCE = 0.2  # seconds for a command that prints a key; one that asks the person takes longer, and may


@dataclass(frozen=True, slots=True, kw_only=True)
class Glance:
    """A mailbox, and the newest of it."""

    mailbox: Mailbox
    rows: tuple[Header, ...]

    def now(self) -> datetime:
        """As the desk's clock, which is not open yet."""
        return datetime.now(UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class EarlyKey:
    """The store's key, asked for before it is needed, and once."""

    line: Future[str]

    @classmethod
    def ask(cls, config: Config) -> EarlyKey | None:
        """None where no command prints it."""
        if config.store.key is not KeySource.COMMAND or not config.accounts:
            return None
        line: Future[str] = Future()
        # A daemon: a command that waits for the person does not keep the program from ending.
        Thread(target=_run, args=(config.store.key_command, line), name="store key", daemon=True).start()
        return cls(line=line)

    def glance(self, config: Config) -> Glance | None:
        """What can be had without waiting for anybody."""
        path = config.state / MAIL_FILE
        with suppress(LinksecError, TimeoutError, CancelledError, OSError):
            if path.exists():  # else nobody is waited for
                return _look(config, path, key_from_hex(self.line.result(PATIENCE)))
        return None


def asked_first(config: Config) -> Account | None:
    """Whose newest mail can come before there is a store: nobody's where there is one, or where the person or a keyring
    would have to be asked for the password."""
    account = next(iter(config.accounts), None)
    if account is None or account.imap is None or account.oauth or not account.password_command:
        return None
    return None if (config.state / MAIL_FILE).exists() else account


def _run(command: str, line: Future[str]) -> None:
    import asyncio  # deferred: loaded here, while the screens are loaded

    from linksec_tui.wire.secret_command import run_secret_command  # deferred: as above

    try:
        line.set_result(asyncio.run(run_secret_command(command)))
    except BaseException as error:  # noqa: BLE001 - raised again where the key is taken
        line.set_exception(error)


def _look(config: Config, path: Path, key: bytes) -> Glance | None:
    from linksec_tui.store import mailboxes, messages  # deferred: loaded only where there is something to be shown
    from linksec_tui.store.connection import Connection, Durability
    from linksec_tui.store.lock import FileLock
    from linksec_tui.store.migrations import Schema, steps_of, version_of

    with FileLock(path.with_name(f"{path.name}.lock")) as lock:
        if not lock.try_share():  # somebody is about to put another file there
            return None
        with closing(Connection(path, key, Durability.READ_ONLY)) as connection:
            if version_of(connection) != len(steps_of(Schema.MAIL)):
                return None
            inbox = mailboxes.mailbox_with_role(connection, config.accounts[0].name, Role.INBOX)
            return inbox and Glance(mailbox=inbox, rows=messages.first_rows(connection, inbox.id, ROWS))
