"""What the API says of itself: entities, fields, thresholds, zone and versions."""

from typing import Any

from aiohttp import web

from sync_desktop.sandbox.autotask.answers import answer
from sync_desktop.sandbox.autotask.calls import Call, Tenant
from sync_desktop.sandbox.autotask.limits import WINDOW_MINUTES
from sync_desktop.sandbox.autotask.metadata import Entity, Field, PickValue, user_type

_ACTIONS = {"Create": "POST", "Delete": "DELETE", "Update": "PATCH"}
_NONE, _ALL, _RESTRICTED = ("None", 0), ("All", 1), ("Restricted", 2)
"""How far a user's access goes, as a word and as a number (vendor's help)."""


def versions() -> web.Response:
    """Answer versionInformation, which needs no headers."""
    return answer({"apiVersions": ["1.0"]})


def zone(tenant: Tenant, host: str, username: str | None) -> web.Response:
    """Answer zoneInformation, which needs no headers. Raises `RefusedError` (500) for an unknown user."""
    tenant.door.user(username)
    slash = "/" if tenant.facts.at("zone_url_slash", "on") else ""
    return answer(
        {
            "zoneName": "Practice zone",
            "url": f"{host}/ATServicesRest{slash}",
            "webUrl": f"{host}/",
            "ci": tenant.settings.ci,
        }
    )


def threshold(tenant: Tenant) -> web.Response:
    """Answer ThresholdInformation; the call itself is counted already."""
    return answer(
        {
            "externalRequestThreshold": tenant.settings.hourly_threshold,
            "requestThresholdTimeframe": WINDOW_MINUTES,
            "currentTimeframeRequestCount": tenant.limits.used,
        }
    )


def entity_information(call: Call, entity: Entity) -> web.Response:
    """Answer `entityInformation`: what is open at all, and what is open to this user."""
    info: dict[str, Any] = {"name": entity.name, "canQuery": True}
    rights = {"Query": _reading(call, entity)}
    for action, method in _ACTIONS.items():
        info[f"can{action}"] = entity.can(method)
        rights[action] = _ALL if entity.can(method) and call.user.may_write(entity.collection) else _NONE
    in_words = call.tenant.facts.at("user_access", "words")
    for action, (word, number) in rights.items():
        info[f"userAccessFor{action}"] = word if in_words else number
    info["hasUserDefinedFields"] = entity.udf_type is not None
    info["supportsWebhookCallouts"] = entity.webhooks
    return answer({"info": info})


def _reading(call: Call, entity: Entity) -> tuple[str, int]:
    """Return how far a user sees the rows of an entity; of one that sees half of them, as a switch says."""
    if not call.user.may_see(entity.collection):
        return _NONE
    half = call.tenant.store.hides_any(entity.collection)
    return _RESTRICTED if half and call.tenant.facts.at("hidden_rows_access", "restricted") else _ALL


def fields(call: Call, entity: Entity) -> web.Response:
    """Answer `entityInformation/fields`; values of picklists are text."""
    return answer({"fields": [_told(call.tenant, field) for field in entity.fields]})


def user_defined_fields(call: Call, entity: Entity) -> web.Response:
    """Answer `entityInformation/userDefinedFields`, from the tenant's definitions."""
    told = []
    for row in call.tenant.metadata.user_defined(entity).values():
        kind = user_type(row)
        field = Field(str(row["name"]), kind, required=bool(row.get("isRequired")))
        entry = _told(call.tenant, field)
        # The vendor's Swagger file calls the type of these `type`, that of an entity's own fields `dataType`.
        del entry["dataType"]
        label = {"label": field.name, "type": kind}
        about = {"description": row.get("description") or "", "defaultValue": row.get("defaultValue")}
        told.append({**entry, **label, **about})
    return answer({"fields": told})


def _told(tenant: Tenant, field: Field) -> dict[str, Any]:
    values = tenant.metadata.picklist(field)
    return {
        "name": field.name,
        "dataType": field.type,
        "length": field.length,
        "isRequired": field.required,
        "isReadOnly": field.read_only,
        "isQueryable": field.queryable,
        "isReference": field.reference is not None,
        "referenceEntityType": field.reference or "",
        "isPickList": values is not None,
        "picklistValues": None if values is None else [_pick(at, value) for at, value in enumerate(values, start=1)],
        "picklistParentValueField": "",
        "isSupportedWebhookField": False,
    }


def _pick(position: int, value: PickValue) -> dict[str, Any]:
    return {
        "value": value.value,
        "label": value.label,
        "isDefaultValue": value.default,
        "sortOrder": position,
        "parentValue": "",
        "isActive": value.active,
        "isSystem": value.system,
    }
