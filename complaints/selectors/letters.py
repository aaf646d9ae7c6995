"""What a decision letter must answer, checked before anybody signs it off and again before it is sent."""

import re
from typing import Final

from cases.choices import Channel, ContactPurpose
from cases.correspondence import CheckLine, Outgoing
from cases.models import Case
from complaints.models import ComplaintPoint

WORD: Final = re.compile(r"[a-z0-9£]{5,}")
ENOUGH_WORDS: Final = 0.6


def passed_over(letter: str, points: list[ComplaintPoint]) -> list[ComplaintPoint]:
    """Return the points that the letter passes over: it names neither the number nor most of the words of the point."""
    letter = letter.lower()
    words = _words(letter)
    return [point for point in points if not _is_answered(point, letter, words)]


def _is_answered(point: ComplaintPoint, letter: str, words: set[str]) -> bool:
    if re.search(rf"\bpoint {point.number}\b", letter):
        return True
    wanted = _words(point.text.lower())
    return bool(wanted) and len(wanted & words) >= ENOUGH_WORDS * len(wanted)


def _words(text: str) -> set[str]:
    return set(WORD.findall(text))


def answers_every_point(case: Case, message: Outgoing) -> CheckLine | None:
    """Return the line of the letter check about the points; only a decision has to answer them."""
    if message.purpose != ContactPurpose.DECISION:
        return None
    return points_line(message.body, list(ComplaintPoint.objects.filter(case=case).order_by("number")))


def points_line(letter: str, points: list[ComplaintPoint]) -> CheckLine:
    missing = tuple(f"Answer point {point.number} in the letter." for point in passed_over(letter, points))
    return CheckLine(label="Answers every point", problems=missing)


def letter_of(letter: str) -> Outgoing:
    """Return the decision letter as it would go out."""
    return Outgoing(body=letter, purpose=ContactPurpose.DECISION, channel=Channel.LETTER)
