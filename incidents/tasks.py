from celery import shared_task
from django.utils import timezone

from incidents.services import chasing, link_runs, mailings


# A run that is cut off goes on at the next tick, from the batch after the last that was committed.
@shared_task(soft_time_limit=600, time_limit=660)
def link_cases() -> int:
    """Link the cases of the runs that are waiting."""
    return link_runs.run_due_links(now=timezone.now())


@shared_task(soft_time_limit=600, time_limit=660)
def tell_customers() -> int:
    """Check the customers of the messages that are waiting, and send those that were let go."""
    return mailings.run_due_mailings(now=timezone.now())


@shared_task
def chase() -> int:
    """Tell people of updates, hand-offs and actions that are due."""
    return chasing.chase(now=timezone.now())
