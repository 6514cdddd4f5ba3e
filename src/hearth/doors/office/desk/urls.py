"""Addresses of the console."""

from __future__ import annotations

from django.urls import path, register_converter
from django.views.generic import RedirectView

from hearth.doors.office.desk import (
    amending,
    audit,
    calls,
    case,
    finding,
    fits,
    heirs,
    measures,
    orders,
    originals,
    papers,
    partners,
    paying,
    people,
    policies,
    promises,
    queue,
    roster,
    sampling,
    thread,
    verbs,
)
from hearth.doors.office.desk.advances import case as advance_case
from hearth.doors.office.desk.advances import hospitals, listing
from hearth.doors.office.desk.advances import verbs as advance_verbs
from hearth.doors.office.desk.disputes import case as dispute_case
from hearth.doors.office.desk.disputes import complaints as complaint_pages
from hearth.doors.office.desk.disputes import listing as dispute_listing
from hearth.doors.office.desk.disputes import orders as case_orders
from hearth.doors.office.desk.suspicions import board, investigating, looking, rescinding


class Number:
    """A claim's or a policy's number."""

    regex = "[A-Za-z0-9][A-Za-z0-9-]{0,31}"

    def to_python(self, value: str) -> str:
        """As it is."""
        return value

    def to_url(self, value: str) -> str:
        """As it is."""
        return value


class PolicyNumber(Number):
    """A policy's number, which may hold strokes."""

    regex = "[A-Za-z0-9][A-Za-z0-9/-]{0,31}?"


class AccountCode(Number):
    """The code of an account of the books."""

    regex = "[A-Za-z][A-Za-z0-9_]{0,31}(?::[A-Za-z0-9_./-]{1,48})?"


class Id:
    """The id of a row."""

    regex = "[0-9]{1,15}"

    def to_python(self, value: str) -> int:
        """A whole number that the database can hold."""
        return int(value)

    def to_url(self, value: int) -> str:
        """As digits."""
        return str(value)


for converter, name in ((Number, "number"), (PolicyNumber, "policy_no"), (AccountCode, "code"), (Id, "id")):
    register_converter(converter, name)

