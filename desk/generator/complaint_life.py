"""How an invented complaint lives: looked into, proposed, signed off, told, answered, followed up, closed."""

from decimal import Decimal

from cases.choices import (
    ApprovalState,
    CaseStatus,
    Channel,
    ContactPurpose,
    Decision,
    Direction,
    PromiseKind,
)
from cases.models import Approval, ApprovalDecision
from complaints.choices import Answer, Finding, GivesWanted, Outcome
from complaints.lifecycle import outcome_of
from complaints.models import (
    Complaint,
    ComplaintPoint,
    Confirmation,
    Contributor,
    Feedback,
    Proposal,
    RedressItem,
    Resolution,
)
from complaints.selectors.content import Content, content_hash
from desk.generator.casefile import CaseFile
from desk.generator.investigation import Investigation
from desk.generator.words import common

FINDINGS = (Finding.UPHELD, Finding.PARTLY_UPHELD, Finding.NOT_UPHELD, Finding.UNDECIDED)
FINDING_WEIGHTS = (48, 22, 27, 3)
LEADER_LIMIT, MANAGER_LIMIT = Decimal(500), Decimal(2500)


class ComplaintLife:
    """Each chapter returns whether the story goes on."""

    def __init__(self, file: CaseFile, papers: Investigation, *, needs_manager: bool) -> None:
        self.file = file
        self.papers = papers
        self.needs_manager = needs_manager
        self.complaint = file.rows.add(Complaint, created_at=file.now, case_id=file.case.pk)
        more = 0 if file.is_brief else file.rng.choice((0, 0, 1, 1, 2))
        texts = [file.case.summary, *file.rng.sample(common.POINTS, more)]
        self.points = [self._add_point(number, text) for number, text in enumerate(texts, start=1)]
        self.resolution: int | None = None
        self.redress: list[Content] = []
        self.round = 0

    def live(self) -> None:
        wants_answer = self._acknowledge()
        while wants_answer and self.file.after(1, 60):
            self.file.move("complaint.start", CaseStatus.INVESTIGATING)
            wants_answer = self._look_into_it()

    def _look_into_it(self) -> bool:
        """Look into it, decide and tell; return whether the customer wants it looked at again."""
        if not all(chapter() for chapter in (self._investigate, self._sign_off, self._tell)):
            return False
        if not self.file.after(8, 200):
            return False
        is_sorted = self._hear()
        if is_sorted:
            self._finish()
        return not is_sorted

    def _acknowledge(self) -> bool:
        file = self.file
        if not file.after(0.3, 14):
            return False
        file.contact(Direction.OUT, file.say(common.ACKNOWLEDGEMENTS), purpose=ContactPurpose.ACKNOWLEDGEMENT)
        file.reach("FIRST_RESPONSE" if file.rng.random() < 0.8 else "ACKNOWLEDGED")
        return True

    def _investigate(self) -> bool:
        file = self.file
        for _ in range(1 if file.is_brief else file.rng.choice((1, 2, 2, 3, 4))):
            if not file.after(6, 90):
                return False
            self.papers.keep_promises()
            self.papers.work()
            if file.rng.random() < 0.35:
                file.contact(Direction.IN, file.say(common.CUSTOMER_REPLIES))
            if file.rng.random() < 0.8:
                file.contact(Direction.OUT, file.say(common.UPDATES), purpose=ContactPurpose.HOLDING)
                file.reach("UPDATE_SENT")
                self.papers.promise()
        return not (file.rng.random() < 0.05 and self._withdraw())

    def _withdraw(self) -> bool:
        file = self.file
        self.papers.keep_promises()
        file.move("complaint.withdraw", CaseStatus.WITHDRAWN, note="The customer no longer wants to pursue it.")
        file.rows.change(Complaint, self.complaint, outcome=Outcome.WITHDRAWN, outcome_reason="The customer said so.")
        file.case.closed_at = file.now
        return True

    def _sign_off(self) -> bool:
        if not self.file.after(4, 60):
            return False
        self.papers.keep_promises()
        self.papers.complete()
        content = self._propose()
        returns = 1 if self.file.rng.random() < 0.22 else 0
        for is_last in [False] * returns + [True]:
            approval = self._submit(content)
            if not self.file.after(1, 50):
                return False
            self._decide(approval, content, Decision.APPROVE if is_last else Decision.RETURN)
            if not is_last and not self.file.after(3, 50):
                return False
        return True

    def _propose(self) -> Content:
        """Answer every point and write the proposal; return it as the approver will see it."""
        file = self.file
        self.findings = [file.rng.choices(FINDINGS, FINDING_WEIGHTS)[0] for _ in self.points]
        points = [self._answer(key, finding) for key, finding in zip(self.points, self.findings, strict=True)]
        self.redress = self.redress or self._offer()
        upheld = outcome_of(self.findings) in (Outcome.UPHELD, Outcome.PARTLY_UPHELD)
        letter = f"Dear {file.case.customer}\n\n{file.say(common.DECISIONS)}\n\nYours sincerely\n{file.owner}"
        resolution = {
            "has_apology": upheld,
            "apology": "We are sorry. We did not do what we said we would." if upheld else "",
            "gives_wanted": GivesWanted.YES if upheld else GivesWanted.NO,
            "gives_wanted_reason": "" if upheld else "Our records do not bear out what the customer expects.",
        }
        if self.resolution is None:
            whose = {"case_id": file.case.pk, "edited_by_id": file.owner.pk}
            self.resolution = file.rows.add(Resolution, created_at=file.now, **whose)
            file.rows.add(Contributor, case_id=file.case.pk, person_id=file.owner.pk, last_at=file.now)
        file.rows.change(Resolution, self.resolution, letter=letter, **resolution)
        file.detailed("complaint.resolution_saved")
        return {
            "definition": "",
            "points": points,
            "redress": self.redress,
            "actions": [],
            "apology": [resolution["has_apology"], resolution["apology"]],
            "gives_wanted": [resolution["gives_wanted"], resolution["gives_wanted_reason"]],
            "letter": letter,
        }

    def _add_point(self, number: int, text: str) -> int:
        file = self.file
        return file.rows.add(
            ComplaintPoint,
            created_at=file.now,
            case_id=file.case.pk,
            number=number,
            text=text,
            edited_by_id=file.owner.pk,
        )

    def _answer(self, key: int, finding: Finding) -> Content:
        file = self.file
        number = self.points.index(key) + 1
        answer = {
            "facts": file.say(common.NOTES),
            "finding": finding,
            "reason": file.say(common.REASONS),
            "remedy": "Put right, with an apology" if finding != Finding.NOT_UPHELD else "",
        }
        clause = file.rng.choice(file.reference.clauses)
        file.rows.change(ComplaintPoint, key, clause_id=clause, version=2, **answer)
        file.detailed("complaint.point_saved", subject=f"point {number}")
        text = file.rows.value(ComplaintPoint, key, "text")
        unsaid = {"standard": "", "impact": "", "evidence": []}
        return {"number": number, "text": text, "clause": clause, **answer, **unsaid}

    def _offer(self) -> list[Content]:
        """Offer money where the complaint is right and the harm asks for it, within the usual range mostly."""
        file = self.file
        upheld = [f for f in self.findings if f in (Finding.UPHELD, Finding.PARTLY_UPHELD)]
        if not upheld or file.rng.random() < 0.35:
            return []
        usual = file.rng.choice(file.reference.redress)
        amount = usual.minimum + (usual.maximum - usual.minimum) * Decimal(file.rng.randrange(0, 101, 5)) / 100
        amount = max(amount.quantize(Decimal("0.01")), Decimal("5.00"))
        values = {"redress_type": usual.redress_type, "amount": amount, "usual_id": usual.pk, "point_id": None}
        file.rows.add(RedressItem, created_at=file.now, case_id=file.case.pk, added_by_id=file.owner.pk, **values)
        file.detailed("complaint.redress_added", changes={"redress": ("", f"£{amount:,.2f}")})
        item = {"type": usual.redress_type, "amount": str(amount), "point": None, "usual": usual.pk}
        return [{**item, "outside_reason": ""}]

    def _submit(self, content: Content) -> int:
        file = self.file
        self.round += 1
        self.amount = sum((Decimal(item["amount"]) for item in content["redress"]), Decimal("0.00"))
        needs_manager = self.needs_manager or self.amount > LEADER_LIMIT
        key = file.rows.add(
            Approval,
            case_id=file.case.pk,
            round=self.round,
            amount=self.amount,
            content_hash=content_hash(content),
            reason="A second person signs off every resolution.",
            requested_by_id=file.owner.pk,
            requested_at=file.now,
        )
        least_role = "MANAGER" if needs_manager else "TEAM_LEADER"
        file.rows.add(Proposal, approval_id=key, content=content, least_role=least_role)
        self.approver = file.rng.choice(file.reference.organisation.managers) if needs_manager else file.leader
        file.move("complaint.submit", CaseStatus.AWAITING_SIGN_OFF)
        return key

    def _decide(self, approval: int, content: Content, decision: Decision) -> None:
        file, approved = self.file, decision == Decision.APPROVE
        comment = "" if approved else "Say in the letter what we do so that it does not happen again."
        file.rows.change(
            Approval,
            approval,
            state=ApprovalState.APPROVED if approved else ApprovalState.RETURNED,
            decided_at=file.now,
        )
        file.rows.add(
            ApprovalDecision,
            approval_id=approval,
            decision=decision,
            decided_by_id=self.approver.pk,
            requested_by_id=file.owner.pk,
            decided_at=file.now,
            comment=comment,
            parts=[] if approved else ["LETTER"],
            content_hash=content_hash(content),
            limit=MANAGER_LIMIT if self.approver.role == "MANAGER" else LEADER_LIMIT,
        )
        if approved:
            file.rows.change(Complaint, self.complaint, outcome=outcome_of(self.findings), decided_at=file.now)
            file.move("complaint.approve", CaseStatus.APPROVED, actor=self.approver)
        else:
            file.move("complaint.return", CaseStatus.RETURNED, actor=self.approver, note=comment)

    def _tell(self) -> bool:
        file = self.file
        if not file.after(0.5, 30):
            return False
        letter = file.say(common.DECISIONS)
        file.contact(Direction.OUT, letter, purpose=ContactPurpose.DECISION, subject="Our decision on your complaint")
        file.rows.change(Complaint, self.complaint, decision_sent_at=file.now)
        file.move("complaint.send", CaseStatus.WITH_CUSTOMER)
        file.reach("FINAL_RESPONSE")
        return True

    def _hear(self) -> bool:
        """Return whether it is sorted; one in twelve says that it is not, and the case is open again."""
        file = self.file
        is_sorted = file.rng.random() > 0.08
        key = file.rows.add(
            Confirmation,
            case_id=file.case.pk,
            answer=Answer.SORTED if is_sorted else Answer.PARTLY,
            said_by=file.case.customer.name,
            channel=Channel.PHONE,
            words="" if is_sorted else "That does not answer my question about the second visit.",
            recorded_by_id=file.owner.pk,
            recorded_at=file.now,
        )
        if file.rng.random() < 0.5:
            low, high = (3, 5) if is_sorted else (1, 3)
            satisfaction, ease, informed = (file.rng.randint(low, high) for _ in range(3))
            ratings = {"satisfaction": satisfaction, "ease": ease, "informed": informed}
            file.rows.add(Feedback, confirmation_id=key, recommend=2 * satisfaction, **ratings)
        if is_sorted:
            file.move("complaint.confirm", CaseStatus.CONFIRMED)
        else:
            file.move("complaint.dispute", CaseStatus.REOPENED)
        return is_sorted

    def _finish(self) -> None:
        file = self.file
        if file.rng.random() < 0.4 and not self._follow_up():
            return
        if file.after(1, 60):
            file.move("complaint.close", CaseStatus.CLOSED)
            file.case.closed_at = file.now
            file.reach("CLOSED")

    def _follow_up(self) -> bool:
        file = self.file
        if not file.after(1, 20):
            return False
        file.move("complaint.follow_up", CaseStatus.FOLLOW_UP)
        self.papers.promise(kind=PromiseKind.FOLLOW_UP, days=21)
        if not file.after(300, 600):
            return False
        self.papers.keep_promises()
        return True
