"""Finds out, for one company, contact, opportunity or product, what stands for it in the PSA (safety, rules 3 to 6)."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from sqlalchemy import Connection

from sync_desktop.domain.failures import Failure
from sync_desktop.domain.links import Candidate, Link
from sync_desktop.domain.records import AnyRecord, Contact, Opportunity, Product, RecordRef, ref_of
from sync_desktop.domain.words import FailureKind, LinkOrigin, RecordKind
from sync_desktop.psa.connector import Drafted, Pending, Seen
from sync_desktop.psa.listing import no_values
from sync_desktop.psa.matching import names_the_same
from sync_desktop.storage import links as stored_links
from sync_desktop.storage import records as stored_records
from sync_desktop.sync.decisions import settled
from sync_desktop.sync.differences import agreed, compare, last_sent, updates
from sync_desktop.sync.plan import Act, Agreement, Operation, Plan
from sync_desktop.sync.reader import Reader
from sync_desktop.sync.refs import SiteRefs
from sync_desktop.sync.site_run import SiteRun

_PROOFS = 3
"""Known rows of a kind that are read at most, to see whether these credentials can see such rows at all."""
_NEEDS_PROOF = (RecordKind.COMPANY, RecordKind.CONTACT, RecordKind.OPPORTUNITY)


@dataclass(slots=True)
class Resolver:
    """Works for one check; `reader` and `refs` are shared by all records of it."""

    run: SiteRun
    refs: SiteRefs
    reader: Reader
    _plans: dict[RecordRef, Plan] = field(default_factory=dict)
    _sight: dict[RecordKind, bool] = field(default_factory=dict)

    async def resolve(self, record: AnyRecord) -> Plan:
        """Return the plan for one record; asked twice, the same plan."""
        ref = ref_of(record)
        if ref not in self._plans:
            self._plans[ref] = await self._resolve(record)
        return self._plans[ref]

    async def _resolve(self, record: AnyRecord) -> Plan:
        plan = Plan(record)
        link = self._known_link(record)
        if link is not None and not self._decided(plan.ref, "create"):
            await self._linked(plan, link)
        else:
            await self._unlinked(plan)
        if plan.failures and self.refs.link(plan.ref) is None:
            self.refs.pending.add(plan.ref)  # so that what depends on it is still checked to the end
        return plan

    def _decided(self, ref: RecordRef, name: str) -> str:
        return self.refs.decided(ref, name)

    def _known_link(self, record: AnyRecord) -> Link | None:
        """Return the stored link; else what the quoting side claims, which has to be verified."""
        stored = self.refs.link(ref_of(record))
        if stored is not None and (stored.origin is not LinkOrigin.QUOTING or stored.external_id == _claimed(record)):
            return stored
        if not _claimed(record):
            return stored
        return Link(
            ref=ref_of(record),
            entity=self.reader.entity_of(record),
            external_id=_claimed(record),
            origin=LinkOrigin.QUOTING,
        )

    async def _linked(self, plan: Plan, link: Link) -> None:
        record, label = plan.record, plan.record.kind.label
        psa = self.run.site.psa.label
        seen = await self.reader.row(link.entity, link.external_id)
        facts = {"external_id": link.external_id, **named(record)}
        if seen is None:
            self._fail(plan, FailureKind.NOT_FOUND, f"{label} was not found in {psa}", **facts, state="gone")
            return
        if link.verified_at is None and not self._is_it(record, seen):
            facts |= {"found_name": seen.name, "expected_name": record.name}
            self._fail(plan, FailureKind.LINK_MISMATCH, "Link names another record", **facts)
            return
        plan.seen, plan.external_id = seen, seen.id
        if link.verified_at is None:
            plan.operations.append(self._link_operation(plan, seen, link.origin))
        self.refs.links[(plan.ref, "")] = link.model_copy(update={"external_id": seen.id})
        self._check_state(plan, seen, facts)
        if not plan.failures:
            await self._compare(plan, link, seen)

    def _is_it(self, record: AnyRecord, seen: Seen) -> bool:
        return names_the_same(record, name=seen.name, emails=seen.emails, numbers=seen.numbers, domain=seen.domain)

    def _link_operation(self, plan: Plan, seen: Seen, origin: LinkOrigin) -> Operation:
        return Operation(
            act=Act.LINK,
            ref=plan.ref,
            entity=seen.entity,
            label=f"{plan.record.kind} {plan.record.name} to #{seen.id}",
            external_id=seen.id,
            origin=origin,
        )

    def _check_state(self, plan: Plan, seen: Seen, facts: dict[str, str]) -> None:
        record, psa = plan.record, self.run.site.psa.label
        if not seen.active:
            state = seen.state if seen.state == "deleted" else "inactive"
            message = f"{record.kind.label} is {state} in {psa}"
            self._fail(plan, FailureKind.INACTIVE, message, **facts, state=state)
        if seen.state in ("lost", "ordered", "won"):
            message = f"Opportunity is closed in {psa}"
            self._fail(plan, FailureKind.CLOSED, message, **facts, state=seen.state)
        if seen.state == "unknown":
            message = f"{psa} {_status_words(seen.state_label)}"
            self._fail(plan, FailureKind.CLOSED, message, **facts, state=seen.state, status_label=seen.state_label)
        if isinstance(record, Contact | Opportunity) and seen.parent_id:
            company = self.refs.external(RecordKind.COMPANY, record.company.id)
            if company and not isinstance(company, Pending) and company != seen.parent_id:
                kind = "contactID" if isinstance(record, Contact) else "opportunityID"
                facts |= {
                    "company": record.company.name,
                    "company_id": company,
                    "found_name": f"company #{seen.parent_id}",
                }
                self._fail(plan, FailureKind.ASSOCIATION, f"companyID is not associated with {kind}", **facts)

    async def _compare(self, plan: Plan, link: Link, seen: Seen) -> None:
        """Add updates; only for records that this program has sent something of, which saves reading their tables."""
        if not link.sent:
            return
        drafted = await self.draft(plan.record)
        if drafted.draft is None:
            return
        draft = drafted.draft
        sent = last_sent(link, draft.updatable)
        compared = compare(sent=sent, ours=draft.fields, theirs=seen.fields, updatable=draft.updatable)
        found = settled(compared, self._decided(plan.ref, "conflicts"), ref=plan.ref, label=draft.label)
        plan.differences += [each for each in found if each.field in sent]
        if same := agreed(sent=sent, ours=draft.fields, theirs=seen.fields, updatable=draft.updatable):
            plan.agreements.append(Agreement(plan.ref, fields=same))
        changed = updates(found, sent)
        if changed:
            plan.warnings += drafted.warnings
            plan.operations.append(
                Operation(
                    act=Act.UPDATE,
                    ref=plan.ref,
                    entity=seen.entity,
                    label=draft.label,
                    external_id=seen.id,
                    parent_id=seen.parent_id,
                    before={name: seen.fields.get(name) for name in changed},
                    after=changed,
                )
            )

    async def draft(self, record: AnyRecord) -> Drafted:
        """Draft a record, reading the lists of targets that it turns out to need."""
        await self.run.connector.prepare([record.kind])
        while True:
            drafted = self.run.connector.draft(record, self.refs)
            if not await self.load_targets():
                return drafted

    async def load_targets(self) -> bool:
        """Read the target lists that were asked for; say whether there were any."""
        wanted = sorted(self.refs.wanted)
        self.refs.wanted.clear()
        for kind in wanted:
            targets = await self.run.connector.targets(kind, self.refs.mapped_to(kind))
            if not targets:
                raise no_values(self.run.site.psa.label, kind)
            self.refs.targets[kind] = {target.id: target for target in targets}
        return bool(wanted)

    async def _unlinked(self, plan: Plan) -> None:
        record = plan.record
        if record.deleted:
            message = f"{record.kind.label} was not found in Salesbuildr"
            self._fail(plan, FailureKind.NOT_FOUND, message, **named(record), state="deleted")
            return
        if not self.run.connector.creates(self.reader.entity_of(record)):
            plan.failures += (await self.draft(record)).failures
            return
        if await self._by_key(plan):
            return
        candidates = [] if self._decided(plan.ref, "create") else await self._candidates(record)
        if await self._adopts(plan, candidates):
            return
        if candidates:
            self._no_identifier(plan, FailureKind.NEAR_MATCH, candidates)
            return
        if record.kind in _NEEDS_PROOF and not self._decided(plan.ref, "create") and not await self._can_see(record):
            self._no_identifier(plan, FailureKind.NO_EXTERNAL_ID, [], reason="cannot tell")
            return
        drafted = await self.draft(record)
        plan.warnings += drafted.warnings
        plan.failures += [_about(failure, plan) for failure in drafted.failures]
        if drafted.draft is None or plan.failures:
            return
        self.refs.pending.add(plan.ref)
        plan.operations.append(
            Operation(
                act=Act.CREATE,
                ref=plan.ref,
                entity=drafted.draft.entity,
                label=drafted.draft.label,
                after=dict(drafted.draft.fields),
                draft=drafted.draft,
            )
        )

    async def _by_key(self, plan: Plan) -> bool:
        """Link by the stamped key, which only integrations ever write: a row that carries it is never made anew.

        Of several such rows, and of one that is out of use, a person decides; only that person's word creates another.
        """
        record = plan.record
        if not isinstance(record, Product):
            return False
        rows = await self.reader.by_key(self.reader.entity_of(record), record.id)
        active = [seen for seen in rows if seen.active]
        found = active or rows
        if not found or (len(active) != 1 and self._decided(plan.ref, "create")):
            return False
        if len(found) > 1:
            facts = {"candidates": str(len(found)), "reason": "near match", "found_name": found[0].name}
            message = "Product has no external identifier"
            self._fail(plan, FailureKind.NEAR_MATCH, message, **facts, **named(record))
            return True
        seen = plan.seen = found[0]
        plan.external_id = seen.id
        plan.operations.append(self._link_operation(plan, seen, LinkOrigin.MATCHED))
        link = Link(ref=plan.ref, entity=seen.entity, external_id=seen.id, origin=LinkOrigin.MATCHED)
        self.refs.links.setdefault((plan.ref, ""), link)
        self._check_state(plan, seen, {"external_id": seen.id, **named(record)})
        return True

    async def _candidates(self, record: AnyRecord) -> list[Candidate]:
        company = ""
        if isinstance(record, Contact | Opportunity):
            company = self.refs.external(RecordKind.COMPANY, record.company.id)
        if isinstance(company, Pending):
            company = ""
        found = await self.run.connector.candidates(record, parent_id=company)
        others = await taken_by_others(self.run, ref_of(record), [(each.entity, each.external_id) for each in found])
        if found and isinstance(record, Contact):
            others.add(await self._came_along(record))
        return [each for each in found if each.external_id not in others]

    async def _came_along(self, contact: Contact) -> str:
        """Return the row of a contact that this program's own create of its company brought along."""
        company = self.refs.link(RecordRef(kind=RecordKind.COMPANY, id=contact.company.id))
        if company is None or company.origin is not LinkOrigin.CREATED:
            return ""
        return await self.run.connector.came_along(contact, company)

    async def _adopts(self, plan: Plan, candidates: list[Candidate]) -> bool:
        """Link a product whose part number and name agree with exactly one active row; a name alone never decides."""
        if not isinstance(plan.record, Product):
            return False
        sure = [c for c in candidates if c.active and {"same name", "same part number"} <= set(c.agrees)]
        if len(sure) != 1:
            return False
        plan.external_id = sure[0].external_id
        plan.seen = await self.reader.row(sure[0].entity, sure[0].external_id)
        plan.operations.append(
            Operation(
                act=Act.LINK,
                ref=plan.ref,
                entity=sure[0].entity,
                label=f"product {plan.record.name} to #{sure[0].external_id}",
                external_id=sure[0].external_id,
                origin=LinkOrigin.MATCHED,
            )
        )
        link = Link(ref=plan.ref, entity=sure[0].entity, external_id=plan.external_id, origin=LinkOrigin.MATCHED)
        self.refs.links.setdefault((plan.ref, ""), link)
        return True

    async def _can_see(self, record: AnyRecord) -> bool:
        """Prove that these credentials see rows of this kind: read back another one that is known to exist.

        A thin API role gets empty results, not errors, so that finding nothing proves nothing by itself.
        """
        if record.kind not in self._sight:
            self._sight[record.kind] = await self._prove_sight(record)
        return self._sight[record.kind]

    async def _prove_sight(self, record: AnyRecord) -> bool:
        site_id = self.run.site.id
        known = await self.run.workspace.read(lambda conn: stored_links.links_by_kind(conn, site_id, record.kind))
        others = [link for link in known if link.verified_at and not link.part and link.ref != ref_of(record)]
        others.sort(key=lambda link: str(link.verified_at), reverse=True)
        for link in others[:_PROOFS]:
            if await self.reader.row(link.entity, link.external_id) is not None:
                return True
        stored = await self.run.workspace.read(lambda conn: stored_records.records(conn, site_id, record.kind))
        loaded = [each for ref, each in self.refs.records.items() if ref.kind == record.kind]
        claimed = {_claimed(each): each for each in (*loaded, *stored) if _claimed(each)}
        for each in list(claimed.values())[:_PROOFS]:
            seen = await self.reader.row(self.reader.entity_of(each), _claimed(each))
            if seen is not None and self._is_it(each, seen):
                return True
        return False

    def _no_identifier(
        self, plan: Plan, kind: FailureKind, candidates: list[Candidate], reason: str = "near match"
    ) -> None:
        facts = {"candidates": str(len(candidates)), "reason": reason, **named(plan.record)}
        if candidates:
            facts["found_name"] = candidates[0].name
        self._fail(plan, kind, f"{plan.record.kind.label} has no external identifier", **facts)

    def _fail(self, plan: Plan, kind: FailureKind, message: str, **facts: str) -> None:
        plan.failures.append(Failure(kind=kind, message=message, facts=facts, record=plan.ref))


