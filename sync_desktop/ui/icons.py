"""Icons: small drawings of our own, filled with a token's colour."""

from functools import lru_cache

from PySide6.QtCore import QByteArray, QRectF, Qt
from PySide6.QtGui import QIcon, QPainter, QPixmap

from sync_desktop.resources import resource


@lru_cache(maxsize=256)
def icon_pixmap(name: str, colour: str, size: int, ratio: float) -> QPixmap:
    """Return `resources/icons/<name>.svg` in one colour; `size` in logical pixels, `ratio` the display's."""
    from PySide6.QtSvg import QSvgRenderer  # late: the first paint needs no drawing

    text = resource(f"icons/{name}.svg").read_text(encoding="utf-8").replace("currentColor", colour)
    pixmap = QPixmap(round(size * ratio), round(size * ratio))
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    QSvgRenderer(QByteArray(text.encode())).render(painter, QRectF(pixmap.rect()))
    painter.end()
    pixmap.setDevicePixelRatio(ratio)
    return pixmap


def app_icon() -> QIcon:
    """Return the program's own icon, in the sizes that title bars and task bars show; it has colours of its own."""
    icon = QIcon()
    for size in (16, 24, 32, 48, 64, 128):
        icon.addPixmap(icon_pixmap("app", "", size, 1.0))
    return icon
