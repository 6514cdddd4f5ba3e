"""`hearth product`: what can be proved of a product's file, and its terms as a product manager reads them."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from hearth.doors.commands.main import spoken

if TYPE_CHECKING:
    from hearth.kernel.product.finding import ProductReport
    from hearth.kernel.product.monotone import Bill, Paid
    from hearth.kernel.product.terms import Benefit, Deductible, Exclusion, Limit, Term, Terms

BROKEN = 1
"""Exit code of `check` where a rule is broken; 2 is bad input, told by the group of commands."""

_PRODUCTS = click.option(
    "--products", type=click.Path(path_type=Path), help="Folder of products; $HEARTH_PRODUCTS, else the built-in ones."
)
_LANG = click.option("--lang", type=click.Choice(["zh", "en"]), help="Language; that of the terminal if not given.")
_JSON = click.option("--json", "as_json", is_flag=True, help="Write one JSON document.")


@click.group("product")
def product() -> None:
    """Check a product's file, or show its terms."""


# --- check -----------------------------------------------------------------------------------------------------------


@product.command("check")
@click.argument("codes", nargs=-1, metavar="[CODE]...")
@_PRODUCTS
@_LANG
@_JSON
@click.option(
    "--years", type=click.IntRange(1, 10_000), default=40, show_default=True, help="Years of bills to search."
)
@click.pass_context
def check(
    ctx: click.Context, codes: tuple[str, ...], products: Path | None, lang: str | None, as_json: bool, years: int
) -> None:
    """Prove what can be proved of products from their data; all of them where no CODE is given.

    Exit code 0: no rule is broken; 1: one is, told with product, place, rule, source, got and want; 2: bad input.
    """
    from hearth.kernel.product.check import check_product
    from hearth.kernel.product.finding import ClauseWords
    from hearth.store.shelf import products_folder, read_rates, wording

    lang = lang or spoken()
    home = products or products_folder()
    reports = []
    for terms in _chosen(codes, home):
        clauses = {
            anchor: ClauseWords(clause.title_zh, clause.title_en, clause.text_zh, clause.text_en)
            for anchor, clause in wording(terms.code, home).clauses.items()
        }
        table = home / terms.code / "rates.csv"
        rates = read_rates(table) if table.is_file() else None
        reports.append(check_product(terms, clauses, rates, pays_of_the_kernel, years))
    if as_json:
        click.echo(json.dumps([_report_json(report, lang) for report in reports], ensure_ascii=False, indent=2))
    else:
        for report in reports:
            _tell(report, lang)
    ctx.exit(0 if all(report.is_sound for report in reports) else BROKEN)


def _chosen(codes: Sequence[str], home: Path) -> list[Terms]:
    from hearth.doors.feeds.products import load_products, read_terms
    from hearth.words.faults import UnknownProduct

    if not codes:
        return list(load_products(home).values())
    known = sorted(path.parent.name for path in home.glob("*/terms.yaml"))
    for code in codes:
        if code not in known:
            raise UnknownProduct(product=code, known=", ".join(known) or "none")
    return [read_terms(home / code / "terms.yaml") for code in codes]


def _tell(report: ProductReport, lang: str) -> None:
    zh = lang == "zh"
    errors = sum(finding.grave for finding in report.findings)
    verdict = ("无误" if zh else "sound") if not errors else f"{errors} 处违反" if zh else f"{errors} broken"
    click.secho(f"{report.product}  {verdict}", bold=True)
    for finding in report.findings:
        mark = "✗" if finding.grave else "·"
        click.echo(f"  {mark} {finding.code}  {finding.sentence(lang)}")
    for proof in report.proofs:
        how = {"structure": ("由结构证明", "by structure"), "search": ("经检索", "by search")}[proof.how][
            0 if zh else 1
        ]
        click.echo(f"  ✓ {_rule(proof.code, lang)} ({how}: {proof.says.zh if zh else proof.says.en})")


def _rule(code: str, lang: str) -> str:
    from hearth.kernel.product.finding import RULES

    return RULES[code][0 if lang == "zh" else 1]


