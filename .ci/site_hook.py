"""What the documents lead to outside of docs/: pictures come along, and every other file is only its name.

The site holds the documents alone. Fonts that the pictures name would come from elsewhere: the reader's own stand in.
"""

import re
from pathlib import Path

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, Files

_ROOT = Path(__file__).resolve().parents[1]
_PICTURE = re.compile(r"\]\(\.\./screenshots/([\w.-]+)\)")
_OUTWARD = re.compile(r"\[([^\]]*)\]\(\.\./(?:\.\./)?(?:linksec_tui/|tests/|benchmarks/|themes/|[A-Za-z]+\.)[^)]*\)")
_FONT = re.compile(r"@font-face\s*\{[^}]*\}\s*")


def on_config(config: MkDocsConfig) -> MkDocsConfig:
    """MkDocs asks this first: the decisions in their order, without a list of them that could be out of step."""
    pages = sorted(file.name for file in (_ROOT / "docs" / "decisions").glob("[0-9]*.md"))
    config.nav = [*(config.nav or []), {"Decisions": [f"decisions/{name}" for name in ("README.md", *pages)]}]
    return config


def on_files(files: Files, config: MkDocsConfig) -> Files:
    """MkDocs asks this once: every picture that a document shows or leads to."""
    documents = (file.content_string for file in files.documentation_pages())
    for name in sorted({name for text in documents for name in _PICTURE.findall(text)}):
        picture = _ROOT / "screenshots" / name
        content = _FONT.sub("", picture.read_text("utf-8")) if picture.suffix == ".svg" else picture.read_bytes()
        files.append(File.generated(config, f"screenshots/{name}", content=content))
    return files


def on_page_markdown(markdown: str, **_: object) -> str:
    """MkDocs asks this of every page before it is made."""
    return _OUTWARD.sub(r"\1", _PICTURE.sub(r"](screenshots/\1)", markdown))
