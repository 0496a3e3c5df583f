"""Neither the log nor a crash report holds a secret, a mail's text, or an escape sequence."""

from __future__ import annotations

import logging
import stat
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from linksec_tui import diagnostics

NOW = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)


@pytest.fixture(autouse=True)
def quiet_afterwards() -> Iterator[None]:
    yield
    diagnostics.start_logging(None)


@pytest.mark.parametrize(
    "line",
    [
        "A1 LOGIN alice hunter2",
        "AUTH PLAIN AGFsaWNlAGh1bnRlcjI hunter2",
        "authenticate xoauth2 hunter2",
        "password: hunter2",
        "password=hunter2",
        "Passphrase = hunter2",
        "token hunter2",
        "Authorization: Bearer hunter2",
        "key = hunter2",
        '{"password": "hunter2"}',
        "{'passwd':'hunter2'}",
        "access_token=hunter2",
        "STORE_KEY=hunter2",
        "Authorization: Basic hunter2",
        "client_secret : hunter2",
        "pwd=hunter2",
        "user=alice auth=Bearer hunter2",
    ],
)
def test_what_follows_a_word_that_announces_a_secret_is_dropped(line: str) -> None:
    assert "hunter2" not in diagnostics.redact(line)


def test_a_store_key_is_dropped_wherever_it_stands() -> None:
    assert "ab12" not in diagnostics.redact(f"it printed {'ab12' * 16}, and ended")


@pytest.mark.parametrize(
    "line",
    [
        "claimed 3 submissions of home",
        "in the outbox: 4df4bab017db101233a3b29a0313b2bf",
        "no copy of desk.db: The store's key does not open desk.db.new: another key locked it.",
        "the author's keyboard",
    ],
)
def test_an_ordinary_line_stays_as_it_is(line: str) -> None:
    assert diagnostics.redact(line) == line


@given(st.text(max_size=4000))
def test_a_log_line_is_one_visible_line_of_bounded_length(text: str) -> None:
    line = diagnostics.redact(text)
    assert len(line) <= 2000
    assert not set(line) & set("\r\n\x1b\x9b")


def test_the_log_is_for_its_owner_and_redacted(tmp_path: Path) -> None:
    path = tmp_path / "log"
    diagnostics.start_logging(path)
    logging.getLogger("linksec_tui.wire.smtp").warning("AUTH %s", "PLAIN hunter2\x1b[2J")
    logging.getLogger("linksec_tui.desk").info("awake")
    written = path.read_text()
    assert "awake" in written
    assert "hunter2" not in written
    assert "\x1b" not in written
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_an_exception_in_the_log_loses_its_traceback(tmp_path: Path) -> None:
    diagnostics.start_logging(tmp_path / "log")
    try:
        _fail_with("the letter's secret text")
    except RuntimeError:
        logging.getLogger("linksec_tui.desk").exception("it failed")
    assert "secret text" not in (tmp_path / "log").read_text()


@pytest.mark.parametrize("library", ["aioimaplib", "aiosmtplib", "keyring", "dns"])
def test_the_wire_libraries_own_logs_are_silent(library: str, tmp_path: Path) -> None:
    diagnostics.start_logging(tmp_path / "log")
    assert not logging.getLogger(library).isEnabledFor(logging.CRITICAL)
    assert not logging.getLogger(library).propagate


def test_without_a_file_nothing_is_logged_anywhere(capsys: pytest.CaptureFixture[str]) -> None:
    diagnostics.start_logging(None)
    logging.getLogger("linksec_tui.desk").error("LOGIN a b")
    assert capsys.readouterr() == ("", "")


def test_a_crash_report_names_places_and_never_values(tmp_path: Path) -> None:
    with pytest.raises(RuntimeError) as crash:
        _fail_with("Dear Bob, the safe's number is 4711")
    path = diagnostics.write_crash_report(crash.value, tmp_path / "state", NOW)
    assert path is not None
    assert path == tmp_path / "state" / "crash-20260102T030405.txt"
    report = path.read_text()
    assert "builtins.RuntimeError" in report
    assert "builtins.ValueError" in report
    assert "test_diagnostics.py" in report
    assert "_fail_with" in report
    assert "4711" not in report
    assert str(tmp_path) not in report
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_a_crash_report_that_cannot_be_written_is_none(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    assert diagnostics.write_crash_report(ValueError(), tmp_path / "file", NOW) is None


def test_a_crash_report_is_not_written_through_a_link(tmp_path: Path) -> None:
    precious = tmp_path / "precious"
    precious.write_text("mine")
    (tmp_path / "crash-20260102T030405.txt").symlink_to(precious)
    assert diagnostics.write_crash_report(ValueError(), tmp_path, NOW) is None
    assert precious.read_text() == "mine"


def _fail_with(letter: str) -> None:
    try:
        int(letter)
    except ValueError as error:
        raise RuntimeError(letter) from error
