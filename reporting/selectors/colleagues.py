"""What each colleague of a team has on the desk: for their leader, in the order of the alphabet, never as a ranking."""

from django.db.models import Count, Q

from accounts.choices import Role
from accounts.models import User
from reporting.charts.bars import draw_ranking
from reporting.choices import ClockResult
from reporting.measures.control_charts import SIGMAS
from reporting.measures.figures import Share
from reporting.models import CaseFact
from reporting.selectors.charts import Chart
from reporting.selectors.figures import in_scope
from reporting.selectors.scope import Scope

ENOUGH = 10  # below this many deadlines a share says nothing about a person


def people_chart(user: User, scope: Scope) -> Chart | None:
    """Return the open work and the share on time of each colleague whom the reader leads; nothing for anybody else."""
    if user.role != Role.TEAM_LEADER:
        return None
    led = Q(team__in=user.led_teams.all()) | Q(team_id=user.team_id, team__isnull=False)
    people = {one.pk: one.full_name for one in User.objects.filter(led, is_active=True).exclude(pk=user.pk)}
    if not people:
        return None
    due = Q(answer_due_day__range=(scope.first, scope.yesterday))
    facts = in_scope(CaseFact.objects.visible_to(user), scope).filter(owner__in=people)
    rows = (
        facts.order_by()
        .values_list("owner_id")
        .annotate(
            still_open=Count("pk", filter=Q(closed_day=None)),
            due=Count("pk", filter=due),
            met=Count("pk", filter=due & Q(answered=ClockResult.MET)),
        )
    )
    counts = {owner: (still_open, Share(met, fell_due)) for owner, still_open, fell_due, met in rows}
    in_all = Share(
        sum(share.numerator for _, share in counts.values()), sum(share.denominator for _, share in counts.values())
    )
    names = sorted(people.items(), key=lambda item: item[1])
    nothing = (0, Share(0, 0))
    busiest = max(counts.values(), key=lambda pair: pair[0], default=nothing)[0]
    return Chart(
        key="colleagues",
        title=f"{sum(pair[0] for pair in counts.values()):,} open cases on {len(people)} desks, {busiest:,} at most on one",
        description=f"Open cases of each colleague now, and final responses on time of those due, {scope.in_words}. In the "
        "order of the alphabet. A share is set against the team’s only from "
        f"{ENOUGH} deadlines on, within three standard deviations.",
        template="components/charts/ranking.html",
        drawing=draw_ranking([(name, counts.get(pk, nothing)[0], "open", False) for pk, name in names]),
        columns=("Colleague", "Open cases", "On time", "Due", "Share on time", "Against the team"),
        rows=[_row(name, *counts.get(pk, nothing), in_all) for pk, name in names],
    )


def _row(name: str, still_open: int, share: Share, in_all: Share) -> tuple[str, int, int, int, str, str]:
    return name, still_open, share.numerator, share.denominator, str(share), against(share, in_all)


def against(share: Share, in_all: Share) -> str:
    """Return in words whether a colleague's share differs from the team's by more than chance would make it."""
    if share.denominator < ENOUGH:
        return "Too few to say"
    mean = in_all.numerator / in_all.denominator
    reach = SIGMAS * (mean * (1 - mean) / share.denominator) ** 0.5
    found = share.numerator / share.denominator
    if found > mean + reach:
        return "Higher than chance explains"
    return "Lower than chance explains" if found < mean - reach else "As the team"
