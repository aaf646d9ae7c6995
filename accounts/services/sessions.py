from datetime import datetime

from accounts.models import Session


def forget_old_sessions(*, now: datetime) -> None:
    """Delete the sessions that have run out; nobody is signed in by one of them."""
    Session.objects.filter(expire_date__lt=now).delete()
