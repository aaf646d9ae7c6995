"""What every change to a draft of rules asks first."""

from accounts.models import User
from core.errors import UserFacingError
from policies.choices import VersionState
from sla.models import RuleSetVersion
from sla.permissions import SlaAction, require


class RulesRefusedError(UserFacingError):
    """The rules cannot be changed or published as asked."""


def check_draft(draft: RuleSetVersion, actor: User) -> None:
    require(actor, SlaAction.EDIT)
    if draft.state != VersionState.DRAFT:
        raise RulesRefusedError("A published version is never edited. Make a new draft.")
