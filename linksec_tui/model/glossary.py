"""The words that the interface uses, a line each: for the help screen, and one meaning everywhere."""

from __future__ import annotations

from collections.abc import Mapping

GLOSSARY: Mapping[str, str] = {
    "badge": "The sign before a name: who could read a letter on its way there.",
    "your provider": "Whose servers take the letters that you send, and hold your mail.",
    "their server": "The one that takes mail for the person you write to.",
    "the path": "The way of a letter: from you to your provider, to their server, to the reader.",
    "TLS": "How servers make noise out of a letter, so that nobody on the wire can read it.",
    "DANE, MTA-STS": "Two ways in which a server can prove to your provider that it is the right one.",
    "in the clear": "As it was written: anybody on the wire can read it.",
    "tapping the wire": "Somebody only listens to what goes from one server to the next.",
    "impersonating": "Somebody plays their server, and takes the letter in its place.",
    "to require": "You say how well the letter must be protected; who falls short does not get it.",
    "the gate": "It asks you about each person whom the letter cannot reach as you require.",
    "the notice": "A short text that says a letter waits, and not a word of the letter.",
    "it comes back": "Your provider did not send the letter on, and tells you why.",
    "held": "The letter waits here until you have looked at it again.",
    "to declare": "Whoever runs a server says in public what it does with mail.",
    "the known list": "What is known of servers beforehand: shipped with the program, or your own word.",
    "warning": "Something is weaker than it was, or not as it should be: look before you send.",
    "mailbox": "Where messages lie at your provider: the inbox, what you sent, what you put away.",
    "outbox": "Letters on their way from here to your provider.",
    "vouches for": "A sender's domain says that this message is really from there.",
}
