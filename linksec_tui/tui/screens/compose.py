"""Writing a letter: recipients with live badges, the path of the one under the cursor, what is required, the text."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import replace
from typing import ClassVar

from textual import events, work
from textual.binding import BindingType
from textual.containers import Container, Vertical
from textual.widget import Widget
from textual.widgets import Input

from linksec_tui.config import Lookups
from linksec_tui.model.address import Field
from linksec_tui.model.assessment import Assessment
from linksec_tui.model.connection import TlsFacts
from linksec_tui.model.errors import LinksecError
from linksec_tui.model.letter import Draft
from linksec_tui.tui.assessing import Assessing
from linksec_tui.tui.autosave import Autosave
from linksec_tui.tui.draft_watch import DraftWatch
from linksec_tui.tui.editor import edited, editor_command
from linksec_tui.tui.key import Place
from linksec_tui.tui.keys import bindings
from linksec_tui.tui.meeting import known_of, unprotected_too
from linksec_tui.tui.recipient_care import MANY, RecipientCare, open_recipients
from linksec_tui.tui.screens.attach_verbs import AttachVerbs
from linksec_tui.tui.screens.going_verbs import GoingVerbs
from linksec_tui.tui.screens.which import AskWhich
from linksec_tui.tui.sending import send, sent_sentence
from linksec_tui.tui.spelling import Spelling
from linksec_tui.tui.text import assemble
from linksec_tui.tui.widgets.attached import AttachedFiles
from linksec_tui.tui.widgets.letter_body import LetterBody
from linksec_tui.tui.widgets.letter_form import LetterForm
from linksec_tui.tui.widgets.path_panel import PathPanel, Way
from linksec_tui.tui.widgets.recipients import RecipientField
from linksec_tui.tui.widgets.sender import SenderLine

_CHANGES = frozenset(
    {
        "send",
        "close",
        "editor",
        "attach",
        "files",
        "page",
        "require",
        "copies",
        "check",
        "sender",
        "blind",
        "aside",
        "going",
    }
)


class ComposeScreen(AttachVerbs, GoingVerbs):
    """One draft."""

    BINDINGS: ClassVar[list[BindingType]] = bindings(Place.COMPOSE)
    CSS_PATH = "compose.tcss"
    name_of_keys = "compose"

    def __init__(self, draft: Draft, *, fresh: bool = False) -> None:
        """`fresh`: it begins with recipients, of whom nobody has looked yet what letters to them ask for."""
        super().__init__()
        self.draft = draft
        self.form = LetterForm(draft, id="form")
        self.body = LetterBody(draft.body, id="body")
        self.path = PathPanel(id="path")
        self.files = AttachedFiles(id="files")
        self.letter = Vertical(self.form, self.body, self.files, id="letter")
        self._pointed = next(iter(draft.recipients), None)  # an answer begins in its text, and has a way all the same
        self._recipients_changed = fresh  # any other draft keeps the requirement that it comes with until then
        self._submission: TlsFacts | None = None

    def content(self) -> list[Widget]:
        return [Container(self.letter, self.path, id="letter-and-path")]

    def on_mount(self) -> None:
        self.assessing = Assessing(self, self.app, self.show_known)
        self.autosave = Autosave(self, self.app, self._save)
        self.elsewhere = DraftWatch(self, self, self.app)
        self.care = RecipientCare(self, self.app, self._show_care)
        self._show_sender()
        self.show_files()
        self.show_going()
        self._spelling = Spelling(self, self.app, self.body)
        self._ask_while_typing()
        self.care.look(self.draft)
        self._learn_own_hop()
        first = self.body if self.draft.recipients else self.form.fields[Field.TO].line
        first.focus()

    def on_screen_resume(self) -> None:
        """Now and whenever it is in front again: was it written on elsewhere?"""
        self.app.desk.drafting.look(self.draft.account)

    def _show_sender(self) -> None:
        name = f"{self.draft.sender_name} <{self.draft.sender}>" if self.draft.sender_name else str(self.draft.sender)
        page = "  as a page too" if self.draft.markdown else ""
        self.show_title(assemble("Letter", (f"  from {name}{page}", "not bold $muted")))

    @work(exclusive=True, group="own hop", exit_on_error=False)
    async def _learn_own_hop(self) -> None:
        with suppress(LinksecError):  # offline: the panel says that it is not connected
            self._submission = await self.app.desk.submission_facts(self.draft.account)
            self._show_path()

    # What is known of the recipients

    def _ask_while_typing(self) -> None:
        if self.app.config.lookups is Lookups.TYPING:
            self.assessing.want(self._domains(), account=self.draft.account)
        self.show_known()

    def _domains(self) -> list[str]:
        return [recipient.address.domain for recipient in self.form.recipients]

    def _known(self) -> Mapping[str, Assessment]:
        known = self.care.personal(self.assessing.known)
        return unprotected_too(known) if self.draft.tls_optional else known

    def show_known(self) -> None:
        provider = self.app.desk.provider_facts(self.draft.account)
        known = self._known()
        self.form.show_assessments(known, frozenset(self.assessing.asked), provider)
        told = [*self.elsewhere.sentences, *self.care.sentences(self.written()), *self.assessing.sentences()]
        self.form.show_notes(told)
        self._show_path()

    def _show_care(self) -> None:
        """What a default asks for is taken up here, and only until the person chooses."""
        if self._recipients_changed:
            self.form.require(self.care.required(self.written()))
        self.refresh_bindings()
        self.show_known()

    def _show_path(self) -> None:
        recipient = self._pointed
        if recipient is None:
            self.path.show_nothing("The way to a recipient is drawn here as soon as there is one.")
        elif (assessment := known_of(recipient, self._known())) is not None:
            address = self.form.shown(recipient)
            self.path.show(Way(address=address, assessment=assessment, submission=self._submission))
        elif recipient.address.domain in self.assessing.asked:
            self.path.show_nothing(f"Asking about {self.form.shown(recipient)}{self.app.marks.ellipsis}")
        else:
            self.path.show_nothing(f"Not looked up: {self.app.key('compose.check')} asks.")

    # What the person does

    def on_recipient_field_changed(self) -> None:
        self._recipients_changed = True
        self.autosave.soon()
        self._ask_while_typing()
        self.care.look(self.written())

    def on_recipient_field_pointed(self, event: RecipientField.Pointed) -> None:
        self._pointed = event.recipient
        self._show_path()

    def on_recipient_field_refused(self, event: RecipientField.Refused) -> None:
        self.form.show_refused(event.sentence)

    def on_recipient_field_left_by(self, event: RecipientField.LeftBy) -> None:
        if event.by > 0:
            self.focus_next()
        else:
            self.focus_previous()

    def on_sender_line_changed(self, event: SenderLine.Changed) -> None:
        """Another provider, perhaps: everybody is asked about anew."""
        before = self.written()
        self.draft = self.app.desk.sent_as(before, event.sender)
        if self.draft.body != before.body:
            self.body.text = self.draft.body
        self.form.require(self.draft.requirement)
        self._submission = None
        self.care.look(self.draft)
        self._show_sender()
        self.autosave.soon()
        if self.draft.account != before.account:
            self.assessing.forget()
            self._ask_while_typing()
            self._learn_own_hop()

    @work(exclusive=True, group="sender", exit_on_error=False)
    async def on_sender_line_opened(self) -> None:
        senders = self.form.sender.senders
        answers = [(str(at), assemble(str(each), (f"  {each.account}", "$muted"))) for at, each in enumerate(senders)]
        chosen = await self.app.push_screen_wait(AskWhich("Whom is the letter from?", answers))
        if chosen is not None:
            self.form.sender.choose(int(chosen))

    def action_sender(self) -> None:
        self.form.sender.action_open()

    def on_requirement_selector_changed(self) -> None:
        self.draft = replace(self.draft, requirement_chosen=True)
        self.autosave.soon()
        self.show_known()

    def on_input_changed(self, event: Input.Changed) -> None:
        if event.value != self.draft.subject:
            self.autosave.soon()

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """After the subject comes the text; what the letter demands lies between, and is no place to type."""
        if event.input is self.form.subject:
            self.set_focus(self.body)  # at once; a widget's own focus() waits for its turn, and keys do not
        else:
            self.focus_next()

    def on_text_area_changed(self) -> None:
        self._spelling.soon()
        if not self.autosave.unsaved and self.body.text != self.draft.body:  # a megabyte is put together for that
            self.autosave.soon()

    def on_letter_body_files_pasted(self, event: LetterBody.FilesPasted) -> None:
        self.take_files(event.paths)

    def action_page(self) -> None:
        """The text goes as a page too, or no more."""
        self.draft = replace(self.draft, markdown=not self.draft.markdown)
        self.autosave.soon()
        self._show_sender()

    def on_descendant_focus(self, event: events.DescendantFocus) -> None:
        """While recipients are at hand, a narrow screen shows their path instead of the body."""
        fields = self.form.fields.values()
        self.set_class(any(field in event.widget.ancestors for field in fields), "-addressing")

    def action_require(self) -> None:
        self.form.selector.require_next()

    def action_copies(self) -> None:
        self.form.show_copies()

    def action_blind(self) -> None:
        """Nobody sees another's address."""
        self.form.hide_everybody()

    def action_check(self) -> None:
        """Ask anew about everybody, or for the first time where nothing is looked up unasked."""
        if self.form.commit():
            self.assessing.again(self._domains(), account=self.draft.account)

    @work(exclusive=True, group="editor", exit_on_error=False)
    async def action_editor(self) -> None:
        try:
            self.body.text = await edited(self.app, self.body.text, editor_command(self.app.config.compose.editor))
        except LinksecError as problem:
            self.app.say(problem)

    # Keeping, sending, closing

    def written(self) -> Draft:
        return replace(self.form.filled(self.draft), body=self.body.text)

    async def _save(self) -> None:
        self.draft = self.written()
        await self.app.desk.save_draft(self.draft)
        at = self.app.desk.now().astimezone()
        self.sub_title = f"kept {at:%H:%M}"

    def take_over(self, draft: Draft) -> None:
        """As it was continued on another machine."""
        self.draft = draft
        self.form.show_draft(draft)
        self.body.rewrite(draft.body)
        self._show_sender()
        self.show_files()
        self.show_going()
        self.care.look(draft)
        self._ask_while_typing()

    def action_send(self) -> None:
        if not self.form.commit():
            return
        if not self.form.recipients:
            self.form.show_problem("Nobody to send it to yet: write an address after To.")
            self.form.fields[Field.TO].line.focus()
            return
        self._send()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:  # noqa: ARG002 - Textual's
        """While the letter is on its way to the outbox nothing else happens to it."""
        if action == "blind" and open_recipients(self.form.recipients) <= MANY:
            return False
        if action == "files" and not self.files.display:
            return False
        if action == "next_letter" and not self.app.letters.aside:
            return False
        if action == "sender" and len(self.form.sender.senders) < 2:
            return False
        return not self.letter.disabled or action not in _CHANGES

    @work(group="send", exit_on_error=False)
    async def _send(self) -> None:
        self.autosave.soon()
        self.form.show_problem("")
        before = self.focused
        self._set_still(True)
        try:
            await self.autosave.now()
            meant = await self.is_meant_without_files(self.draft)
            items = await send(self.app, self.draft, self._take_recipients) if meant else None
        except LinksecError as problem:
            items = None
            self.form.show_problem(str(problem))
        finally:
            self._set_still(False)
        if items is not None:
            self.app.say(sent_sentence(items, self.going_at))
            self._end()
        elif before is not None:
            before.focus()

    def _take_recipients(self, draft: Draft) -> None:
        """Somebody is written to at another address of theirs, as was chosen at the gate."""
        self.draft = draft
        self.form.fill(draft.recipients)
        self.on_recipient_field_changed()

    def _set_still(self, still: bool) -> None:
        """A letter that is being sent is not written on, nor sent a second time."""
        self.letter.disabled = still
        self.refresh_bindings()

    @work(exclusive=True, group="send", exit_on_error=False)
    async def action_close(self) -> None:
        """Back to where one came from; the letter is kept, but not an empty one, nor one that nobody wrote on."""
        told = bool(self.form.refused)  # that what is typed is no address; asked again, one leaves without it
        if any(field.line.value.strip() for field in self.form.fields.values()):
            self.autosave.soon()
            if not self.form.commit() and not told:
                return
        try:
            if self.autosave.touched:
                await self._keep_or_discard(self.written())
        except LinksecError as problem:
            self.form.show_problem(str(problem))
            return
        self._end()

    async def _keep_or_discard(self, draft: Draft) -> None:
        if draft.recipients or draft.subject or draft.body.strip() or draft.attachments:
            await self.autosave.now()
            self.app.say("The letter is kept among the letters begun.")
        else:
            self.autosave.unsaved = False
            await self.autosave.now()  # one that is being saved would land after it was thrown away
            await self.app.desk.discard_draft(draft.id)

    def action_aside(self) -> None:
        """Back to where one came from; the letter stays open as it is."""
        self.form.commit()
        self.app.letters.put_aside(self)
        self.app.say(f"The letter is put aside; {self.app.key('compose.next')} opens it again.")

    def action_next_letter(self) -> None:
        self.app.letters.take_up_next(self)

    def _end(self) -> None:
        self.autosave.forget()
        self.app.letters.forget(self)
        self.dismiss()
