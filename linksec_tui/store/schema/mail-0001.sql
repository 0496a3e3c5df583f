-- mail.db: what the server has, made quick to show. Everything here can be fetched again.

CREATE TABLE mailboxes (
    id          INTEGER PRIMARY KEY,
    account     TEXT    NOT NULL,
    wire_name   TEXT    NOT NULL,
    name        TEXT    NOT NULL,
    role        TEXT    NOT NULL,
    delimiter   TEXT    NOT NULL,
    uidvalidity INTEGER NOT NULL DEFAULT 0,
    uidnext     INTEGER NOT NULL DEFAULT 0,
    UNIQUE (account, wire_name)
) STRICT;

-- The id is made from the received date (messages.py), so that the order of a list is the order of the ids.
CREATE TABLE messages (
    id             INTEGER PRIMARY KEY,
    mailbox        INTEGER NOT NULL REFERENCES mailboxes (id) ON DELETE CASCADE,
    uid            INTEGER NOT NULL,
    received_at    INTEGER NOT NULL, -- microseconds since 1970, UTC
    size           INTEGER NOT NULL,
    unread         INTEGER NOT NULL,
    has_attachment INTEGER NOT NULL,
    is_bounce      INTEGER NOT NULL,
    flags          TEXT    NOT NULL, -- separated by blanks, in order
    sender_name    TEXT    NOT NULL,
    sender_address TEXT    NOT NULL,
    recipients     TEXT    NOT NULL,
    subject        TEXT    NOT NULL,
    message_id     TEXT    NOT NULL,
    in_reply_to    TEXT    NOT NULL,
    UNIQUE (mailbox, uid)
) STRICT;

CREATE INDEX messages_spine ON messages (mailbox, id);
CREATE INDEX messages_unread ON messages (mailbox, id) WHERE unread;
CREATE INDEX messages_message_id ON messages (message_id) WHERE message_id <> '';

CREATE TABLE bodies (
    message INTEGER PRIMARY KEY REFERENCES messages (id) ON DELETE CASCADE,
    stored  INTEGER NOT NULL, -- octets here, after compression
    used_at INTEGER NOT NULL, -- microseconds since 1970, UTC: the longest unused go first
    content BLOB    NOT NULL  -- zlib
) STRICT;

CREATE INDEX bodies_used ON bodies (used_at, stored);

-- Contentless: the words' places and no second copy of the mail.
CREATE VIRTUAL TABLE search USING fts5 (
    sender, subject, body,
    content = '', contentless_delete = 1, tokenize = "unicode61 remove_diacritics 2"
);

CREATE TRIGGER messages_leave_search AFTER DELETE ON messages BEGIN
    DELETE FROM search WHERE rowid = old.id;
END;
