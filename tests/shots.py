"""The pictures in screenshots/, taken of the client in the embedded mail world: `make shots`.

SVG always; of the first set PNG too, where `rsvg-convert` is installed. Debian has it in librsvg2-bin, and the fonts in
fonts-firacode and, for names in Japanese, fonts-wqy-zenhei. Nothing of the person's own is opened. The tour's pictures
are made by `tests/recording.py`.
"""

from __future__ import annotations

import asyncio
import os
import shutil
import sys
import tempfile
from collections.abc import Callable, Generator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from email.message import EmailMessage
from email.utils import format_datetime
from io import BytesIO
from pathlib import Path

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))
os.environ.update(TEXTUAL_ANIMATIONS="none", TEXTUAL_COLOR_SYSTEM="truecolor")

from PIL import Image  # noqa: E402 - after the two lines above
from textual import events  # noqa: E402
from textual.pilot import Pilot  # noqa: E402

from linksec_tui import config_file  # noqa: E402
from linksec_tui.config import Config, Theme  # noqa: E402
from linksec_tui.model.mailbox import Role  # noqa: E402
from linksec_tui.model.reading import PartKind  # noqa: E402
from linksec_tui.tui.app import LinksecApp  # noqa: E402
from linksec_tui.tui.front import Leave  # noqa: E402
from linksec_tui.tui.screens.compose import ComposeScreen  # noqa: E402
from linksec_tui.tui.screens.contacts import ContactsScreen  # noqa: E402
from linksec_tui.tui.screens.gate import GateScreen  # noqa: E402
from linksec_tui.tui.screens.help import HelpScreen  # noqa: E402
from linksec_tui.tui.screens.inner import InnerScreen  # noqa: E402
from linksec_tui.tui.screens.mailbox import MailboxScreen  # noqa: E402
from linksec_tui.tui.screens.parts import PartsScreen  # noqa: E402
from linksec_tui.tui.screens.picture import PictureScreen  # noqa: E402
from linksec_tui.tui.screens.start import StartScreen  # noqa: E402
from linksec_tui.tui.widgets.story import StoryView  # noqa: E402
from linksec_tui.world import World  # noqa: E402
from tests.svg import as_png, tidied  # noqa: E402

TARGET = ROOT / "screenshots"
SETS = {  # the end of the file's name: theme and size
    "": ("linksec-dark", (120, 36)),
    "-80x24": ("linksec-dark", (80, 24)),
    "-light": ("linksec-light", (160, 50)),
}
PATIENCE = 60  # seconds for one thing to happen


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
        file.write_text(tidied(self.app.export_screenshot(title="linksec-tui")), "utf-8")
        print(file.relative_to(ROOT), flush=True)
        if not self.suffix and shutil.which("rsvg-convert"):
            await asyncio.to_thread(as_png, file)


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
    await parcel(camera)
    await camera.press("j", "j")
    await camera.take("mailbox")
    await camera.press("question_mark")
    await camera.until(lambda: isinstance(camera.app.screen, HelpScreen))
    await camera.take("help")
    await camera.press("escape")
    await way_it_came(camera)
    await reading(camera)
    await writing(camera, world)
    await looking(camera, [each.address for each in world.recipients if each.tour])


async def parcel(camera: Camera) -> None:
    """Something to look at arrives: a picture, and a message within the message."""
    inner = EmailMessage()
    inner["From"], inner["To"], inner["Subject"] = "Carol Castro <carol@university.example>", "Erin", "The lake"
    inner.set_content("Dear Erin,\n\nthis is where we could swim on Sunday.\n\nCarol\n")
    letter = EmailMessage()
    letter["From"], letter["To"] = "Erin Eklund <erin@club.example>", "Alice Archer <alice@home.example>"
    letter["Subject"], letter["Date"] = "Sunday: the lake", format_datetime(datetime.now(UTC))
    letter["Message-ID"] = "<sunday@club.example>"
    letter.set_content("Dear Alice,\n\nlook what Carol found. Bring marzipan.\n\nErin\n")
    letter.add_attachment(lake(), maintype="image", subtype="png", filename="lake.png")
    letter.add_attachment(inner)
    inbox = next(each for each in await camera.app.desk.mailboxes() if each.role is Role.INBOX)
    before = len(camera.mailbox.messages.spine)
    with tempfile.NamedTemporaryFile(suffix=".eml") as file:
        file.write(letter.as_bytes())
        file.flush()
        await camera.app.desk.importing.import_files([Path(file.name)], inbox, lambda _: None)
    await camera.until(lambda: len(camera.mailbox.messages.spine) > before)


