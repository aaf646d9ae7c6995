from celery import shared_task
from django.utils import timezone

from accounts.models import User
from accounts.services.digests import send_digests
from accounts.tasks import send_due_emails
from core.queue import enqueue
from sla import services


@shared_task
def tick() -> int:
    """Resume pauses that have run out, tell people what is due, and let the e-mails go."""
    now, system = timezone.now(), User.objects.system()
    services.resume_expired_pauses(actor=system, now=now)
    told = services.remind(actor=system, now=now)
    services.withdraw_stale(now=now)
    send_digests(now=now)
    enqueue(send_due_emails)
    return told


# Taken off the queue at once: it may run longer than Redis waits for a word, and would be given out a second time.
@shared_task(acks_late=False, soft_time_limit=3600, time_limit=3660)
def move_clocks() -> int:
    """Go on moving open clocks to what was published; with nothing to move it ends at once."""
    return services.continue_moves(now=timezone.now())
