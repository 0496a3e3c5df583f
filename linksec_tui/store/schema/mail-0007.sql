-- Gmail shows one message under each of its labels, with a number that is the same everywhere (X-GM-MSGID).

ALTER TABLE messages ADD COLUMN gmail_id INTEGER NOT NULL DEFAULT 0; -- 0: another server

CREATE INDEX messages_gmail ON messages (gmail_id) WHERE gmail_id <> 0;
