from django.urls import path

from policies.views import documents, rules, triage

app_name = "policies"
urlpatterns = [
    path("policies/", documents.index, name="index"),
    path("policies/rules/<slug:table>/", rules.rule_list, name="rules"),
    path("policies/triage-questions/", triage.triage, name="triage"),
    path("policies/triage-questions/v<int:number>/", triage.triage, name="triage_edition"),
    path("policies/<slug:slug>/", documents.document, name="document"),
    path("policies/<slug:slug>/v<int:number>/", documents.document, name="edition"),
    path("policies/<slug:slug>/v<int:number>/changes/", documents.comparison, name="comparison"),
    path("settings/policies/add/", documents.document_add, name="document_add"),
    path("settings/policies/<slug:slug>/", documents.document_edit, name="document_edit"),
    path("settings/policies/<slug:slug>/draft/", documents.draft, name="draft"),
    path("settings/policies/<slug:slug>/draft/start/", documents.draft_start, name="draft_start"),
    path("settings/policies/<slug:slug>/draft/discard/", documents.draft_discard, name="draft_discard"),
    path("settings/policies/<slug:slug>/publish/", documents.publish, name="publish"),
    path("settings/triage/draft/", triage.draft, name="triage_draft"),
    path("settings/triage/draft/start/", triage.draft_start, name="triage_draft_start"),
    path("settings/triage/draft/discard/", triage.draft_discard, name="triage_draft_discard"),
    path("settings/triage/draft/publish/", triage.publish, name="triage_publish"),
    path("settings/triage/draft/questions/add/", triage.question_add, name="triage_question_add"),
    path("settings/triage/draft/questions/<slug:code>/", triage.question_edit, name="triage_question"),
    path("settings/triage/draft/questions/<slug:code>/take-out/", triage.question_drop, name="triage_question_drop"),
    path("settings/triage/draft/questions/<slug:code>/first/", triage.question_first, name="triage_question_first"),
    path("settings/rules/<slug:table>/add/", rules.rule_add, name="rule_add"),
    path("settings/rules/<slug:table>/<int:pk>/", rules.rule_edit, name="rule_edit"),
]
