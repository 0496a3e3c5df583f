-- desk.db: what only this client knows. A verified copy is kept (copies.py).

-- How often this file was copied: a file that stands behind its copy has lost something.
CREATE TABLE copied (
    only       INTEGER PRIMARY KEY CHECK (only = 1),
    generation INTEGER NOT NULL
) STRICT;
INSERT INTO copied (only, generation) VALUES (1, 0);

-- A draft that became a letter stays, marked, until the letter is settled: it can be taken back, and cannot be sent twice.
CREATE TABLE drafts (
    id         TEXT    PRIMARY KEY,
    account    TEXT    NOT NULL,
    changed_at INTEGER NOT NULL, -- microseconds since 1970, UTC; as everywhere below
    handed_on  INTEGER NOT NULL DEFAULT 0,
    draft      TEXT    NOT NULL  -- JSON (codec.py); as every column named after a value of the model
) STRICT;

CREATE TABLE outbox (
    number          INTEGER PRIMARY KEY, -- the order in which they were handed over
    id              TEXT    NOT NULL UNIQUE,
    letter          TEXT    NOT NULL,
    kind            TEXT    NOT NULL,
    account         TEXT    NOT NULL,
    state           TEXT    NOT NULL,
    draft           TEXT    NOT NULL DEFAULT '', -- which one it was written as
    message_id      TEXT    NOT NULL,
    subject         TEXT    NOT NULL,
    envelope        TEXT    NOT NULL,
    decision        TEXT    NOT NULL,
    created_at      INTEGER NOT NULL,
    changed_at      INTEGER NOT NULL,
    next_attempt_at INTEGER,
    attempts        INTEGER NOT NULL DEFAULT 0,
    worker          TEXT    NOT NULL DEFAULT '', -- who claimed it
    data_started    INTEGER NOT NULL DEFAULT 0,  -- set before the final dot: from here on it may go out
    maybe_sent      INTEGER NOT NULL DEFAULT 0,  -- some attempt of it may have gone out
    detail          TEXT    NOT NULL DEFAULT '',
    outcomes        TEXT    NOT NULL DEFAULT '[]',
    content         BLOB    NOT NULL
) STRICT;

CREATE INDEX outbox_state ON outbox (state, next_attempt_at);
CREATE INDEX outbox_letter ON outbox (letter);
CREATE INDEX outbox_draft ON outbox (draft);
CREATE INDEX outbox_message_id ON outbox (message_id);

-- What bounces are matched against. Written before the content leaves, because a bounce may be all that ever answers.
CREATE TABLE sent (
    submission   TEXT    PRIMARY KEY,
    letter       TEXT    NOT NULL,
    kind         TEXT    NOT NULL,
    account      TEXT    NOT NULL,
    envid        TEXT    NOT NULL,
    message_id   TEXT    NOT NULL,
    subject      TEXT    NOT NULL,
    recipients   TEXT    NOT NULL,
    requirement  TEXT    NOT NULL,
    requiretls   INTEGER NOT NULL,
    submitted_at INTEGER NOT NULL
) STRICT;

CREATE UNIQUE INDEX sent_envid ON sent (envid);
CREATE INDEX sent_message_id ON sent (message_id);
CREATE INDEX sent_letter ON sent (letter);

-- Copies for the mailbox "Sent", until they are filed there.
CREATE TABLE sent_copies (
    message_id TEXT    PRIMARY KEY,
    letter     TEXT    NOT NULL,
    account    TEXT    NOT NULL,
    created_at INTEGER NOT NULL,
    content    BLOB    NOT NULL
) STRICT;

CREATE TABLE observations (
    domain      TEXT    NOT NULL,
    host        TEXT    NOT NULL,
    expires_at  INTEGER NOT NULL,
    observation TEXT    NOT NULL,
    PRIMARY KEY (domain, host)
) STRICT, WITHOUT ROWID;

CREATE TABLE promises (
    domain     TEXT    NOT NULL,
    mechanism  TEXT    NOT NULL,
    detail     TEXT    NOT NULL,
    expires_at INTEGER NOT NULL,
    promise    TEXT    NOT NULL,
    PRIMARY KEY (domain, mechanism, detail)
) STRICT, WITHOUT ROWID;

CREATE TABLE policies (
    domain     TEXT    PRIMARY KEY,
    expires_at INTEGER NOT NULL,
    policy     TEXT    NOT NULL
) STRICT;

CREATE TABLE acknowledged (
    domain   TEXT    NOT NULL,
    warning  TEXT    NOT NULL,
    evidence TEXT    NOT NULL, -- exactly what was acknowledged: other evidence asks again
    at       INTEGER NOT NULL,
    PRIMARY KEY (domain, warning, evidence)
) STRICT, WITHOUT ROWID;

CREATE TABLE contacts (
    address         TEXT    PRIMARY KEY, -- lower case
    local           TEXT    NOT NULL,    -- as last written
    domain          TEXT    NOT NULL,
    name            TEXT    NOT NULL,
    last_written_at INTEGER NOT NULL,
    times_written   INTEGER NOT NULL,
    words           TEXT    NOT NULL     -- folded, each word after a blank: what completion looks into
) STRICT;
