"""A real server is filled from files, and searches for what the store does not have the text of, in UTF-8."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from linksec_tui.formats.mbox import Entry
from linksec_tui.incoming.importing import Importing
from linksec_tui.incoming.query import parse_query
from linksec_tui.incoming.server_search import ServerSearch
from linksec_tui.model.mailbox import Mailbox, Role
from linksec_tui.store import mailboxes, messages
from linksec_tui.store.connection import Connection
from linksec_tui.store.search import Search
from linksec_tui.store.vault import open_vault
from tests.lab.imap_servers import ImapServer
from tests.lab.sync_person import KEY, Place, Reader

pytestmark = [pytest.mark.lab, pytest.mark.usefixtures("running_lab")]

TODAY = date(2026, 3, 10)


@pytest.fixture
def reader(server: ImapServer, tmp_path: Path) -> Iterator[Reader]:
    """Somebody without any mail."""
    with open_vault(tmp_path / "mail.db", KEY, schema="mail") as vault:
        yield Reader(server.new_reader(), vault, Place(server.address, host=server.full_name))


def _entry(number: int, body: str) -> Entry:
    text = (
        f"From: Anna <anna@x.example>\r\nSubject: letter {number}\r\nMessage-ID: <{number}@x.example>\r\n"
        f"Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\n{body}\r\n"
    )
    return Entry(raw=text.encode())


def _nothing(_: object) -> None: ...


async def test_letters_are_filed_once_and_found_by_what_only_the_server_has_read(reader: Reader) -> None:
    sync = reader.sync()
    await sync.once()
    (inbox, *_) = await reader.vault.run(_inboxes)
    bodies = ["Die Brücke am Fluß", "a harbour at night", "über die Brücke, bei Nacht", "nothing of the kind"]
    entries = [_entry(number, body) for number, body in enumerate(bodies)]
    work = Importing(line=sync.line, vault=reader.vault, tell=_nothing, target=inbox)
    assert (await work.run(iter(entries[:2]), _nothing)).filed == 2
    again = await work.run(iter(entries), _nothing)
    assert (again.filed, again.there) == (2, 2)

    async def found(text: str) -> list[str]:
        wanted = Search(query=parse_query(text, TODAY))
        hits = await ServerSearch(line=sync.line, vault=reader.vault).find(wanted, [inbox.id])
        assert hits.refused == ()
        rows = await reader.vault.run(messages.rows, sorted(hits.ids))
        return sorted(header.subject for header in rows.values())

    assert await found("brücke") == ["letter 0", "letter 2"]
    assert await found("body:brücke -nacht") == ["letter 0"]
    assert await found('"harbour at" OR fluß') == ["letter 0", "letter 1"]
    assert await found("from:anna brücke is:read") == ["letter 0", "letter 2"]
    assert await found("brücke is:unread") == []
    assert await found("brücke came:clear") == []
    await sync.close()


def _inboxes(connection: Connection) -> list[Mailbox]:
    (account,) = {name for (name,) in connection.rows("SELECT account FROM mailboxes WHERE id <> 0")}
    return [each for each in mailboxes.read_mailboxes(connection, account) if each.role is Role.INBOX]
