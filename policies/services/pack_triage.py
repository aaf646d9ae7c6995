"""The triage tree of a pack: a published edition whose questions differ is replaced, never edited."""

from django.db.models import Max

from policies.choices import VersionState
from policies.models import TriageTree
from policies.packs.records import Record
from policies.packs.registry import PackRun
from policies.selectors import clause_named
from policies.triage import Tree, as_data, problems, read_questions


def load_triage_tree(records: list[Record], run: PackRun) -> int:
    return sum(_load(record, run) for record in records)


def _load(record: Record, run: PackRun) -> bool:
    percent = record.whole("sample_percent", 10)
    tree = Tree(questions=read_questions(record.records("questions")))
    valid_from = record.day("valid_from", run.valid_from)
    record.finish()
    for sentence in problems(tree):
        raise record.error(sentence)
    if percent > 100:
        raise record.error("“sample_percent” must be 100 or less.")
    for end in tree.ends:
        if end.clause and clause_named(end.clause) is None:
            raise record.error(f"“clause”: there is no clause “{end.clause}” in force.")
    values = {"questions": as_data(tree.questions), "sample_percent": percent}
    published = TriageTree.objects.filter(state=VersionState.PUBLISHED, valid_from=valid_from)
    if published.filter(**values).exists():
        return False
    published.update(state=VersionState.REPLACED)
    TriageTree.objects.create(
        number=(TriageTree.objects.aggregate(last=Max("number"))["last"] or 0) + 1,
        state=VersionState.PUBLISHED,
        valid_from=valid_from,
        change_note=f"From the policy pack “{run.pack}”.",
        published_by=run.actor,
        published_at=run.now,
        **values,
    )
    return True
