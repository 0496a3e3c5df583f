"""A vault opens with its key, shows nothing without it, notices every changed byte, and upgrades with a way back."""

from __future__ import annotations

import hashlib
import stat
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from linksec_tui.model.errors import NewerSchema, NoKey, StoreDamaged, StoreError
from linksec_tui.store import copies
from linksec_tui.store.connection import Connection, Durability
from linksec_tui.store.lock import FileLock
from linksec_tui.store.migrations import Schema, before_path, steps_of, version_of
from linksec_tui.store.rebuild import begin_anew
from linksec_tui.store.vault import Opening, Vault, open_vault, open_with

MARK = "a subject that nobody else may read "
OTHER_KEY = hashlib.sha256(b"another key").digest()
NEWEST = len(steps_of(Schema.DESK))


def write(connection: Connection, ident: str, text: str) -> None:
    connection.execute(
        "INSERT OR REPLACE INTO drafts (id, account, changed_at, draft) VALUES (?, 'home', 0, ?)", ident, text
    )


def texts(connection: Connection) -> list[str]:
    return [row[0] for row in connection.rows("SELECT draft FROM drafts ORDER BY id")]


def opening(path: Path, key: bytes, *more_steps: str) -> Opening:
    return Opening(path=path, key=key, schema=Schema.DESK, steps=(*steps_of(Schema.DESK), *more_steps))


def flip(path: Path, offset: int) -> None:
    content = bytearray(path.read_bytes())
    content[offset] ^= 1
    path.write_bytes(content)


def filled(path: Path, key: bytes) -> None:
    with open_vault(path, key, schema="desk") as vault:
        for number in range(40):
            vault.do(write, f"{number:02}", MARK * 40)


async def test_work_runs_on_the_vaults_own_thread_and_its_answer_comes_back(desk: Vault) -> None:
    await desk.run(write, "a", "text")
    assert await desk.run(texts) == ["text"]


def test_what_was_written_is_there_after_closing_and_opening(tmp_path: Path, key: bytes) -> None:
    filled(tmp_path / "desk.db", key)
    with open_vault(tmp_path / "desk.db", key, schema="desk") as vault:
        assert len(vault.do(texts)) == 40
        assert vault.notice == ""


def test_nothing_readable_stands_in_the_file_its_log_or_its_copy(desk: Vault, tmp_path: Path) -> None:
    for number in range(100):
        desk.do(write, str(number), MARK * 100)
    desk.do(copies.keep_copy)
    seen = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    assert {"desk.db", "desk.db-wal", "desk.db.copy"} <= seen.keys()
    assert not [name for name, content in seen.items() if b"nobody else" in content or b"drafts" in content]


def test_everything_a_vault_makes_is_its_owners_alone(desk: Vault, tmp_path: Path) -> None:
    desk.do(write, "a", "text")
    desk.do(copies.keep_copy)
    modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in tmp_path.iterdir()}
    assert set(modes.values()) == {0o600}, modes
    assert stat.S_IMODE(tmp_path.stat().st_mode) == 0o700


def test_a_wrong_key_is_told_in_a_sentence_and_changes_nothing(tmp_path: Path, key: bytes) -> None:
    filled(tmp_path / "desk.db", key)
    before = (tmp_path / "desk.db").read_bytes()
    with pytest.raises(NoKey, match=r"another key locked it"):
        open_vault(tmp_path / "desk.db", OTHER_KEY, schema="desk")
    assert (tmp_path / "desk.db").read_bytes() == before
    filled(tmp_path / "desk.db", key)


def test_a_wrong_key_is_told_also_while_another_has_the_file_open(desk: Vault, tmp_path: Path) -> None:
    desk.do(write, "a", "text")
    with pytest.raises(NoKey):
        open_vault(tmp_path / "desk.db", OTHER_KEY, schema="desk")


def test_a_key_of_the_wrong_length_creates_nothing(tmp_path: Path) -> None:
    with pytest.raises(NoKey):
        open_vault(tmp_path / "state" / "desk.db", b"short", schema="desk")
    assert not (tmp_path / "state").exists()


