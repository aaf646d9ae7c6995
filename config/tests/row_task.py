"""A task for the worker test: handle a row that waits in the database."""

from celery import shared_task
from django.utils import timezone

from accounts.models import Notification


@shared_task
def read_notification_task(pk: int) -> None:
    Notification.objects.filter(pk=pk, read_at=None).update(read_at=timezone.now())
