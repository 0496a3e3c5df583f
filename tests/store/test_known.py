"""Imported lists and the user's own word: all of it comes back, and whoever reads along sees that it changed."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import MappingProxyType

from linksec_tui.model.evidence import Answer, Mechanism, UserWord
from linksec_tui.model.known import Hint, HintKind, ListFormat, ListHead, SendingProvider
from linksec_tui.store import known
from linksec_tui.store.vault import Vault, open_vault

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
HEAD = ListHead(
    name="list.json",
    format=ListFormat.EFF,
    author="somebody",
    issued_at=NOW - timedelta(days=1),
    imported_at=NOW,
    expires_at=NOW + timedelta(days=14),
)
HINTS = (
    Hint(
        kind=HintKind.DOMAIN,
        name="b.example",
        source="list.json",
        dated="2026-03-01",
        sts_enforce=True,
        exchangers=("mx.b.example", ".c.example"),
        expires_at=NOW + timedelta(days=14, microseconds=1),
    ),
    Hint(kind=HintKind.EXCHANGER, name="a.example", source="list.json", dated="2026-03-01", starttls=True, level=4),
)
WORD = UserWord(mechanism=Mechanism.DANE, dated="2026-03-01")
PROVIDER = SendingProvider(
    hosts=("smtp.a.example",),
    insists=MappingProxyType({Mechanism.DANE: Answer.YES, Mechanism.MTA_STS: Answer.NO}),
    source="your own word",
    dated="2026-03-01",
    own=True,
)


def test_a_list_comes_back_as_it_was_in_its_order(desk: Vault) -> None:
    desk.do(known.write_list, HEAD, HINTS)
    assert desk.do(known.read).lists == ((HEAD, HINTS),)


def test_a_list_of_the_same_name_is_replaced_as_a_whole(desk: Vault) -> None:
    desk.do(known.write_list, HEAD, HINTS)
    later = replace(HEAD, imported_at=NOW + timedelta(days=1), instead=True)
    desk.do(known.write_list, later, HINTS[:1])
    assert desk.do(known.read).lists == ((later, HINTS[:1]),)


def test_a_list_that_is_taken_away_takes_its_hints_with_it(desk: Vault) -> None:
    desk.do(known.write_list, HEAD, HINTS)
    assert desk.do(known.delete_list, HEAD.name)
    assert not desk.do(known.delete_list, HEAD.name)
    desk.do(known.write_list, HEAD, ())
    assert desk.do(known.read).lists == ((HEAD, ()),)


def test_the_users_word_comes_back_and_can_be_taken_back(desk: Vault) -> None:
    desk.do(known.write_word, "b.example", UserWord(exposed=True, dated="2026-02-01"))
    desk.do(known.write_word, "b.example", WORD)
    assert desk.do(known.read).words == {"b.example": WORD}
    assert desk.do(known.delete_word, "b.example")
    assert not desk.do(known.delete_word, "b.example")
    assert desk.do(known.read).words == {}


def test_what_a_provider_does_comes_back_and_can_be_taken_back(desk: Vault) -> None:
    desk.do(known.write_provider, "smtp.a.example", PROVIDER)
    assert desk.do(known.read).providers == (PROVIDER,)
    assert desk.do(known.delete_provider, "smtp.a.example")
    assert not desk.do(known.delete_provider, "smtp.a.example")


def test_another_process_sees_that_something_was_changed(tmp_path: Path, key: bytes, desk: Vault) -> None:
    before = desk.do(known.changes)
    with open_vault(tmp_path / "desk.db", key, schema="desk") as other:
        other.do(known.write_word, "b.example", WORD)
        assert desk.do(known.changes) != before
        before = desk.do(known.changes)
        other.do(known.delete_word, "c.example")
        assert desk.do(known.changes) == before, "nothing was there, nothing was changed"
    assert desk.do(known.read).number == before


def test_what_was_set_is_there_after_the_program_was_started_anew(tmp_path: Path, key: bytes) -> None:
    path = tmp_path / "desk.db"
    with open_vault(path, key, schema="desk") as vault:
        vault.do(known.write_word, "b.example", WORD)
        vault.do(known.write_list, HEAD, HINTS)
    with open_vault(path, key, schema="desk") as vault:
        kept = vault.do(known.read)
    assert (kept.words, kept.lists) == ({"b.example": WORD}, ((HEAD, HINTS),))
