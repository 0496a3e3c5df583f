"""A client in a process of its own that sends one letter, to be killed while it does.

    python -m tests.desk.sending_client CONFIGURATION STATE PORT AUTHORITIES DIRECTORY WORD FORM

It writes `ready` when it knows the provider, sends when it reads a line, and writes `done` if it comes that far.
"""

from __future__ import annotations

import asyncio
import sys
from dataclasses import replace
from pathlib import Path

from linksec_tui import config_file
from linksec_tui.desk import open_desk
from tests.desk.breaking import Place
from tests.desk.letters import until
from tests.desk.promise import Form, handed_over, over, written


async def main(
    configuration: str, state: str, port: str, authorities: str, directory: str, word: str, form: str
) -> None:
    place = Place(port=int(port), ca_file=Path(authorities))
    config = replace(place.config(config_file.load(Path(configuration))), state=Path(state))
    async with open_desk(config, mailboxes=False) as desk:
        await desk.providers.meet(None)
        print("ready", flush=True)
        await asyncio.to_thread(sys.stdin.readline)
        await handed_over(desk, written(desk, word, Form(form), Path(directory)))
        await until(desk, lambda items: over([item for item in items if item.subject == word]))
    print("done", flush=True)


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
