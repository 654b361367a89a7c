"""Lines of a quotation, which have no address of their own: each change posts the quotation with all its lines.

Whether lines that a post leaves out stay or go, and members that a line leaves out, nobody has published. So all lines
are read just before, and sent back as they were read, with the one change.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from sync_desktop.domain.failures import Failure, SyncError
from sync_desktop.domain.values import same_value
from sync_desktop.domain.words import FailureKind
from sync_desktop.psa.halopsa.client import PAGE, WARNING, HaloClient, Row
from sync_desktop.psa.halopsa.rows import LINES, QUOTATION, text

_WORKED_OUT = frozenset({"net_total", "profit", "profit_percentage", "margin", "tax", "tax_name", "item_tax_name"})
_WORKED_OUT_ENDS = ("_converted", "_monthly", "_annual", "_yearone")
"""Members that HaloPSA works out of others, or of other rows."""


class Lines:
    """Reads and changes the lines of quotations."""

    def __init__(self, client: HaloClient) -> None:
        self._client = client

    async def of(self, quote_ids: Sequence[str]) -> dict[str, list[Row]]:
        """Return the lines of quotations, in HaloPSA's order; the whole list is read where that takes fewer calls."""
        found: dict[str, list[Row]] = {}
        if len(quote_ids) > 1 and await self._client.count(QUOTATION) <= PAGE * (len(quote_ids) - 1):
            label = "Read quotations with their lines"
            async for row in self._client.pages(QUOTATION, label=label, includelines="true"):
                if str(row["id"]) in quote_ids and isinstance(row.get("lines"), list):
                    found[str(row["id"])] = _in_order(row)
        for quote_id in quote_ids:
            if quote_id not in found:
                one = await self._client.one(QUOTATION, quote_id, label=f"Read the lines of quotation #{quote_id}")
                found[quote_id] = _in_order(one or {})
        return found

    async def add(self, quote_id: str, fields: Mapping[str, Any], *, label: str) -> str:
        """Add a line and return its id. Raises `SyncError` (REFUSED) where the quotation was taken without it."""
        there = await self._read(quote_id)
        place = max((int(line.get("sort_seq") or 0) for line in there), default=0) + 1
        made = await self._post(quote_id, [*there, {"sort_seq": place, **fields}], label=label, creates=True)
        known = {line["id"] for line in there}
        new = [line for line in await self._after(quote_id, made) if line["id"] not in known]
        alike = [line for line in new if all(same_value(line.get(name), fields[name]) for name in ("item_id", "name"))]
        if not (alike or new):
            raise _left_out(made, fields)
        return str((alike or new)[-1]["id"])

    async def change(self, quote_id: str, line_id: str, fields: Mapping[str, Any], *, label: str) -> None:
        """Change these members of a line and no others."""
        there = await self._read(quote_id)
        if line_id not in {text(line, "id") for line in there}:
            raise _gone(line_id)
        lines = [{**line, **fields} if text(line, "id") == line_id else line for line in there]
        await self._post(quote_id, lines, label=label)

    async def remove(self, quote_id: str, line_id: str, *, label: str) -> None:
        """Remove a line; raises `SyncError` (REFUSED) where the quotation keeps lines that a post leaves out."""
        there = await self._read(quote_id)
        left = [line for line in there if text(line, "id") != line_id]
        if len(left) == len(there):
            return
        made = await self._post(quote_id, left, label=label)
        if any(text(line, "id") == line_id for line in await self._after(quote_id, made)):
            message = "HaloPSA keeps lines that a quotation is sent without: delete it there by hand"
            facts = {"entity": LINES, "external_id": line_id, "sent": "refused"}
            raise SyncError(Failure(kind=FailureKind.REFUSED, message=message, facts=facts))

    async def _read(self, quote_id: str) -> list[Row]:
        """Return the lines as they are sent back: without what HaloPSA works out itself."""
        row = await self._client.one(QUOTATION, quote_id, label=f"Read the lines of quotation #{quote_id}")
        if row is None:
            message = f"HaloPSA has no {QUOTATION} row {quote_id} any more"
            facts = {"entity": QUOTATION, "external_id": quote_id, "sent": "no"}
            raise SyncError(Failure(kind=FailureKind.NOT_FOUND, message=message, facts=facts))
        return [{name: value for name, value in line.items() if _is_sent(name)} for line in _in_order(row)]

    async def _post(self, quote_id: str, lines: Sequence[Row], *, label: str, creates: bool = False) -> Row:
        body = {"id": int(quote_id), "lines": list(lines)}
        return await self._client.post(QUOTATION, body, label=label, creates=creates)

    async def _after(self, quote_id: str, made: Row) -> list[Row]:
        """Return the lines after a post; where the answer does not show them, they are read."""
        if isinstance(made.get("lines"), list):
            return _in_order(made)
        return (await self.of([quote_id]))[quote_id]


def _in_order(row: Row) -> list[Row]:
    lines = [line for line in row.get("lines") or () if isinstance(line, dict) and isinstance(line.get("id"), int)]
    return sorted(lines, key=lambda line: (int(line.get("sort_seq") or 0), line["id"]))


def _is_sent(name: str) -> bool:
    worked_out = name in _WORKED_OUT or name.startswith(("total_", "_")) or name.endswith(_WORKED_OUT_ENDS)
    return not worked_out


def _left_out(made: Row, fields: Mapping[str, Any]) -> SyncError:
    message = text(made, WARNING) or f"HaloPSA took the quotation without the line “{fields.get('name', '')}”"
    facts = {"entity": LINES, "item": str(fields.get("name", "")), "sent": "refused"}
    return SyncError(Failure(kind=FailureKind.REFUSED, message=message, facts=facts))


def _gone(line_id: str) -> SyncError:
    message = f"HaloPSA has no line {line_id} on this quotation any more"
    facts = {"entity": LINES, "external_id": line_id, "sent": "no"}
    return SyncError(Failure(kind=FailureKind.NOT_FOUND, message=message, facts=facts))
