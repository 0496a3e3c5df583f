"""The accounts: how each stands, what the hop to each server proved, and what can be done with them."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import aclosing
from typing import ClassVar

from textual import work
from textual.binding import BindingType
from textual.containers import Container
from textual.content import Content
from textual.widget import Widget

from linksec_tui.model.account import Account
from linksec_tui.model.assessment import Assessment
from linksec_tui.model.connection import TlsFacts
from linksec_tui.model.discovery import Service
from linksec_tui.model.errors import LinksecError
from linksec_tui.model.events import (
    AuditChanged,
    ConnectionChanged,
    CredentialsRejected,
    Event,
    MailboxChanged,
    MailboxesChanged,
    OutboxChanged,
)
from linksec_tui.model.oauth import EnterCode, OpenBrowser
from linksec_tui.model.set_up import StoryLine, Went, step_lines
from linksec_tui.model.verification import State
from linksec_tui.tui.account_words import AUDIT, Seen, account_lines, state_words
from linksec_tui.tui.key import Place
from linksec_tui.tui.keys import bindings
from linksec_tui.tui.screens.ask import AskLine, AskYes
from linksec_tui.tui.screens.page import Page
from linksec_tui.tui.screens.setup import sign_in_lines
from linksec_tui.tui.text import assemble, cut, plain
from linksec_tui.tui.widgets.options import Options
from linksec_tui.tui.widgets.story import StoryView

_ABOUT_ONE = frozenset({"test", "sign_in", "remove", "first", "audit", "settings"})
_AUDIT = (
    "{count} short letters go to addresses whose domains are broken on purpose. Those that come back show what your"
    " provider insists on; nothing in them is private. An earlier finding is replaced."
)


class AccountsScreen(Page):
    """A list, and what is known of the one under the cursor."""

    BINDINGS: ClassVar[list[BindingType]] = bindings(Place.ACCOUNTS)
    CSS_PATH = "accounts.tcss"
    heading = "Accounts"
    name_of_keys = "accounts"

    def __init__(self, account: str | None = None) -> None:
        super().__init__()
        self._options = Options(id="accounts-list")
        self.story = StoryView(id="accounts-story")
        self._begin_at = account
        self._read = ""  # the account that is shown
        self._proofs: dict[str, Mapping[Service, TlsFacts]] = {}  # as they were seen last
        self._own: dict[str, Assessment] = {}  # what those who write to an account find
        self._busy = False  # what is done now stands below, and stays there until it is looked at

    def content(self) -> list[Widget]:
        return [Container(self._options, self.story, id="accounts-both")]

    def on_mount(self) -> None:
        self.app.desk_events.subscribe(self, self._take)
        self._draw_list()
        names = [account.name for account in self.app.config.accounts]
        self._options.highlighted = names.index(self._begin_at) if self._begin_at in names else 0
        self._options.focus()

    def on_resize(self) -> None:
        self._draw_list()

    def _take(self, event: Event) -> None:
        if isinstance(event, ConnectionChanged | CredentialsRejected | MailboxesChanged):
            self._draw_list()
            self._show_known()
        elif isinstance(event, MailboxChanged | OutboxChanged | AuditChanged):
            self._show_known()

    @property
    def current(self) -> Account | None:
        return self.app.config.account(self._options.current) if self._options.current else None

    # What is known

    def _draw_list(self) -> None:
        self._options.set_prompts([(each.name, self._line(each)) for each in self.app.config.accounts])
        number = len(self.app.config.accounts)
        self.show_title(assemble(self.heading, (f"  {number}", "not bold $muted")))

    def _line(self, account: Account) -> Content:
        words, troubled = state_words(self.app.desk.connection(account.name))
        width = max(self._options.size.width - 3, 20)
        head = assemble((account.name, "bold"), ("  first" if self._is_first(account) else "", "$muted"))
        rows = (
            head,
            assemble("  ", (str(account.address), "$muted")),
            assemble("  ", (words, "$warning" if troubled else "")),
        )
        return plain("\n").join(cut(row, width, self.app.marks.ellipsis) for row in rows)

    def _is_first(self, account: Account) -> bool:
        return account is self.app.config.accounts[0] and len(self.app.config.accounts) > 1

    def on_option_list_option_highlighted(self) -> None:
        self._busy = False
        self._show_known()
        self.refresh_bindings()

    @work(exclusive=True, group="known", exit_on_error=False)
    async def _show_known(self) -> None:
        """At once with what is known of its connections, then with what is asked anew."""
        account = self.current
        if account is None or self._busy:
            return
        self._show(await self._seen(account, self._proofs.get(account.name, {})))
        self._proofs[account.name] = proofs = await self.app.desk.proofs(account.name)
        self._show(seen := await self._seen(account, proofs))
        if seen.audit is not None and seen.audit.letters and account.name not in self._own:
            await self._look_at_own(account)
            self._show(await self._seen(account, proofs))

    async def _look_at_own(self, account: Account) -> None:
        """Once, for whoever has asked for an audit."""
        if (own := await self.app.desk.auditing.own_domain(account)) is not None:
            self._own[account.name] = own

    async def _seen(self, account: Account, proofs: Mapping[Service, TlsFacts]) -> Seen:
        desk = self.app.desk
        return Seen(
            account=account,
            connection=desk.connection(account.name),
            problem=self.app.last_problems.get(account.name, ""),
            mailboxes=await desk.mailboxes(account.name),
            proofs=proofs,
            provider=desk.provider_facts(account.name),
            senders=[each for each in desk.senders() if each.account == account.name],
            audit=await desk.auditing.audit(account),
            own=self._own.get(account.name),
            now=desk.now(),
        )

    def _show(self, seen: Seen) -> None:
        if not self._busy:
            again = seen.account.name == self._read  # whoever reads further down stays there
            self.story.show(account_lines(seen, self.app.config), from_top=not again)
            self._read = seen.account.name

    # What can be done

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:  # noqa: ARG002 - Textual's
        account = self.current
        if action == "first":
            return account is not None and account is not self.app.config.accounts[0]
        if action == "sign_in":
            return account is not None and not account.password_command
        return action not in _ABOUT_ONE or account is not None

    @work(exclusive=True, group="verb", exit_on_error=False)
    async def action_test(self) -> None:
        if (account := self.current) is None:
            return
        self._begin(f"{account.name} is tried at its servers. Nothing is changed there, no letter is sent.")
        failed = False
        async with aclosing(self.app.desk.verify(account)) as steps:
            async for step in steps:
                failed = failed or step.state is State.FAILED
                for line in step_lines(step):
                    self.story.tell(line)
        words = "Something is wrong with it; what to do stands beside what failed." if failed else "All is well."
        self.story.tell(StoryLine(key="end", text=words, went=Went.CAUTION if failed else Went.WELL))

    @work(exclusive=True, group="verb", exit_on_error=False)
    async def action_sign_in(self) -> None:
        account = self.current
        if account is None:
            return
        try:
            if account.oauth is None:
                await self._new_password(account)
            else:
                await self._sign_in(account)
        except LinksecError as problem:
            self.story.tell(StoryLine(key="problem", text=str(problem), went=Went.BADLY))

    async def _new_password(self, account: Account) -> None:
        asked = AskLine(f"The password of {account.address}", hidden=True)
        if password := await self.app.push_screen_wait(asked):
            await self.app.desk.keep_password(account, password)
            self.app.say("Kept; the account is looked at again.")

    async def _sign_in(self, account: Account) -> None:
        from linksec_tui.desk.browser import has_screen, open_page  # deferred: only here

        self._begin(f"Signing in to {account.name} at its provider's own page.")
        ways = self.app.desk.ways_to_sign_in(account)
        way = ways[0] if has_screen() or len(ways) == 1 else ways[-1]
        async with aclosing(self.app.desk.sign_in(account, way)) as steps:
            async for step in steps:
                for line in sign_in_lines(step):
                    self.story.tell(line)
                if isinstance(step, OpenBrowser):
                    await open_page(step.address)
                elif isinstance(step, EnterCode):
                    self.app.copy_to_clipboard(step.code)

    @work(exclusive=True, group="verb", exit_on_error=False)
    async def action_audit(self) -> None:
        """What is heard is shown with the rest, whenever it comes."""
        if (account := self.current) is None:
            return
        count = len(self.app.config.canaries)
        question = f"Find out what the provider of {account.name} insists on?\n\n{_AUDIT.format(count=count)}"
        if count and not await self.app.push_screen_wait(AskYes(question, "Send them")):
            return
        try:
            await self.app.desk.auditing.begin(account)
        except LinksecError as problem:
            self.app.say(problem)
            return
        self.app.desk.standing.wake()
        self._own.pop(account.name, None)
        self._busy = False
        self._show_known()
        self.story.reveal(AUDIT)

    @work(exclusive=True, group="verb", exit_on_error=False)
    async def action_settings(self) -> None:
        from linksec_tui.desk.accounts import say  # deferred: as the form, only with this key
        from linksec_tui.tui.screens.account_form import AccountForm

        account = self.current
        if account is None or (said := await self.app.push_screen_wait(AccountForm(account))) is None:
            return
        try:
            config = say(self.app.config, account, said)
        except LinksecError as problem:
            self.app.say(problem)
            return
        if config is not self.app.config:
            self.app.begin_anew(config)

    def action_add(self) -> None:
        self.app.add_account()

    @work(exclusive=True, group="verb", exit_on_error=False)
    async def action_remove(self) -> None:
        if (account := self.current) is None:
            return
        removal = await self.app.desk.removal(account)
        told = "\n\n".join(filter(None, (removal.warning, removal.goes, removal.stays)))
        if await self.app.push_screen_wait(AskYes(f"Remove the account {account.name}?\n\n{told}", "Remove it")):
            self.app.begin_anew(await self.app.desk.remove_account(account))

    @work(exclusive=True, group="verb", exit_on_error=False)
    async def action_first(self) -> None:
        if (account := self.current) is not None:
            self.app.begin_anew(self.app.desk.make_first(account))

    def _begin(self, words: str) -> None:
        self._busy, self._read = True, ""
        self.story.show([StoryLine(key="begin", text=words)])

    def action_back(self) -> None:
        """From what was done back to what is known; then to the mailbox."""
        if self._busy:
            self.workers.cancel_group(self, "verb")  # pyright: ignore[reportUnknownMemberType]  # Textual's
            self._busy = False
            self._show_known()
        else:
            self.app.pop_screen()
