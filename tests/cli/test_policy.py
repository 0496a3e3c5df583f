"""`policy`: valid or not, why, on which line, and what the author should know."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.cli.shell import Ended, Shell

GOOD = "version: STSv1\nmode: enforce\nmx: mx.example.org\nmx: *.mail.example.org\nmax_age: 1209600\n"


@pytest.fixture
def shell(tmp_path: Path) -> Shell:
    """No world and no store: a text is all there is."""
    config = tmp_path / "config.toml"
    config.write_text("")
    return Shell(config)


def reviewed(ended: Ended) -> dict[str, Any]:
    return json.loads(ended.out)


def test_a_valid_policy_is_told_in_its_own_words(shell: Shell) -> None:
    ended = shell("policy", "mta-sts", "-", stdin=GOOD.encode())
    first, *advice = ended.out.splitlines()
    assert (ended.status, ended.err) == (0, "")
    assert first == "Valid: mode enforce, max_age 1209600, mx mx.example.org *.mail.example.org"
    (wildcard,) = advice
    assert wildcard.startswith("  · line 4: *.mail.example.org stands for one label: mx.mail.example.org, but neither ")


def test_everything_that_is_wrong_is_told_with_its_line(shell: Shell, tmp_path: Path) -> None:
    file = tmp_path / "mta-sts.txt"
    file.write_text("version: STSv2\nmode enforce\nmx: bad_host\nmax-age: 86400\n")
    ended = shell("policy", "mta-sts", str(file))
    assert ended.status == 1
    assert ended.out.splitlines() == [
        "Not valid:",
        "  ! line 1: The policy needs “version: STSv1”.",
        "  ! line 2: “mode enforce” is not a line of an MTA-STS policy.",
        "  ! line 3: “bad_host” is not the name of a mail host.",
        "  ! The mode must be enforce, testing or none.",
        "  ! max_age must be a number of seconds up to 31557600.",
        "  · line 4: “max-age” means nothing to senders – did you mean “max_age”?",
    ]


@pytest.mark.parametrize(
    ("text", "line", "said"),
    [
        (GOOD.replace("1209600", "3600"), 5, "under a day"),
        (GOOD.replace("1209600", "86400"), 5, "Weeks or more"),
        (GOOD.replace("enforce", "testing"), 2, "raises nothing"),
        ("version: STSv1\nmode: none\nmax_age: 60\n", 2, "withdraws"),
        (GOOD + "mode: none\n", 6, "the first counts"),
        (GOOD + "mx: MX.example.org\n", 6, "stands there twice"),
        (GOOD + "mx: 192.0.2.1\n", 6, "is an address"),
        (GOOD + "mx: localhost\n", 6, "is one label"),
        (GOOD + "note: hello\n", 6, "means nothing to senders."),
        (GOOD + f"note: {'x' * (1 << 16)}\n", None, "longer than 64 KiB"),
    ],
)
def test_a_valid_policy_that_will_surprise_gets_advice(shell: Shell, text: str, line: int | None, said: str) -> None:
    review = reviewed(shell("policy", "mta-sts", "--json", "-", stdin=text.encode()))
    assert review["valid"] is True
    assert [each["line"] for each in review["advice"] if said in each["text"]] == [line]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"v=STSv1; id=1", "This is the record in DNS"),
        (b"\xef\xbb\xbf" + GOOD.encode(), "byte order mark"),
        (GOOD.replace("mode", "\nmode").encode(), "no empty lines"),
    ],
)
def test_a_usual_mistake_is_called_by_its_name(shell: Shell, content: bytes, said: str) -> None:
    ended = shell("policy", "mta-sts", "-", stdin=content)
    assert ended.status == 1
    assert said in ended.out


def test_what_is_no_text_is_not_valid(shell: Shell) -> None:
    review = reviewed(shell("policy", "mta-sts", "--json", "-", stdin=b"\xff\xfe\x00"))
    assert (review["valid"], review["says"]) == (False, None)
    assert review["problems"] == [{"line": None, "text": "The policy is not UTF-8 text."}]


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (
            "v=LINKSEC1; level=4; max-age=604800; id=20260101",
            {"level": 4, "max-age": 604800, "id": "20260101"},
        ),
        ('"v=LINKSEC1; level=3; " "max-age=604800"', {"level": 3, "max-age": 604800}),
        ("250-LINKSEC 4 max-age=604800", {"level": 4, "max-age": 604800}),
        ("LINKSEC 2", {"level": 2, "max-age": 86400}),
        (
            "Link-Security: require=enforced;\r\n fallback=notice",
            {"require": "enforced", "fallback": "notice"},
        ),
    ],
)
def test_a_linksec_statement_is_read_in_each_of_its_places(shell: Shell, text: str, says: dict[str, Any]) -> None:
    ended = shell("policy", "linksec", "--json", text)
    assert (ended.status, reviewed(ended)["says"]) == (0, says)
    assert shell("policy", "linksec", "--json", "-", stdin=text.encode()).out == ended.out


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("v=LINKSEC1; level=5; max-age=1", "Level must be 1, 2, 3 or 4."),
        ("v=LINKSEC2; level=4; max-age=1", "A declaration begins with “v=LINKSEC1”."),
        ("", "A declaration begins with “v=LINKSEC1”."),
        ("v=LINKSEC1; level=4; maxage=604800", "max-age must be a number of seconds up to 31557600."),
        ("LINKSEC", "Level must be 1, 2, 3 or 4."),
        ("Link-Security: fallback=notice", "It must begin with require="),
    ],
)
def test_a_linksec_statement_that_says_nothing_has_a_reason(shell: Shell, text: str, said: str) -> None:
    ended = shell("policy", "linksec", text)
    assert ended.status == 1
    assert said in ended.out


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("v=LINKSEC1; level=4; max-age=0", "takes an earlier declaration back"),
        ("v=LINKSEC1; level=4; max-age=60", "forgotten between two letters"),
        ("v=LINKSEC1; level=4; max-age=604800; maxage=1", "did you mean “max-age”?"),
        ("v=LINKSEC1; level=1; max-age=604800", "where they refuse it"),
        ("v=LINKSEC1; level=4; max-age=604800", "that DNSSEC proves secure"),
        ("LINKSEC 4 age=1", "did you mean “max-age”?"),
        ("Link-Security: require=encrypted", "nobody who plays the server"),
        ("Link-Security: require=verifiable; fallback=notice", "neither signed nor encrypted"),
    ],
)
def test_a_linksec_statement_gets_advice(shell: Shell, text: str, said: str) -> None:
    ended = shell("policy", "linksec", text)
    assert ended.status == 0
    assert said in ended.out


@pytest.mark.parametrize("words", [("mta-sts", "/nowhere/policy"), ("mta-sts",), ("spf", "x"), ()])
def test_a_question_that_cannot_be_meant_is_a_usage_error(shell: Shell, words: tuple[str, ...]) -> None:
    try:
        status = shell("policy", *words).status
    except SystemExit as ended:
        status = ended.code
    assert status == 2


def test_nothing_in_a_text_reaches_the_terminal(shell: Shell) -> None:
    hostile = "version: STSv1\nmode: \x1b[2J\x07\nmx: \u202egro.elpmaxe\nmax_age: 1\n\x9b31m: x\n"
    ended = shell("policy", "mta-sts", "-", stdin=hostile.encode())
    assert not set("\x1b\x07\x9b\u202e") & set(ended.out)
    assert not set("\x1b\x07") & set(shell("policy", "linksec", "v=LINKSEC1; \x1b[2J=\x07").out)
