"""A question in its place on the screen, with its answers below; whoever asks waits for one of them."""

from __future__ import annotations

import asyncio

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import Static

from linksec_tui.model.set_up import Answer, Question
from linksec_tui.tui.flow import hung
from linksec_tui.tui.text import assemble, plain, styled
from linksec_tui.tui.widgets.options import Options

_LONGEST = 11  # lines of answers at a time


class Asked(Vertical):
    """Not there while nothing is asked."""

    DEFAULT_CSS = """
    Asked { display: none; height: auto; max-height: 70%; background: $panel; padding: 1 1 0 1;
        border-left: thick $accent;
        & > Static { height: auto; margin: 0 0 1 1; }
        & > Options { height: auto; background: $panel; margin: 0 0 1 0; }
    }
    """

    def __init__(self, *, id: str) -> None:  # noqa: A002 - Textual's name
        super().__init__(id=id)
        self._words = Static(markup=False)
        self._options = Options()
        self._question: Question | None = None
        self._answer: asyncio.Future[str] | None = None

    def compose(self) -> ComposeResult:
        yield self._words
        yield self._options

    async def ask(self, question: Question) -> str:
        """The id of the answer. Ends with whoever waits."""
        self._question, self._answer = question, asyncio.get_running_loop().create_future()
        self.display = True
        self._draw()
        self._options.focus()
        try:
            return await self._answer
        finally:
            self.display = False
            self._question = self._answer = None

    def on_resize(self) -> None:
        self._draw()

    def _draw(self) -> None:
        if (question := self._question) is None:
            return
        self._words.update(styled(question.text, "bold"))
        width = max(self.size.width - 6, 24)
        prompts = [(answer.id, _prompt(answer, width)) for answer in question.answers]
        self._options.set_prompts(prompts)
        lines = sum(str(prompt).count("\n") + 1 for _, prompt in prompts)
        self._options.styles.max_height = min(lines, _LONGEST)
        if question.usual and self._options.highlighted in (None, 0):
            self._options.highlighted = [answer.id for answer in question.answers].index(question.usual)

    def on_option_list_option_selected(self, event: Options.OptionSelected) -> None:
        event.stop()
        if self._answer is not None and not self._answer.done():
            self._answer.set_result(event.option.id or "")


def _prompt(answer: Answer, width: int) -> Content:
    if not answer.meaning:
        return plain(answer.words)
    whole = assemble(answer.words, "  ", (answer.meaning, "$muted"))
    if whole.cell_length <= width:
        return whole
    return plain("\n").join([plain(answer.words), *hung(plain("  "), styled(answer.meaning, "$muted"), width)])
