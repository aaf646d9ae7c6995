from django.urls import path

from complaints.views import delegation, interest, outcomes, points, proposal, public, sign_off, steps

app_name = "complaints"

CASE = "cases/<case_reference:number>"

urlpatterns = [
    path("sign-off/", sign_off.sign_off_inbox, name="inbox"),
    path("sign-off/stand-ins/", delegation.delegations, name="delegations"),
    path("sign-off/stand-ins/<int:pk>/end/", delegation.end, name="end_delegation"),
    path("r/<slug:token>/", public.confirm, name="confirm"),
    path(f"{CASE}/sign-off/", sign_off.sign_off, name="sign_off"),
    path(f"{CASE}/points/", points.points, name="points"),
    path(f"{CASE}/points/add/", points.add_point, name="add_point"),
    path(f"{CASE}/points/<int:pk>/", points.edit_point, name="edit_point"),
    path(f"{CASE}/evidence/<int:pk>/points/", points.bearing, name="bearing"),
    path(f"{CASE}/definition/", points.define, name="define"),
    path(f"{CASE}/resolution/", proposal.resolution, name="resolution"),
    path(f"{CASE}/resolution/draft-letter/", proposal.draft_letter, name="draft_letter"),
    path(f"{CASE}/resolution/redress/", proposal.add_redress, name="add_redress"),
    path(f"{CASE}/resolution/redress/<int:pk>/remove/", proposal.remove_redress, name="remove_redress"),
    path(f"{CASE}/resolution/interest/", interest.interest, name="interest"),
    path(f"{CASE}/resolution/actions/", proposal.add_action, name="add_action"),
    path(f"{CASE}/resolution/actions/<int:pk>/remove/", proposal.remove_action, name="remove_action"),
    path(f"{CASE}/resolution/submit/", proposal.submit, name="submit"),
    path(f"{CASE}/resolution/take-back/", proposal.take_back, name="take_back"),
    path(f"{CASE}/start/", steps.start, name="start"),
    path(f"{CASE}/send-decision/", steps.send, name="send"),
    path(f"{CASE}/ask-to-confirm/", steps.ask, name="ask"),
    path(f"{CASE}/answer/", steps.answer, name="answer"),
    path(f"{CASE}/follow-up/start/", steps.follow_up, name="follow_up"),
    path(f"{CASE}/close/", steps.close, name="close"),
    path(f"{CASE}/reopen/", steps.reopen, name="reopen"),
    path(f"{CASE}/withdraw/", steps.withdraw, name="withdraw"),
    path(f"{CASE}/set-aside/", steps.set_aside, name="set_aside"),
    path(f"{CASE}/forward/", outcomes.forward, name="forward"),
    path(f"{CASE}/forwardings/<int:pk>/letter/", outcomes.forwarding_letter, name="forwarding_letter"),
    path(f"{CASE}/merge/", outcomes.merge, name="merge"),
    path(f"{CASE}/merges/<int:pk>/take-apart/", outcomes.take_apart, name="take_apart"),
    path(f"{CASE}/ombudsman/", outcomes.ombudsman, name="ombudsman"),
]
