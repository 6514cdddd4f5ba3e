"""The members' addresses."""

from __future__ import annotations

from django.urls import path, register_converter
from django.urls.converters import StringConverter

from hearth.doors.member import (
    accounts,
    claim,
    complaining,
    consents,
    data,
    deciding,
    disputing,
    family,
    home,
    inbox,
    me,
    originals,
    papers,
    plain,
    policies,
    receipts,
    samples,
    thread,
)
from hearth.doors.member.advances import asking, following
from hearth.doors.member.advances import hospital as hospital_page
from hearth.doors.member.report import bills, confirming, handing, rest, sorting, steps


class ClaimNumber(StringConverter):
    """The number of a claim, as numbers are written."""

    regex = "[A-Za-z0-9-]{1,32}"


class PolicyNumber(StringConverter):
    """The number of a policy, which may hold a stroke."""

    regex = "[A-Za-z0-9][A-Za-z0-9/-]{0,31}"


class LinkToken(StringConverter):
    """What stands at the end of a hospital's one-time link."""

    regex = "[0-9]{1,15}[.][0-9a-f]{40}"


register_converter(ClaimNumber, "claim")
register_converter(LinkToken, "link")
register_converter(PolicyNumber, "policy")

urlpatterns = [
    path("home", home.home, name="member-home"),
    path("plain", plain.plain, name="member-plain"),
    path("plain/off", plain.off, name="member-plain-off"),
    path("plain/report", plain.report, name="member-plain-report"),
    path("plain/claims/<claim:claim_no>", plain.claim, name="member-plain-claim"),
    path("plain/claims/<claim:claim_no>/tell", plain.tell, name="member-plain-tell"),
    path("plain/claims/<claim:claim_no>/agree", plain.agree, name="member-plain-agree"),
    path("inbox", inbox.inbox, name="member-inbox"),
    path("inbox/<int:notice_id>", inbox.notice, name="member-notice"),
    path("claims", home.claims, name="member-claims"),
    path("claims/new", steps.new, name="member-report"),
    path("claims/<claim:claim_no>", claim.claim, name="member-claim"),
    path("claims/<claim:claim_no>/fill", steps.fill, name="member-fill"),
    path("claims/<claim:claim_no>/story", steps.story, name="member-story"),
    path("claims/<claim:claim_no>/policies", steps.policies, name="member-claim-policies"),
    path("claims/<claim:claim_no>/order", steps.order, name="member-order"),
    path("claims/<claim:claim_no>/bills", bills.bills, name="member-bills"),
    path("claims/<claim:claim_no>/bills/import", bills.imported, name="member-bills-import"),
    path("claims/<claim:claim_no>/bills/<int:number>", bills.one_bill, name="member-bill"),
    path("claims/<claim:claim_no>/bills/<int:number>/out", bills.out, name="member-bill-out"),
    path("claims/<claim:claim_no>/diagnosis", rest.diagnosis, name="member-diagnosis"),
    path("claims/<claim:claim_no>/others", rest.others, name="member-others"),
    path("claims/<claim:claim_no>/papers", handing.handed, name="member-papers"),
    path("claims/<claim:claim_no>/account", rest.account, name="member-account"),
    path("claims/<claim:claim_no>/check", rest.check, name="member-check"),
    path("claims/<claim:claim_no>/supplement", handing.supplement, name="member-supplement"),
    path("claims/<claim:claim_no>/supplement/nothing", handing.nothing_more, name="member-nothing-more"),
    path("claims/<claim:claim_no>/decision", deciding.decision, name="member-decision"),
    path("claims/<claim:claim_no>/agree", deciding.agree, name="member-agree"),
    path("claims/<claim:claim_no>/dispute", disputing.dispute, name="member-dispute"),
    path("claims/<claim:claim_no>/correct", deciding.correct, name="member-correct"),
    path("claims/<claim:claim_no>/message", thread.conversation, name="member-message"),
    path("claims/<claim:claim_no>/thread", thread.lines, name="member-thread"),
    path("claims/<claim:claim_no>/helped", thread.helped, name="member-helped"),
    path("claims/<claim:claim_no>/originals", originals.originals, name="member-originals"),
    path("claims/<claim:claim_no>/originals/<int:pickup_id>/cancel", originals.cancel, name="member-originals-cancel"),
    path("claims/<claim:claim_no>/withdraw", claim.withdraw, name="member-withdraw"),
    path("claims/<claim:claim_no>/papers/<int:paper_id>", papers.look, name="member-paper"),
    path("claims/<claim:claim_no>/papers/<int:paper_id>/read", confirming.confirm, name="member-paper-read"),
    path("claims/<claim:claim_no>/papers/<int:paper_id>/kind", sorting.sort, name="member-paper-kind"),
    path("disputes/<claim:dispute_no>", disputing.case, name="member-dispute-case"),
    path("complaints", complaining.complaints, name="member-complaints"),
    path("complaints/new", complaining.complain, name="member-complain"),
    path("complaints/<claim:complaint_no>", complaining.complaint, name="member-complaint"),
    path("complaints/<claim:complaint_no>/named", complaining.named, name="member-complaint-named"),
    path("advances", asking.advances, name="member-advances"),
    path("advances/new", asking.new, name="member-advance-new"),
    path("advances/<claim:advance_no>", following.advance, name="member-advance"),
    path("advances/<claim:advance_no>/sign", following.sign, name="member-advance-sign"),
    path("advances/<claim:advance_no>/repay", following.repay, name="member-advance-repay"),
    path("advances/<claim:advance_no>/cancel", following.cancel, name="member-advance-cancel"),
    path("advances/<claim:advance_no>/letter.pdf", following.letter, name="member-advance-letter"),
    path("hospital/<link:token>", hospital_page.notice, name="hospital-notice"),
    path("papers/sample/<slug:kind>", samples.sample, name="paper-sample"),
    path("papers/<int:paper_id>", papers.paper, name="paper"),
    path("papers/<int:paper_id>/large", papers.large, name="paper-large"),
    path("papers/<int:paper_id>/marked", papers.bad_places, name="paper-marked"),
    path("papers/<int:paper_id>/small", papers.small, name="paper-small"),
    path("policies", policies.policies, name="member-policies"),
    path("policies/<policy:policy_no>", policies.policy, name="member-policy"),
    path("family", family.family, name="member-family"),
    path("family/new", family.state, name="member-relation-state"),
    path("family/<int:relation_id>/end", family.end, name="member-relation-end"),
    path("me", me.me, name="member-me"),
    path("me/settings", me.settings, name="member-settings"),
    path("me/consents", consents.consents, name="member-consents"),
    path("me/accounts", accounts.accounts, name="member-accounts"),
    path("me/reads", me.reads, name="member-reads"),
    path("me/data", data.data, name="member-data"),
    path("me/data/copy", data.copy, name="member-data-copy"),
    path("me/data/erase", data.erase, name="member-data-erase"),
    path("print", me.set_print, name="set_print"),
    path("receipts/verify", receipts.verify, name="receipts-verify"),
    path("receipts/key.txt", receipts.key, name="receipts-key"),
    path("receipts/<int:record_id>", receipts.printed, name="receipt"),
    path("receipts/<int:record_id>.json", receipts.download, name="receipt-json"),
]
