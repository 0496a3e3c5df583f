"""linksec-tui: who could read this on its way? A terminal mail client that answers before you press send."""

__version__ = "0.1.0"
