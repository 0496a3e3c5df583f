"""The keys of filing: what is done to messages beside reading them, and to mailboxes themselves (`keys`)."""

from __future__ import annotations

from linksec_tui.tui.key import Key, Place, table

KEYS: tuple[Key, ...] = (
    *table(
        Place.MAILBOX,
        ("mail.move", "m", "move_messages", "Move", "hint"),
        ("mail.undo", "u", "undo", "Undo", "hint"),
        ("mail.copy", "y", "copy_messages", "Copy"),
        ("mail.junk", "exclamation_mark", "junk", "Junk, or not junk"),
        ("mail.keywords", "K", "keywords", "Keywords"),
        ("mail.mailboxes", "M", "manage_mailboxes", "Make, rename and delete mailboxes"),
    ),
    *table(
        Place.PANE,
        ("pane.make", "plus", "screen.make_mailbox", "New mailbox", "hint"),
        ("pane.rename", "ctrl+n", "screen.rename_mailbox", "Rename", "hint"),
        ("pane.delete", "delete", "screen.delete_mailbox", "Delete it", "hint"),
        ("pane.empty", "ctrl+e", "screen.empty_trash", "Empty the Trash"),
    ),
    *table(
        Place.MAILBOXES,
        ("mailboxes.make", "n,plus", "make_mailbox", "New mailbox", "hint"),
        ("mailboxes.rename", "r,ctrl+n", "rename_mailbox", "Rename", "hint"),
        ("mailboxes.delete", "d,delete", "delete_mailbox", "Delete it", "hint"),
        ("mailboxes.subscribe", "s", "subscribe_mailbox", "Subscribe, or no more", "hint"),
        ("mailboxes.empty", "e,ctrl+e", "empty_trash", "Empty the Trash", "hint"),
        ("mailboxes.undo", "u", "undo", "Undo", "hint"),
        ("mailboxes.back", "escape,q", "back", "Back", "hint"),
    ),
)
