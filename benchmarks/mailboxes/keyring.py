"""The same client with its key in a keyring: a session of its own with gnome-keyring, unlocked before anything counts.

Run as a program with the directory of a store, it puts the benchmark's key where the client looks for it.
"""

from __future__ import annotations

import asyncio
import shlex
import shutil
import sys
from collections.abc import Sequence
from pathlib import Path

from mailboxes.clients import KEY, Seat, write_ours

from linksec_tui.wire.keychain import Keychain, store_key_entry

OPEN = "the keyring is open"  # on the screen before the client is started
_UNLOCK = "printf opensesame | gnome-keyring-daemon --unlock --components=secrets > /dev/null"


def missing() -> bool:
    return any(shutil.which(name) is None for name in ("dbus-run-session", "gnome-keyring-daemon"))


def command(seat: Seat) -> Sequence[str]:
    """Over the store of the seat's home, which was filled before."""
    seat.home.chmod(0o700)  # it is the session's runtime directory too
    config = write_ours(seat, "keyring.toml", 'key = "keyring"')
    here = f"PYTHONPATH={Path(__file__).parents[1]}"
    put = shlex.join(("env", here, sys.executable, "-m", "mailboxes.keyring", str(seat.home / "state")))
    client = shlex.join((sys.executable, "-m", "linksec_tui", "--config", str(config)))
    return ("dbus-run-session", "--", "sh", "-c", f"{_UNLOCK} && {put} && echo {OPEN} && exec {client}")


async def _put(state: Path) -> None:
    await Keychain().write_secret(store_key_entry(state), KEY)


if __name__ == "__main__":
    asyncio.run(_put(Path(sys.argv[1])))
