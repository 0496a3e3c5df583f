"""Short lists that change under the cursor."""

from __future__ import annotations

import pytest
from textual.app import App, ComposeResult
from textual.content import Content

from linksec_tui.tui.widgets.options import Options


class Lines(App[None]):
    """One short list."""

    def compose(self) -> ComposeResult:
        yield Options()


@pytest.mark.parametrize(
    ("at", "left", "then"),
    [
        ("c", "abcde", "c"),
        ("c", "abde", "d"),
        ("c", "ab", "b"),
        ("c", "aXbYc", "c"),
        ("c", "xyz", "x"),
        ("a", "bHc", "b"),
        ("a", "HIc", "c"),
        ("e", "H", ""),
    ],
)
async def test_where_its_line_is_gone_the_cursor_stands_on_the_next_one_that_is_left(
    at: str, left: str, then: str
) -> None:
    async with Lines().run_test() as pilot:
        options = pilot.app.query_one(Options)
        options.set_prompts([(each, Content(each)) for each in "abcde"])
        options.highlighted = "abcde".index(at)
        options.set_prompts([(each, Content(each)) for each in left], headings="HI")
        assert options.current == then
