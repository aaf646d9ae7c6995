"""Who hears of a sign-off: a line in the inbox and an e-mail, each once. No customer's name leaves the case."""

from collections.abc import Iterable
from datetime import datetime

from django.urls import reverse

from accounts.models import User
from accounts.services.news import News, tell
from cases.models import Approval, Case
from complaints.choices import SIGN_OFF_NEWS


def tell_deciders(approval: Approval, people: Iterable[User], *, now: datetime) -> None:
    """Ask everyone who may approve; the first to decide settles it."""
    case = approval.case
    text = f"{approval.requested_by} asks for sign-off on {case}"
    url = reverse("complaints:sign_off", args=[case.reference])
    _tell(people, case, text=text, reason=approval.reason, url=url, key=f"sign-off:{approval.pk}", now=now)


def tell_proposer(approval: Approval, words: str, *, actor: User, now: datetime, comment: str = "") -> None:
    """Tell the person who proposed what was decided."""
    case = approval.case
    url = reverse("complaints:resolution", args=[case.reference])
    text, key = f"{actor} {words} {case}", f"sign-off:{approval.pk}:{words}"
    _tell([approval.requested_by], case, text=text, reason=comment[:200], url=url, key=key, now=now)


def _tell(people: Iterable[User], case: Case, *, text: str, reason: str, url: str, key: str, now: datetime) -> None:
    news = [
        News(recipient=person, kind=SIGN_OFF_NEWS, key=key, text=text, url=url, reason=reason[:200])
        for person in people
    ]
    tell(news, now=now)
