"""Is this text an address on the web that may be opened? Only https, to a host with a name, nothing hidden in it."""

from __future__ import annotations

import re

from linksec_tui.formats.host_name import host_name

MAX_URL = 1000
_URL = re.compile(r"https://([A-Za-z0-9.-]+)(:[0-9]{1,5})?(/[!-~]*|\?[!-~]*)?")  # no user name before the host


def https_url(text: str) -> str | None:
    """The address, or None where it is anything else (`javascript:`, another scheme, a user name, a blank)."""
    found = _URL.fullmatch(text.strip(" \t\r\n"))
    if found is None or len(found[0]) > MAX_URL or host_name(found[1]) is None:
        return None
    port = found[2]
    return found[0] if port is None or 0 < int(port[1:]) <= 65535 else None