def test_every_byte_of_the_beginning_and_one_of_every_page_is_watched(tmp_path: Path, key: bytes) -> None:
    path = tmp_path / "desk.db"
    filled(path, key)
    content = path.read_bytes()
    unnoticed: list[int] = []
    for offset in (*range(120), *range(200, len(content), 1999)):
        path.write_bytes(content)
        flip(path, offset)
        try:
            open_vault(path, key, schema="desk").close()
            unnoticed.append(offset)
        except (StoreDamaged, NoKey):
            pass
    assert unnoticed == []


def test_a_damaged_desk_comes_back_from_its_copy_and_says_so(tmp_path: Path, key: bytes) -> None:
    path = tmp_path / "desk.db"
    filled(path, key)
    with open_vault(path, key, schema="desk") as vault:
        vault.do(copies.keep_copy)
    damaged = bytearray(path.read_bytes())
    damaged[9000] ^= 1
    path.write_bytes(damaged)
    with open_vault(path, key, schema="desk") as vault:
        assert len(vault.do(texts)) == 40
        assert vault.notice.startswith("desk.db was damaged. Drafts, outbox and memory came back from the copy of 2")
    assert (tmp_path / "desk.db.damaged-1").read_bytes() == damaged
    with open_vault(path, key, schema="desk") as vault:
        assert vault.notice == ""


@pytest.mark.parametrize("offset", [3, 18, 20, 100])
def test_a_desk_whose_beginning_is_damaged_comes_back_too(tmp_path: Path, key: bytes, offset: int) -> None:
    path = tmp_path / "desk.db"
    filled(path, key)
    with open_vault(path, key, schema="desk") as vault:
        vault.do(copies.keep_copy)
    flip(path, offset)
    with open_vault(path, key, schema="desk") as vault:
        assert len(vault.do(texts)) == 40


@pytest.mark.parametrize("left", [None, b""])
def test_a_desk_that_is_gone_comes_back_too(tmp_path: Path, key: bytes, left: bytes | None) -> None:
    path = tmp_path / "desk.db"
    filled(path, key)
    with open_vault(path, key, schema="desk") as vault:
        vault.do(copies.keep_copy)
    path.unlink() if left is None else path.write_bytes(left)
    with open_vault(path, key, schema="desk") as vault:
        assert len(vault.do(texts)) == 40
        assert "was missing" in vault.notice


def test_a_desk_that_lost_its_log_stands_behind_its_copy_and_comes_back(tmp_path: Path, key: bytes) -> None:
    """Without its log the file is a healthy database of yesterday; only the copy knows better."""
    path = tmp_path / "desk.db"
    script = (
        "import os, sys; from pathlib import Path\n"
        "from linksec_tui.store import copies, vault\n"
        "v = vault.open_vault(Path(sys.argv[1]), bytes.fromhex(sys.argv[2]), schema='desk')\n"
        "insert = \"INSERT INTO drafts (id, account, changed_at, draft) VALUES ('a', '', 0, 'text')\"\n"
        "v.do(lambda connection: connection.execute(insert))\n"
        "v.do(copies.keep_copy); os._exit(0)\n"
    )
    subprocess.run([sys.executable, "-c", script, str(path), key.hex()], check=True)
    (tmp_path / "desk.db-wal").unlink()
    with open_vault(path, key, schema="desk") as vault:
        assert vault.do(texts) == ["text"]
        assert "came back" in vault.notice


def test_a_damaged_desk_with_a_damaged_copy_is_an_error_and_both_are_left_alone(tmp_path: Path, key: bytes) -> None:
    path = tmp_path / "desk.db"
    filled(path, key)
    with open_vault(path, key, schema="desk") as vault:
        vault.do(copies.keep_copy)
    for name in ("desk.db", "desk.db.copy"):
        flip(tmp_path / name, 9000)
    before = path.read_bytes()
    with pytest.raises(StoreDamaged, match=r"desk\.db is damaged"):
        open_vault(path, key, schema="desk")
    assert path.read_bytes() == before


