"""JSON as the practice PSAs read and write it."""

import json
from typing import Any


def read(text: str) -> Any:
    """Return what a text holds. Raises `ValueError` where it is no JSON, or nests too deep to be read."""
    try:
        return json.loads(text)
    except RecursionError:
        raise ValueError("nested too deep") from None


def written(body: Any) -> str:
    """Return a value as the real servers send it: without blanks, and with letters as they are."""
    return json.dumps(body, ensure_ascii=False, separators=(",", ":"))
