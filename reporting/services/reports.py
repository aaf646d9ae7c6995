"""Dashboards that are kept, and sent as PDF: once for each week or month, with the figures of the day before it began."""

import logging
from datetime import date, datetime, timedelta

from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import IntegrityError, transaction

from accounts.models import OutboxEmail, User
from core import dates
from core.errors import UserFacingError
from core.pdf import PdfUnavailableError, pdf_from_template
from reporting import permissions
from reporting.choices import ReportRhythm
from reporting.models import ReportIssue, SavedDashboard
from reporting.permissions import ReportingAction
from reporting.selectors.dashboards import QUESTIONS, Dashboard
from reporting.selectors.scope import USUAL_WEEKS, Scope, monday

logger = logging.getLogger(__name__)


@transaction.atomic
def keep_dashboard(
    *, name: str, question: str, parameters: dict[str, str], rhythm: str, is_shared: bool = False, actor: User
) -> SavedDashboard:
    """Keep a question with its filters under a name; the same name again replaces what it held."""
    permissions.require(actor, ReportingAction.SEE_DASHBOARDS)
    if question not in QUESTIONS:
        raise UserFacingError("There is no such dashboard.")
    values = {"question": question, "parameters": parameters, "rhythm": rhythm, "is_shared": is_shared}
    kept, _ = SavedDashboard.objects.update_or_create(owner=actor, name=name, defaults=values)
    return kept


def send_due_reports(*, now: datetime) -> int:
    """Write the e-mails of every report whose period has begun and that has not gone out; return how many."""
    sent = 0
    for saved in SavedDashboard.objects.exclude(rhythm="").filter(owner__is_active=True).select_related("owner"):
        period = period_of(ReportRhythm(saved.rhythm), dates.local_day(now))
        if dates.local_day(saved.created_at) < period and not saved.issues.filter(period=period).exists():
            sent += _issue(saved, period, now=now)
    return sent


def period_of(rhythm: ReportRhythm, today: date) -> date:
    """Return the first day of the week or month that `today` is in; the report is about what was before it."""
    return monday(today) if rhythm == ReportRhythm.WEEKLY else today.replace(day=1)


def _issue(saved: SavedDashboard, period: date, *, now: datetime) -> bool:
    """Write the row that makes it once and its e-mail, both or neither."""
    try:
        with transaction.atomic():
            issue = ReportIssue.objects.create(saved=saved, period=period, issued_at=now)
            issue.email = _email(saved, issue, now=now)
            issue.save(update_fields=["email"])
    except IntegrityError:
        return False  # another worker was quicker
    logger.info("report_issued report=%s period=%s", saved.pk, period)
    return True


def _email(saved: SavedDashboard, issue: ReportIssue, *, now: datetime) -> OutboxEmail:
    scope = scope_of(saved, issue.period - timedelta(days=1))
    question = QUESTIONS[saved.question]
    answer = question.answer(saved.owner, scope)
    lines = [f"{item.label}: {item.figure} {item.small}".rstrip() for item in answer.key_figures]
    attachments, note = _pdf(saved, issue, scope, answer)
    address = f"{settings.SITE_URL}{saved.get_absolute_url()}&as_of={scope.today.isoformat()}"
    body = "\n".join([question.title, scope.in_words, "", *lines, "", f"{note}{address}", ""])
    return OutboxEmail.objects.create(
        to=saved.owner.email,
        recipient=saved.owner,
        subject=f"{saved.name}: {question.title}"[:200],
        body=body,
        is_news=True,
        attachments=attachments,
        dedupe_key=f"report:{issue.pk}",
        send_after=now,
        created_at=now,
    )


def _pdf(
    saved: SavedDashboard, issue: ReportIssue, scope: Scope, answer: Dashboard
) -> tuple[list[dict[str, str]], str]:
    """Draw the same figures as PDF; a server without the library sends the e-mail without it, and says so."""
    context = {"title": saved.name, "mark": "Confidential", "scope": scope, "answer": answer}
    context["question"] = QUESTIONS[saved.question]
    try:
        pages = pdf_from_template("reporting/report_pdf.html", context)
    except PdfUnavailableError as error:
        return [], f"{error}\n\n"
    name = f"{saved.question}-{scope.today.isoformat()}.pdf"
    path = default_storage.save(f"reports/{issue.pk}/{name}", ContentFile(pages))
    return [{"path": path, "name": name, "type": "application/pdf"}], ""


def scope_of(saved: SavedDashboard, day: date) -> Scope:
    """Return what a kept dashboard looks at, as it stood at the end of `day`."""
    given = saved.parameters
    return Scope(
        today=day,
        as_of=day,
        weeks=int(given.get("weeks") or USUAL_WEEKS),
        team=int(given["team"]) if given.get("team") else None,
        kind=given.get("kind", ""),
        support=given.get("support", ""),
        channel=given.get("channel", ""),
        product=int(given["product"]) if given.get("product") else None,
        owner=saved.owner_id if QUESTIONS[saved.question].is_own else None,
    )
