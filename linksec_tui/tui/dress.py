"""The client's colours: the theme of the configuration, the person's own themes, and a choice that is remembered."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Unpack

from textual.app import App
from textual.filter import LineFilter, Monochrome, NoColor
from textual.theme import Theme

from linksec_tui import config_file
from linksec_tui.config import Config
from linksec_tui.model.errors import LinksecError
from linksec_tui.tui import themes
from linksec_tui.tui.front import Given
from linksec_tui.tui.sheets import Sheets
from linksec_tui.tui.touring import Touring


class Dress(Touring):
    """What the app adds for themes."""

    _worn: str = ""

    def __init__(self, config: Config, **given: Unpack[Given]) -> None:
        super().__init__(config, **given)
        for theme in themes.ours():
            self.register_theme(theme)
        if config.theme.name in self.available_themes:  # else it is the person's own
            self.set_reactive(App.theme, config.theme.name)
        self.stylesheet = Sheets(variables=self.get_css_variables())

    def get_line_filters(self) -> list[LineFilter]:
        """NO_COLOR means none (https://no-color.org): Textual would still paint in greys."""
        given = super().get_line_filters()
        return [NoColor() if isinstance(each, Monochrome) else each for each in given]

    def get_theme_variable_defaults(self) -> dict[str, str]:
        return themes.defaults(self.current_theme)

    def dress(self) -> None:
        """Theirs beside ours; a mistake in one of theirs is said, and all others can be used."""
        own, wrong = themes.theirs(self._themes_directory)
        for theme in own:
            self.register_theme(theme)
        for problem in wrong:
            self.say(problem)
        self.wear()
        self.theme_changed_signal.subscribe(self, self._remember)

    def wear(self) -> None:
        """The theme that the configuration names."""
        wanted = self.config.theme.name
        if wanted not in self.available_themes:
            self.say(f"There is no theme called {wanted}; this is {themes.DARK}.")
            wanted = themes.DARK
        self._worn = wanted
        self.set_reactive(App.theme, wanted)
        self.mutate_reactive(App.theme)  # put on, also where it is the one whose colours the sheets have already

    @property
    def _themes_directory(self) -> Path:
        return config_file.config_path(self.config.path).parent / "themes"

    def _remember(self, theme: Theme) -> None:
        """Chosen in the palette: from now on, at the next start too."""
        if theme.name != self._worn:
            self._worn = theme.name
            self.config = replace(self.config, theme=replace(self.config.theme, name=theme.name))
            self.run_worker(lambda: self._write(theme.name), thread=True, group="theme", exit_on_error=False)

    def _write(self, name: str) -> None:
        from linksec_tui import config_writer  # deferred: a writer of TOML, only for another theme

        try:
            config_writer.write(self.config, [config_writer.Put(table="theme", key="name", value=name)])
        except LinksecError as problem:
            self.call_from_thread(self.say, problem)