urlpatterns = [
    path("", RedirectView.as_view(pattern_name="office-queue"), name="office"),
    path("queue", queue.queue, name="office-queue"),
    path("search", finding.search, name="office-search"),
    # cases
    path("claims/<number:claim_no>", case.case, name="office-case"),
    path("claims/<number:claim_no>/live", amending.live, name="office-live"),
    path("claims/<number:claim_no>/marks", amending.marks, name="office-marks"),
    path("claims/<number:claim_no>/amend", amending.amend, name="office-amend"),
    path("claims/<number:claim_no>/fits", fits.fits, name="office-fits"),
    path("claims/<number:claim_no>/fits/judge", fits.judge, name="office-fits-judge"),
    path("claims/<number:claim_no>/papers/<id:paper_id>", papers.paper, name="office-paper"),
    path("claims/<number:claim_no>/papers/<id:paper_id>/kind", papers.sort, name="office-paper-kind"),
    path("claims/<number:claim_no>/papers/<id:paper_id>/say", papers.say, name="office-paper-say"),
    path("claims/<number:claim_no>/adjustments/<id:adjustment_id>", verbs.adjustment, name="office-adjustment"),
    path("claims/<number:claim_no>/do/<slug:word>", verbs.act, name="office-act"),
    path("claims/<number:claim_no>/thread", thread.thread, name="office-thread"),
    path("claims/<number:claim_no>/thread/explain", thread.explain, name="office-explain"),
    path("claims/<number:claim_no>/checkpoints/<slug:what>", thread.checkpoint, name="office-checkpoint-done"),
    path("claims/<number:claim_no>/pickup", originals.book, name="office-pickup"),
    path("claims/<number:claim_no>/originals/<slug:word>", originals.move, name="office-originals"),
    path("claims/<number:claim_no>/call", calls.claim_call, name="office-claim-call"),
    path("service", thread.service, name="office-service"),
    path("papers/<id:paper_id>/thumb", papers.thumb, name="office-paper-thumb"),
    path("papers/<id:paper_id>/large", papers.large, name="office-paper-large"),
    path("papers/<id:paper_id>/whole", papers.sent, name="office-paper-whole"),
    # suspicions, investigations, rescissions
    path("suspicions", board.board, name="office-suspicions"),
    path("suspicions/<id:suspicion_id>", looking.suspicion, name="office-suspicion"),
    path("suspicions/<id:suspicion_id>/do/<slug:word>", looking.act, name="office-suspicion-act"),
    path("investigations/<id:investigation_id>", investigating.investigation, name="office-investigation"),
    path("investigations/<id:investigation_id>/do/<slug:word>", investigating.act, name="office-investigation-act"),
    path("claims/<number:claim_no>/rescind", rescinding.rescind, name="office-rescind"),
    path("rescissions/<id:rescission_id>", rescinding.rescission, name="office-rescission"),
    path("rescissions/<id:rescission_id>/do/<slug:word>", rescinding.act, name="office-rescission-act"),
    # promises
    path("orders", orders.orders, name="office-orders"),
    path("orders/<id:order_id>", orders.order, name="office-order"),
    path("orders/<id:order_id>/do/<slug:word>", orders.act, name="office-order-act"),
    path("orders/cases", case_orders.case_orders, name="office-case-orders"),
    path("roster", roster.roster, name="office-roster"),
    path("roster/absences/<id:absence_id>/back", roster.back, name="office-roster-back"),
    path("promises", promises.promises, name="office-promises"),
    path("promises/board", promises.board, name="office-promise-board"),
    # disputes
    path("disputes", dispute_listing.disputes, name="office-disputes"),
    path("disputes/<number:dispute_no>", dispute_case.dispute, name="office-dispute"),
    path("disputes/<number:dispute_no>/do/<slug:word>", dispute_case.act, name="office-dispute-act"),
    path("disputes/<number:dispute_no>/opinion", dispute_case.opine, name="office-dispute-opine"),
    path("complaints", complaint_pages.complaints, name="office-complaints"),
    path("complaints/new", complaint_pages.new_complaint, name="office-complaint-new"),
    path("complaints/<number:complaint_no>", complaint_pages.complaint, name="office-complaint"),
    path("complaints/<number:complaint_no>/do/<slug:word>", complaint_pages.act, name="office-complaint-act"),
    path("complaints/actions/<id:action_id>", complaint_pages.measure, name="office-root-action"),
    # advances
    path("advances", listing.advances, name="office-advances"),
    path("advances/new", listing.new_advance, name="office-advance-new"),
    path("advances/<number:advance_no>", advance_case.advance, name="office-advance"),
    path("advances/<number:advance_no>/letter.pdf", advance_case.letter, name="office-advance-letter"),
    path("advances/<number:advance_no>/do/<slug:word>", advance_verbs.act, name="office-advance-act"),
    path(
        "advances/<number:advance_no>/instalments/<id:instalment_id>",
        advance_verbs.instalment,
        name="office-instalment",
    ),
    path("advances/<number:advance_no>/call", calls.advance_call, name="office-advance-call"),
    path("advances/<number:advance_no>/tasks", advance_verbs.task, name="office-advance-task"),
    path("hospitals", hospitals.hospitals, name="office-hospitals"),
    path("hospitals/new", hospitals.new_hospital, name="office-hospital-new"),
    path("hospitals/<id:hospital_id>/account", hospitals.account, name="office-hospital-account"),
    path("hospitals/<id:hospital_id>/confirm", hospitals.confirm, name="office-hospital-confirm"),
    path("hospitals/<id:hospital_id>/link", hospitals.link, name="office-hospital-link"),
    # money
    path("payrun", paying.payrun, name="office-payrun"),
    path("payrun/<id:run_id>", paying.run, name="office-run"),
    path("payments", paying.payments, name="office-payments"),
    path("payments/<id:payment_id>", paying.payment, name="office-payment"),
    path("books", paying.books, name="office-books"),
    path("books/compare", paying.compare, name="office-compare"),
    path("books/of/<code:code>", paying.book, name="office-book"),
    # audit
    path("audit", audit.records, name="office-audit"),
    path("audit/records/<id:record_id>", audit.record, name="office-record"),
    path("audit/log", audit.log, name="office-log"),
    path("audit/log/<id:size>.note", audit.checkpoint, name="office-checkpoint"),
    path("audit/growth", audit.growth, name="office-growth"),
    path("audit/reads", audit.reads, name="office-reads"),
    # the audit of automatic decisions
    path("sampling", sampling.sampling, name="office-sampling"),
    path("sampling/<number:claim_no>", sampling.judge, name="office-judge"),
    path("sampling/release/<slug:product>", sampling.release, name="office-release"),
    # people, policies, partners
    path("people", people.people, name="office-people"),
    path("people/new", people.new_person, name="office-person-new"),
    path("people/<id:person_id>", people.person, name="office-person"),
    path("people/<id:person_id>/edit", people.edit_person, name="office-person-edit"),
    path("people/<id:person_id>/roles", people.grant_role, name="office-role-grant"),
    path("people/<id:person_id>/roles/<id:grant_id>/end", people.end_role, name="office-role-end"),
    path("people/<id:person_id>/death", people.death, name="office-person-death"),
    path("people/<id:person_id>/heirs", heirs.heirs, name="office-heirs"),
    path("people/<id:person_id>/heirs/move", heirs.move, name="office-heirs-move"),
    path("people/<id:person_id>/relations", people.new_relation, name="office-relation-new"),
    path("relations", people.relations, name="office-relations"),
    path("relations/<id:relation_id>", people.relation, name="office-relation"),
    path("policies", policies.policies, name="office-policies"),
    path("policies/new", policies.new_policy, name="office-policy-new"),
    path("policies/of/<policy_no:policy_no>", policies.policy, name="office-policy"),
    path("policies/end/<policy_no:policy_no>", policies.end_policy, name="office-policy-end"),
    path("policies/void/<policy_no:policy_no>", policies.void_policy, name="office-policy-void"),
    path("measures", measures.measures, name="office-measures"),
    path("measures/new", measures.propose, name="office-measure-new"),
    path("measures/<number:code>", measures.measure, name="office-measure"),
    path("measures/<number:code>/decide", measures.decide, name="office-measure-decide"),
    path("measures/<number:code>/end", measures.end, name="office-measure-end"),
    path("partners", partners.partners, name="office-partners"),
    path("partners/new", partners.new_partner, name="office-partner-new"),
    path("partners/<slug:code>", partners.partner, name="office-partner"),
    path("partners/<slug:code>/tokens", partners.new_token, name="office-token-new"),
    path("partners/<slug:code>/tokens/<id:token_id>/revoke", partners.revoke_token, name="office-token-revoke"),
    path("partners/<slug:code>/end", partners.end_partner, name="office-partner-end"),
]
