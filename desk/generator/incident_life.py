"""How an invented incident lives: assessed, handed off, told about, resolved, made good, closed."""

from datetime import timedelta
from decimal import Decimal

from cases.choices import CaseStatus, WaitingOn
from desk.generator.casefile import CaseFile
from desk.generator.investigation import Investigation
from desk.generator.words import common
from incidents.choices import Audience, RecoveryKind, RecoveryState
from incidents.models import HandOff, Incident, IncidentUpdate, RecoveryAction
from policies.choices import Priority

CUSTOMER_UPDATES = (
    "We know that supply is off at your address. An engineer is on the way.",
    "The fault is found: a damaged joint in the street. Repair has begun.",
    "Top-ups are reaching meters again. If yours has not arrived, wait an hour and try once more.",
    "Supply is back. Please tell us if yours is not.",
)
INSIDE_UPDATES = (
    "Network operator confirms the fault and gives the job number. Next word at the hour.",
    "Payments provider has restarted the queue; backlog clears by the evening.",
    "Do not book single visits for this postcode: one cause for all.",
)
RESOLVERS = ("Network operator", "Field contractor", "Payments provider", "Metering back office")
MANY = 60
RESOLUTIONS = (
    "The joint was replaced and supply restored.",
    "The provider cleared the queue, and the top-ups that were missing were sent again.",
    "Faulty isolator changed; safety check passed.",
)


class IncidentLife:
    """Each chapter returns whether the story goes on."""

    def __init__(self, file: CaseFile, papers: Investigation) -> None:
        self.file = file
        self.papers = papers
        case = file.case
        affected = file.rng.choice((1, 1, 3, 12, 40, 160))
        self.incident = file.rows.add(
            Incident,
            created_at=file.now,
            case_id=case.pk,
            affected=case.summary[:200],
            affected_count=max(affected, MANY) if case.priority <= Priority.P2 else affected,
            started_at=case.received_at,
        )
        file.happened("incident.opened")

    def live(self) -> None:
        for chapter in (self._assess, self._work, self._resolve, self._finish):
            if not chapter():
                return

    def _assess(self) -> bool:
        file = self.file
        if not file.after(0.2, 8):
            return False
        file.move("incident.assess", CaseStatus.ASSESSED)
        file.reach("ACKNOWLEDGED")
        if not file.after(0.2, 6):
            return False
        file.move("incident.start", CaseStatus.IN_PROGRESS)
        self._hand_off()
        return True

    def _work(self) -> bool:
        file = self.file
        for _ in range(file.rng.choice((1, 1, 2, 3))):
            if not file.after(1, 70):
                return False
            self._tell(Audience.CUSTOMERS, CUSTOMER_UPDATES)
            if file.rng.random() < 0.5:
                self._tell(Audience.STAKEHOLDERS, INSIDE_UPDATES)
            self.papers.work()
        if file.rng.random() < 0.3:
            return self._wait()
        return True

    def _wait(self) -> bool:
        file = self.file
        file.move("incident.wait", CaseStatus.WAITING)
        file.case.waiting_on = WaitingOn.THIRD_PARTY
        file.rows.change(Incident, self.incident, waiting_reason="Waiting for the network operator's crew")
        if not file.after(8, 160):
            return False
        file.case.waiting_on = WaitingOn.NOBODY
        file.rows.change(Incident, self.incident, waiting_reason="")
        file.move("incident.resume", CaseStatus.IN_PROGRESS)
        return True

    def _resolve(self) -> bool:
        file = self.file
        if not file.after(1, 90):
            return False
        self.papers.complete()
        self.papers.keep_promises()
        resolution = {"resolution": file.rng.choice(RESOLUTIONS), "resolved_at": file.now}
        file.rows.change(Incident, self.incident, next_update_due_at=None, **resolution)
        file.move("incident.resolve", CaseStatus.RESOLVED)
        file.reach("FINAL_RESPONSE")
        file.reach("RESOLVED")
        return True

    def _finish(self) -> bool:
        file = self.file
        if file.rng.random() < 0.4:
            if not file.after(1, 24):
                return False
            file.move("incident.follow_up", CaseStatus.FOLLOW_UP)
            self._make_good()
        if not file.after(12, 260):
            return False
        file.move("incident.close", CaseStatus.CLOSED)
        file.case.closed_at = file.now
        file.reach("CLOSED")
        return True

    def _hand_off(self) -> None:
        file = self.file
        received = file.now + timedelta(minutes=file.rng.randint(5, 90))
        is_received = received <= file.stop_at
        key = file.rows.add(
            HandOff,
            case_id=file.case.pk,
            resolver=file.rng.choice(RESOLVERS),
            is_external=True,
            asked="Find the fault and say when supply will be back",
            handed_by_id=file.owner.pk,
            handed_at=file.now,
            due_at=file.now + timedelta(hours=4),
            received_at=received if is_received else None,
            receipt=f"Job {file.rng.randrange(10**6):06d}" if is_received else "",
        )
        file.happened("incident.handed_off", subject=f"handoff:{key}")

    def _tell(self, audience: Audience, sentences: tuple[str, ...]) -> None:
        file = self.file
        next_update = file.now + timedelta(hours=file.rng.choice((2, 4, 24)))
        file.rows.add(
            IncidentUpdate,
            case_id=file.case.pk,
            audience=audience,
            text=file.rng.choice(sentences),
            author_id=file.owner.pk,
            sent_at=file.now,
            next_update_at=next_update,
        )
        if audience == Audience.CUSTOMERS:
            file.rows.change(Incident, self.incident, next_update_due_at=next_update)
            file.reach("UPDATE_SENT")
        file.happened(f"incident.told_{audience.lower()}")

    def _make_good(self) -> None:
        file = self.file
        key = file.rows.add(
            RecoveryAction,
            case_id=file.case.pk,
            customer_group="Everyone in the affected street",
            kind=file.rng.choice((RecoveryKind.APOLOGY, RecoveryKind.GOODWILL)),
            text="Write to say sorry and what we do so that it does not happen again",
            cost=Decimal(file.rng.choice((0, 30, 120, 450))),
            state=RecoveryState.DONE,
            due_date=(file.now + timedelta(days=7)).date(),
            proposed_by_id=file.owner.pk,
            proposed_at=file.now,
            agreed_by_id=file.leader.pk,
            agreed_at=file.now,
            settled_at=file.now,
            outcome=file.say(common.CUSTOMER_REPLIES),
        )
        file.happened("incident.recovery_done", subject=f"recoveryaction:{key}")
