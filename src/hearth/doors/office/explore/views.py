"""The bench: shows a case and its decision, takes changes, keeps what was typed.  It asks nothing of the database."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field, replace
from typing import Any
from urllib.parse import quote, urlencode

from django.conf import settings
from django.core.exceptions import RequestDataTooBig, SuspiciousOperation, TooManyFieldsSent, TooManyFilesSent
from django.http import HttpRequest, HttpResponse
from django.http.multipartparser import MultiPartParserError
from django.shortcuts import render
from django.urls import reverse
from django.utils.cache import patch_vary_headers
from django.utils.translation import get_language, override
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from hearth.doors.office.explore import casefile, offer
from hearth.doors.office.explore import draft as drafts
from hearth.doors.office.explore.bound import bind
from hearth.doors.office.explore.checks import Problems, check
from hearth.doors.office.explore.draft import Draft
from hearth.doors.office.explore.fields import CASE
from hearth.doors.office.explore.outcome import OutcomeView, show, size_of
from hearth.kernel.adjudication.case import Case
from hearth.kernel.adjudication.decision import decide
from hearth.kernel.adjudication.expectation import compare
from hearth.kernel.product.terms import Terms
from hearth.store.shelf import read_json
from hearth.words.faults import Fault

MAX_BODY = 1024 * 1024
"""Bytes of one request; a case file is a quarter of it at most."""

MAX_ROWS_TRIED = 12_000
"""Rows over all orders of policies; beyond, the other orders are left to `hearth decide`."""

MAX_SHOWN = 100
"""Claims times policies that one page shows."""

MAX_ROWS = 2_000
"""Rows over all policies that the page computes while somebody waits."""


@dataclass
class Bench:
    """What the page holds while one request is answered."""

    lang: str
    products: dict[str, Terms]
    broken: dict[str, Fault]
    product: str = ""
    example: str = ""
    draft: Draft = field(default_factory=lambda: Draft(drafts.blank(CASE)))
    text: str | None = None
    """The case as text, where the page shows it as text instead of boxes."""
    case: Case | None = None
    value: dict[str, Any] = field(default_factory=dict)
    problems: Problems = field(default_factory=dict)
    notice: str = ""
    fault: str = ""
    link: str = ""
    focus: str = ""
    status: int = 200
    outcome: OutcomeView | None = None


# The page changes nothing and knows nobody: a request forged elsewhere could only show its sender a sum.
@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
def explore(request: HttpRequest) -> HttpResponse:
    """The page; a POST carries the whole case, and `do` says what to do with it."""
    bench = _bench()
    if request.method != "POST":
        return _first_look(request, bench)
    try:
        if int(request.META.get("CONTENT_LENGTH") or 0) > MAX_BODY:
            raise RequestDataTooBig
        posted = request.POST
        uploaded = request.FILES.get("file")
    except (RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent):
        return _refused(
            request, bench, 413, _("That is more than this page takes; use `hearth decide` for large cases.")
        )
    except (MultiPartParserError, SuspiciousOperation, ValueError):
        return _refused(request, bench, 400, _("What was sent could not be read. Please try again."))
    bench.product = posted.get("chosen_product", "")[:60]
    bench.example = posted.get("chosen_example", "")[:120]
    if bench.product not in bench.products:
        bench.product = next(iter(bench.products), "")
    do = posted.get("do", "")[:400]
    _take(bench, posted)
    if do == "load":
        _load(bench, uploaded)
    elif do.startswith("language:"):
        return _in_language(request, bench, do.removeprefix("language:"))
    elif do:
        _change(bench, do)
    _decide(bench)
    if do == "save" and bench.case is not None:
        return _file(bench)
    if do == "link":
        _link(request, bench)
    return _answer(request, bench, is_live=not do)


def _bench() -> Bench:
    products, broken = offer.products()
    lang = "zh" if (get_language() or "zh").startswith("zh") else "en"
    return Bench(lang, products, broken)


# --- the first look --------------------------------------------------------------------------------------------------


def _first_look(request: HttpRequest, bench: Bench) -> HttpResponse:
    asked = request.GET.get("product", "")[:60]
    bench.product = (
        asked
        if asked in bench.products
        else next((code for code in ("million-medical",) if code in bench.products), next(iter(bench.products), ""))
    )
    if asked and asked not in bench.products:
        bench.status = 404
        fault = bench.broken.get(asked)
        bench.notice = (
            fault.sentence(bench.lang) if fault else _("There is no such product; here is one that there is.")
        )
    packed = request.GET.get("case")
    if packed is not None:
        try:
            value, _case = casefile.unpack(packed)
            bench.draft = drafts.from_value(value)
            bench.example = "link"
        except Fault as fault:
            bench.status = 422
            bench.notice = _("This link holds no case that can be shown: %(why)s") % {"why": fault.sentence(bench.lang)}
    if packed is None or bench.status != 200:
        _choose(bench, request.GET.get("example", "")[:120])
    _decide(bench)
    return _answer(request, bench, is_live=False)


def _choose(bench: Bench, name: str) -> None:
    """The example of that name, else the product's first, else a case to start from."""
    if bench.product not in bench.products:
        return
    found = offer.examples(bench.product) if name != offer.NEW else []
    good = [example for example in found if example.value is not None]
    chosen = next((example for example in found if example.name == name), None)
    if chosen is not None and chosen.fault is not None:
        bench.notice, bench.status = chosen.fault.sentence(bench.lang), 422
        chosen = None
    elif name and name != offer.NEW and chosen is None:
        bench.notice, bench.status = _("There is no such example; here is one that there is."), 404
    chosen = chosen or next(iter(good), None)
    if chosen is not None and chosen.value is not None:
        bench.example = chosen.name
        bench.draft = drafts.from_value(chosen.value)
    else:
        bench.example = offer.NEW
        bench.draft = Draft(offer.new_case(bench.products[bench.product], bench.lang))


