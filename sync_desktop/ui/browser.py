"""The way to the system's browser."""


def open_in_browser(address: str) -> None:
    """Open a web address in the system's browser; anything that is not http or https is not opened."""
    from PySide6.QtCore import QUrl
    from PySide6.QtGui import QDesktopServices  # late: the first paint opens nothing

    url = QUrl(address)
    if url.scheme() in {"http", "https"}:
        QDesktopServices.openUrl(url)
