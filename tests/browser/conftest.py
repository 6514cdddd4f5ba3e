"""A server and a browser for tests: both on this machine alone, both stopped with the tests."""

from __future__ import annotations

import os
import shutil
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

FLAGS = (
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
)  # fmt: skip

PHONE = {"width": 390, "height": 844}
DESKTOP = {"width": 1280, "height": 900}

SCREENSHOTS = Path(__file__).resolve().parents[2] / "build" / "screenshots"


@pytest.fixture(scope="session")
def server() -> Iterator[str]:
    """The address of the pages, served by threads of this process on a free port of the loopback."""
    from django.core.servers.basehttp import ThreadedWSGIServer, WSGIRequestHandler

    from hearth.doors.wsgi import application

    class Quiet(WSGIRequestHandler):
        def log_message(self, format: str, *args: Any) -> None:
            pass

    with ThreadedWSGIServer(("127.0.0.1", 0), Quiet) as listening:
        listening.set_app(application)
        thread = threading.Thread(target=listening.serve_forever, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{listening.server_port}"
        listening.shutdown()
        thread.join(10)


@pytest.fixture(scope="module")
def chromium() -> Iterator[Any]:
    """The system's chromium without a window; in CI it must be there, elsewhere the tests are skipped without it.

    It is closed with its file: Playwright's loop runs in this thread as long as it is open, and Django's tables refuse
    to be read beside a running loop.
    """
    path = os.environ.get("HEARTH_CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")
    if path is None:
        reason = "there is no chromium here: apt install chromium fonts-noto-cjk"
        if os.environ.get("CI") == "true":
            pytest.fail(reason)
        pytest.skip(reason)
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, headless=True, args=list(FLAGS))
        yield browser
        browser.close()


@pytest.fixture
def open_page(chromium: Any, server: str) -> Iterator[Callable[..., Any]]:
    """Opens an address in a window of its own: `open_page("/explore", PHONE, "zh")`."""
    windows = []

    def opened(address: str, size: dict[str, int] = DESKTOP, lang: str = "zh", **more: Any) -> Any:
        window = chromium.new_context(
            base_url=server, viewport=size, locale="zh-CN" if lang == "zh" else "en-GB", reduced_motion="reduce", **more
        )
        windows.append(window)
        page = window.new_page()
        page.set_default_timeout(10_000)
        page.told = []
        page.on("console", lambda message: page.told.append(message.text) if message.type == "error" else None)
        page.on("pageerror", lambda error: page.told.append(str(error)))
        page.asked = []
        page.on("request", lambda request: page.asked.append(request.url))
        page.goto(address)
        return page

    yield opened
    for window in windows:
        window.close()
