"""The console script: picks the front end; for the demo lights the world and hands the client its tap and impostor."""

from __future__ import annotations

import contextlib
import gc
import io
import os
import signal
import sys
import tempfile
from collections.abc import Coroutine, Generator, Sequence
from dataclasses import replace
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING, NoReturn, cast

from linksec_tui import config_file
from linksec_tui.cli.arguments import parse
from linksec_tui.cli.call import OK, Call, UsageError, chosen_account
from linksec_tui.cli.command import Arguments, DemoArguments, OpenArguments
from linksec_tui.cli.guard import crashed, guarded, lasting_place, report_crash
from linksec_tui.cli.output import terminal_output
from linksec_tui.cli.run import run_command, start_log
from linksec_tui.config import Config
from linksec_tui.kept_methods import settle
from linksec_tui.model.tale import Character

if TYPE_CHECKING:
    from linksec_tui.desk.early_mail import EarlyMail
    from linksec_tui.tui.front import Leave
    from linksec_tui.tui.tour import TourPlan
    from linksec_tui.world import World

_TOUR = ("university.example", "club.example", "oldserver.example")
_LETTERS = 300  # enough to scroll through
# Seconds until a thread gives way to another. Reading and writing a mailbox take turns with the screens, and take them
# after each row of the store: with Python's own 5 ms a first synchronisation takes twice as long and holds the keys up.
_TURN = 0.0005
_ENDED_BY_SIGNAL = 128  # as shells count: 128 + the signal's number


def main(argv: Sequence[str] | None = None) -> int:
    """The whole program. Returns its exit status; ends by SystemExit on --help and on usage errors."""
    arguments = parse(sys.argv[1:] if argv is None else argv)
    output = terminal_output()
    stdin = sys.stdin.buffer if sys.stdin else io.BytesIO()  # closed by the shell (`<&-`)
    call = Call(output=output, stdin=stdin, config_file=arguments.config)
    return guarded(output, lambda: _start(call, arguments), arguments.config)


def _start(call: Call, arguments: Arguments) -> int:
    sys.setswitchinterval(_TURN)
    start_log(arguments.log)
    match arguments.command.name:
        case "open":
            return _open(call, cast("OpenArguments", arguments))
        case "demo":
            return _demo(call, cast("DemoArguments", arguments))
        case _:
            _loaded()
            return run_command(call, arguments)


def _open(call: Call, asked: OpenArguments) -> int:
    config = call.load()
    account = chosen_account(config, asked.account)
    if not _on_terminal():
        raise UsageError("The client needs a terminal, and there is none here.", "Try “linksec-tui --help”.")
    if account is not None:
        others = tuple(each for each in config.accounts if each is not account)
        config = replace(config, accounts=(account, *others))
    return _show(call, config, first=(asked.letter, asked.attach))


def _show(
    call: Call,
    config: Config,
    world: World | None = None,
    *,
    plan: TourPlan | None = None,
    adding: bool = False,
    first: tuple[str, Sequence[Path]] = ("", ()),
) -> int:
    """The screens, until the person leaves them; `adding`: an account is added first; `first`: a letter is begun, as
    this mailto: address says, with these files."""
    from linksec_tui.desk.glance import EarlyKey  # deferred: only for the screens

    early, mail = EarlyKey.ask(config), _early_mail(config)
    from linksec_tui.tui.app import FirstLetter, LinksecApp  # deferred: Textual, 200 ms, only for the screens

    reports: list[Path | None] = []
    place = config.state if world is None else lasting_place()  # the world's own directory goes with it
    app = LinksecApp(
        config,
        tap=world.tap if world else None,
        impostor=world.impostor if world else None,
        on_crash=lambda error: reports.append(report_crash(error, place)),
    )
    app.tour_plan, app.adding = plan, adding
    app.first_letter = FirstLetter(address=first[0], files=first[1])
    app.early_key, app.early_mail = early, mail
    app.glance = early.glance(config) if early else None
    app.on_opened = _opened
    _loaded()
    left = mail.run(app.run_async()) if mail else app.run()
    if app.crashed is not None:
        return crashed(call.output, app.crashed, reports[0] if reports else None)
    if app.not_as_told is not None:
        raise app.not_as_told
    return _elsewhere(call, left)


def _early_mail(config: Config) -> EarlyMail | None:
    from linksec_tui.desk.glance import asked_first  # deferred: loaded by now

    if (account := asked_first(config)) is None:
        return None
    from linksec_tui.desk.early_mail import EarlyMail  # deferred: 60 ms, only for the first start of all

    return EarlyMail(config, account)


def _loaded() -> None:
    """What is loaded by now lives as long as the program. Looking through it again and again for something to clear
    away would hold up the screens for a tenth of a second each time."""
    gc.freeze()
    gc.enable()  # `__main__` has kept it from looking until now


