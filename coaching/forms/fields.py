"""Fields that several forms of this app share."""

import re
from typing import Any, Final

from django import forms

from accounts.models import User
from cases.models import Case

MOST_REFERENCES: Final = 10


class CaseReferencesField(forms.CharField):
    """Cases by reference, separated by commas or spaces; cleans to their ids. `reader` may see them all."""

    reader: User

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(max_length=400, required=False, **kwargs)

    def clean(self, value: Any) -> list[int]:
        given = list(dict.fromkeys(re.split(r"[\s,;]+", (super().clean(value) or "").strip().upper())))
        numbers = {"-".join(reference.split("-")[-2:]): reference for reference in given if reference}
        if len(numbers) > MOST_REFERENCES:
            raise forms.ValidationError(f"Enter {MOST_REFERENCES} cases at most. You have entered {len(numbers)}")
        found = dict(Case.objects.visible_to(self.reader).filter(number__in=numbers).values_list("number", "pk"))
        if missing := [reference for number, reference in numbers.items() if number not in found]:
            raise forms.ValidationError(
                f"You cannot see a case with the reference {', '.join(missing)}. Check or remove it"
            )
        return list(found.values())
