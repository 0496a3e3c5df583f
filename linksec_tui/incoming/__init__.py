"""Mailbox → store → what the reader sees: synchronisation, readable text, the way a message came."""
