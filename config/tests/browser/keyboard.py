"""A person without a mouse: everything is reached with Tab and done with keys."""

import re
from datetime import date, time

from playwright.sync_api import Locator, Page

MOST_STOPS = 250
IS_FOCUSED = "element => element === document.activeElement"


class Keyboard:
    def __init__(self, page: Page, address: str) -> None:
        self.page, self.address = page, address

    def open(self, path: str) -> None:
        self.page.goto(self.address + path)

    def reach(self, target: Locator) -> None:
        """Press Tab until `target` has the focus; past the last stop it begins again at the first."""
        target.wait_for()
        element = target.element_handle()
        for _ in range(MOST_STOPS):
            if element.evaluate(IS_FOCUSED):
                return
            self.page.keyboard.press("Tab")
        raise AssertionError(f"Tab does not reach {target}.")

    def follow(self, name: str, *, role: str = "link") -> None:
        """Reach a link or button by its name, press it, and wait for the page that follows."""
        self.reach(self.page.get_by_role(role, name=name).first)  # type: ignore[arg-type]
        with self.page.expect_navigation():
            self.page.keyboard.press("Enter")

    def press(self, name: str) -> None:
        self.follow(name, role="button")

    def unfold(self, name: str) -> None:
        self.reach(self.page.locator("summary").filter(has_text=name).first)
        self.page.keyboard.press("Enter")

    def write(self, label: str, words: str, *, within: Locator | None = None) -> None:
        """Replace what a field holds."""
        self.reach(self._field(label, within))
        self.page.keyboard.press("Control+a")
        self.page.keyboard.insert_text(words)

    def _field(self, label: str, within: Locator | None = None) -> Locator:
        escaped = re.sub(r"([?.()|*+])", r"\\\1", label)  # re.escape writes spaces in a way that browsers refuse
        words = re.compile(rf"^\s*{escaped}( \(optional\))?\s*$")
        return (within or self.page.locator("main")).get_by_label(words).first

    def choose(self, label: str, *, group: str = "") -> None:
        """Choose a radio button by arrow keys, from wherever Tab enters its group."""
        around = self.page.get_by_role("group", name=group) if group else self.page.locator("main")
        wanted = around.get_by_label(label).first
        self.reach(self._entry_of(wanted))
        self.page.keyboard.press("Space")
        for _ in range(20):
            if wanted.is_checked():
                return
            self.page.keyboard.press("ArrowDown")
        raise AssertionError(f"The arrow keys do not come to “{label}”.")

    def _entry_of(self, radio: Locator) -> Locator:
        """Return the button of the same group at which Tab stops: the checked one, else the first."""
        name = radio.get_attribute("name")
        radios = self.page.locator(f"main input[type=radio][name='{name}']")
        checked = radios.and_(self.page.locator(":checked"))
        return checked.first if checked.count() else radios.first

    def tick(self, label: str) -> None:
        self.reach(self.page.locator("main").get_by_label(label).first)
        self.page.keyboard.press("Space")

    def select(self, label: str, option: str) -> None:
        """Choose from a list by typing how the option begins, as people do."""
        field = self._field(label)
        self.reach(field)
        self.page.keyboard.type(option)
        chosen = field.evaluate("list => list.selectedOptions[0].text")
        assert chosen.startswith(option), f"“{chosen}” was chosen, and not “{option}”."

    def write_date(self, label: str, day: date) -> None:
        """Type a date in the order of the parts that this browser shows."""
        self._type_parts(label, day.isoformat(), [f"{day:%d%m%Y}", f"{day:%m%d%Y}"])

    def write_time(self, label: str, at: time) -> None:
        self._type_parts(label, f"{at:%H:%M}", [f"{at:%H%M}", f"{at:%I%M%p}"])

    def _type_parts(self, label: str, wanted: str, attempts: list[str]) -> None:
        field = self._field(label)
        for keys in attempts:
            self.reach(field)
            self.page.keyboard.press("Tab")
            self.page.keyboard.press("Shift+Tab")
            for _ in range(2):
                self.page.keyboard.press("ArrowLeft")
            self.page.keyboard.type(keys)
            if field.input_value() == wanted:
                return
        raise AssertionError(f"{label} holds “{field.input_value()}”, and not “{wanted}”.")
