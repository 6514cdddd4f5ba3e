"""Forms: the audit lists and dictionaries that can be loaded, each known by its headings."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum


class ListKind(StrEnum):
    """Which list a file is."""

    DRUG_LIMITS = "drug_limits"
    TREATMENT_LIMITS = "treatment_limits"
    DUPLICATES = "duplicates"
    PANELS = "panels"
    SPLITS = "splits"
    SURCHARGES = "surcharges"
    NEEDED = "needed"
    RANKS = "ranks"
    SWAPS = "swaps"
    PHANTOMS = "phantoms"
    DISEASE_CLASSES = "disease_classes"
    DRUG_CLASSES = "drug_classes"
    TREATMENT_CLASSES = "treatment_classes"
    MATERIAL_CLASSES = "material_classes"
    FIELDS = "fields"
    FREQUENCIES = "frequencies"
    FIELD_VALUES = "field_values"
    RULE_CLASSES = "rule_classes"
    ICD10 = "icd10"


@dataclass(frozen=True, slots=True)
class Form:
    """How a list is written: its headings in order, those that must be filled, its name, where its codes stand."""

    kind: ListKind
    columns: tuple[str, ...]
    filled: tuple[str, ...]
    zh: str
    en: str
    code: str
    name: str
    is_audited: bool = False


_LIMITS = ("险种限制", "机构限制", "就医限制", "专科限制", "性别限制", "年龄限制", "疾病限制")
_PAIR = ("来源标识", "领域标识")

FORMS: tuple[Form, ...] = (
    Form(
        ListKind.DRUG_LIMITS,
        ("药品编码", "药品名称", *_LIMITS, "阶梯限制", "极量限制", "疗程限制", "总额限制", "领域标识"),
        ("药品编码", "药品名称"), "药品限制", "limits of drugs", "药品编码", "药品名称", True,
    ),
    Form(
        ListKind.TREATMENT_LIMITS,
        ("诊疗编码", "诊疗名称", *_LIMITS, "数量限制", "频次限制", "疗程限制", "总额限制", "领域标识"),
        ("诊疗编码", "诊疗名称"), "诊疗限制", "limits of treatments", "诊疗编码", "诊疗名称", True,
    ),
    Form(
        ListKind.DUPLICATES, ("主项编码", "主项名称", "从项编码", "从项名称", *_PAIR),
        ("主项编码", "主项名称", "从项编码"), "项目重复", "items that exclude each other", "主项编码", "主项名称", True,
    ),
    Form(
        ListKind.PANELS, ("主项编码", "主项名称", "子项编码", "子项名称", *_PAIR),
        ("主项编码", "主项名称", "子项编码"), "项目组合", "panels and their tests", "主项编码", "主项名称", True,
    ),
    Form(
        ListKind.SPLITS, ("主项编码", "主项名称", "分项编码", "分项名称", *_PAIR),
        ("主项编码", "主项名称", "分项编码"), "项目分解", "items and their parts", "主项编码", "主项名称", True,
    ),
    Form(
        ListKind.SURCHARGES, ("主项编码", "主项名称", "从项编码", "从项名称", "加收限制", *_PAIR),
        ("主项编码", "主项名称", "从项编码", "从项名称", "加收限制"), "项目加收", "surcharges",
        "从项编码", "从项名称", True,
    ),
    Form(
        ListKind.NEEDED, ("主项编码", "主项名称", "关联编码", "关联名称", *_PAIR),
        ("主项编码", "主项名称", "关联编码"), "项目关联", "items that go with another", "主项编码", "主项名称", True,
    ),
    Form(
        ListKind.RANKS, ("主项编码", "主项名称", "主次组别", "主次折率", *_PAIR),
        ("主项编码", "主项名称", "主次组别", "主次折率"), "项目主次", "main and secondary operations",
        "主项编码", "主项名称", True,
    ),
    Form(
        ListKind.SWAPS, ("主项编码", "主项名称", "小项编码", "小项名称", *_PAIR),
        ("主项编码", "主项名称", "小项编码"), "项目串换", "items billed in place of cheaper ones",
        "主项编码", "主项名称", True,
    ),
    Form(
        ListKind.PHANTOMS, ("主项编码", "主项名称", "排查机构", "排查部门", "排查数量", *_PAIR),
        ("主项编码", "主项名称"), "项目虚记", "items to look for that were never given", "主项编码", "主项名称", True,
    ),
    Form(
        ListKind.DISEASE_CLASSES, ("类目类型", "类目编码", "类目名称", "归并名称"),
        ("类目编码", "类目名称"), "疾病分类", "classes of diseases", "类目编码", "类目名称",
    ),
    Form(
        ListKind.TREATMENT_CLASSES, ("类目编码", "类目名称", "费用项目", "国标通配", "省标通配", "目录级别"),
        ("类目编码", "类目名称"), "诊疗分类", "classes of treatments", "类目编码", "类目名称",
    ),
    # Drugs and materials are classed in the same headings; their codes tell them apart.
    Form(
        ListKind.DRUG_CLASSES, ("类目编码", "类目名称", "费用项目", "目录级别"),
        ("类目编码", "类目名称"), "药品分类", "classes of drugs", "类目编码", "类目名称",
    ),
    Form(
        ListKind.MATERIAL_CLASSES, ("类目编码", "类目名称", "费用项目", "目录级别"),
        ("类目编码", "类目名称"), "材料分类", "classes of materials", "类目编码", "类目名称",
    ),
    Form(
        ListKind.FIELDS, ("国标编码", "领域标识", "来源标识"),
        ("国标编码", "领域标识"), "领域标识", "fields of items", "国标编码", "领域标识",
    ),
    Form(
        ListKind.FREQUENCIES, ("英文名称", "中文名称", "中文别名", "执行周期", "执行频次"),
        ("英文名称", "中文名称", "执行周期", "执行频次"), "医嘱频次", "frequencies of orders", "英文名称", "中文名称",
    ),
    Form(
        ListKind.FIELD_VALUES, ("字段名", "字段值"),
        ("字段名", "字段值"), "字段码值", "codes of fields", "字段名", "字段值",
    ),
    Form(
        ListKind.RULE_CLASSES, ("问题性质", "项目来源", "问题类型", "规则用途", "规则范式"),
        ("问题性质", "问题类型"), "规则分类", "classes of rules", "问题类型", "规则用途",
    ),
    Form(ListKind.ICD10, ("code", "name"), ("code", "name"), "疾病诊断编码", "codes of diseases", "code", "name"),
)  # fmt: skip
"""Every list, in the order in which a report tells them."""


def form_of(kind: ListKind) -> Form:
    """The form of a list.

    Needs:   a kind
    Gives:   its form
    Source:  FORMS
    """
    return next(form for form in FORMS if form.kind is kind)


def form_for(headings: Sequence[str], first_code: str = "") -> Form | None:
    """The form that a file has by its headings.

    Needs:   the headings in the file's order; the first row's code, which tells materials (C...) from drugs
    Gives:   the form, None where no list has these headings
    Source:  FORMS
    """
    found = [form for form in FORMS if form.columns == tuple(headings)]
    if len(found) > 1:
        wanted = ListKind.MATERIAL_CLASSES if first_code.upper().startswith("C") else ListKind.DRUG_CLASSES
        found = [form for form in found if form.kind is wanted]
    return found[0] if found else None
