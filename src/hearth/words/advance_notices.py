"""Notices of advances: what people are told at each step of one; as of claims, nothing names an illness or a house."""

from __future__ import annotations

from hearth.words.notices import NoticeWords

ADVANCE_NOTICES: dict[str, NoticeWords] = {
    "notified": NoticeWords(
        "垫付申请{advance_no}已收到，理赔管家会尽快联系您，进度可随时登录查看。",
        "We have the request for advance {advance_no}. Your steward calls you soon; sign in to follow it.",
        "垫付申请已收到",
        "We have the request for an advance",
        "垫付申请 {advance_no} 已收到。\n下一步：您的理赔管家会尽快给您打电话，说明要做什么。",
        "We have the request for advance {advance_no}.\nNext: your steward calls you and says what is to be done.",
    ),
    "called": NoticeWords(
        "垫付申请{advance_no}需要您阅读并确认授权，请登录办理。",
        "Advance {advance_no} needs what you agree to. Sign in to read and agree.",
        "请阅读并确认授权",
        "Please read and agree",
        "垫付申请 {advance_no} 有需要您确认的授权，每项单独询问。\n"
        "下一步：打开垫付页面，阅读后确认；在此之前不能付款。",
        "Advance {advance_no} needs your agreement, asked for one thing at a time.\n"
        "Next: open its page, read and agree; nothing can be paid before that.",
    ),
    "late": NoticeWords(
        "垫付申请{advance_no}比承诺的时间晚了，正在催办，请登录查看进度。",
        "Advance {advance_no} takes longer than we promised; we are at it. Sign in to see where it stands.",
        "我们晚了，正在催办",
        "We are late, and at it",
        "垫付申请 {advance_no} 比我们承诺的时间晚了，已在催办。\n您不需要做什么；有急事请直接联系您的理赔管家。",
        "Advance {advance_no} takes longer than we promised, and we are at it.\n"
        "There is nothing you need to do; if it is urgent, call your steward.",
    ),
    "guaranteed": NoticeWords(
        "垫付申请{advance_no}的担保函已出具，请登录查看额度和有效期。",
        "The letter of guarantee for advance {advance_no} is issued. Sign in to see what it promises.",
        "担保函已出具",
        "The letter of guarantee is issued",
        "垫付申请 {advance_no} 的担保函已出具，额度 {amount} 元。\n您可以在垫付页面下载；现在您不需要做什么。",
        "The letter of guarantee for advance {advance_no} is issued, up to {amount} yuan.\n"
        "You can save it from the page of the advance; there is nothing you need to do now.",
    ),
    "paid": NoticeWords(
        "垫付申请{advance_no}已付出一笔款项，请登录查看。",
        "A payment was made for advance {advance_no}. Sign in to see it.",
        "已付出一笔垫付款",
        "An advance was paid",
        "垫付申请 {advance_no} 已付出 {amount} 元。\n理赔结案时，从应付的保险金中扣除；现在您不需要做什么。",
        "{amount} yuan were paid for advance {advance_no}.\n"
        "They are taken from the benefit when the claim is settled; there is nothing you need to do now.",
    ),
    "claim_opened": NoticeWords(
        "垫付申请{advance_no}已转入理赔{claim_no}，请登录补充材料并提交。",
        "Advance {advance_no} goes on as claim {claim_no}. Sign in to add its papers and send it.",
        "已为您开立理赔",
        "We opened the claim for you",
        "垫付申请 {advance_no} 已转入理赔 {claim_no}。\n下一步：打开理赔页面，按清单添加材料后提交。",
        "Advance {advance_no} goes on as claim {claim_no}.\nNext: open the claim, add the papers on its list, send it.",
    ),
    "owed": NoticeWords(
        "垫付申请{advance_no}已结算，有一部分需要返还，请登录查看和选择方式。",
        "Advance {advance_no} is settled and a part is to be paid back. Sign in to see it and choose how.",
        "有一部分需要返还",
        "A part is to be paid back",
        "垫付申请 {advance_no} 超出理赔金额 {amount} 元，需要返还。\n"
        "不收利息，可以分期；有困难的，请告诉您的理赔管家。\n下一步：打开垫付页面，选择怎么返还。",
        "Advance {advance_no} is {amount} yuan above what the claim pays; they are to be paid back.\n"
        "There is no interest, and you may pay in months; tell your steward if it is hard.\n"
        "Next: open the page of the advance and choose how.",
    ),
    "reminded": NoticeWords(
        "垫付申请{advance_no}还有款项待返还，请登录查看；不收利息，有困难请联系理赔管家。",
        "Something of advance {advance_no} is still to be paid back, without interest. Sign in, or ask your steward.",
        "还有款项待返还",
        "Something is still to be paid back",
        "垫付申请 {advance_no} 还有 {amount} 元待返还。\n"
        "不收利息，可以分期；有困难的，可以申请减免，请告诉您的理赔管家。",
        "{amount} yuan of advance {advance_no} are still to be paid back.\n"
        "There is no interest, and you may pay in months; if it is hard you may ask to be let off: tell your steward.",
    ),
    "waived": NoticeWords(
        "垫付申请{advance_no}的减免已批准，请登录查看。",
        "You are let off a part of advance {advance_no}. Sign in to see it.",
        "减免已批准",
        "You are let off",
        "垫付申请 {advance_no} 已减免 {amount} 元。\n这部分不需要再返还。",
        "You are let off {amount} yuan of advance {advance_no}.\nThat part need not be paid back.",
    ),
    "settled": NoticeWords(
        "垫付申请{advance_no}已结清，您不需要做什么。",
        "Advance {advance_no} is settled. There is nothing you need to do.",
        "垫付已结清",
        "The advance is settled",
        "垫付申请 {advance_no} 已由理赔金额全部抵扣。\n您不需要返还。",
        "Advance {advance_no} is covered by the claim in full.\nThere is nothing to pay back.",
    ),
    "money_back": NoticeWords(
        "垫付申请{advance_no}收到一笔返还，请登录查看余额。",
        "A repayment of advance {advance_no} has come in. Sign in to see what is left.",
        "收到一笔返还",
        "A repayment has come in",
        "垫付申请 {advance_no} 收到返还 {amount} 元。\n还剩 {left} 元。",
        "{amount} yuan of advance {advance_no} came back.\n{left} yuan are left.",
    ),
    "declined": NoticeWords(
        "垫付申请{advance_no}不能垫付，原因请登录查看；您申请理赔的权利不变。",
        "There is no advance for {advance_no}. Sign in to see why; your right to claim stays.",
        "不能垫付",
        "No advance",
        "垫付申请 {advance_no} 不能垫付，原因写在垫付页面上。\n您申请理赔的权利不变：回家后带齐材料报案即可。",
        "There is no advance for {advance_no}; the page of the advance says why.\n"
        "Your right to claim stays: report the claim with its papers when you are home.",
    ),
    "cancelled": NoticeWords(
        "垫付申请{advance_no}已取消；您申请理赔的权利不变。",
        "Advance {advance_no} is cancelled; your right to claim stays.",
        "垫付申请已取消",
        "The request for an advance is cancelled",
        "垫付申请 {advance_no} 已取消。\n您申请理赔的权利不变。",
        "Advance {advance_no} is cancelled.\nYour right to claim stays.",
    ),
}
"""What follows "advance." in a record's kind -> its words.  Values: advance_no, amount, left, claim_no."""
