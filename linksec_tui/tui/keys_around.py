"""The keys that hold everywhere, of short questions, and of accounts (`keys`)."""

from __future__ import annotations

from linksec_tui.tui.key import Key, Place, table

KEYS: tuple[Key, ...] = (
    *table(
        Place.EVERYWHERE,
        ("app.help", "question_mark,f1", "help", "Help", "hint"),
        ("app.palette", "ctrl+p", "command_palette", "All commands"),
        ("app.quit", "ctrl+q", "leave", "Quit", "priority"),
        ("app.take-back", "u", "take_back", "Take the letter back", "hint priority"),
        ("app.interrupt", "ctrl+c", "leave", "Quit"),
        ("pane.next", "tab", "app.pane(1)", "Next pane", "priority"),
        ("pane.previous", "shift+tab", "app.pane(-1)", "Pane before", "priority"),
    ),
    *table(
        Place.OPTIONS,
        ("options.next", "j", "cursor_down", "Next"),
        ("options.previous", "k", "cursor_up", "Before"),
        ("options.last", "G", "last", "Last"),
    ),
    *table(
        Place.DIALOGUE,
        ("dialogue.yes", "y", "answer(True)", "Yes", "hint"),
        ("dialogue.no", "n,escape", "answer(False)", "No", "hint"),
    ),
    *table(Place.QUESTION, ("question.leave", "escape", "leave_it", "Leave it", "hint")),
    *table(
        Place.START,
        ("start.account", "a", "account", "Add an account", "hint"),
        ("start.demo", "d", "demo", "Try the demo", "hint"),
        ("start.again", "r", "again", "Look again", "hint"),
        ("start.quit", "q,escape", "app.leave", "Quit", "hint"),
    ),
    *table(
        Place.SETUP,
        ("setup.next", "enter", "next_line", "Next line, or begin", "priority"),
        ("setup.go", "ctrl+s,ctrl+enter", "go", "Set it up", "hint"),
        ("setup.servers", "ctrl+o", "servers", "More to say", "hint"),
        ("setup.copy", "ctrl+y", "copy", "Copy the page's address", "hint"),
        ("setup.back", "escape", "back", "Back", "hint"),
    ),
    *table(
        Place.ACCOUNTS,
        ("accounts.test", "t", "test", "Test", "hint"),
        ("accounts.sign-in", "i", "sign_in", "Sign in", "hint"),
        ("accounts.audit", "u", "audit", "Audit", "hint"),
        ("accounts.settings", "e", "settings", "Settings", "hint"),
        ("accounts.add", "a", "add", "Add", "hint"),
        ("accounts.remove", "d", "remove", "Remove", "hint"),
        ("accounts.first", "f", "first", "Make first", "hint"),
        ("accounts.back", "escape,q", "back", "Back", "hint"),
    ),
    *table(
        Place.ACCOUNT,
        ("account.save", "ctrl+s,ctrl+enter", "save", "Keep it", "hint"),
        ("account.leave", "escape", "leave_it", "Leave it", "hint"),
    ),
    *table(
        Place.PICK,
        ("pick.next", "down,ctrl+n", "pick(1)", "Next"),
        ("pick.previous", "up", "pick(-1)", "Before"),
    ),
    *table(Place.HELP, ("help.back", "escape,q,question_mark,f1", "back", "Back", "hint")),
)
