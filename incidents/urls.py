from django.urls import path

from incidents.choices import Audience, IncidentAction
from incidents.views import affected, hand_offs, linking, listing, major, recovery, steps, telling, updates

app_name = "incidents"

CASE = "cases/<case_reference:number>"

urlpatterns = [
    path("incidents/", listing.incident_list, name="list"),
    path(f"{CASE}/updates/", updates.updates, {"audience": Audience.CUSTOMERS}, name="updates"),
    path(
        f"{CASE}/updates/stakeholders/",
        updates.updates,
        {"audience": Audience.STAKEHOLDERS},
        name="stakeholder_updates",
    ),
    path(f"{CASE}/hand-offs/", hand_offs.hand_offs, name="hand_offs"),
    path(f"{CASE}/hand-offs/<int:pk>/receipt/", hand_offs.receipt, name="hand_off_receipt"),
    path(f"{CASE}/hand-offs/<int:pk>/answer/", hand_offs.response, name="hand_off_answer"),
    path(f"{CASE}/affected/", affected.affected, name="affected"),
    path(f"{CASE}/affected/<int:pk>/unlink/", affected.unlink, name="unlink"),
    path(f"{CASE}/affected/find/", linking.find, name="find"),
    path(f"{CASE}/affected/file/", linking.from_file, name="link_file"),
    path(f"{CASE}/affected/links/<int:pk>/", linking.link_run, name="link_run"),
    path(f"{CASE}/affected/links/<int:pk>/answers.csv", linking.link_run_csv, name="link_run_csv"),
    path(f"{CASE}/affected/tell/", telling.tell, name="tell"),
    path(f"{CASE}/affected/messages/<int:pk>/", telling.mailing, name="mailing"),
    path(f"{CASE}/major/", major.overview, name="major"),
    path(f"{CASE}/major/declare/", major.declare, name="declare"),
    path(f"{CASE}/major/leads/", major.roles, name="major_roles"),
    path(f"{CASE}/major/timeline/", major.note, name="major_note"),
    path(f"{CASE}/major/stand-down/", major.stand_down, name="stand_down"),
    path(f"{CASE}/major/review/", major.review, name="review"),
    path(f"{CASE}/major/actions/", major.review_action, name="review_action"),
    path(f"{CASE}/major/actions/<int:pk>/done/", major.review_action_done, name="review_action_done"),
    path(f"{CASE}/major/stakeholders/", major.listener, name="listener"),
    path(f"{CASE}/major/stakeholders/<int:pk>/remove/", major.listener_remove, name="listener_remove"),
    path(f"{CASE}/recovery/", recovery.recovery, name="recovery"),
    path(f"{CASE}/recovery/<int:pk>/agree/", recovery.agree, name="recovery_agree"),
    path(f"{CASE}/recovery/<int:pk>/done/", recovery.finish, name="recovery_done"),
    path(f"{CASE}/recovery/<int:pk>/drop/", recovery.drop, name="recovery_drop"),
    *(
        path(
            f"{CASE}/incident/{action.lower().replace('_', '-')}/", steps.step, {"action": action}, name=action.lower()
        )
        for action in IncidentAction
    ),
]
