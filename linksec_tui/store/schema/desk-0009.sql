-- Which of a person's machines this is, in the copies of drafts that the others see. It tells nothing else.
CREATE TABLE this_machine (
    only INTEGER PRIMARY KEY CHECK (only = 1),
    name TEXT NOT NULL
) STRICT;
INSERT INTO this_machine (only, name) VALUES (1, lower(hex(randomblob(6))));

-- How many copies of each machine the words of a draft include (JSON): so it is seen whether two wrote at once.
ALTER TABLE drafts ADD COLUMN versions TEXT NOT NULL DEFAULT '{}';
