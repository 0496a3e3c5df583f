"""Themes: what is written can be read, the ladder is told apart by everybody, and a person may have their own."""

from __future__ import annotations

import colorsys
import itertools
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from textual.color import Color
from textual.theme import BUILTIN_THEMES, Theme

from linksec_tui import config_file
from linksec_tui.config import Config
from linksec_tui.model.assessment import Assurance
from linksec_tui.tui import themes
from tests.tui.colour_science import Vision, ciede2000, contrast, distance, seen

if TYPE_CHECKING:
    from conftest import Shown, Stage, TableDesk, Until

OURS = {theme.name: theme for theme in themes.ours()}
GREEN = {Assurance.ENFORCED, Assurance.LINK_SECURE}
READABLE = 4.5  # WCAG 2.2, 1.4.3
APART = 12.0  # CIEDE2000
ROWS = ("chip", "chip-cursor", "cursor-row", "cursor-row-away")
GROUNDS = ("background", "surface", "panel", *ROWS)
# Text → the grounds that it stands on somewhere in the client.
PAIRS = {
    **{f"assurance-{assurance.value}": GROUNDS for assurance in Assurance},
    "foreground": GROUNDS,
    "muted": GROUNDS,
    "accent": GROUNDS,
    "warning": GROUNDS,
    "error": GROUNDS,
    "primary": ("background", "surface", "panel"),
    "noise": ("surface",),
    "to-them": ("surface",),
    "from-them": ("surface",),
    "block-cursor-foreground": ("block-cursor-background",),
    "block-cursor-blurred-foreground": ("block-cursor-blurred-background",),
}
WRITTEN_OVER = (("foreground", "input-selection-background"), ("background", "input-cursor-background"))

# Sharma, Wu and Dalal, "The CIEDE2000 color-difference formula" (2005), table 1.
PUBLISHED = (
    ((50, 2.6772, -79.7751), (50, 0, -82.7485), 2.0425), ((50, 3.1571, -77.2803), (50, 0, -82.7485), 2.8615),
    ((50, 2.8361, -74.0200), (50, 0, -82.7485), 3.4412), ((50, -1.3802, -84.2814), (50, 0, -82.7485), 1.0000),
    ((50, -1.1848, -84.8006), (50, 0, -82.7485), 1.0000), ((50, -0.9009, -85.5211), (50, 0, -82.7485), 1.0000),
    ((50, 0, 0), (50, -1, 2), 2.3669), ((50, -1, 2), (50, 0, 0), 2.3669),
    ((50, 2.49, -0.001), (50, -2.49, 0.0009), 7.1792), ((50, 2.5, 0), (50, 0, -2.5), 4.3065),
    ((50, 2.5, 0), (73, 25, -18), 27.1492), ((50, 2.5, 0), (61, -5, 29), 22.8977),
    ((50, 2.5, 0), (56, -27, -3), 31.9030), ((50, 2.5, 0), (58, 24, 15), 19.4535),
    ((50, 2.5, 0), (50, 3.1736, 0.5854), 1.0000),
    ((60.2574, -34.0099, 36.2677), (60.4626, -34.1751, 39.4387), 1.2644),
    ((63.0109, -31.0961, -5.8663), (62.8187, -29.7946, -4.0864), 1.2630),
    ((61.2901, 3.7196, -5.3901), (61.4292, 2.2480, -4.9620), 1.8731),
    ((35.0831, -44.1164, 3.7933), (35.0232, -40.0716, 1.5901), 1.8645),
    ((22.7233, 20.0904, -46.6940), (23.0331, 14.9730, -42.5619), 2.0373),
    ((36.4612, 47.8580, 18.3852), (36.2715, 50.5065, 21.2231), 1.4146),
    ((90.8027, -2.0831, 1.4410), (91.1528, -1.6435, 0.0447), 1.4441),
    ((90.9257, -0.5406, -0.9208), (88.6381, -0.8985, -0.7239), 1.5381),
    ((6.7747, -0.2908, -2.4247), (5.8714, -0.0985, -2.2286), 0.6377),
    ((2.0776, 0.0795, -1.1350), (0.9033, -0.0636, -0.5514), 0.9082),
)  # fmt: skip


def colour(theme: Theme, name: str) -> str:
    found = theme.variables.get(name) or getattr(theme, name.replace("-", "_"))
    assert isinstance(found, str), name
    return found


def is_green(value: str) -> bool:
    red, green, blue = (channel / 255 for channel in Color.parse(value).rgb)
    hue, _, saturation = colorsys.rgb_to_hls(red, green, blue)
    return saturation > 0.2 and 85 <= hue * 360 <= 165


@pytest.mark.parametrize(("one", "other", "published"), PUBLISHED)
def test_the_distance_is_the_published_one(
    one: tuple[float, float, float], other: tuple[float, float, float], published: float
) -> None:
    assert ciede2000(one, other) == pytest.approx(published, abs=0.00005)


@pytest.mark.parametrize("vision", Vision)
def test_grey_stays_grey_for_everybody(vision: Vision) -> None:
    assert seen((0.5, 0.5, 0.5), vision) == pytest.approx((0.5, 0.5, 0.5), abs=2e-6)


def test_contrast_is_counted_as_the_standard_does() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.005)  # the best-known near miss
    assert contrast("#767676", "#ffffff") == pytest.approx(4.54, abs=0.005)


def test_there_are_light_dark_contrast_and_one_with_character() -> None:
    assert set(OURS) == {"linksec-dark", "linksec-light", "linksec-contrast", "linksec-harbour"}
    assert [name for name, theme in OURS.items() if not theme.dark] == ["linksec-light"]


