"""A known list from the web: one bounded HTTPS request, when a person asks for it, as strangers' hosts are asked."""

from __future__ import annotations

from linksec_tui.desk.rooms import Rooms
from linksec_tui.formats.https_url import https_url
from linksec_tui.link.known_files import MAX_OCTETS, ListRefused
from linksec_tui.model.evidence import Unavailable
from linksec_tui.model.visible import visible
from linksec_tui.wire.https import Bounds, HttpsReader

SECONDS = 60.0
_OK = 200
_PORTS = ("", "443")
_SHOWN = 80  # characters of an address that is refused


async def fetch_list(rooms: Rooms, url: str) -> tuple[str, bytes]:
    """The address as it was asked, and what is there. Raises ListRefused."""
    address = https_url(url)
    authority, _, path = (address or "").removeprefix("https://").partition("#")[0].partition("/")
    host, _, port = authority.lower().partition(":")
    if address is None or "?" in authority or port not in _PORTS:
        raise ListRefused(
            f"{visible(url)[:_SHOWN]} is not an address that a list can be fetched from.",
            "Give one as https://host/path.",
        )
    reader = HttpsReader(dialler=rooms.dialler, ca_file=rooms.config.network.ca_file)
    answer = await reader.get(host, f"/{path}", Bounds(octets=MAX_OCTETS, seconds=SECONDS))
    if isinstance(answer, Unavailable):
        raise ListRefused(f"The list could not be fetched: {answer.detail}.", "Check the address, or try again later.")
    if answer.status != _OK:
        raise ListRefused(f"{host} answered with {answer.status} and no list.", "Check the address.")
    return f"https://{host}/{path}", answer.body
