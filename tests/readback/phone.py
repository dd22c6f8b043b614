"""A phone: Chromium at the size of one, with a clock of its own, that notes everything a page attempts."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Dialog, Page, Route, sync_playwright

_NOON = 43_200
"""Seconds after the beginning of 1970 at which a clock of its own stands."""
SIZE = {"width": 360, "height": 780}
_SPIES = """
window.hit = () => { window.was_hit = true; };
window.spied = { phases: [], locks: 0, released: 0, spoken: [] };
const set = Element.prototype.setAttribute;
Element.prototype.setAttribute = function (name, value) {
  set.call(this, name, value);
  if (name === "data-phase") { spied.phases.push([value, Date.now(), this]); }
};
Object.defineProperty(navigator, "wakeLock", { value: {
  request: async () => {
    spied.locks += 1;
    return { release: async () => { spied.released += 1; } };
  },
} });
Object.defineProperty(window, "speechSynthesis", { value: {
  speak: (one) => spied.spoken.push(one.text),
  cancel: () => undefined,
} });
window.SpeechSynthesisUtterance = function (text) { this.text = text; };
"""
_NO_STORAGE = """
Object.defineProperty(window, "localStorage", {
  get() { throw new DOMException("denied", "SecurityError"); },
});
"""


@dataclass
class Phone:
    """A page on a phone, and what it attempted: requests, dialogs, errors."""

    page: Page
    requests: list[str] = field(default_factory=list)
    dialogs: list[str] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)

    def press(self, name: str) -> None:
        """Touch a button by its words."""
        self.page.get_by_role("button", name=name, exact=True).first.tap()

    def main(self) -> None:
        """Touch the large button."""
        self.page.locator(".bar .main").tap()

    def opened(self, drill: int, which: int) -> None:
        """From the list of drills into a way of using one: 0 set out, 1 run, 2 calls."""
        self.page.locator(".card").nth(drill).get_by_role("button").nth(which).tap()


@contextmanager
def chromium(program: str) -> Iterator[Browser]:
    """The browser, started once for many phones."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=["--no-sandbox"])
        yield browser
        browser.close()


@contextmanager
def phone(
    browser: Browser, file: Path, *, clock: bool = True, storage: bool = True, **manners: Any
) -> Iterator[Phone]:
    """A phone that shows a file; the network is cut.

    Args:
        browser: from `chromium`.
        file: the page.
        clock: whether time stands still until it is moved on.
        storage: whether the page may keep anything.
        manners: of the phone, as `color_scheme` or `java_script_enabled`.
    """
    known = {"viewport": SIZE, "is_mobile": True, "has_touch": True, "offline": True, **manners}
    context = browser.new_context(**known)
    shown = Phone(context.new_page())

    def cut(route: Route) -> None:
        shown.requests.append(route.request.url)
        if route.request.url.startswith("file:"):
            route.continue_()
        else:
            route.abort()

    context.route("**/*", cut)

    def refuse(dialog: Dialog) -> None:
        shown.dialogs.append(dialog.message)
        dialog.dismiss()

    shown.page.on("dialog", refuse)
    shown.page.on("pageerror", lambda error: shown.errors.append(str(error)))
    shown.page.on("console", lambda said: shown.errors.append(said.text))
    shown.page.add_init_script(_SPIES if storage else _SPIES + _NO_STORAGE)
    if clock:
        shown.page.clock.install(time=0)
    shown.page.goto(file.as_uri())
    if clock:
        shown.page.clock.pause_at(_NOON)
    try:
        yield shown
    finally:
        context.close()
