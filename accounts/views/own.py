from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse, HttpResponseRedirect, JsonResponse
from django.middleware.csrf import get_token
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.choices import Delivery
from accounts.forms.own import NewsForm, PreferencesForm
from accounts.models import Notification
from accounts.services import own as services
from core.http import AuthenticatedRequest

LINES_PER_PAGE = 30


@require_safe
def notifications(request: AuthenticatedRequest) -> HttpResponse:
    """List what the person was told, newest first; ?show=unread leaves out what was read."""
    mine = Notification.objects.visible_to(request.user)
    only_unread = request.GET.get("show") == "unread"
    page = Paginator(mine.unread() if only_unread else mine, LINES_PER_PAGE).get_page(request.GET.get("page"))
    today = timezone.localdate()
    context = {
        "page": page,
        "only_unread": only_unread,
        "today": [line for line in page if timezone.localdate(line.created_at) == today],
        "earlier": [line for line in page if timezone.localdate(line.created_at) != today],
        "unread_count": mine.unread().count(),
    }
    return render(request, "accounts/notifications.html", context)


@require_POST
def notification_open(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    """Mark the line as read and go to what it is about."""
    line = get_object_or_404(Notification.objects.visible_to(request.user), pk=pk)
    services.read_notification(notification_id=line.pk, actor=request.user, now=timezone.now())
    is_ours = url_has_allowed_host_and_scheme(line.url, allowed_hosts=None)
    return HttpResponseRedirect(line.url) if is_ours else redirect("accounts:notifications")


@require_POST
def notifications_read_all(request: AuthenticatedRequest) -> HttpResponse:
    count = services.read_all_notifications(actor=request.user, now=timezone.now())
    messages.success(request, f"{count} marked as read." if count else "Everything was read already.")
    return redirect("accounts:notifications")


@require_safe
def session(request: AuthenticatedRequest) -> HttpResponse:
    """Stay signed in: being asked is enough. The answer brings a fresh token for forms that are open."""
    return JsonResponse({"csrf_token": get_token(request)})


@require_http_methods(["GET", "HEAD", "POST"])
def preferences(request: AuthenticatedRequest) -> HttpResponse:
    person = request.user
    stored = {"theme": person.theme, "density": person.density, "time_zone": person.time_zone}
    form = PreferencesForm(request.POST or None, initial=stored)
    chosen = dict(person.news_preferences.values_list("kind", "delivery"))
    news = NewsForm(request.POST or None, chosen=chosen)
    if request.method == "POST" and form.is_valid() and news.is_valid():
        services.save_preferences(actor=person, **form.cleaned_data)
        services.save_news_preferences(actor=person, chosen=news.chosen())
        messages.success(request, "Your preferences are saved.")
        return redirect("accounts:preferences")
    context = {"form": form, "news": news, "deliveries": Delivery.choices}
    return render(request, "accounts/preferences.html", context, status=422 if form.is_bound else 200)