def test_a_copy_under_another_key_never_takes_the_place_of_the_file(tmp_path: Path, key: bytes) -> None:
    path = tmp_path / "desk.db"
    filled(path, key)
    with open_vault(path, key, schema="desk") as vault:
        vault.do(copies.keep_copy)
    with pytest.raises(NoKey):
        open_vault(path, OTHER_KEY, schema="desk")
    path.unlink()
    with pytest.raises(NoKey):
        open_vault(path, OTHER_KEY, schema="desk")
    assert not path.exists()


def test_a_damaged_mail_store_is_set_aside_on_request_and_begins_anew(tmp_path: Path, key: bytes) -> None:
    path = tmp_path / "mail.db"
    open_vault(path, key, schema="mail").close()
    flip(path, 500)
    with pytest.raises(StoreDamaged):
        open_vault(path, key, schema="mail")
    assert begin_anew(path) == (
        "mail.db was damaged: it begins anew, and your mail is fetched again from the server."
        " The damaged file is kept as mail.db.damaged-1."
    )
    open_vault(path, key, schema="mail").close()


def test_a_damaged_page_found_while_reading_is_told_in_our_words(tmp_path: Path, key: bytes) -> None:
    path = tmp_path / "mail.db"
    with open_vault(path, key, schema="mail") as vault:
        for number in range(100):
            vault.do(
                Connection.execute,
                "INSERT INTO mailboxes (account, wire_name, name, role, delimiter) VALUES (?, ?, '', '', '')",
                "x" * 1000,
                str(number),
            )
    flip(path, path.stat().st_size - 20_000)
    with open_vault(path, key, schema="mail") as vault, pytest.raises(StoreDamaged, match=r"mail\.db is damaged"):
        vault.do(Connection.verify)


def test_a_damaged_mail_store_is_not_set_aside_under_the_hands_of_another(mail: Vault) -> None:
    with pytest.raises(StoreError, match="another linksec-tui has it open"):
        begin_anew(mail.path)


def test_a_file_of_a_newer_program_is_refused_in_one_sentence(tmp_path: Path, key: bytes) -> None:
    path = tmp_path / "desk.db"
    open_with(opening(path, key, "CREATE TABLE later (x ANY) STRICT")).close()
    with pytest.raises(NewerSchema, match=r"desk\.db was written by a newer linksec-tui"):
        open_vault(path, key, schema="desk")


def test_before_an_upgrade_the_file_is_copied_and_the_copy_is_whole(tmp_path: Path, key: bytes) -> None:
    path = tmp_path / "desk.db"
    filled(path, key)
    with open_with(opening(path, key, "ALTER TABLE drafts ADD COLUMN extra TEXT; DELETE FROM drafts")) as vault:
        assert vault.do(version_of) == NEWEST + 1
        assert vault.do(texts) == []
    with closing(Connection(before_path(path, NEWEST), key, Durability.READ_ONLY)) as before:
        before.verify()
        assert version_of(before) == NEWEST
        assert len(texts(before)) == 40


def test_an_upgrade_that_fails_leaves_the_old_file(tmp_path: Path, key: bytes) -> None:
    path = tmp_path / "desk.db"
    filled(path, key)
    with pytest.raises(Exception, match="no_such_table"):
        open_with(opening(path, key, "DELETE FROM drafts; DELETE FROM no_such_table"))
    with open_vault(path, key, schema="desk") as vault:
        assert len(vault.do(texts)) == 40


def test_an_upgrade_waits_for_nobody_else_to_have_the_file_open(desk: Vault, key: bytes) -> None:
    with pytest.raises(StoreError, match=r"An older linksec-tui has desk\.db open"):
        open_with(opening(desk.path, key, "CREATE TABLE later (x ANY) STRICT"))
    assert desk.do(version_of) == NEWEST


def test_two_vaults_see_each_others_changes(desk: Vault, key: bytes) -> None:
    with open_vault(desk.path, key, schema="desk") as other:
        desk.do(write, "a", "first")
        other.do(write, "b", "second")
        assert desk.do(texts) == other.do(texts) == ["first", "second"]


