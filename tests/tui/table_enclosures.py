"""The parts of the messages on the table: what was asked of them stands in `done`."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from linksec_tui.desk.pipe import Piped
from linksec_tui.model.errors import BadInput
from linksec_tui.model.letter import Attachment, Draft
from linksec_tui.model.message import Reading
from linksec_tui.model.picture import Canvas, Drawing, Picture
from linksec_tui.model.reading import PageLink, Part, Wish
from tests.tui.table_facts import header

# Two cells: red above, blue below.
RED_OVER_BLUE = Picture(
    drawing=Drawing.BLOCKS, kind="GIF", width=400, height=300, across=2, down=2, moves=True,
    octets=bytes((255, 0, 0)) * 2 + bytes((0, 0, 255)) * 2,
)  # fmt: skip


@dataclass
class TableEnclosures:
    """Answers from its fields."""

    draft: Callable[[], Draft]
    done: list[tuple[object, ...]]
    risky: str = ""
    browser: bool = True
    inside: str = "Words of the letter within."
    picture_problem: str = ""
    seen: Picture = RED_OVER_BLUE
    downloads: Path = field(default_factory=lambda: Path("/downloads"))

    async def content(self, message: int, part: Part) -> bytes:
        return b"content"

    async def text(self, message: int, part: Part) -> str:
        return f"The text of part {part.number}."

    async def inner(self, message: int, part: Part, wish: Wish | None = None) -> Reading:
        fields = (("From", "Dave <dave@shop.example>"), ("Date", "13 March 2026 09:00"))
        return Reading(header=replace(header(9), subject="The letter within"), fields=fields, text=self.inside)

    async def picture(self, message: int, part: Part, canvas: Canvas) -> Picture:
        self.done.append(("picture", part.number, canvas.columns, canvas.lines))
        if self.picture_problem:
            raise BadInput(self.picture_problem)
        return replace(self.seen, drawing=canvas.drawing)

    async def attached_text(self, attachment: Attachment) -> str:
        return f"The text of {attachment.name}."

    async def risk(self, message: int, part: Part) -> str:
        return self.risky

    async def open(self, message: int, part: Part) -> Path:
        self.done.append(("open", part.number))
        return Path("/run/part")

    async def save(self, message: int, parts: Sequence[Part], directory: str) -> tuple[Path, ...]:
        self.done.append(("save-parts", tuple(part.number for part in parts), directory))
        return tuple(Path(directory) / part.name for part in parts)

    async def pipe(self, message: int, part: Part, command: str) -> Piped:
        self.done.append(("pipe", part.number, command))
        return Piped(text="7\n", status=0)

    async def follow(self, link: PageLink) -> bool:
        self.done.append(("follow", link.target))
        return self.browser

    def letter_to(self, address: str, account: str | None) -> Draft:
        self.done.append(("letter", address))
        return replace(self.draft(), subject="unsubscribe")
