"""What has become of the row that a company, contact, opportunity or product is linked to."""

from dataclasses import dataclass

from sync_desktop.domain.failures import Failure
from sync_desktop.domain.records import AnyRecord, Contact, Opportunity, RecordRef, ref_of
from sync_desktop.domain.words import FailureKind, RecordKind
from sync_desktop.investigate.asking import Asking
from sync_desktop.investigate.findings import ASKED, told
from sync_desktop.psa.whereabouts import Where, Whereabouts
from sync_desktop.sync.refs import SiteRefs, needed_by

_ABOUT_ROWS = (FailureKind.NOT_FOUND, FailureKind.INACTIVE, FailureKind.ASSOCIATION)
_KINDS = (RecordKind.COMPANY, RecordKind.CONTACT, RecordKind.OPPORTUNITY, RecordKind.PRODUCT)
_NOT_HERE = (Where.GONE, Where.DELETED, Where.INACTIVE)
_SAID = ("not associated with", "does not exist or is invalid", "does not reference an existing", "not found")
"""What refusals say that may be about any row that a record names."""


@dataclass(slots=True)
class RowLook:
    """Looks at the rows of one record and of what it needs. `psa` is what the PSA is called."""

    asking: Asking
    refs: SiteRefs
    record: AnyRecord
    psa: str

    async def look(self, failure: Failure) -> Failure:
        """Return a failure with what has become of the rows that it is about."""
        if "mapping_kind" in failure.facts:
            return failure
        ref = failure.record or ref_of(self.record)
        if failure.kind in _ABOUT_ROWS and "found in Salesbuildr" not in failure.message:
            return await self._about(failure, ref)
        if failure.kind is FailureKind.REFUSED and any(text in failure.message for text in _SAID):
            return await self._about_any(failure)
        return failure

    async def _about(self, failure: Failure, ref: RecordRef) -> Failure:
        found = await self._of(ref) if ref.kind in _KINDS else None
        if found is None:
            return failure
        said = {ASKED: f"Asked {self.psa}: {found.sentence}"}
        if found.where in (Where.ACTIVE, Where.UNKNOWN):
            return told(failure, **said)
        return told(failure, state=found.where.value, found_name=found.into, **said)

    async def _about_any(self, failure: Failure) -> Failure:
        """Ask for every row that a refused record names; those that are in use need no word."""
        answers = [await self._of(ref) for ref in (*needed_by(self.record), ref_of(self.record)) if ref.kind in _KINDS]
        wrong = [each for each in answers if each is not None and each.where is not Where.ACTIVE]
        if not wrong:
            return failure
        first = next((each for each in wrong if each.where is not Where.UNKNOWN), None)
        known = {"state": first.where.value, "found_name": first.into} if first is not None else {}
        return told(failure, **known, **{ASKED: f"Asked {self.psa}: {'; '.join(each.sentence for each in wrong)}"})

    async def _of(self, ref: RecordRef) -> Whereabouts | None:
        """Return where a record's row is; None for a record that is linked to none."""
        entity, row_id = self._row(ref)
        if not row_id:
            return None
        found = await self.asking.record(entity, row_id, str(ref.kind))
        if ref.kind is RecordKind.COMPANY and found.where in _NOT_HERE:
            return await self._by_those_of(ref, found)
        if found.seen is not None and ref.kind in (RecordKind.CONTACT, RecordKind.OPPORTUNITY):
            return await self._moved(ref, found)
        return found

    def _row(self, ref: RecordRef) -> tuple[str, str]:
        """Return the entity and identifier that a record is linked to, or is said to be by the quoting side."""
        link, record = self.refs.link(ref), self.refs.records.get(ref)
        if link is not None:
            return link.entity, link.external_id
        if record is None:
            return "", ""
        return self.asking.connector.entity_of(record), getattr(record, "external_id", "")

    async def _by_those_of(self, ref: RecordRef, found: Whereabouts) -> Whereabouts:
        """Tell merged and hidden companies from deleted ones, by where those that belong to them are now.

        A PSA keeps no contact or opportunity of a company that it does not have; a merge moves them to the other one.
        """
        for each in self._belonging_to(ref):
            entity, row_id = self._row(each)
            if not row_id:
                continue
            other = await self.asking.record(entity, row_id, str(each.kind))
            now = other.seen.parent_id if other.seen is not None else ""
            if now == found.part.id and found.where is Where.GONE:
                return found.as_(Where.HIDDEN, detail=f"{each.kind} {row_id} still belongs to it")
            if now and now != found.part.id:
                into = await self.asking.record(self._row(ref)[0], now, str(RecordKind.COMPANY))
                if into.where is Where.ACTIVE:
                    detail = f"its {each.kind} {row_id} belongs to company {now} “{into.name}” now"
                    return found.as_(Where.MERGED, detail=detail, into=into.name)
        return found

    def _belonging_to(self, ref: RecordRef) -> list[RecordRef]:
        others = [each for each in self.refs.records.values() if isinstance(each, Contact | Opportunity)]
        return [ref_of(each) for each in others if each.company.id == ref.id]

    async def _moved(self, ref: RecordRef, found: Whereabouts) -> Whereabouts:
        """Say of a contact or opportunity that it belongs to another company than here."""
        record = self.refs.records.get(ref)
        now = found.seen.parent_id if found.seen is not None else ""
        if found.where is not Where.ACTIVE or not isinstance(record, Contact | Opportunity) or not now:
            return found
        entity, wanted = self._row(RecordRef(kind=RecordKind.COMPANY, id=record.company.id))
        if not wanted or wanted == now:
            return found
        into = await self.asking.record(entity, now, str(RecordKind.COMPANY))
        named = f" “{into.name}”" if into.name else ""
        return found.as_(Where.MOVED, detail=f"belongs to company {now}{named}, not to {wanted}", into=into.name)
