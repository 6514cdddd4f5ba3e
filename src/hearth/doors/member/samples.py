"""Samples: what each paper looks like, what must be seen on it, where one gets it; drawn, so nobody's is shown."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from hearth.doors.member.page import Ask, page, shown
from hearth.doors.member.papers import name_of
from hearth.store.access import NotThere

WIDE, HIGH = 420, 300
_TOP, _STEP = 74, 30


@dataclass(frozen=True)
class Sample:
    """A paper as it is drawn: its title, rows of what is printed, the number of the mark beside a row.

    `must`: what has to be seen, by mark (zh, en); `where`: where one gets it (zh, en); `is_stamped`: it bears a stamp.
    """

    title: str
    rows: tuple[tuple[str, int], ...]
    must: tuple[tuple[str, str], ...]
    where: tuple[str, str]
    is_stamped: bool = True


_NAME = ("姓名，与就诊人一致", "the name, as that of the person treated")
_STAMP = ("医院的章", "the stamp of the hospital")
_HOSPITAL_PAPER = (
    "住院病历在出院后向医院病案室申请复印，带身份证。",
    "After discharge ask the records office of the hospital for a copy; bring an identity card.",
)

SAMPLES: dict[str, Sample] = {
    "invoice": Sample(
        "医疗收费票据（电子）",
        (
            ("票据代码：00000000　　票据号码：0000000000", 1),
            ("交款人：张某某　　开票日期：2026-03-09", 2),
            ("西药费　　　　　　　　　263.62", 0),
            ("检查费　　　　　　　　　256.56", 0),
            ("金额合计（大写）伍佰贰拾元壹角捌分　（小写）520.18", 3),
            ("医保统筹基金支付 354.59　个人现金支付 69.97", 4),
        ),
        (
            ("票据代码、票据号码、校验码", "code, number and check code"),
            ("姓名和开票日期", "the name and the day of issue"),
            ("大写和小写的总金额", "the total in words and in figures"),
            ("医保和个人各付多少", "what insurance and you paid"),
        ),
        (
            "在医院的自助机、公众号或票据短信里下载；下载的 PDF 或 OFD 原文件比照片更好。",
            "From the hospital's machine, its account, or the link it sent you; the file is better than a photo.",
        ),
    ),
    "itemised_list": Sample(
        "住院费用明细清单",
        (
            ("姓名：张某某　　住院号：000000", 1),
            ("日期　　项目　　　　　单价　数量　　金额", 2),
            ("03-02　一级护理　　　　12.00　　6　　72.00", 0),
            ("03-02　CT 平扫　　　　180.00　　1　180.00", 0),
            ("合计　　　　　　　　　　　　　　　252.00", 3),
            ("第 1 页　共 3 页", 4),
        ),
        (
            _NAME,
            ("每一行的项目、数量和金额", "item, quantity and amount of every line"),
            ("合计，与发票相同", "the total, the same as on the invoice"),
            ("每一页都要拍", "every page"),
        ),
        (
            "在住院结算处或自助机打印；请拍下每一页。",
            "Printed where the bill is settled or at a machine; take every page.",
        ),
    ),
    "settlement_sheet": Sample(
        "医疗保险结算单",
        (
            ("姓名：张某某　　医保类型：职工医保", 1),
            ("住院日期：2026-03-02 至 2026-03-08", 2),
            ("医疗费总额　　　　　　　26,000.00", 3),
            ("统筹基金支付　　　　　　 9,000.00", 4),
            ("个人账户支付　　　　　　　　 0.00", 4),
            ("个人现金支付　　　　　　17,000.00", 4),
        ),
        (
            _NAME,
            ("住院或就诊的日期", "the days of treatment"),
            ("医疗费总额", "the total"),
            ("谁付了多少", "who paid how much"),
        ),
        (
            "在医保结算窗口打印；异地结算的向参保地医保局索取。",
            "Printed at the insurance counter; after treatment elsewhere, at the office where you are insured.",
        ),
    ),
    "discharge_summary": Sample(
        "出院小结",
        (
            ("姓名：张某某　　科别：骨科", 1),
            ("入院日期：2026-03-02　出院日期：2026-03-08", 2),
            ("入院诊断：桡骨远端骨折", 3),
            ("诊疗经过：切开复位内固定……", 0),
            ("出院诊断：桡骨远端骨折", 3),
            ("医师：李某　　　　　　2026-03-08", 4),
        ),
        (
            _NAME,
            ("入院和出院日期", "the days of admission and discharge"),
            ("入院和出院诊断", "the diagnoses at admission and discharge"),
            ("医师签名和医院的章", "the doctor's signature and the stamp"),
        ),
        _HOSPITAL_PAPER,
    ),
    "medical_record": Sample(
        "门（急）诊病历",
        (
            ("姓名：张某某　　就诊日期：2026-03-02", 1),
            ("主诉：跌倒后右腕疼痛 2 小时", 2),
            ("诊断：桡骨远端骨折", 3),
            ("处理：石膏固定，一周后复查", 0),
            ("医师：李某", 4),
        ),
        (_NAME, ("主诉和病史", "what you told the doctor"), ("诊断", "the diagnosis"), _STAMP),
        (
            "门诊病历本，或在医院公众号里下载的电子病历。",
            "Your outpatient record book, or the record from the hospital's account.",
        ),
    ),
    "diagnosis_certificate": Sample(
        "疾病诊断证明书",
        (
            ("姓名：张某某　　性别：女　　年龄：36 岁", 1),
            ("诊断：2 型糖尿病", 2),
            ("建议：门诊随诊", 0),
            ("医师：李某　　　　　　2026-03-08", 3),
        ),
        (_NAME, ("诊断的名称", "the name of the diagnosis"), ("日期、医师签名和医院的章", "day, signature and stamp")),
        ("请主治医师开具，到门诊办公室盖章。", "Ask the doctor in charge; the outpatient office stamps it."),
    ),
    "pathology": Sample(
        "病理检查报告",
        (
            ("姓名：张某某　　病理号：000000", 1),
            ("送检材料：甲状腺左叶", 0),
            ("病理诊断：甲状腺乳头状癌", 2),
            ("报告日期：2026-03-08　　医师：李某", 3),
        ),
        (_NAME, ("病理诊断的全文", "the whole diagnosis"), ("报告日期和签名", "day and signature")),
        ("在病理科或医院公众号领取；确诊癌症时需要。", "From the pathology department; needed where cancer was found."),
    ),
    "prescription": Sample(
        "处方笺",
        (
            ("姓名：张某某　　日期：2026-03-09", 1),
            ("诊断：2 型糖尿病", 2),
            ("盐酸二甲双胍片 0.5g × 60 片", 3),
            ("用法：每日两次，每次一片", 0),
            ("医师：李某", 4),
        ),
        (
            _NAME,
            ("诊断", "the diagnosis"),
            ("药名、规格和数量", "name, strength and number of the drugs"),
            ("医师签名", "the doctor's signature"),
        ),
        ("看病时医师开具；互联网医院的可在订单里下载。", "Given by the doctor; one from the internet is in its order."),
    ),
    "accident_proof": Sample(
        "意外事故证明",
        (
            ("当事人：张某某", 1),
            ("事故时间：2026-03-02 15:20", 2),
            ("事故地点：某小区滑梯", 2),
            ("经过：玩耍时跌落，右腕着地", 3),
            ("证明单位：某物业服务中心", 4),
        ),
        (
            _NAME,
            ("时间和地点", "time and place"),
            ("经过", "what happened"),
            ("证明人或单位的章", "signature or stamp of the witness"),
        ),
        (
            "交警认定书、公安、单位、学校或物业的证明都可以。",
            "A police report, or a statement of the employer, the school or whoever runs the place.",
        ),
    ),
    "other_insurer_sheet": Sample(
        "保险理赔分割单",
        (
            ("被保险人：张某某", 1),
            ("发票号码：0000000000", 2),
            ("发票金额　　　　　　　　26,000.00", 3),
            ("已赔付金额　　　　　　　 5,000.00", 4),
            ("保险公司（章）", 4),
        ),
        (
            _NAME,
            ("是哪张发票", "which invoice it is about"),
            ("发票金额", "the amount of the invoice"),
            ("已赔付金额和公司的章", "what was paid, and the company's stamp"),
        ),
        ("向已经赔过的保险公司索取。", "Ask the insurer that paid already."),
    ),
    "identity": Sample(
        "居民身份证",
        (
            ("姓名　张某某", 1),
            ("性别　女　　民族　汉", 0),
            ("出生　1990 年 1 月 1 日", 0),
            ("公民身份号码　990000199001010000", 2),
        ),
        (
            _NAME,
            ("全部 18 位号码", "all 18 digits"),
        ),
        ("正反两面各拍一张，不要反光。", "Both sides, one photo each, without a reflection."),
        is_stamped=False,
    ),
    "bank_account": Sample(
        "银行卡",
        (("中国某某银行", 1), ("6200 0000 0000 0000 000", 2), ("张某某", 3)),
        (("开户银行", "the bank"), ("完整的卡号", "the whole number"), ("户名与收款人一致", "the holder, who is paid")),
        ("收款人本人名下的借记卡，拍有卡号的一面。", "A debit card of whoever is paid; the side with the number."),
        is_stamped=False,
    ),
    "relation_proof": Sample(
        "户口本 / 结婚证 / 出生医学证明",
        (("户主：张某某", 1), ("姓名：李某某　　与户主关系：配偶", 2), ("登记日期：2019-05-20", 0)),
        (("双方的姓名", "the names of both"), ("是什么关系", "how they are related")),
        (
            "户口本上有双方的页，或结婚证、出生医学证明。",
            "The pages of both in the household register, or a certificate of marriage or birth.",
        ),
    ),
    "guardianship": Sample(
        "出生医学证明 / 户口本",
        (("新生儿姓名：李小某", 1), ("母亲姓名：张某某　　父亲姓名：李某某", 2), ("签发机构：某妇幼保健院", 3)),
        (
            ("孩子的姓名", "the child's name"),
            ("父母或监护人的姓名", "the parents' or guardian's names"),
            ("签发机构的章", "the stamp of the office"),
        ),
        (
            "出生医学证明，或户口本上有父母与孩子的页。",
            "The certificate of birth, or the pages of parent and child in the household register.",
        ),
    ),
    "authorisation": Sample(
        "授权委托书",
        (
            ("委托人：张某某　　受托人：李某某", 1),
            ("委托事项：代为申请保险金", 2),
            ("委托人签名：　　　　2026-03-09", 3),
        ),
        (
            ("双方的姓名和证件号码", "names and identity numbers of both"),
            ("委托办什么", "what is entrusted"),
            ("亲笔签名和日期", "signature by hand and the day"),
        ),
        ("自己写一份，两人签名即可。", "Write it yourselves; both sign."),
        is_stamped=False,
    ),
}


@page
def sample(ask: Ask, kind: str) -> HttpResponse:
    """What a paper looks like, what must be seen on it, where one gets it."""
    found = SAMPLES.get(kind)
    if found is None:
        raise NotThere(kind="sample", key=kind)
    place = 0 if ask.lang == "zh" else 1
    claim_no = ask.request.GET.get("claim", "")
    is_number = re.fullmatch(r"[A-Za-z0-9-]{1,32}", claim_no) is not None
    return shown(
        ask,
        "sample",
        title=name_of(kind, ask.lang),
        section="claims",
        back_url=reverse("member-papers", kwargs={"claim_no": claim_no}) if is_number else reverse("member-claims"),
        drawn=_drawn(found),
        must=[said[place] for said in found.must],
        where=found.where[place],
        photo=[
            _("Lay it flat in good light, without a shadow or a reflection."),
            _("All four corners in the picture, the rows level."),
            _("Tap on the paper so that the print is sharp."),
        ],
    )


def _drawn(found: Sample) -> dict[str, Any]:
    rows = [
        {"text": text, "y": _TOP + n * _STEP, "mark": mark, "mark_y": _TOP + n * _STEP - 4}
        for n, (text, mark) in enumerate(found.rows)
    ]
    return {"title": found.title, "rows": rows, "is_stamped": found.is_stamped, "wide": WIDE, "high": HIGH}
