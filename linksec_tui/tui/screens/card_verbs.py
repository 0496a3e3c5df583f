"""What can be done about a returned letter; a key is there only while its card offers that.

What would lower the protection of the letter is asked about first, and then goes through the gate as any letter does.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual import work

from linksec_tui.model.errors import LinksecError
from linksec_tui.model.letter_words import CardAction
from linksec_tui.model.mailbox import Mailbox
from linksec_tui.tui.screens.ask import AskYes
from linksec_tui.tui.screens.page import Page
from linksec_tui.tui.widgets.letter_pane import LetterPane

if TYPE_CHECKING:
    from linksec_tui.model.letter import BounceCard, Draft

CARD_ACTIONS = {
    "card_notice": CardAction.NOTICE,
    "card_later": CardAction.LATER,
    "card_again": CardAction.CHECK_AGAIN,
    "card_edit": CardAction.RESEND,
    "card_elsewhere": CardAction.OTHER_ADDRESS,
    "card_anyway": CardAction.WITHOUT_REQUIREMENT,
    "card_without_tls": CardAction.EVEN_WITHOUT_TLS,
}
_QUESTIONS = {
    CardAction.WITHOUT_REQUIREMENT: "Send it to {whom} again without asking for protection?"
    " Whoever listens on its way may then read it.",
    CardAction.EVEN_WITHOUT_TLS: "Have it delivered to {whom} even if TLS fails? Whoever listens may then read it."
    " This works only where your provider supports it.",
}
_YES = {
    CardAction.WITHOUT_REQUIREMENT: "Send it without",
    CardAction.EVEN_WITHOUT_TLS: "Deliver it anyway",
}
_NAMED = 3  # people whom a question names


class CardVerbs(Page):
    """The verbs of the card in the reading pane; the screen around it has the pane."""

    view: LetterPane
    mailbox: Mailbox | None

    def offers(self, action: str) -> bool:
        """Only while the card is in sight: nothing is sent because of a report that was read before."""
        card = self.view.card.card if self.view.display else None
        return card is not None and CARD_ACTIONS[action] in card.actions

    @work(exclusive=True, group="card", exit_on_error=False)
    async def action_card_notice(self) -> None:
        from linksec_tui.tui.sending import sent_sentence  # deferred: only for letters that came back

        if (message := self._message) is not None:
            try:
                self.app.say(sent_sentence(await self.app.desk.notice_after_bounce(message)))
            except LinksecError as problem:
                self.app.say(problem)

    @work(exclusive=True, group="card", exit_on_error=False)
    async def action_card_later(self) -> None:
        if (message := self._message) is not None:
            try:
                await self.app.desk.later(message)
                self.app.say(f"Kept among the letters begun; {self.app.key('mail.drafts')} shows them.")
            except LinksecError as problem:
                self.app.say(problem)

    def action_card_again(self) -> None:
        from linksec_tui.tui.assessing import Assessing  # deferred: only for letters that came back

        card = self.view.card.card
        if card is not None:
            asking = Assessing(self, self.app, lambda: self.view.show_checked(asking.known))
            domains = [line.recipient.rpartition("@")[2] for line in card.lines]
            asking.again(domains, account=self.mailbox.account if self.mailbox else None)

    def action_card_edit(self) -> None:
        self._edit(CardAction.RESEND)

    def action_card_elsewhere(self) -> None:
        self._edit(CardAction.OTHER_ADDRESS)

    def action_card_anyway(self) -> None:
        self._lower(CardAction.WITHOUT_REQUIREMENT)

    def action_card_without_tls(self) -> None:
        self._lower(CardAction.EVEN_WITHOUT_TLS)

    @work(exclusive=True, group="card", exit_on_error=False)
    async def _edit(self, action: CardAction) -> None:
        """The letter to those whom it did not reach, in the composer."""
        card, message = self.view.card.card, self._message
        if card is None or message is None:
            return
        try:
            draft = await self.app.desk.draft_after_bounce(message, action)
        except LinksecError as problem:
            self.app.say(problem)
            return
        if card.caution:
            self.app.say(card.caution)
        from linksec_tui.tui.screens.compose import ComposeScreen  # deferred: 50 ms, only when writing

        self.app.push_screen(ComposeScreen(draft))

    @work(exclusive=True, group="card", exit_on_error=False)
    async def _lower(self, action: CardAction) -> None:
        """Sent once more with less asked of it, where the person says so."""
        from linksec_tui.tui.sending import send, sent_sentence  # deferred: only for letters that came back

        card, message = self.view.card.card, self._message
        if card is None or message is None:
            return
        try:
            draft = await self.app.desk.draft_after_bounce(message, action)
            if await self.app.push_screen_wait(_question(action, draft, card)):
                items = await send(self.app, draft)
                self.app.say("Nothing was sent." if items is None else sent_sentence(items))
        except LinksecError as problem:
            self.app.say(problem)

    @property
    def _message(self) -> int | None:
        return None if self.view.reading is None else self.view.reading.header.id


def _question(action: CardAction, draft: Draft, card: BounceCard) -> AskYes:
    names = [str(recipient.address) for recipient in draft.recipients]
    more = f" and {len(names) - _NAMED} more" if len(names) > _NAMED else ""
    asked = _QUESTIONS[action].format(whom=", ".join(names[:_NAMED]) + more)
    return AskYes(f"{asked} {card.caution}".strip(), _YES[action])
