from celery import shared_task
from django.utils import timezone

from reporting.services import facts, reports, themes


@shared_task
def refresh_facts() -> int:
    """Bring the daily facts up to date; a second run finds nothing left to do."""
    return facts.refresh_facts(now=timezone.now())


# Taken off the queue at once: it may run longer than Redis waits for a word, and would be given out a second time.
@shared_task(acks_late=False, soft_time_limit=3 * 3600, time_limit=3 * 3600 + 60)
def analyse_themes() -> int:
    """Read the day's cases for themes; a second run the same night finds nothing left to read."""
    return themes.nightly(now=timezone.now()).cases_read


@shared_task(acks_late=False, soft_time_limit=3 * 3600, time_limit=3 * 3600 + 60)
def start_waiting_analysis() -> int:
    """Read the cases now if somebody asked for it; a second run finds nobody waiting."""
    return themes.start_waiting(now=timezone.now())


@shared_task
def send_due_reports() -> int:
    """Write the e-mails of the reports that are due; a second run finds that they have gone out."""
    return reports.send_due_reports(now=timezone.now())
