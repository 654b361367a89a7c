"""Where in a JSON text a member stands, as the server's errors name it."""

import re
from collections.abc import Iterator

_TOKEN = re.compile(r'"(?:[^"\\]|\\.)*"|[{}\[\]:,]|[^\s{}\[\]:,"]+')
Path = tuple[str | int, ...]


def place_of(text: str, path: Path) -> tuple[int, int]:
    """Return line and position, both as the server counts: lines from 1, the position right behind the colon.

    Seen live: a member named type, indented by four, is at position 11. (1, 1) where the path is not there.
    """
    end = next((end for found, end in _members(text) if found == path), 0)
    if not end:
        return 1, 1
    return text.count("\n", 0, end) + 1, end - (text.rfind("\n", 0, end) + 1)


def _members(text: str) -> Iterator[tuple[Path, int]]:
    """Yield the path of every member of every object, with the index behind its colon."""
    at: list[str | int] = []
    last = ""
    for token in _TOKEN.finditer(text):
        match token[0]:
            case "{":
                at.append("")
            case "[":
                at.append(0)
            case "}" | "]":
                at.pop()
            case ":":
                at[-1] = last[1:-1]
                yield tuple(at), token.end()
            case ",":
                part = at[-1]
                at[-1] = part + 1 if isinstance(part, int) else ""
            case word:
                last = word
