"""How a form of policies is answered: saved, or shown again with what was refused."""

from collections.abc import Callable
from typing import Any

from core.errors import UserFacingError
from core.forms import RedressForm
from core.http import AuthenticatedRequest


def saved_by(request: AuthenticatedRequest, form: RedressForm, save: Callable[[], Any]) -> Any:
    """Return what `save` made of a complete form; a refusal goes onto the form."""
    if request.method != "POST" or not form.is_valid():
        return None
    try:
        return save()
    except UserFacingError as error:
        form.add_error(None, str(error))
        return None


def status_of(form: RedressForm) -> int:
    return 422 if form.is_bound else 200
