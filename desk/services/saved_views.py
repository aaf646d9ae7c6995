from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction

from accounts.models import User
from core.errors import UserFacingError
from desk.models import SavedView
from desk.permissions import DeskAction, may


@transaction.atomic
def save_view(*, name: str, query: str, is_shared: bool, actor: User) -> SavedView:
    """Keep the filters under a name, for the person or for their whole team."""
    if is_shared and not may(actor, DeskAction.SHARE_VIEW):
        raise PermissionDenied("Team leaders and managers share views. Save it for yourself, or ask one of them.")
    if is_shared and actor.team is None:
        raise UserFacingError("You are in no team, so there is nobody to share the view with. Save it for yourself.")
    try:
        with transaction.atomic():
            team = actor.team if is_shared else None
            return SavedView.objects.create(owner=actor, name=name.strip(), query=query, team=team)
    except IntegrityError as error:
        raise UserFacingError(f"You have a view called “{name}” already. Choose another name.") from error


@transaction.atomic
def delete_view(*, view_id: int, actor: User) -> None:
    view = SavedView.objects.visible_to(actor).select_for_update(of=("self",)).get(pk=view_id)
    if view.owner_id != actor.pk:
        raise PermissionDenied(f"{view.owner} made this view. Only they can delete it.")
    view.delete()
