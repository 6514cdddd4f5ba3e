"""Gallery: pages that show every piece with the samples; a set of addresses that the browser tests serve."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.backends.django import DjangoTemplates
from django.urls import include, path
from django.utils.translation import get_language

from hearth.doors.settings import DOORS
from tests.browser.samples import everything

ENGINE = DjangoTemplates(
    {
        "NAME": "gallery",
        "DIRS": [Path(__file__).parent / "templates", DOORS / "templates"],
        "APP_DIRS": False,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
            ],
        },
    }
)

PAPER = """<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 72 96"><path fill="#fff" d="M0 0h72v96H0z"/>
<g fill="#8c8373"><path
d="M14 10h44v5H14zM10 24h30v3H10zM10 32h52v3H10zM10 40h52v3H10zM10 48h40v3H10zM42 62h20v4H42z"/></g>
<circle cx="22" cy="74" r="11" fill="none" stroke="#a63f16" stroke-width="2"/></svg>"""

PAGES: dict[str, dict[str, Any]] = {
    "member/home": {"title": "home", "section": "home"},
    "member/claim": {"title": "claim", "section": "claims", "back_url": "/gallery/member/home"},
    "member/decision": {"title": "claim", "section": "claims", "back_url": "/gallery/member/claim"},
    "member/report": {"title": "report", "section": "claims", "back_url": "/gallery/member/home"},
    "member/sign-in": {"title": "sign_in"},
    "member/confirm": {"title": "confirm", "back_url": "/gallery/member/claim"},
    "office/queue": {"title": "queue", "section": "queue"},
    "office/case": {"title": "case", "section": "queue"},
    "office/payrun": {"title": "payrun", "section": "payrun"},
}


def show(request: HttpRequest, page: str) -> HttpResponse:
    """One page of the gallery; a POST comes back to it."""
    context = everything("zh" if get_language() == "zh-hans" else "en")
    told = {**PAGES[page], "title": context["say"][PAGES[page]["title"]]}
    if page != "member/sign-in":
        name = context["people"][0]["name"] if page.startswith("member") else "顾 Gu"
        told["asked"] = dict.fromkeys(("may_queue", "may_people", "may_pay", "may_audit", "may_sample"), True)
        told["signed_in"] = {"name": name, "says": "" if page.startswith("member") else context["messages"][2]["role"]}
    text = ENGINE.get_template(f"gallery/{page.replace('/', '-')}.html").render({**context, **told}, request)
    return HttpResponse(text)


def print_size(request: HttpRequest) -> HttpResponse:
    """Remembers whether somebody reads large print."""
    answer = HttpResponseRedirect(request.POST["next"])
    answer.set_cookie("hearth_print", request.POST["print"])
    return answer


def paper(request: HttpRequest) -> HttpResponse:
    """A picture of a paper."""
    return HttpResponse(PAPER, content_type="image/svg+xml")


def at(address: str, page: str, name: str) -> Any:
    """An address of the gallery under the name that the layouts link to."""
    return path(f"gallery/{address}", show, {"page": page}, name=name)


urlpatterns = [
    *(path(f"gallery/{page}", show, {"page": page}) for page in PAGES),
    path("gallery/paper.svg", paper),
    path("gallery/print", print_size, name="set_print"),
    path("language/", include("django.conf.urls.i18n")),
    at("member/home", "member/home", "member-home"),
    at("member/claim", "member/claim", "member-claims"),
    at("member/report", "member/report", "member-policies"),
    at("member/sign-in", "member/sign-in", "member-me"),
    at("member/sign-in", "member/sign-in", "account_logout"),
    at("office/queue", "office/queue", "office-queue"),
    at("office/queue", "office/queue", "office-search"),
    at("office/payrun", "office/payrun", "office-payrun"),
    at("office/payrun", "office/payrun", "office-audit"),
    at("office/payrun", "office/payrun", "office-sampling"),
    at("office/payrun", "office/payrun", "office-people"),
]
