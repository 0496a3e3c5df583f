"""The head of a letter being written: recipients, subject, requirement, and who meets it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from textual import getters
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.widgets import Label

from linksec_tui.model.address import Field, Recipient
from linksec_tui.model.assessment import Assessment
from linksec_tui.model.evidence import ProviderFacts
from linksec_tui.model.letter import Draft, Requirement
from linksec_tui.tui.flow import joined
from linksec_tui.tui.front import Front
from linksec_tui.tui.meeting import meeting_sentence, requirement_words
from linksec_tui.tui.text import assemble, plain, styled
from linksec_tui.tui.widgets.one_line import OneLine
from linksec_tui.tui.widgets.recipients import RecipientField
from linksec_tui.tui.widgets.requirement import RequirementSelector
from linksec_tui.tui.widgets.sender import SenderLine
from linksec_tui.tui.widgets.told import Told


class LetterForm(Vertical):
    """Everything above the body. It changes nothing by itself: the screen reads `filled` when something changed."""

    app = getters.app(Front)
    DEFAULT_CSS = """
    LetterForm { height: auto; padding: 0 1;
        & > .row { height: 1;
            & > Label { width: 9; color: $muted; }
            /* a rule of its own, or its label would not be looked at again when the focus leaves */
            &:focus-within { text-opacity: 100%; }
            &:focus-within > Label { color: $accent; text-style: bold; }
        }
        & #subject { height: 1; border: none; padding: 0; width: 1fr; background: transparent;
            &:focus { background-tint: $foreground 4%; }
        }
        & #subject-note { width: auto; color: $muted; padding: 0 0 0 1; display: none; }
        & .row:focus-within #subject-note { display: block; }
        & > #meeting { height: auto; padding: 0 0 0 9; }
        & > #going { height: auto; display: none; }
        & > #notes { height: auto; padding: 0 0 0 9; color: $warning; display: none; }
        & > #problem { height: auto; color: $warning; display: none; }
        &.-told > #problem { display: block; }
    }
    """

    def __init__(self, draft: Draft, *, id: str) -> None:  # noqa: A002 - Textual's name
        super().__init__(id=id)
        self._draft = draft
        self.sender = SenderLine(self.app.desk.senders(), draft)
        self.fields = {field: self._field(field) for field in Field}
        self.subject = OneLine(draft.subject, id="subject", compact=True)
        self.selector = RequirementSelector()
        self._going = Told(id="going")
        self._goes: Sequence[str] = ()
        self._meeting = Told(id="meeting")
        self._notes = Told(id="notes")
        self._problem = Told(id="problem")
        self.refused = self._stopped = ""

    def _field(self, field: Field) -> RecipientField:
        return RecipientField(field, id=field.value)

    def compose(self) -> ComposeResult:
        if len(self.sender.senders) > 1:
            with Horizontal(classes="row"):
                yield Label("From")
                yield self.sender
        yield from self.fields.values()
        with Horizontal(classes="row"):
            yield Label("Subject")
            yield self.subject
            yield Label("servers on the way can read it", id="subject-note")
        with Horizontal(classes="row"):
            yield Label("Require")
            yield self.selector
        yield self._going
        yield self._meeting
        yield self._notes
        yield self._problem

    def on_mount(self) -> None:
        self.fill(self._draft.recipients)
        self.require(self._draft.requirement)

    def fill(self, recipients: Sequence[Recipient]) -> None:
        """These and nobody else."""
        for field, widget in self.fields.items():
            widget.fill([each for each in recipients if each.field is field])
            widget.display = field is Field.TO or bool(widget.recipients)

    def show_draft(self, draft: Draft) -> None:
        """All of it anew, as it was written elsewhere."""
        self.fill(draft.recipients)
        self.subject.value = draft.subject
        self.require(draft.requirement)
        self.sender.show(draft)

    def require(self, requirement: Requirement) -> None:
        """By default, not by the person's hand."""
        with self.selector.prevent(RequirementSelector.Changed):
            self.selector.value = requirement

    def hide_everybody(self) -> None:
        """To and Cc go to Bcc."""
        blind = self.fields[Field.BCC]
        for field, widget in self.fields.items():
            if field is not Field.BCC:
                moving = list(widget.recipients)
                widget.take_out(moving)
                blind.add(moving)
        blind.display = True
        blind.line.focus()

    def on_recipient_field_passed_on(self, event: RecipientField.PassedOn) -> None:
        """From To to Cc, from there to Bcc, and round again."""
        event.stop()
        order = list(Field)
        target = self.fields[order[(order.index(event.recipient.field) + 1) % len(order)]]
        self.fields[event.recipient.field].take_out([event.recipient])
        target.display = True
        target.add([event.recipient])
        target.line.focus()

    def show_notes(self, sentences: Sequence[str]) -> None:
        """What to say of the recipients."""
        self._notes.display = bool(sentences)
        self._notes.tell(plain("\n".join(sentences)))

    def show_going(self, words: Sequence[str]) -> None:
        """When and how it goes, where that was said; the key that changes it."""
        self._goes = words
        self._going.display = bool(words)
        key = self.app.key("compose.going")
        pieces = [plain(each) for each in words] + [styled(key, "bold $accent")]
        lines = joined(pieces, styled(" · ", "$muted"), max(self.size.width - 11, 20)).split("\n")
        told = plain("\n         ").join(lines)
        self._going.tell(assemble((f"{'Goes':<9}", "$muted"), told))

    def on_resize(self) -> None:
        """What was broken into lines for another width, or before there was one."""
        if self._goes:
            self.show_going(self._goes)

    def show_copies(self) -> None:
        """Cc and Bcc, from now on."""
        for widget in self.fields.values():
            widget.display = True
        self.fields[Field.CC].line.focus()

    @property
    def recipients(self) -> tuple[Recipient, ...]:
        return tuple(each for widget in self.fields.values() for each in widget.recipients)

    def shown(self, recipient: Recipient) -> str:
        """The address as people read it."""
        return f"{recipient.address.local}@{self.app.desk.shown_domain(recipient.address.domain)}"

    def commit(self) -> bool:
        """Take what is still being typed; False where something there is no address."""
        return all([widget.commit() for widget in self.fields.values() if widget.line.value.strip()])  # noqa: C419 - every one is asked

    def filled(self, draft: Draft) -> Draft:
        """`draft` with what stands in the form."""
        subject, requirement = self.subject.value, self.selector.value
        return replace(draft, recipients=self.recipients, subject=subject, requirement=requirement)

    def show_assessments(
        self, known: Mapping[str, Assessment], asked: frozenset[str], provider: ProviderFacts | None
    ) -> None:
        """Badges and the sentence under the selector, in place."""
        for widget in self.fields.values():
            widget.show_assessments(known, asked)
        requirement = self.selector.value
        pieces = meeting_sentence(self.recipients, known, requirement, self.app.glyphs)
        sentence = joined(pieces, styled(" · ", "$muted"), max(self.size.width - 11, 20))
        words = styled(requirement_words(requirement, provider), "$muted")
        self._meeting.tell(assemble(sentence, "\n", words))

    def show_refused(self, sentence: str) -> None:
        """What is wrong with what was typed; empty takes it back."""
        self.refused = sentence
        self._show_problems()

    def show_problem(self, sentence: str) -> None:
        """Why the letter did not go; empty takes it back."""
        self._stopped = sentence
        self._show_problems()

    def _show_problems(self) -> None:
        told = "\n".join(filter(None, (self._stopped, self.refused)))
        self._problem.tell(plain(told))
        self.set_class(bool(told), "-told")
