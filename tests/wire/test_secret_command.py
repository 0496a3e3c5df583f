"""A command that prints a secret: its first line, and never a word of it anywhere else."""

from __future__ import annotations

import asyncio
import logging
import os
from pathlib import Path

import pytest

from linksec_tui.model.errors import ConfigurationError
from linksec_tui.wire.secret_command import run_secret_command


@pytest.mark.parametrize(
    ("command", "secret"),
    [
        ("echo hunter2", "hunter2"),
        (r"printf 'hunter2\nsecond line\n'", "hunter2"),
        (r"printf 'hunter2\r\n'", "hunter2"),
        (r"printf 'no line end'", "no line end"),
        (r"printf ' blanks count '", " blanks count "),
        ("echo Schlüssel", "Schlüssel"),
        ("echo hunter2; head -c 1000000 /dev/zero", "hunter2"),
        ("cat; echo hunter2", "hunter2"),  # nothing to read: our own input is not its
    ],
)
async def test_the_first_line_is_the_secret(command: str, secret: str) -> None:
    assert await run_secret_command(command) == secret


@pytest.mark.parametrize(
    ("command", "sentence"),
    [
        ("echo hunter2 ; exit 3", "The command “echo” failed with status 3."),
        ("echo hunter2; kill -9 $$", "The command “echo” was ended by signal 9."),
        (
            "PASSWORD=hunter2 no-such-command-at-all hunter2",
            "The command “no-such-command-at-all” failed with status 127.",
        ),
        ("true", "The command “true” printed nothing, or nothing that can be a secret."),
        ("echo; echo hunter2", "The command “echo;” printed nothing, or nothing that can be a secret."),
        (r"printf 'hunter2\377\n'", "The command “printf” printed nothing, or nothing that can be a secret."),
        ("head -c 1000000 /dev/zero", "The command “head” printed nothing, or nothing that can be a secret."),
        ("yes | head -c 100000 | tr -d '\\n'", "The command “yes” printed nothing, or nothing that can be a secret."),
        ("'unbalanced", "The command “'unbalanced” failed with status 2."),
    ],
)
async def test_what_fails_is_named_without_a_word_of_the_secret(
    command: str, sentence: str, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    caplog.set_level(logging.DEBUG)
    with pytest.raises(ConfigurationError) as caught:
        await run_secret_command(command)
    assert caught.value.sentence == sentence
    assert "hunter2" not in str(caught.value) + caplog.text + "".join(capfd.readouterr())


async def test_a_command_that_hangs_is_ended_with_everything_it_started(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    reader = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
    with pytest.raises(ConfigurationError, match="did not end within 1 seconds"):
        await run_secret_command(f"sleep 1000 > '{pipe}' & wait", timeout=1)
    os.set_blocking(reader, True)
    assert await asyncio.to_thread(os.read, reader, 1) == b"", "the end comes when nobody holds the pipe any more"
    os.close(reader)
