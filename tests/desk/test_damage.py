"""Whatever happens to the files of the store: a desk that opens and says so, or one sentence; nothing silently."""

from __future__ import annotations

import asyncio
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from linksec_tui.config import Config, KeySource, Store
from linksec_tui.desk import open_desk
from linksec_tui.desk.soundness import Soundness
from linksec_tui.model.account import Account
from linksec_tui.model.address import Address
from linksec_tui.model.errors import NoKey, StoreDamaged
from linksec_tui.model.letter import Draft
from linksec_tui.model.mailbox import Mailbox, Role
from linksec_tui.model.message import Header
from linksec_tui.store import mailboxes, messages, rebuild

AT = datetime(2026, 1, 15, 11, tzinfo=UTC)
LETTERS = 300
Damage = Callable[[Path], object]


def plain_config() -> Config:
    """One account; its servers are never asked here."""
    return Config(state=Path("nowhere"), accounts=(Account(name="home", address=Address("alice", "home.example")),))


def of_account(config: Config, state: Path) -> Config:
    return replace(config, state=state, store=Store(key=KeySource.COMMAND, key_command="printf %064d 1"))


async def _fill(config: Config) -> None:
    async with open_desk(config, worker=False) as desk:
        await desk.save_draft(_draft(desk.new_draft(), "before the copy"))
        await desk.rooms.keep_copy()
        box = Mailbox(id=0, account=config.accounts[0].name, name="Inbox", wire_name="INBOX", role=Role.INBOX)
        (known, *_) = await desk.rooms.mail.run(mailboxes.write_mailboxes, box.account, [box])
        await desk.rooms.mail.run(messages.write_headers, [_header(known, uid) for uid in range(1, LETTERS)])


def _draft(draft: Draft, subject: str) -> Draft:
    return replace(draft, subject=subject)


def _header(box: Mailbox, uid: int) -> Header:
    return Header(
        id=0, account=box.account, mailbox=box.id, uid=uid, sender_name="Ann", sender_address="ann@a.example",
        recipients="", subject=f"A letter, the {uid}th of many", received_at=AT,
    )  # fmt: skip


@pytest.fixture(scope="module")
def filled(world_config: Config) -> Iterator[Path]:
    """A store with a letter begun, which its copy has, and a mailbox."""
    with tempfile.TemporaryDirectory() as directory:
        asyncio.run(_fill(of_account(world_config, Path(directory))))
        yield Path(directory)


@pytest.fixture(scope="module")
def world_config() -> Config:
    return plain_config()


async def opened(config: Config) -> tuple[list[str], tuple[str, ...]]:
    """What letters are there, and what is said."""
    async with open_desk(config, worker=False) as desk:
        with_mail = (await desk.mailboxes())[:1]
        for box in with_mail:
            await desk.rooms.mail.run(messages.rows, list(await desk.rooms.mail.run(messages.spine, box.id)))
        return [draft.subject for draft in await desk.drafts()], desk.notices


def after(filled: Path, config: Config, damage: Damage) -> tuple[list[str], tuple[str, ...]]:
    with tempfile.TemporaryDirectory() as directory:
        state = Path(directory) / "state"
        shutil.copytree(filled, state)
        damage(state)
        return asyncio.run(opened(of_account(config, state)))


def _flipped(name: str, at: float, bit: int) -> Damage:
    def damage(state: Path) -> None:
        content = bytearray((state / name).read_bytes())
        content[min(int(at * len(content)), len(content) - 1)] ^= 1 << bit
        (state / name).write_bytes(content)

    return damage


anywhere = st.floats(0, 1) | st.floats(0, 0.002)  # the header more often than its share
MANY = settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])


@MANY
@given(at=anywhere, bit=st.integers(0, 7))
def test_desk_db_damaged_anywhere_comes_back_from_its_copy_and_says_what_is_lost(
    filled: Path, world_config: Config, at: float, bit: int
) -> None:
    drafts, notices = after(filled, world_config, _flipped("desk.db", at, bit))
    assert drafts == ["before the copy"]
    (notice,) = notices
    assert notice.startswith("desk.db was damaged. Drafts, outbox and memory came back from the copy of 2")
    assert notice.endswith("What was written after that is lost.")


