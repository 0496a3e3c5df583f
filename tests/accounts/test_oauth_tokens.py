"""Tokens: renewed in time and once, rotated, withdrawn, kept, and never used twice."""

from __future__ import annotations

import asyncio
import json
import logging
import traceback
from collections.abc import Generator
from pathlib import Path

import pytest

from linksec_tui.accounts.oauth_answer import Grant, parse_grant, read_grant
from linksec_tui.accounts.oauth_tokens import Tokens, grant_entry
from linksec_tui.model.errors import CredentialsRefused, Unreachable
from tests.accounts.signing_in import ALICE, OAUTH, Drawer, Provider, provider

ENTRY = grant_entry(ALICE)


@pytest.fixture
def home(tmp_path: Path) -> Generator[Provider]:
    with provider(tmp_path) as one:
        yield one


@pytest.fixture
def drawer() -> Drawer:
    return Drawer()


@pytest.fixture
async def tokens(home: Provider, drawer: Drawer, tmp_path: Path) -> Tokens:
    """Somebody who has just signed in."""
    tokens = home.tokens(drawer, tmp_path / "state")
    await tokens.keep(ALICE, granted(home))
    return tokens


def granted(home: Provider) -> Grant:
    """What came of a sign-in."""
    status, told = home.authority.grant("alice@home.test")
    grant = parse_grant(status, json.dumps(told).encode(), home.clock())
    assert isinstance(grant, Grant)
    return grant


async def test_a_token_is_given_out_until_five_minutes_before_its_end(home: Provider, tokens: Tokens) -> None:
    first = await tokens.bearer(ALICE, OAUTH)
    home.clock.pass_(3600 - 301)
    assert await tokens.bearer(ALICE, OAUTH) == first
    assert home.renewals == 0
    home.clock.pass_(2)
    second = await tokens.bearer(ALICE, OAUTH)
    assert second != first
    assert home.renewals == 1
    assert home.authority.tokens[second.token].user == "alice@home.test"


async def test_many_sessions_at_once_renew_once(home: Provider, tokens: Tokens) -> None:
    home.clock.pass_(3600)
    given = await asyncio.gather(*(tokens.bearer(ALICE, OAUTH) for _ in range(20)))
    assert len({token.token for token in given}) == 1
    assert home.renewals == 1


async def test_several_programs_at_once_renew_once(
    home: Provider, drawer: Drawer, tokens: Tokens, tmp_path: Path
) -> None:
    """A refresh token that is used twice ends the sign-in: so whoever comes second takes what the first one got."""
    others = [home.tokens(drawer, tmp_path / "state") for _ in range(4)]
    home.clock.pass_(3600)
    given = await asyncio.gather(*(one.bearer(ALICE, OAUTH) for one in (tokens, *others)))
    assert len({token.token for token in given}) == 1
    assert home.renewals == 1
    assert home.authority.refresh_tokens


async def test_a_rotated_refresh_token_is_kept_before_it_is_used(
    home: Provider, drawer: Drawer, tokens: Tokens, tmp_path: Path
) -> None:
    before = read_grant(drawer.kept[ENTRY])
    home.clock.pass_(3600)
    await tokens.bearer(ALICE, OAUTH)
    kept = read_grant(drawer.kept[ENTRY])
    assert before is not None
    assert kept is not None
    assert kept.refresh_token != before.refresh_token
    assert list(home.authority.refresh_tokens) == [kept.refresh_token]
    home.clock.pass_(3600)
    await home.tokens(drawer, tmp_path / "state").bearer(ALICE, OAUTH)  # the next start


async def test_a_server_that_does_not_rotate_leaves_the_old_one_in_force(
    home: Provider, drawer: Drawer, tokens: Tokens
) -> None:
    home.authority.behaviour.rotates = 0
    for _ in range(2):
        home.clock.pass_(3600)
        await tokens.bearer(ALICE, OAUTH)
    kept = read_grant(drawer.kept[ENTRY])
    assert kept is not None
    assert list(home.authority.refresh_tokens) == [kept.refresh_token]


async def test_who_withdrew_the_sign_in_is_told_to_sign_in_again_and_the_server_is_not_asked_twice(
    home: Provider, tokens: Tokens
) -> None:
    home.authority.revoke("alice@home.test")
    home.clock.pass_(3600)
    for _ in range(3):
        with pytest.raises(CredentialsRefused, match=r"expired or was withdrawn.*linksec-tui account sign-in home"):
            await tokens.bearer(ALICE, OAUTH)
    assert home.renewals == 1


