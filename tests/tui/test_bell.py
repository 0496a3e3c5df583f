"""What is written to the terminal for new mail: a bell, and a notice where the terminal is known to show such."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from linksec_tui.config import Notify
from linksec_tui.model.events import NewMail
from linksec_tui.tui.bell import notice_sequence

ITERM = {"TERM_PROGRAM": "iTerm.app"}
FOOT = {"TERM": "foot"}


def new(text: str) -> NewMail:
    return NewMail(account="home", messages=(1,), text=text)


@pytest.mark.parametrize(
    ("environment", "written"),
    [
        (ITERM, "\x1b]9;linksec-tui: 1 new message\x1b\\\a"),
        (FOOT, "\x1b]777;notify;linksec-tui;1 new message\x1b\\\a"),
        ({"TERM": "xterm-256color"}, "\a"),
        ({"TERM": "linux"}, "\a"),
        (ITERM | {"TMUX": "/tmp/tmux-0/default,1,0"}, "\a"),
    ],
)
def test_only_a_terminal_that_is_known_to_show_notices_is_sent_one(environment: dict[str, str], written: str) -> None:
    assert notice_sequence(new("1 new message"), Notify(), environment) == written


def test_each_of_them_can_be_turned_off() -> None:
    assert notice_sequence(new("x"), Notify(bell=False, terminal=False), ITERM) == ""
    assert notice_sequence(new("x"), Notify(terminal=False), ITERM) == "\a"


@given(st.text(), st.sampled_from([ITERM, FOOT]))
def test_no_text_ends_the_sequence_early_or_begins_another(text: str, environment: dict[str, str]) -> None:
    written = notice_sequence(new(text), Notify(bell=False), environment)
    assert written.startswith("\x1b]")
    assert written.endswith("\x1b\\")
    assert not any(ord(letter) < 0x20 or 0x7F <= ord(letter) < 0xA0 for letter in written[2:-2])
