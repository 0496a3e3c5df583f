-- Where our copies in Sent are: some servers file one of their own later, and then ours goes again.
CREATE TABLE filed_copies (
    account     TEXT    NOT NULL,
    message_id  TEXT    NOT NULL,
    wire_name   TEXT    NOT NULL,
    uidvalidity INTEGER NOT NULL,
    uid         INTEGER NOT NULL,
    filed_at    INTEGER NOT NULL, -- microseconds since 1970, UTC
    PRIMARY KEY (account, message_id)
) STRICT, WITHOUT ROWID;
