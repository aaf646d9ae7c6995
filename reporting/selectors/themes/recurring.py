"""What keeps coming back in other ways than in words: the same customer, household, product, colleague, clause, problem.

Every source is one query that groups the cases which the reader may see, and one that lists the cases of a group.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db.models import Case as Whether
from django.db.models import CharField, Count, Exists, F, Max, Min, OuterRef, Q, QuerySet, Subquery, Value, When
from django.db.models.functions import Concat, Left, Lower, Replace, Reverse, StrIndex, Upper
from django.urls import reverse
from django.utils import timezone

from accounts.choices import Role
from accounts.models import User
from cases.models import Case, Customer
from cases.querysets import CaseQuerySet
from complaints.choices import Finding
from policies.models import Clause
from reporting.selectors.scope import Scope

SHOWN = 100
AGAIN_WITHIN = timedelta(days=90)
HOUSEHOLD = "household"
UPHELD = [Finding.UPHELD, Finding.PARTLY_UPHELD]


@dataclass(frozen=True, kw_only=True)
class Group:
    """Cases that have one thing in common; `key` names it in an address."""

    key: str
    label: str
    count: int
    first: datetime
    last: datetime
    url: str


@dataclass(frozen=True, kw_only=True)
class Source:
    """A way in which cases recur. `group` are the fields that the cases share, `least` how many make a pattern."""

    slug: str
    title: str
    column: str
    explanation: str
    cases: Callable[[User, CaseQuerySet], CaseQuerySet]
    group: tuple[str, ...]
    label: tuple[str, ...]
    least: int = 2
    having: Mapping[str, Any] | None = None
    only_for: Role | None = None


def groups(user: User, scope: Scope, source: Source) -> list[Group]:
    """Return what recurs, most cases first."""
    _check(user, source)
    rows = source.cases(user, _cases(user, scope)).order_by().values(*source.group)
    counted = rows.annotate(
        number=Count("pk", distinct=True), first=Min("received_at"), last=Max("received_at"), **_labels(source)
    ).filter(number__gte=source.least)
    if source.having:
        counted = counted.annotate(people=Count("customer", distinct=True)).filter(**source.having)
    found = list(counted.order_by("-number", "-last", *source.group)[:SHOWN])
    return [_group(source, scope, row) for row in found]


def cases_of(user: User, scope: Scope, source: Source, key: str) -> CaseQuerySet:
    """Return the cases of one group; a key that makes no sense has none."""
    _check(user, source)
    cases = source.cases(user, _cases(user, scope))
    parts = key.split("-")
    if len(parts) != len(_key_fields(source)) or not all(part.isdecimal() and len(part) < 19 for part in parts):
        return cases.none()
    numbers = [int(part) for part in parts]
    if source.slug == "household":
        known = Customer.objects.annotate(**{HOUSEHOLD: _household("")}).filter(pk=numbers[0]).values(HOUSEHOLD)
        return cases.filter(**{HOUSEHOLD: Subquery(known[:1])})
    if source.slug == "clause":
        cited = Clause.objects.filter(pk=numbers[0]).values("version__document", "number")[:1]
        return cases.filter(
            points__finding__in=UPHELD,
            points__clause__version__document=Subquery(cited.values("version__document")),
            points__clause__number=Subquery(cited.values("number")),
        ).distinct()
    return cases.filter(**dict(zip(source.group, numbers, strict=True))).distinct()


def offered(user: User) -> list[Source]:
    """Return the sources that the person's role may look at."""
    return [source for source in SOURCES.values() if source.only_for in (None, user.role)]


def _check(user: User, source: Source) -> None:
    if source.only_for not in (None, user.role):
        raise PermissionDenied("Which colleagues complaints are about is seen by their own team leader alone.")


def _cases(user: User, scope: Scope) -> CaseQuerySet:
    zone = timezone.get_default_timezone()
    first = datetime.combine(scope.first, time.min, tzinfo=zone)
    end = datetime.combine(scope.last + timedelta(days=1), time.min, tzinfo=zone)
    cases = Case.objects.visible_to(user).filter(received_at__gte=first, received_at__lt=end)
    if scope.team:
        cases = cases.filter(team=scope.team)
    return cases.filter(kind=scope.kind) if scope.kind else cases


def _key_fields(source: Source) -> tuple[str, ...]:
    return ("lowest",) if source.slug in {"household", "clause"} else source.group


def _labels(source: Source) -> dict[str, Any]:
    """Return what the query adds to name a group: its names, and its lowest id where the shared value is no id."""
    lowest = {"household": "customer", "clause": "points__clause"}.get(source.slug)
    names = {f"label_{at}": Min(path) for at, path in enumerate(source.label)}
    return names | ({"lowest": Min(lowest)} if lowest else {})


