"""What agrees is proven, a misread sign is put right and said, and what was surely read is never changed."""

from __future__ import annotations

from dataclasses import replace

from hearth.kernel.documents.reading.check import checked
from hearth.kernel.documents.reading.found import Paper
from hearth.kernel.documents.reading.paper import extract
from hearth.words.numbers import check_digit
from hearth.words.papers import PaperKind, Run, Status
from tests.kernel.documents.reading.pages import invoice, place, run, sure, unsure, with_text


def read(runs: list[Run]) -> Paper:
    return checked(extract(runs))


def changed(old: str, new: str, at: int | None = None, score: float = 0.999, others: tuple = ()) -> list[Run]:
    """Bo's invoice with one run that says something else, one of its signs unsurely read."""
    page = invoice()
    x, y = place(page, old)
    one = run(x, y, new)
    return with_text(page, old, sure(one) if at is None else unsure(one, at, score, others))


def test_figures_that_agree_are_proven_and_others_are_read() -> None:
    paper = read(invoice())
    assert not paper.doubts and not paper.altered
    proven = {key for key, one in paper.fields.items() if one.status is Status.PROVEN}
    assert {"total", "total_in_words", "fund", "account", "cash", "own_inside", "own_outside"} <= proven
    assert paper.fields["check_code"].status is Status.READ
    assert {line["quantity"].status for line in paper.lines} == {Status.PROVEN}


def test_a_misread_digit_is_put_right_where_one_change_makes_all_agree() -> None:
    page = changed("医保统筹基金支付：40.00", "医保统筹基金支付：48.00", 10, 0.7, (("0", 0.25),))
    fund = read(page).fields["fund"]
    assert (fund.value, fund.read) == ("40.00", "48.00")
    assert "REPAIRED" in fund.why


def test_a_repair_that_two_sums_confirm_is_proven() -> None:
    page = changed("（小写）62.50", "（小写）82.50", 4, 0.6, (("6", 0.3),))
    total = read(page).fields["total"]
    assert (total.value, total.read, total.status) == ("62.50", "82.50", Status.PROVEN)


def test_a_figure_that_was_surely_read_is_never_changed_and_may_mean_an_altered_paper() -> None:
    paper = read(changed("（小写）62.50", "（小写）862.50"))
    assert paper.fields["total"].value == "862.50" and paper.fields["total"].read is None
    assert paper.fields["total"].status is Status.DOUBTFUL
    codes = {doubt.code for doubt in paper.altered}
    assert {"WORDS_DIFFER", "PAYMENTS_DIFFER"} <= codes


def test_where_two_repairs_would_do_none_is_made() -> None:
    # 40 + 10 + 12.50 = 62.50: with 40 read as 48 and 10 as 18, both unsure, nothing says which to change by how much.
    page = changed("个人自付：12.50", "个人自付：13.50", 6, 0.7, (("2", 0.2),))
    x, y = place(page, "个人自费：10.00")
    page = with_text(page, "个人自费：10.00", unsure(run(x, y, "个人自费：10.00"), 6, 0.7, (("9", 0.2),)))
    x, y = place(page, "个人自付：13.50")
    paper = read(with_text(page, "个人自付：13.50", unsure(run(x, y, "个人自付：13.50"), 6, 0.7, (("2", 0.2),))))
    # 9.00 for 10.00 is no single change of a sign, so 12.50 is the one repair; both ways open, it would be none.
    assert paper.fields["own_inside"].value == "12.50"
    both = changed("医保统筹基金支付：40.00", "医保统筹基金支付：41.00", 10, 0.7, (("0", 0.2),))
    x, y = place(both, "个人现金支付：12.50")
    both = with_text(both, "个人现金支付：12.50", unsure(run(x, y, "个人现金支付：12.50"), 8, 0.7, (("1", 0.2),)))
    x, y = place(both, "个人自付：12.50")
    both = [one for one in both if one.text not in ("个人自付：12.50", "个人自费：10.00")]
    left = read(both)
    assert left.fields["fund"].value == "41.00" and left.fields["cash"].value == "12.50"
    assert left.fields["fund"].status is Status.DOUBTFUL


