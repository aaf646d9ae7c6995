"""Who is signed in, found once for each request."""

from allauth.account.auth_backends import AuthenticationBackend

from accounts.models import User


class SignInBackend(AuthenticationBackend):  # type: ignore[misc]
    def get_user(self, user_id: int) -> User | None:
        """Return the person with all that the frame of every page shows of them, in one query."""
        person = User.objects.with_frame().filter(pk=user_id).first()
        return person if person and self.user_can_authenticate(person) else None
