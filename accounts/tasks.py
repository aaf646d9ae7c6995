from celery import shared_task
from django.utils import timezone

from accounts.services import outbox, sessions


@shared_task
def send_due_emails() -> int:
    return outbox.send_due_emails(now=timezone.now()).sent


@shared_task
def forget_old_sessions() -> None:
    sessions.forget_old_sessions(now=timezone.now())
