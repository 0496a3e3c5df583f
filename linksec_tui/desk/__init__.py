"""Desk: the verbs that both front ends call. The only place where the rooms below are wired together."""

from linksec_tui.desk.desk import Desk
from linksec_tui.desk.opening import open_desk

__all__ = ["Desk", "open_desk"]
