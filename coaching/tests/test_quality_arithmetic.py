from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from coaching.arithmetic.agreement import agreement
from coaching.arithmetic.sampling import Candidate, draw, fingerprint
from coaching.arithmetic.scoring import Line, score

unhurried = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])

MET, PARTLY, NOT_MET = Fraction(1), Fraction(1, 2), Fraction(0)
SHARES = st.sampled_from([MET, PARTLY, NOT_MET, None])
LINES = st.lists(
    st.builds(Line, weight=st.integers(0, 100), share=SHARES, is_fatal=st.booleans(), is_compliance=st.booleans()),
    max_size=20,
)


def lines(weights: list[int], shares: list[Fraction | None]) -> list[Line]:
    return [Line(weight=weight, share=share) for weight, share in zip(weights, shares, strict=True)]


# --- Scores -------------------------------------------------------------------------------------------------------


def test_the_worked_example_comes_to_its_published_score() -> None:
    answered = lines([10, 20, 25, 20, 15, 10], [MET, PARTLY, MET, PARTLY, MET, None])

    assert score(answered).quality == Decimal("77.78")


def test_a_fatal_criterion_not_met_makes_the_quality_nought_and_leaves_compliance_alone() -> None:
    answered = [
        Line(weight=60, share=MET),
        Line(weight=20, share=MET, is_compliance=True),
        Line(weight=20, share=NOT_MET, is_fatal=True, is_compliance=True),
    ]

    result = score(answered)

    assert (result.quality, result.compliance, result.is_failed) == (Decimal("0.00"), Decimal("50.00"), True)


def test_a_fatal_criterion_that_did_not_apply_fails_nobody() -> None:
    result = score([Line(weight=80, share=MET), Line(weight=20, share=None, is_fatal=True)])

    assert (result.quality, result.is_failed) == (Decimal("100.00"), False)


def test_nothing_that_applied_is_no_score_at_all() -> None:
    result = score(lines([50, 50], [None, None]))

    assert (result.quality, result.compliance) == (None, None)


def test_compliance_criteria_count_the_same_whatever_their_weight() -> None:
    answered = [
        Line(weight=99, share=MET, is_compliance=True),
        Line(weight=1, share=NOT_MET, is_compliance=True),
    ]

    assert score(answered).compliance == Decimal("50.00")


@unhurried
@given(LINES)
def test_a_score_is_a_percentage_or_nothing(answered: list[Line]) -> None:
    result = score(answered)

    for figure in (result.quality, result.compliance):
        assert figure is None or 0 <= figure <= 100


@unhurried
@given(LINES, st.integers(0, 100), st.booleans())
def test_what_did_not_apply_weighs_nothing(answered: list[Line], weight: int, is_compliance: bool) -> None:
    more = [*answered, Line(weight=weight, share=None, is_fatal=True, is_compliance=is_compliance)]

    assert score(more) == score(answered)


@unhurried
@given(LINES)
def test_partly_is_half_way_between_met_and_not_met(answered: list[Line]) -> None:
    plain = [Line(weight=line.weight, share=line.share) for line in answered]
    ends = [score([*plain, Line(weight=10, share=share)]).quality for share in (NOT_MET, PARTLY, MET)]
    low, half, high = ends

    assert low is not None
    assert half is not None
    assert high is not None
    assert abs(half - (low + high) / 2) <= Decimal("0.01")


@unhurried
@given(LINES, st.integers(1, 100))
def test_doing_better_never_lowers_a_score(answered: list[Line], weight: int) -> None:
    worse = score([*answered, Line(weight=weight, share=PARTLY)]).quality
    better = score([*answered, Line(weight=weight, share=MET)]).quality

    assert better is not None
    assert worse is not None
    assert better >= worse


@unhurried
@given(LINES)
def test_any_fatal_failure_is_nought_and_nothing_else_fails(answered: list[Line]) -> None:
    result = score(answered)
    failed = any(line.is_fatal and line.share in (NOT_MET, PARTLY) for line in answered)

    assert result.is_failed == failed
    assert not failed or result.quality == 0


@unhurried
@given(LINES)
def test_the_order_of_the_answers_is_no_matter(answered: list[Line]) -> None:
    assert score(answered) == score(answered[::-1])


# --- Agreement ----------------------------------------------------------------------------------------------------


def table(both_yes: int, yes_no: int, no_yes: int, both_no: int) -> list[tuple[str, str]]:
    return [("yes", "yes")] * both_yes + [("yes", "no")] * yes_no + [("no", "yes")] * no_yes + [("no", "no")] * both_no


