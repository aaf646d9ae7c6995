from django.urls import path

from core import views

urlpatterns = [
    path("parts/", views.parts, name="parts"),
    path("help/", views.help_page, name="help"),
    path("accessibility/", views.accessibility, name="accessibility"),
    path("privacy/", views.privacy, name="privacy"),
]
