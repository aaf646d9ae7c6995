"""The documents of a pack: a published version whose words differ is replaced, never edited."""

from dataclasses import dataclass

from policies.choices import VersionState
from policies.models import Clause, PolicyDocument, PolicyVersion
from policies.packs.records import Record
from policies.packs.registry import PackRun
from policies.services.rows import put


@dataclass(frozen=True)
class _ClauseText:
    number: str
    heading: str
    text: str


def load_documents(records: list[Record], run: PackRun) -> int:
    changed = 0
    for record in records:
        key = {"slug": record.text("slug", longest=120)}
        values = {"title": record.text("title", longest=120), "summary": record.text("summary", "", longest=300)}
        clauses = [_read_clause(each) for each in record.records("clauses")]
        record.finish()
        document, is_changed = put(PolicyDocument, key=key, values=values)
        changed += is_changed + _publish(document, clauses, run)
    return changed


def _read_clause(record: Record) -> _ClauseText:
    clause = _ClauseText(
        number=record.text("number", longest=12), heading=record.text("heading", longest=160), text=record.text("text")
    )
    record.finish()
    return clause


def _publish(document: PolicyDocument, clauses: list[_ClauseText], run: PackRun) -> bool:
    current = document.versions.filter(state=VersionState.PUBLISHED).first()
    if current and [_ClauseText(each.number, each.heading, each.text) for each in current.clauses.all()] == clauses:
        return False
    if current:
        current.state = VersionState.REPLACED
        current.save(update_fields=["state", "updated_at"])
    last = document.versions.order_by("-number").first()
    version = PolicyVersion.objects.create(
        document=document,
        number=last.number + 1 if last else 1,
        state=VersionState.PUBLISHED,
        effective_from=run.valid_from,
        change_note=f"From the policy pack “{run.pack}”.",
        published_by=run.actor,
        published_at=run.now,
    )
    Clause.objects.bulk_create(
        Clause(version=version, number=each.number, heading=each.heading, text=each.text, order=order)
        for order, each in enumerate(clauses, start=1)
    )
    return True