def _report_json(report: ProductReport, lang: str) -> dict[str, Any]:
    return {
        "product": report.product,
        "sound": report.is_sound,
        "findings": [
            {
                "code": finding.code,
                "grave": finding.grave,
                "place": finding.place,
                "got": finding.got,
                "want": finding.want,
                "says": finding.sentence(lang),
            }
            for finding in report.findings
        ],
        "proofs": [
            {"code": proof.code, "how": proof.how, "says": proof.says.zh if lang == "zh" else proof.says.en}
            for proof in report.proofs
        ],
    }


def pays_of_the_kernel(terms: Terms, plan: str, bills: Sequence[Bill]) -> list[Paid]:
    """The kernel's decision of one insured's year of bills, each bill a claim; what `check_product` searches with."""
    from hearth.kernel.adjudication.case import Case
    from hearth.kernel.adjudication.decision import decide
    from hearth.kernel.product.monotone import Paid
    from hearth.words.codes import Setting

    start = terms.sold_from + timedelta(days=200)  # past any waiting period
    claims = []
    for number, bill in enumerate(bills):
        day = start + timedelta(days=bill.day)
        stay = bill.setting is Setting.INPATIENT
        days = {"admitted_on": day, "discharged_on": day} if stay else {"visited_on": day}
        line = {
            "category": bill.category,
            "amount": _yuan(bill.amount),
            "out_of_scope": "all" if bill.scope == "out" else 0,
        }
        invoice = {"setting": bill.setting, **days, "icd": bill.icd, "si_settled": bill.settled, "lines": [line]}
        invoice |= {"fund": _yuan(bill.public)}
        claims.append({"no": str(number), "insured": "p", "event": "e", "trigger_on": start, "invoices": [invoice]})
    policy = {"no": "p", "product": terms.code, "plan": plan, "starts_on": terms.sold_from, "insured": ["p"]}
    case = Case.model_validate({"case": "search", "policies": [policy], "claims": claims})
    decided = {claim.no: claim.payable for claim in decide(case, {terms.code: terms}).claims}
    return [Paid(decided[str(number)], bill.amount - bill.public) for number, bill in enumerate(bills)]


def _yuan(fen: int) -> str:
    return f"{fen // 100}.{fen % 100:02d}"


# --- show ------------------------------------------------------------------------------------------------------------


@product.command("show")
@click.argument("code")
@_LANG
@click.option("--plan", help="The plan; the first of the product if not given.")
@click.option("--on", "on", type=click.DateTime(["%Y-%m-%d"]), help="First day of the policy; today if not given.")
@_PRODUCTS
@_JSON
def show(
    code: str, lang: str | None, plan: str | None, on: datetime | None, products: Path | None, as_json: bool
) -> None:
    """Show the terms of a product as they hold for a policy that starts on a day under a plan."""
    from hearth.store.shelf import products_folder
    from hearth.words.faults import Malformed

    lang = lang or spoken()
    terms = _chosen([code], products or products_folder())[0]
    plan = plan or terms.plans[0]
    if plan not in terms.plans:
        raise Malformed(file=code, place="--plan", got=plan, want=f"one of {', '.join(terms.plans)}")
    day = on.date() if on else max(date.today(), terms.sold_from)
    sheet = sheet_of(terms, plan, day, lang)
    if as_json:
        click.echo(json.dumps(sheet, ensure_ascii=False, indent=2))
    else:
        _print(sheet, lang)


_LABELS: dict[str, tuple[str, str]] = {
    "about": ("概况", "About"),
    "numbers": ("期间与比例", "Times and shares"),
    "benefits": ("保障责任", "Benefits"),
    "deductibles": ("免赔额", "Deductibles"),
    "limits": ("限额", "Limits"),
    "coordination": ("与其他支付的关系", "With other payments"),
    "exclusions": ("责任免除", "Not covered"),
    "papers": ("理赔材料", "Papers"),
    "what": ("项目", "What"),
    "value": ("内容", "Value"),
    "clause": ("条款", "Clause"),
    "later": ("以后", "Later"),
    "name": ("名称", "Name"),
    "where": ("场景", "Where"),
    "covers": ("费用", "Costs"),
    "pays": ("给付", "Pays"),
    "conditions": ("条件", "Conditions"),
    "for": ("适用责任", "For"),
    "holder": ("主体", "Held by"),
    "span": ("范围", "Counts for"),
    "amount": ("数额", "Amount"),
    "more": ("说明", "More"),
    "code": ("代码", "Code"),
    "benefit": ("责任", "Benefit"),
    "paper": ("材料", "Paper"),
    "why": ("用途", "Why"),
}

