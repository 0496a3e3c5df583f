"""Lists that are imported: two formats, their expiry, what is left out and what is refused."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from linksec_tui.link.known import shipped_list
from linksec_tui.link.known_entry import MAX_EXCHANGERS
from linksec_tui.link.known_files import (
    LEFT_OUT_TOLD,
    MAX_HINTS,
    MAX_OCTETS,
    ListRefused,
    parse_known_file,
    render_known_file,
)
from linksec_tui.model.known import Hint, HintKind, ListFormat

NOW = datetime(2026, 1, 15, 12, tzinfo=UTC)
EFF = Path(__file__).parent.parent / "cases" / "eff-starttls-policy-2020-05-20.json"
EFF_TIME = datetime(2020, 5, 21, tzinfo=UTC)  # a day after its issue
PAGE = "https://www.a.example/mail"

Row = dict[str, Any]


def entry(**said: object) -> Row:
    return {"domain": "a.example", "mta_sts": "enforce", "source": "their own page", "date": "2026-01-01", **said}


def exchanger(**said: object) -> Row:
    return {"exchanger": "mx.a.example", "starttls": True, "source": "a page", "date": "2026-01-01", **said}


def ours(*entries: object, **more: object) -> bytes:
    head = {"format": "linksec-known-list", "version": 1, "author": "somebody", "issued": "2026-01-10T00:00:00Z"}
    return json.dumps({**head, "entries": entries, **more}).encode()


def eff(policies: Mapping[str, object], **more: object) -> bytes:
    head = {
        "timestamp": "2026-01-10T00:00:00.123456Z",
        "expires": "2026-01-24T00:00:00+00:00",
        "version": "0.1",
        "author": "somebody",
        "policy-aliases": {"shared": {"mode": "testing", "mxs": [".shared.example"]}},
    }
    return json.dumps({**head, "policies": policies, **more}).encode()


def why(content: bytes) -> str:
    """Of a list with one entry that is left out."""
    file = parse_known_file(content, NOW)
    assert file.hints == ()
    assert file.left_out_count == 1
    return file.left_out[0].why


# our own format


def test_every_thing_that_a_list_can_say() -> None:
    level = entry(level=4, source=PAGE, exchangers=["MX.b.example", ".c.example"], expires="2026-03-01T00:00:00Z")
    file = parse_known_file(ours(level, exchanger(level=2, source="https://a.example/")), NOW)
    assert (file.format, file.author, file.issued_at) == (
        ListFormat.OURS,
        "somebody",
        datetime(2026, 1, 10, tzinfo=UTC),
    )
    assert file.left_out == ()
    assert file.hints == (
        Hint(
            kind=HintKind.DOMAIN,
            name="a.example",
            source=PAGE,
            dated="2026-01-01",
            sts_enforce=True,
            level=4,
            exchangers=("mx.b.example", ".c.example"),
            expires_at=datetime(2026, 3, 1, tzinfo=UTC),
        ),
        Hint(
            kind=HintKind.EXCHANGER,
            name="mx.a.example",
            source="https://a.example/",
            dated="2026-01-01",
            starttls=True,
            level=2,
        ),
    )


def test_a_name_beyond_ascii_is_taken_in_either_form() -> None:
    for name in ("Bücher.example", "xn--bcher-kva.example"):
        assert parse_known_file(ours(entry(domain=name)), NOW).hints[0].name == "xn--bcher-kva.example"


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ("a.example", "not an object"),
        (entry(domain="a b"), "not that of a domain"),
        (entry(domain="example"), "not that of a domain"),
        (entry(domain="[192.0.2.1]"), "not that of a domain"),
        (entry(domain=7), "not that of a domain"),
        (entry(exchanger="mx.a.example"), "or both"),
        (exchanger(exchanger=None), "not that of a domain"),
        ({"source": "x", "date": "2026-01-01"}, "neither"),
        (entry(source=""), "no source"),
        (entry(source=None), "no source"),
        (entry(date="last week"), "no date"),
        (entry(date="2026-02-30"), "no date"),
        (entry(date="20260101"), "no date"),
        (entry(date="2026-02-01"), "yet to come"),
        (entry(mta_sts="testing"), "can only be “enforce”"),
        (entry(starttls="yes"), "can only be true"),
        (entry(level=5, source=PAGE), "not 1 to 4"),
        (entry(level=True, source=PAGE), "not 1 to 4"),
        (entry(level="4", source=PAGE), "not 1 to 4"),
        (entry(level=4), "its operator's"),
        (entry(level=4, source="https://www.b.example/mail"), "its operator's"),
        (entry(level=4, source="http://www.a.example/mail"), "its operator's"),
        (entry(level=4, source="https://a.example@b.example/"), "its operator's"),
        (entry(level=4, source="https://b.example/https://a.example/"), "its operator's"),
        (entry(domain="a.co.uk", level=4, source="https://b.co.uk/"), "its operator's"),
        (entry(exchangers="mx.a.example"), "not a list"),
        (entry(exchangers=["mx.a.example"] * (MAX_EXCHANGERS + 1)), "not a list, or more"),
        (entry(exchangers=["."]), "not that of a domain"),
        (entry(exchangers=[".com"]), "not that of a domain"),
        (entry(exchangers=[4]), "not text"),
        (entry(expires="2026-01-01T00:00:00Z"), "has expired"),
        (entry(expires="2026-03-01"), "no zone"),
        (exchanger(mta_sts="enforce"), "only a domain"),
        (exchanger(exchanger="co.uk"), "anybody may register"),
        ({"domain": "a.example", "source": "x", "date": "2026-01-01"}, "says nothing"),
        (entry(enforces=["dane"]), "“enforces” is nothing that a list can say"),
        (entry(word="exposed"), "“word” is nothing that a list can say"),
        (entry(local=["a.example"]), "“local” is nothing that a list can say"),
        (entry(**{"\x1b[2J": 1}), "“\ufffd[2J”"),
    ],
)
def test_an_entry_that_says_anything_else_is_left_out_with_its_reason(row: object, reason: str) -> None:
    assert reason in why(ours(row))


def test_facts_about_providers_and_anybodys_own_word_are_not_taken_from_a_list() -> None:
    content = ours(
        entry(), providers=[{"hosts": ["smtp.a.example"], "enforces": ["dane"]}], own=[{"domain": "b.example"}]
    )
    assert [hint.name for hint in parse_known_file(content, NOW).hints] == ["a.example"]


def test_the_same_entry_twice_is_one() -> None:
    assert len(parse_known_file(ours(entry(), entry()), NOW).hints) == 1


def test_only_the_first_of_those_left_out_are_told() -> None:
    file = parse_known_file(ours(*[entry(domain=f"{number}") for number in range(30)], entry()), NOW)
    assert (len(file.hints), len(file.left_out), file.left_out_count) == (1, LEFT_OUT_TOLD, 30)


def test_foreign_text_in_a_list_cannot_be_obeyed_by_a_terminal() -> None:
    file = parse_known_file(ours(entry(source="\x1b]0;x\x07" + "x" * 9999), author="\x1b[31m"), NOW)
    assert "\x1b" not in file.author + file.hints[0].source
    assert len(file.hints[0].source) == 300


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "not JSON"),
        (b"\xff\xfe", "not JSON"),
        (b"a.example\nb.example\n", "not JSON"),
        (b"[" * 100_000, "not JSON"),
        (b"9" * 5000, "not JSON"),
        (b"[]", "not a JSON object"),
        (b"{}", "neither a list of linksec-tui nor"),
        (b" " * (MAX_OCTETS + 1), "larger than 8 MiB"),
        (ours(version=2), "newer linksec-tui"),
        (ours(entries={}), "no “entries”"),
        (ours(issued="yesterday"), "no usable “issued”"),
        (ours(issued=None), "no usable “issued”"),
        (ours(issued="2026-01-20T00:00:00Z"), "yet to come"),
        (ours(expires="2026-01-12T00:00:00Z"), "expired on 2026-01-12"),
        (eff({}, version="0.2"), "version that is not known"),
        (eff({}, expires=None), "no usable “expires”"),
        (eff({}, expires=True), "no usable “expires”"),
        (eff({}, expires=10**400), "no usable “expires”"),
        (eff({}, timestamp="2026-01-10T00:00:00"), "no usable “timestamp”"),
        (eff({}, expires="2026-01-15T12:00:00Z"), "expired on 2026-01-15"),
        (eff([("a", "b")]), "no “policies”"),  # pyright: ignore[reportArgumentType]  # meant to be wrong
    ],
)
def test_a_file_that_is_no_list_or_counts_no_longer_is_refused_in_a_sentence(content: bytes, sentence: str) -> None:
    with pytest.raises(ListRefused, match=sentence) as refused:
        parse_known_file(content, NOW)
    assert refused.value.exit_status == 1
    assert refused.value.next_step


def test_a_list_of_more_entries_than_anybody_needs_is_refused() -> None:
    rows = [exchanger(exchanger=f"mx{number}.a.example") for number in range(MAX_HINTS)]
    assert len(parse_known_file(ours(*rows), NOW).hints) == MAX_HINTS
    with pytest.raises(ListRefused, match="more than 30,000"):
        parse_known_file(ours(*rows, entry()), NOW)


# EFF STARTTLS Everywhere


def test_the_last_issue_of_starttls_everywhere_read_while_it_counted() -> None:
    file = parse_known_file(EFF.read_bytes(), EFF_TIME)
    assert (file.format, len(file.hints), file.left_out_count) == (ListFormat.EFF, 926, 0)
    assert sum(hint.sts_enforce for hint in file.hints) == 361
    assert file.expires_at == datetime(2020, 6, 3, 17, 25, 12, tzinfo=UTC)
    assert {hint.expires_at for hint in file.hints} == {file.expires_at}
    by_name = {hint.name: hint for hint in file.hints}
    assert by_name["gmail.com"].exchangers == ("gmail-smtp-in.l.google.com", ".gmail-smtp-in.l.google.com")
    assert by_name["aol.com"].exchangers[0] == ".am0.yahoodns.net", "by its alias"
    assert not by_name["aol.com"].sts_enforce
    assert by_name["eff.org"].dated == "2020-05-20"
    assert by_name["eff.org"].source == "STARTTLS Everywhere, Electronic Frontier Foundation https://eff.org"
    assert all(not hint.starttls and not hint.level for hint in file.hints), "of the domain's own exchangers, no more"


def test_today_it_has_expired_and_is_refused() -> None:
    with pytest.raises(ListRefused, match="expired on 2020-06-03: by its own rule it counts no longer"):
        parse_known_file(EFF.read_bytes(), NOW)


def test_times_may_be_seconds_since_1970() -> None:
    file = parse_known_file(eff({}, timestamp=1768003200, expires=1769212800), NOW)
    assert (file.issued_at, file.expires_at) == (
        datetime(2026, 1, 10, tzinfo=UTC),
        datetime(2026, 1, 24, tzinfo=UTC),
    )


@pytest.mark.parametrize(
    "policy",
    [
        "shared",
        {},
        {"policy-alias": "nobody"},
        {"policy-alias": ["shared"]},
        {"mode": "enforce"},
        {"mode": "enforce", "mxs": []},
        {"mode": "none", "mxs": ["mx.a.example"]},
        {"mode": "enforce", "mxs": ["*.a.example"]},
        {"mode": ["enforce"], "mxs": ["mx.a.example"]},
    ],
)
def test_a_policy_that_the_schema_does_not_allow_is_left_out(policy: object) -> None:
    assert why(eff({"a.example": policy}))


def test_a_policy_by_alias_is_that_of_the_alias() -> None:
    file = parse_known_file(eff({"a.example": {"policy-alias": "shared", "mode": "enforce"}}), NOW)
    assert [(hint.exchangers, hint.sts_enforce) for hint in file.hints] == [((".shared.example",), False)]


# there and back

LABELS = st.from_regex(r"[a-z0-9]([a-z0-9-]{0,8}[a-z0-9])?", fullmatch=True).filter(lambda label: label[2:4] != "--")
NAMES = st.lists(LABELS, min_size=1, max_size=3).map(lambda labels: ".".join([*labels, "example"]))
MOMENTS = st.datetimes(datetime(2026, 2, 1), datetime(2040, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001 - bounds have none


@st.composite
def hints(draw: st.DrawFn) -> Hint:
    kind, name = draw(st.sampled_from(HintKind)), draw(NAMES)
    level = draw(st.integers(0, 4))
    domain = kind is HintKind.DOMAIN
    enforce = domain and draw(st.booleans())
    return Hint(
        kind=kind,
        name=name,
        source=f"https://{'.'.join(name.split('.')[-2:])}/" if level else draw(st.sampled_from(["a page", "ein Buch"])),
        dated=draw(st.dates(datetime(2020, 1, 1).date(), NOW.date())).isoformat(),  # noqa: DTZ001 - a day has no zone
        starttls=not (level or enforce) or draw(st.booleans()),
        sts_enforce=enforce,
        level=level,
        exchangers=tuple(dict.fromkeys(draw(st.lists(NAMES | NAMES.map(lambda name: f".{name}"), max_size=3))))
        * domain,
        expires_at=draw(st.none() | MOMENTS.map(lambda at: at.replace(microsecond=0))),
    )


@given(st.lists(hints(), max_size=20, unique=True))
def test_an_export_read_again_is_the_same(every: list[Hint]) -> None:
    written = json.dumps(render_known_file(every, "somebody", NOW)).encode()
    file = parse_known_file(written, NOW + timedelta(days=1))
    assert (list(file.hints), file.left_out) == (every, ())


def test_the_shipped_list_exported_and_read_again_is_the_same() -> None:
    every = tuple(shipped_list().hints())
    assert parse_known_file(json.dumps(render_known_file(every, "", NOW)).encode(), NOW).hints == every


@given(
    st.binary(max_size=200)
    | st.recursive(st.none() | st.booleans() | st.integers() | st.text(), st.lists).map(
        lambda x: json.dumps(x).encode()
    )
)
def test_no_bytes_break_the_reader(content: bytes) -> None:
    with pytest.raises(ListRefused):
        parse_known_file(content, NOW)


@given(
    st.dictionaries(
        st.sampled_from(
            ["domain", "exchanger", "starttls", "mta_sts", "exchangers", "level", "source", "date", "expires"]
        ),
        st.none()
        | st.booleans()
        | st.integers()
        | st.floats(allow_nan=False)
        | st.text()
        | st.lists(st.text())
        | st.dictionaries(st.text(), st.text()),
    )
)
def test_no_entry_breaks_the_reader(row: Row) -> None:
    parse_known_file(ours(row), NOW)


@given(
    st.dictionaries(
        st.text(),
        st.none()
        | st.text()
        | st.dictionaries(st.sampled_from(["mode", "mxs", "policy-alias"]), st.text() | st.lists(st.text())),
    )
)
def test_no_policy_breaks_the_reader(policies: dict[str, object]) -> None:
    parse_known_file(eff(policies), NOW)
