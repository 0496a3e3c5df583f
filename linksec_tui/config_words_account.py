"""The keys of an account in the configuration, and of the tables within it (`config_words`)."""

from __future__ import annotations

from linksec_tui.config_entry import NUMBER, TABLE, TEXT, TEXTS, Section, one_of, rows, shown, some_of
from linksec_tui.model.account import SentCopy, Tls
from linksec_tui.model.evidence import Mechanism
from linksec_tui.model.letter import Requirement

_ACCOUNT = rows(
    ("name", TEXT, "the address", "what you call it"),
    ("address", TEXT, "", "required"),
    ("display_name", TEXT, "", "the name that stands in From"),
    (
        "identities",
        "list of texts or tables",
        "`[]`",
        (
            'further senders, as `"Alice <alice@example.org>"`, or with a default requirement of its own:'
            ' `{ address = "Alice <office@example.org>", require = "enforced" }`'
        ),
    ),
    ("user", TEXT, "the address", "the name to log in with"),
    (
        "password_command",
        TEXT,
        "the system's keyring",
        (
            "a command whose first line is the password. In the keyring it stands as `password of USER at IMAP-HOST` of"
            ' the service `linksec-tui`: `keyring set linksec-tui "password of alice@example.org at imap.example.org"`'
        ),
    ),
    (
        "oauth",
        TEXT,
        "",
        'signs in at `[oauth.NAME]` instead of by password: `"google"`, `"microsoft"`, or a name of yours',
    ),
    ("imap", TABLE, "", "where mail is read: `{ host, port = 993 }` ([its keys](#imap-and-submission))"),
    (
        "submission",
        TABLE,
        "",
        'where it is sent: `{ host, port = 465, tls = "implicit" }`, or `port = 587, tls = "starttls"`',
    ),
    (
        "enforces",
        some_of(Mechanism),
        "not known",
        (
            "what the provider insists on for outgoing mail. Exhaustive: what you leave out counts as *no*"
            " ([how to find out](writing.md#what-your-provider-insists-on))"
        ),
    ),
    ("local_domains", TEXTS, "`[]`", "mail to these never leaves the provider"),
    ("require", one_of(Requirement), shown(Requirement.ANY), "what a new letter demands"),
    ("sent", one_of(SentCopy), shown(SentCopy.AUTO), "who files the copy in Sent"),
    (
        "mailboxes",
        TABLE,
        "told by the server",
        '`{ sent = "Sent", drafts = "Drafts" }`, where it does not tell ([its keys](#mailboxes))',
    ),
    ("signature", TEXT, "", "stands below new letters"),
    (
        "trusted_hosts",
        TEXTS,
        "learnt from the account's servers",
        "whose Received fields are believed ([how](reading.md#the-way-it-came))",
    ),
    (
        "authserv_id",
        TEXT,
        "none is believed",
        (
            'whose Authentication-Results are: the word at the head of your provider\'s, such as `"mx.example.org"`'
            " ([where they count](reading.md#who-sent-it))"
        ),
    ),
)
_IDENTITIES = rows(
    ("address", TEXT, "", "required: the address, with or without a name"),
    ("require", one_of(Requirement), "the account's", "what a new letter from this sender demands"),
)
_SERVER = rows(
    ("host", TEXT, "", "required"),
    ("port", NUMBER, "`993`, for sending `465`", "143 and 25 are never used"),
    ("tls", one_of(Tls), shown(Tls.IMPLICIT), 'from the first byte, or, for sending only, `"starttls"` on port 587'),
    (
        "pin",
        TEXT,
        "",
        '`"sha256:…"`: the one certificate that this server may show ([when](connections.md#a-pinned-certificate))',
    ),
)
_MAILBOXES = rows(
    ("sent", TEXT, "told by the server", "for what you sent"),
    ("drafts", TEXT, "told by the server", "for letters begun"),
    ("trash", TEXT, "told by the server", "for what you delete"),
    ("archive", TEXT, "told by the server", "for what you put away"),
    ("junk", TEXT, "told by the server", "for junk"),
)

SECTIONS = (
    Section(title="`[[account]]`", where="account[1]", entries=_ACCOUNT),
    Section(title="`identities`", where="account[1].identities[1]", entries=_IDENTITIES),
    Section(title="`imap` and `submission`", where="account[1].imap", entries=_SERVER),
    Section(title="`mailboxes`", where="account[1].mailboxes", entries=_MAILBOXES),
)
