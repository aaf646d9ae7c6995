"""What a page asks for: its forms, their fields, and what a browser would send."""

from dataclasses import dataclass, field
from html.parser import HTMLParser

TYPED = {"text", "textarea", "email", "tel", "date", "time", "datetime-local", "number", "search", "password", "url"}
CHOSEN = {"select", "radio", "checkbox"}
IGNORED = {"submit", "button", "reset", "image", "file"}


@dataclass
class Field:
    name: str
    kind: str
    values: list[str] = field(default_factory=list)


@dataclass
class PageForm:
    method: str
    action: str
    fields: dict[str, Field] = field(default_factory=dict)

    @property
    def has_typed(self) -> bool:
        return any(each.kind in TYPED for each in self.fields.values())

    @property
    def has_ids(self) -> bool:
        return any(each.kind not in TYPED for each in self.fields.values())

    def typed(self, value: str) -> dict[str, str]:
        """Return what is sent when somebody types `value` everywhere, and chooses what is offered."""
        return {
            name: value if each.kind in TYPED else next(filter(None, each.values), "")
            for name, each in self.fields.items()
        }

    def chosen(self, value: str) -> dict[str, str]:
        """Return what is sent when somebody forges every choice and every hidden field."""
        return {name: "Something" if each.kind in TYPED else value for name, each in self.fields.items()}


class FormReader(HTMLParser):
    """Collects the forms of a page, fields that name their form by `form=` included."""

    def __init__(self) -> None:
        super().__init__()
        self.forms: list[PageForm] = []
        self.by_id: dict[str, PageForm] = {}
        self.form: PageForm | None = None
        self.select: Field | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        match tag:
            case "form":
                self.form = PageForm(given.get("method", "get").lower(), given.get("action", ""))
                self.forms.append(self.form)
                self.by_id[given.get("id", "")] = self.form
            case "input" | "select" | "textarea":
                self._add(tag, given)
            case "option" if self.select is not None:
                self.select.values.append(given.get("value", ""))

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self.form = None
        if tag == "select":
            self.select = None

    def _add(self, tag: str, given: dict[str, str]) -> None:
        form = self.by_id.get(given["form"]) if "form" in given else self.form
        kind = given.get("type", "text").lower() if tag == "input" else tag
        name = given.get("name", "")
        if form is None or not name or name == "csrfmiddlewaretoken" or kind in IGNORED:
            return
        found = form.fields.setdefault(name, Field(name, kind))
        if "value" in given:
            found.values.append(given["value"])
        self.select = found if tag == "select" else None


def forms_of(html: str) -> list[PageForm]:
    reader = FormReader()
    reader.feed(html)
    return [form for form in reader.forms if form.fields]
