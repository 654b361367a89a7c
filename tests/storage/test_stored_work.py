"""Sites, links, intents, leases, attempts, mappings, activity and settings come back as they were kept."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from functools import partial

import pytest
from sqlalchemy import select
from sqlalchemy.dialects import sqlite

from sync_desktop.domain.exchanges import Exchange
from sync_desktop.domain.failures import Failure
from sync_desktop.domain.links import Intent, Link
from sync_desktop.domain.mappings import Mapping, Target
from sync_desktop.domain.plans import Step
from sync_desktop.domain.records import RecordRef
from sync_desktop.domain.sites import Credentials, Side
from sync_desktop.domain.words import (
    AttemptKind,
    FailureKind,
    LinkOrigin,
    MappingOrigin,
    Outcome,
    RecordKind,
    RequestClass,
)
from sync_desktop.storage import (
    activity,
    attempts,
    codec,
    columns,
    intents,
    leases,
    links,
    mappings,
    refusals,
    schema,
    settings,
    sites,
)
from sync_desktop.storage.activity import WriteOutcome
from sync_desktop.storage.refusals import Refusal
from sync_desktop.storage.workspace import Transaction, Workspace
from tests.storage.shelf import NOON, OTHER, QUOTE, SITE, each, failure

MINUTE = timedelta(minutes=1)
COMPANY = RecordRef(kind=RecordKind.COMPANY, id="c1")
SENT = {"price": Decimal("10.50"), "when": NOON, "day": date(2026, 3, 2), "lines": [Decimal("1.0"), None], "on": True}


async def test_sites_are_kept_changed_and_forgotten(workspace: Workspace) -> None:
    renamed = SITE.model_copy(update={"name": "contoso"})
    changed = renamed.with_credentials(Side.PSA, Credentials(version=4, rejected_version=3))
    await workspace.write(lambda tx: sites.save_site(tx, changed))
    assert await workspace.read(sites.all_sites) == [changed, OTHER]
    await workspace.write(lambda tx: links.save_link(tx, SITE.id, link(), at=NOON))
    await workspace.write(lambda tx: sites.delete_site(tx, SITE.id))
    assert await workspace.read(lambda conn: sites.site(conn, SITE.id)) is None
    assert await workspace.read(lambda conn: sites.site(conn, OTHER.id)) == OTHER
    assert await workspace.read(lambda conn: links.links_of(conn, SITE.id, QUOTE)) == []


def link(part: str = "", external_id: str = "4711", entity: str = "Quotes") -> Link:
    return Link(ref=QUOTE, part=part, entity=entity, external_id=external_id, origin=LinkOrigin.CREATED, sent=SENT)


async def test_links_come_back_with_the_very_values_that_were_sent(workspace: Workspace) -> None:
    line = link("line:1", "9", "QuoteItems")
    kept = (line, link(external_id="0"), link())
    await each(workspace, kept, lambda tx, one: links.save_link(tx, SITE.id, one, at=NOON))
    assert await workspace.read(lambda conn: links.link(conn, SITE.id, QUOTE)) == link()
    assert await workspace.read(lambda conn: links.links_of(conn, SITE.id, QUOTE)) == [link(), line]
    assert await workspace.read(lambda conn: links.links_by_kind(conn, SITE.id, RecordKind.QUOTE)) == [link(), line]
    assert await workspace.read(lambda conn: links.links_by_kind(conn, SITE.id, RecordKind.COMPANY)) == []
    assert await workspace.read(lambda conn: links.by_external(conn, SITE.id, "QuoteItems", "9")) == [line]
    assert await workspace.read(lambda conn: links.by_external(conn, OTHER.id, "QuoteItems", "9")) == []
    await workspace.write(lambda tx: links.remove_link(tx, SITE.id, QUOTE))
    assert await workspace.read(lambda conn: links.links_of(conn, SITE.id, QUOTE)) == [line]


async def test_an_intent_is_open_until_its_outcome_is_known(workspace: Workspace) -> None:
    first, second = (
        Intent(id=name, ref=ref, entity="Quotes", key="SB-1", fields=SENT, parent_id="5", created_at=NOON)
        for name, ref in (("i1", QUOTE), ("i2", COMPANY))
    )
    await each(workspace, (first, second), lambda tx, intent: intents.save_intent(tx, SITE.id, intent))
    assert await workspace.read(lambda conn: intents.open_intents(conn, SITE.id)) == [first, second]
    assert await workspace.read(lambda conn: intents.open_intents(conn, SITE.id, COMPANY)) == [second]
    await workspace.write(lambda tx: intents.settle_intent(tx, "i1", "4711", at=NOON))
    await workspace.write(lambda tx: intents.settle_intent(tx, "i2", None, at=NOON))
    assert await workspace.read(lambda conn: intents.open_intents(conn, SITE.id)) == []


def acquire(tx: Transaction, owner: str, at: datetime, ref: RecordRef = QUOTE) -> bool:
    return leases.acquire(tx, SITE.id, ref, owner=owner, at=at, ttl_seconds=60)


async def test_a_lease_excludes_everybody_until_it_is_released(workspace: Workspace) -> None:
    assert await workspace.write(lambda tx: acquire(tx, "a", NOON))
    assert not await workspace.write(lambda tx: acquire(tx, "b", NOON))
    assert not await workspace.write(lambda tx: acquire(tx, "a", NOON))
    await workspace.write(lambda tx: leases.release(tx, SITE.id, QUOTE, "b"))
    assert await workspace.read(lambda conn: leases.holder(conn, SITE.id, QUOTE, NOON)) == "a"
    await workspace.write(lambda tx: leases.release(tx, SITE.id, QUOTE, "a"))
    assert await workspace.write(lambda tx: acquire(tx, "b", NOON))


async def test_an_expired_lease_can_be_taken_and_a_heartbeat_keeps_one(workspace: Workspace) -> None:
    await each(workspace, (QUOTE, COMPANY), lambda tx, ref: acquire(tx, "a", NOON, ref))
    beat = await workspace.write(lambda tx: leases.heartbeat(tx, "a", at=NOON + MINUTE / 2, ttl_seconds=60))
    assert beat == 2
    assert not await workspace.write(lambda tx: acquire(tx, "b", NOON + MINUTE))
    assert await workspace.write(lambda tx: acquire(tx, "b", NOON + 1.5 * MINUTE))
    assert await workspace.read(lambda conn: leases.live_owners(conn, NOON + 1.5 * MINUTE)) == {"b"}
    assert await workspace.write(lambda tx: leases.heartbeat(tx, "a", at=NOON, ttl_seconds=1)) == 1


STEP = Step(
    action="create",
    entity="QuoteItems",
    ref=QUOTE,
    part="line:1",
    label="Create quote item “FortiGate 60F”",
    after=SENT,
    external_id="9",
    done=True,
)


def exchange(at: datetime = NOON) -> Exchange:
    return Exchange(
        site_id=SITE.id,
        label="Create quote item",
        system="autotask",
        request_class=RequestClass.CREATE,
        method="POST",
        url="http://127.0.0.1/V1.0/QuoteItems",
        request_headers={"accept": "application/json"},
        request_body="{}",
        status=500,
        response_body='{"errors": []}',
        started_at=at,
        milliseconds=12,
        attempt_number=2,
    )


def begin(tx: Transaction, owner: str = "a") -> int:
    return attempts.begin(tx, SITE.id, QUOTE, AttemptKind.WRITE, at=NOON, owner=owner, batch_id="b1")


def finish(tx: Transaction, attempt_id: int) -> None:
    broken = STEP.model_copy(update={"done": False, "failure": failure()})
    attempts.finish(
        tx,
        attempt_id,
        outcome=Outcome.FAILED,
        summary="The PSA refused an item",
        failures=[failure()],
        steps=[STEP, broken],
        at=NOON + MINUTE,
    )


async def test_attempts_come_back_newest_first_with_their_steps(workspace: Workspace) -> None:
    first = await workspace.write(begin)
    await workspace.write(lambda tx: finish(tx, first))
    await workspace.write(lambda tx: finish(tx, first))
    second = await workspace.write(begin)
    running, ended = await workspace.read(lambda conn: attempts.attempts_of(conn, SITE.id, QUOTE))
    assert (running.id, running.outcome, running.ended_at, running.steps) == (second, None, None, ())
    assert (ended.id, ended.outcome, ended.summary) == (first, Outcome.FAILED, "The PSA refused an item")
    assert (ended.started_at, ended.ended_at, ended.batch_id) == (NOON, NOON + MINUTE, "b1")
    assert ended.failures == (failure(),)
    assert ended.steps[0] == STEP
    assert ended.steps[1].failure == failure()
    assert len(await workspace.read(lambda conn: attempts.attempts_of(conn, SITE.id, QUOTE, limit=1))) == 1
    with pytest.raises(LookupError, match="no attempt 99"):
        await workspace.write(lambda tx: finish(tx, 99))


async def test_attempts_of_owners_without_a_lease_are_interrupted(workspace: Workspace) -> None:
    ended = await workspace.write(lambda tx: begin(tx, "dead"))
    dead = await workspace.write(lambda tx: begin(tx, "dead"))
    alive = await workspace.write(lambda tx: begin(tx, "alive"))
    await workspace.write(lambda tx: finish(tx, ended))
    marked = await workspace.write(lambda tx: attempts.mark_interrupted(tx, at=NOON, live_owners={"alive"}))
    assert marked == [dead]
    found = await workspace.read(lambda conn: attempts.attempts_of(conn, SITE.id, QUOTE))
    assert {one.id: one.outcome for one in found} == {
        ended: Outcome.FAILED,
        dead: Outcome.INTERRUPTED,
        alive: None,
    }


async def test_exchanges_are_kept_and_old_ones_lose_their_bodies(workspace: Workspace) -> None:
    attempt_id = await workspace.write(begin)
    old, new = exchange(NOON - 30 * 24 * 60 * MINUTE), exchange()
    await workspace.write(lambda tx: attempts.save_exchanges(tx, attempt_id, [old, new]))
    await workspace.write(lambda tx: attempts.save_exchanges(tx, None, [old, new]))
    await workspace.write(lambda tx: attempts.save_exchanges(tx, None, []))
    assert await workspace.read(lambda conn: attempts.exchanges_of(conn, attempt_id)) == [old, new]
    await workspace.write(lambda tx: attempts.prune_exchanges(tx, before=NOON))
    emptied = old.model_copy(update={"request_headers": {}, "request_body": "", "response_body": ""})
    assert await workspace.read(lambda conn: attempts.exchanges_of(conn, attempt_id)) == [emptied, new]
    ownerless = select(schema.exchanges.c.started_at).where(schema.exchanges.c.attempt_id.is_(None))
    assert await workspace.read(lambda conn: conn.scalars(ownerless).all()) == [NOON]


def mapped(origin: MappingOrigin, target: str, source: str = "cat1", name: str = "Hardware") -> Mapping:
    return Mapping(kind="code", source_id=source, source_name=name, target_id=target, target_name="", origin=origin)


async def test_the_first_origin_with_a_target_counts(workspace: Workspace) -> None:
    kept = (
        mapped(MappingOrigin.PRODUCTS, "3"),
        mapped(MappingOrigin.SALESBUILDR, "2"),
        mapped(MappingOrigin.FILE, ""),
        mapped(MappingOrigin.HAND, "", "cat2", "cables"),
    )
    await each(workspace, kept, lambda tx, one: mappings.save_mapping(tx, SITE.id, one, at=NOON))
    assert await workspace.read(lambda conn: mappings.mapping(conn, SITE.id, "code", "cat1")) == kept[1]
    assert await workspace.read(lambda conn: mappings.mapping(conn, SITE.id, "code", "cat2")) is None
    by_hand = mapped(MappingOrigin.HAND, "1")
    await workspace.write(lambda tx: mappings.save_mapping(tx, SITE.id, by_hand, at=NOON))
    assert await workspace.read(lambda conn: mappings.mapping(conn, SITE.id, "code", "cat1")) == by_hand
    await workspace.write(lambda tx: mappings.remove_mapping(tx, SITE.id, "code", "cat1", MappingOrigin.HAND))
    assert await workspace.read(lambda conn: mappings.mappings(conn, SITE.id)) == [kept[1]]


async def test_a_refresh_replaces_its_own_mappings_and_no_others(workspace: Workspace) -> None:
    by_hand = mapped(MappingOrigin.HAND, "1")
    theirs = [mapped(MappingOrigin.SALESBUILDR, "2", source) for source in ("cat1", "cat2", "cat3")]
    await workspace.write(lambda tx: mappings.save_mapping(tx, SITE.id, by_hand, at=NOON))
    origin = MappingOrigin.SALESBUILDR
    await each(
        workspace,
        (theirs, theirs[:2]),
        lambda tx, listed: mappings.replace_origin(tx, SITE.id, "code", origin, listed, at=NOON),
    )
    assert await workspace.read(lambda conn: mappings.mappings(conn, SITE.id, "code")) == [by_hand, theirs[1]]
    with pytest.raises(ValueError, match="Only mappings of kind code"):
        await workspace.write(
            lambda tx: mappings.replace_origin(tx, SITE.id, "code", MappingOrigin.FILE, [by_hand], at=NOON)
        )


async def test_targets_keep_the_order_of_the_psa_and_are_replaced(workspace: Workspace) -> None:
    two = Target(kind="code", id="2", name="Zeta", detail="Material")
    one = Target(kind="code", id="1", name="Alpha", active=False, valid=False, why_not="It is inactive")
    listings = ([one], [two, one, one])
    await each(workspace, listings, lambda tx, listed: mappings.save_targets(tx, SITE.id, "code", listed, at=NOON))
    assert await workspace.read(lambda conn: mappings.targets(conn, SITE.id, "code")) == [two, one]
    assert await workspace.read(lambda conn: mappings.targets(conn, OTHER.id, "code")) == []


def wrote(tx: Transaction, site_id: str, at: datetime, attempt_id: int | None = None) -> None:
    activity.record_write(
        tx,
        site_id,
        ref=QUOTE,
        what="Created quote item",
        entity="QuoteItems",
        external_id="9",
        before={},
        after=SENT,
        at=at,
        os_user="ana",
        attempt_id=attempt_id,
    )


async def test_what_was_written_stays_written_down_even_without_its_site(workspace: Workspace) -> None:
    attempt_id = await workspace.write(begin)
    await workspace.write(lambda tx: wrote(tx, SITE.id, NOON, attempt_id))
    await workspace.write(lambda tx: wrote(tx, OTHER.id, NOON + MINUTE))
    assert [one.site_name for one in await workspace.read(activity.activity)] == ["Fabrikam", "Contoso MSP"]
    await workspace.write(lambda tx: sites.delete_site(tx, SITE.id))
    (kept,) = await workspace.read(lambda conn: activity.activity(conn, SITE.id))
    assert (kept.site_name, kept.ref, kept.after, kept.at, kept.os_user) == ("Contoso MSP", QUOTE, SENT, NOON, "ana")
    assert kept.attempt_id is None


async def test_a_write_is_told_before_its_outcome_is_known_and_says_what_became_of_it(workspace: Workspace) -> None:
    def begin_write(tx: Transaction, intent_id: str) -> int:
        return activity.record_write(
            tx,
            SITE.id,
            ref=QUOTE,
            what=f"Create {intent_id}",
            entity="Quotes",
            external_id="",
            before={},
            after=SENT,
            at=NOON,
            os_user="ana",
            attempt_id=None,
            outcome=WriteOutcome.UNKNOWN,
            intent_id=intent_id,
        )

    for name in ("done", "lost", "refused", "open"):
        await workspace.write(partial(begin_write, intent_id=name))
    known = {name: await workspace.read(lambda conn, of=name: activity.write_of(conn, of)) for name in ("done", "lost")}  # type: ignore[misc]
    told = await workspace.read(activity.activity)
    assert {each.outcome for each in told} == {WriteOutcome.UNKNOWN}
    refused = next(each.id for each in told if each.what == "Create refused")

    def settle(tx: Transaction) -> None:
        activity.settle_write(tx, known["done"] or 0, WriteOutcome.DONE, external_id="77")
        activity.settle_write(tx, known["lost"] or 0, WriteOutcome.NOT_FOUND)
        activity.drop_write(tx, refused)

    await workspace.write(settle)
    told = await workspace.read(activity.activity)
    assert [(each.what, each.outcome, each.external_id) for each in told] == [
        ("Create open", WriteOutcome.UNKNOWN, ""),
        ("Create lost", WriteOutcome.NOT_FOUND, ""),
        ("Create done", WriteOutcome.DONE, "77"),
    ]
    for name in ("done", "lost", "refused"):
        assert await workspace.read(lambda conn, of=name: activity.write_of(conn, of)) is None  # type: ignore[misc]


async def test_newest_refusal_of_a_part_counts_until_it_is_forgotten(workspace: Workspace) -> None:
    def refused(part: str, fingerprint: str) -> Refusal:
        failure = Failure(kind=FailureKind.REFUSED, message=f"{fingerprint} is not for sale", facts={"status": "500"})
        return Refusal(part=part, fingerprint=fingerprint, failure=failure)

    first, second, header = refused("line:1", "a"), refused("line:1", "b"), refused("", "c")
    await each(
        workspace, (first, second, header), lambda tx, one: refusals.save_refusal(tx, SITE.id, QUOTE, one, at=NOON)
    )
    assert await workspace.read(lambda conn: refusals.refusals_of(conn, SITE.id, QUOTE)) == [header, second]
    assert await workspace.read(lambda conn: refusals.refusals_of(conn, OTHER.id, QUOTE)) == []
    await workspace.write(lambda tx: refusals.forget_refusal(tx, SITE.id, QUOTE, "line:1"))
    assert await workspace.read(lambda conn: refusals.refusals_of(conn, SITE.id, QUOTE)) == [header]


async def test_what_one_tenant_refused_counts_for_no_other(workspace: Workspace) -> None:
    failure = Failure(kind=FailureKind.REFUSED, message="No")
    refusal = Refusal(part="", fingerprint="a", failure=failure)
    for site in (SITE, OTHER):
        await workspace.write(lambda tx, of=site.id: refusals.save_refusal(tx, of, QUOTE, refusal, at=NOON))  # type: ignore[misc]
    await workspace.write(lambda tx: links.doubt_links(tx, SITE.id))
    assert await workspace.read(lambda conn: refusals.refusals_of(conn, SITE.id, QUOTE)) == []
    assert await workspace.read(lambda conn: refusals.refusals_of(conn, OTHER.id, QUOTE)) == [refusal]


async def test_settings_are_kept_and_changed(workspace: Workspace) -> None:
    assert await workspace.read(lambda conn: settings.get(conn, "theme")) is None
    await each(workspace, ("dark", "light"), lambda tx, value: settings.put(tx, "theme", value))
    assert await workspace.read(lambda conn: settings.get(conn, "theme")) == "light"


async def test_a_time_without_a_zone_is_refused(workspace: Workspace) -> None:
    with pytest.raises(Exception, match="without a zone"):
        await workspace.write(lambda tx: acquire(tx, "a", NOON.replace(tzinfo=None)))


def test_times_sort_as_text() -> None:
    column = columns.UtcTime()
    dialect = sqlite.dialect()
    moments = [datetime(999, 1, 1, tzinfo=UTC), NOON, NOON + timedelta(microseconds=1), NOON + MINUTE]
    texts = [column.process_bind_param(moment, dialect) or "" for moment in moments]
    assert texts == sorted(texts)
    assert [column.process_result_value(text, dialect) for text in texts] == moments


def test_a_value_that_json_cannot_hold_is_refused() -> None:
    with pytest.raises(TypeError, match="A set cannot be kept"):
        codec.dump_values({"field": {1}})
    assert codec.load_values('{"$decimal": 1, "other": {"$time": 5}}') == {"$decimal": 1, "other": {"$time": 5}}
