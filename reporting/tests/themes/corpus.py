"""Invented complaints about six things, for tests that need a corpus without files."""

import random

TOPICS = {
    "refund": ["refund", "returned", "bank", "transfer", "rejected", "cheque", "reversed", "repayment"],
    "meter": ["smart", "meter", "reading", "display", "estimate", "submit", "photo", "serial"],
    "boiler": ["boiler", "engineer", "heating", "repair", "leak", "radiator", "pressure", "valve"],
    "moving": ["moving", "house", "tenancy", "final", "bill", "landlord", "keys", "property"],
    "direct": ["direct", "debit", "increase", "instalment", "collection", "monthly", "balance", "arrears"],
    "website": ["website", "password", "login", "portal", "email", "verification", "locked", "browser"],
}
JOINING = ["my", "the", "and", "was", "then", "they", "said", "it", "about", "with", "again", "for"]


def stories(count: int, *, seed: int = 7, topics: dict[str, list[str]] | None = None) -> list[tuple[str, str]]:
    """Return `count` pairs of topic and story."""
    rng = random.Random(seed)  # noqa: S311 - repeatable, not secret
    known = topics or TOPICS
    made = []
    for _ in range(count):
        topic = rng.choice(sorted(known))
        words = [rng.choice(known[topic]) if rng.random() < 0.6 else rng.choice(JOINING) for _ in range(24)]
        made.append((topic, f"{' '.join(words[:12]).capitalize()}. {' '.join(words[12:]).capitalize()}."))
    return made
