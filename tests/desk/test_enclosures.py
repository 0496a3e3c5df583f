"""Parts of a message in the world: saved without overwriting, opened from a private place, given to commands."""

from __future__ import annotations

import os
import signal
import stat
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import cast

import pytest

from linksec_tui.desk.correspondence import Correspondence
from linksec_tui.desk.drafting import Drafting
from linksec_tui.desk.enclosures import Enclosures
from linksec_tui.desk.pipe import MAX_OUTPUT, run_piped
from linksec_tui.desk.put_away import put_away
from linksec_tui.model.errors import BadInput
from linksec_tui.model.message import Header
from linksec_tui.model.reading import PageLink, Part
from linksec_tui.wire import ended

HEADER = Header(
    id=1, account="home", mailbox=1, uid=1, sender_name="", sender_address="", recipients="", subject="",
    received_at=datetime(2026, 1, 1, tzinfo=UTC),
)  # fmt: skip
RAW = (
    b"Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\nwords\r\n"
    b'--b\r\nContent-Type: application/pdf; name="../../.bashrc"\r\n\r\n%PDF\r\n--b--\r\n'
)
PART = Part(number="2", media_type="application/pdf", name="../../.bashrc", size=4)
WORDS = Part(number="1", media_type="text/plain", name="", size=5)


@dataclass
class OneMessage:
    """A mailbox with one message in it."""

    raw_octets: bytes = RAW
    header_of_it: Header = field(default_factory=lambda: HEADER)

    async def raw(self, message: int) -> bytes:
        return self.raw_octets

    async def header(self, message: int) -> Header:
        return self.header_of_it


@pytest.fixture
def enclosures() -> Enclosures:
    return Enclosures(correspondence=cast("Correspondence", OneMessage()), drafting=cast("Drafting", None))


async def test_a_part_is_saved_under_a_safe_name(enclosures: Enclosures, tmp_path: Path) -> None:
    for expected in ("bashrc", "bashrc (2)", "bashrc (3)"):
        (file,) = await enclosures.save(1, [PART], str(tmp_path))
        assert file == tmp_path / expected
        assert file.read_bytes() == b"%PDF"
        assert stat.S_IMODE(file.stat().st_mode) == 0o600


async def test_all_of_them_are_saved_at_once(enclosures: Enclosures, tmp_path: Path) -> None:
    files = await enclosures.save(1, [WORDS, PART], str(tmp_path))
    assert [file.name for file in files] == ["part-1.txt", "bashrc"]


def test_a_link_that_lies_there_is_not_written_through(tmp_path: Path) -> None:
    precious = tmp_path / "precious"
    precious.write_text("mine")
    (tmp_path / "a.txt").symlink_to(precious)
    (tmp_path / "dangling.txt").symlink_to(tmp_path / "nowhere")
    assert put_away(tmp_path, "a.txt", b"theirs").name == "a (2).txt"
    assert put_away(tmp_path, "dangling.txt", b"theirs").name == "dangling (2).txt"
    assert precious.read_text() == "mine"
    assert not (tmp_path / "nowhere").exists()


async def test_a_directory_that_is_none_is_said(enclosures: Enclosures, tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="Name another directory"):
        await enclosures.save(1, [PART], str(tmp_path / "none"))


async def test_what_is_opened_lies_in_a_private_place_and_goes(
    enclosures: Enclosures, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen = tmp_path / "seen"
    opener = tmp_path / "bin" / "xdg-open"
    opener.parent.mkdir()
    opener.write_text(f'#!/bin/sh\nprintf %s "$1" > {seen}.part && mv {seen}.part {seen}\n')
    opener.chmod(0o700)
    monkeypatch.setenv("PATH", f"{opener.parent}:{os.environ['PATH']}")
    monkeypatch.setenv("DISPLAY", ":0")
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path))
    file = await enclosures.open(1, PART)
    assert file.read_bytes() == b"%PDF"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert stat.S_IMODE(file.parent.stat().st_mode) == 0o700
    enclosures.close()
    assert not file.parent.exists()


async def test_without_a_desktop_nothing_is_opened(enclosures: Enclosures, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("DISPLAY", raising=False)
    monkeypatch.delenv("WAYLAND_DISPLAY", raising=False)
    with pytest.raises(BadInput, match="no desktop"):
        await enclosures.open(1, PART)
    assert not await enclosures.follow(PageLink(target="https://a.example/"))


@pytest.mark.parametrize("target", ["file:/etc/passwd", "javascript:alert(1)", "ftp://a.example/", "tel:1"])
async def test_nothing_but_web_pages_is_followed(enclosures: Enclosures, target: str) -> None:
    with pytest.raises(BadInput, match="Only web pages"):
        await enclosures.follow(PageLink(target=target))


async def test_a_program_in_disguise_is_told(enclosures: Enclosures) -> None:
    assert await enclosures.risk(1, PART) == ""
    mail = OneMessage(raw_octets=RAW.replace(b"%PDF", b"MZ\x90\x00"))
    dressed = Enclosures(correspondence=cast("Correspondence", mail), drafting=cast("Drafting", None))
    assert "a program" in await dressed.risk(1, PART)


async def test_a_command_gets_the_part_and_its_words_come_back_visible(enclosures: Enclosures) -> None:
    assert (await enclosures.pipe(1, PART, "wc -c")).text.strip() == "4"
    said = await enclosures.pipe(1, PART, "printf '\\033[31mred'; exit 3")
    assert said.text == "\ufffd[31mred"
    assert said.status == 3


async def test_a_command_that_says_too_much_is_ended() -> None:
    said = await run_piped("yes", b"")
    assert said.cut
    assert len(said.text) <= MAX_OUTPUT


async def test_who_left_the_group_of_a_command_is_not_waited_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ended, "LAST_WORDS", 0.1)
    name = tmp_path / "pid"
    os.mkfifo(name)
    said = await run_piped(f"setsid sh -c 'echo $$ > {name}; exec sleep 1000' & read pid < {name}; echo $pid; yes", b"")
    os.kill(int(said.text.split(maxsplit=1)[0]), signal.SIGKILL)
    assert (said.cut, said.status) == (True, -signal.SIGKILL)


async def test_a_command_that_does_not_read_is_no_trouble() -> None:
    said = await run_piped("true", b"x" * 5_000_000)
    assert (said.text, said.status) == ("", 0)