async def test_after_a_new_sign_in_all_is_well(home: Provider, drawer: Drawer, tokens: Tokens, tmp_path: Path) -> None:
    """The sign-in was done by another process, as `account sign-in` is."""
    home.authority.revoke("alice@home.test")
    home.clock.pass_(3600)
    with pytest.raises(CredentialsRefused):
        await tokens.bearer(ALICE, OAUTH)
    await home.tokens(drawer, tmp_path / "state").keep(ALICE, granted(home))
    assert (await tokens.bearer(ALICE, OAUTH)).token in home.authority.tokens


async def test_a_token_that_a_server_refused_is_replaced_before_its_time(home: Provider, tokens: Tokens) -> None:
    first = await tokens.bearer(ALICE, OAUTH)
    tokens.refused(first)
    second = await tokens.bearer(ALICE, OAUTH)
    assert second != first
    assert await tokens.bearer(ALICE, OAUTH) == second
    assert home.renewals == 1


async def test_while_the_server_is_away_a_token_is_used_to_its_end_and_no_longer(
    home: Provider, tokens: Tokens
) -> None:
    first = await tokens.bearer(ALICE, OAUTH)
    home.clock.pass_(3600 - 60)
    home.authority.behaviour.failing = 1
    assert await tokens.bearer(ALICE, OAUTH) == first
    home.clock.pass_(61)
    home.authority.behaviour.failing = 1
    with pytest.raises(Unreachable, match="cannot sign anybody in now"):
        await tokens.bearer(ALICE, OAUTH)
    assert await tokens.bearer(ALICE, OAUTH) != first


async def test_a_short_life_is_not_renewed_at_every_turn(home: Provider, drawer: Drawer, tmp_path: Path) -> None:
    home.authority.behaviour.lifetime = 60
    tokens = home.tokens(drawer, tmp_path / "state")
    await tokens.keep(ALICE, granted(home))
    for _ in range(4):
        await tokens.bearer(ALICE, OAUTH)
        home.clock.pass_(15)
    assert home.renewals == 0
    home.clock.pass_(1)
    await tokens.bearer(ALICE, OAUTH)
    assert home.renewals == 1


async def test_a_keyring_that_was_locked_meanwhile_costs_this_session_nothing(
    home: Provider, drawer: Drawer, tokens: Tokens
) -> None:
    drawer.locked = True
    home.clock.pass_(3600)
    first = await tokens.bearer(ALICE, OAUTH)
    drawer.locked = False
    home.clock.pass_(3600)
    assert await tokens.bearer(ALICE, OAUTH) != first
    kept = read_grant(drawer.kept[ENTRY])
    assert kept is not None
    assert list(home.authority.refresh_tokens) == [kept.refresh_token]


async def test_who_never_signed_in_is_told_how(home: Provider, tmp_path: Path) -> None:
    with pytest.raises(CredentialsRefused, match="not signed in") as refused:
        await home.tokens(Drawer(), tmp_path / "state").bearer(ALICE, OAUTH)
    assert "linksec-tui account sign-in home" in refused.value.next_step


async def test_after_signing_out_nothing_is_left(home: Provider, drawer: Drawer, tokens: Tokens) -> None:
    await tokens.forget(ALICE)
    await tokens.forget(ALICE)
    assert drawer.kept == {}
    with pytest.raises(CredentialsRefused, match="not signed in"):
        await tokens.bearer(ALICE, OAUTH)


async def test_what_stands_in_the_drawer_and_is_none_of_ours_counts_as_nothing(
    home: Provider, drawer: Drawer, tmp_path: Path
) -> None:
    drawer.kept[ENTRY] = '{"access_token": "with\\u0001control"}'
    with pytest.raises(CredentialsRefused, match="not signed in"):
        await home.tokens(drawer, tmp_path / "state").bearer(ALICE, OAUTH)


async def test_neither_a_log_nor_a_traceback_holds_a_token(
    home: Provider, tokens: Tokens, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.DEBUG):
        tokens.refused(await tokens.bearer(ALICE, OAUTH))
        await tokens.bearer(ALICE, OAUTH)
        home.authority.revoke("alice@home.test")
        home.clock.pass_(3600)
        with pytest.raises(CredentialsRefused) as refused:
            await tokens.bearer(ALICE, OAUTH)
    told = caplog.text + "".join(traceback.format_exception(refused.value))
    assert "was renewed" in told
    assert len(home.authority.given) >= 4
    assert not [token for token in home.authority.given if token in told]


async def test_no_description_of_anything_shows_a_token(drawer: Drawer, tokens: Tokens) -> None:
    kept = read_grant(drawer.kept[ENTRY])
    assert kept is not None
    shown = repr(tokens) + repr(kept) + repr(await tokens.bearer(ALICE, OAUTH))
    assert kept.access_token not in shown
    assert kept.refresh_token not in shown
