"""Nothing could be looked up, or only one domain is broken: two exit statuses (experience.md §1)."""

from __future__ import annotations

import json
import socket
import threading
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

import dns.message
import dns.rcode
import pytest

from linksec_tui.cli.check_run import SILENCE
from tests.cli.shell import Shell


class Resolver:
    """A resolver on loopback that answers everything with one response code, except for `good` names."""

    def __init__(self, rcode: dns.rcode.Rcode, good: tuple[str, ...] = ()) -> None:
        self._rcode = rcode
        self._good = good
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._socket.bind(("127.0.0.1", 0))
        self.asked: list[str] = []

    @property
    def port(self) -> int:
        return self._socket.getsockname()[1]

    def run(self) -> None:
        while True:
            octets, whom = self._socket.recvfrom(4096)
            if not octets:
                return
            query = dns.message.from_wire(octets)
            name = query.question[0].name.to_text()
            self.asked.append(name)
            answer = dns.message.make_response(query, recursion_available=True)
            answer.set_rcode(dns.rcode.NXDOMAIN if name in self._good else self._rcode)
            self._socket.sendto(answer.to_wire(), whom)

    def stop(self) -> None:
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as other:
            other.sendto(b"", ("127.0.0.1", self.port))

    def close(self) -> None:
        self._socket.close()


@contextmanager
def answering(resolver: Resolver) -> Generator[Resolver]:
    thread = threading.Thread(target=resolver.run)
    thread.start()
    try:
        yield resolver
    finally:
        resolver.stop()
        thread.join()
        resolver.close()


CONFIG = """
[network]
resolver = "127.0.0.1:{port}"
timeout = 40
[paths]
state = "{state}"
[store]
key = "command"
key_command = "printf %064d 0"
"""


def shell_with(resolver: Resolver, tmp_path: Path) -> Shell:
    config = tmp_path / "config.toml"
    config.write_text(CONFIG.format(port=resolver.port, state=tmp_path / "state"))
    return Shell(config)


@pytest.mark.parametrize("rcode", [dns.rcode.SERVFAIL, dns.rcode.REFUSED])
def test_a_resolver_that_refuses_everything_means_nothing_was_looked_up(rcode: dns.rcode.Rcode, tmp_path: Path) -> None:
    with answering(Resolver(rcode)) as resolver:
        ended = shell_with(resolver, tmp_path)("check", "--json", "a.example", "b.example")
    results = json.loads(ended.out)["results"]
    assert [result["assurance"] for result in results] == ["unknown", "unknown"]
    assert {each["kind"] for each in results[0]["cannot_tell"]} == {"server"}
    assert ended.status == 3
    assert ended.err.startswith(
        "linksec-tui: Nothing can be looked up: the resolver does not answer. Check the network"
    )


def test_a_broken_domain_alone_was_looked_up(tmp_path: Path) -> None:
    with answering(Resolver(dns.rcode.SERVFAIL, good=(".",))) as resolver:
        ended = shell_with(resolver, tmp_path)("check", "--jsonl", "a.example")
    assert (ended.status, ended.err) == (0, "")
    assert "." in resolver.asked


def test_where_somebody_is_found_the_root_is_not_asked(tmp_path: Path) -> None:
    with answering(Resolver(dns.rcode.SERVFAIL, good=("b.example.",))) as resolver:
        ended = shell_with(resolver, tmp_path)("check", "--jsonl", "a.example", "b.example")
    assert ended.status == 1  # there is no b.example
    assert "." not in resolver.asked


def test_a_long_list_is_not_asked_to_its_end_in_vain(tmp_path: Path) -> None:
    people = "\n".join(f"someone@d{number}.example" for number in range(10 * SILENCE))
    with answering(Resolver(dns.rcode.SERVFAIL)) as resolver:
        ended = shell_with(resolver, tmp_path)("check", "--jsonl", "--file", "-", stdin=people.encode())
    assert ended.status == 3
    assert len(ended.out.splitlines()) == SILENCE
    assert f"{9 * SILENCE} others were not asked about." in ended.err
