"""Links by hand: candidates with what agrees and differs, link, unlink, relink, create anew."""

from sync_desktop.domain.failures import UserError
from sync_desktop.domain.links import Candidate, Link
from sync_desktop.domain.plans import FieldDifference
from sync_desktop.domain.records import AnyRecord, Contact, Named, Opportunity, Product, Quote, RecordRef, company_of
from sync_desktop.domain.words import IssueState, LinkOrigin, RecordKind
from sync_desktop.storage import intents, issues, links, records, settings
from sync_desktop.storage.transaction import Transaction
from sync_desktop.sync.check import Checker
from sync_desktop.sync.decisions import FIELD_DECISIONS, LINE_DECISIONS, asked_lines, with_field, with_lines
from sync_desktop.sync.refs import decision_key, load
from sync_desktop.sync.site_run import SiteRun

_SAME_STAMP = "same Salesbuildr id"


async def stored_record(run: SiteRun, ref: RecordRef) -> AnyRecord:
    """Return a stored record; `UserError` where it was never read."""
    site_id = run.site.id
    record = await run.workspace.read(lambda conn: records.record(conn, site_id, ref))
    if record is None:
        raise UserError(f"The {ref.kind} {ref.id} is not in this workspace: refresh first, then try again.")
    return record


async def present_link(run: SiteRun, ref: RecordRef) -> Link | None:
    """Return the stored link of a record."""
    site_id = run.site.id
    return await run.workspace.read(lambda conn: links.link(conn, site_id, ref))


async def candidates(run: SiteRun, ref: RecordRef) -> list[Candidate]:
    """Ask the PSA what may be this record, what carries its stamp first, and add where a person opens each."""
    record = await stored_record(run, ref)
    parent_id = ""
    if isinstance(record, Quote):
        parent_id = await _external_id(run, RecordKind.OPPORTUNITY, record.opportunity)
    if isinstance(record, Contact | Opportunity):
        parent_id = await _external_id(run, RecordKind.COMPANY, company_of(record))
    found = await run.connector.candidates(record, parent_id=parent_id)
    if isinstance(record, Product):
        found = await _stamped_first(run, record, found)
    return [each.model_copy(update={"url": run.connector.url(each.entity, each.external_id)}) for each in found]


async def _stamped_first(run: SiteRun, product: Product, found: list[Candidate]) -> list[Candidate]:
    """Return candidates with the rows that carry the product's stamp before all others, whatever they are called."""
    entity = run.connector.entity_of(product)
    stamped = (await run.connector.by_keys(entity, [product.id])).get(product.id, [])
    alike = {(each.entity, each.external_id): each for each in found}
    first: list[Candidate] = []
    for seen in stamped:
        plain = Candidate(entity=seen.entity, external_id=seen.id, name=seen.name, active=seen.active, score=1.0)
        known = alike.pop((seen.entity, seen.id), plain)
        first.append(known.model_copy(update={"agrees": (_SAME_STAMP, *known.agrees)}))
    return [*first, *alike.values()]


async def _external_id(run: SiteRun, kind: RecordKind, named: Named) -> str:
    """Return what stands for a record in the PSA: by its link, else as the quoting side has it; empty for none."""
    ref = RecordRef(kind=kind, id=named.id)
    link = await present_link(run, ref)
    if link is not None:
        return link.external_id
    stored = await run.workspace.read(lambda conn: records.record(conn, run.site.id, ref))
    return named.external_id or str(getattr(stored, "external_id", "") or "")


