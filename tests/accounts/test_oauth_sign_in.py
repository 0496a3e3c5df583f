"""Signing in by browser and by code, at a provider that is strict, says no, is slow, or lies."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Generator
from contextlib import aclosing
from dataclasses import replace
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest

from linksec_tui.accounts import oauth
from linksec_tui.accounts.oauth import Step, sign_in, ways
from linksec_tui.accounts.oauth_answer import Grant
from linksec_tui.accounts.oauth_form import challenge
from linksec_tui.model.address import parse_address
from linksec_tui.model.errors import ConfigurationError, CredentialsRefused, Unreachable, Unverifiable
from linksec_tui.model.oauth import EnterCode, OpenBrowser, SignInWay, Waiting
from tests.accounts.signing_in import ALICE, OAUTH, Provider, browse, provider, visited


@pytest.fixture
def home(tmp_path: Path) -> Generator[Provider]:
    with provider(tmp_path) as one:
        yield one


async def next_of(steps: AsyncGenerator[Step], kind: type[Step]) -> Step:
    step = await anext(steps)
    assert isinstance(step, kind), step
    return step


def test_the_challenge_is_the_standards() -> None:
    # RFC 7636 appendix B
    assert challenge("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk") == "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"


async def test_a_person_signs_in_by_browser(home: Provider) -> None:
    async with aclosing(sign_in(ALICE, SignInWay.BROWSER, home.means())) as steps:
        opened = await next_of(steps, OpenBrowser)
        assert isinstance(opened, OpenBrowser)
        asked = parse_qs(urlsplit(opened.address).query)
        assert asked["code_challenge_method"] == ["S256"]
        assert asked["redirect_uri"][0].startswith("http://127.0.0.1:")
        assert asked["login_hint"] == ["alice@home.test"]
        await next_of(steps, Waiting)
        page = await browse(visited(home.authority, opened.address))
        assert (page.status, "You may close this page" in page.text) == (200, True)
        grant = await next_of(steps, Grant)
    assert isinstance(grant, Grant)
    assert home.authority.tokens[grant.access_token].user == "alice@home.test"
    assert home.authority.refresh_tokens[grant.refresh_token] == "alice@home.test"


async def test_the_port_is_closed_after_the_answer(home: Provider) -> None:
    async with aclosing(sign_in(ALICE, SignInWay.BROWSER, home.means())) as steps:
        opened = await next_of(steps, OpenBrowser)
        assert isinstance(opened, OpenBrowser)
        await next_of(steps, Waiting)
        address = visited(home.authority, opened.address)
        await browse(address)
        await next_of(steps, Grant)
        with pytest.raises(ConnectionRefusedError):
            await browse(address)


async def test_who_gives_up_leaves_no_port_open(home: Provider) -> None:
    async with aclosing(sign_in(ALICE, SignInWay.BROWSER, home.means())) as steps:
        opened = await next_of(steps, OpenBrowser)
    assert isinstance(opened, OpenBrowser)
    with pytest.raises(ConnectionRefusedError):
        await browse(parse_qs(urlsplit(opened.address).query)["redirect_uri"][0] + "/?code=x")


async def test_a_person_who_says_no_is_believed(home: Provider) -> None:
    mallory = replace(ALICE, address=parse_address("mallory@home.test"))
    async with aclosing(sign_in(mallory, SignInWay.BROWSER, home.means())) as steps:
        opened = await next_of(steps, OpenBrowser)
        assert isinstance(opened, OpenBrowser)
        await next_of(steps, Waiting)
        await browse(visited(home.authority, opened.address))
        with pytest.raises(CredentialsRefused, match="you did not allow it"):
            await anext(steps)


async def test_a_code_that_somebody_else_slipped_in_is_not_redeemed(home: Provider) -> None:
    """Another client's code, with our state: the verifier does not fit (RFC 7636 §1)."""
    async with aclosing(sign_in(ALICE, SignInWay.BROWSER, home.means())) as steps:
        opened = await next_of(steps, OpenBrowser)
        assert isinstance(opened, OpenBrowser)
        await next_of(steps, Waiting)
        await browse(visited(home.authority, opened.address.replace("code_challenge=", "code_challenge=another")))
        with pytest.raises(CredentialsRefused, match="did not take the answer"):
            await anext(steps)


