"""What several test files share: a real browser, and the rule for a machine that has none."""

import os

import pytest

from helpers.report import find_browser


@pytest.fixture(scope="session")
def browser():
    """Chromium under Playwright; without one the tests skip and say so, but with CI=true they fail."""
    from playwright.sync_api import sync_playwright

    path = find_browser()
    if path is None and os.environ.get("CI") == "true":
        pytest.fail("CI has no Chromium: .ci/run installs it")
    if path is None:
        pytest.skip("no Chromium on this machine: install one to run the browser tests")
    quiet = ["--no-sandbox", "--disable-background-networking", "--disable-component-update", "--disable-sync"]
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=path, args=quiet)
        yield chromium
        chromium.close()
