"""Completion in the shells themselves, and the manual page as man shows it."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PROGRAMS = Path(sys.executable).parent
BASH = """
source <(linksec-tui completion bash)
COMP_LINE='linksec-tui check --require e' COMP_POINT=29 COMP_TYPE=9
COMP_WORDS=(linksec-tui check --require e) COMP_CWORD=3
_python_argcomplete linksec-tui e --require
printf '%s\\n' "${COMPREPLY[@]}"
"""
FISH = "linksec-tui completion fish | source; complete -C 'linksec-tui check --require e'"
# zsh completes in its line editor only, so what it would be shown (`word:meaning`) is taken from `_describe`.
ZSH = """
autoload -Uz compinit is-at-least && compinit -u -D
source <(linksec-tui completion zsh)
_describe() { printf '%s\\n' "${completions[@]}" }
BUFFER='linksec-tui check --require e' CURSOR=29
words=(linksec-tui check --require e)
_python_argcomplete
"""


@pytest.mark.lab
@pytest.mark.parametrize("shell", ["bash", "fish", "zsh"])
def test_a_shell_completes_the_words_of_an_option(shell: str, tmp_path: Path) -> None:
    script = {"bash": BASH, "fish": FISH, "zsh": ZSH}[shell]
    environment = {**os.environ, "PATH": f"{PROGRAMS}:{os.environ['PATH']}", "HOME": str(tmp_path)}
    done = subprocess.run(
        [shell, "-c", script], env=environment, capture_output=True, text=True, timeout=60, check=False
    )
    assert [line.strip(" :") for line in done.stdout.splitlines()] == ["encrypted", "enforced"], done.stderr


@pytest.mark.lab
def test_man_has_nothing_to_complain_about() -> None:
    done = subprocess.run(
        ["man", "--warnings", "--local-file", str(ROOT / "docs" / "linksec-tui.1")],
        env={**os.environ, "MANPAGER": "cat", "MANWIDTH": "80", "LC_ALL": "C.UTF-8"},
        capture_output=True, text=True, timeout=60, check=True,
    )  # fmt: skip
    assert done.stderr == ""
    assert "who could" in done.stdout
    assert "read the letter on its way" in done.stdout


@pytest.mark.lab
def test_the_desktop_file_is_valid_and_takes_mail_addresses() -> None:
    desktop = ROOT / "docs" / "linksec-tui.desktop"
    subprocess.run(["desktop-file-validate", str(desktop)], check=True, timeout=60)
    assert "MimeType=x-scheme-handler/mailto;" in desktop.read_text()
