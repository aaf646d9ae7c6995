from celery import shared_task
from django.utils import timezone

from accounts.models import User
from accounts.tasks import send_due_emails
from cases.services import chasing, night, packs, posting
from core.queue import enqueue


# Taken off the queue at once: it may run longer than Redis waits for a word, and would be given out a second time.
@shared_task(acks_late=False, soft_time_limit=3600, time_limit=3660)
def check_histories() -> int:
    """Check every history and make the day's checkpoint; a second run the same day does nothing."""
    return night.check_histories(now=timezone.now()).number


@shared_task
def release_messages() -> int:
    """Let messages go whose half minute is over, and send them."""
    released = posting.release_messages(now=timezone.now())
    if released:
        enqueue(send_due_emails)
    return released


@shared_task
def chase() -> int:
    """Tell people what they promised, and remind those who were asked for something."""
    now = timezone.now()
    told = chasing.tell_of_promises(now=now)
    return told + chasing.chase_contributions(actor=User.objects.system(), now=now)


@shared_task(soft_time_limit=600, time_limit=660)
def make_packs() -> int:
    """Make the case packs that are waiting, and throw away those that have lain too long."""
    now = timezone.now()
    packs.drop_old_packs(now=now)
    return packs.make_due_packs(now=now)
