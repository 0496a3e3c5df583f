-- The known list as this user has it: lists that were imported, and the user's own word.

-- Rises with every change, so that whoever has the list in memory sees that it is behind.
CREATE TABLE known_changes (
    only   INTEGER PRIMARY KEY CHECK (only = 1),
    number INTEGER NOT NULL
) STRICT;
INSERT INTO known_changes (only, number) VALUES (1, 0);

CREATE TABLE known_lists (
    name TEXT PRIMARY KEY,
    head TEXT NOT NULL
) STRICT;

-- Columns and not JSON: a list has thousands, and all of them are read at once.
CREATE TABLE known_hints (
    list        TEXT    NOT NULL REFERENCES known_lists (name) ON DELETE CASCADE,
    place       INTEGER NOT NULL, -- the order in which the list names them
    kind        TEXT    NOT NULL,
    name        TEXT    NOT NULL,
    source      TEXT    NOT NULL,
    dated       TEXT    NOT NULL,
    starttls    INTEGER NOT NULL,
    sts_enforce INTEGER NOT NULL,
    level       INTEGER NOT NULL,
    exchangers  TEXT    NOT NULL, -- with a blank between them
    expires_at  INTEGER,
    PRIMARY KEY (list, place)
) STRICT, WITHOUT ROWID;

CREATE TABLE known_words (
    domain TEXT PRIMARY KEY,
    word   TEXT NOT NULL
) STRICT;

CREATE TABLE known_providers (
    host     TEXT PRIMARY KEY,
    provider TEXT NOT NULL
) STRICT;
