"""Notices: what people are told at each step of a claim, short for an SMS and long for inbox and e-mail.

No notice names an illness, a hospital, a diagnosis or a reason: an SMS is read by whoever holds the telephone.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

SMS_CHARACTERS, SMS_PART_CHARACTERS = 70, 67
"""Characters of one SMS in Chinese, and of each part where it takes several."""

SMS_LATIN, SMS_PART_LATIN = 160, 153
"""The same where every character is in the plain alphabet of GSM 03.38."""

_GSM = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿"
    "abcdefghijklmnopqrstuvwxyzäöñüà"
)


@dataclass(frozen=True, slots=True)
class NoticeWords:
    """One notice in both languages: the SMS, the title and the text of inbox and e-mail."""

    sms_zh: str
    sms_en: str
    title_zh: str
    title_en: str
    body_zh: str
    body_en: str


_DECIDED_SMS = (
    "理赔申请{claim_no}已有核定结论，请登录查看金额、依据和异议方式。",
    "Your claim {claim_no} is decided. Sign in to see the amount, what it rests on and how to dispute it.",
)

NOTICES: dict[str, NoticeWords] = {
    "reported": NoticeWords(
        "理赔报案{claim_no}已收到。请登录查看所需材料，清单已一次列全。",
        "We have your claim report {claim_no}. Sign in to see the papers we need, all listed at once.",
        "报案已收到",
        "We have your report",
        "您的报案 {claim_no} 已收到。\n"
        "下一步：打开理赔页面，按清单添加材料；需要哪些材料已一次列全。\n"
        "有不清楚的地方，您的理赔管家会帮您。",
        "We have your report {claim_no}.\n"
        "Next: open the claim and add the papers on the list; all of them are listed at once.\n"
        "Your steward helps you with anything that is not clear.",
    ),
    "submitted": NoticeWords(
        "理赔申请{claim_no}和材料已收到，我们会尽快受理，进度可随时登录查看。",
        "We have your claim {claim_no} and its papers. Sign in at any time to see where it stands.",
        "申请和材料已收到",
        "We have your application and papers",
        "理赔申请 {claim_no} 和材料已收到。\n下一步由我们受理，您不需要做什么。",
        "We have your application {claim_no} and its papers.\nThe next step is ours; there is nothing you need to do.",
    ),
    "sent_back": NoticeWords(
        "理赔申请{claim_no}需要您修改后重新提交，请登录查看留言。",
        "Please change your claim {claim_no} and send it again. Sign in to read what is to be changed.",
        "申请需要修改",
        "Please change your application",
        "理赔申请 {claim_no} 需要修改。\n下一步：打开理赔页面，按留言修改后重新提交；您填写的内容都还在。",
        "Your application {claim_no} needs a change.\n"
        "Next: open the claim, change what the message says and send it again; everything you entered is "
        "still there.",
    ),
    "accepted": NoticeWords(
        "理赔申请{claim_no}已受理，核定期限和进度请登录查看。",
        "Your claim {claim_no} is accepted. Sign in to see by when we decide.",
        "已受理",
        "Accepted",
        "理赔申请 {claim_no} 已受理，法定期限开始计算。\n最迟核定日期写在理赔页面上；现在您不需要做什么。",
        "Your claim {claim_no} is accepted and the legal time limit runs.\n"
        "The last day for our decision is on the claim's page; there is nothing you need to do now.",
    ),
    "supplement_asked": NoticeWords(
        "理赔申请{claim_no}还需要{items}项材料，已一次列明，请登录查看。等待期间期限暂停。",
        "Your claim {claim_no} needs {items} more paper(s), all listed at once. Sign in to see them. The "
        "time limit pauses.",
        "还需要补充材料",
        "More papers are needed",
        "理赔申请 {claim_no} 还需要 {items} 项材料，已一次列明，并写明每项材料的用处。\n"
        "下一步：打开理赔页面添加材料；没有更多材料时，也请告诉我们。\n"
        "等待您材料的时间不计入法定期限。",
        "Your claim {claim_no} needs {items} more paper(s), all listed at once with what each is good for.\n"
        "Next: open the claim and add them; if you have no more, tell us so there.\n"
        "The time we wait for your papers does not count towards the legal limit.",
    ),
    "supplement_received": NoticeWords(
        "理赔申请{claim_no}的补充材料已收到，我们继续审核。",
        "The papers you added to claim {claim_no} are here. We go on.",
        "补充材料已收到",
        "The papers you added are here",
        "理赔申请 {claim_no} 的补充材料已收到，我们继续审核。\n现在您不需要做什么。",
        "The papers you added to claim {claim_no} are here and we go on.\nThere is nothing you need to do now.",
    ),
    "decided": NoticeWords(
        *_DECIDED_SMS,
        "核定结论：给付 {amount} 元",
        "Decided: {amount} yuan are paid",
        "理赔申请 {claim_no} 的核定结论：给付 {amount} 元。\n"
        "金额怎样算出、依据哪些条款，都写在理赔页面上。\n"
        "下一步：打开理赔页面，同意并选择收款账户；如不同意，可在同一页面提出异议。",
        "Your claim {claim_no} is decided: {amount} yuan are paid.\n"
        "How the amount is worked out, and from which clauses, is on the claim's page.\n"
        "Next: open the claim, agree and choose an account; if you do not agree, dispute it on the same page.",
    ),
    "decided_partial": NoticeWords(
        *_DECIDED_SMS,
        "核定结论：部分给付 {amount} 元",
        "Decided: paid in part, {amount} yuan",
        "理赔申请 {claim_no} 的核定结论：部分给付 {amount} 元。\n"
        "没有给付的部分及其理由和条款，都写在理赔页面上。\n"
        "下一步：打开理赔页面，同意并选择收款账户；如不同意，可在同一页面提出异议。",
        "Your claim {claim_no} is decided: {amount} yuan are paid, which is a part of what was claimed.\n"
        "What is not paid, with its reasons and clauses, is on the claim's page.\n"
        "Next: open the claim, agree and choose an account; if you do not agree, dispute it on the same page.",
    ),
    "decided_nothing": NoticeWords(
        *_DECIDED_SMS,
        "核定结论：本次无需支付",
        "Decided: nothing is left to pay this time",
        "理赔申请 {claim_no} 属于保险责任，按约定计算后本次无需支付。\n"
        "每一步怎样计算，都写在理赔页面上。\n"
        "如不同意，可在同一页面提出异议。",
        "Your claim {claim_no} is covered, but by the agreed arithmetic nothing is left to pay this time.\n"
        "Every step of it is on the claim's page.\n"
        "If you do not agree, dispute it on the same page.",
    ),
    "decided_refused": NoticeWords(
        *_DECIDED_SMS,
        "核定结论：不予给付",
        "Decided: not paid",
        "理赔申请 {claim_no} 的核定结论：不予给付。\n"
        "理由、依据的条款和证据都写在理赔页面上，这是书面通知。\n"
        "如不同意，您可以在同一页面提出异议；您的理赔管家会帮您，您也可以投诉、申请调解或诉讼。",
        "Your claim {claim_no} is decided: it is not paid.\n"
        "The reasons, the clause and the evidence are on the claim's page; that is the written notice.\n"
        "If you do not agree, dispute it on the same page; your steward helps you, and you may complain, ask "
        "for mediation or go to court.",
    ),
    "agreed": NoticeWords(
        "理赔申请{claim_no}已确认，赔款将转入尾号{tail}的账户。",
        "Claim {claim_no} is agreed. The money goes to the account ending in {tail}.",
        "已确认，等待付款",
        "Agreed; the payment follows",
        "理赔申请 {claim_no} 已确认，赔款将转入尾号 {tail} 的账户。\n法律规定最迟十天内支付，通常一个工作日内到账。",
        "Claim {claim_no} is agreed; the money goes to the account ending in {tail}.\n"
        "By law it is paid within ten days, and usually arrives within one working day.",
    ),
    "agreed_shared": NoticeWords(
        "理赔申请{claim_no}已确认，赔款将按继承份额分别转入各继承人账户。",
        "Claim {claim_no} is agreed. Each heir's share goes to the heir's own account.",
        "已确认，等待付款",
        "Agreed; the payments follow",
        "理赔申请 {claim_no} 已确认，赔款将按继承份额分别转入各位继承人本人的账户。\n"
        "法律规定最迟十天内支付，通常一个工作日内到账。",
        "Claim {claim_no} is agreed; each heir's share goes to the heir's own account.\n"
        "By law it is paid within ten days, and usually arrives within one working day.",
    ),
    "paid_shared": NoticeWords(
        "理赔申请{claim_no}的赔款已按继承份额付至各继承人账户，请登录查看。",
        "Claim {claim_no} is paid: each heir's share went to the heir's own account. Sign in to see.",
        "赔款已到账",
        "The money has arrived",
        "理赔申请 {claim_no} 的赔款已按继承份额付至各位继承人本人的账户。\n"
        "付款凭证可在理赔页面下载，无需联网即可核验。",
        "The money of claim {claim_no} went to the heirs by their shares, each to an account of their own.\n"
        "The receipts are on the claim's page; they can be checked without us.",
    ),
    "paid": NoticeWords(
        "理赔款{amount}元已付至尾号{tail}的账户（理赔申请{claim_no}）。",
        "{amount} yuan were paid to the account ending in {tail} (claim {claim_no}).",
        "赔款已到账",
        "The money has arrived",
        "理赔申请 {claim_no} 的赔款 {amount} 元已付至尾号 {tail} 的账户。\n"
        "付款凭证可在理赔页面下载，无需联网即可核验。",
        "{amount} yuan of claim {claim_no} were paid to the account ending in {tail}.\n"
        "The receipt is on the claim's page; it can be checked without us.",
    ),
    "returned": NoticeWords(
        "理赔申请{claim_no}的付款未成功，请登录核对收款账户，我们会重新支付。",
        "The payment of claim {claim_no} did not succeed. Sign in to check the account; we pay again.",
        "付款未成功，请核对账户",
        "The payment did not succeed",
        "理赔申请 {claim_no} 的付款未成功，款项没有丢失。\n下一步：打开理赔页面，核对或更换收款账户，我们会重新支付。",
        "The payment of claim {claim_no} did not succeed; the money is not lost.\n"
        "Next: open the claim and check or change the account; we pay again.",
    ),
    "closed": NoticeWords(
        "理赔申请{claim_no}已结案。如有新的材料或疑问，可登录联系我们。",
        "Claim {claim_no} is closed. Sign in to reach us with new papers or questions.",
        "已结案",
        "Closed",
        "理赔申请 {claim_no} 已结案。\n如有新的材料或疑问，可在理赔页面联系我们。",
        "Claim {claim_no} is closed.\nWith new papers or questions, write to us on the claim's page.",
    ),
    "withdrawn": NoticeWords(
        "理赔申请{claim_no}已撤回，以后可以重新申请。",
        "Claim {claim_no} is withdrawn. You may claim again later.",
        "申请已撤回",
        "Withdrawn",
        "理赔申请 {claim_no} 已撤回。\n以后可以重新申请；请求保险金有法定时效，一般为两年。",
        "Claim {claim_no} is withdrawn.\nYou may claim again later; by law claims expire, as a rule after two years.",
    ),
    "reopened": NoticeWords(
        "理赔申请{claim_no}重新审核，进度请登录查看。",
        "Claim {claim_no} is being looked at again. Sign in to see where it stands.",
        "重新审核",
        "Looked at again",
        "理赔申请 {claim_no} 因新的材料或异议重新审核。\n已支付的款项不受影响；有结论后我们会告诉您。",
        "Claim {claim_no} is looked at again, on new papers or your dispute.\n"
        "What was paid stays paid; we tell you the result.",
    ),
    "disputed": NoticeWords(
        "您对理赔申请{claim_no}的异议已收到，由谁处理、何时答复请登录查看。",
        "We have your dispute about claim {claim_no}. Sign in to see who has it and by when you hear from us.",
        "异议已收到",
        "We have your dispute",
        "您对理赔申请 {claim_no} 的异议已收到。\n没有异议的部分照常支付。由谁处理、何时答复，写在异议页面上。",
        "We have your dispute about claim {claim_no}.\n"
        "What is not disputed is paid all the same. Who has it, and by when you hear from us, is on its page.",
    ),
    "dispute_answered": NoticeWords(
        "您对理赔申请{claim_no}的异议有了答复，请登录查看。",
        "Your dispute about claim {claim_no} has an answer. Sign in to read it.",
        "异议有了答复",
        "Your dispute has an answer",
        "您对理赔申请 {claim_no} 的异议有了答复。\n"
        "下一步：打开异议页面；满意可以结束，不满意可以转上一级，七天内没有回复视为已解释清楚。",
        "Your dispute about claim {claim_no} has an answer.\n"
        "Next: open its page. If it is enough, say so; if not, pass it on to the next tier. Without a word from you "
        "for seven days it counts as enough, and you may dispute again.",
    ),
    "dispute_moved": NoticeWords(
        "您对理赔申请{claim_no}的异议已转上一级处理，请登录查看。",
        "Your dispute about claim {claim_no} went to the next tier. Sign in to see who has it.",
        "异议已转上一级",
        "Your dispute went to the next tier",
        "您对理赔申请 {claim_no} 的异议已转上一级处理。\n由谁处理、何时答复，写在异议页面上；您不需要做什么。",
        "Your dispute about claim {claim_no} went to the next tier.\n"
        "Who has it, and by when you hear from us, is on its page; there is nothing you need to do.",
    ),
    "dispute_opined": NoticeWords(
        "关于理赔申请{claim_no}的独立意见已出具，将重新核定，请登录查看。",
        "There is an independent opinion on claim {claim_no}; it is decided anew. Sign in to read it.",
        "独立意见已出具",
        "There is an independent opinion",
        "关于理赔申请 {claim_no} 的独立意见已出具，我们将由另一位同事重新核定。\n"
        "已支付的款项不受影响；有结论后我们会告诉您。",
        "There is an independent opinion on claim {claim_no}, and somebody else decides the claim anew.\n"
        "What was paid stays paid; we tell you the result.",
    ),
    "upheld": NoticeWords(
        "您对理赔申请{claim_no}的异议已有答复，请登录查看。",
        "Your dispute about claim {claim_no} is answered. Sign in to read it.",
        "异议已答复",
        "Your dispute is answered",
        "您对理赔申请 {claim_no} 的异议已有独立意见，结论维持不变，理由和条款写在异议页面上。\n"
        "如仍不同意，您可以投诉、申请调解或诉讼。",
        "Your dispute about claim {claim_no} is answered: the decision stays; the independent opinion on its "
        "page says why and by which clause.\n"
        "If you still do not agree, you may complain, ask for mediation or go to court.",
    ),
    "adjusted": NoticeWords(
        "理赔申请{claim_no}的金额已重新计算，请登录查看说明。",
        "The amount of claim {claim_no} was worked out again. Sign in to see why.",
        "金额已重新计算",
        "The amount was worked out again",
        "理赔申请 {claim_no} 的计算基础有变化，金额已重新计算，说明写在理赔页面上。\n"
        "需要补付的，会付到您的账户；如不同意，可在同一页面提出异议。",
        "What claim {claim_no} rested on has changed and its amount was worked out again; the claim's page "
        "says why.\n"
        "What is to be paid on top goes to your account; if you do not agree, dispute it on the same page.",
    ),
    "unfinished": NoticeWords(
        "理赔申请{claim_no}还没有提交，您填写的内容都还在，请登录继续。",
        "Your claim {claim_no} is not sent yet. Everything you entered is still there: sign in to go on.",
        "申请还没有提交",
        "Your application is not sent yet",
        "理赔申请 {claim_no} 还没有提交，您填写的内容和材料都还在。\n"
        "下一步：打开理赔页面，按清单补齐材料并提交；暂时不方便也没有关系。\n"
        "请求保险金有法定时效，一般为两年。您的理赔管家可以帮您。",
        "Your claim {claim_no} is not sent yet; everything you entered and added is still there.\n"
        "Next: open the claim, add the papers on the list and send it; there is no hurry if it does not suit you now.\n"
        "By law claims expire, as a rule after two years. Your steward can help you.",
    ),
    "chased": NoticeWords(
        "理赔申请{claim_no}还差{items}项材料，请登录查看怎样取得。",
        "Your claim {claim_no} still needs {items} paper(s). Sign in to see how to get them.",
        "还差 {items} 项材料",
        "{items} paper(s) are still missing",
        "理赔申请 {claim_no} 还差 {items} 项材料。\n"
        "下一步：打开理赔页面，每项材料都写明怎样取得、有什么用；没有更多材料时，也请告诉我们，我们按现有材料审核。\n"
        "等待您材料的时间不计入法定期限，不会因此拒赔。",
        "Your claim {claim_no} still needs {items} paper(s).\n"
        "Next: open the claim; for each paper it says how to get it and what it is good for. If you have no more, tell "
        "us so there, and we go on with what we have.\n"
        "The time we wait for your papers does not count towards the legal limit; nothing is refused because of it.",
    ),
    "chased_complete": NoticeWords(
        "理赔申请{claim_no}的材料看来已齐，请登录确认提交。",
        "The papers of your claim {claim_no} seem complete. Sign in and send them.",
        "材料看来已齐，请提交",
        "The papers seem complete: please send them",
        "理赔申请 {claim_no} 需要补充的材料看来都在了，只差提交。\n下一步：打开理赔页面，按“提交补充材料”。",
        "The papers that claim {claim_no} still needed seem to be there; they are only not sent yet.\n"
        "Next: open the claim and press \u201cSend the papers\u201d.",
    ),
    "originals_chased": NoticeWords(
        "理赔申请{claim_no}的原件我们还没有收到，请登录查看。",
        "The originals of your claim {claim_no} have not reached us. Sign in to see what to do.",
        "原件还没有收到",
        "The originals have not reached us",
        "理赔申请 {claim_no} 的原件我们还没有收到。\n"
        "下一步：如已交给快递，您不需要做什么，我们会核实；如还没有寄出，请打开理赔页面预约。",
        "The originals of claim {claim_no} have not reached us.\n"
        "Next: if the courier has them, there is nothing you need to do, we ask; if not, open the claim and book a "
        "pick-up.",
    ),
    "rests": NoticeWords(
        "理赔申请{claim_no}等待您的材料，已暂停；随时补充都可以继续。",
        "Your claim {claim_no} rests until your papers come. Add them at any time to go on.",
        "申请暂停，等待您的材料",
        "Your claim rests until your papers come",
        "理赔申请 {claim_no} 已等待材料三十天，现在暂停；没有拒赔，也没有关闭。\n"
        "下一步：随时打开理赔页面补充材料，或告诉我们没有更多材料，我们就继续。\n"
        "请求保险金有法定时效，一般为两年。",
        "We have waited thirty days for papers, and claim {claim_no} rests now; it is neither refused nor closed.\n"
        "Next: open the claim at any time and add them, or tell us that you have no more, and we go on.\n"
        "By law claims expire, as a rule after two years.",
    ),
    "written": NoticeWords(
        "您的理赔管家给您留言了（理赔申请{claim_no}），请登录查看和回复。",
        "Your steward wrote to you about claim {claim_no}. Sign in to read and answer.",
        "理赔管家给您留言了",
        "Your steward wrote to you",
        "您的理赔管家就理赔申请 {claim_no} 给您留言了。\n下一步：打开理赔页面，查看并回复；没有疑问时不必回复。",
        "Your steward wrote to you about claim {claim_no}.\n"
        "Next: open the claim to read it and to answer; no answer is needed if nothing is open.",
    ),
    "steward_changed": NoticeWords(
        "理赔申请{claim_no}换了理赔管家，您不需要做什么，请登录查看。",
        "Another steward looks after your claim {claim_no} now. There is nothing you need to do; sign in to see.",
        "您的理赔管家换人了",
        "Another steward looks after you",
        "理赔申请 {claim_no} 由另一位理赔管家继续跟进，之前的留言都在，您不需要重新说明。\n"
        "理赔页面上写有管家的姓名和服务时间。",
        "Another steward goes on with claim {claim_no}. Everything you wrote is there; you need not explain anything "
        "again.\nTheir name, and when they answer, is on the claim's page.",
    ),
    "pickup_taken": NoticeWords(
        "理赔申请{claim_no}的原件：快递将于{day} {from}-{to}上门取件，请登录查看。",
        "Originals of claim {claim_no}: the courier comes on {day}, {from}-{to}. Sign in to see.",
        "快递将上门取件",
        "The courier is coming",
        "快递将于 {day} {from}-{to} 上门收取理赔申请 {claim_no} 的原件，费用由我们承担。\n"
        "下一步：请把原件装好，交给快递员即可；时间不合适可在理赔页面取消后重新预约。",
        "The courier comes on {day}, {from}-{to}, for the originals of claim {claim_no}; we pay for it.\n"
        "Next: put the originals together and hand them over; if the time does not suit you, cancel on the claim's "
        "page and book another.",
    ),
    "pickup_refused": NoticeWords(
        "理赔申请{claim_no}：快递不能在您选的时间或地点取件，请登录重新预约。",
        "Claim {claim_no}: the courier cannot come there or then. Sign in to book another time.",
        "快递不能按预约取件",
        "The courier cannot come",
        "快递不能在您选的时间或地点收取理赔申请 {claim_no} 的原件，原件仍在您手中。\n"
        "下一步：打开理赔页面换一个时间或地址；也可以请理赔管家帮您。",
        "The courier cannot come at that time or place for the originals of claim {claim_no}; you still have them.\n"
        "Next: open the claim and choose another time or address, or ask your steward.",
    ),
    "parcel_lost": NoticeWords(
        "抱歉，理赔申请{claim_no}的原件被快递丢失，理赔不受影响，请登录查看。",
        "We are sorry: the courier lost the originals of claim {claim_no}. Your claim goes on; sign in to see.",
        "抱歉，快递丢失了您的原件",
        "We are sorry: the courier lost your originals",
        "抱歉，快递告知理赔申请 {claim_no} 的原件丢失。这不是您的责任，不会因此拒赔。\n"
        "接下来由我们办理：向快递追查；同时按您已上传的影像继续审核。\n"
        "需要补开票据时，您的理赔管家会陪您办理，费用由我们承担。现在您不需要做什么。",
        "We are sorry: the courier told us that the originals of claim {claim_no} are lost. It is no fault of yours, "
        "and nothing is refused because of it.\n"
        "What happens now is ours to do: we have the courier search, and go on with the pictures you gave us.\n"
        "If a paper has to be issued again, your steward does it with you and we pay for it. There is nothing you need "
        "to do now.",
    ),
    "originals_received": NoticeWords(
        "理赔申请{claim_no}的原件已收到，用完后免费寄还给您。",
        "The originals of claim {claim_no} are with us; we send them back to you free of charge.",
        "原件已收到",
        "The originals are with us",
        "理赔申请 {claim_no} 的原件已收到，我们妥善保管，用完后免费寄还给您。\n现在您不需要做什么。",
        "The originals of claim {claim_no} are with us and kept safe; we send them back to you free of charge.\n"
        "There is nothing you need to do now.",
    ),
    "originals_back": NoticeWords(
        "理赔申请{claim_no}的原件正在寄还给您，请登录查看。",
        "The originals of claim {claim_no} are on their way back to you. Sign in to follow them.",
        "原件正在寄还给您",
        "The originals are on their way back",
        "理赔申请 {claim_no} 的原件已交给快递寄还给您，进度写在理赔页面上。",
        "The originals of claim {claim_no} are with the courier, on their way back to you; the claim's page says "
        "where.",
    ),
    "late": NoticeWords(
        "抱歉，理赔申请{claim_no}比承诺的慢了，已由专人跟进，请登录查看。",
        "We are sorry: your claim {claim_no} takes longer than we promised. Somebody follows it up; sign in to see.",
        "抱歉，我们慢了",
        "We are sorry, we are late",
        "理赔申请 {claim_no} 的“{step}”比我们承诺的慢了，这是我们的原因。\n"
        "已有专人跟进，查清原因后会写给您；最新的预计日期写在理赔页面上。\n"
        "现在您不需要做什么。",
        "\u201c{step}\u201d of claim {claim_no} takes longer than we promised; that is our doing.\n"
        "Somebody follows it up and writes to you once the reason is clear; the latest expected day is on the claim's "
        "page.\n"
        "There is nothing you need to do now.",
    ),
    "prepaid": NoticeWords(
        "理赔申请{claim_no}中已确定的{amount}元先付至尾号{tail}的账户，其余部分继续审核。",
        "The part of claim {claim_no} that is certain, {amount} yuan, was paid to the account ending in {tail}.",
        "已确定的部分先行支付",
        "What is certain is paid first",
        "理赔申请 {claim_no} 中已能确定的 {amount} 元，先付至尾号 {tail} 的账户。\n"
        "其余部分继续审核；有结论后补付差额，不影响您提出异议。",
        "Of claim {claim_no} {amount} yuan are certain already and were paid to the account ending in {tail}.\n"
        "We go on with the rest and pay the difference once it is decided; you may dispute the decision as ever.",
    ),
    "dispute_late": NoticeWords(
        "理赔申请{claim_no}的异议超过了承诺的处理时间，我们正在催办，请登录查看。",
        "The dispute about claim {claim_no} takes longer than we promised; we are at it. Sign in to see it.",
        "异议处理晚了，正在催办",
        "Your dispute is late, and we are at it",
        "理赔申请 {claim_no} 的异议没有在承诺的时间内处理，对不起。已交上级催办，您不需要做什么。\n"
        "您也可以随时投诉，或者拨打 12378。",
        "The dispute about claim {claim_no} was not dealt with in the time we promised; we are sorry.\n"
        "It is with somebody above now, and there is nothing you need to do. You may also complain, or call 12378.",
    ),
    "explained": NoticeWords(
        "理赔申请{claim_no}有新的进展说明，请登录查看。",
        "There is news about your claim {claim_no}. Sign in to read it.",
        "进展说明",
        "News about your claim",
        "理赔申请 {claim_no} 为什么用了更长时间、接下来怎么做，已写在理赔页面的留言里。\n您可以在那里直接回复。",
        "Why claim {claim_no} took longer, and what comes next, is in a message on the claim's page.\n"
        "You can answer it there.",
    ),
}
"""Code of a notice -> its words.  Values: claim_no, items, amount, tail, step."""


def sms(code: str, values: Mapping[str, Any], lang: str, among: Mapping[str, NoticeWords] = NOTICES) -> str:
    """The SMS of a notice, in "zh" or "en"."""
    words = among[code]
    return (words.sms_zh if lang.startswith("zh") else words.sms_en).format(**values)


def title(code: str, values: Mapping[str, Any], lang: str, among: Mapping[str, NoticeWords] = NOTICES) -> str:
    """The title in inbox and e-mail, in "zh" or "en"."""
    words = among[code]
    return (words.title_zh if lang.startswith("zh") else words.title_en).format(**values)


def body(
    code: str,
    values: Mapping[str, Any],
    lang: str,
    among: Mapping[str, NoticeWords] = NOTICES,
    *,
    is_large: bool = False,
) -> str:
    """The text in inbox and e-mail, in "zh" or "en"; for large print a blank line stands between sentences."""
    words = among[code]
    text = (words.body_zh if lang.startswith("zh") else words.body_en).format(**values)
    if not is_large:
        return text
    for stop in ("。", "；", ". ", "; "):
        text = text.replace(stop, stop.strip() + "\n")
    return "\n\n".join(line for line in (part.strip() for part in text.split("\n")) if line)


def sms_parts(text: str) -> int:
    """How many parts an SMS takes, as carriers count them."""
    if all(letter in _GSM for letter in text):
        whole, part = SMS_LATIN, SMS_PART_LATIN
    else:
        whole, part = SMS_CHARACTERS, SMS_PART_CHARACTERS
    # Characters beyond the first plane take two places.
    length = sum(2 if ord(letter) > 0xFFFF else 1 for letter in text)
    return 1 if length <= whole else -(-length // part)
