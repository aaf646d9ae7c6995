"""Sessions and who is signed in, found together, once for each request."""

from functools import cache
from typing import Any

from allauth.account.auth_backends import AuthenticationBackend
from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.backends import db
from django.utils import timezone

from accounts.models import Session, User
from accounts.querysets import OpenSessionQuerySet
from accounts.selectors.signed_in import person_at_hand


class SignInBackend(AuthenticationBackend):  # type: ignore[misc]
    def get_user(self, user_id: int) -> User | None:
        """Return the person with all that the frame of every page shows of them, in one query at most."""
        person = person_at_hand(user_id) or User.objects.with_frame().filter(pk=user_id).first()
        return person if person and self.user_can_authenticate(person) else None


@cache
def _sessions() -> OpenSessionQuerySet:
    """Return the query before the session is known: to build it costs more than to run it."""
    return OpenSessionQuerySet(Session).with_person().order_by("pk")


class SessionStore(db.SessionStore):
    """Sessions in the database, each with the person whose it is (`accounts.selectors.signed_in`)."""

    person: User | None = None

    @classmethod
    def get_model_class(cls) -> type[Session]:
        return Session

    def create_model_instance(self, data: dict[str, Any]) -> Any:
        row = super().create_model_instance(data)
        row.person_id = data.get(SESSION_KEY)  # type: ignore[attr-defined]
        return row

    def load(self) -> dict[str, Any]:
        row = _sessions().filter(session_key=self.session_key, expire_date__gt=timezone.now()).first()
        if row is None:
            self._session_key = None
            return {}
        self.person = row.person
        if self.person:
            self.person.unread_lines = row.unread_lines  # type: ignore[attr-defined]
        return self.decode(row.session_data)