async def link(run: SiteRun, ref: RecordRef, entity: str, external_id: str) -> str:
    """Link a record to a PSA row that a person chose, after reading it; returns the row's name.

    Raises `UserError` where the PSA does not show such a row, or where another record is linked to it.
    """
    psa = run.site.psa.label
    seen = (await run.connector.read(entity, [external_id])).get(external_id)
    if seen is None:
        raise UserError(f"{psa} shows no {entity} row #{external_id} to this API user: check the number.")
    site_id = run.site.id
    others = await run.workspace.read(lambda conn: links.by_external(conn, site_id, entity, external_id))
    taken = next((other for other in others if other.ref != ref), None)
    if taken is not None and ref.kind is not RecordKind.PRODUCT:
        raise UserError(
            f"{psa} #{external_id} is already linked to the {taken.ref.kind} {taken.ref.id}: unlink that first."
        )
    at = run.clock.now()
    made = Link(ref=ref, entity=entity, external_id=external_id, origin=LinkOrigin.HAND, verified_at=at)

    def store(tx: Transaction) -> None:
        _drop(tx, site_id, ref)
        _settle(tx, site_id, ref, external_id, run)
        links.save_link(tx, site_id, made, at=at)
        settings.put(tx, decision_key(site_id, ref, "create"), "")

    await run.workspace.write(store)
    return seen.name


async def unlink(run: SiteRun, ref: RecordRef) -> None:
    """Forget the link of a record and of its parts; the PSA is not touched."""
    site_id = run.site.id
    await run.workspace.write(lambda tx: _drop(tx, site_id, ref))


def _drop(tx: Transaction, site_id: str, ref: RecordRef) -> None:
    for each in links.links_of(tx.conn, site_id, ref):
        links.remove_link(tx, site_id, ref, each.part)


def _settle(tx: Transaction, site_id: str, ref: RecordRef, external_id: str | None, run: SiteRun) -> None:
    """End what was unknown of earlier creates of a record: a person has said what stands for it."""
    for intent in intents.open_intents(tx.conn, site_id, ref):
        intents.settle_intent(tx, intent.id, external_id if not intent.part else None, at=run.clock.now())


async def decide(run: SiteRun, ref: RecordRef, name: str, value: str) -> None:
    """Keep what a person decided for one record, for its next attempt.

    `create`: create it anew although something like it may be there. `won`: write although the opportunity is won.
    """
    site_id = run.site.id

    def store(tx: Transaction) -> None:
        if name == "create":
            _drop(tx, site_id, ref)
            _settle(tx, site_id, ref, None, run)
        settings.put(tx, decision_key(site_id, ref, name), value)

    await run.workspace.write(store)


async def decide_lines(run: SiteRun, ref: RecordRef, word: str) -> None:
    """Keep what a person decided about the lines of a quote that others added or deleted.

    It holds for the lines that the quote's issue asks about, or, where nothing was asked yet, for those that the PSA
    shows now; lines that come later are asked about anew.
    """
    if word not in LINE_DECISIONS:
        raise UserError(f"Lines can be handled by {', '.join(LINE_DECISIONS)}, not by “{word}”.")
    record, site_id = await stored_record(run, ref), run.site.id
    issue = await run.workspace.read(lambda conn: issues.issue_for(conn, site_id, ref))
    asked = asked_lines(issue.failures) if issue is not None and issue.state is not IssueState.CLEARED else []
    if not asked:
        refs = await run.workspace.read(lambda conn: load(conn, run.site, [record]))
        asked = asked_lines((await Checker(run, refs).check(record)).failures)

    def store(tx: Transaction) -> None:
        key = decision_key(site_id, ref, "lines")
        settings.put(tx, key, with_lines(settings.get(tx.conn, key) or "", asked, word))

    await run.workspace.write(store)


async def decide_field(run: SiteRun, about: FieldDifference, word: str) -> None:
    """Keep whose value counts for one field that both sides changed; it holds until a side changes the field again."""
    if word not in FIELD_DECISIONS or about.ref is None:
        raise UserError(f"A field can be decided by {' or '.join(FIELD_DECISIONS)}, not by “{word}”.")
    key = decision_key(run.site.id, about.ref, "conflicts")
    await run.workspace.write(
        lambda tx: settings.put(tx, key, with_field(settings.get(tx.conn, key) or "", about, word))
    )


async def create_anew(run: SiteRun, ref: RecordRef) -> None:
    """Decide that a record is created anew at its next write; a dead link is forgotten."""
    entity = run.connector.entity_of(await stored_record(run, ref))
    if not run.connector.creates(entity):
        raise UserError(f"{run.site.psa.label} does not let programs create {entity}: link it to an existing one.")
    await decide(run, ref, "create", "yes")
