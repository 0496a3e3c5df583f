"""Texts that operators publish → what is wrong with them, without any network or store."""

from __future__ import annotations

from linksec_tui.formats.declaration_review import review_link_security
from linksec_tui.formats.policy_review import review_sts_policy

__all__ = ["review_link_security", "review_sts_policy"]
