"""The scorecards of a policy pack: each is published once; one that is there may have been edited, so it stays."""

from coaching.choices.quality import ScorecardState
from coaching.models import Scorecard, ScorecardVersion
from coaching.services.scorecards import CriterionText, check_weights, write_criteria
from core.errors import UserFacingError
from policies.packs.records import Record
from policies.packs.registry import PackRun

LONGEST_TEXT, LONGEST_GUIDANCE = 200, 300


def load_scorecards(records: list[Record], run: PackRun) -> int:
    return sum(_load(record, run) for record in records)


def _load(record: Record, run: PackRun) -> bool:
    name, purpose = record.text("name", longest=80), record.text("purpose", "", longest=200)
    effective_from = record.day("valid_from", run.valid_from)
    criteria = [criterion for section in record.records("sections") for criterion in _section(section)]
    record.finish()
    try:
        check_weights(criteria)
    except UserFacingError as error:
        raise record.error(f"“sections”: {error}") from error
    if Scorecard.objects.filter(name__iexact=name).exists():
        return False
    version = ScorecardVersion.objects.create(
        scorecard=Scorecard.objects.create(name=name, purpose=purpose),
        number=1,
        state=ScorecardState.PUBLISHED,
        effective_from=effective_from,
        change_note=f"Loaded with the policy pack {run.pack}.",
        written_by=run.actor,
        published_by=run.actor,
        published_at=run.now,
    )
    write_criteria(version, criteria)
    return True


def _section(record: Record) -> list[CriterionText]:
    title = record.text("title", longest=80)
    criteria = [_criterion(each, title) for each in record.records("criteria")]
    record.finish()
    return criteria


def _criterion(record: Record, section: str) -> CriterionText:
    criterion = CriterionText(
        section=section,
        text=record.text("text", longest=LONGEST_TEXT),
        weight=record.whole("weight", 0),
        guidance=record.text("guidance", "", longest=LONGEST_GUIDANCE),
        is_fatal=record.flag("is_fatal"),
        is_compliance=record.flag("is_compliance"),
    )
    record.finish()
    return criterion
