"""Lists come in once a version, with their rows, shares and edges; a newer version takes the place of the older."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from django.db import DatabaseError, transaction

from hearth.desks.catalogue.graph import tell_products
from hearth.desks.catalogue.loading import VersionTaken, load_list
from hearth.doors.feeds.audit_lists import parse_list
from hearth.kernel.documents.audit.forms import ListKind
from hearth.store.access import HOUSE, NotAllowed, NotThere
from hearth.store.access.catalogue import catalogue_lists, codes_named, edges_at, entries, node, paths
from hearth.store.models import CatalogueList, CatalogueRow, GraphEdge, GraphNode, Record
from hearth.words.catalogue import EDGES, NODES, EdgeKind, NodeKind
from hearth.words.faults import Malformed, ProductBroken
from tests.desks.cast_rows import AT, DAY, Cast
from tests.desks.cast_rows import cast as made
from tests.desks.catalogue.own_lists import load_own
from tests.twins.audit.lists import OWN

pytestmark = pytest.mark.django_db


@pytest.fixture
def cast(db: None) -> Cast:
    """Everybody."""
    return made()


def test_a_list_is_loaded_once_with_its_digest_rows_and_shares() -> None:
    loaded = load_own(AT)
    drugs = loaded["药品限制.csv"]
    assert (drugs.rows, drugs.encoded, drugs.partly, drugs.text, drugs.silent) == (12, 9, 1, 1, 1)
    assert Record.objects.filter(kind="catalogue.loaded").count() == len(OWN)
    again = load_own(AT + DAY)
    assert not any(one.is_new for one in again.values())
    assert Record.objects.filter(kind="catalogue.loaded").count() == len(OWN)
    assert CatalogueRow.objects.filter(list_id=drugs.list_id).count() == 12
    row = next(one for one in catalogue_lists(HOUSE, AT, current=True) if one.kind == "drug_limits")
    assert (row.share_bp, len(row.sha256), row.version) == (9 * 10_000 // 11, 64, "own-1")


def test_one_version_name_stands_for_one_content() -> None:
    load_own(AT, only="icd.csv")
    other = parse_list(b"code,name\nZ88.000,x\n", "icd.csv", "own-1")
    with pytest.raises(VersionTaken, match="own-1"):
        load_list(HOUSE, other.kind, "own-1", other.rows, at=AT, file="icd.csv", sha256=other.sha256)
    with pytest.raises(Malformed):
        load_list(HOUSE, other.kind, "  ", other.rows, at=AT, file="icd.csv", sha256=other.sha256)


def test_a_newer_version_is_current_and_the_older_rows_stay() -> None:
    load_own(AT)
    newer = parse_list(OWN["项目加收.csv"].replace("侧身术", "斜身术").encode(), "new.csv", "own-2")
    load_list(HOUSE, newer.kind, "own-2", newer.rows, at=AT + DAY, file="new.csv", sha256=newer.sha256)
    found = [one for one in catalogue_lists(HOUSE, AT) if one.kind == "surcharges"]
    assert [(one.version, one.is_current) for one in found] == [("own-2", True), ("own-1", False)]
    told = GraphEdge.objects.filter(kind=EdgeKind.SURCHARGE_OF.value).values_list("list__version", flat=True)
    assert set(told) == {"own-2"}
    assert CatalogueRow.objects.filter(list__kind="surcharges", name__contains="正身术").count() == 4


def test_rows_and_lists_are_kept_by_the_database() -> None:
    load_own(AT, only="icd.csv")
    for break_it in (
        lambda: CatalogueRow.objects.all().delete(),
        lambda: CatalogueRow.objects.update(name="x"),
        lambda: CatalogueList.objects.all().delete(),
    ):
        with pytest.raises(DatabaseError), transaction.atomic():
            break_it()


def test_only_who_looks_after_products_loads_and_members_see_nothing(cast: Cast) -> None:
    one = parse_list(OWN["icd.csv"].encode(), "icd.csv", "1")
    for code in ("mei", "ai", "an"):
        with pytest.raises(NotAllowed):
            load_list(cast.who(code), one.kind, "1", one.rows, at=AT, file="icd.csv", sha256=one.sha256)
        with pytest.raises(NotAllowed):
            tell_products(cast.who(code), at=AT)
    load_own(AT)
    assert len(catalogue_lists(cast.who("ai"), AT)) == len(OWN)
    with pytest.raises(NotAllowed):
        catalogue_lists(cast.who("mei"), AT)
    with pytest.raises(NotAllowed):
        edges_at(cast.who("mei"), NodeKind.DISEASE, "Z88.1")


def test_rows_are_read_by_number_state_and_page() -> None:
    list_id = load_own(AT)["药品限制.csv"].list_id
    (one,) = entries(HOUSE, list_id, AT, numbers=[6])
    assert (one.name, one.state, one.left) == ("松针注射液(浓)", "partly", ("阶梯限制",))
    assert one.values["疾病限制"] == "(甲状腺结节|结节)"
    assert [row.number for row in entries(HOUSE, list_id, AT, after=10, most=2)] == [11, 12]
    assert [row.number for row in entries(HOUSE, list_id, AT, state="text")] == [13]
    assert [row.code for row in codes_named(HOUSE, "假热病", AT)] == ["Z88.000", "Z88.100"]
    assert [row.code for row in codes_named(HOUSE, "z87", AT)] == ["Z87.x00"]


def test_a_disease_leads_to_its_drug_by_the_words_of_the_lists_with_both_sources() -> None:
    load_own(AT)
    found = paths(HOUSE, NodeKind.DISEASE, "Z88.1", kinds=[EdgeKind.CALLED, EdgeKind.TREATED_BY], to=NodeKind.DRUG)
    assert {(path[0].end.key, path[-1].end.name_zh) for path in found} == {
        ("假热病", "山岚胶囊"),
        ("假热病乙型", "山岚胶囊"),
    }
    called, treated = found[0]
    assert (called.source.list_kind, called.source.row) == ("icd10", 3)
    assert (treated.source.list_kind, treated.source.version, treated.source.row) == ("drug_limits", "own-1", 7)
    assert paths(HOUSE, NodeKind.DISEASE, "A00", kinds=list(EdgeKind)) == []


def test_causes_manifestations_exclusions_surcharges_and_what_goes_with_what() -> None:
    load_own(AT)
    (edge,) = edges_at(HOUSE, NodeKind.DISEASE, "Z89.1", kinds=[EdgeKind.MANIFESTATION_OF])
    assert (edge.end.key, edge.source.row) == ("Z88.2", 5)
    assert node(HOUSE, NodeKind.DISEASE, "Z88.200x001+Z89.1*").name_zh == "虚寒症伴霜指"
    both = [
        edges_at(HOUSE, NodeKind.OPERATION, code, kinds=[EdgeKind.EXCLUDES]) for code in ("00990202", "009902010010000")
    ]
    assert [len(each) for each in both] == [1, 2]
    back = edges_at(HOUSE, NodeKind.OPERATION, "009902010020000", kinds=[EdgeKind.EXCLUDES])
    assert [each.end.name_zh for each in back] == ["深层取样"]
    (extra,) = edges_at(HOUSE, NodeKind.EXAMINATION, "009906020000001")
    assert (extra.kind, extra.end.name_zh) == (EdgeKind.SURCHARGE_OF, "影像大类")
    led = edges_at(HOUSE, NodeKind.GROUP, "云叶组 0.5", backwards=True)
    assert {each.start.name_zh for each in led} == {"左叶切除", "右叶切除", "中叶切除"}
    with pytest.raises(NotThere):
        node(HOUSE, NodeKind.DRUG, "nothing")


def test_a_new_list_of_diseases_says_its_names_anew() -> None:
    load_own(AT)
    before = GraphEdge.objects.filter(kind=EdgeKind.CALLED.value).count()
    newer = parse_list("code,name\nZ88.000,假热病甲型\n".encode(), "icd.csv", "2")
    load_list(HOUSE, newer.kind, "2", newer.rows, at=AT + DAY, file="icd.csv", sha256=newer.sha256)
    told = GraphEdge.objects.filter(kind=EdgeKind.CALLED.value)
    assert before > 3 and {(each.start.key, each.end.key) for each in told} == {("Z88.000", "假热病")}


def test_products_exclude_and_cover_diseases_by_their_clauses() -> None:
    count = tell_products(HOUSE, at=AT)
    assert count > 50 and tell_products(HOUSE, at=AT + timedelta(hours=1)) == count
    found = edges_at(HOUSE, NodeKind.DISEASE, "O80.0", kinds=[EdgeKind.EXCLUDED_BY])
    medical = next(each for each in found if each.source.product == "million-medical")
    assert (medical.source.clause, medical.end.name_zh, medical.end.name_en) == (
        "4.1(d)", "妊娠、分娩、不孕不育", "pregnancy, childbirth and infertility",
    )  # fmt: skip
    care = edges_at(HOUSE, NodeKind.DISEASE, "E11.9", kinds=[EdgeKind.COVERED_BY])
    assert "chronic-care" in {each.source.product for each in care}
    assert GraphNode.objects.filter(kind=NodeKind.CLAUSE.value).count() > 10


def test_every_kind_of_node_and_edge_has_words() -> None:
    assert set(NODES) == set(NodeKind) and set(EDGES) == set(EdgeKind)
    assert ListKind("icd10") is ListKind.ICD10


def test_a_product_that_cannot_be_read_is_told_by_its_name_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HEARTH_PRODUCTS", str(tmp_path))
    (tmp_path / "oops").mkdir()
    (tmp_path / "oops" / "terms.yaml").write_text("code: [", "utf-8")
    with pytest.raises(ProductBroken) as broken:
        tell_products(HOUSE, at=AT)
    for lang in ("zh", "en"):
        assert "oops" in broken.value.sentence(lang) and str(tmp_path) not in broken.value.sentence(lang)