@MANY
@given(at=anywhere, bit=st.integers(0, 7))
def test_mail_db_damaged_anywhere_is_noticed_where_it_is_read_and_begins_anew(
    filled: Path, world_config: Config, at: float, bit: int
) -> None:
    with tempfile.TemporaryDirectory() as directory:
        state = Path(directory) / "state"
        shutil.copytree(filled, state)
        _flipped("mail.db", at, bit)(state)
        config = of_account(world_config, state)
        notices: tuple[str, ...] = ()
        try:
            drafts, notices = asyncio.run(opened(config))
        except StoreDamaged:
            drafts, notices = asyncio.run(opened(config))  # noted: the next opening looks through it
        if not notices:  # a page that was not asked for: the look through the file finds it
            with pytest.raises(StoreDamaged):
                rebuild.look_through(state / "mail.db", bytes.fromhex(f"{1:064d}"))
            drafts, notices = asyncio.run(opened(config))
        assert drafts == ["before the copy"]
        (notice,) = notices
        assert notice.startswith("mail.db was damaged: it begins anew, and your mail is fetched again")
        assert asyncio.run(opened(config))[1] == ()


def _cut(name: str, share: float) -> Damage:
    def damage(state: Path) -> None:
        content = (state / name).read_bytes()
        (state / name).write_bytes(content[: int(share * len(content))])

    return damage


def _replaced(name: str, by: bytes) -> Damage:
    return lambda state: (state / name).write_bytes(by)


def _gone(name: str) -> Damage:
    return lambda state: (state / name).unlink()


HURT: dict[str, Callable[[str], Damage]] = {
    "cut in its first page": lambda name: _cut(name, 0.001),
    "cut": lambda name: _cut(name, 0.3),
    "short of its end": lambda name: _cut(name, 0.9),
    "empty": lambda name: _cut(name, 0),
    "another database": lambda name: _replaced(name, b"SQLite format 3\0" + bytes(8192)),
    "a text": lambda name: _replaced(name, b"Dear diary,\n" * 900),
    "gone": _gone,
    "with a wrong log": lambda name: _replaced(f"{name}-wal", b"\x37\x7f\x06\x82" + bytes(5000)),
}


@pytest.mark.parametrize("name", ["desk.db", "mail.db"])
@pytest.mark.parametrize("damage", HURT.values(), ids=HURT)
def test_cut_emptied_replaced_or_gone_no_letter_begun_is_lost(
    filled: Path, world_config: Config, name: str, damage: Callable[[str], Damage]
) -> None:
    with tempfile.TemporaryDirectory() as directory:
        state = Path(directory) / "state"
        shutil.copytree(filled, state)
        damage(name)(state)
        config = of_account(world_config, state)
        try:
            drafts, _ = asyncio.run(opened(config))
        except StoreDamaged:
            drafts, _ = asyncio.run(opened(config))
        assert drafts == ["before the copy"]


def test_with_another_key_nothing_opens_and_nothing_changes(filled: Path, world_config: Config, tmp_path: Path) -> None:
    state = tmp_path / "state"
    shutil.copytree(filled, state)
    before = {path.name: path.read_bytes() for path in state.glob("*.db*")}
    config = replace(of_account(world_config, state), store=Store(key=KeySource.COMMAND, key_command="printf %064d 2"))
    with pytest.raises(NoKey, match="another key locked it"):
        asyncio.run(opened(config))
    assert {path.name: path.read_bytes() for path in state.glob("*.db*")} == before


async def test_what_is_found_while_the_desk_is_open_ends_it_and_the_next_one_begins_anew(
    filled: Path, world_config: Config, tmp_path: Path
) -> None:
    state = tmp_path / "state"
    shutil.copytree(filled, state)
    _flipped("mail.db", 0.9, 3)(state)
    config = of_account(world_config, state)

    async def at_once(seconds: float) -> None:
        await asyncio.sleep(0 if seconds < 1000 else seconds)

    with pytest.raises(ExceptionGroup) as raised:
        async with open_desk(config, worker=False) as desk:
            await Soundness(rooms=desk.rooms, sleep=at_once).run()
    assert raised.group_contains(StoreDamaged, match=r"mail\.db is damaged")
    drafts, notices = await opened(config)
    assert drafts == ["before the copy"]
    assert notices[0].startswith("mail.db was damaged")


