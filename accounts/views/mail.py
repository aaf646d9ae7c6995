"""Messages: an admin sees what did not arrive and tries again, and stops or resumes e-mails to colleagues."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from accounts.forms.mail import StopForm
from accounts.models import OutboxEmail
from accounts.permissions import MailAction, may_mail, require_mail
from accounts.selectors.mail import emails_shown, mail_figures
from accounts.services import mail_control as services
from core.errors import UserFacingError
from core.http import AuthenticatedRequest

ROWS_PER_PAGE = 30
VIEWS = [
    ("failed", "Failed"),
    ("stuck", "Stuck"),
    ("twice", "May have arrived twice"),
    ("waiting", "Waiting"),
]


@require_safe
def outbox(request: AuthenticatedRequest) -> HttpResponse:
    require_mail(request.user, MailAction.SEE)
    return _page(request, StopForm())


@require_POST
def retry(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    require_mail(request.user, MailAction.CONTROL)
    email = get_object_or_404(OutboxEmail.objects.visible_to(request.user), pk=pk)
    try:
        services.retry_email(email.pk, actor=request.user, now=timezone.now())
    except UserFacingError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, "The email is tried again within a minute.")
    return redirect("accounts:outbox")


@require_POST
def retry_all(request: AuthenticatedRequest) -> HttpResponse:
    require_mail(request.user, MailAction.CONTROL)
    count = services.retry_all_failed(actor=request.user, now=timezone.now())
    words = f"{count:,} email{'' if count == 1 else 's'} will be tried again." if count else "No email has failed."
    messages.success(request, words)
    return redirect("accounts:outbox")


@require_POST
def stop(request: AuthenticatedRequest) -> HttpResponse:
    require_mail(request.user, MailAction.CONTROL)
    form = StopForm(request.POST)
    if form.is_valid():
        try:
            services.stop_news(reason=form.cleaned_data["reason"], actor=request.user, now=timezone.now())
        except UserFacingError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, "Emails to colleagues are stopped. Letters to customers go on.")
            return redirect("accounts:outbox")
    return _page(request, form, status=422)


@require_POST
def resume(request: AuthenticatedRequest) -> HttpResponse:
    require_mail(request.user, MailAction.CONTROL)
    try:
        services.resume_news(actor=request.user, now=timezone.now())
    except UserFacingError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, "Emails to colleagues go out again.")
    return redirect("accounts:outbox")


def _page(request: AuthenticatedRequest, form: StopForm, *, status: int = 200) -> HttpResponse:
    now, show = timezone.now(), request.GET.get("show", "failed")
    show = show if show in dict(VIEWS) else "failed"
    figures = mail_figures(request.user, now=now)
    context = {
        "figures": figures,
        "show": show,
        "views": VIEWS,
        "page": Paginator(emails_shown(request.user, show, now=now), ROWS_PER_PAGE).get_page(request.GET.get("page")),
        "may_control": may_mail(request.user, MailAction.CONTROL),
        "form": form,
    }
    return render(request, "accounts/outbox.html", context, status=status)
