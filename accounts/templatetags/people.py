"""What the frame of every page shows about the person who is signed in."""

from typing import Any

from django import template
from django.conf import settings

from accounts.choices import ColourTheme
from accounts.models import Notification, User

register = template.Library()


@register.simple_tag(takes_context=True)
def colour_theme(context: dict[str, Any]) -> str:
    """Return "light", "dark" or "system"; pages without a person follow the device."""
    user = context.get("user")
    theme = user.theme if isinstance(user, User) else ColourTheme.SYSTEM
    return str(theme).lower()


@register.simple_tag
def unread_notifications(user: User) -> int:
    """Return what came with the person who is signed in, or count for somebody found another way."""
    counted: int | None = getattr(user, "unread_lines", None)
    return Notification.objects.visible_to(user).unread().count() if counted is None else counted


@register.inclusion_tag("components/session_warning.html", takes_context=True)
def session_warning(context: dict[str, Any]) -> dict[str, Any]:
    """Warn before an unused session ends."""
    return {"idle_seconds": settings.SESSION_IDLE_SECONDS, "csrf_token": context.get("csrf_token")}
