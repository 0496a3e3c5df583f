"""What is done with files while a letter is written: chosen, pasted, shown with their sizes, taken off, missed."""

from __future__ import annotations

import mimetypes
from collections.abc import Iterable
from dataclasses import replace
from functools import partial
from pathlib import Path

from textual import work

from linksec_tui.model.errors import BadInput, LinksecError
from linksec_tui.model.letter import Attachment, Draft
from linksec_tui.model.visible import visible
from linksec_tui.tui.autosave import Autosave
from linksec_tui.tui.screens.ask import AskYes
from linksec_tui.tui.screens.page import Page
from linksec_tui.tui.screens.pick_file import PickFile
from linksec_tui.tui.screens.source import SourceScreen
from linksec_tui.tui.widgets.attached import AttachedFiles

_last = ["~/"]  # where a file was taken from last: the next one often lies beside it


class AttachVerbs(Page):
    """The writing screen's verbs for files; it gives them the letter."""

    draft: Draft
    autosave: Autosave
    files: AttachedFiles

    @work(exclusive=True, group="attach", exit_on_error=False)
    async def action_attach(self) -> None:
        if paths := await self.app.push_screen_wait(PickFile(_last[0])):
            _last[0] = f"{paths[0].expanduser().resolve().parent}/".replace("//", "/")
            self.take_files(paths)

    def take_files(self, paths: Iterable[Path]) -> None:
        """Each once; one that cannot be read is said."""
        taken = list(self.draft.attachments)
        for path in paths:
            try:
                attachment = attachment_of(path)
            except (OSError, RuntimeError, ValueError):
                self.app.say(BadInput(f"“{visible(str(path))}” cannot be read.", "Check the path."))
                continue
            if attachment not in taken:
                taken.append(attachment)
        self._keep(replace(self.draft, attachments=tuple(taken)))

    def on_attached_files_removed(self, event: AttachedFiles.Removed) -> None:
        held = len(self.draft.attachments)
        index = event.index
        if index < held:
            kept = (*self.draft.attachments[:index], *self.draft.attachments[index + 1 :])
            self._keep(replace(self.draft, attachments=kept))
        else:
            gone = index - held
            elsewhere = (*self.draft.elsewhere[:gone], *self.draft.elsewhere[gone + 1 :])
            self._keep(replace(self.draft, elsewhere=elsewhere))

    @work(exclusive=True, group="look", exit_on_error=False)
    async def on_attached_files_wanted(self, event: AttachedFiles.Wanted) -> None:
        if event.index >= len(self.draft.attachments):
            self.app.say("It lies on the machine where the letter was begun, and cannot be looked at here.")
            return
        attachment = self.draft.attachments[event.index]
        kind, name = attachment.media_type, visible(attachment.name)
        enclosures = self.app.desk.enclosures
        try:
            if kind.startswith("image/"):
                # deferred: it decodes pictures
                from linksec_tui.tui.screens.picture import PictureScreen

                self.app.push_screen(PictureScreen(name, partial(enclosures.attached_picture, attachment)))
            elif kind.startswith(("text/", "message/")):
                text = await enclosures.attached_text(attachment)
                self.app.push_screen(SourceScreen(text, heading=name))
            else:
                self.app.say(f"{name} cannot be shown here.")
        except LinksecError as problem:
            self.app.say(problem)

    def action_files(self) -> None:
        if self.files.display:
            self.files.focus()

    def _keep(self, draft: Draft) -> None:
        self.draft = draft
        self.autosave.soon()
        self.show_files()
        if not (draft.attachments or draft.elsewhere) and self.files.has_focus:
            self.focus_previous()

    @work(exclusive=True, group="files", exit_on_error=False)
    async def show_files(self) -> None:
        await self.files.show(self.draft.attachments, self.draft.elsewhere)

    async def is_meant_without_files(self, draft: Draft) -> bool:
        """Asked once, where the text speaks of a file and none is there."""
        if not self.app.config.compose.attach_reminder or draft.attachments or draft.elsewhere:
            return True
        word = self.app.desk.drafting.word_of_attachment(draft)
        if not word:
            return True
        return await self.app.push_screen_wait(
            AskYes(f"The letter says “{word}”, and no file goes with it. Send it without one?", "Send it so")
        )


def attachment_of(path: Path) -> Attachment:
    """Raises OSError where it cannot be read."""
    path = path.expanduser()
    with path.open("rb"):
        media_type, packing = mimetypes.guess_type(path.name)
    if media_type is None or packing is not None:
        media_type = "application/octet-stream"
    return Attachment(name=visible(path.name), path=path.resolve(), media_type=media_type)
