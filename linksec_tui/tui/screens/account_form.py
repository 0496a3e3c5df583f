"""What a person says of an account beside its servers: the name in From, the signature, who is right about senders."""

from __future__ import annotations

from typing import ClassVar

from textual import getters
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Horizontal, Vertical
from textual.screen import ModalScreen
from textual.widgets import Input, Label, Static, TextArea

from linksec_tui.desk.accounts import Said, said_of
from linksec_tui.model.account import Account
from linksec_tui.tui.front import Front
from linksec_tui.tui.key import Place
from linksec_tui.tui.keys import bindings
from linksec_tui.tui.text import plain, styled
from linksec_tui.tui.widgets.status import KeyHints

_BELIEVED = (
    "Believe: your provider may write at the head of a letter what it found out about who sent it. Give the name"
    " under which it does so, and it counts. A test of the account shows the name that your letters carry."
)


class AccountForm(ModalScreen[Said | None]):
    """Escape gives None."""

    app = getters.app(Front)
    BINDINGS: ClassVar[list[BindingType]] = bindings(Place.ACCOUNT)
    CSS_PATH = "account_form.tcss"
    name_of_keys = "account"

    def __init__(self, account: Account) -> None:
        super().__init__()
        said = said_of(account)
        self._title = f"{account.name} <{account.address}>"
        self._name = Input(said.display_name, placeholder="as it stands in From", compact=True, id="account-name")
        self._signature = TextArea(said.signature, compact=True, tab_behavior="focus", id="account-signature")
        self._believed = Input(said.believed, placeholder="mx.example.org", compact=True, id="account-believed")

    def compose(self) -> ComposeResult:
        with Vertical(id="account"):
            yield Static(styled(self._title, "bold"), classes="head")
            for words, field in (
                ("Your name", self._name),
                ("Signature", self._signature),
                ("Believe", self._believed),
            ):
                with Horizontal(classes="row"):
                    yield Label(words)
                    yield field
            yield Static(plain(_BELIEVED), classes="meaning")
            yield KeyHints()

    def on_mount(self) -> None:
        self._name.focus()

    def action_save(self) -> None:
        self.dismiss(
            Said(
                display_name=self._name.value.strip(),
                signature=self._signature.text.rstrip(),
                believed=self._believed.value.strip(),
            )
        )

    def action_leave_it(self) -> None:
        self.dismiss(None)
