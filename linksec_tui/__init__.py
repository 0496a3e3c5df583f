"""linksec-tui: who could read this on its way? A terminal mail client that answers before you press send.

As a library: `from linksec_tui import assess` (docs/library.md). Importing the package alone loads nothing else.
"""

__version__ = "0.1.0"

__all__ = ["Assessment", "Assessor", "Assurance", "BadInput", "LinksecError", "Network", "assess"]

TYPE_CHECKING = False  # as typing has it, whose import would cost more than all of this
if TYPE_CHECKING:
    from linksec_tui.config import Network
    from linksec_tui.library import Assessor, assess
    from linksec_tui.model.assessment import Assessment, Assurance
    from linksec_tui.model.errors import BadInput, LinksecError

_PLACES = {
    "Assessment": "linksec_tui.model.assessment",
    "Assessor": "linksec_tui.library",
    "Assurance": "linksec_tui.model.assessment",
    "BadInput": "linksec_tui.model.errors",
    "LinksecError": "linksec_tui.model.errors",
    "Network": "linksec_tui.config",
    "assess": "linksec_tui.library",
}


def __getattr__(name: str) -> object:
    """A public name on its first use (PEP 562)."""
    if name not in _PLACES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    import importlib  # deferred: only who uses the library pays for it

    return getattr(importlib.import_module(_PLACES[name]), name)


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
