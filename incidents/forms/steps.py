"""What is typed when an incident takes a step. Each form carries the version that the person was looking at."""

from datetime import datetime
from typing import Any

from django import forms

from cases.choices import WaitingOn
from cases.forms.base import at_local_time, date_input, text_area, time_input
from cases.models import Case
from core.forms import RedressForm
from incidents.choices import IncidentAction
from incidents.models import Incident
from policies.choices import Impact, Urgency


class StepForm(RedressForm):
    version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, case: Case, incident: Incident, **kwargs: Any) -> None:
        super().__init__(*args, initial=self.known(case, incident), **kwargs)

    def known(self, case: Case, incident: Incident) -> dict[str, Any]:
        """Return what the form shows at first."""
        return {"version": case.version}


class AssessForm(StepForm):
    affected = forms.CharField(label="What is affected?", max_length=200)
    affected_count = forms.IntegerField(label="How many customers, about?", required=False, min_value=0)
    started_on = forms.DateField(label="Since which day?", widget=date_input())
    started_time = forms.TimeField(label="Since what time?", widget=time_input())
    impact = forms.TypedChoiceField(label="Who is affected?", choices=Impact, coerce=int, widget=forms.RadioSelect)
    urgency = forms.TypedChoiceField(
        label="How soon does it matter?", choices=Urgency, coerce=int, widget=forms.RadioSelect
    )
    workaround = forms.CharField(
        label="What can customers do meanwhile?", required=False, max_length=2000, widget=text_area(3)
    )

    def known(self, case: Case, incident: Incident) -> dict[str, Any]:
        since = incident.started_at or case.received_at
        return super().known(case, incident) | {
            "affected": incident.affected,
            "affected_count": incident.affected_count,
            "started_on": since,
            "started_time": since,
            "impact": case.impact,
            "urgency": case.urgency,
            "workaround": incident.workaround,
        }

    def started_at(self) -> datetime:
        return at_local_time(self.cleaned_data["started_on"], self.cleaned_data["started_time"])


class WaitForm(StepForm):
    waiting_on = forms.ChoiceField(
        label="Who are we waiting for?",
        choices=[(each.value, each.label) for each in WaitingOn if each.value],
        widget=forms.RadioSelect,
    )
    note = forms.CharField(label="What are we waiting for?", max_length=300, widget=text_area(2))


class ResolveForm(StepForm):
    resolution = forms.CharField(
        label="How was it resolved?",
        help_text="What works again, and what was done. Customers are told in an update.",
        max_length=2000,
        widget=text_area(),
    )


class ReopenForm(StepForm):
    note = forms.CharField(label="Why is it opened again?", max_length=300, widget=text_area(2))


FORMS: dict[IncidentAction, type[StepForm]] = {
    IncidentAction.ASSESS: AssessForm,
    IncidentAction.START: StepForm,
    IncidentAction.WAIT: WaitForm,
    IncidentAction.RESUME: StepForm,
    IncidentAction.RESOLVE: ResolveForm,
    IncidentAction.FOLLOW_UP: StepForm,
    IncidentAction.CLOSE: StepForm,
    IncidentAction.REOPEN: ReopenForm,
}
