"""The pictures in screenshots/, taken of the client in the embedded mail world: `make shots`.

SVG always; of the first set PNG too, where `rsvg-convert` is installed. Nothing of the person's own is opened.
"""

from __future__ import annotations

import asyncio
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))
os.environ.update(TEXTUAL_ANIMATIONS="none", TEXTUAL_COLOR_SYSTEM="truecolor")

from textual import events  # noqa: E402 - after the two lines above
from textual.pilot import Pilot  # noqa: E402

from linksec_tui import config_file  # noqa: E402
from linksec_tui.config import Theme  # noqa: E402
from linksec_tui.tui.app import LinksecApp  # noqa: E402
from linksec_tui.tui.front import Leave  # noqa: E402
from linksec_tui.tui.screens.compose import ComposeScreen  # noqa: E402
from linksec_tui.tui.screens.contacts import ContactsScreen  # noqa: E402
from linksec_tui.tui.screens.gate import GateScreen  # noqa: E402
from linksec_tui.tui.screens.mailbox import MailboxScreen  # noqa: E402
from linksec_tui.tui.widgets.story import StoryView  # noqa: E402
from linksec_tui.world import World  # noqa: E402

TARGET = ROOT / "screenshots"
SETS = {  # the end of the file's name: theme and size
    "": ("linksec-dark", (120, 36)),
    "-80x24": ("linksec-dark", (80, 24)),
    "-light": ("linksec-light", (160, 50)),
}
CELL = 12.2  # width of a character in Textual's SVG
PATIENCE = 60  # seconds for one thing to happen

_TEXT = re.compile(r'(<text [^>]*?)x="([\d.]+)"([^>]*?)(?: textLength="[\d.]+")?([^>]*>)((?:&#160;)+)')


@dataclass
class Camera:
    """Takes pictures of one walk through the client."""

    pilot: Pilot[Leave]
    suffix: str

    @property
    def app(self) -> LinksecApp:
        assert isinstance(self.pilot.app, LinksecApp)
        return self.pilot.app

    @property
    def mailbox(self) -> MailboxScreen:
        screen = self.app.screen_stack[1]
        assert isinstance(screen, MailboxScreen)
        return screen

    async def until(self, condition: Callable[[], bool]) -> None:
        async with asyncio.timeout(PATIENCE):
            while not condition():
                await self.pilot.pause()

    async def press(self, *keys: str) -> None:
        await self.pilot.press(*keys)
        await self.pilot.pause(0.2)

    async def take(self, name: str) -> None:
        """One picture, once everything has settled."""
        self.app.clear_notifications()
        await self.pilot.pause(0.3)
        file = TARGET / f"{name}{self.suffix}.svg"
        file.write_text(with_blanks(self.app.export_screenshot(title="linksec-tui")), "utf-8")
        print(file.relative_to(ROOT))
        if not self.suffix and shutil.which("rsvg-convert"):
            convert = ["rsvg-convert", str(file), "-o", str(file.with_suffix(".png"))]
            await asyncio.to_thread(subprocess.run, convert, check=True)


def with_blanks(svg: str) -> str:
    """Converters drop blanks at the beginning of a text; so the text begins behind them."""

    def moved(match: re.Match[str]) -> str:
        before, x, middle, after, blanks = match.groups()
        return f'{before}x="{float(x) + CELL * (len(blanks) // len("&#160;")):.1f}"{middle}{after}'

    return _TEXT.sub(moved, svg)


async def write(camera: Camera, to: list[str], subject: str, words: str) -> ComposeScreen:
    await camera.press("c")
    await camera.until(lambda: isinstance(camera.app.screen, ComposeScreen) and camera.app.focused is not None)
    screen = camera.app.screen
    assert isinstance(screen, ComposeScreen)
    camera.app.post_message(events.Paste(", ".join(to) + ","))
    screen.form.subject.value = subject
    screen.body.text = words
    domains = {address.rpartition("@")[2] for address in to}
    known = screen.assessing.known
    await camera.until(lambda: all(domain in known and known[domain].complete for domain in domains))
    return screen


