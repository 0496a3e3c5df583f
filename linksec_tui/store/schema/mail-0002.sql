-- Who sent a message, as far as it is known: the mark in the list, and the verdict of the day when somebody asked.

ALTER TABLE messages ADD COLUMN sender_state TEXT NOT NULL DEFAULT ''; -- empty: nobody has looked yet
ALTER TABLE messages ADD COLUMN sender_warned INTEGER NOT NULL DEFAULT 0;

-- Is this the first message from somebody?
CREATE INDEX messages_sender ON messages (sender_address COLLATE NOCASE, id);

-- Keys are withdrawn after a while: what was verified then cannot be verified again.
CREATE TABLE sender_checks (
    message INTEGER PRIMARY KEY REFERENCES messages (id) ON DELETE CASCADE,
    found   TEXT NOT NULL -- JSON of model.sender.OwnCheck
) STRICT;
