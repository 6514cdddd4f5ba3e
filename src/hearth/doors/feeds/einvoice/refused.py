"""Refused: an electronic invoice that cannot be opened, and why, in both languages."""

from __future__ import annotations

from hearth.doors.feeds.uploads import UploadRefused

WHY: dict[str, tuple[str, str]] = {
    "damaged": ("文件已损坏或不完整", "it is damaged or incomplete"),
    "not_ofd": ("其中没有 OFD 版式文件", "there is no OFD document in it"),
    "outside": ("其中有指向文件之外的路径", "a name in it points outside of it"),
    "twice": ("其中有重名的文件", "two files in it have one name"),
    "locked": ("设有密码", "it is locked with a password"),
    "unpacks": ("解压后过大", "it unpacks too far"),
    "many": ("其中文件过多", "it holds too many files"),
    "entities": ("其中的 XML 含有不允许的声明", "its XML declares entities or a document type"),
    "deep": ("其中的 XML 过大或嵌套过深", "its XML is too large or too deep"),
    "large": ("超过电子票据数据应有的大小", "it is larger than the data of an invoice"),
    "no_fields": ("其中没有可识别的票据信息", "nothing in it says what an invoice says"),
}
"""Reason -> (zh, en)."""


class EInvoiceRefused(UploadRefused):
    """An electronic invoice that cannot be opened."""

    code, status = "EINVOICE_REFUSED", 422
    says = "{file} cannot be opened as an electronic invoice: {why}. Send the PDF of it, or a screenshot."
    says_zh = "{file} 无法作为电子票据打开：{why}。请上传其 PDF 或截屏。"

    def __init__(self, *, file: str, reason: str) -> None:
        self.reason = reason
        super().__init__(file=file, why=WHY[reason][1])

    def sentence(self, lang: str) -> str:
        """The fault with its reason in the language asked for."""
        if not lang.startswith("zh"):
            return super().sentence(lang)
        return self.says_zh.format(**self.data | {"why": WHY[self.reason][0]})
