"""Two teams with a person in every role, and what stands behind the ids in each URL."""

from collections.abc import Callable
from dataclasses import dataclass
from uuid import UUID

from accounts.choices import Role
from accounts.models import Team, User
from accounts.tests.factories import TeamFactory, UserFactory
from cases.choices import LinkKind
from cases.models import Case
from cases.tests.factories import (
    NOW,
    CaseDraftFactory,
    CaseFactory,
    CaseLinkFactory,
    ChecklistItemFactory,
    ContactFactory,
    ContributionFactory,
    EvidenceFactory,
    FishboneCauseFactory,
    NamedColleagueFactory,
    PromiseFactory,
    StakeholderFactory,
)
from coaching.choices.quality import ScorecardState
from coaching.models import CoachingSession, Scorecard, StarRecord
from coaching.tests.factories import GoalFactory, RecognitionFactory, SharedSessionFactory, SharedStarFactory
from coaching.tests.quality_factories import (
    AppealFactory,
    CalibrationFactory,
    FinishedReviewFactory,
    PublishedPracticeFactory,
    SampleFactory,
    ScorecardVersionFactory,
)
from coaching.tests.triage_factories import TriageReviewFactory
from complaints.services.opening import open_complaint
from complaints.tests.factories import (
    DelegationFactory,
    ForwardingFactory,
    MergeFactory,
    ProposalFactory,
    ProposedActionFactory,
    RedressItemFactory,
)
from desk.models import SavedView
from incidents.tests.factories import (
    HandOffFactory,
    IncidentCaseFactory,
    LinkRunFactory,
    ListenerFactory,
    MailingFactory,
    RecoveryActionFactory,
    ReviewActionFactory,
)
from policies.choices import CaseKind, VersionState
from policies.models import PolicyDocument
from policies.tests.factories import PolicyVersionFactory, ProductFactory, TriageDraftFactory
from reporting.models import Theme
from reporting.tests.contact_factories import ContactImportFactory
from reporting.tests.factories import (
    AlarmFactory,
    ChartDecisionFactory,
    RecommendationFactory,
    ReturnFactory,
    ThemeFactory,
    ThemeMembershipFactory,
    ThemeSuggestionFactory,
)
from sla.tests.factories import make_clock, make_example, make_extension, make_move, make_settings, make_spare_target

PEOPLE = {
    "agent": Role.AGENT,
    "leader": Role.TEAM_LEADER,
    "manager": Role.MANAGER,
    "admin": Role.ADMIN,
    "data": Role.DATA_PROTECTION,
}


@dataclass(frozen=True)
class Side:
    """What one distance ("own", "team" or "other") offers to put into a URL."""

    case: Case


@dataclass(frozen=True)
class World:
    people: dict[str, User]
    sides: dict[str, Side]


