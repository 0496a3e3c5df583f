"""The embedded mail world: name system, exchangers, a provider, mailboxes and two eavesdroppers, on loopback."""

from .faults import Faults, Step
from .story import StoryRecipient
from .world import World

__all__ = ["Faults", "Step", "StoryRecipient", "World"]
