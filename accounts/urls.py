from django.urls import path

from accounts.views import mail, own, people

app_name = "accounts"
urlpatterns = [
    path("notifications/", own.notifications, name="notifications"),
    path("notifications/read-all/", own.notifications_read_all, name="notifications_read_all"),
    path("notifications/<int:pk>/", own.notification_open, name="notification_open"),
    path("session/", own.session, name="session"),
    path("preferences/", own.preferences, name="preferences"),
    path("settings/messages/", mail.outbox, name="outbox"),
    path("settings/messages/retry-all/", mail.retry_all, name="retry_all_emails"),
    path("settings/messages/stop/", mail.stop, name="stop_emails"),
    path("settings/messages/resume/", mail.resume, name="resume_emails"),
    path("settings/messages/<int:pk>/retry/", mail.retry, name="retry_email"),
    path("settings/people/", people.people_list, name="people"),
    path("settings/people/add/", people.person_add, name="person_add"),
    path("settings/people/<int:pk>/", people.person_edit, name="person"),
    path("settings/people/<int:pk>/switch/", people.person_switch, name="person_switch"),
    path("settings/people/<int:pk>/invite/", people.person_invite, name="person_invite"),
    path("settings/teams/", people.team_list, name="teams"),
    path("settings/teams/add/", people.team_add, name="team_add"),
    path("settings/teams/<int:pk>/", people.team_edit, name="team"),
]
