"""The command line: `open` by itself, --config on either side of the command, mistakes in one line."""

from __future__ import annotations

from pathlib import Path

import pytest

from linksec_tui.cli.arguments import parse
from linksec_tui.cli.commands import COMMANDS


@pytest.mark.parametrize(
    ("line", "command"),
    [
        ("", "open"),
        ("open", "open"),
        ("--account home", "open"),
        ("--config c.toml", "open"),
        ("--config=c.toml --account home", "open"),
        ("--log l --config c.toml check a@b.example", "check"),
        ("demo --unattended", "demo"),
        ("outbox list", "outbox"),
    ],
)
def test_the_client_opens_where_no_command_is_named(line: str, command: str) -> None:
    assert parse(line.split()).command.name == command


@pytest.mark.parametrize(
    "line", ["--config c.toml config path", "config --config c.toml path", "config path --config c.toml"]
)
def test_the_configuration_may_be_named_before_or_after_the_command(line: str) -> None:
    assert parse(line.split()).config == Path("c.toml")


def test_what_stands_behind_the_command_counts_more() -> None:
    assert parse(["--config", "a", "config", "path", "--config", "b"]).config == Path("b")


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("chekc a@b.example", "“chekc” is not a command of linksec-tui; did you mean check?"),
        ("outbox lits", "did you mean list?"),
        ("check --require enforce a@b.example", "did you mean enforced?"),
        ("send --fallback bouncy", "did you mean bounce?"),
        ("send --accept downgrad a@b.example", "did you mean downgrade?"),
        ("check --json --jsonl a@b.example", "--jsonl and --json cannot stand together"),
        ("check --retry x a@b.example", "“--retry” means nothing here"),
        ("outbox retry", "ID is missing."),
        ("demo --port x", "--port needs a whole number, not “x”."),
        ("doctor \x1b[31m", "means nothing here"),
        ("account add a@b.example --keep drawer", "--keep cannot be “drawer”, only one of"),
        ("check a@b.example --from", "--from needs a value behind it."),
    ],
)
def test_a_mistake_is_one_line_with_a_way_on(line: str, said: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        parse(line.split(" "))
    out, err = capsys.readouterr()
    assert (ended.value.code, out) == (2, "")
    assert said in err
    assert err.startswith("linksec-tui: ")
    assert err.count("\n") == 1
    assert "\x1b" not in err
    assert "--help" in err


@pytest.mark.parametrize("command", [command.name for command in COMMANDS])
def test_every_command_helps(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        parse([command, "--help"])
    assert ended.value.code == 0
    assert "--config FILE" in capsys.readouterr().out


def test_the_version_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        parse(["--version"])
    assert ended.value.code == 0
    assert capsys.readouterr().out.startswith("linksec-tui 0.")
