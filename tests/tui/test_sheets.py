"""The style sheets of the screens: what was read stays until a variable has another value."""

from linksec_tui.tui.sheets import Sheets

ACCENT = {"accent": "#102030"}
OTHER = {"accent": "#405060"}


def _sheets(variables: dict[str, str]) -> Sheets:
    sheets = Sheets(variables=variables)
    sheets.add_source("Label { color: $accent; }", read_from=("first.tcss", ""))
    sheets.reparse()
    return sheets


def test_a_sheet_that_comes_later_does_not_have_the_others_read_again() -> None:
    sheets = _sheets(ACCENT)
    (first,) = sheets.rules
    sheets.add_source("Static { color: $accent; }", read_from=("second.tcss", ""))
    sheets.reparse()
    assert len(sheets.rules) == 2
    assert sheets.rules[0] is first


def test_the_same_variables_once_more_change_nothing() -> None:
    sheets = _sheets(ACCENT)
    (first,) = sheets.rules
    sheets.set_variables(dict(ACCENT))
    sheets.reparse()
    assert sheets.rules[0] is first


def test_another_value_counts_in_every_sheet() -> None:
    sheets = _sheets(ACCENT)
    sheets.set_variables(OTHER)
    sheets.reparse()
    (rule,) = sheets.rules
    assert rule.styles.color.hex == OTHER["accent"].upper()


def test_more_sheets_than_textual_keeps_are_read_once_each() -> None:
    sheets = Sheets(variables=ACCENT)
    for number in range(200):
        sheets.add_source(f"#each-{number} {{ color: $accent; }}", read_from=(f"{number}.tcss", ""))
    sheets.reparse()
    before = list(sheets.rules)
    sheets.reparse()
    assert all(now is then for now, then in zip(sheets.rules, before, strict=True))