def test_a_commit_to_the_desk_is_on_the_disk_and_temporary_tables_never_are(desk: Vault, mail: Vault) -> None:
    def asked(connection: Connection) -> list[int]:
        return [connection.number(f"PRAGMA {name}") for name in ("synchronous", "fullfsync", "temp_store")]

    full, normal, in_memory = 2, 1, 2
    assert desk.do(asked) == [full, 1, in_memory]
    assert mail.do(asked) == [normal, 1, in_memory]


def test_a_transaction_that_fails_leaves_nothing(desk: Vault) -> None:
    def half(connection: Connection) -> None:
        with connection.transaction():
            write(connection, "a", "text")
            raise LookupError

    with pytest.raises(LookupError):
        desk.do(half)
    assert desk.do(texts) == []


async def test_a_copy_is_made_after_a_change_and_only_then(desk: Vault) -> None:
    copy = copies.copy_path(desk.path)
    await desk.run(write, "a", "text")
    await desk.keep_copy()
    first = copy.stat().st_ino
    await desk.keep_copy()
    assert copy.stat().st_ino == first
    await desk.run(write, "b", "text")
    await desk.keep_copy()
    assert copy.stat().st_ino != first
    with closing(Connection(copy, desk.do(lambda connection: connection.key), Durability.READ_ONLY)) as read:
        assert texts(read) == ["text", "text"]


def test_a_copy_that_cannot_be_made_leaves_the_one_before(tmp_path: Path, key: bytes) -> None:
    path = tmp_path / "desk.db"
    filled(path, key)
    with open_vault(path, key, schema="desk") as vault:
        vault.do(copies.keep_copy)
    with open_vault(path, key, schema="desk") as vault:
        flip(path, path.stat().st_size - 5000)
        with pytest.raises(StoreDamaged):
            vault.do(copies.keep_copy)
    assert copies.copy_is_sound(path, key)


async def test_a_change_by_another_process_is_copied_too(desk: Vault, key: bytes) -> None:
    await desk.run(write, "a", "text")
    await desk.keep_copy()
    with open_vault(desk.path, key, schema="desk") as other:
        other.do(write, "b", "theirs")
        await desk.keep_copy()
    with closing(Connection(copies.copy_path(desk.path), key, Durability.READ_ONLY)) as read:
        assert texts(read) == ["text", "theirs"]


def test_opening_waits_while_another_prepares_the_file(tmp_path: Path, key: bytes) -> None:
    path = tmp_path / "desk.db"
    open_vault(path, key, schema="desk").close()
    with FileLock(path.with_name("desk.db.lock")) as lock:
        assert lock.try_alone()
        script = (
            "import sys; from pathlib import Path; from linksec_tui.store import vault\n"
            "print('opening', flush=True)\n"
            "vault.open_vault(Path(sys.argv[1]), bytes.fromhex(sys.argv[2]), schema='desk').close()\n"
            "print('opened', flush=True)\n"
        )
        child = subprocess.Popen(
            [sys.executable, "-c", script, str(path), key.hex()], stdout=subprocess.PIPE, text=True
        )
        assert child.stdout is not None
        assert child.stdout.readline() == "opening\n"
        assert child.poll() is None
    assert child.communicate(timeout=240)[0] == "opened\n"


def test_a_directory_that_others_use_is_left_as_it_is(tmp_path: Path, key: bytes) -> None:
    shared = tmp_path / "shared"
    shared.mkdir()
    shared.chmod(0o1777)
    with pytest.raises(StoreError, match="shared with others"):
        open_vault(shared / "desk.db", key, schema="desk")
    assert stat.S_IMODE(shared.stat().st_mode) == 0o1777
    assert not list(shared.iterdir())


@pytest.mark.parametrize("place", ["file/desk.db", "file/below/desk.db", "link/desk.db", "directory/desk.db"])
def test_a_place_that_cannot_be_used_is_a_sentence(place: str, tmp_path: Path, key: bytes) -> None:
    (tmp_path / "file").write_text("")
    (tmp_path / "link").mkdir(mode=0o700)
    (tmp_path / "link/desk.db").symlink_to(tmp_path / "elsewhere")
    (tmp_path / "directory/desk.db").mkdir(parents=True)
    with pytest.raises(StoreError):
        open_vault(tmp_path / place, key, schema="desk")
    assert not (tmp_path / "elsewhere").exists()
