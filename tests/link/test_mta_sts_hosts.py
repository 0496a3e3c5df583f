"""Policy hosts as another program's tests have them, and which of them has a policy (tests/cases/NOTICE.md).

The cases of `fetch` and `content_type`; records, lookups and policy texts are tried in tests/formats, matches in
tests/model.
"""

from __future__ import annotations

import asyncio
import json
import ssl
from pathlib import Path
from typing import Any

import pytest

from linksec_tui.config import ConnectTo
from linksec_tui.link.brief_memory import BriefPolicies
from linksec_tui.link.mta_sts import PolicyReader
from linksec_tui.link.source import Inquiry
from linksec_tui.model.evidence import Sts, StsStatus
from linksec_tui.wire.dial import Dialler
from linksec_tui.wire.https import HttpsReader
from tests.link.dns_table import Clock, DnsTable, resolver_over
from tests.wire.strangers import Authority, serve, stranger_context

Case = dict[str, Any]
CASES: dict[str, list[Case]] = json.loads(
    (Path(__file__).parent.parent / "cases" / "mta-sts.json").read_text(encoding="utf-8")
)
GOOD = "version: STSv1\nmode: enforce\nmx: mail.loc\nmax_age: 86400"
TOO_LONG = f"{GOOD}\n" + "note: a policy, but for its length\n" * 4000
# What the source's verdicts mean here: no record is no policy, a policy that cannot be had or read is an error.
MEANING = {
    "VALID": {StsStatus.ENFORCE, StsStatus.TESTING, StsStatus.NONE},
    "FETCH_ERROR": {StsStatus.ERROR, StsStatus.INVALID},
    "NONE": {StsStatus.ABSENT},
    None: {StsStatus.ENFORCE},  # its verdict is about what becomes of it a second later
}


def answer(case: Case) -> bytes:
    """What the case's host sends."""
    body = case.get("body", TOO_LONG).encode()
    head = f"HTTP/1.1 {case['http_status']} As it is\r\nContent-Type: {case['content_type']}\r\n"
    if "chunked" in case.get("note", ""):
        return f"{head}Transfer-Encoding: chunked\r\n\r\n{len(body):x}\r\n".encode() + body + b"\r\n0\r\n\r\n"
    return f"{head}Content-Length: {len(body)}\r\n\r\n".encode() + body


def context_of(case: Case, authority: Authority) -> ssl.SSLContext:
    name = f"mta-sts.{case['domain']}"
    match case.get("tls", ""):
        case "":
            return authority.context(name)
        case "certificate from an untrusted CA":
            return stranger_context(name)
        case _:
            return authority.context("mta-sts.somebody-else.loc")


async def asked(case: Case, authority: Authority) -> Sts:
    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(answer(case))
        await writer.drain()
        await reader.read()

    async def nobody(name: str) -> tuple[str, ...]:
        raise OSError(f"{name} has no address")

    table, clock = DnsTable(), Clock()
    table.add(f"_mta-sts.{case['domain']}", "TXT", f'"{case["txt"]}"')
    async with serve(talk, context_of(case, authority)) as port:
        rule = ConnectTo(host=f"mta-sts.{case['domain']}", port=443, address="127.0.0.1", to_port=port)
        https = HttpsReader(dialler=Dialler(addresses_of=nobody, connect_to=(rule,)), ca_file=authority.file)
        reader = PolicyReader(resolver=resolver_over(table, clock), https=https, cache=BriefPolicies(clock=clock))
        return await reader.ask(Inquiry(domain=case["domain"], at=clock.now))


@pytest.mark.parametrize("case", CASES["fetch"], ids=lambda case: case["domain"])
async def test_a_policy_host_is_read_as_its_source_says(case: Case, tmp_path: Path) -> None:
    sts = await asked(case, Authority(tmp_path))
    assert sts.status in MEANING[case["expected"]]
    assert sts.confirmed is (sts.status in MEANING["VALID"])


@pytest.mark.parametrize("case", CASES["content_type"], ids=lambda case: case["content_type"])
async def test_a_policy_is_plain_text(case: Case, tmp_path: Path) -> None:
    page = {
        "domain": "good.loc",
        "txt": "v=STSv1; id=1",
        "http_status": 200,
        "body": GOOD,
        "content_type": case["content_type"],
    }
    sts = await asked(page, Authority(tmp_path))
    assert (sts.status is StsStatus.ENFORCE) is case["plaintext"]


def test_every_case_of_the_file_is_tried_somewhere() -> None:
    assert set(CASES) == {"record", "lookup", "policy", "mx_match", "fetch", "content_type"}
    assert not [case for cases in CASES.values() for case in cases if "rfc_dispute" in case]
