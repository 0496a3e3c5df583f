"""The list of providers that comes with the program: Mozilla's, file by file as it was published.

A file names the domains that it is for. The files are searched for one, 2 ms, and only that one is read; there is no
index that could be out of step.
"""

from __future__ import annotations

import asyncio
import functools
from collections.abc import Iterable
from importlib import resources
from importlib.resources.abc import Traversable

from linksec_tui.accounts.asking import Answer, Asking
from linksec_tui.accounts.offer import judge_all, provider_name
from linksec_tui.formats.autoconfig import Autoconfig, parse_autoconfig
from linksec_tui.model.discovery import Found, Origin, SourceReport, Vouching


async def ask(asking: Asking) -> Answer:
    """What the list says of the address's own domain. Nothing is asked of the network."""
    found = await listed(asking.domain)
    return answer_from(found, asking, Vouching(origin=Origin.LIST, authenticated=True), asked=asking.domain)


def answer_from(found: Autoconfig | None, asking: Asking, vouching: Vouching, *, asked: str) -> Answer:
    """An entry of the list as a source's answer."""
    report = SourceReport(
        source=vouching.origin,
        found=Found.SETTINGS if found else Found.NOTHING,
        asked=asked,
        authenticated=vouching.authenticated and found is not None,
    )
    if found is None:
        return Answer(report=report)
    offers = judge_all(found, asking.address, vouching)
    return Answer(report=report, offers=offers, provider=provider_name(found, asking.address), help=found.help)


async def listed(domain: str) -> Autoconfig | None:
    """The entry for a domain, if there is one."""
    return await asyncio.to_thread(find, domain)


@functools.lru_cache(maxsize=16)  # two sources ask about the same domain
def find(domain: str) -> Autoconfig | None:
    """As `listed`, on the shipped files themselves."""
    return search(files(), domain)


def search(among: Iterable[Traversable], domain: str) -> Autoconfig | None:
    """The first of these files that is for the domain."""
    needle = f"<domain>{domain}</domain>".encode()
    for file in among:
        octets = file.read_bytes()
        if needle in octets:
            config = parse_autoconfig(octets)
            if domain in config.domains:  # and not only in a comment
                return config
    return None


def files() -> list[Traversable]:
    """In an order that does not depend on the disk: two files may claim one domain."""
    folder = resources.files("linksec_tui.accounts").joinpath("ispdb")
    return sorted((file for file in folder.iterdir() if file.name.endswith(".xml")), key=lambda file: file.name)
