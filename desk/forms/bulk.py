from typing import Any, cast

from django import forms

from accounts.models import Team, User
from core.forms import RedressForm
from desk.choices import BulkAction
from desk.services.bulk import BulkTerms


class BulkForm(RedressForm):
    """To whom, or to which team, and why; the cases themselves come along as hidden fields of the page."""

    person = forms.ModelChoiceField(label="Who should have these cases?", queryset=User.objects.none())
    team = forms.ModelChoiceField(label="Which team should have these cases?", queryset=Team.objects.none())
    reason = forms.CharField(label="Reason", required=False, max_length=300)

    def __init__(self, *args: Any, action: BulkAction, people: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if action == BulkAction.ASSIGN:
            cast("forms.ModelChoiceField[User]", self.fields["person"]).queryset = people
            del self.fields["team"]
        else:
            cast("forms.ModelChoiceField[Team]", self.fields["team"]).queryset = Team.objects.filter(is_active=True)
            del self.fields["person"]

    def terms(self) -> BulkTerms:
        typed = self.cleaned_data
        return BulkTerms(owner=typed.get("person"), team=typed.get("team"), reason=typed["reason"])
