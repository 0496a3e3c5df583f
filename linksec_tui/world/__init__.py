"""The embedded mail world: name system, exchangers, a provider, mailboxes and two eavesdroppers, on loopback."""

from .faults import ExchangerFaults, Faults, Step
from .story import StoryRecipient
from .world import World

__all__ = ["ExchangerFaults", "Faults", "Step", "StoryRecipient", "World"]
