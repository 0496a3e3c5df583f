"""Where the two eavesdroppers stand: a door before each exchanger, through which all of the relay's connections go."""

from __future__ import annotations

import ssl
from dataclasses import dataclass

from linksec_tui.model.eavesdrop import ImpostorMode

from .impostor import Line, Meddler, Meddling
from .streams import Door, LineTooLong, Wire
from .tap import LineTap
from .tasks import Tasks


@dataclass(frozen=True, slots=True, kw_only=True)
class Eavesdroppers:
    """The tap, the impostor, and the certificate that the impostor shows."""

    tap: LineTap
    impostor: Meddler
    own: ssl.SSLContext


class Roadside:
    """The stretch of wire before one exchanger."""

    def __init__(self, domain: str, host: str, port: int, eavesdroppers: Eavesdroppers) -> None:
        self._domain = domain
        self._host = host
        self._port = port
        self._ears = eavesdroppers
        self._door: Door | None = None

    def open(self, tasks: Tasks) -> int:
        self._door = Door(self._converse, tasks)
        return self._door.open()

    def close(self) -> None:
        if self._door is not None:
            self._door.close()

    async def _converse(self, provider: Wire) -> None:
        tap, mode = self._ears.tap, self._ears.impostor.mode
        line = Line(provider, lambda: Wire.dial(self._port), tap)
        try:
            await line.connect()
            line.number = tap.opened(self._domain, self._host)
            if mode is not ImpostorMode.OFF:
                await Meddling(line, mode, self._ears.own, self._host).begin()
            await line.pass_on()
        except (LineTooLong, TimeoutError):
            pass  # neither end speaks SMTP any more
        finally:
            await line.hang_up()
            tap.closed(line.number)
