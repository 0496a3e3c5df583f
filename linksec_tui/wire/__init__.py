"""Sockets and secrets: the only room that knows dns, ssl, aiosmtplib, aioimaplib and keyring."""
