"""One picture of a message, looked at because somebody asked for it: as large as the terminal allows."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterator
from typing import ClassVar

from textual import work
from textual.binding import BindingType
from textual.widget import Widget
from textual.widgets import Static

from linksec_tui.model.errors import LinksecError
from linksec_tui.model.picture import Canvas, Picture
from linksec_tui.tui.graphics import graphics_of
from linksec_tui.tui.key import Place
from linksec_tui.tui.keys import bindings
from linksec_tui.tui.screens.page import Page
from linksec_tui.tui.text import assemble, plain, styled
from linksec_tui.tui.widgets.picture_view import PictureView


class PictureScreen(Page):
    """Decoded anew whenever its room changes; nothing of it is kept."""

    BINDINGS: ClassVar[list[BindingType]] = bindings(Place.SEEN)
    heading = "A picture of the message"
    name_of_keys = "picture"

    def __init__(self, name: str, fetch: Callable[[Canvas], Awaitable[Picture]]) -> None:
        super().__init__()
        self.view = PictureView()
        self.note = Static(styled("Decoding", "$muted"), id="picture-note", markup=False)
        self._name, self._fetch = name, fetch

    def content(self) -> list[Widget]:
        return [self.view, self.note]

    def on_mount(self) -> None:
        self.show_title(self._name)
        self.note.update(styled(f"Decoding{self.app.marks.ellipsis}", "$muted"))

    def on_resize(self) -> None:
        self.call_after_refresh(self._draw)

    @work(exclusive=True, group="picture", exit_on_error=False)
    async def _draw(self) -> None:
        if self.app.graphics is None:
            self.app.graphics = await graphics_of(self.app)
        canvas = self.view.canvas(self.app.graphics)
        try:
            picture = await self._fetch(canvas)
        except LinksecError as problem:
            self.view.clear()
            self.note.update(plain(str(problem)))
            return
        self.view.show(picture, canvas)
        size = f"  {picture.kind}, {picture.width} × {picture.height}"
        self.show_title(assemble(self._name, (size, "not bold $muted")))
        self.note.update(styled("  ".join(_remarks(picture)), "$muted"))


def _remarks(picture: Picture) -> Iterator[str]:
    if picture.broken:
        yield "It is broken; this is what can be read of it."
    if picture.moves:
        yield "It moves; this is its first frame."
    if not picture.drawing.is_pixels:
        yield "This terminal draws no pixels; it is shown in coloured cells."
