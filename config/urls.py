from django.urls import include, path

from config import views

handler400 = "core.views.bad_request"

urlpatterns = [
    path("accounts/", include("allauth.urls")),
    path("", include("core.urls")),
    path("", include("accounts.urls")),
    path("", include("desk.urls")),
    path("", include("policies.urls")),
    path("cases/", include("cases.urls")),
    path("", include("complaints.urls")),
    path("", include("reporting.urls")),
    path("", include("incidents.urls")),
    path("", include("coaching.urls")),
    path("", include("sla.urls")),
    path("livez", views.livez, name="livez"),
    path("readyz", views.readyz, name="readyz"),
]
