"""What opening a file may do, said before it is opened: by its name, by its type, and by what it begins with.

Whoever sends a program dresses it as something else, so the three are looked at apart, and the worst of them counts.
"""

from __future__ import annotations

_PROGRAM = "a program: opening it may run it"
_SCRIPT = "a script: opening it may run it"
_INSTALLER = "an installer: opening it may change this machine"
_MACROS = "a document with macros: small programs that may run when it is opened"
_SHORTCUT = "a shortcut: it can start any program"
_DISK = "a disk image: what is in it may run"
_PAGE = "a page: the browser may load from the net what its sender wants, who then knows that you opened it"

_SUFFIXES = {
    _PROGRAM: "exe com scr pif cpl msc dll sys gadget bin run elf appimage app command action workflow",
    _SCRIPT: "bat cmd ps1 psm1 vbs vbe js jse wsf wsh hta sh bash zsh fish csh ksh py pyw pyc pl rb php lua jar jnlp "
    "tcl awk r scpt applescript osascript reg inf sct ws",
    _INSTALLER: "msi msp msix appx deb rpm apk pkg mpkg flatpakref flatpak snap xpi crx ipa vsix",
    _MACROS: "docm dotm xlsm xltm xlam pptm potm ppam ppsm sldm xll odb one slk iqy",
    _SHORTCUT: "lnk url desktop webloc scf library-ms search-ms settingcontent-ms website",
    _DISK: "iso img dmg vhd vhdx",
    _PAGE: "html htm xhtml mht mhtml svg svgz shtml chm",
}
_BY_SUFFIX = {suffix: what for what, suffixes in _SUFFIXES.items() for suffix in suffixes.split()}
_BY_TYPE = {
    **dict.fromkeys(("text/html", "application/xhtml+xml", "image/svg+xml", "multipart/related"), _PAGE),
    **dict.fromkeys(("application/x-msdownload", "application/x-dosexec", "application/x-executable"), _PROGRAM),
    **dict.fromkeys(("application/x-sharedlib", "application/x-elf", "application/x-mach-binary"), _PROGRAM),
    **dict.fromkeys(("application/javascript", "text/javascript", "application/x-sh", "text/x-shellscript"), _SCRIPT),
    **dict.fromkeys(("application/x-shellscript", "text/x-python", "application/java-archive"), _SCRIPT),
    **dict.fromkeys(("application/x-msi", "application/vnd.debian.binary-package", "application/x-rpm"), _INSTALLER),
    **dict.fromkeys(("application/x-desktop", "application/x-ms-shortcut"), _SHORTCUT),
}
_BY_BEGINNING = (
    (b"MZ", _PROGRAM), (b"\x7fELF", _PROGRAM), (b"\xfe\xed\xfa", _PROGRAM), (b"\xcf\xfa\xed\xfe", _PROGRAM),
    (b"\xca\xfe\xba\xbe", _PROGRAM), (b"#!", _SCRIPT), (b"L\x00\x00\x00\x01\x14\x02\x00", _SHORTCUT),
    (b"[Desktop Entry]", _SHORTCUT), (b"[InternetShortcut]", _SHORTCUT), (b"!<arch>\ndebian", _INSTALLER),
    (b"\xed\xab\xee\xdb", _INSTALLER),
)  # fmt: skip
_PAGE_BEGINNINGS = (b"<!doctype html", b"<html", b"<script", b"<svg", b"<?xml-stylesheet")


def risk_of(name: str, media_type: str, beginning: bytes) -> str:
    """What the file is, where opening it is to be thought over; empty where it is an ordinary one."""
    suffix = name.rstrip(" .").rpartition(".")[2].lower() if "." in name else ""
    found = _BY_SUFFIX.get(suffix) or _BY_TYPE.get(media_type) or _by_beginning(beginning)
    if found and _pretends(name, suffix):
        return f"{found}. Its name was made to look like another kind of file"
    return found


def _by_beginning(beginning: bytes) -> str:
    start = beginning[:4096].lstrip(b"\xef\xbb\xbf \t\r\n")
    for signature, what in _BY_BEGINNING:
        if start.startswith(signature):
            return what
    return _PAGE if start[:100].lower().startswith(_PAGE_BEGINNINGS) else ""


def _pretends(name: str, suffix: str) -> bool:
    """`invoice.pdf.exe`, or many blanks before the real ending."""
    before = name[: -len(suffix) - 1].rstrip(" .") if suffix else name
    inner = before.rpartition(".")[2].lower() if "." in before else ""
    return inner in ("pdf", "doc", "docx", "jpg", "jpeg", "png", "txt", "xls", "xlsx", "mp4", "zip") or "     " in name
