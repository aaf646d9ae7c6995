"""What both kinds of case share: checklist, people, evidence, promises, root cause."""

from datetime import timedelta

from cases.choices import (
    Certainty,
    ChecklistState,
    EvidenceType,
    PromiseKind,
    PromiseState,
    StakeholderRole,
    WaitingOn,
)
from cases.models import ChecklistItem, Evidence, Promise, RootCauseAnalysis, Stakeholder, Why
from desk.generator.casefile import CaseFile
from desk.generator.words import common
from policies.models import ChecklistTemplateItem, Trigger

EVIDENCE = (
    ("Call recording", EvidenceType.CALL_RECORDING, "What was promised, and when"),
    ("Bill and its readings", EvidenceType.TRANSACTION, "Which readings the bill was worked out from"),
    ("Photo of the meter", EvidenceType.PHOTO, "The reading and the serial number"),
    ("Job sheet of the visit", EvidenceType.REPORT, "When the engineer came and what was done"),
    ("Payment trace", EvidenceType.TRANSACTION, "Where the money went"),
    ("Chat transcript", EvidenceType.CHAT, "What the customer was told in writing"),
)
PEOPLE = (
    ("Metering back office", StakeholderRole.TEAM, "Confirm the readings and the serial number"),
    ("Payments team", StakeholderRole.TEAM, "Trace the payment"),
    ("Field contractor", StakeholderRole.THIRD_PARTY, "Job sheet and photo of the visit"),
    ("First adviser", StakeholderRole.COLLEAGUE, "What was said in the first call"),
)


class Investigation:
    """The working papers of one case, settled bit by bit as its days go by."""

    def __init__(self, file: CaseFile, trigger: Trigger) -> None:
        self.file = file
        templates = [] if file.is_brief else file.reference.checklist(file.case.kind, file.case.category_id, trigger.pk)
        self.open_items = [self._add_item(item, order) for order, item in enumerate(templates, start=1)]
        self.open_promises: list[int] = []
        self.has_root_cause = False
        if self.open_items:
            file.detailed("checklist.created")

    def work(self) -> None:
        """Find out something: a note most times, now and then a piece of evidence, a question, a promise."""
        file, chance = self.file, self.file.rng.random()
        file.case.waiting_on = WaitingOn.NOBODY
        file.add_note(file.say(common.NOTES))
        if file.is_brief:
            return
        for _ in range(file.rng.randint(1, 2)):
            self._settle_item()
        if chance < 0.45:
            self._add_evidence()
        if chance > 0.7:
            self._ask_somebody()

    def promise(self, *, kind: str = PromiseKind.CALL_BACK, days: int = 3) -> int:
        """Promise the customer something; whether it is kept in time is for later."""
        file = self.file
        key = file.rows.add(
            Promise,
            created_at=file.now,
            case_id=file.case.pk,
            kind=kind,
            text=file.say(common.PROMISES),
            due_at=file.now + timedelta(days=days),
            owner_id=file.owner.pk,
            made_by_id=file.owner.pk,
            made_at=file.now,
        )
        file.detailed("promise.made", subject=f"promise:{key}")
        self.open_promises.append(key)
        return key

    def keep_promises(self) -> None:
        file = self.file
        for key in self.open_promises:
            settled = {
                "settled_by_id": file.owner.pk,
                "settled_at": file.now,
                "outcome": "Done, and the customer told.",
            }
            file.rows.change(Promise, key, state=PromiseState.KEPT, **settled)
            file.detailed("promise.kept", subject=f"promise:{key}")
        self.open_promises = []

    def complete(self) -> None:
        """Settle what is left of the checklist and say why it happened, as the gates ask before a decision."""
        self.file.case.waiting_on = WaitingOn.NOBODY
        while self.open_items:
            self._settle_item()
        if not self.has_root_cause:
            self._find_root_cause()
            self.has_root_cause = True

    def _settle_item(self) -> None:
        if not self.open_items:
            return
        file, key = self.file, self.open_items.pop(0)
        settled = {"settled_by_id": file.owner.pk, "settled_at": file.now}
        if file.rng.random() < 0.08:
            reason = "Does not bear on this case."
            file.rows.change(ChecklistItem, key, state=ChecklistState.NOT_NEEDED, reason=reason, **settled)
        else:
            finding = file.say(common.NOTES)
            file.rows.change(ChecklistItem, key, state=ChecklistState.COMPLETED, finding=finding, **settled)
        file.detailed("checklist.item_settled", subject=f"item:{key}")

    def _add_item(self, item: ChecklistTemplateItem, order: int) -> int:
        file = self.file
        return file.rows.add(
            ChecklistItem,
            created_at=file.now,
            case_id=file.case.pk,
            template_item_id=item.pk,
            group=item.group,
            text=item.text,
            hint=item.hint,
            is_mandatory=item.is_mandatory,
            assignee_id=file.owner.pk,
            due_date=(file.now + timedelta(days=item.due_working_days)).date(),
            order=order,
        )

    def _add_evidence(self) -> None:
        file = self.file
        title, evidence_type, shows = file.rng.choice(EVIDENCE)
        key = file.rows.add(
            Evidence,
            created_at=file.now,
            case_id=file.case.pk,
            title=title,
            evidence_type=evidence_type,
            shows=shows,
            source="Northfold records",
            obtained_by_id=file.owner.pk,
            obtained_at=file.now,
        )
        file.detailed("evidence.added", subject=f"evidence:{key}")

    def _ask_somebody(self) -> None:
        file = self.file
        name, role, needed = file.rng.choice(PEOPLE)
        answered = file.rng.random() < 0.6
        if not answered:
            file.case.waiting_on = WaitingOn.THIRD_PARTY
        key = file.rows.add(
            Stakeholder,
            created_at=file.now,
            case_id=file.case.pk,
            name=name,
            role=role,
            needed=needed,
            asked_on=file.now.date(),
            chase_on=(file.now + timedelta(days=3)).date(),
            answered_on=file.now.date() if answered else None,
            answer=file.say(common.NOTES) if answered else "",
        )
        file.detailed("people.added", subject=f"stakeholder:{key}")

    def _find_root_cause(self) -> None:
        file = self.file
        cause = file.reference.causes[file.rng.choice(file.arrival.subject.causes)]
        key = file.rows.add(
            RootCauseAnalysis,
            created_at=file.now,
            case_id=file.case.pk,
            problem=file.case.summary,
            root_cause_id=cause.pk,
            statement=cause.label,
            certainty=file.rng.choice((Certainty.CONFIRMED, Certainty.CONFIRMED, Certainty.LIKELY)),
            corrective_action="Raised with the owner of the process",
        )
        whys = [] if file.is_brief else file.rng.sample(common.WHYS, file.rng.randint(2, 4))
        for order, answer in enumerate(whys, start=1):
            file.rows.add(Why, analysis_id=key, order=order, answer=answer, is_root_cause=order == len(whys))
        file.detailed("root_cause.saved")
