"""`config` and `doctor`: where things are, what is wrong with them, and never a secret."""

from __future__ import annotations

import json
from typing import Any, cast

from linksec_tui import config_file
from linksec_tui.world import World
from tests.cli.shell import Shell


def test_the_path_is_told_even_of_a_file_that_is_not_there(shell: Shell) -> None:
    shell.config_file.unlink()
    assert shell("config", "path").out == f"{shell.config_file}\n"


def test_what_is_shown_is_what_is_in_force(shell: Shell) -> None:
    shown = shell("config", "show").out
    assert config_file.parse(shown.encode(), path=shell.config_file, explicit=True) == config_file.load(
        shell.config_file
    )


def test_a_sound_configuration_is_said_to_be_so(shell: Shell) -> None:
    ended = shell("config", "check")
    assert (ended.status, ended.out) == (0, f"{shell.config_file} is well.\n")


def test_check_says_every_problem(shell: Shell) -> None:
    broken = shell.changed("[paths]", "tmeout = 1\n[paths]\nsate = 1\n")
    ended = broken("config", "check")
    assert ended.status == 1
    assert "network.tmeout is not known; did you mean timeout?" in ended.err
    assert "paths.sate is not known; did you mean state?" in ended.err


def test_the_doctor_tells_what_there_is(shell: Shell) -> None:
    ended = shell("doctor", "--json")
    told = cast("dict[str, Any]", json.loads(ended.out))
    assert ended.status == 0
    assert told["program"]["version"]
    assert told["configuration"]["path"] == str(shell.config_file)
    assert told["resolver"]["believed"] is True
    assert told["resolver"]["answers"] is True
    assert told["store"]["key"] == "command"
    assert [account["name"] for account in told["accounts"]] == ["home"]
    assert told["problems"] == []


def test_the_doctor_never_tells_a_secret(shell: Shell, world: World) -> None:
    for words in (("doctor",), ("doctor", "--json")):
        ended = shell(*words)
        assert world.password not in ended.out + ended.err
        assert "cat " not in ended.out


def test_the_doctor_finds_a_dead_resolver(shell: Shell) -> None:
    ended = shell.changed('resolver = "127.0.0.1:', 'resolver = "127.0.0.1:1" # ')("doctor", "--json")
    told = cast("dict[str, Any]", json.loads(ended.out))
    assert ended.status == 1
    assert told["resolver"]["answers"] is False
    assert told["problems"] == [told["resolver"]["problem"]]


def test_the_doctor_looks_on_past_a_broken_configuration(shell: Shell) -> None:
    ended = shell.changed("[paths]", "[thme]\n[paths]")("doctor")
    assert ended.status == 1
    assert "linksec-tui 0." in ended.out
    assert "thme is not known; did you mean theme?" in ended.out
