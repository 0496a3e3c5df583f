-- Conversations (threads.py): which messages belong together, and where each stands among the others.

ALTER TABLE messages ADD COLUMN refs   TEXT    NOT NULL DEFAULT ''; -- message ids that it names, its parent last
ALTER TABLE messages ADD COLUMN thread INTEGER NOT NULL DEFAULT 0;  -- 0: nobody has looked yet
ALTER TABLE messages ADD COLUMN place  INTEGER NOT NULL DEFAULT 0;  -- in the order of reading
ALTER TABLE messages ADD COLUMN depth  INTEGER NOT NULL DEFAULT 0;
ALTER TABLE messages ADD COLUMN topic  INTEGER NOT NULL DEFAULT 0;  -- stands for the subject without Re: and the like
ALTER TABLE messages ADD COLUMN stray  INTEGER NOT NULL DEFAULT 0;  -- an answer that names no message

CREATE INDEX messages_unthreaded ON messages (id) WHERE thread = 0;
CREATE INDEX messages_thread ON messages (thread) WHERE thread <> 0;
CREATE INDEX messages_view ON messages (mailbox, thread, place, depth);
CREATE INDEX messages_topic ON messages (topic, id) WHERE topic <> 0;
CREATE INDEX messages_stray ON messages (topic, id) WHERE stray;

-- Every message id that was named, also of messages that are not here; a number stands for account and id.
CREATE TABLE thread_names (
    name   INTEGER PRIMARY KEY,
    thread INTEGER NOT NULL
) STRICT;
CREATE INDEX thread_names_thread ON thread_names (thread);

CREATE TRIGGER messages_leave_thread AFTER DELETE ON messages WHEN old.thread <> 0 BEGIN
    DELETE FROM thread_names WHERE thread = old.thread
        AND NOT EXISTS (SELECT 1 FROM messages WHERE thread = old.thread AND thread <> 0);
END;
