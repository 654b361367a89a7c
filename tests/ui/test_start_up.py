import subprocess
import sys

HEAVY = (
    "asyncio",
    "pydantic",
    "httpx",
    "sqlalchemy",
    "keyring",
    "alembic",
    "aiohttp",
    "rapidfuzz",
    "PySide6.QtSvg",
    "PySide6.QtNetwork",
)


def test_nothing_heavy_is_loaded_before_the_first_paint() -> None:
    """Runs in a process of its own, because this one has loaded everything already."""
    code = f"import sys, sync_desktop.app; print([name for name in {HEAVY!r} if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60)
    assert done.stdout.strip() == "[]"