_SAYS: dict[str, tuple[str, str]] = {
    "yuan": ("{} 元", "{} yuan"),
    "days": ("{} 日", "{} days"),
    "months": ("{} 个月", "{} months"),
    "years": ("{} 年", "{} years"),
    "times": ("{} 次", "{} times"),
    "basis points": ("{}", "{}"),
    "sum_insured": ("基本保额的 {}", "{} of the sum insured"),
    "a_day": ("每日 {}", "{} a day"),
    "all_costs": ("全部医疗费用", "all medical costs"),
    "except": ("除 {}", "not {}"),
    "only_scope_in": ("限医保目录内", "inside the list only"),
    "only_scope_out": ("限医保目录外", "outside the list only"),
    "only_cause_accident": ("限意外", "accidents only"),
    "only_cause_illness": ("限疾病", "illness only"),
    "icd": ("限 ICD-10 {}", "ICD-10 {} only"),
    "computed": ("按{}计算", "per {}"),
    "conditions": ("{} 种疾病", "{} conditions"),
    "around": ("入院前 {}、出院后 {}{}", "{} before admission and {} after discharge{}"),
    "inclusive": ("（含当日）", " (the day included)"),
    "exclusive": ("（不含当日）", " (the day not included)"),
    "since": ("触发之日起 {} 内", "within {} of the trigger"),
    "any_hospital": ("不限医院", "any hospital"),
    "no_waiting": ("无等待期", "no waiting period"),
    "ends": ("给付后合同终止", "ends the contract"),
    "ratio_first": ("先乘比例后扣免赔额", "ratio before deductible"),
    "cap": ("{}：{} / {}", "{}: {} a {}"),
    "per_day": ("日", "day"),
    "per_piece": ("件", "piece"),
    "per_line": ("条", "line"),
    "offset": ("{}的支付可抵扣", "payments of {} use it up"),
    "less": ("每一无理赔年度减 {}，最低 {}", "less {} a claim-free year, at least {}"),
    "span_days": ("每 {}", "each {}"),
    "settled": ("经医保结算", "settled"),
    "unsettled": ("未经医保结算", "not settled"),
    "no_social_insurance": ("无医保身份", "without social insurance"),
    "pre_existing": ("既往症", "pre-existing"),
    "guaranteed_renewal": ("保证续保期间", "guaranteed renewal"),
    "not_guaranteed": ("不保证续保", "renewal is not guaranteed"),
    "hesitation_days": ("犹豫期", "hesitation period"),
    "waiting": ("等待期", "waiting period"),
    "grace": ("连续投保间隔", "longest gap between contracts"),
    "no_waiting_period": ("无等待期", "no waiting period"),
    "refunds": ("等待期内出险退还保险费", "premium refunded for an event while waiting"),
    "hospitals": ("医院范围", "accepted hospitals"),
    "levels": ("{} 级", "level {}"),
    "emergency": ("急救除外", "emergencies excepted"),
    "net": ("先扣公共医疗保障支付", "public payments are taken off first"),
    "gross": ("不扣公共医疗保障支付（以损失为上限）", "public payments are not taken off (the loss is the ceiling)"),
    "eligible_first": ("先归属于保障范围内费用", "they belong to covered costs first"),
    "pro_rata": ("按比例分摊", "shared pro rata"),
    "netted": ("扣除：{}", "taken off: {}"),
    "nothing_netted": ("不扣除其他支付", "other payments are not taken off"),
    "pre_existing_rule": ("既往症", "pre-existing conditions"),
    "exclude": ("不承担", "not covered"),
    "lower_ratio": ("较低比例", "at a lower ratio"),
    "cover": ("承担", "covered"),
    "event_day": ("按事件日先后", "by day of the event"),
    "registration": ("按报案先后", "by registration"),
    "settlement": ("按结算先后", "by settlement"),
    "claim_order": ("赔案顺序", "order of claims"),
    "public": ("公共医疗保障支付", "public payments"),
    "others": ("其他途径支付", "other payments"),
    "age_ratio": ("年龄错误按保费比例给付", "age misstated: paid in the ratio of premiums"),
    "factors": ("费率因子", "rating factors"),
    "net_premium_share": ("净保险费占比", "net premium share"),
    "service_cost_share": ("健康管理服务占比", "health services share"),
    "plan": ("计划", "plan"),
    "day": ("保单首日", "first day of the policy"),
    "version": ("版本", "version"),
    "sold_from": ("开售日", "sold from"),
    "term": ("期限", "term"),
    "long": ("长期", "long-term"),
    "short": ("短期", "short-term"),
}


