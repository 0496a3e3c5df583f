"""What a session leaves on the disk shows nothing of subjects, addresses or texts, in any form that one looks for."""

from __future__ import annotations

import base64
import tempfile
import zlib
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import pytest

from linksec_tui.config import Config
from linksec_tui.desk import open_desk
from linksec_tui.diagnostics import start_logging
from linksec_tui.model.listing import View
from linksec_tui.model.mailbox import Role

SECRETS = ("a begun letter about geraniums", "geraniums@university.example", "The geraniums need water, says nobody.")


async def test_no_file_of_a_session_shows_what_was_read_and_written(
    config: Config, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    temporary = tmp_path / "temporary"
    temporary.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(temporary))
    start_logging(tmp_path / "log")
    try:
        words = await _session(config, tmp_path)
    finally:
        start_logging(None)
    assert len(words) > 30
    found = {
        f"{path.relative_to(tmp_path)}: {word}"
        for path, content in _files(tmp_path)
        for word in words
        for form in _forms(word)
        if form in content
    }
    assert found == set()


async def _session(config: Config, directory: Path) -> set[str]:
    """Mail is fetched, read, searched for and written; files are looked at before and after everything is closed."""
    subject, recipient, text = SECRETS
    words: set[str] = set(SECRETS)
    async with open_desk(config, worker=False) as desk:
        await desk.correspondence.sync(desk.config.accounts[0]).once()
        inbox = next(each for each in await desk.mailboxes() if each.role is Role.INBOX)
        for header in await desk.views.first_rows(View(mailboxes=(inbox.id,)), 12):
            reading = await desk.read(header.id)
            words |= {header.subject, header.sender_address, *_sentences(reading.text)}
        await desk.searching.all("geraniums", limit=10, servers=False)
        draft = replace(desk.new_draft(), subject=subject, body=text, recipients=(desk.parse_recipient(recipient),))
        await desk.save_draft(draft)
        await desk.rooms.keep_copy()
        assert {"desk.db-wal", "mail.db-wal", "desk.db.copy"} <= {path.name for path, _ in _files(directory)}
        _nothing_readable(directory, words)
    return {word for word in words if len(word) > 8}


def _nothing_readable(directory: Path, words: set[str]) -> None:
    plain = [word.encode() for word in words if len(word) > 8]
    assert not [path for path, content in _files(directory) for word in plain if word in content]


def _sentences(text: str) -> set[str]:
    return {line.strip() for line in text.splitlines() if len(line.strip()) > 12}


def _files(directory: Path) -> Iterator[tuple[Path, bytes]]:
    """Every file, and what can be unpacked of it wherever a zlib stream could begin."""
    for path in sorted(directory.rglob("*")):
        if path.is_file():
            content = path.read_bytes()
            yield path, content
            yield path, b"".join(_unpacked(content))


def _unpacked(content: bytes) -> Iterator[bytes]:
    for mark in (b"\x78\x01", b"\x78\x5e", b"\x78\x9c", b"\x78\xda"):
        at = content.find(mark)
        while at >= 0:
            with suppress(zlib.error):
                yield zlib.decompressobj().decompress(content[at : at + (1 << 16)], 1 << 20)
            at = content.find(mark, at + 1)


def _forms(word: str) -> Iterator[bytes]:
    """As text, as wide text, and in base64 wherever in a group of three it begins."""
    plain = word.encode()
    yield from (plain, word.encode("utf-16-le"), word.encode("utf-16-be"), plain.hex().encode())
    for shift in range(3):
        encoded = base64.b64encode(bytes(shift) + plain)
        yield encoded[4 if shift else 0 : len(encoded) // 4 * 4 - 4]


def test_the_search_itself_finds_what_it_looks_for() -> None:
    word = SECRETS[2]
    plain = word.encode()
    for content in (plain, word.encode("utf-16-le"), base64.b64encode(b"ab" + plain), *_unpacked(zlib.compress(plain))):
        assert any(form in content for form in _forms(word))
