"""The keys of a message that is read: its text, its links, its parts, and a message within it (`keys`)."""

from __future__ import annotations

from linksec_tui.tui.key import Key, Place, table

KEYS: tuple[Key, ...] = (
    *table(
        Place.READING,
        ("read.down", "j,down", "scroll_down", "Down"),
        ("read.up", "k,up", "scroll_up", "Up"),
        ("read.page-down", "pagedown,space", "page_down", "A page down"),
        ("read.page-up", "pageup", "page_up", "A page up"),
        ("read.first", "home", "scroll_home", "Top"),
        ("read.last", "G,end", "scroll_end", "End"),
        ("read.parts", "P", "parts", "Attachments", "hint"),
        ("read.links", "l", "open_link", "Open a link", "hint"),
        ("read.wording", "w", "other_wording", "As text, or as a page"),
        ("read.fold", "z", "fold_one", "Unfold a quotation, or fold it"),
        ("read.fold-all", "Z", "fold_all", "Unfold all quotations, or fold them"),
        ("read.head", "H", "whole_head", "All of the header, or its short form"),
        ("read.unsubscribe", "X", "unsubscribe", "Leave the list by a letter"),
    ),
    *table(
        Place.PARTS,
        ("parts.open", "o", "open_part", "Open on the desktop", "hint"),
        ("parts.save", "s", "save_part", "Save", "hint"),
        ("parts.save-all", "S", "save_all", "Save all", "hint"),
        ("parts.pipe", "vertical_line", "pipe_part", "Pipe", "hint"),
        ("parts.terminal", "exclamation_mark", "pipe_on_terminal", "Pipe, with the terminal"),
        ("parts.back", "escape,q,P", "back", "Back", "hint"),
    ),
    *table(Place.SEEN, ("seen.back", "escape,q,enter", "back", "Back", "hint")),
    *table(Place.INNER, ("inner.back", "escape,q", "back", "Back", "hint")),
)