# "url name:argument" first, then "namespace:argument", then the bare argument. To add a part of a case, make it from
# `side.case` with its factory: the row is there for this one request only.
ARGUMENTS: dict[str, Callable[[Side], object]] = {
    "account_confirm_email:key": lambda side: "no-such-key",
    "account_reset_password_from_key:uidb36": lambda side: "1",
    "account_reset_password_from_key:key": lambda side: "no-such-key",
    "accounts:notification_open:pk": lambda side: 0,
    "accounts:retry_email:pk": lambda side: 0,
    "accounts:team:pk": lambda side: side.case.team_id,
    "accounts:pk": lambda side: side.case.owner_id,
    "reporting:code": lambda side: "received",
    "reporting:limits_end:pk": lambda side: ChartDecisionFactory.create().pk,
    "reporting:chart": lambda side: "open-by-age",
    "reporting:measure": lambda side: "ANSWERED",
    "reporting:slug": lambda side: "on-time",
    "desk:delete_view:pk": lambda side: (
        SavedView.objects.create(owner=side.case.owner, name="Mine", query="view=late").pk
    ),
    "desk:results:pk": lambda side: UUID(int=0),
    "desk:bulk_result:pk": lambda side: 0,
    "desk:bulk_undo:pk": lambda side: 0,
    "reporting:source": lambda side: "colleague",
    "reporting:key": lambda side: str(side.case.owner_id),
    "reporting:number": lambda side: theme_with(side).number,
    "reporting:alarm_settle:pk": lambda side: AlarmFactory.create().pk,
    "reporting:suggestion_accept:pk": lambda side: ThemeSuggestionFactory.create().pk,
    "reporting:suggestion_join:pk": lambda side: ThemeSuggestionFactory.create().pk,
    "reporting:suggestion_reject:pk": lambda side: ThemeSuggestionFactory.create().pk,
    **{
        f"reporting:return{part}:pk": lambda side: ReturnFactory.create().pk
        for part in ("", "_cases", "_differences", "_volumes", "_sign", "_discard", "_csv", "_xlsx")
    },
    "reporting:contact_figures_person:pk": lambda side: side.case.owner_id,
    "reporting:contact_import_result:pk": lambda side: ContactImportFactory.create().pk,
    "reporting:contact_import_undo:pk": lambda side: ContactImportFactory.create().pk,
    "reporting:saved_forget:pk": lambda side: 0,
    "reporting:pk": lambda side: RecommendationFactory.create().pk,
    "reporting:case_id": lambda side: side.case.pk,
    "desk:number": lambda side: CaseDraftFactory.create(author=side.case.owner).number,
    "incidents:number": lambda side: incident_beside(side).reference,
    "incidents:hand_off_receipt:pk": lambda side: HandOffFactory.create(case=incident_beside(side)).pk,
    "incidents:hand_off_answer:pk": lambda side: HandOffFactory.create(case=incident_beside(side)).pk,
    "incidents:unlink:pk": lambda side: caused_by(incident_beside(side)).pk,
    "incidents:link_run:pk": lambda side: LinkRunFactory.create(case=incident_beside(side)).pk,
    "incidents:link_run_csv:pk": lambda side: LinkRunFactory.create(case=incident_beside(side)).pk,
    "incidents:mailing:pk": lambda side: MailingFactory.create(case=incident_beside(side)).pk,
    "incidents:review_action_done:pk": lambda side: ReviewActionFactory.create(case=incident_beside(side)).pk,
    "incidents:listener_remove:pk": lambda side: ListenerFactory.create(case=incident_beside(side)).pk,
    "incidents:pk": lambda side: RecoveryActionFactory.create(case=incident_beside(side)).pk,
    "complaints:confirm:token": lambda side: "no-such-link",
    "complaints:number": lambda side: complaint_of(side).reference,
    "complaints:sign_off:number": lambda side: waiting_for_sign_off(side).reference,
    "complaints:end_delegation:pk": lambda side: DelegationFactory.create().pk,
    "complaints:take_apart:pk": lambda side: MergeFactory.create(case=complaint_of(side), into__team=side.case.team).pk,
    "complaints:forwarding_letter:pk": lambda side: ForwardingFactory.create(case=complaint_of(side)).pk,
    "complaints:bearing:pk": lambda side: EvidenceFactory.create(case=complaint_of(side)).pk,
    "complaints:edit_point:pk": lambda side: complaint_of(side).points.get().pk,
    "complaints:remove_redress:pk": lambda side: RedressItemFactory.create(case=side.case).pk,
    "complaints:remove_action:pk": lambda side: ProposedActionFactory.create(case=side.case).pk,
    "policies:table": lambda side: "products",
    "policies:rule_edit:pk": lambda side: ProductFactory.create().pk,
    "policies:number": lambda side: 2,
    "policies:code": lambda side: "unhappy",
    "policies:triage_edition:number": lambda side: TriageDraftFactory.create().number,
    "policies:slug": lambda side: policy_with_a_draft().slug,
    "coaching:praise_answer:pk": lambda side: RecognitionFactory.create(case=side.case).pk,
    **{
        f"coaching:{name}:pk": lambda side: GoalFactory.create(owner=side.case.owner).pk
        for name in ("goal", "goal_change", "goal_entry", "goal_finish")
    },
    **{
        f"coaching:{name}:pk": lambda side: TriageReviewFactory.create(decision__case=side.case).pk
        for name in ("triage_review", "triage_accept", "triage_decline")
    },
    "coaching:star:number": lambda side: incident_beside(side).reference,
    "coaching:fact_id": lambda side: 0,
    **{
        f"coaching:{name}:pk": lambda side: shared_star(side).pk
        for name in (
            "star_record",
            "star_write",
            "star_autosave",
            "star_send_back",
            "star_facts",
            "star_fact_drop",
            "star_share",
            "star_agree",
            "star_pdf",
            "star_portfolio",
        )
    },
    "coaching:pk": lambda side: shared_note(side).pk,
    "coaching:step": lambda side: "acknowledge",
    "coaching:review:pk": lambda side: FinishedReviewFactory.create(case=side.case).pk,
    "coaching:ask_again:pk": lambda side: FinishedReviewFactory.create(case=side.case).pk,
    "coaching:take_appeal:pk": lambda side: AppealFactory.create(review__case=side.case).pk,
    "coaching:sample_hand_on:pk": lambda side: SampleFactory.create().pk,
    "coaching:sample:pk": lambda side: SampleFactory.create().pk,
    "coaching:calibration:pk": lambda side: CalibrationFactory.create(case=side.case).pk,
    "coaching:practice:pk": lambda side: PublishedPracticeFactory.create(owner=side.case.owner).pk,
    "coaching:practice_edit:pk": lambda side: PublishedPracticeFactory.create(owner=side.case.owner).pk,
    "coaching:practice_helped:pk": lambda side: PublishedPracticeFactory.create(owner=side.case.owner).pk,
    "coaching:practice_step:pk": lambda side: PublishedPracticeFactory.create(owner=side.case.owner).pk,
    "coaching:practice_step:step": lambda side: "confirm",
    "coaching:scorecard_edition:number": lambda side: 1,
    **{
        f"coaching:{page}:pk": lambda side: scorecard_with_a_draft().pk
        for page in (
            "scorecard",
            "scorecard_edition",
            "scorecard_edit",
            "scorecard_draft",
            "scorecard_draft_start",
            "scorecard_draft_discard",
            "scorecard_publish",
        )
    },
    "reference": lambda side: side.case.reference,
    "number": lambda side: side.case.reference,
    "cases:mark_read:pk": lambda side: ContactFactory.create(case=side.case).pk,
    "cases:clear_colleague:pk": lambda side: NamedColleagueFactory.create(case=side.case).pk,
    "cases:ask_person:pk": lambda side: StakeholderFactory.create(case=side.case).pk,
    "cases:contribution:pk": lambda side: ContributionFactory.create(stakeholder__case=side.case).pk,
    "cases:pack_pdf:pk": lambda side: 0,
    "cases:pack_zip:pk": lambda side: 0,
    "cases:call_off:pk": lambda side: ContactFactory.create(case=side.case).pk,
    "cases:attachment:pk": lambda side: 0,
    "cases:item:pk": lambda side: ChecklistItemFactory.create(case=side.case).pk,
    "cases:person:pk": lambda side: StakeholderFactory.create(case=side.case).pk,
    "cases:decide_cause:pk": lambda side: FishboneCauseFactory.create(analysis__case=side.case).pk,
    "cases:promise:pk": lambda side: PromiseFactory.create(case=side.case).pk,
    "cases:evidence_file:pk": lambda side: 0,
    "cases:remove_evidence:pk": lambda side: EvidenceFactory.create(case=side.case).pk,
    "sla:slug": lambda side: make_settings().rule_set.slug,
    "sla:pk": lambda side: make_settings().rules.get().pk,
    "sla:target:pk": lambda side: make_settings().rule_set.targets.get(code="final-response").pk,
    "sla:target_undo:pk": lambda side: make_settings().rule_set.targets.get(code="final-response").pk,
    "sla:target_drop:pk": lambda side: make_spare_target().pk,
    "sla:move:pk": lambda side: make_move().pk,
    "sla:example_drop:pk": lambda side: make_example().pk,
    "sla:exception_drop:pk": lambda side: 0,
    "sla:week_drop:pk": lambda side: 0,
    "sla:extend:pk": lambda side: make_clock(side.case).pk,
    "sla:record:pk": lambda side: make_clock(side.case).pk,
    "sla:decide_extension:pk": lambda side: make_extension(side.case).pk,
    "sla:extension_letter:pk": lambda side: make_extension(side.case).pk,
    "sla:breach_cause:pk": lambda side: make_clock(side.case).pk,
    "cases:unlink:pk": lambda side: CaseLinkFactory.create(source=side.case, target__team=side.case.team).pk,
}