def _say(key: str, lang: str, *values: object) -> str:
    return _SAYS[key][0 if lang == "zh" else 1].format(*values)


def sheet_of(terms: Terms, plan: str, day: date, lang: str) -> dict[str, Any]:
    """The terms as tables of words: sections by name, each a list of rows.  Raises: BeforeFirstDay."""
    rules = [rule for rule in (*terms.deductibles, *terms.limits) if not rule.plans or plan in rule.plans]
    return {
        "product": terms.code,
        "name": _both(terms.name, lang),
        "about": _about(terms, plan, day, lang),
        "numbers": _numbers(terms, day, lang),
        "benefits": [_benefit(benefit, day, lang) for benefit in terms.benefits],
        "deductibles": [_rule_row(rule, terms, day, lang) for rule in rules if rule in terms.deductibles],
        "limits": [_rule_row(rule, terms, day, lang) for rule in rules if rule in terms.limits],
        "coordination": _coordination(terms, lang),
        "exclusions": [_exclusion(exclusion, lang) for exclusion in terms.exclusions],
        "papers": _papers(terms, lang),
    }


def _both(words: Any, lang: str) -> str:
    return str(words.zh if lang == "zh" else words.en)


def _number(term: Term, day: date, lang: str) -> str:
    from hearth.words.money import percent, yuan

    value = term.at(day)
    if term.unit == "yuan":
        return _say("yuan", lang, yuan(value).removesuffix(".00"))
    return percent(value) if term.unit == "basis points" else _say(term.unit, lang, value)


def _later(term: Term, day: date, lang: str) -> str:
    return "; ".join(f"{first}: {_number(term, first, lang)}" for first in sorted(term.values) if first > day)


def _row(what: str, term: Term, day: date, lang: str) -> dict[str, str]:
    return {"what": what, "value": _number(term, day, lang), "clause": term.source, "later": _later(term, day, lang)}


def _words(codes: Iterable[Any], lang: str) -> str:
    from hearth.words.codes import word

    return ("、" if lang == "zh" else ", ").join(word(code, lang) for code in codes)


def _about(terms: Terms, plan: str, day: date, lang: str) -> list[dict[str, str]]:
    rows = [
        (_say("version", lang), terms.version),
        (_say("sold_from", lang), str(terms.sold_from)),
        (_say("term", lang), _say("long" if terms.long_term else "short", lang)),
        (_say("plan", lang), f"{plan} ({', '.join(terms.plans)})"),
        (_say("day", lang), str(day)),
        (_say("claim_order", lang), _say(terms.claim_order, lang)),
    ]
    if terms.rating is not None:
        rows.append((_say("factors", lang), f"{', '.join(terms.rating.factors)} ({terms.rating.clause})"))
    return [{"what": what, "value": value} for what, value in rows]


