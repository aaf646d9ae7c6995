"""A file for outside eyes: the names of everybody but the customer become roles, and other people's numbers go."""

import re
from collections.abc import Iterable, Iterator
from typing import Final

from accounts.choices import Role
from accounts.models import User
from cases.choices import StakeholderRole
from cases.models import Case

REFERENCE: Final = re.compile(r"\b(?:CMP|INC|REQ)-\d{4}-\d{6,9}\b")
EMAIL: Final = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
PHONE: Final = re.compile(r"(?<!\w)(?:\+44|0)(?:[ -]?\d){9,10}(?!\w)")
SHORTEST_PART: Final = 4
OURS: Final = frozenset({StakeholderRole.CUSTOMER, StakeholderRole.REPRESENTATIVE})


class Redactor:
    """Takes out of any text what outsiders must not read, and counts what it took."""

    def __init__(self, case: Case) -> None:
        self.case = case
        self.counts: dict[str, int] = {}
        self.labels = dict(_labels(case))
        names = sorted(self.labels, key=len, reverse=True)
        self.names = re.compile(rf"(?<!\w)(?:{'|'.join(map(re.escape, names))})(?!\w)") if names else None

    def __call__(self, text: str) -> str:
        if self.names:
            text = self.names.sub(lambda found: self._took("names", self.labels[found[0]]), text)
        text = REFERENCE.sub(self._reference, text)
        text = EMAIL.sub(self._email, text)
        return PHONE.sub(self._phone, text)

    def _reference(self, found: re.Match[str]) -> str:
        return found[0] if found[0].endswith(self.case.number) else self._took("references", "[another case]")

    def _email(self, found: re.Match[str]) -> str:
        own = self.case.customer.email and found[0].lower() == self.case.customer.email.lower()
        return found[0] if own else self._took("email addresses", "[email address]")

    def _phone(self, found: re.Match[str]) -> str:
        digits = re.sub(r"\D", "", found[0])
        own = self.case.customer.phone_digits
        return found[0] if own and digits[-9:] == own[-9:] else self._took("phone numbers", "[phone number]")

    def _took(self, what: str, label: str) -> str:
        self.counts[what] = self.counts.get(what, 0) + 1
        return label


def _labels(case: Case) -> Iterator[tuple[str, str]]:
    """Yield each name, and each part of it that stands for nobody else, with what replaces it."""
    own = set(case.customer.name.split()) | set(case.representative.split())
    people = [str(each) for each in _colleagues(case)]
    others = case.stakeholders.exclude(role__in=OURS).exclude(role=StakeholderRole.TEAM).order_by("pk")
    groups = (("colleague", people), ("person", list(others.values_list("name", flat=True))))
    for kind, names in groups:
        for number, name in enumerate(dict.fromkeys(names), start=1):
            for part in _parts(name, own):
                yield part, f"[{kind} {number}]"


def _parts(name: str, own: Iterable[str]) -> list[str]:
    words = [word for word in name.split() if len(word) >= SHORTEST_PART and word[:1].isupper() and word not in own]
    return [name, *words] if len(name.split()) > 1 else [name]


def _colleagues(case: Case) -> Iterator[User]:
    """Yield everybody here whose name can stand in the file, in a fixed order."""
    ids = {case.owner_id, case.logged_by_id}
    ids |= set(case.events.values_list("actor", flat=True))
    ids |= set(case.contacts.values_list("author", flat=True)) | set(case.promises.values_list("owner", flat=True))
    ids |= set(case.named_colleagues.values_list("colleague", flat=True))
    ids |= set(case.contributions.values_list("colleague", flat=True))
    ids |= set(case.approvals.values_list("decisions__decided_by", flat=True))
    yield from User.objects.filter(pk__in=[pk for pk in ids if pk]).exclude(role=Role.SYSTEM).order_by("pk")
