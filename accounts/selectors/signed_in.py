"""Who is signed in comes with their session, so that a page asks once for both."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from accounts.models import User

_session: ContextVar[Any] = ContextVar("session", default=None)


@contextmanager
def session_at_hand(session: Any) -> Iterator[None]:
    """Let `person_at_hand` look into this session, which may not be loaded yet."""
    token = _session.set(session)
    try:
        yield
    finally:
        _session.reset(token)


def person_at_hand(user_id: int) -> User | None:
    """Return the person if the session that is being opened brought them along."""
    person: User | None = getattr(_session.get(), "person", None)
    return person if person and person.pk == user_id else None