def lake() -> bytes:
    """A lake in the evening, as far as cells go."""
    picture = Image.new("RGB", (320, 200))
    for y in range(200):
        sky, water = (250 - y, 150 - y // 2, 90 + y // 2), (20, 60 + (y * 7 % 23), 110 + (200 - y) // 3)
        picture.paste(sky if y < 110 else water, (0, y, 320, y + 1))
    picture.paste((255, 220, 120), (200, 60, 240, 100))
    picture.paste((40, 45, 40), (0, 96, 130, 112))
    octets = BytesIO()
    picture.save(octets, "PNG")
    return octets.getvalue()


async def beside(camera: Camera, key: str, name: str) -> None:
    """Another screen, and back."""
    await camera.press(key)
    await camera.until(lambda: camera.app.screen is not camera.mailbox)
    await camera.pilot.pause(1)
    await camera.take(name)
    await camera.press("escape")
    await camera.until(lambda: camera.app.screen is camera.mailbox)


async def way_it_came(camera: Camera) -> None:
    """Of a letter from another provider."""
    await camera.press("home", *["j"] * 5, "enter")
    await camera.until(lambda: "Castro" in camera.app.export_screenshot())
    await beside(camera, "i", "way")
    await camera.press("escape")


async def reading(camera: Camera) -> None:
    """What belongs to one message."""
    await camera.press("home", "enter")
    await camera.until(lambda: camera.mailbox.view.display and "marzipan" in camera.app.export_screenshot())
    await beside(camera, "h", "source")
    await camera.press("P")
    parts = camera.app.screen
    assert isinstance(parts, PartsScreen)
    await camera.until(lambda: parts.part is not None)
    await camera.take("parts")
    for kind, screen, name in (
        (PartKind.PICTURE, PictureScreen, "picture"),
        (PartKind.MESSAGE, InnerScreen, "inner"),
    ):
        await camera.press("home")
        while parts.part is not None and parts.part.kind is not kind:
            await camera.press("j")
        await camera.press("enter")
        await camera.until(lambda screen=screen: isinstance(camera.app.screen, screen))
        await camera.pilot.pause(1)
        await camera.take(name)
        await camera.press("escape")
        await camera.until(lambda: camera.app.screen is parts)
    await camera.press("escape")
    await camera.until(lambda: camera.app.screen is camera.mailbox)
    await camera.press("escape")


async def writing(camera: Camera, world: World) -> None:
    """From a letter to what comes back."""
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
    await camera.until(
        lambda: len({link.domain for link in world.tap.links()}) == len(everybody) - 1
    )  # one is misspelt
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
    await camera.until(lambda: any(link.domain == "club.example" for link in world.tap.links()))
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
    await camera.press("escape")
    await write(camera, ["erin@club.example"], "Marzipan", "Dear Erin,\n\nhow much of it?")
    await files(camera)
    await camera.press("escape")
    await camera.until(lambda: camera.app.screen is camera.mailbox)
    await camera.press("b")
    await camera.take("drafts")
    await camera.press("escape", "M")
    await camera.take("mailboxes")
    await camera.press("escape")


async def files(camera: Camera) -> None:
    """Which of them goes with the letter."""
    with home():
        await camera.press("ctrl+o")
        await camera.until(lambda: "recipe.txt" in camera.app.export_screenshot())
        await camera.press(*["down"] * 5)
        await camera.take("pick-file")
        await camera.press("escape")


@contextmanager
def home() -> Generator[None]:
    """Another one than the person's own."""
    before = os.environ.get("HOME", "")
    with tempfile.TemporaryDirectory() as directory:
        for name, size in (("lake.png", 98_200), ("minutes-june.pdf", 41_300), ("recipe.txt", 1_480)):
            Path(directory, name).write_bytes(bytes(size))
        for name in ("Letters", "Pictures"):
            Path(directory, name).mkdir()
        os.environ["HOME"] = directory
        try:
            yield
        finally:
            os.environ["HOME"] = before


async def looking(camera: Camera, everybody: list[str]) -> None:
    """At people, accounts, and whom one could write to; nobody interferes any more."""
    await camera.press("t", "i", "i", "escape")
    await camera.press("v")
    camera.app.post_message(events.Paste("\n".join(everybody)))
    await camera.until(lambda: camera.app.roll.complete == len(everybody))
    await camera.press("ctrl+r", "ctrl+r", "1", "j", "j")
    await camera.take("check")
    await camera.press("escape")
    await camera.until(lambda: camera.app.screen is camera.mailbox)
    await camera.press("p")
    people = camera.app.screen
    assert isinstance(people, ContactsScreen)
    await camera.until(
        lambda: people.people.length > 0 and people.people.seen.keys() >= {*people.people.domains_in_sight}
    )
    await camera.press("d")
    await camera.until(lambda: camera.app.screen.is_modal)
    await camera.take("dialogue")
    await camera.press("n")
    await camera.until(lambda: camera.app.screen is people)
    await camera.take("contacts")
    await camera.press("e")
    await camera.until(lambda: camera.app.screen is not people)
    await camera.take("contact")
    await camera.press("escape", "escape")
    await camera.until(lambda: camera.app.screen is camera.mailbox)
    await camera.press("a")
    await camera.until(lambda: "Sending: smtp.home.example" in told(camera))
    await camera.take("accounts")
    await audit(camera)
    await camera.press("a")
    await camera.press(*"carol@university.example", "enter", *"secret", "enter")
    await camera.until(lambda: "I type the servers myself" in camera.app.export_screenshot().replace("&#160;", " "))
    await camera.take("setup")


async def audit(camera: Camera) -> None:
    """What letters told that should come back."""
    await camera.press("u")
    await camera.until(lambda: camera.app.screen.is_modal)
    await camera.press("y")
    await camera.until(lambda: "Replies to you" in told(camera) and "The last answer came" in told(camera))
    await camera.until(lambda: "still missing" not in told(camera))
    story = camera.app.screen.query_one(StoryView)
    story.scroll_end(animate=False)
    await camera.pilot.pause(0.3)
    story.scroll_relative(y=-max(30 - story.size.height, 0), animate=False)
    await camera.take("audit")


def told(camera: Camera) -> str:
    """What the story on the screen says."""
    return "\n".join(line.text for view in camera.app.screen.query(StoryView) for line in view.lines)


def came_back(mailbox: MailboxScreen) -> bool:
    newest = mailbox.messages.header(mailbox.messages.spine[0])
    return newest is not None and newest.is_bounce


async def take_first(theme: str, size: tuple[int, int], suffix: str) -> None:
    """What a new person sees."""
    with tempfile.TemporaryDirectory() as directory:
        place = Path(directory)
        config = replace(Config(path=place / "config.toml", state=place), theme=Theme(name=theme, glyphs="unicode"))
        async with LinksecApp(config).run_test(size=size) as pilot:
            camera = Camera(pilot, suffix)
            await camera.until(lambda: isinstance(camera.app.screen, StartScreen))
            await camera.take("start")


async def take_all(theme: str, size: tuple[int, int], suffix: str) -> None:
    with tempfile.TemporaryDirectory() as directory, World.start(Path(directory), letters=300) as world:
        config = replace(config_file.load(world.config_path), theme=Theme(name=theme, glyphs="unicode"))
        config = replace(
            config, network=replace(config.network, timeout=PATIENCE)
        )  # nobody is Unknown for a busy machine
        app = LinksecApp(config, tap=world.tap, impostor=world.impostor)
        async with app.run_test(size=size) as pilot:
            await walk(Camera(pilot, suffix), world)


def main() -> None:
    TARGET.mkdir(exist_ok=True)
    for suffix, (theme, size) in SETS.items():
        asyncio.run(take_first(theme, size, suffix))
        asyncio.run(take_all(theme, size, suffix))


if __name__ == "__main__":
    main()
