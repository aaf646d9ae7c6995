"""Request types that views declare instead of casting."""

from typing import TYPE_CHECKING

from core.htmx import HtmxHttpRequest

if TYPE_CHECKING:
    from accounts.models import User


class AuthenticatedRequest(HtmxHttpRequest):
    """A request behind LoginRequiredMiddleware: `user` is always a person, never anonymous."""

    user: "User"
