"""How allauth behaves here: nobody signs up, and its refusals use our words."""

from typing import ClassVar

from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.adapter import DefaultMFAAdapter
from django.http import HttpRequest

TOO_OFTEN = "You have tried too many times. Wait 5 minutes, or ask your team leader to help"
WRONG_CODE = "That code does not match. Enter the newest code your app shows"


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    """People are added by an admin; nobody signs up."""

    error_messages: ClassVar[dict[str, str]] = DefaultAccountAdapter.error_messages | {
        "email_password_mismatch": "Check your email and password. They do not match our records",
        "account_inactive": "Check your email and password. They do not match our records",
        "enter_current_password": "That is not the password you use now. Enter it again",
        "incorrect_password": "That is not your password. Enter it again",
        "incorrect_code": WRONG_CODE,
        "too_many_login_attempts": TOO_OFTEN,
        "rate_limited": TOO_OFTEN,
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False


class SecondStepAdapter(DefaultMFAAdapter):  # type: ignore[misc]
    error_messages: ClassVar[dict[str, str]] = DefaultMFAAdapter.error_messages | {
        "incorrect_code": WRONG_CODE,
        "rate_limited": TOO_OFTEN,
    }