FULL = """
import asyncio, resource, signal, sys
from pathlib import Path
from tests.desk import test_damage as this
from linksec_tui.model.errors import LinksecError
config = this.of_account(this.plain_config(), Path(sys.argv[1]))
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[2]),) * 2)
try:
    asyncio.run(this.write_much(config))
except LinksecError as problem:
    print(type(problem).__name__, problem)
"""


@pytest.mark.parametrize("room", [0, 20_000, 200_000, 700_000])
def test_a_disk_without_room_is_a_sentence_and_what_was_there_is_still_there(
    filled: Path, world_config: Config, tmp_path: Path, room: int
) -> None:
    state = tmp_path / "state"
    shutil.copytree(filled, state)
    said = subprocess.run(
        (sys.executable, "-c", FULL, str(state), str(room)), capture_output=True, text=True, check=True, timeout=120
    )
    assert said.stdout.startswith(("StoreError ", "StoreFull ")), said.stdout + said.stderr
    drafts, _ = asyncio.run(opened(of_account(world_config, state)))
    assert "before the copy" in drafts


READ_ONLY = """
import asyncio, os, sys
from pathlib import Path
from tests.desk import test_damage as this
from linksec_tui.model.errors import LinksecError
config = this.of_account(this.plain_config(), Path(sys.argv[1]))
asyncio.run(this.opened(this.of_account(this.plain_config(), Path(sys.argv[2]))))  # all is loaded by now
if os.geteuid() == 0:  # whom no permission keeps out
    for path in (sys.argv[1], *map(str, Path(sys.argv[1]).iterdir())):
        os.chown(path, 65534, 65534)
    os.setgroups([]); os.setgid(65534); os.setuid(65534)
try:
    asyncio.run(this.write_much(config))
except LinksecError as problem:
    print(type(problem).__name__, problem)
"""


def test_a_directory_that_cannot_be_written_is_a_sentence(filled: Path, tmp_path: Path) -> None:
    with tempfile.TemporaryDirectory(dir="/tmp") as directory:
        Path(directory).chmod(0o755)
        state = Path(directory) / "state"
        shutil.copytree(filled, state)
        state.chmod(0o500)
        said = subprocess.run(
            (sys.executable, "-c", READ_ONLY, str(state), str(tmp_path)),
            capture_output=True,
            text=True,
            check=True,
            timeout=120,
        )
        state.chmod(0o700)
    assert said.stdout.startswith("StoreError "), said.stdout + said.stderr


async def write_much(config: Config) -> None:
    """More than there is room for."""
    async with open_desk(config, worker=False) as desk:
        for number in range(200):
            await desk.save_draft(replace(desk.new_draft(), id=f"draft-{number}", body="x" * 50_000))


async def test_two_processes_write_at_once_and_nothing_is_lost(world_config: Config, tmp_path: Path) -> None:
    config = of_account(world_config, tmp_path / "state")
    async with open_desk(config, worker=False):
        pass
    script = (
        "import asyncio, sys; from pathlib import Path; from dataclasses import replace\n"
        "from tests.desk import test_damage as this; from linksec_tui.desk import open_desk\n"
        "async def run():\n"
        "    async with open_desk(this.of_account(this.plain_config(), Path(sys.argv[1])), worker=False) as desk:\n"
        "        for n in range(50):\n"
        "            await desk.save_draft(replace(desk.new_draft(), id=f'{sys.argv[2]}-{n}', subject='s'))\n"
        "asyncio.run(run())\n"
    )
    both = [
        await asyncio.create_subprocess_exec(sys.executable, "-c", script, str(config.state), name)
        for name in ("a", "b")
    ]
    assert [await each.wait() for each in both] == [0, 0]
    drafts, notices = await opened(config)
    assert (len(drafts), notices) == (100, ())
