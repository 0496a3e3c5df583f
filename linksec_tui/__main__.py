"""`python -m linksec_tui` and the console script: from its first moment ctrl+c ends the program without a word."""

import gc
import signal
import sys

_INTERRUPTED = 130  # 128 + SIGINT, as shells count


def main() -> int:
    """The program. Until it is loaded, and when it is done, nobody could catch what ctrl+c raises."""
    catching = signal.getsignal(signal.SIGINT) is signal.default_int_handler  # else whoever started it wants it ignored
    if catching:
        signal.signal(signal.SIGINT, signal.SIG_DFL)
    gc.disable()  # what is loaded now stays: looking through it for garbage would take a third of the time
    from linksec_tui.kept_methods import kept_methods  # deferred: 100 ms with the next, in which ctrl+c may be pressed

    methods = kept_methods()
    from linksec_tui.start import main as start  # deferred: as above

    try:
        if catching:
            signal.signal(signal.SIGINT, signal.default_int_handler)
        return start()
    except KeyboardInterrupt:
        return _INTERRUPTED
    finally:
        if catching:
            signal.signal(signal.SIGINT, signal.SIG_DFL)
        methods.write()


if __name__ == "__main__":
    sys.exit(main())
