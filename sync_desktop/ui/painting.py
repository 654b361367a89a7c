"""What delegates draw: badges with an icon, in the tokens' colours."""

from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QRect, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter, QPolygonF

from sync_desktop.ui.icons import icon_pixmap
from sync_desktop.ui.tokens import Tone

if TYPE_CHECKING:
    from sync_desktop.ui.tokens import Tokens

BADGE_HEIGHT = 18
BADGE_MARGIN = 20
"""How much wider than its text a badge without an icon may be."""
_BADGE_PIXELS = 12
_ICON = 12
BADGE_LEAD, BADGE_END = 7 + _ICON + 4, 7
"""Room on a badge before its word, where it has an icon, and after it."""
_ICONS = {Tone.ERROR: "error", Tone.WARNING: "warning", Tone.SUCCESS: "success", Tone.NEUTRAL: "neutral"}


def draw_badge(painter: QPainter, tokens: "Tokens", place: QRect, text: str, tone: Tone, *, icon: bool = True) -> None:
    """Draw a word on a soft ground at the left of `place`, cut short where it does not fit."""
    ground, colour = tokens.badge(tone)
    font = QFont(painter.font())
    font.setPixelSize(_BADGE_PIXELS)
    font.setWeight(QFont.Weight.Medium)
    metrics = QFontMetrics(font)
    lead = BADGE_LEAD if icon else BADGE_END
    shown = metrics.elidedText(text, Qt.TextElideMode.ElideRight, max(0, place.width() - lead - BADGE_END))
    box = QRectF(
        place.left(),
        place.center().y() + 1 - BADGE_HEIGHT / 2,
        lead + metrics.horizontalAdvance(shown) + BADGE_END,
        BADGE_HEIGHT,
    )
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(ground))
    painter.drawRoundedRect(box, 4, 4)
    if icon:
        draw_icon(
            painter, _ICONS.get(tone, "neutral"), colour, QPointF(box.left() + 6, box.center().y() - _ICON / 2), _ICON
        )
    painter.setPen(QColor(colour))
    painter.setFont(font)
    painter.drawText(box.adjusted(lead, 0, 0, 0), Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, shown)
    painter.restore()


def draw_icon(painter: QPainter, name: str, colour: str, at: QPointF, size: int) -> None:
    """Draw an icon of `size` logical pixels, sharp at the display's scale."""
    painter.drawPixmap(at, icon_pixmap(name, colour, size, painter.device().devicePixelRatioF()))


def draw_caret(painter: QPainter, colour: str, centre: QPointF, *, is_open: bool) -> None:
    """Draw ▾ or ▸."""
    x, y = centre.x(), centre.y()
    points = (
        [(x - 4.5, y - 2.5), (x + 4.5, y - 2.5), (x, y + 3.5)]
        if is_open
        else [(x - 2.5, y - 4.5), (x - 2.5, y + 4.5), (x + 3.5, y)]
    )
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(colour))
    painter.drawPolygon(QPolygonF([QPointF(*point) for point in points]))
    painter.restore()