# --- what was sent ---------------------------------------------------------------------------------------------------


def _take(bench: Bench, posted: Any) -> None:
    """The draft of a form, or the text of a case."""
    kept: dict[str, Any] = {}
    typed = posted.get("kept", "")
    if typed:
        try:
            if len(typed) > casefile.MAX_FILE:
                raise ValueError(len(typed))
            read = read_json(typed, "kept")
            kept = drafts.only_kept(read)
        except (Fault, ValueError):
            bench.notice = _("The parts of the case that have no box could not be read and were left out.")
    if posted.get("mode") == "text":
        bench.text = posted.get("text", "")[: casefile.MAX_FILE + 1].replace("\x00", "")
        return
    plain = {name: str(posted[name]) for name in posted}
    bench.draft = drafts.read_form(plain, {name: posted.getlist(name) for name in posted}, kept)
    if bench.draft.dropped:
        bench.notice = _("More was sent than this page takes; the first entries are shown.")


def _change(bench: Bench, do: str) -> None:
    """A change of structure: `add:PATH`, `remove:PATH`, `order:CLAIM:POLICIES`, `mode:...`, `forget`."""
    verb, _colon, rest = do.partition(":")
    if verb == "mode" and rest == "form" and bench.text is not None:
        try:
            value, _case = casefile.read_case(bench.text, _("text"))
            bench.draft, bench.text = drafts.from_value(value), None
        except Fault:
            bench.notice = _("The text has to be right before it can be shown as a form.")
    elif bench.text is not None:
        return
    elif verb == "mode" and rest == "text":
        bench.text = casefile.to_yaml(drafts.to_value(bench.draft).value)
    elif verb == "redraw":
        drafts.follow_setting(bench.draft)
    elif verb == "add":
        bench.focus = drafts.add(bench.draft, rest) or ""
    elif verb == "remove":
        drafts.remove(bench.draft, rest)
    elif verb == "forget":
        bench.draft.kept.pop("expect", None)
    elif verb == "order":
        number, _colon, policies = rest.partition(":")
        claims = bench.draft.item["claims"]
        if number.isascii() and number.isdigit() and len(number) < 4 and int(number) < len(claims):
            claims[int(number)]["policies"] = policies.replace(",", ", ")


def _load(bench: Bench, uploaded: Any) -> None:
    """A case file instead of the draft; where it cannot be read the draft stays."""
    if uploaded is None:
        bench.notice = _("Choose a file first.")
        return
    name = re.sub(r"[^\w .()-]", "", str(uploaded.name))[-80:] or _("file")
    try:
        value, _case = casefile.read_case(uploaded.read(casefile.MAX_FILE + 1), name)
    except Fault as fault:
        bench.status, bench.notice = 422, fault.sentence(bench.lang)
        return
    bench.draft, bench.text, bench.example = drafts.from_value(value), None, "file"
    if bench.draft.dropped:
        bench.notice = _(
            "The file has more than this page shows; the first entries are here. `hearth decide` takes it whole."
        )


# --- the decision ----------------------------------------------------------------------------------------------------


def _decide(bench: Bench) -> None:
    """The case of the draft or text, and its decision; else what is wrong."""
    if bench.text is not None:
        try:
            bench.value, bench.case = casefile.read_case(bench.text, _("text"))
        except Fault as fault:
            bench.problems = {"text": fault.sentence(bench.lang)}
    else:
        stated, bench.case, bench.problems = check(bench.draft, bench.products)
        bench.value = stated.value
    if bench.case is None:
        return
    size = size_of(bench.case)
    if size > MAX_ROWS or len(bench.case.claims) * len(bench.case.policies) > MAX_SHOWN:
        bench.fault = _("This case is too large for the page; `hearth decide` takes it.")
        return
    orders = _orders_of(bench.case) * size <= MAX_ROWS_TRIED
    try:
        decision = decide(bench.case, bench.products, orders=orders)
        differences = compare(bench.case, decision) if bench.case.expect and orders else []
    except Fault as fault:
        bench.fault = fault.sentence(bench.lang)
        return
    untried = frozenset() if orders else frozenset(claim.no for claim in decision.claims if len(claim.policies) > 1)
    bench.outcome = show(bench.case, decision, bench.products, bench.lang, differences, untried)


