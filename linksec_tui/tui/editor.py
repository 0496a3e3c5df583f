"""The letter's body through the person's own editor: out to a private file, and back."""

from __future__ import annotations

import asyncio
import os
import shlex
import tempfile
from pathlib import Path

from textual.app import SuspendNotSupported

from linksec_tui.model.errors import LinksecError
from linksec_tui.tui.front import Front
from linksec_tui.tui.lending import STOPPED, lent

MAX_BODY = 16 * 1024 * 1024  # octets: an editor's slip must not fill the memory


class EditorProblem(LinksecError):
    """The editor could not be used; the letter is as it was."""


def editor_command(configured: str) -> list[str]:
    """The configured editor, else $VISUAL, else $EDITOR, else vi. Raises EditorProblem."""
    try:
        return shlex.split(configured or os.environ.get("VISUAL") or os.environ.get("EDITOR") or "vi") or ["vi"]
    except ValueError:
        raise EditorProblem(
            "The editor's command has a quotation mark that is never closed.", "Mend [compose] editor, or $EDITOR."
        ) from None


async def edited(app: Front, text: str, command: list[str]) -> str:
    """`text` after the editor. Raises EditorProblem; the screen is back either way."""
    with tempfile.TemporaryDirectory(prefix="linksec-") as directory:  # mode 0700
        letter = Path(directory) / "letter.txt"
        letter.write_text(text, "utf-8")
        try:
            problem = await _run(app, [*command, str(letter)])
        except SuspendNotSupported:
            raise EditorProblem("An editor cannot take over this terminal.", "Write the letter here.") from None
        if problem:
            raise EditorProblem(problem, "The letter is as it was; name another editor under [compose] editor.")
        return _read(letter)


async def _run(app: Front, command: list[str]) -> str:
    problem = ""
    with lent(app):
        try:
            editor = await asyncio.create_subprocess_exec(*command)
            status = await editor.wait()
            if status in STOPPED:
                problem = f"The editor {command[0]} was stopped."
            elif status:
                problem = f"The editor {command[0]} ended with status {status}."
        except OSError:
            problem = f"The editor {command[0]} could not be started."
    return problem


def _read(letter: Path) -> str:
    try:
        if letter.stat().st_size > MAX_BODY:
            raise EditorProblem("The text that came back is over 16 MB.", "The letter is as it was.")
        return letter.read_text("utf-8").removesuffix("\n")
    except UnicodeDecodeError:
        raise EditorProblem("The text that came back is not UTF-8.", "The letter is as it was.") from None
    except OSError:
        raise EditorProblem("The editor left no file behind.", "The letter is as it was.") from None
