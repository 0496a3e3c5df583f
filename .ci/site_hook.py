"""A link from a document to a file beside docs/ is only its text on the site, which holds the documents alone."""

import re

_OUTWARD = re.compile(r"\[([^\]]*)\]\(\.\./(?:\.\./)?(?:linksec_tui/|tests/|benchmarks/|themes/|[A-Za-z]+\.)[^)]*\)")


def on_page_markdown(markdown: str, **_: object) -> str:
    """MkDocs asks this of every page before it is made."""
    return _OUTWARD.sub(r"\1", markdown)
