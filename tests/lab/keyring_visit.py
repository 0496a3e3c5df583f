"""python -m tests.lab.keyring_visit: what this session's keyring does with a secret, as JSON; see test_keyring."""

from __future__ import annotations

import asyncio
import json
from dataclasses import asdict

from linksec_tui.model.errors import KeychainUnusable
from linksec_tui.wire.keychain import Keychain

NAME = "password of alice@home.test at imap.home.test"
SECRET = "kept by gnome-keyring: ü\n" + "x" * 4000  # as long as a token, and not ASCII


async def main() -> dict[str, object]:
    keychain = Keychain()
    told: dict[str, object] = {"state": asdict(await keychain.usable())}
    try:
        await keychain.write_secret(NAME, SECRET)
        told["kept"] = await Keychain().read_secret(NAME) == SECRET
        await keychain.delete_secret(NAME)
        told["gone"] = await Keychain().read_secret(NAME) is None
    except KeychainUnusable as error:
        told["problem"] = str(error)
    return told


if __name__ == "__main__":
    print(json.dumps(asyncio.run(main())))
