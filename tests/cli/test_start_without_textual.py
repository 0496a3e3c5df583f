"""Everything but the screens works without Textual being imported, and starts without the heavy rooms."""

from __future__ import annotations

import subprocess
import sys

import pytest


@pytest.mark.parametrize("module", ["linksec_tui.cli.arguments", "linksec_tui.start", "linksec_tui.cli.demo"])
def test_the_command_does_not_load_what_only_screens_or_networks_need(module: str) -> None:
    code = (
        f"import sys, {module}; print([m for m in ('textual', 'rich', 'dns', 'apsw', 'keyring') if m in sys.modules])"
    )
    ended = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert ended.stdout.strip() == "[]"
