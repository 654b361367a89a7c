"""The Mappings page of a shown window, with the hands and eyes of a person."""

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import Qt

from sync_desktop.domain.words import Psa, Role
from sync_desktop.ui.mappings.entries import Column, Entry, text_key
from sync_desktop.ui.mappings.page import MappingsPage
from sync_desktop.ui.mappings.table import MappingsTable
from tests.ui.mapping_fakes import KIND, SITE, FakeMappings, contoso
from tests.ui.ui_fakes import FakeWorkbench, few, site
from tests.ui.ui_screen import Screen

Open = Callable[[FakeWorkbench], Screen]
CONTROL = Qt.KeyboardModifier.ControlModifier


def mapped() -> FakeWorkbench:
    """Return a workbench with the sites and mappings of the design."""
    bench = few()
    bench.mappings = contoso()
    bench.sites.stored = [
        site(psa=Psa.CONNECTWISE, psa_label="ConnectWise"),
        site(id="fabrikam", name="Fabrikam IT", role=Role.ASSIST, role_label="ASSIST: READ ONLY"),
    ]
    return bench


@dataclass
class MappingScreen:
    """A window that shows the Mappings page."""

    screen: Screen

    @property
    def page(self) -> MappingsPage:
        """The page."""
        page = self.screen.window.mappings
        assert page is not None
        return page

    @property
    def table(self) -> MappingsTable:
        """Its table."""
        return self.page.table

    @property
    def desk(self) -> FakeMappings:
        """What answers."""
        return self.screen.bench.mappings

    def show(self, kind: str = KIND, site_id: str = SITE) -> None:
        """Choose a kind and wait until its mappings are there."""
        self.page.kinds.choose(site_id, kind)
        self.screen.until(lambda: self._shows(site_id, kind))

    def _shows(self, site_id: str, kind: str) -> bool:
        known = self.page.known
        return known.page is not None and (known.page.site_id, known.page.kind) == (site_id, kind)

    def choose(self, *source_ids: str) -> None:
        """Select rows and put the keys on the table."""
        assert self.table.choose([text_key((KIND, source_id)) for source_id in source_ids])
        self.table.setFocus()

    def key(self, key: Qt.Key, held: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
        """Press a key on the table, as in a window that is in front."""
        self.screen.window.activateWindow()
        self.table.setFocus()
        self.screen.until(self.table.hasFocus)
        self.screen.key(self.table, key, held)

    def rows(self) -> list[str]:
        """Return the first column."""
        return [self.line(row).cells[Column.SOURCE] for row in range(self.page.model.rowCount())]

    def line(self, row: int) -> Entry:
        """Return a line."""
        return self.page.model.entry(row)

    def of(self, source_id: str) -> Entry:
        """Return the line of a source."""
        return self.line(self.page.model.row_of(text_key((KIND, source_id))))

    def target(self, source_id: str) -> tuple[str, str]:
        """Return both lines of a source's target."""
        line = self.of(source_id)
        return line.cells[Column.TARGET], line.below[Column.TARGET]

    def save_word(self) -> str:
        """Return what the button says that saves."""
        return self.page.toolbar.save.text()


def open_mappings(open_screen: Open, bench: FakeWorkbench | None = None) -> MappingScreen:
    """Return a window that shows the categories of the site that writes."""
    screen = open_screen(bench or mapped())
    screen.press("rail.mappings")
    made = MappingScreen(screen)
    screen.until(lambda: made.page.kinds.chosen() is not None)
    made.show()
    return made


def wait_for(made: MappingScreen, words: str) -> None:
    """Wait until something was told."""
    made.screen.until(lambda: any(words in text for text in made.screen.services.told))