def _numbers(terms: Terms, day: date, lang: str) -> list[dict[str, str]]:
    plain = {"clause": "", "later": ""}
    rows = []
    if terms.guaranteed_renewal is not None:
        rows.append(_row(_say("guaranteed_renewal", lang), terms.guaranteed_renewal.years, day, lang))
    elif not terms.long_term:
        rows.append({"what": _say("not_guaranteed", lang), "value": "—", **plain})
    if terms.hesitation_days is not None:
        rows.append(_row(_say("hesitation_days", lang), terms.hesitation_days, day, lang))
    if terms.waiting is None:
        rows.append({"what": _say("no_waiting_period", lang), "value": "—", **plain})
    else:
        rows.append(_row(_say("waiting", lang), terms.waiting.days, day, lang))
        if terms.waiting.grace_days is not None:
            rows.append(_row(_say("grace", lang), terms.waiting.grace_days, day, lang))
        if terms.waiting.refunds_premium:
            rows.append({"what": _say("refunds", lang), "value": "✓", **plain, "clause": terms.waiting.days.source})
    for name in ("net_premium_share", "service_cost_share"):
        share = getattr(terms.rating, name) if terms.rating is not None else None
        if share is not None:
            rows.append(_row(_say(name, lang), share, day, lang))
    return rows


def _benefit(benefit: Benefit, day: date, lang: str) -> dict[str, str]:
    from hearth.words.codes import Cause, Kind, Per, word

    per_what = Per[benefit.computed_per.upper()]
    costs = _words(benefit.categories, lang) if benefit.categories else _say("all_costs", lang)
    if benefit.kind != "indemnity":
        costs = word(Kind[benefit.kind.upper()], lang)
    if benefit.except_categories:
        costs += f" ({_say('except', lang, _words(benefit.except_categories, lang))})"
    conditions = []
    if len(benefit.scope) == 1:
        conditions.append(_say(f"only_scope_{benefit.scope[0]}", lang))
    if len(benefit.causes) == 1:
        conditions.append(
            _say("only_cause_accident" if benefit.causes[0] is Cause.ACCIDENT else "only_cause_illness", lang)
        )
    if benefit.icd:
        conditions.append(_say("icd", lang, ", ".join(benefit.icd)))
    if benefit.conditions:
        conditions.append(_say("conditions", lang, len(benefit.conditions)))
    if benefit.around_stay is not None:
        window = benefit.around_stay
        day_itself = _say("inclusive" if window.inclusive else "exclusive", lang)
        conditions.append(
            _say("around", lang, _number(window.before, day, lang), _number(window.after, day, lang), day_itself)
        )
    if benefit.since_trigger is not None:
        conditions.append(_say("since", lang, _number(benefit.since_trigger.within, day, lang)))
    conditions += [_say(flag, lang) for flag in ("any_hospital", "no_waiting", "ratio_first") if getattr(benefit, flag)]
    if benefit.ends_contract:
        conditions.append(_say("ends", lang))
    for cap in benefit.item_caps:
        most, per = _number(cap.amount, day, lang), _say("per_" + cap.per, lang)
        conditions.append(f"{_say('cap', lang, _words(cap.categories, lang), most, per)} ({cap.clause})")
    return {
        "code": benefit.code,
        "name": _both(benefit.name, lang),
        "clause": benefit.clause,
        "where": " · ".join(
            part for part in (_words(benefit.settings, lang), _say("computed", lang, word(per_what, lang))) if part
        ),
        "covers": costs,
        "pays": _pays(benefit, day, lang),
        "conditions": "; ".join(conditions),
    }


def _pays(benefit: Benefit, day: date, lang: str) -> str:
    if benefit.daily is not None:
        return f"{_say('a_day', lang, _number(benefit.daily, day, lang))} ({benefit.daily.source})"
    if benefit.share is not None:
        return f"{_say('sum_insured', lang, _number(benefit.share, day, lang))} ({benefit.share.source})"
    ratios = benefit.ratios
    given = [
        (name, term)
        for name in ("settled", "unsettled", "no_social_insurance", "pre_existing")
        if ratios is not None and (term := getattr(ratios, name)) is not None
    ]
    if len(given) == 1:
        return f"{_number(given[0][1], day, lang)} ({given[0][1].source})"
    return "\n".join(f"{_say(name, lang)} {_number(term, day, lang)} ({term.source})" for name, term in given)


