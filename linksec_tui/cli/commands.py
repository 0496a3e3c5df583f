"""The table of commands: the help, the manual page and the completion of shells are made from it."""

from __future__ import annotations

from linksec_tui.cli import (
    account,
    bounce,
    check,
    completion,
    configuration,
    contacts,
    doctor,
    import_mail,
    inspect,
    known,
    mail_list,
    outbox,
    policy,
    read,
    save,
    search,
    send,
    sync,
)
from linksec_tui.cli.command import DEMO, OPEN, Command

COMMANDS = (
    OPEN,
    DEMO,
    Command(name="check", summary=check.SUMMARY, declare=check.declare, run=check.run),
    Command(name="send", summary=send.SUMMARY, declare=send.declare, run=send.run),
    Command(name="sync", summary=sync.SUMMARY, declare=sync.declare, run=sync.run),
    Command(name="list", summary=mail_list.SUMMARY, declare=mail_list.declare, run=mail_list.run),
    Command(name="read", summary=read.SUMMARY, declare=read.declare, run=read.run),
    Command(name="search", summary=search.SUMMARY, declare=search.declare, run=search.run),
    Command(name="save", summary=save.SUMMARY, declare=save.declare, run=save.run),
    Command(name="import", summary=import_mail.SUMMARY, declare=import_mail.declare, run=import_mail.run),
    Command(name="outbox", summary=outbox.SUMMARY, declare=outbox.declare, run=outbox.run),
    Command(name="bounce", summary=bounce.SUMMARY, declare=bounce.declare, run=bounce.run),
    Command(name="inspect", summary=inspect.SUMMARY, declare=inspect.declare, run=inspect.run),
    Command(name="account", summary=account.SUMMARY, declare=account.declare, run=account.run),
    Command(name="known", summary=known.SUMMARY, declare=known.declare, run=known.run),
    Command(name="contacts", summary=contacts.SUMMARY, declare=contacts.declare, run=contacts.run),
    Command(name="policy", summary=policy.SUMMARY, declare=policy.declare, run=policy.run),
    Command(name="config", summary=configuration.SUMMARY, declare=configuration.declare, run=configuration.run),
    Command(name="completion", summary=completion.SUMMARY, declare=completion.declare, run=completion.run),
    Command(name="doctor", summary=doctor.SUMMARY, declare=doctor.declare, run=doctor.run),
)
