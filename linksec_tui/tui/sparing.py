"""A painter that draws only what changed: a key changes one line, and twenty widgets stand on the screen.

Textual has every widget draw itself whole for every painting, and then shows what lies in the changed regions.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from textual._compositor import ChopsUpdate, Compositor
from textual.geometry import Region
from textual.strip import Strip

MANY = 24  # regions; to look where each of more of them lies takes as long as drawing

_Drawn = tuple[Region, Region, list[Strip]]


class Sparing(Compositor):
    """Nothing else is different: in a changed region the same widgets win, and no other region is shown."""

    _changed: tuple[Region, ...] = ()

    def render_partial_update(self) -> ChopsUpdate | None:
        if len(self._dirty_regions) <= MANY:
            self._changed = tuple(self._dirty_regions)
        try:
            return super().render_partial_update()
        finally:
            self._changed = ()

    def _get_renders(self, crop: Region | None = None) -> Iterable[_Drawn]:
        return self._only_changed() if self._changed else super()._get_renders(crop)

    def _only_changed(self) -> Iterator[_Drawn]:
        for widget, (region, clip) in self.visible_widgets.items():
            seen = region.intersection(clip)
            parts = [part for part in (seen.intersection(each) for each in self._changed) if part]
            if parts:
                top = min(part.y for part in parts)
                rows = max(part.bottom for part in parts) - top
                lines = Region(seen.x - region.x, top - region.y, seen.width, rows)
                yield region, Region(clip.x, top, clip.width, rows), widget.render_lines(lines)
