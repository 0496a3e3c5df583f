-- What waits in desk.db (`steps`), as the synchronisation must see it: what it does not bring back, and does not hide.

CREATE TABLE held (
    step        INTEGER NOT NULL, -- its number in desk.db
    account     TEXT    NOT NULL,
    wire_name   TEXT    NOT NULL,
    uidvalidity INTEGER NOT NULL,
    uid         INTEGER NOT NULL,
    leaves      INTEGER NOT NULL, -- it is not to be seen there any more
    landing     INTEGER NOT NULL, -- the number, below zero, of what stands for it elsewhere; 0: nothing does
    added       TEXT    NOT NULL, -- flags, with a blank between them
    removed     TEXT    NOT NULL,
    PRIMARY KEY (step, uid)
) STRICT, WITHOUT ROWID;
CREATE INDEX held_place ON held (account, wire_name, uid);
CREATE INDEX held_landing ON held (landing) WHERE landing <> 0;

CREATE TABLE held_mailboxes (
    step      INTEGER PRIMARY KEY,
    account   TEXT    NOT NULL,
    doing     TEXT    NOT NULL,
    wire_name TEXT    NOT NULL,
    target    TEXT    NOT NULL
) STRICT;

-- Nobody's mailbox: what waits for being deleted for good stays in it, so that it can be taken back.
INSERT INTO mailboxes (id, account, wire_name, name, role, delimiter) VALUES (0, '', '', '', '', '');

CREATE INDEX messages_landing ON messages (uid) WHERE uid < 0;
