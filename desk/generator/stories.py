"""Put a complaint into words: ten to a hundred and fifty of them, with the amounts and dates that people name."""

from datetime import date, timedelta
from random import Random

from desk.generator.people import FIRST_NAMES
from desk.generator.words import Issue
from desk.generator.words.common import EFFECTS, TRIED, WANTS

ORDINALS = ("second", "third", "fourth", "fifth")
NUMBERS = ("two", "three", "four", "five", "six", "seven", "eight")
TARIFFS = ("two-year fixed", "tracker", "night-saver", "loyalty", "online")
LENGTHS = ((0, 0, 0), (1, 0, 0), (1, 1, 0), (1, 0, 1), (1, 1, 1), (2, 1, 1), (2, 2, 1), (3, 2, 2))
LENGTH_WEIGHTS = (6, 10, 16, 16, 22, 16, 9, 5)


def say_date(day: date) -> str:
    return f"{day.day} {day:%B}"


def slots(rng: Random, received: date) -> dict[str, str]:
    """Return what the sentences leave open, in keeping with the day the customer told us."""
    pounds = rng.choice((18, 42, 65, 87, 112, 140, 184, 236, 310, 428, 590, 845, 1260))
    return {
        "amount": f"£{pounds:,}.{rng.choice((0, 20, 45, 64, 99)):02d}",
        "small": f"£{rng.choice((10, 15, 20, 25, 30, 35, 40, 48, 55))}",
        "small_number": str(rng.randint(3, 19)),
        "reading": f"{rng.randint(3_000, 89_999):,}",
        "date": say_date(received - timedelta(days=rng.randint(3, 20))),
        "earlier": say_date(received - timedelta(days=rng.randint(25, 120))),
        "month": f"{received - timedelta(days=rng.randint(20, 90)):%B}",
        "months": rng.choice(NUMBERS),
        "weeks": rng.choice(NUMBERS),
        "days": rng.choice(NUMBERS),
        "hours": rng.choice(NUMBERS),
        "hour": f"{rng.randint(3, 9)}:{rng.choice(('00', '15', '30', '45'))}pm",
        "times": rng.choice(ORDINALS),
        "agent": rng.choice(FIRST_NAMES),
        "tariff": rng.choice(TARIFFS),
    }


def tell(rng: Random, issue: Issue, received: date) -> str:
    """Return the story of one complaint; its first sentence says what went wrong."""
    details, tried, effects = rng.choices(LENGTHS, LENGTH_WEIGHTS)[0]
    sentences = [rng.choice(issue.begins)]
    sentences += rng.sample(issue.details, min(details, len(issue.details)))
    sentences += rng.sample(TRIED, tried)
    sentences += rng.sample(EFFECTS, effects)
    if details or rng.random() < 0.3:
        sentences.append(rng.choice(WANTS))
    return " ".join(sentences).format_map(slots(rng, received))


def fill(rng: Random, sentence: str, day: date) -> str:
    """Return a sentence of `words.common` with its gaps filled."""
    return sentence.format_map(slots(rng, day)) if "{" in sentence else sentence
