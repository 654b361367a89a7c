"""Routes that are more than rows: templates, merges, conversions, a contact's communications."""

from aiohttp import web

from sync_desktop.sandbox.connectwise import paging, shapes, texts
from sync_desktop.sandbox.connectwise.answers import Nested, answer, api_error, invalid
from sync_desktop.sandbox.connectwise.bodies import parse, take_members
from sync_desktop.sandbox.connectwise.calls import Call
from sync_desktop.sandbox.connectwise.defaults import brought_in_order, with_defaults
from sync_desktop.sandbox.connectwise.metadata import INFO, MAIN_COMPANY, Entity
from sync_desktop.sandbox.connectwise.reads import known, users_of
from sync_desktop.sandbox.connectwise.rules import id_of
from sync_desktop.sandbox.connectwise.values import as_text
from sync_desktop.sandbox.store import Row

CONVERSIONS = {
    "convertToSalesOrder": "SalesOrder",
    "convertToServiceTicket": "Ticket",
    "convertToProject": "Project",
    "convertToAgreement": "Agreement",
}
_POINTS_BACK = {"SalesOrder": "salesOrder", "Ticket": "ticket", "Project": "project", "Agreement": "agreement"}


def template(call: Call, entity: Entity) -> web.Response:
    """Answer `/default`: what a new record would have without a word from its writer."""
    row = with_defaults(call, entity.name, {})
    return answer(shapes.shown(call, entity, row), media_type=call.media_type)


def merge(call: Call, entity: Entity, row_id: int) -> web.Response:
    """Answer a company's merge: what points at it points at the other one from now on, and it goes to the bin.

    The member that names the other one, toCompanyId, is inferred.
    """
    call.require(entity)
    row = known(call, entity, row_id)
    told = parse(call.body)
    target_id = told.get("toCompanyId") if isinstance(told, dict) else None
    if not isinstance(target_id, int):
        raise invalid("companyMerge", [Nested("MissingRequiredField", texts.required("toCompanyId"), "toCompanyId")])
    target = known(call, entity, target_id)
    for other, used in list(users_of(call.tenant, entity, row_id)):
        for each in other.fields:
            if call.tenant.metadata.target(each) is entity and id_of(used, each.name) == row_id:
                used[each.name] = {"id": target_id, "identifier": target.get("identifier"), "name": target.get("name")}
    now = as_text(call.tenant.settings.now())
    deleted = {"deletedFlag": True, "dateDeleted": now, "deletedBy": call.member.identifier}
    call.tenant.store.update(MAIN_COMPANY, row_id, {**deleted, INFO: {**(row.get(INFO) or {}), "lastUpdated": now}})
    return answer({"success": True, "message": texts.merged(target_id)}, media_type=call.media_type)


def convert(call: Call, entity: Entity, row_id: int, name: str) -> web.Response:
    """Answer a conversion: 201 with what the opportunity became; its lines point at it."""
    call.require(entity)
    row = known(call, entity, row_id)
    made_as = call.tenant.metadata.entities[CONVERSIONS[name]]
    told: Row = {each: row[each] for each in ("company", "contact") if row.get(each)}
    told["opportunity"] = {"id": row_id, "name": row.get("name")}
    store = call.tenant.store
    title = made_as.title[0]
    made_id = store.insert(made_as.collection, {**told, title: row.get("name")})
    pointer: Row = {"id": made_id, ("identifier" if made_as.field("identifier") else "name"): row.get("name")}
    for line in store.rows("procurement/products").values():
        if id_of(line, "opportunity") == row_id:
            line[_POINTS_BACK[made_as.name]] = pointer
    made = store.rows(made_as.collection)[made_id]
    return answer(shapes.shown(call, made_as, made), 201, media_type=call.media_type)


def communications(call: Call, entity: Entity, contact_id: int) -> web.Response:
    """Answer `/company/contacts/{id}/communications`: the contact's communicationItems as records, and one more."""
    contact = known(call, entity, contact_id)
    members = call.tenant.metadata.members("ContactCommunicationItem") or ()
    if call.method == "POST":
        call.require(entity)
        told = parse(call.body)
        if not isinstance(told, dict):
            raise api_error(400, texts.unreadable(), errors=True)
        sent = {name: value for name, value in told.items() if name not in ("contactId", "mobileGuid")}
        one = take_members(call, members, "ContactCommunication", sent)
        missing = [name for name in ("type", "value") if not one.get(name)]
        if missing:
            wrong = [Nested("MissingRequiredField", texts.required(name), name) for name in missing]
            raise invalid("contactCommunication", wrong)
        changed = {**contact, "communicationItems": [*(contact.get("communicationItems") or ()), one]}
        brought_in_order(call, entity.name, changed)
        call.tenant.store.update(entity.collection, contact_id, changed)
        return answer(_communications(call, entity, contact_id)[-1], 201, media_type=call.media_type)
    chosen, link = paging.page(call, _communications(call, entity, contact_id))
    return paging.paged(call, chosen, link)


def _communications(call: Call, entity: Entity, contact_id: int) -> list[Row]:
    row = known(call, entity, contact_id)
    items = shapes.shown(call, entity, row).get("communicationItems") or ()
    return [{**one, "contactId": contact_id, INFO: {"lastUpdated": shapes.BEGINNING}} for one in items]
