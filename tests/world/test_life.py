"""The world's life: up in a moment, its settings usable as they stand, down without a trace."""

from __future__ import annotations

import asyncio
import gc
import logging
import os
import shlex
import socket
import stat
import subprocess
import threading
import tomllib
from pathlib import Path

import pytest

from linksec_tui.world import World
from tests.world.talk import LOOPBACK, Mailbox


def settings(world: World) -> dict[str, dict[str, str]]:
    return tomllib.loads(world.config_path.read_text())


@pytest.mark.parametrize("name", ["plain", "with blank", "quo'te\"s", "ünï→code", "back\\slash", "$HOME;#"])
def test_the_settings_can_be_read_whatever_the_directory_is_called(tmp_path: Path, name: str) -> None:
    with World.start(tmp_path / name, letters=0) as world:
        found = settings(world)
        assert Path(found["network"]["ca_file"]).read_text().startswith("-----BEGIN CERTIFICATE-----")
        assert Path(found["paths"]["state"]).is_dir()
        key = subprocess.run(found["store"]["key_command"], shell=True, capture_output=True, check=True).stdout
        assert len(bytes.fromhex(key.decode().strip())) == 32


def test_every_secret_is_the_owners_alone(tmp_path: Path) -> None:
    old = os.umask(0)
    try:
        with World.start(tmp_path / "world", letters=0) as world:
            files = [path for path in world.config_path.parent.iterdir() if path.is_file()]
            assert {path.name for path in files} == {"config.toml", "ca.pem", "password", "store-key"}
            assert {stat.S_IMODE(path.stat().st_mode) for path in files} == {0o600}
            assert stat.S_IMODE(Path(settings(world)["paths"]["state"]).stat().st_mode) == 0o700
    finally:
        os.umask(old)


def test_the_password_command_prints_the_password(world: World) -> None:
    (account,) = tomllib.loads(world.config_path.read_text())["account"]
    command = shlex.split(account["password_command"])
    assert subprocess.run(command, capture_output=True, check=True).stdout.decode().strip() == world.password
    reading = Mailbox(world)
    reading.login(account["address"], world.password)
    reading.logout()


def test_every_server_is_mapped_to_a_port_on_loopback(world: World) -> None:
    found = tomllib.loads(world.config_path.read_text())["network"]
    for entry in found["connect_to"]:
        host, port, address, to = entry.split(":")
        assert address == LOOPBACK
        assert world.port(host, int(port)) == int(to)
        socket.create_connection((address, int(to)), timeout=60).close()
    assert found["resolver"] == f"{LOOPBACK}:{world.port('resolver', 53)}"


def test_the_store_s_key_outlives_the_world(tmp_path: Path) -> None:
    with World.start(tmp_path, letters=0) as world:
        key, password = (tmp_path / "store-key").read_text(), world.password
    with World.start(tmp_path, letters=0) as world:
        assert ((tmp_path / "store-key").read_text(), world.password) == (key, password)


def listened_at() -> set[int]:
    """Ports at which a socket of this process listens: a number that is free again may be anybody's a moment later."""
    sockets = [each for each in gc.get_objects() if issubclass(type(each), socket.socket) and each.fileno() >= 0]
    internet = [each for each in sockets if each.family == socket.AF_INET]
    listening = [each for each in internet if each.getsockopt(socket.SOL_SOCKET, socket.SO_ACCEPTCONN)]
    return {each.getsockname()[1] for each in listening}


def test_after_the_end_nothing_listens_and_nothing_runs(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    before = set(threading.enumerate())
    with caplog.at_level(logging.WARNING):
        world = World.start(tmp_path, letters=3)
        ports = {world.port("smtp.home.example", 465), world.port("mx.bank.example", 25)}
        assert ports <= listened_at()
        open_ended = socket.create_connection((LOOPBACK, world.port("smtp.home.example", 587)))
        half_shaken = socket.create_connection((LOOPBACK, world.port("imap.home.example", 993)))
        reading = Mailbox(world)
        reading.login(world.address, world.password)
        reading.select()
        reading.send(b"i1 IDLE\r\n")
        reading.readline()
        world.stop()
        world.stop()
        assert not ports & listened_at()
        for client in (open_ended, half_shaken):
            client.close()
        reading.shutdown()
    assert set(threading.enumerate()) <= before
    assert [record.message for record in caplog.records] == []


def test_a_world_that_cannot_start_says_so_and_leaves_nothing(tmp_path: Path) -> None:
    occupied = tmp_path / "world"
    occupied.mkdir()
    (occupied / "state").write_text("a file where a directory should be")
    before = set(threading.enumerate())
    with pytest.raises(FileExistsError):
        World.start(occupied, letters=0)
    assert set(threading.enumerate()) <= before


async def test_a_world_can_be_started_from_a_running_loop(tmp_path: Path) -> None:
    world = await asyncio.to_thread(World.start, tmp_path, letters=0)
    assert await asyncio.to_thread(world.settled, 120)
    await asyncio.to_thread(world.stop)


def test_letters_are_the_same_in_every_world(tmp_path: Path) -> None:
    def subjects(directory: Path) -> list[bytes]:
        with World.start(directory, letters=40) as world:
            inbox = world.inbox(world.address)
            return [next(line for line in raw.split(b"\r\n") if line.startswith(b"Subject:")) for raw in inbox]

    first = subjects(tmp_path / "one")
    assert len(first) == 40
    assert first == subjects(tmp_path / "two")


def test_each_domain_of_the_story_has_one_recipient_and_a_truth(world: World) -> None:
    domains = [recipient.domain for recipient in world.recipients]
    assert len(set(domains)) == len(domains)
    assert sum(recipient.tour for recipient in world.recipients) == 8
    assert all(recipient.address.endswith(f"@{recipient.domain}") for recipient in world.recipients)