def _rule_row(rule: Deductible | Limit, terms: Terms, day: date, lang: str) -> dict[str, str]:
    from hearth.words.codes import Holder, Span, word

    names = {benefit.code: _both(benefit.name, lang) for benefit in terms.benefits}
    amount = _number(rule.amount, day, lang)
    more = []
    if later := _later(rule.amount, day, lang):
        more.append(later)
    offset = getattr(rule, "offset", ())
    if offset:
        more.append(_say("offset", lang, _words(offset, lang)))
    less, least = getattr(rule, "less_per_claim_free_year", None), getattr(rule, "minimum", None)
    if less is not None:
        floor = _number(least, day, lang) if least is not None else _say("yuan", lang, 0)
        more.append(f"{_say('less', lang, _number(less, day, lang), floor)} ({less.source})")
    span = word(Span[rule.span.upper()], lang)
    if rule.span_days is not None:
        span += f" ({_say('span_days', lang, _number(rule.span_days, day, lang))})"
    return {
        "code": rule.code,
        "name": _both(rule.name, lang),
        "clause": rule.clause,
        "amount": _say("sum_insured", lang, amount) if rule.unit == "sum_insured" else amount,
        "holder": word(Holder[rule.holder.upper()], lang),
        "span": span,
        "for": ("、" if lang == "zh" else ", ").join(names[code] for code in rule.benefits),
        "more": "; ".join(more),
    }


def _coordination(terms: Terms, lang: str) -> list[dict[str, str]]:
    rows = []
    if terms.hospitals is not None:
        accepted = terms.hospitals
        parts = [
            _say("levels", lang, "/".join(str(level) for level in accepted.levels)),
            _words(accepted.ownership, lang),
            _words(accepted.departments, lang),
        ]
        if accepted.emergency_excepted:
            parts.append(_say("emergency", lang))
        rows.append((_say("hospitals", lang), "; ".join(parts), accepted.clause))
    if terms.pre_existing is not None:
        rows.append(
            (_say("pre_existing_rule", lang), _say(terms.pre_existing.treatment, lang), terms.pre_existing.clause)
        )
    if terms.public_payments is not None:
        public = terms.public_payments
        says = _say("net" if public.priced_net_of_public_payments else "gross", lang)
        rows.append((_say("public", lang), f"{says}; {_say(public.attribution, lang)}", public.clause))
    if terms.other_payments is not None:
        netted = terms.other_payments.netted
        says = _say("netted", lang, _words(netted, lang)) if netted else _say("nothing_netted", lang)
        rows.append((_say("others", lang), says, terms.other_payments.clause))
    if terms.age_ratio is not None:
        rows.append((_say("age_ratio", lang), "✓", terms.age_ratio))
    return [{"what": what, "value": value, "clause": clause} for what, value, clause in rows]


def _exclusion(exclusion: Exclusion, lang: str) -> dict[str, str]:
    items = [_words(exclusion.categories, lang)] if exclusion.categories else []
    items += [f"ICD-10 {', '.join(exclusion.icd)}"] if exclusion.icd else []
    return {"clause": exclusion.clause, "what": _both(exclusion.what, lang), "covers": "; ".join(items)}


def _papers(terms: Terms, lang: str) -> list[dict[str, str]]:
    from hearth.words.codes import word

    held: dict[tuple[str, str, str], list[str]] = {}
    for benefit in terms.benefits:
        for required in benefit.requires:
            key = (word(required.paper, lang), required.clause, _both(required.why, lang))
            held.setdefault(key, []).append(_both(benefit.name, lang))
    joint = "、" if lang == "zh" else ", "
    return [
        {"paper": paper, "clause": clause, "why": why, "for": joint.join(names)}
        for (paper, clause, why), names in held.items()
    ]


_SECTIONS = ("about", "numbers", "benefits", "deductibles", "limits", "coordination", "exclusions", "papers")


def _print(sheet: dict[str, Any], lang: str) -> None:
    from rich.console import Console
    from rich.table import Table

    console = Console(highlight=False)
    console.print(f"[bold]{sheet['name']}[/bold]  {sheet['product']}")
    for section in _SECTIONS:
        rows = sheet[section]
        if not rows:
            continue
        table = Table(title=_LABELS[section][0 if lang == "zh" else 1], title_justify="left", title_style="bold")
        columns = [column for column in rows[0] if any(row[column] for row in rows)]
        for column in columns:
            table.add_column(_LABELS[column][0 if lang == "zh" else 1], overflow="fold", no_wrap=column == "clause")
        for row in rows:
            table.add_row(*[row[column] for column in columns])
        console.print(table)
