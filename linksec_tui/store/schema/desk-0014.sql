-- Messages that another program finished, as they were handed over: the parts of one that is taken back are read from
-- here when it is sent after all. The body is the outbox's own.
CREATE TABLE finished (
    letter TEXT PRIMARY KEY,
    head   BLOB NOT NULL,
    body   INTEGER NOT NULL REFERENCES letter_bodies (id)
) STRICT;