def test_a_lost_point_is_found_again() -> None:
    page = changed("个人账户支付：10.00", "个人账户支付：1000", 7, 0.8)
    account = read(page).fields["account"]
    assert (account.value, account.read) == ("10.00", "1000.00")


def test_quantity_times_price_puts_a_line_right() -> None:
    page = changed("37.50", "87.50", 0, 0.6, (("3", 0.35),))
    line = read(page).lines[0]
    assert (line["amount"].value, line["amount"].read) == ("37.50", "87.50")


def test_capitals_are_put_right_by_the_figure() -> None:
    old, new = "金额合计（大写）陆拾贰元伍角整", "金额合计（大写）陆拾贾元伍角整"
    words = read(changed(old, new, 10, 0.5, (("贰", 0.4),))).fields["total_in_words"]
    assert words.value == "陆拾贰元伍角整" and words.read is not None


def test_a_known_word_puts_a_misread_name_right_only_where_it_was_unsure() -> None:
    page = changed("氨氯地平片", "氨氯地干片", 3, 0.6, (("平", 0.3),))
    known = {"name": frozenset({"氨氯地平片", "血常规"})}
    line = checked(extract(page), known).lines[0]
    assert (line["name"].value, line["name"].read) == ("氨氯地平片", "氨氯地干片")
    untouched = checked(extract(changed("氨氯地平片", "氨氯地干片")), known).lines[0]
    assert untouched["name"].value == "氨氯地干片"


def test_what_the_code_on_the_paper_says_proves_or_contradicts() -> None:
    paper = checked(extract(invoice()), told={"number": "0034567812", "total": "99.00", "issued_on": "2026-03-14"})
    assert paper.fields["number"].status is Status.PROVEN
    assert paper.fields["total"].status is Status.DOUBTFUL
    assert any(doubt.code == "CODE_DIFFERS" and doubt.fields == ("total",) for doubt in paper.altered)


def test_what_a_paper_should_carry_and_does_not_is_missing() -> None:
    page = [one for one in invoice() if "校验码" not in one.text]
    missing = read(page).fields["check_code"]
    assert missing.status is Status.MISSING and missing.confidence == 0.0


def test_a_page_of_several_is_not_added_up_alone() -> None:
    page = [one for one in invoice() if one.text not in ("血常规", "1", "25.00")]
    assert any(doubt.code == "LINES_DIFFER" for doubt in read(page).doubts)
    part = checked(replace(extract(page), pages=2, is_whole=False))
    assert not part.doubts


def test_check_digits_prove_numbers_and_convict_others() -> None:
    def card(number: str) -> Paper:
        return checked(extract([run(40, 40, "姓名 钱波"), run(40, 300, f"公民身份号码 {number}")], PaperKind.ID_CARD))

    assert card("99010119850307001" + check_digit("99010119850307001")).fields["公民身份号码"].status is Status.PROVEN
    right = check_digit("99010119850307001")
    wrong = card("99010119850307001" + ("1" if right != "1" else "2"))
    assert wrong.fields["公民身份号码"].status is Status.DOUBTFUL
    assert [doubt.code for doubt in wrong.altered] == ["ID_CHECK_WRONG"]


def test_days_outside_the_stay_are_said() -> None:
    page = [
        run(60, 20, "住院费用清单", high=36),
        run(60, 60, "入院日期：2026-03-01"),
        run(400, 60, "出院日期：2026-03-04"),
    ]
    page += [run(60, 100, "日期"), run(260, 100, "项目名称"), run(500, 100, "金额")]
    page += [run(60, 140, "2026-03-02"), run(260, 140, "床位费"), run(500, 140, "30.00")]
    page += [run(60, 180, "2026-03-09"), run(260, 180, "护理费"), run(500, 180, "20.00")]
    doubts = [doubt for doubt in read(page).doubts if doubt.code == "DAY_OUTSIDE_STAY"]
    assert [doubt.got for doubt in doubts] == ["2026-03-09"]