def argument(url_name: str, name: str, side: Side) -> object:
    namespace = url_name.rpartition(":")[0]
    for key in (f"{url_name}:{name}", f"{namespace}:{name}", name):
        if key in ARGUMENTS:
            return ARGUMENTS[key](side)
    raise LookupError(f"Say in config/tests/access_world.py what stands behind <{name}> in {url_name}.")


def theme_with(side: Side) -> Theme:
    """Return a theme that the side's case is in."""
    theme = ThemeFactory.create()
    ThemeMembershipFactory.create(case=side.case, theme=theme)
    return theme


def complaint_of(side: Side) -> Case:
    open_complaint(side.case, actor=side.case.owner, now=NOW)
    return side.case


def waiting_for_sign_off(side: Side) -> Case:
    ProposalFactory.create(approval__case=complaint_of(side), approval__requested_by=side.case.owner)
    return side.case


def incident_beside(side: Side) -> Case:
    """Return the incident of the same owner and team; for one question always the same."""
    found = Case.objects.filter(kind=CaseKind.INCIDENT, owner=side.case.owner).first()
    return found or IncidentCaseFactory.create(team=side.case.team, owner=side.case.owner)


def caused_by(incident: Case) -> Case:
    link = CaseLinkFactory.create(source__team=incident.team, target=incident, kind=LinkKind.CAUSED_BY)
    return link.source