async def test_nobody_signs_in_for_ten_minutes(home: Provider, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(oauth, "BROWSER_WAITS", oauth.BROWSER_WAITS / 60_000)
    async with aclosing(sign_in(ALICE, SignInWay.BROWSER, home.means())) as steps:
        await next_of(steps, OpenBrowser)
        await next_of(steps, Waiting)
        with pytest.raises(CredentialsRefused, match="Nobody signed in"):
            await anext(steps)


async def test_what_is_missing_from_what_was_allowed_is_named_and_nothing_is_given(home: Provider) -> None:
    home.authority.behaviour.scope = "https://auth.home.test/calendar"
    with pytest.raises(CredentialsRefused, match="/mail is missing"):
        await by_code(home)


async def by_code(home: Provider, *, user: str = "alice@home.test", deny: bool = False) -> Grant:
    """As a person with a telephone does it."""
    async with aclosing(sign_in(ALICE, SignInWay.CODE, home.means())) as steps:
        shown = await next_of(steps, EnterCode)
        assert isinstance(shown, EnterCode)
        assert shown.direct.endswith(shown.code)
        await next_of(steps, Waiting)
        home.authority.answer(
            "GET", "/activate", {"user_code": shown.code, "user": user, **({"deny": "1"} if deny else {})}
        )
        grant = await next_of(steps, Grant)
    assert isinstance(grant, Grant)
    return grant


async def test_a_person_signs_in_with_a_code(home: Provider) -> None:
    grant = await by_code(home)
    assert home.authority.tokens[grant.access_token].user == "alice@home.test"
    assert home.clock.pauses == [1.0]


async def test_a_server_that_asks_to_slow_down_is_asked_less_often(home: Provider) -> None:
    home.authority.behaviour.slow_down = 2
    await by_code(home)
    assert home.clock.pauses == [1.0, 6.0, 11.0]  # RFC 8628 §3.5: five seconds more each time


async def test_a_code_that_is_refused_says_so(home: Provider) -> None:
    with pytest.raises(CredentialsRefused, match="you did not allow it"):
        await by_code(home, deny=True)


async def test_a_code_that_nobody_enters_expires(home: Provider) -> None:
    home.authority.behaviour.device_lifetime = 20
    with pytest.raises(CredentialsRefused, match="not entered in time"):
        await by_code(home, user="")
    assert sum(home.clock.pauses) == 20


async def test_a_server_that_fails_for_now_ends_a_sign_in_with_a_reason(home: Provider) -> None:
    home.authority.behaviour.failing = 1
    with pytest.raises(Unreachable, match="cannot sign anybody in now"):
        await by_code(home)


async def test_a_client_id_that_the_provider_does_not_know_is_the_configurations_fault(home: Provider) -> None:
    account = replace(ALICE, oauth=replace(OAUTH, client_id="somebody"))
    async with aclosing(sign_in(account, SignInWay.CODE, home.means())) as steps:
        with pytest.raises(ConfigurationError, match=r"Check client_id and client_secret of \[oauth.lab\]"):
            await anext(steps)


async def test_an_authorization_server_without_a_good_certificate_is_told_nothing(home: Provider) -> None:
    means = replace(home.means(), forms=home.forms(known_roots=False))
    async with aclosing(sign_in(ALICE, SignInWay.CODE, means)) as steps:
        with pytest.raises(Unverifiable, match="could not prove"):
            await anext(steps)
    assert home.authority.asked == []


async def test_a_way_that_is_not_configured_is_not_tried(home: Provider) -> None:
    only_browser = replace(OAUTH, device_endpoint="")
    assert ways(only_browser) == (SignInWay.BROWSER,)
    for account, said in (
        (replace(ALICE, oauth=only_browser), "no sign-in by code"),
        (replace(ALICE, oauth=None), "signs in by password"),
    ):
        async with aclosing(sign_in(account, SignInWay.CODE, home.means())) as steps:
            with pytest.raises(ConfigurationError, match=said):
                await anext(steps)


async def test_an_address_where_nobody_signs_in_is_named(home: Provider) -> None:
    account = replace(ALICE, oauth=replace(OAUTH, device_endpoint="https://auth.home.test/nowhere"))
    async with aclosing(sign_in(account, SignInWay.CODE, home.means())) as steps:
        with pytest.raises(CredentialsRefused, match="not_found"):
            await anext(steps)
