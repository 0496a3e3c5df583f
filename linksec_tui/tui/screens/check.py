"""Check: a list of recipients, pasted or typed, and who of them is safe to write to. The table fills by itself."""

from __future__ import annotations

from enum import Enum
from typing import ClassVar

from textual.binding import BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.widget import Widget
from textual.widgets import Static, TextArea

from linksec_tui.model.address import Recipient
from linksec_tui.model.assessment import Assurance
from linksec_tui.model.errors import BadInput
from linksec_tui.tui.assessing import Assessing
from linksec_tui.tui.badge import WIDEST, label
from linksec_tui.tui.keys import Place, bindings
from linksec_tui.tui.screens.page import Page
from linksec_tui.tui.text import assemble, plain, styled
from linksec_tui.tui.widgets.message_line import fitted
from linksec_tui.tui.widgets.options import Options
from linksec_tui.tui.widgets.recipients import split_addresses

MOST = 500  # recipients at a time: a list, not a directory


class Order(Enum):
    """How the table is sorted."""

    TYPED = "as typed"
    WEAKEST = "weakest first"


class CheckScreen(Page):
    """Nothing is sent from here."""

    BINDINGS: ClassVar[list[BindingType]] = bindings(Place.CHECK)
    CSS_PATH = "check.tcss"
    heading = "Check recipients"
    name_of_keys = "check"

    def __init__(self, account: str | None) -> None:
        super().__init__()
        self._account = account
        self._recipients: list[Recipient] = []
        self._refused: list[str] = []
        self._order = Order.TYPED
        self._below = Assurance.LINK_SECURE  # shown are those at most this good
        self.typed = TextArea(id="check-typed", placeholder="Addresses, one a line or with commas")
        self.table = Options(id="check-table")
        self._sum = Static(markup=False, id="check-sum")

    def content(self) -> list[Widget]:
        return [Vertical(self.typed, self._sum, self.table, id="check")]

    def on_mount(self) -> None:
        self.assessing = Assessing(self, self.app, self._draw)
        self._draw()
        self.typed.focus()

    def on_resize(self) -> None:
        self._draw()

    # Doing

    def action_run(self) -> None:
        """Read what was typed and ask about all of it."""
        self._read()
        self.assessing.want(self._domains(), account=self._account)
        self._draw()
        if self._recipients:
            self.table.focus()

    def action_probe(self) -> None:
        """Ask anew, with a connection to their servers where the configuration allows it."""
        self._read()
        self.assessing.again(self._domains(), account=self._account)
        self._draw()

    def action_sort(self) -> None:
        self._order = Order.WEAKEST if self._order is Order.TYPED else Order.TYPED
        self._draw()

    def action_narrow(self) -> None:
        """All, then only those below each rung in turn."""
        steps = [Assurance.LINK_SECURE, Assurance.VERIFIABLE, Assurance.ENCRYPTED, Assurance.UNKNOWN]
        self._below = steps[(steps.index(self._below) + 1) % len(steps)]
        self._draw()

    def _domains(self) -> list[str]:
        return [recipient.address.domain for recipient in self._recipients]

    def _read(self) -> None:
        self._recipients, self._refused = [], []
        for piece in filter(None, (piece.strip() for piece in split_addresses(self.typed.text))):
            try:
                recipient = self.app.desk.parse_recipient(piece)
            except BadInput as refused:
                self._refused.append(refused.sentence)
                continue
            if recipient not in self._recipients and len(self._recipients) < MOST:
                self._recipients.append(recipient)

    # Drawing

    def _draw(self) -> None:
        shown = [each for each in self._recipients if self._rung(each) <= self._below]
        if self._order is Order.WEAKEST:
            shown.sort(key=self._rung)
        self.table.set_prompts([(str(each.address), self._line(each)) for each in shown])
        self._sum.update(self._sentence(len(shown)))

    def _rung(self, recipient: Recipient) -> Assurance:
        known = self.assessing.known.get(recipient.address.domain)
        return known.assurance if known else Assurance.UNKNOWN

    def _line(self, recipient: Recipient) -> Content:
        domain = recipient.address.domain
        known = self.assessing.known.get(domain)
        address = f"{recipient.address.local}@{self.app.desk.shown_domain(domain)}"
        room = max(self.size.width // 3, 20)
        who = styled(fitted(address, room, self.app.marks.ellipsis) + " ", "bold")
        if known is None:
            asking = f"checking{self.app.marks.ellipsis}".ljust(WIDEST + 1)
            return assemble((asking, "$muted"), who)
        mark = label(known.assurance, self.app.glyphs)
        rest = known.headline.removeprefix(f"{known.assurance.word}: ")
        waiting = f" {self.app.marks.ellipsis}" if not known.complete else ""
        blank = " " * (WIDEST + 1 - mark.cell_length)
        line = assemble(mark, blank, who, (rest + waiting, "$muted"))
        return line.truncate(max(self.size.width - 4, 20), ellipsis=True)

    def _sentence(self, shown: int) -> Content:
        done = sum(1 for each in self._recipients if self._complete(each))
        words = f"{done} of {len(self._recipients)} looked up · {self._order.value}" if self._recipients else ""
        if shown < len(self._recipients):
            words += f" · {shown} at most {self._below.word}"
        told = [styled(words, "$muted")] if words else []
        told += [styled(sentence, "$warning") for sentence in self._refused[:1]]
        return plain("\n").join(told)

    def _complete(self, recipient: Recipient) -> bool:
        known = self.assessing.known.get(recipient.address.domain)
        return known is not None and known.complete
