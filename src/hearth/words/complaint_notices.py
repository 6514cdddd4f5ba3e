"""Notices of complaints: what whoever complained is told at each step; nothing says what it is about, nor of whom."""

from __future__ import annotations

from hearth.words.notices import NoticeWords

COMPLAINT_NOTICES: dict[str, NoticeWords] = {
    "registered": NoticeWords(
        "投诉{complaint_no}已登记，最迟{until}答复您，请登录查看进度。",
        "Complaint {complaint_no} is registered; we answer by {until}. Sign in to follow it.",
        "投诉已登记",
        "Your complaint is registered",
        "投诉 {complaint_no} 已登记。\n由与此事无关的同事处理，最迟 {until} 答复您；现在您不需要做什么。",
        "Complaint {complaint_no} is registered.\n"
        "Somebody whom it is not about looks into it and answers by {until}; there is nothing you need to do now.",
    ),
    "taken": NoticeWords(
        "投诉{complaint_no}已受理，正在调查处理。",
        "Complaint {complaint_no} is being looked into.",
        "投诉正在处理",
        "Your complaint is being looked into",
        "投诉 {complaint_no} 已有人受理，正在调查处理。\n处理人与此事无关；现在您不需要做什么。",
        "Somebody looks into complaint {complaint_no} now.\nIt is not about them, and there is nothing you need to do.",
    ),
    "extended": NoticeWords(
        "投诉{complaint_no}需要更长时间，最迟{until}答复您，原因请登录查看。",
        "Complaint {complaint_no} takes longer; we answer by {until}. Sign in to read why.",
        "投诉处理时间延长",
        "Your complaint takes longer",
        "投诉 {complaint_no} 情况复杂，处理期限延长为 {days} 天，从登记之日算起，最迟 {until} 答复您。\n"
        "原因写在投诉页面上。",
        "Complaint {complaint_no} is complex: its limit is {days} days now, counted from its registration; "
        "we answer by {until}.\nWhy is written on its page.",
    ),
    "answered": NoticeWords(
        "投诉{complaint_no}已答复，请登录查看；不同意的，{until}前可以申请核查。",
        "Complaint {complaint_no} is answered. Sign in to read it; you may ask for a review until {until}.",
        "投诉已答复",
        "Your complaint is answered",
        "投诉 {complaint_no} 已有处理结果，写在投诉页面上。\n"
        "不同意的，最迟 {until} 可以申请核查一次，由另一位同事处理；也可以拨打 12378。",
        "What was found about complaint {complaint_no} is on its page.\n"
        "If you do not agree, you may ask for one review until {until}, by somebody else. You may also call 12378.",
    ),
    "review_asked": NoticeWords(
        "投诉{complaint_no}的核查申请已收到，最迟{until}答复您。",
        "We review complaint {complaint_no} and answer by {until}.",
        "核查申请已收到",
        "Your complaint is reviewed",
        "投诉 {complaint_no} 的核查申请已收到。\n由未参与处理的同事核查，最迟 {until} 答复您。",
        "We have the request for a review of complaint {complaint_no}.\n"
        "Somebody who did not answer it looks at it again, and answers by {until}.",
    ),
    "reviewed": NoticeWords(
        "投诉{complaint_no}的核查结果已出，请登录查看。",
        "The review of complaint {complaint_no} is done. Sign in to read what it found.",
        "核查结果已出",
        "The review is done",
        "投诉 {complaint_no} 的核查结果写在投诉页面上。\n仍不同意的，可以拨打 12378，或者申请调解、仲裁、提起诉讼。",
        "What the review of complaint {complaint_no} found is on its page.\n"
        "If you still do not agree you may call 12378, or go to mediation, arbitration or court.",
    ),
    "withdrawn": NoticeWords(
        "投诉{complaint_no}已按您的要求撤回。",
        "Complaint {complaint_no} was taken back, as you asked.",
        "投诉已撤回",
        "Your complaint was taken back",
        "投诉 {complaint_no} 已撤回，不再处理。\n如有需要，您可以重新投诉。",
        "Complaint {complaint_no} was taken back, and nothing more is done about it.\nYou may complain again.",
    ),
    "late": NoticeWords(
        "投诉{complaint_no}超过了法定答复期限，我们正在催办，请登录查看。",
        "We are past the legal day for complaint {complaint_no}, and at it. Sign in to see where it stands.",
        "我们晚了，正在催办",
        "We are late, and at it",
        "投诉 {complaint_no} 没有在法定期限内答复，对不起。\n已交上级催办；您不需要做什么，也可以拨打 12378。",
        "Complaint {complaint_no} was not answered by its legal day; we are sorry.\n"
        "It is with somebody above now. There is nothing you need to do; you may also call 12378.",
    ),
    "named": NoticeWords(
        "投诉{complaint_no}把您列为代表人，请登录确认或拒绝。",
        "Complaint {complaint_no} names you as a representative. Sign in to say yes or no.",
        "请确认是否担任投诉代表人",
        "Do you represent a complaint?",
        "共同投诉 {complaint_no} 把您列为代表人之一。\n"
        "是否担任由您本人决定：打开投诉页面，选择确认或拒绝；确认前您看不到内容，也不代表任何人。",
        "A complaint of several people, {complaint_no}, names you as one of their representatives.\n"
        "It is for you alone to say: open its page and say yes or no. Until then you represent nobody.",
    ),
    "confirmed": NoticeWords(
        "投诉{complaint_no}的一位代表人已确认，请登录查看。",
        "A representative of complaint {complaint_no} has said yes. Sign in to see who.",
        "代表人已确认",
        "A representative has said yes",
        "共同投诉 {complaint_no} 的一位代表人已本人确认。\n目前的代表人写在投诉页面上。",
        "A representative of complaint {complaint_no} has said yes.\nWho represents it now is on its page.",
    ),
    "declined": NoticeWords(
        "投诉{complaint_no}的一位代表人没有同意，请登录查看。",
        "Somebody named for complaint {complaint_no} does not represent it. Sign in to see who.",
        "有人没有同意担任代表人",
        "Somebody does not represent it",
        "共同投诉 {complaint_no} 中，有一位没有同意担任代表人。\n您可以另请一位，代表人最多五位。",
        "Somebody named for complaint {complaint_no} does not represent it.\nYou may name somebody else; five at most.",
    ),
}
"""What follows "complaint." in a record's kind -> its words.  Values: complaint_no, until, days."""
