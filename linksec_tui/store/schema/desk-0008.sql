-- What a person chose on the screen and finds again: the order of each list, the width of the panes.
CREATE TABLE choices (
    name   TEXT PRIMARY KEY,
    choice TEXT NOT NULL -- JSON
) STRICT;
