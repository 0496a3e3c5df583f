"""The names of the store's two files, and the key that opens them as commands and keyrings spell it."""

from __future__ import annotations

import re

from linksec_tui.model.errors import NoKey

DESK_FILE = "desk.db"
MAIL_FILE = "mail.db"
_HEX_KEY = re.compile(r"[0-9a-fA-F]{64}")


def key_from_hex(text: str) -> bytes:
    """Raises NoKey."""
    if not _HEX_KEY.fullmatch(text.strip()):
        raise NoKey(
            "No key for the store: what was found is not 64 hexadecimal digits.",
            "Check [store] key_command, or the keyring's entry.",
        )
    return bytes.fromhex(text.strip())
