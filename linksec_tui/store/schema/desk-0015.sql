-- The verdict of the day when somebody asked who sent a message: keys are withdrawn after a while, and then it cannot be
-- had again. So it lies here and not in mail.db, under the digest of the message, wherever that stands or is moved.

CREATE TABLE sender_verdicts (
    number  INTEGER PRIMARY KEY, -- the order in which they came
    message BLOB NOT NULL UNIQUE, -- SHA-256 of its octets
    found   TEXT NOT NULL -- JSON of model.sender.OwnCheck
) STRICT;