async def taken_by_others(run: SiteRun, ref: RecordRef, rows: Sequence[tuple[str, str]]) -> set[str]:
    """Return the ids of rows, given as (entity, id), that stand for other records; those are no near matches."""
    return await run.workspace.read(lambda conn: _taken(conn, run.site.id, ref, rows)) if rows else set()


def _taken(conn: Connection, site_id: str, ref: RecordRef, rows: Sequence[tuple[str, str]]) -> set[str]:
    claims = stored_records.claimed(conn, site_id, ref.kind, [external_id for _, external_id in rows])
    taken = {external_id for external_id, record_id in claims.items() if record_id != ref.id}
    for entity, external_id in rows:
        links = stored_links.by_external(conn, site_id, entity, external_id)
        if any(link.ref != ref for link in links):
            taken.add(external_id)
    return taken


def _claimed(record: AnyRecord) -> str:
    return getattr(record, "external_id", "")


def named(record: AnyRecord) -> dict[str, str]:
    """Return the facts that name a record."""
    return {str(record.kind): record.name, f"{record.kind}_id": record.id}


def _status_words(label: str) -> str:
    if not label:
        return "gives no status for this opportunity, so that it is not known whether it is still open"
    return f"has this opportunity in the status “{label}”, of which it is not known whether it is still open"


def _about(failure: Failure, plan: Plan) -> Failure:
    return failure.with_facts(**named(plan.record)).model_copy(update={"record": failure.record or plan.ref})
