from django.urls import path

from sla.views import calendars, case, extensions, moves, risk, rules, targets

app_name = "sla"

urlpatterns = [
    path("cases/<case_reference:number>/deadlines/", case.deadlines, name="deadlines"),
    path("cases/<case_reference:number>/deadlines/pause/", case.pause, name="pause"),
    path("cases/<case_reference:number>/deadlines/resume/", case.resume, name="resume"),
    path("cases/<case_reference:number>/deadlines/start/", case.start, name="start"),
    path("cases/<case_reference:number>/deadlines/<int:pk>/record/", case.record, name="record"),
    path("cases/<case_reference:number>/deadlines/<int:pk>/extend/", extensions.extend, name="extend"),
    path("cases/<case_reference:number>/extensions/<int:pk>/decide/", extensions.decide, name="decide_extension"),
    path("cases/<case_reference:number>/extensions/<int:pk>/letter/", extensions.letter, name="extension_letter"),
    path("cases/<case_reference:number>/deadlines/<int:pk>/cause/", case.breach_cause, name="breach_cause"),
    path("deadlines/at-risk/", risk.risks, name="risks"),
    path("settings/clock-moves/<int:pk>/", moves.move, name="move"),
    path("settings/sla/", rules.rule_sets, name="rule_sets"),
    path("settings/sla/<slug:slug>/", rules.rule_set, name="rule_set"),
    path("settings/sla/<slug:slug>/draft/", rules.draft, name="draft_rules"),
    path("settings/sla/<slug:slug>/switch/", rules.switch, name="switch"),
    path("settings/sla/<slug:slug>/publish/", rules.publish, name="publish_rules"),
    path("settings/sla/<slug:slug>/rules/add/", rules.rule, name="rule_add"),
    path("settings/sla/<slug:slug>/rules/<int:pk>/", rules.rule, name="rule"),
    path("settings/sla/<slug:slug>/rules/<int:pk>/up/", rules.rule_up, name="rule_up"),
    path("settings/sla/<slug:slug>/rules/<int:pk>/remove/", rules.rule_drop, name="rule_drop"),
    path("settings/sla/<slug:slug>/targets/add/", targets.target, name="target_add"),
    path("settings/sla/<slug:slug>/targets/<int:pk>/", targets.target, name="target"),
    path("settings/sla/<slug:slug>/targets/<int:pk>/undo/", targets.undo, name="target_undo"),
    path("settings/sla/<slug:slug>/examples/add/", rules.example_add, name="example_add"),
    path("settings/sla/<slug:slug>/examples/<int:pk>/remove/", rules.example_drop, name="example_drop"),
    path("settings/calendars/", calendars.calendars, name="calendars"),
    path("settings/calendars/<slug:slug>/", calendars.calendar, name="calendar"),
    path("settings/calendars/<slug:slug>/draft/", calendars.draft, name="draft_calendar"),
    path("settings/calendars/<slug:slug>/hours/", calendars.hours, name="calendar_hours"),
    path("settings/calendars/<slug:slug>/weeks/add/", calendars.week_add, name="week_add"),
    path("settings/calendars/<slug:slug>/weeks/<int:pk>/remove/", calendars.week_drop, name="week_drop"),
    path("settings/calendars/<slug:slug>/dates/add/", calendars.exception_add, name="exception_add"),
    path("settings/calendars/<slug:slug>/dates/propose/", calendars.holidays, name="holidays"),
    path("settings/calendars/<slug:slug>/dates/accept/", calendars.accept, name="accept"),
    path("settings/calendars/<slug:slug>/dates/<int:pk>/remove/", calendars.exception_drop, name="exception_drop"),
    path("settings/calendars/<slug:slug>/publish/", calendars.publish, name="publish_calendar"),
]
