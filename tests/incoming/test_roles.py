"""Which mailbox is which, by whoever knows best."""

from __future__ import annotations

from collections.abc import Mapping

from linksec_tui.incoming.roles import mailboxes_of, new_sent_name
from linksec_tui.model.mailbox import Role
from linksec_tui.wire.imap_answers import MailboxLine


def line(name: str, *attributes: str, delimiter: str = "/") -> MailboxLine:
    return MailboxLine(wire_name=name, name=name, delimiter=delimiter, attributes=frozenset(attributes))


def roles(lines: list[MailboxLine], configured: Mapping[str, str] | None = None) -> dict[str, Role]:
    return {mailbox.name: mailbox.role for mailbox in mailboxes_of("home", lines, configured or {})}


def test_the_servers_word_goes_before_the_name() -> None:
    assert roles([line("INBOX"), line("Sent"), line("Gone", "\\sent"), line("Spam")]) == {
        "INBOX": Role.INBOX,
        "Sent": Role.NONE,
        "Gone": Role.SENT,
        "Spam": Role.JUNK,
    }


def test_the_users_word_goes_before_the_servers() -> None:
    found = roles([line("INBOX"), line("Gone", "\\sent"), line("Mine")], {"sent": "Mine"})
    assert found == {"INBOX": Role.INBOX, "Gone": Role.NONE, "Mine": Role.SENT}


def test_names_below_the_inbox_count_by_their_last_part() -> None:
    found = roles(
        [line("INBOX", delimiter="."), line("INBOX.Entwürfe", delimiter="."), line("INBOX.sent", delimiter=".")]
    )
    assert found == {"INBOX": Role.INBOX, "INBOX.Entwürfe": Role.DRAFTS, "INBOX.sent": Role.SENT}


def test_a_role_is_given_once() -> None:
    assert list(roles([line("INBOX"), line("Trash"), line("x/Trash")]).values()).count(Role.TRASH) == 1


def test_what_cannot_be_opened_and_what_holds_everything_again_is_left_out() -> None:
    assert roles([line("INBOX"), line("[Gmail]", "\\noselect"), line("[Gmail]/All", "\\all")]) == {"INBOX": Role.INBOX}


def test_a_new_sent_mailbox_lies_where_the_others_lie() -> None:
    assert new_sent_name([line("INBOX"), line("Drafts")], {}) == "Sent"
    assert new_sent_name([line("INBOX", delimiter="."), line("INBOX.Drafts", delimiter=".")], {}) == "INBOX.Sent"
    assert new_sent_name([line("INBOX")], {"sent": "Ausgang für mich"}) == "Ausgang f&APw-r mich"
