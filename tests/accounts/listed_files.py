"""The shipped list read another way, with the standard library alone: what a test expects of the program."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from dataclasses import dataclass
from pathlib import Path

FOLDER = Path(__file__).resolve().parents[2] / "linksec_tui" / "accounts" / "ispdb"
FILES = sorted(FOLDER.glob("*.xml"))
_SERVICES = {"imap": "imap", "smtp": "submission"}
_TLS = {"SSL": "implicit", "STARTTLS": "starttls"}


@dataclass(frozen=True, slots=True, order=True)
class Listed:
    """One server of the file that is not in clear."""

    service: str
    host: str
    port: int
    tls: str
    user: str


def domains(file: Path) -> list[str]:
    return [str(each.text) for each in ET.parse(file).getroot().iterfind("emailProvider/domain")]


def expected(file: Path, local: str, domain: str) -> tuple[set[Listed], set[tuple[str, str, int]]]:
    """What can be used, and what never is: reading with STARTTLS, anything in clear, and port 25."""
    use: set[Listed] = set()
    never: set[tuple[str, str, int]] = set()
    for section in ET.parse(file).getroot().iterfind("emailProvider/*[hostname]"):
        service = _SERVICES.get(section.get("type", ""))
        if service is None:
            continue
        host, port = _filled(section, "hostname", local, domain), int(section.findtext("port", ""))
        tls = _TLS.get(section.findtext("socketType", ""))
        if tls is None or (service == "imap" and tls == "starttls") or port == 25:
            never.add((service, host, port))
            continue
        user = _filled(section, "username", local, domain)
        # two files have a placeholder without its end, two no user name at all: then it is the address
        use.add(Listed(service, host, port, tls, user if user and "%" not in user else f"{local}@{domain}"))
    return use, never


def _filled(section: ET.Element, name: str, local: str, domain: str) -> str:
    text = section.findtext(name) or ""
    for placeholder, value in (
        ("%EMAILADDRESS%", f"{local}@{domain}"),
        ("%EMAILLOCALPART%", local),
        ("%EMAILDOMAIN%", domain),
    ):
        text = text.replace(placeholder, value)
    return text