@pytest.mark.parametrize(
    ("counts", "observed", "expected", "kappa"),
    [
        ((20, 5, 10, 15), Fraction(70, 100), Fraction(1, 2), "0.4000"),
        ((45, 15, 25, 15), Fraction(60, 100), Fraction(54, 100), "0.1304"),
        ((25, 35, 5, 35), Fraction(60, 100), Fraction(46, 100), "0.2593"),
    ],
)
def test_published_tables_come_out(
    counts: tuple[int, int, int, int], observed: Fraction, expected: Fraction, kappa: str
) -> None:
    result = agreement(table(*counts))

    assert (result.observed, result.expected) == (observed, expected)
    assert result.kappa is not None
    assert f"{float(result.kappa):.4f}" == kappa


def test_kappa_has_no_meaning_where_both_gave_one_answer_throughout() -> None:
    result = agreement([("met", "met")] * 8)

    assert result.kappa is None
    assert (result.percent_in_words, result.kappa_in_words) == ("100.0%", "n/a")
    assert result.band == "not defined: both gave the same answer throughout"


def test_nothing_judged_is_no_agreement() -> None:
    assert (agreement([]).percent_in_words, agreement([]).kappa_in_words) == ("n/a", "n/a")


def test_one_answer_each_but_not_the_same_is_chance() -> None:
    assert agreement([("met", "partly")] * 5).kappa == 0


def test_full_agreement_on_several_answers_is_one() -> None:
    result = agreement([("met", "met"), ("partly", "partly"), ("no", "no")])

    assert (result.kappa, result.band) == (1, "almost perfect")


@unhurried
@given(st.lists(st.tuples(st.sampled_from("abcd"), st.sampled_from("abcd")), max_size=40))
def test_kappa_lies_between_minus_one_and_one_and_is_the_same_both_ways(pairs: list[tuple[str, str]]) -> None:
    result, turned = agreement(pairs), agreement([(two, one) for one, two in pairs])

    assert result.kappa == turned.kappa
    assert result.kappa is None or -1 <= result.kappa <= 1


# --- Lots ---------------------------------------------------------------------------------------------------------

NUMBERS = st.lists(st.integers(1, 9_999).map(lambda n: f"2026-{n:06d}"), unique=True, max_size=60)


@unhurried
@given(NUMBERS, st.integers(0, 2**31), st.integers(1, 20))
def test_the_same_seed_draws_the_same_whatever_the_order(numbers: list[str], seed: int, size: int) -> None:
    candidates = [Candidate(number) for number in numbers]

    drawn = draw(candidates, size=size, seed=seed)

    assert drawn == draw(candidates[::-1], size=size, seed=seed)
    assert len(drawn) == min(size, len(numbers))
    assert len(set(drawn)) == len(drawn)


@unhurried
@given(NUMBERS, st.integers(0, 2**31), st.integers(1, 20))
def test_a_larger_draw_begins_with_the_smaller_one(numbers: list[str], seed: int, size: int) -> None:
    candidates = [Candidate(number) for number in numbers]

    assert draw(candidates, size=size + 1, seed=seed)[:size] == draw(candidates, size=size, seed=seed)


@unhurried
@given(st.lists(st.tuples(st.integers(1, 9_999), st.integers(1, 4)), unique_by=lambda each: each[0], max_size=60))
def test_every_colleague_gets_their_quota_and_no_more(pairs: list[tuple[int, int]]) -> None:
    candidates = [Candidate(f"2026-{number:06d}", group) for number, group in pairs]

    drawn = draw(candidates, size=3, seed=7, for_each_group=True)

    for group in {candidate.group for candidate in candidates}:
        there = sum(candidate.group == group for candidate in candidates)
        assert sum(candidate.group == group for candidate in drawn) == min(3, there)


def test_a_draw_is_fair_enough() -> None:
    candidates = [Candidate(f"2026-{number:06d}") for number in range(20)]
    hits = [0] * 20
    for seed in range(2_000):
        for candidate in draw(candidates, size=5, seed=seed):
            hits[int(candidate.number[5:])] += 1

    assert all(420 <= count <= 580 for count in hits)  # 500 expected; four standard deviations either way


def test_the_fingerprint_knows_the_lot_and_not_its_order() -> None:
    assert fingerprint(["a", "b"]) == fingerprint(["b", "a"]) != fingerprint(["a"])
