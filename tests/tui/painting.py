"""What stands on the screen, as a paint would show it, between paints too."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual._context import visible_screen_stack

if TYPE_CHECKING:
    from textual.strip import Strip

    from linksec_tui.tui.front import Front


def strips(app: Front) -> list[Strip]:
    """Told first what lies behind, as Textual tells it before it paints: a dialogue that is drawn without that, because
    it changed since its last paint, keeps an empty ground."""
    visible_screen_stack.set(app._background_screens)  # pyright: ignore[reportPrivateUsage]  # no public way to it
    return app.screen._compositor.render_strips()  # pyright: ignore[reportPrivateUsage]  # as above