def shared_note(side: Side) -> CoachingSession:
    """Return a note that the leader of the case's team shared with the owner of the case."""
    leader = side.case.team.leaders.first() or UserFactory.create(role=Role.TEAM_LEADER, team=side.case.team)
    return SharedSessionFactory.create(colleague=side.case.owner, leader=leader)


def shared_star(side: Side) -> StarRecord:
    """Return what the owner of the case wrote of an incident and shared with the leader of their team."""
    leader = side.case.team.leaders.first() or UserFactory.create(role=Role.TEAM_LEADER, team=side.case.team)
    return SharedStarFactory.create(author=side.case.owner, coach=leader, case=incident_beside(side))


def policy_with_a_draft() -> PolicyDocument:
    """Return a policy whose first version is published and whose second is a draft; always the same one."""
    if found := PolicyDocument.objects.first():
        return found
    published = PolicyVersionFactory.create()
    PolicyVersionFactory.create(document=published.document, number=2, state=VersionState.DRAFT)
    return published.document


def scorecard_with_a_draft() -> Scorecard:
    """Return a scorecard whose first edition is in force and whose second is a draft; always the same one."""
    if found := Scorecard.objects.filter(versions__state=ScorecardState.DRAFT).first():
        return found
    published = ScorecardVersionFactory.create()
    ScorecardVersionFactory.create(
        scorecard=published.scorecard, number=2, state=ScorecardState.DRAFT, effective_from=None, published_by=None
    )
    return published.scorecard


def make_world() -> World:
    near, far = TeamFactory.create(), TeamFactory.create()
    people = {name: make_person(role, near) for name, role in PEOPLE.items()}
    sides = {
        "own": Side(case=CaseFactory.create(team=near, owner=people["agent"])),
        "team": Side(case=CaseFactory.create(team=near)),
        "other": Side(case=CaseFactory.create(team=far)),
    }
    TriageDraftFactory.create()
    return World(people=people, sides=sides)


def make_person(role: Role, near: Team) -> User:
    """Return a person with a password, so that pages which ask for it again can be reached."""
    works_in_a_team = role in {Role.AGENT, Role.TEAM_LEADER}
    person = UserFactory.create(role=role, team=near if works_in_a_team else None)
    person.set_password("correct horse battery staple")
    person.save(update_fields=["password"])
    return person
