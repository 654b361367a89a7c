"""The menu of a row, or of several."""

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QMenu

from sync_desktop.domain.words import IssueState
from sync_desktop.ui.words import counted

if TYPE_CHECKING:
    from collections.abc import Callable

    from sync_desktop.ui.issues.page import IssuesPage


def row_menu(page: "IssuesPage", ids: tuple[int, ...], state: IssueState) -> QMenu:
    """Return a menu for the chosen issues; it forgets itself when it closes."""
    menu = QMenu(page)
    menu.setObjectName("issues.menu")
    menu.aboutToHide.connect(menu.deleteLater)
    many = "" if len(ids) == 1 else f" {counted(len(ids), 'issue')}…"
    actions = page.actions_
    _add(menu, "issues.menu.retry", f"{actions.retry_word}{many}", "R", partial(actions.retry, ids))
    if state is IssueState.OPEN:
        _add(menu, "issues.menu.dismiss", menu.tr("Dismiss") + many.rstrip("…"), "D", partial(actions.dismiss, ids))
    if state is IssueState.DISMISSED:
        _add(menu, "issues.menu.restore", menu.tr("Restore") + many.rstrip("…"), "D", partial(actions.restore, ids))
    if len(ids) == 1:
        menu.addSeparator()
        _add(menu, "issues.menu.copy", menu.tr("Copy details"), "", partial(actions.copy_details, ids[0]))
    detail = page.detail.detail
    if detail is not None and detail.row.id == ids[0] and len(ids) == 1:
        for name, text, address in (
            ("issues.menu.open_psa", menu.tr("Open in the PSA"), detail.psa_url),
            ("issues.menu.open_salesbuildr", menu.tr("Open in Salesbuildr"), detail.salesbuildr_url),
        ):
            if address:
                _add(menu, name, text, "", partial(page.repairs.open_url, address))
    return menu


def _add(menu: QMenu, name: str, text: str, key: str, call: "Callable[[], None]") -> None:
    action = menu.addAction(f"{text}\t{key}" if key else text)
    action.setObjectName(name)
    action.triggered.connect(partial(_called, call))


def _called(call: "Callable[[], None]", *_checked: object) -> None:
    call()
