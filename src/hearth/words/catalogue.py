"""Catalogue: the kinds of node and edge of the medical knowledge graph, in both languages.  Codes are never reused."""

from __future__ import annotations

from enum import StrEnum

USUAL_LEAST = 20
"""People below whom nothing is called usual: too few to tell, and they could be told apart."""


class NodeKind(StrEnum):
    """What a node is."""

    DISEASE = "disease"
    INDICATION = "indication"
    DRUG = "drug"
    MATERIAL = "material"
    OPERATION = "operation"
    EXAMINATION = "examination"
    TREATMENT = "treatment"
    GROUP = "group"
    CLAUSE = "clause"


class EdgeKind(StrEnum):
    """What a node is to another; each reads from start to end."""

    CALLED = "called"
    MANIFESTATION_OF = "manifestation_of"
    EXAMINED_BY = "examined_by"
    TREATED_BY = "treated_by"
    OPERATED_BY = "operated_by"
    EXCLUDED_BY = "excluded_by"
    COVERED_BY = "covered_by"
    EXCLUDES = "excludes"
    HOLDS = "holds"
    SURCHARGE_OF = "surcharge_of"
    GOES_WITH = "goes_with"
    RANKED_IN = "ranked_in"
    BILLED_FOR = "billed_for"


NODES: dict[NodeKind, tuple[str, str]] = {
    NodeKind.DISEASE: ("疾病", "disease"),
    NodeKind.INDICATION: ("适应症用语", "indication as a list words it"),
    NodeKind.DRUG: ("药品", "drug"),
    NodeKind.MATERIAL: ("材料", "material"),
    NodeKind.OPERATION: ("手术", "operation"),
    NodeKind.EXAMINATION: ("检查检验", "examination"),
    NodeKind.TREATMENT: ("治疗项目", "treatment"),
    NodeKind.GROUP: ("手术组别", "group of operations"),
    NodeKind.CLAUSE: ("条款", "clause"),
}
EDGES: dict[EdgeKind, tuple[str, str]] = {
    EdgeKind.CALLED: ("名称含", "is called"),
    EdgeKind.MANIFESTATION_OF: ("为其表现", "is a manifestation of"),
    EdgeKind.EXAMINED_BY: ("检查用", "is examined by"),
    EdgeKind.TREATED_BY: ("治疗用", "is treated by"),
    EdgeKind.OPERATED_BY: ("手术用", "is operated by"),
    EdgeKind.EXCLUDED_BY: ("免责于", "is excluded by"),
    EdgeKind.COVERED_BY: ("保障于", "is covered by"),
    EdgeKind.EXCLUDES: ("不得同日", "is not billed on one day with"),
    EdgeKind.HOLDS: ("已包含", "holds"),
    EdgeKind.SURCHARGE_OF: ("加收于", "is a surcharge of"),
    EdgeKind.GOES_WITH: ("须同时有", "goes with"),
    EdgeKind.RANKED_IN: ("主次组别", "is ranked in"),
    EdgeKind.BILLED_FOR: ("常被替作", "is suspected to be billed for"),
}


class Judgement(StrEnum):
    """What a person says of a finding of the lists; none of these refuses anything by itself."""

    STANDS = "stands"
    EXPLAINED = "explained"
    NOT_APPLICABLE = "not_applicable"


JUDGEMENTS: dict[Judgement, tuple[str, str]] = {
    Judgement.STANDS: ("成立", "it stands"),
    Judgement.EXPLAINED: ("已有合理解释", "explained by the papers"),
    Judgement.NOT_APPLICABLE: ("规则不适用", "the row does not apply"),
}
"""Judgement -> (zh, en)."""
