from celery import shared_task
from django.utils import timezone

from accounts.services import outbox


@shared_task
def send_due_emails() -> int:
    return outbox.send_due_emails(now=timezone.now()).sent
