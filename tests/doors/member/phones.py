"""What somebody does on a telephone: forms filled in as they stand on the page, photographs taken."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from tests.doors.feeds.papers import readable


class Form(HTMLParser):
    """The boxes of a page with what stands in them; buttons are pressed by name."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.fields: dict[str, Any] = {}
        self.links: list[str] = []
        self._select: str | None = None
        self._area: str | None = None
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        held = {name: value or "" for name, value in attrs}
        name = held.get("name", "")
        if tag == "a" and "href" in held:
            self.links.append(held["href"])
        if tag == "input" and name and held.get("type") not in ("submit", "file"):
            if held.get("type") in ("checkbox", "radio"):
                if "checked" in held:
                    self._put(name, held.get("value", "on"), many=held["type"] == "checkbox")
            else:
                self.fields[name] = held.get("value", "")
        elif tag == "select":
            self._select = name
        elif tag == "option" and self._select is not None:
            if "selected" in held or self._select not in self.fields:
                self.fields[self._select] = held.get("value", "")
        elif tag == "textarea":
            self._area, self.fields[name] = name, ""

    def handle_data(self, data: str) -> None:
        if self._area is not None:
            self.fields[self._area] += data.removeprefix("\n") if not self.fields[self._area] else data

    def handle_endtag(self, tag: str) -> None:
        if tag == "select":
            self._select = None
        elif tag == "textarea":
            self._area = None

    def _put(self, name: str, value: str, *, many: bool) -> None:
        if many and name in self.fields:
            held = self.fields[name]
            self.fields[name] = [*(held if isinstance(held, list) else [held]), value]
        else:
            self.fields[name] = value


def fill(phone: Client, address: str, **typed: Any) -> Any:
    """Open a page, type into its boxes, press its button; where that leads."""
    page = phone.get(address)
    assert page.status_code == 200, (address, page.status_code)
    fields = {**Form(page.text).fields, **{name.replace("__", "-"): value for name, value in typed.items()}}
    for name in ("csrfmiddlewaretoken", "next"):
        fields.pop(name, None)
    return phone.post(address, {name: value for name, value in fields.items() if value is not None})


def photo(name: str = "IMG_1.jpg", colour: int = 40) -> SimpleUploadedFile:
    """A photograph that can be read; every colour is another one."""
    return SimpleUploadedFile(name, readable(colour), "image/jpeg")


def claim_no(address: str) -> str:
    """The number of a claim in an address."""
    found = re.search(r"/claims/([A-Z0-9-]+)", address)
    assert found is not None, address
    return found[1]
