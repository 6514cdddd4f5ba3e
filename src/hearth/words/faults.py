"""Faults: the caller asked for what cannot be.  A fault has a code, a status and a sentence in both languages."""

from __future__ import annotations

from typing import Any, ClassVar


class Fault(Exception):
    """What was asked cannot be done; says what, where, what was got and what is wanted.

    `says` and `says_zh` are templates filled from the keyword data.  A fault is told to the caller; it is never a bug.
    """

    code: ClassVar[str] = "FAULT"
    status: ClassVar[int] = 400
    says: ClassVar[str] = "This cannot be done."
    says_zh: ClassVar[str] = "无法完成。"

    def __init__(self, **data: Any) -> None:
        self.data = data
        super().__init__(self.sentence("en"))

    def sentence(self, lang: str) -> str:
        """The fault in one sentence, `lang` being "zh" or "en"."""
        template = self.says_zh if lang.startswith("zh") else self.says
        return template.format(**self.data)


class Malformed(Fault):
    """Outside bytes that are not what they should be: names file, place, got and want."""

    code, status = "MALFORMED", 422
    says = "{file}: {place}: got {got}; want {want}."
    says_zh = "{file}：{place}：收到的是 {got}，应为 {want}。"

    def __init__(self, *, file: str = "input", place: str = "whole file", got: str, want: str) -> None:
        super().__init__(file=file, place=place, got=got, want=want)


class BeforeFirstDay(Fault):
    """A dated value was asked for on a day before its first."""

    code, status = "BEFORE_FIRST_DAY", 422
    says = "{what} has no value on {asked_on}; its first day is {first_on}."
    says_zh = "{what}在 {asked_on} 没有取值；最早的取值日为 {first_on}。"


class UnknownProduct(Fault):
    """No product file of that code."""

    code, status = "UNKNOWN_PRODUCT", 404
    says = "There is no product {product}; there are {known}."
    says_zh = "没有产品 {product}；现有 {known}。"


class ProductBroken(Fault):
    """A product of the shelf cannot be read: that is ours to mend, and nothing whoever asked could put right."""

    code, status = "PRODUCT_BROKEN", 503
    says = "The product {product} cannot be read at the moment; whoever runs this service has been told."
    says_zh = "产品 {product} 暂时无法读取，已通知系统维护人员。"


class OrdersDiffer(Fault):
    """The orders chosen for the claims wait for one another in a circle."""

    code, status = "ORDERS_DIFFER", 409
    says = (
        "Claim {claim} cannot be computed: the chosen orders of the policies wait for one another; "
        "use one order of policies for all claims of this person."
    )
    says_zh = "赔案 {claim} 无法计算：各赔案所选的保单顺序互相等待；请对此人的所有赔案使用同一顺序。"