@pytest.mark.parametrize("name", OURS)
def test_a_theme_names_every_colour_of_ours(name: str) -> None:
    assert set(themes.OURS) <= OURS[name].variables.keys()


@pytest.mark.parametrize("name", OURS)
def test_whatever_is_written_can_be_read_where_it_stands(name: str) -> None:
    theme, least = OURS[name], 7.0 if name == "linksec-contrast" else READABLE
    for ink, grounds in PAIRS.items():
        for ground in grounds:
            found = contrast(colour(theme, ink), colour(theme, ground))
            assert found >= least, f"{ink} on {ground}: {found:.2f}"
    for ink, ground in WRITTEN_OVER:
        assert contrast(colour(theme, ink), colour(theme, ground)) >= READABLE, (ink, ground)


@pytest.mark.parametrize("vision", Vision)
@pytest.mark.parametrize("name", OURS)
def test_neighbouring_steps_are_told_apart_by_everybody(name: str, vision: Vision) -> None:
    for lower, higher in itertools.pairwise(Assurance):
        one, other = (colour(OURS[name], f"assurance-{step.value}") for step in (lower, higher))
        found = distance(one, other, vision)
        assert found >= APART, f"{lower.word} and {higher.word}: {found:.1f}"


@pytest.mark.parametrize("name", OURS)
def test_green_belongs_to_the_two_promises_alone(name: str) -> None:
    for assurance in Assurance:
        found = colour(OURS[name], f"assurance-{assurance.value}")
        assert is_green(found) == (assurance in GREEN), (assurance, found)


@pytest.mark.parametrize("name", BUILTIN_THEMES)
def test_what_a_theme_does_not_name_comes_from_one_of_its_kind(name: str) -> None:
    theme = BUILTIN_THEMES[name]
    found = themes.defaults(theme)
    assert set(found) == set(themes.OURS)
    if theme.ansi:
        assert all(value.startswith("ansi_") for value in found.values())
    else:
        kind = OURS[themes.DARK if theme.dark else themes.LIGHT]
        assert found["assurance-exposed"] == colour(kind, "assurance-exposed")


GOOD = 'name = "mine"\nprimary = "#112233"\ndark = false\n[variables]\nmuted = "#333333"\n'


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("name = ", "it is not TOML"),
        ('name = "x"', "it has no primary"),
        ('primary = "#112233"', "it has no name"),
        ('name = "x"\nprimary = "blueish"', "primary does not fit. Write it as #rrggbb."),
        ('name = "x"\nprimary = "#112233"\ndark = 1', "dark does not fit. Write it as true or false."),
        ('name = "x"\nprimary = "#112233"\nbackgroud = "#000000"', "Did you mean background?"),
        ('name = "x"\nprimary = "#112233"\nvariables = 7', "variables is not a table"),
        ('name = "x"\nprimary = "#112233"\n[variables]\nmuted = "grumpy"', "muted is not a colour"),
        ('name = "x"\nprimary = "#112233"\n[variables]\nmuted = 3', "muted is not a colour"),
        ('name = "linksec-dark"\nprimary = "#112233"', "there is a theme called linksec-dark already"),
        ("# " + "x" * themes.MAX_FILE, "it is too large"),
    ],
)
def test_a_mistake_in_a_theme_is_said_in_a_sentence_and_the_others_are_used(
    tmp_path: Path, text: str, said: str
) -> None:
    (tmp_path / "a.toml").write_text(GOOD)
    (tmp_path / "b.toml").write_text(text)
    found, wrong = themes.theirs(tmp_path)
    assert [theme.name for theme in found] == ["mine"]
    assert len(wrong) == 1
    assert "The theme b.toml cannot be used" in str(wrong[0])
    assert said in str(wrong[0])


def test_no_themes_of_one_s_own_are_no_mistake(tmp_path: Path) -> None:
    assert themes.theirs(tmp_path / "nowhere") == ([], [])


async def test_a_theme_of_one_s_own_is_worn_and_a_choice_is_remembered(
    tmp_path: Path, table: TableDesk, make_stage: type[Stage], until: Until, config: Config
) -> None:
    (tmp_path / "themes").mkdir()
    (tmp_path / "themes" / "mine.toml").write_text(GOOD)
    file = tmp_path / "config.toml"
    file.write_text(f'# mine\n[paths]\nstate = "{tmp_path}"\n[theme]\nname = "mine"\n')
    table.config = replace(config, path=file, theme=replace(config.theme, name="mine"))
    stage = make_stage(table)
    async with stage.run_test() as pilot:
        assert stage.theme == "mine"
        assert stage.theme_variables["muted"] == "#333333"
        assert stage.theme_variables["assurance-exposed"] == colour(OURS[themes.LIGHT], "assurance-exposed")
        stage.theme = "linksec-harbour"
        await until(pilot, lambda: "linksec-harbour" in file.read_text())
        assert file.read_text().startswith("# mine\n")
    assert config_file.load(file).theme.name == "linksec-harbour"


@pytest.mark.parametrize("name", [*OURS, "ansi-dark", "ansi-light", "textual-light"])
async def test_glyph_and_word_alone_suffice_in_every_theme(
    name: str, table: TableDesk, make_stage: type[Stage], until: Until, shown: Shown, config: Config
) -> None:
    table.config = replace(config, theme=replace(config.theme, name=name, glyphs="unicode"))
    stage = make_stage(table)
    async with stage.run_test(size=(100, 40)) as pilot:
        await until(pilot, lambda: stage.standing.unread > 0)
        await pilot.press("question_mark")
        await until(pilot, lambda: "● Link-secure" in shown(stage))
        assert stage.theme == name
        for glyph, assurance in zip("✕○?◔◑◕●", Assurance, strict=True):
            assert f"{glyph} {assurance.word}" in shown(stage)
