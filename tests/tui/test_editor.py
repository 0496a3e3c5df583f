"""The command that starts the person's own editor."""

from __future__ import annotations

import pytest

from linksec_tui.tui.editor import EditorProblem, editor_command


def test_the_configured_editor_comes_before_the_environments(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VISUAL", "emacs -nw")
    monkeypatch.setenv("EDITOR", "ed")
    assert editor_command("vim -c 'set tw=72'") == ["vim", "-c", "set tw=72"]
    assert editor_command("") == ["emacs", "-nw"]


def test_a_command_of_blanks_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VISUAL", " ")
    assert editor_command("") == ["vi"]


def test_a_quotation_mark_left_open_is_a_sentence() -> None:
    with pytest.raises(EditorProblem, match="never closed"):
        editor_command("vi 'x")
