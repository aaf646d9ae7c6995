"""What every page must pass, in every state: ux.md 3.1 and 3.2 as functions of a page."""

import re
from pathlib import Path

from django.conf import settings
from playwright.sync_api import Page

AXE = Path(settings.NODE_MODULES_DIR) / "axe-core" / "axe.min.js"
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
# Only what is broken comes back: to carry over all that passes takes three times as long as to find it.
RUN_AXE = """async tags => {
    const found = await axe.run(document, {
        runOnly: {type: 'tag', values: tags}, rules: {'target-size': {enabled: true}}, resultTypes: ['violations']
    });
    return found.violations.map(rule => [rule.id, rule.nodes.map(node => node.target)]);
}"""
STOP = """() => {
    const stop = document.activeElement;
    if (stop === document.body || stop === document.documentElement) return null;
    const box = stop.getBoundingClientRect();
    const spots = [[.1, .1], [.5, .5], [.9, .9], [.1, .5]];
    const isSeen = spots.some(([x, y]) => {
        const top = document.elementFromPoint(box.x + box.width * x, box.y + box.height * y);
        return top && (top === stop || stop.contains(top));
    });
    const style = getComputedStyle(stop);
    return {
        what: stop.outerHTML.slice(0, 120), isSeen, isInView: box.top >= -1 && box.top < innerHeight,
        hasRing: style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2,
    };
}"""
FAINT_BORDERS = """() => {
    const light = colour => {
        const [r, g, b] = colour.match(/[\\d.]+/g).slice(0, 3).map(Number).map(v => {
            v /= 255;
            return v <= .04045 ? v / 12.92 : ((v + .055) / 1.055) ** 2.4;
        });
        return .2126 * r + .7152 * g + .0722 * b;
    };
    const behind = element => {
        for (let at = element.parentElement; at; at = at.parentElement) {
            const colour = getComputedStyle(at).backgroundColor;
            if (!/, 0\\)$/.test(colour)) return colour;
        }
        return 'rgb(255, 255, 255)';
    };
    const ratio = (a, b) => (Math.max(a, b) + .05) / (Math.min(a, b) + .05);
    return [...document.querySelectorAll('main :is(input:not([type=hidden]), select, textarea)')]
        .filter(control => control.getClientRects().length && control !== document.activeElement)
        .map(control => [control.id, ratio(light(getComputedStyle(control).borderTopColor), light(behind(control)))])
        .filter(([, found]) => found < 3);
}"""
BANNED = re.compile(
    r"\b(please|oops|invalid|illegal|forbidden|abort|simply|user|e\.g\.|this field is required)\b", re.I
)


def axe_finds_nothing(page: Page) -> None:
    """Hold the page against axe from its top: what is half under the header cannot be measured."""
    page.evaluate("scrollTo(0, 0)")
    page.evaluate(AXE.read_text(encoding="utf-8"))
    assert page.evaluate(RUN_AXE, TAGS) == []


def nothing_scrolls_sideways(page: Page) -> None:
    inside, window = page.evaluate("[document.documentElement.scrollWidth, innerWidth]")
    assert inside <= window, f"The page is {inside} px wide in a window of {window} px."


def every_tab_stop_is_seen(page: Page, at_most: int = 150) -> int:
    """Tab through the page and return how many stops it has."""
    page.evaluate("document.activeElement.blur()")
    for number in range(at_most):
        page.keyboard.press("Tab")
        stop = page.evaluate(STOP)
        if stop is None:
            assert number > 0, "Nothing on the page takes the focus."
            return number
        assert stop["isSeen"], f"Covered: {stop}"
        assert stop["isInView"], f"Out of view: {stop}"
        assert stop["hasRing"], f"No focus ring: {stop}"
    raise AssertionError(f"More than {at_most} tab stops: is the focus trapped?")


def controls_have_clear_borders(page: Page) -> None:
    assert page.evaluate(FAINT_BORDERS) == []


def words_are_ours(page: Page) -> None:
    words = page.locator("main").inner_text()
    assert BANNED.findall(words) == []
    assert "(optional) (optional)" not in words


def page_is_sound(page: Page) -> None:
    """Run every check that needs no knowledge of the page."""
    axe_finds_nothing(page)
    nothing_scrolls_sideways(page)
    controls_have_clear_borders(page)
    words_are_ours(page)
    assert page.locator("h1").count() == 1
    assert re.fullmatch(r"(Error: )?.+ – Redress", page.title())
