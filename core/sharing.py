"""Two people have the same form open: what each changed is kept, and where both changed one thing the second chooses.

A shared form carries the version it was filled from and a digest of every value it showed. When somebody else saved
first, a field that only they changed takes their value, one that only this person changed keeps it, and for one that both
changed the page shows both. Not a word is lost, and nothing is overwritten unseen.
"""

import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final, Generic, TypeVar

from django import forms
from django.utils.datastructures import MultiValueDict

from core.errors import StaleVersionError
from core.forms import RedressForm

NOT_SHARED: Final = frozenset({"version", "seen"})
TRIES: Final = 3

Posted = MultiValueDict[str, str]

FormT = TypeVar("FormT", bound="SharedForm")


class SharedForm(RedressForm):
    """A form over a row that several people may have open."""

    version = forms.IntegerField(widget=forms.HiddenInput, min_value=0)
    seen = forms.CharField(widget=forms.HiddenInput, required=False)

    def get_initial_for_field(self, field: forms.Field, field_name: str) -> Any:
        if field_name == "seen":
            return json.dumps({name: digest(self.shown(name)) for name in self.shared_names()})
        return super().get_initial_for_field(field, field_name)

    def shared_names(self) -> list[str]:
        return [name for name in self.fields if name not in NOT_SHARED]

    def shown(self, name: str) -> str | list[str]:
        """Return the value that the unbound form shows in a field, as a browser would send it back."""
        shown = self.fields[name].prepare_value(self.get_initial_for_field(self.fields[name], name))
        return plain(shown)

    def typed(self, name: str) -> str | list[str]:
        return plain(self[name].value())

    def values(self) -> dict[str, Any]:
        """Return what was typed, without what the form carries for itself."""
        return {name: value for name, value in self.cleaned_data.items() if name not in NOT_SHARED}


def plain(value: Any) -> str | list[str]:
    """Return a value as it travels in a form; line ends and spaces around do not make a difference."""
    if isinstance(value, list | tuple | set):
        return sorted(str(each) for each in value)
    if value is None:
        return ""
    if isinstance(value, date):
        return value.isoformat()
    return "\n".join(str(value).splitlines()).strip()


def digest(value: str | list[str]) -> str:
    return hashlib.sha256(json.dumps(value).encode()).hexdigest()[:16]


@dataclass(frozen=True, kw_only=True)
class Conflict:
    """One field that both changed: what is saved now, and what this person typed."""

    name: str
    label: str
    theirs: Any
    yours: Any
    is_text: bool


@dataclass(frozen=True, kw_only=True)
class Outcome(Generic[FormT]):
    """What came of a save: done, perhaps together with fields of somebody else; or the form again, perhaps with conflicts."""

    form: FormT
    is_saved: bool = False
    taken_over: list[str] = field(default_factory=list)
    conflicts: list[Conflict] = field(default_factory=list)
    sentence: str = ""

    def done(self, words: str) -> str:
        """Return the message of success, with what somebody else changed meanwhile."""
        if not self.taken_over:
            return words
        return f"{words} It also holds what somebody else changed meanwhile: {', '.join(self.taken_over)}."


def save_shared(
    posted: Posted,
    *,
    make_form: Callable[[Posted], FormT],
    fresh_form: Callable[[], FormT],
    save: Callable[[FormT], object],
) -> Outcome[FormT]:
    """Save what was typed with `save`, merged with what somebody else saved meanwhile.

    `fresh_form` makes the unbound form over the row as it is stored now. A refusal other than a stale version is the
    caller's.
    """
    data = _chosen(posted, fresh_form)
    form, taken_over = make_form(data), list[str]()
    for _ in range(TRIES):
        if not form.is_valid():
            return Outcome(form=form)
        try:
            save(form)
        except StaleVersionError as error:
            sentence = str(error)
        else:
            return Outcome(form=form, is_saved=True, taken_over=taken_over)
        theirs = fresh_form()
        data, taken, conflicts = _merged(form, theirs, data)
        taken_over += [label for label in taken if label not in taken_over]
        form = make_form(data)
        if conflicts:
            form.is_valid()
            return Outcome(form=form, taken_over=taken_over, conflicts=conflicts, sentence=sentence)
    return Outcome(form=form, sentence=sentence)


def _merged(form: SharedForm, theirs: SharedForm, posted: Posted) -> tuple[Posted, list[str], list[Conflict]]:
    """Return what the form shall hold now, which fields it took over, and which both changed."""
    seen, data = _seen(form), posted.copy()
    taken, conflicts = [], []
    for name in form.shared_names():
        if name not in theirs.fields:
            continue
        mine, saved, before = form.typed(name), theirs.shown(name), seen.get(name)
        if mine == saved:
            continue
        label = str(form.fields[name].label)
        if before == digest(mine):
            _put(data, form.add_prefix(name), saved)
            taken.append(label)
        elif before != digest(saved):
            conflicts.append(
                Conflict(
                    name=name,
                    label=label,
                    theirs=_words(theirs, name, saved),
                    yours=_words(form, name, mine),
                    is_text=isinstance(form.fields[name].widget, forms.Textarea),
                )
            )
    _put(data, form.add_prefix("version"), str(theirs.get_initial_for_field(theirs.fields["version"], "version")))
    _put(data, form.add_prefix("seen"), str(theirs.get_initial_for_field(theirs.fields["seen"], "seen")))
    return data, taken, conflicts


def _chosen(posted: Posted, fresh_form: Callable[[], SharedForm]) -> Posted:
    """Return what was posted with the choices of a page of conflicts made: theirs, or both texts one after the other."""
    choices = {key.removeprefix("keep-"): value for key, value in posted.items() if key.startswith("keep-")}
    if not {"theirs", "both"} & set(choices.values()):
        return posted
    data, theirs = posted.copy(), fresh_form()
    for name, choice in choices.items():
        if name not in theirs.fields or name in NOT_SHARED:
            continue
        key, saved = theirs.add_prefix(name), theirs.shown(name)
        if choice == "theirs":
            _put(data, key, saved)
        elif choice == "both" and isinstance(saved, str):
            _put(data, key, f"{saved}\n\n{plain(data.get(key, ''))}".strip())
    return data


def _seen(form: SharedForm) -> Mapping[str, str]:
    """Return the digests that the form carried; one that was tampered with says nothing, so that everything is asked."""
    try:
        found = json.loads(form.cleaned_data.get("seen") or "{}")
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


def _put(data: Posted, key: str, value: str | list[str]) -> None:
    data.setlist(key, list(value) if isinstance(value, list) else [value])


def _words(form: SharedForm, name: str, value: str | list[str]) -> str:
    """Return a value as people read it: the label of a choice."""
    choices = _labels(getattr(form.fields[name], "choices", ()))
    if isinstance(value, list):
        return ", ".join(choices.get(each, each) for each in value)
    return choices.get(value, value)


def _labels(choices: Any) -> dict[str, str]:
    found: dict[str, str] = {}
    for value, label in choices:
        if isinstance(label, list | tuple):
            found |= _labels(label)
        else:
            found[str(value)] = str(label)
    return found
