"""A world written by hand, which a test changes and adds quotes to before it serves it."""

from copy import deepcopy
from typing import Any

from tests.worlds import quoting_rows
from tests.worlds.autotask_side import AUTOTASK
from tests.worlds.psa_side import PsaSide, Row
from tests.worlds.quoting_rows import CLOSES, CREATED, EXPIRES, SENT, item


class SmallWorld:
    """Rows of both systems, which a test changes and adds quotes to before it serves them."""

    def __init__(self, side: PsaSide = AUTOTASK) -> None:
        self.side = side
        self.quoting = {**deepcopy(quoting_rows.ROWS), "category-mapping": deepcopy(list(side.leads))}
        self.psa = deepcopy(dict(side.rows))
        self.rules: list[Row] = []
        # One that is known to be there, which proves that these credentials can see opportunities.
        self.opportunity("known", name="Known", companyId="c2", contactId="p2", externalIdentifier="4999")

    def row(self, kind: str, row_id: str) -> Row:
        """Return a row of the quoting side."""
        return next(row for row in self.quoting[kind] if row["id"] == row_id)

    def psa_row(self, entity: str, row_id: int) -> Row:
        """Return a row of the PSA."""
        return next(row for row in self.psa[entity] if row["id"] == row_id)

    def there(self, kind: str, row_id: int) -> Row:
        """Return the PSA's row of a record of this kind."""
        return self.psa_row(self.side.collections[kind], row_id)

    def opportunity(self, opportunity_id: str, **members: Any) -> Row:
        """Add an opportunity; with an `externalIdentifier`, the PSA has it too."""
        row: Row = {
            "id": opportunity_id,
            "name": f"Project {opportunity_id}",
            "description": None,
            "externalIdentifier": None,
            "companyId": "c1",
            "contactId": "p1",
            "ownerId": "o1",
            "pipelineStageId": "s1",
            "categoryId": "k1",
            "probability": 0.6,
            "onetimeRevenue": 145.5,
            "oneTimeProfit": 79.75,
            "expectedCloseDate": CLOSES,
            "createdAt": CREATED,
            "deletedAt": None,
            **members,
        }
        self.quoting["opportunity"].append(row)
        if row["externalIdentifier"]:
            company, contact = (
                int(self.row(kind, row[f"{kind}Id"])["externalIdentifier"]) for kind in ("company", "contact")
            )
            self.psa[self.side.collections["opportunity"]].append(self.side.opportunity(row, company, contact))
        return row

    def quote(self, number: str, items: list[Row] | None = None, **members: Any) -> Row:
        """Add a quote that could be written; its opportunity is one of its own that the PSA has, unless named."""
        quote_id = number.lower()
        if "opportunityId" not in members:
            digits = "".join(each for each in number if each.isdigit())
            made = {"externalIdentifier": f"4{digits}", "name": f"Project {number}"}
            given = {name: members[name] for name in ("companyId", "contactId") if name in members}
            members["opportunityId"] = self.opportunity(f"opp-{quote_id}", **made, **given)["id"]
        row: Row = {
            "id": quote_id,
            "number": number,
            "title": f"Offer {number}",
            "status": "approved",
            "primary": True,
            "createdAt": CREATED,
            "sentAt": SENT,
            "approvedAt": "{-1}T11:45:00Z",
            "declinedAt": None,
            "expiredAt": None,
            "expiresAt": EXPIRES,
            "deletedAt": None,
            "companyId": "c1",
            "contactId": "p1",
            "ownerId": "o1",
            "paymentTermId": None,
            "shippingType": None,
            "deliveryAddress": None,
            "discount": None,
            "poNumber": None,
            "note": None,
            "items": [item("laptop", quote_id)] if items is None else items,
            **members,
        }
        self.quoting["quote"].append(row)
        return row

    def as_file(self) -> Row:
        """Return it in the form of a world's file."""
        systems = {"salesbuildr": self.quoting, self.side.system: self.psa}
        site = {"name": "Fabrikam IT", "psa": self.side.system, "tenant_rules": self.rules, "cases": {}, **systems}
        return {"schema_version": 1, "name": "small", "sites": [site]}