def _group(source: Source, scope: Scope, row: Mapping[str, Any]) -> Group:
    key = "-".join(str(row[name]) for name in _key_fields(source))
    words = [str(row[f"label_{at}"]) for at in range(len(source.label))]
    address = reverse("reporting:recurring_cases", args=[source.slug, key])
    return Group(
        key=key,
        label=", ".join(words) if source.slug != "household" else f"{words[0]} and {row['people'] - 1} more",
        count=row["number"],
        first=row["first"],
        last=row["last"],
        url=f"{address}?{scope.query}",
    )


def _of_customers(user: User, cases: CaseQuerySet) -> CaseQuerySet:
    return cases.filter(customer__is_anonymous=False, customer__erased_at=None)


def _of_households(user: User, cases: CaseQuerySet) -> CaseQuerySet:
    known = _of_customers(user, cases).annotate(**{HOUSEHOLD: _household("customer__")})
    return known.exclude(**{HOUSEHOLD: ""})


def _household(path: str) -> Whether:
    """Return what people who live together share: the account, or else the postcode and the family name."""
    backwards = Reverse(f"{path}name")
    family_name = Reverse(Left(backwards, StrIndex(backwards, Value(" ")) - 1))
    address = Concat(Upper(Replace(f"{path}postcode", Value(" "), Value(""))), Value(" "), Lower(family_name))
    return Whether(
        When(~Q(**{f"{path}account_number": ""}), then=Concat(Value("account "), F(f"{path}account_number"))),
        When(~Q(**{f"{path}postcode": ""}) & Q(**{f"{path}name__contains": " "}), then=address),
        default=Value(""),
        output_field=CharField(),
    )


def _with_product_and_cause(user: User, cases: CaseQuerySet) -> CaseQuerySet:
    return cases.filter(product__isnull=False, root_cause_analysis__root_cause__isnull=False)


def _about_own_people(user: User, cases: CaseQuerySet) -> CaseQuerySet:
    return cases.filter(named_colleagues__colleague__team__in=user.led_teams.values("pk"))


def _under_a_clause(user: User, cases: CaseQuerySet) -> CaseQuerySet:
    return cases.filter(points__clause__isnull=False, points__finding__in=UPHELD)


def _again_after_closure(user: User, cases: CaseQuerySet) -> CaseQuerySet:
    earlier: QuerySet[Case] = Case.objects.visible_to(user).filter(
        customer=OuterRef("customer"),
        category=OuterRef("category"),
        closed_at__lte=OuterRef("received_at"),
        closed_at__gte=OuterRef("received_at") - AGAIN_WITHIN,
    )
    return _of_customers(user, cases).filter(Exists(earlier), category__isnull=False)


def _by_slug(sources: Sequence[Source]) -> dict[str, Source]:
    return {source.slug: source for source in sources}


SOURCES = _by_slug(
    [
        Source(
            slug="customer",
            title="Same customer",
            column="Customer",
            explanation="Customers with more than one case in these weeks.",
            cases=_of_customers,
            group=("customer",),
            label=("customer__name",),
        ),
        Source(
            slug="household",
            title="Same household",
            column="Household",
            explanation="Different customers with one account number, or with one postcode and family name.",
            cases=_of_households,
            group=(HOUSEHOLD,),
            label=("customer__name",),
            having={"people__gte": 2},
        ),
        Source(
            slug="product-cause",
            title="Same product and cause",
            column="Product and root cause",
            explanation="Three or more cases about one product that an investigation traced to one cause.",
            cases=_with_product_and_cause,
            group=("product", "root_cause_analysis__root_cause"),
            label=("product__name", "root_cause_analysis__root_cause__label"),
            least=3,
        ),
        Source(
            slug="clause",
            title="Same policy clause",
            column="Clause",
            explanation="Clauses that points of complaint were upheld under, in two or more cases, whatever the version.",
            cases=_under_a_clause,
            group=("points__clause__version__document", "points__clause__number"),
            label=("points__clause__version__document__title", "points__clause__number"),
        ),
        Source(
            slug="after-closure",
            title="Again after closure",
            column="Category",
            explanation="A customer came back about the same category within 90 days of the case being closed.",
            cases=_again_after_closure,
            group=("category",),
            label=("category__name",),
            least=1,
        ),
        Source(
            slug="colleague",
            title="Same colleague",
            column="Colleague",
            explanation="Colleagues of your team whom two or more complaints are about. Only you see this.",
            cases=_about_own_people,
            group=("named_colleagues__colleague",),
            label=("named_colleagues__colleague__full_name",),
            only_for=Role.TEAM_LEADER,
        ),
    ]
)
