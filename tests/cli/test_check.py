"""`check` against the embedded world: the contract's fields, true values, and the exit status."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, cast

import pytest

from linksec_tui.model.assessment import Assurance
from linksec_tui.world import World
from tests.cli.shell import Ended, Shell

FIELDS = {
    "address", "domain", "assurance", "meets", "required", "headline", "reasons", "warnings", "mx", "mta_sts",
    "declared", "sender", "checked_at", "elapsed_ms", "from_cache",
}  # fmt: skip

Result = dict[str, Any]


def results_of(ended: Ended) -> dict[str, Result]:
    """The results of a document, by address or domain."""
    document = cast("dict[str, list[Result]]", json.loads(ended.out))
    return {each["address"] or each["domain"]: each for each in document["results"]}


def everybody(world: World) -> list[str]:
    return [each.address for each in world.recipients]


def test_everybody_in_the_world_is_told_apart(shell: Shell, world: World) -> None:
    ended = shell("check", "--json", *everybody(world))
    results = results_of(ended)
    assert {address: result["assurance"] for address, result in results.items()} == {
        each.address: each.truth.value for each in world.recipients
    }
    assert list(results) == everybody(world)
    assert all(result.keys() >= FIELDS for result in results.values())
    assert ended.status == 1


def test_the_evidence_behind_a_link_secure_bank(shell: Shell) -> None:
    ended = shell("check", "--json", "bob@bank.example", "--require", "link-secure")
    result = results_of(ended)["bob@bank.example"]
    (exchanger,) = result["mx"]
    assert ended.status == 0
    assert (result["meets"], result["required"]) == (True, "link-secure")
    assert (exchanger["host"], exchanger["dnssec"]) == ("mx.bank.example", "secure")
    assert exchanger["dane"]["status"] == "secure"
    assert exchanger["dane"]["records"][0].startswith("3 1 1 ")
    assert exchanger["starttls"]["status"] == "offered"
    assert exchanger["starttls"]["requiretls"] is True
    assert (result["declared"]["level"], result["declared"]["authenticated"]) == (4, True)
    assert result["sender"] == {
        "account": "home",
        "enforces": ["dane", "mta-sts", "requiretls-strict"],
        "requiretls": True,
    }


def test_the_evidence_behind_a_shop_with_a_policy(shell: Shell) -> None:
    result = results_of(shell("check", "--json", "shop.example"))["shop.example"]
    (exchanger,) = result["mx"]
    assert result["address"] is None
    assert (result["mta_sts"]["status"], result["mta_sts"]["reason"]) == ("enforce", None)
    assert exchanger["mta_sts_match"] is True
    assert exchanger["dane"]["status"] in ("insecure", "absent")


def test_a_domain_that_is_not_there_has_no_exchanger(shell: Shell) -> None:
    result = results_of(shell("check", "--json", "universty.example"))["universty.example"]
    assert (result["mx"], result["declared"], result["route"]["status"]) == ([], None, "no-such-domain")


@pytest.mark.parametrize(
    ("person", "requirement", "status"),
    [
        ("erin@club.example", "any", 0),
        ("erin@club.example", "encrypted", 0),
        ("erin@club.example", "verifiable", 1),
        ("grace@oldserver.example", "any", 0),
        ("grace@oldserver.example", "encrypted", 1),
        ("carol@university.example", "enforced", 0),
        ("carol@university.example", "link-secure", 1),
        ("mallory@nomail.example", "any", 1),
    ],
)
def test_the_exit_status_tells_whether_all_meet_the_requirement(
    shell: Shell, person: str, requirement: str, status: int
) -> None:
    assert shell("check", person, "--require", requirement).status == status


def test_results_stream_one_object_a_line(shell: Shell, world: World) -> None:
    ended = shell("check", "--jsonl", *everybody(world))
    lines = [cast("Result", json.loads(line)) for line in ended.out.splitlines()]
    assert {line["address"] for line in lines} == set(everybody(world))
    assert ended.err == ""


def test_people_get_a_table_in_the_order_they_asked(shell: Shell, world: World) -> None:
    ended = shell("check", *everybody(world))
    told = [line for line in ended.out.splitlines() if not line.startswith(" ")]
    assert [line.split()[-1] for line in told] != []
    assert [person in line for person, line in zip(everybody(world), told, strict=True)] == [True] * len(told)
    for person, line in zip(world.recipients, told, strict=True):
        assert line[2:].startswith(person.truth.word)
    assert "can be written to" in ended.err


def test_an_explanation_draws_the_way_and_names_its_sources(shell: Shell) -> None:
    lines = shell("check", "--explain", "carol@university.example").out.splitlines()
    stations = [line.strip() for line in lines if line.strip().startswith(("■", "▼"))]
    assert stations[0] == "■ you"
    assert stations[1] == "■ your provider"
    assert stations[2].startswith("■ mx1.university.example (signed)")
    assert stations[-1] == "▼ carol@university.example"
    text = "\n".join(lines)
    assert "certificate of smtp.home.example checked (proved by us)" in text
    assert "(signed DNS)" in text
    assert "address signed, DANE, took TLS" in text


def test_an_explanation_tells_the_policy_and_who_could_not_tell(shell: Shell) -> None:
    out = shell("check", "--explain", "shop.example", "bogus.example").out
    assert "enforce, for 7 days, confirmed today" in out
    assert "signatures in bogus.example's DNS do not verify" in out.replace("\n", " ")
    assert out.count("Cannot tell") == 0, "that the policy cannot be had either tells nothing more"


def test_an_internationalised_domain_is_taken_and_told_in_both_forms(shell: Shell) -> None:
    for written in ("bücher.example", "BÜCHER.example", "xn--bcher-kva.example"):
        result = results_of(shell("check", "--json", written))["xn--bcher-kva.example"]
        assert result["domain_unicode"] == "bücher.example"
    assert "a@bücher.example" in shell("check", "a@bücher.example").out


def test_a_server_is_named_in_brackets(shell: Shell) -> None:
    ended = shell("check", "192.0.2.1")
    assert (ended.status, ended.out) == (2, "")
    assert "192.0.2.1 is the address of a server, not a domain. To check the server itself: [192.0.2.1]." in ended.err


def test_a_list_that_names_nobody_meets_nothing(shell: Shell, tmp_path: Path) -> None:
    """Whoever wrote it meant somebody: a script that made an empty list must not read “all are well”."""
    empty = tmp_path / "list.txt"
    empty.write_text("# nobody yet\n\n")
    ended = shell("check", "--file", str(empty))
    assert (ended.status, ended.out) == (2, "")
    assert ended.err == (
        "linksec-tui: Nobody to check: the list names nobody. Give one with an address or a domain a line.\n"
    )


def test_the_same_recipient_is_told_once(shell: Shell) -> None:
    ended = shell("check", "--json", "a@bank.example", "a@BANK.example.", "b@bank.example", "bank.example")
    assert [each["address"] for each in json.loads(ended.out)["results"]] == ["a@bank.example", "b@bank.example", None]


@pytest.mark.parametrize("text", ["a@x> NOTIFY=NEVER", "a b", "", "a@", "a@b@c.example", "x" * 300, "-.example"])
def test_what_is_no_recipient_is_a_usage_error_in_one_line(shell: Shell, text: str) -> None:
    ended = shell("check", "bob@bank.example", "--", text)
    assert (ended.status, ended.out, ended.err.count("\n")) == (2, "", 1)


def test_a_list_is_checked_to_its_end_and_its_mistakes_are_told(shell: Shell) -> None:
    text = "# friends\n\nbob@bank.example\r\nnot an address\n  Carol <carol@university.example>  \n"
    ended = shell("check", "--json", "--file", "-", stdin=text.encode())
    assert list(results_of(ended)) == ["bob@bank.example", "carol@university.example"]
    assert ended.err.startswith("linksec-tui: Line 4: “not an address” ")
    assert ended.status == 2


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ((), "Nobody to check."),
        (("--from", "work", "bank.example"), "There is no account called “work”. Known accounts: home."),
        (("--file", "/nowhere/list"), "/nowhere/list cannot be read"),
        (("--file", "-"), "- is not UTF-8 text"),
    ],
)
def test_a_question_that_cannot_be_meant_is_a_usage_error(shell: Shell, words: tuple[str, ...], said: str) -> None:
    ended = shell("check", *words, stdin=b"caf\xe9@example.org")
    assert ended.status == 2
    assert ended.err.startswith(f"linksec-tui: {said}")


def test_without_an_account_the_ladder_ends_at_verifiable(shell: Shell) -> None:
    alone = shell.without_account()
    results = results_of(alone("check", "--json", "bank.example", "shop.example", "club.example"))
    assert [result["assurance"] for result in results.values()] == ["verifiable", "verifiable", "encrypted"]
    assert all(result["sender"] is None for result in results.values())


def test_without_a_resolver_nothing_could_be_looked_up(shell: Shell) -> None:
    cut_off = shell.changed('resolver = "127.0.0.1:', 'resolver = "127.0.0.1:1" # ')
    ended = cut_off("check", "--json", "bank.example", "shop.example")
    assert {result["assurance"] for result in results_of(ended).values()} == {Assurance.UNKNOWN.value}
    assert ended.status == 3


def test_a_domain_with_broken_signatures_was_looked_up(shell: Shell) -> None:
    ended = shell("check", "bogus.example", "--require", "encrypted")
    assert ended.status == 1


def test_more_recipients_than_may_be_probed_unasked_are_not_probed(shell: Shell) -> None:
    text = "\n".join(f"person{number}@club.example" for number in range(60))
    ended = shell("check", "--json", "--file", "-", stdin=text.encode())
    assert "only with --probe" in ended.err
    (exchanger,) = results_of(ended)["person0@club.example"]["mx"]
    assert exchanger["starttls"]["status"] == "not-tried"
    probed = results_of(shell("check", "--probe", "--json", "--file", "-", stdin=text.encode()))
    assert probed["person59@club.example"]["mx"][0]["starttls"]["status"] == "offered"
