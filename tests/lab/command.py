"""The real command with a configuration of the lab, as a process of its own."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True, kw_only=True)
class Command:
    """linksec-tui, for whom that file is."""

    configuration: Path

    def __call__(self, *words: str, stdin: str = "") -> subprocess.CompletedProcess[str]:
        command = (sys.executable, "-m", "linksec_tui", "--config", str(self.configuration), *words)
        return subprocess.run(command, input=stdin, capture_output=True, text=True, timeout=240, check=False)
