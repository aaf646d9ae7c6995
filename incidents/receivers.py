"""A case became an incident, or ceased to be one."""

from datetime import datetime
from typing import Any

from accounts.models import User
from cases.models import Case
from incidents.services.steps import open_incident
from policies.choices import CaseKind


def keep_incident(sender: type[Case], *, case: Case, new: CaseKind, actor: User, now: datetime, **kwargs: Any) -> None:
    """Give a case that is an incident from now on its part; one that was an incident before finds it again."""
    if new == CaseKind.INCIDENT:
        open_incident(case, actor=actor, now=now)
