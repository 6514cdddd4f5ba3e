"""Pages of the bench as its tests read them: the form's fields, and the amount."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from typing import Any

from django.test import Client

from hearth.doors.feeds.products import load_products
from hearth.store.shelf import example_files

E1 = "/explore?product=million-medical&example=e01-personal-account-is-own-money"
E12 = "/explore?product=million-medical&example=e12-order-of-two-policies"
EXAMPLES = [(code, path.stem) for code in load_products() for path in example_files(code)]

AMOUNT = "claims-0-invoices-0-lines-1-amount"


class Form(HTMLParser):
    """The fields of the case as a browser would send them."""

    def __init__(self, page: str) -> None:
        super().__init__(convert_charrefs=True)
        self.fields: dict[str, Any] = {}
        self.select: str | None = None
        self.area: str | None = None
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        of = {name: value or "" for name, value in attrs}
        name = of.get("name")
        if tag == "input" and name and of.get("type") not in ("file",):
            if of.get("type") == "checkbox":
                if "checked" in of:
                    self.fields.setdefault(name, [])
                    self.fields[name].append(of.get("value", "on"))
            else:
                self.fields[name] = of.get("value", "")
        elif tag == "select":
            self.select = name
        elif tag == "option" and self.select and ("selected" in of or self.select not in self.fields):
            self.fields[self.select] = of.get("value", "")
        elif tag == "textarea":
            self.area = name

    def handle_endtag(self, tag: str) -> None:
        if tag == "select":
            self.select = None
        if tag == "textarea":
            self.area = None

    def handle_data(self, data: str) -> None:
        if self.area:
            self.fields[self.area] = self.fields.get(self.area, "") + data.removeprefix("\n")


def total(page: str) -> str:
    found = re.search(r'data-total="([^"]+)"', page)
    assert found is not None, re.findall(r'problems-title">([^<]+)', page)
    return found[1]


def filled(browser: Client, address: str = E1) -> dict[str, Any]:
    return Form(browser.get(address).text).fields
