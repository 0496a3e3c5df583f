"""The keys of writing: a letter, its recipients and requirement, the gate, the outbox, what was begun (`keys`)."""

from __future__ import annotations

from linksec_tui.tui.key import Key, Place, table

KEYS: tuple[Key, ...] = (
    *table(
        Place.COMPOSE,
        ("compose.send", "ctrl+s,ctrl+enter", "send", "Send", "hint"),
        ("compose.going", "f8", "going", "Later", "hint"),
        ("compose.require", "ctrl+r", "require", "Require", "hint"),
        ("compose.from", "f2", "sender", "From"),
        ("compose.copies", "ctrl+b", "copies", "Cc, Bcc", "hint"),
        ("compose.blind", "ctrl+n", "blind", "Bcc instead", "hint"),
        ("compose.attach", "ctrl+o", "attach", "Attach", "hint"),
        ("compose.editor", "ctrl+g", "editor", "Editor", "hint"),
        ("compose.check", "ctrl+l", "check", "Check", "hint"),
        ("compose.files", "ctrl+t", "files", "To the attached files"),
        ("compose.page", "f5", "page", "As a page too (Markdown)"),
        ("compose.aside", "f4", "aside", "Put aside, still open"),
        ("compose.next", "f3", "next_letter", "Next letter that is open"),
        ("compose.close", "escape", "close", "Close", "hint"),
    ),
    *table(
        Place.RECIPIENTS,
        ("chips.up", "up", "chip(-1)", "Recipient before"),
        ("chips.down", "down", "chip(1)", "Next recipient"),
        ("chips.remove", "ctrl+x,delete", "chip_remove", "Take recipient out"),
        ("chips.field", "ctrl+f", "chip_field", "To, Cc or Bcc: move on"),
        ("chips.close", "escape", "close_names", "Close the list of names"),
    ),
    *table(
        Place.GOING,
        ("going.keep", "enter,ctrl+s", "keep", "Keep"),
        ("going.down", "down,tab", "line(1)", "Next line"),
        ("going.up", "up,shift+tab", "line(-1)", "Line before"),
        ("going.leave", "escape", "leave_it", "Leave it as it was"),
    ),
    *table(Place.YES_NO, ("yes-no.change", "space,left,right", "change", "The other answer")),
    *table(
        Place.FILES,
        ("files.look", "enter", "select", "Look at it", "hint"),
        ("files.remove", "delete,d,ctrl+x", "remove", "Take the file off", "hint"),
    ),
    *table(
        Place.PICK_FILE,
        ("pick-file.down", "down", "move(1)", "Next"),
        ("pick-file.up", "up", "move(-1)", "Before"),
        ("pick-file.page-down", "pagedown", "move(10)", "Further down"),
        ("pick-file.page-up", "pageup", "move(-10)", "Further up"),
        ("pick-file.complete", "tab,right", "complete", "Into the directory, or take its name"),
        ("pick-file.leave", "escape", "leave_it", "Leave it"),
    ),
    *table(
        Place.REQUIREMENT,
        ("require.more", "right", "more(1)", "More"),
        ("require.less", "left", "more(-1)", "Less"),
    ),
    *table(
        Place.SENDER,
        ("sender.next", "right,l", "another(1)", "The next one"),
        ("sender.previous", "left,h", "another(-1)", "The one before"),
        ("sender.open", "enter,space", "open", "Show all", "hint"),
    ),
    *table(
        Place.GATE,
        ("gate.notice", "n", "choose('notice')", "Notice", "hint"),
        ("gate.leave-out", "l", "choose('leave-out')", "Leave out", "hint"),
        ("gate.try", "t", "choose('try')", "Try", "hint"),
        ("gate.all-notice", "N", "choose_all('notice')", "Notice to all"),
        ("gate.all-leave-out", "L", "choose_all('leave-out')", "Leave all out"),
        ("gate.all-try", "T", "choose_all('try')", "Try with all"),
        ("gate.other", "o", "other", "Their other address", "hint"),
        ("gate.lower", "W", "lower", "Send anyway", "hint"),
        ("gate.confirm", "y", "confirm", "Yes, I mean it"),
        ("gate.send", "ctrl+s,ctrl+enter", "send", "Send", "hint"),
        ("gate.back", "escape", "back", "Back", "hint"),
        ("gate.again", "a", "again", "Ask again", "hint"),
    ),
    *table(
        Place.OUTBOX,
        ("outbox.retry", "r", "retry", "Send now", "hint"),
        ("outbox.later", "l", "later", "Send later", "hint"),
        ("outbox.went-out", "w", "went_out", "It went out", "hint"),
        ("outbox.cancel", "d", "cancel", "Take back", "hint"),
        ("outbox.back", "escape,q,o", "back", "Back", "hint"),
    ),
    *table(
        Place.DRAFTS,
        ("drafts.discard", "d", "discard", "Throw away", "hint"),
        ("drafts.back", "escape,q,b", "back", "Back", "hint"),
    ),
)