def _opened() -> None:
    """With the desk the last of it is loaded that every start needs."""
    from linksec_tui.freed_memory import give_back  # deferred: once there is something on the screen

    _loaded()
    settle()
    give_back()


def _elsewhere(call: Call, left: Leave | None) -> int:
    """Where the person wants to go from the screens; nowhere, mostly."""
    from linksec_tui.tui.front import Leave  # deferred: loaded by now

    match left:
        case Leave.DEMO:
            return _client_in_world(call)
        case Leave.ACCOUNT:
            return _show(call, call.load(), adding=True)
        case _:
            return OK


def _demo(call: Call, asked: DemoArguments) -> int:
    if asked.web:
        return _in_browser(call, asked)
    if asked.world_only:
        return _world_only(call)
    if not _on_terminal() and not asked.served:
        return _story(call)
    return _client_in_world(call, asked)


def _client_in_world(call: Call, asked: DemoArguments | None = None) -> int:
    from linksec_tui.tui.tour import TourPlan  # deferred: Textual

    with _world() as world:
        plan = TourPlan(cast=_cast(world))
        if asked is not None:
            pace = 0.0 if asked.fast else 1.0
            plan = replace(plan, alone=asked.unattended, pace=pace, accounts=not asked.served)
        return _show(call, config_file.load(world.config_path), world, plan=plan)


def _cast(world: World) -> tuple[Character, ...]:
    """Whom the tour writes to: one who is protected, one who may be lucky, one whom anybody can read along with."""
    return tuple(each for each in _characters(world) if each.domain in _TOUR)


def _characters(world: World) -> tuple[Character, ...]:
    return tuple(
        Character(address=each.address, what=each.what, truth=each.truth) for each in world.recipients if each.tour
    )


def _in_browser(call: Call, asked: DemoArguments) -> int:
    """The demonstration and nothing else: no configuration of anybody's is read."""
    if call.config_file is not None:
        raise UsageError(
            "A browser is shown the demonstration only, never a configuration of your own.", "Leave --config out."
        )
    from linksec_tui.tui.web import serve_demo  # deferred: an HTTP server, only for this

    return serve_demo(call.output.line, port=asked.port)


def _story(call: Call) -> int:
    """The demonstration as plain text, for a pipe, a screen reader, a test."""
    import asyncio  # deferred: only here, the commands bring their own

    from linksec_tui.cli.demo import tell_story  # deferred: only for this command
    from linksec_tui.cli.stage import Stage

    with _ending_on_sigterm(), _world() as world:
        stage = Stage(
            config=config_file.load(world.config_path),
            tap=world.tap,
            impostor=world.impostor,
            people=_characters(world),
            inbox=world.inbox,
            settled=world.settled,
        )
        return asyncio.run(_told(tell_story(stage, call.output)))


async def _told(story: Coroutine[None, None, int]) -> int:
    """Within the loop SIGTERM is a cancellation: an exit out of whatever runs just then leaves the rest half done."""
    import asyncio  # deferred: see above

    telling, ended = asyncio.ensure_future(story), asyncio.Event()
    loop, before = asyncio.get_running_loop(), signal.getsignal(signal.SIGTERM)

    def leave() -> None:
        ended.set()
        telling.cancel()

    loop.add_signal_handler(signal.SIGTERM, leave)
    try:
        return await telling
    except asyncio.CancelledError:
        if ended.is_set():
            return _ENDED_BY_SIGNAL + signal.SIGTERM
        raise
    finally:
        loop.remove_signal_handler(signal.SIGTERM)
        signal.signal(signal.SIGTERM, before)


def _world_only(call: Call) -> int:
    """Stay until somebody says that it is enough; the first line is the path of a ready configuration file."""
    heard, enough = os.pipe()  # an event's lock may be ours at that very moment, and then we waited for ourselves
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, lambda _number, _frame: os.write(enough, b"\n"))
    with _world() as world:
        call.output.line(str(world.config_path))
        call.output.note("The mail world is running. Use it with --config and this path; ctrl+c ends it.")
        os.read(heard, 1)
    return OK


@contextlib.contextmanager
def _world() -> Generator[World]:
    """The lit world; its directory goes with it."""
    from linksec_tui.world import World  # deferred: DNS, TLS and IMAP servers, only for the demo

    with (
        tempfile.TemporaryDirectory(prefix="linksec-tui-demo-") as directory,
        World.start(Path(directory), letters=_LETTERS) as world,
    ):
        yield world


@contextlib.contextmanager
def _ending_on_sigterm() -> Generator[None]:
    """SIGTERM ends the program by the ordinary way out, so that the world's directory goes too."""

    def leave(number: int, _frame: FrameType | None) -> NoReturn:
        sys.exit(_ENDED_BY_SIGNAL + number)

    before = signal.signal(signal.SIGTERM, leave)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


def _on_terminal() -> bool:
    return all(stream is not None and stream.isatty() for stream in (sys.stdin, sys.stdout))