def _orders_of(case: Case) -> int:
    """How many orders of policies would be tried."""
    tried = 0
    for claim in case.claims:
        policies = len(claim.policies) if claim.policies is not None else len(case.policies)
        tried += (1, 1, 2, 6, 24, 120)[policies] if policies <= 5 else 1
    return max(1, tried)


# --- answers ---------------------------------------------------------------------------------------------------------


def _file(bench: Bench) -> HttpResponse:
    name = re.sub(r"[^\w-]+", "-", str(bench.value.get("case", "case"))).strip("-")[:60] or "case"
    answer = HttpResponse(casefile.to_yaml(bench.value), content_type="application/yaml; charset=utf-8")
    answer["Content-Disposition"] = f"attachment; filename=\"case.yaml\"; filename*=UTF-8''{quote(name)}.yaml"
    answer["Cache-Control"] = "no-store"
    return answer


def _link(request: HttpRequest, bench: Bench) -> None:
    if bench.case is None:
        bench.notice = _("First put right what is marked; then there is something to share.")
        return
    try:
        packed = casefile.pack(bench.value)
    except Fault as fault:
        bench.notice = fault.sentence(bench.lang)
        return
    bench.link = request.build_absolute_uri(f"{reverse('explore')}?{urlencode({'case': packed})}")


def _refused(request: HttpRequest, bench: Bench, status: int, notice: str) -> HttpResponse:
    bench.product = next(iter(bench.products), "")
    _choose(bench, "")
    bench.notice, bench.status = notice, status
    _decide(bench)
    return _answer(request, bench, is_live=False)


def _in_language(request: HttpRequest, bench: Bench, wanted: str) -> HttpResponse:
    """The same case in another language, with the choice remembered."""
    language = wanted if wanted in dict(settings.LANGUAGES) else settings.LANGUAGE_CODE
    with override(language):
        bench = replace(bench, lang="zh" if language.startswith("zh") else "en")
        _decide(bench)
        answer = _answer(request, bench, is_live=False)
    answer.set_cookie(
        settings.LANGUAGE_COOKIE_NAME,
        language,
        max_age=settings.LANGUAGE_COOKIE_AGE or 365 * 86_400,
        secure=settings.LANGUAGE_COOKIE_SECURE,
        httponly=settings.LANGUAGE_COOKIE_HTTPONLY,
        samesite="Lax",
    )
    answer["Content-Language"] = language
    return answer


def _answer(request: HttpRequest, bench: Bench, *, is_live: bool) -> HttpResponse:
    is_part = request.headers.get("HX-Request") == "true" and request.headers.get("HX-Boosted") != "true"
    form = bind(bench.draft, bench.problems, bench.products, bench.lang) if bench.text is None else None
    shelf = [(code, terms.name.zh if bench.lang == "zh" else terms.name.en) for code, terms in bench.products.items()]
    samples = offer.examples(bench.product) if bench.product in bench.products else []
    context = {
        "bench": bench,
        "lang": bench.lang,
        "outcome": bench.outcome,
        "form": form,
        "kept": json.dumps(casefile.plain(bench.draft.kept), ensure_ascii=False) if bench.draft.kept else "",
        "problems": _told(bench, form),
        "shelf": shelf,
        "product_name": dict(shelf).get(bench.product, ""),
        "samples": [(one.name, one.title(bench.lang), one.fault is not None) for one in samples],
        "sample_title": _title(bench, samples),
        "people_wrong": form is not None
        and any(node.has_errors for name in ("people", "used") for node in form.lists[name]),
    }
    if is_part and is_live:
        template = "explore/live.html" if bench.outcome is not None else "explore/live_problems.html"
        answer = render(request, template, context)
        if bench.outcome is None:
            answer["HX-Retarget"], answer["HX-Reswap"] = "#problems", "outerHTML"
    else:
        # Where only part of the page is replaced, its browser shows the answer whatever its status says.
        template = "explore/desk.html" if is_part else "explore/page.html"
        answer = render(request, template, context, status=200 if is_part else bench.status)
    answer["Cache-Control"] = "no-store"
    patch_vary_headers(answer, ["HX-Request", "Cookie"])
    return answer


def _told(bench: Bench, form: Any) -> list[tuple[str, str, str]]:
    """(id of the box, its label, what is wrong) in the order of the form."""
    if form is None:
        return [(name, _("Text"), says) for name, says in bench.problems.items()]
    told: list[tuple[str, str, str]] = []
    seen: set[str] = set()

    def walk(node: Any) -> None:
        for box in node.box.values():
            if box.error:
                told.append((box.id, box.label, box.error))
                seen.add(box.id)
        if node.error:
            told.append((node.path, "", node.error))
            seen.add(node.path)
        for nodes in node.lists.values():
            for one in nodes:
                walk(one)

    walk(form)
    told += [(name, "", says) for name, says in bench.problems.items() if name not in seen]
    return told


def _title(bench: Bench, samples: list[offer.Example]) -> str:
    if bench.example == "link":
        return _("From a link")
    if bench.example == "file":
        return _("From a file")
    return next((one.title(bench.lang) for one in samples if one.name == bench.example), _("A case of your own"))
