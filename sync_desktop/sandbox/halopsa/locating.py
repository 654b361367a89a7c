"""Where a value stands in a JSON text: the real server's messages name line and position of what it cannot read."""

import json
from collections.abc import Sequence

Path = Sequence[str | int]
_DECODER = json.JSONDecoder()
_BLANKS = " \t\r\n"


def spelled(path: Path) -> str:
    """Return a path as messages write it: `[0].lines[1].item_id`."""
    text = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in path)
    return text.removeprefix(".")


def place(text: str, path: Path) -> str:
    """Return the end of a message: path, line, and the position behind the value in its line."""
    end = _end(text, 0, list(path))
    line = text.count("\n", 0, end) + 1
    return f"Path '{spelled(path)}', line {line}, position {end - text.rfind(chr(10), 0, end) - 1}."


def _end(text: str, at: int, path: list[str | int]) -> int:
    """Return where the value ends that a path leads to from the value at an index; the text is known to be JSON."""
    at = _skip(text, at)
    if not path:
        return _DECODER.raw_decode(text, at)[1]
    wanted, rest = path[0], path[1:]
    at += 1
    index = 0
    while True:
        at = _skip(text, at)
        key: str | int = index
        if isinstance(wanted, str):
            key, at = _DECODER.raw_decode(text, at)
            at = _skip(text, _skip(text, at) + 1)
        if key == wanted:
            return _end(text, at, rest)
        at = _skip(text, _DECODER.raw_decode(text, at)[1]) + 1
        index += 1


def _skip(text: str, at: int) -> int:
    while at < len(text) and text[at] in _BLANKS:
        at += 1
    return at