async def walk(camera: Camera, world: World) -> None:
    """The demonstration, with a picture wherever there is something to see."""
    await camera.until(lambda: len(camera.mailbox.messages.spine) > 100)
    await camera.until(lambda: camera.app.standing.connection is not None and camera.app.standing.unread > 0)
    await camera.press("j", "j")
    await camera.take("mailbox")
    await camera.press("question_mark")
    await camera.take("help")
    await camera.press("escape")

    everybody = [each.address for each in world.recipients if each.tour]
    await write(camera, everybody, "Summer feast", "Dear all,\n\nthe feast is on Friday. Bring marzipan.\n\nAlice")
    await camera.press("ctrl+r", "ctrl+r", "ctrl+r", *["up"] * 7)
    await camera.take("compose")
    await camera.press("ctrl+s")
    await camera.until(lambda: isinstance(camera.app.screen, GateScreen))
    await camera.press("n", "n", "W")
    await camera.take("gate")
    await camera.press("escape", "N", "L", "ctrl+s")
    await camera.until(lambda: camera.app.screen is camera.mailbox)
    await asyncio.to_thread(world.settled, PATIENCE)
    await camera.press("o")
    await camera.take("outbox")
    await camera.press("escape", "t", "home")
    await camera.take("tap-noise")

    await camera.press("c", "i", "escape")
    trusting = ["carol@university.example", "dave@shop.example", "erin@club.example"]
    await write(camera, trusting, "Summer feast, again", "Dear friends,\n\nbring marzipan.\n\nAlice")
    await camera.press("ctrl+s")
    await camera.until(lambda: camera.app.screen is camera.mailbox)
    await asyncio.to_thread(world.settled, PATIENCE)
    await camera.press("t")
    club = next(n for n, link in enumerate(world.tap.links()) if link.domain == "club.example")
    await camera.press("home", *["j"] * club)
    await camera.take("tap-readable")
    await camera.press("escape")
    await camera.until(lambda: came_back(camera.mailbox))
    await camera.press("home", "enter")
    await camera.until(lambda: camera.mailbox.view.card.card is not None)
    await camera.take("bounce-card")
    await camera.press("escape", "v")
    camera.app.post_message(events.Paste("\n".join(everybody)))
    await camera.until(lambda: camera.app.roll.complete == len(everybody))
    await camera.press("ctrl+r", "ctrl+r", "1", "j", "j")
    await camera.take("check")
    await camera.press("escape")
    await camera.until(lambda: camera.app.screen is camera.mailbox)
    await camera.press("p")
    people = camera.app.screen
    assert isinstance(people, ContactsScreen)
    await camera.until(lambda: people.people.length > 0 and bool(people.people.seen))
    await camera.take("contacts")
    await camera.press("escape", "a")
    await camera.until(lambda: "Sending: smtp.home.example" in told(camera))
    await camera.take("accounts")
    await camera.press("a")
    await camera.press(*"carol@university.example", "enter", *"secret", "enter")
    await camera.until(lambda: "I type the servers myself" in camera.app.export_screenshot().replace("&#160;", " "))
    await camera.take("setup")


def told(camera: Camera) -> str:
    """What the story on the screen says."""
    return "\n".join(line.text for view in camera.app.screen.query(StoryView) for line in view.lines)


def came_back(mailbox: MailboxScreen) -> bool:
    newest = mailbox.messages.header(mailbox.messages.spine[0])
    return newest is not None and newest.is_bounce


async def take_all(theme: str, size: tuple[int, int], suffix: str) -> None:
    with tempfile.TemporaryDirectory() as directory, World.start(Path(directory), letters=300) as world:
        config = replace(config_file.load(world.config_path), theme=Theme(name=theme, glyphs="unicode"))
        app = LinksecApp(config, tap=world.tap, impostor=world.impostor)
        async with app.run_test(size=size) as pilot:
            await walk(Camera(pilot, suffix), world)


def main() -> None:
    TARGET.mkdir(exist_ok=True)
    for suffix, (theme, size) in SETS.items():
        asyncio.run(take_all(theme, size, suffix))


if __name__ == "__main__":
    main()
