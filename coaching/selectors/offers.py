"""What the case page offers of this app, and to whom. Nobody else sees that it could be offered."""

from accounts.models import User
from cases.models import Case
from coaching.permissions import sessions


def may_start_note(user: User, case: Case) -> bool:
    """Return whether `user` may write a coaching note to the owner of the case."""
    owner = case.owner
    return owner is not None and owner.pk != user.pk and sessions.leads(user, owner)
