"""What customers of an energy company complain about, in their own words.

A story is put together from an issue's own sentences (how it begins, what else happened) and from sentences that any
complaint may hold (what was tried, what it did to the person, what they want). Every name and figure is invented.
"""

from desk.generator.words.billing import BILLING
from desk.generator.words.issues import Issue, Subject
from desk.generator.words.metering import METERING
from desk.generator.words.service import SERVICE
from desk.generator.words.supply import SUPPLY

SUBJECTS: tuple[Subject, ...] = (*BILLING, *METERING, *SERVICE, *SUPPLY)

__all__ = ["SUBJECTS", "Issue", "Subject"]
