"""Refused: files that are not taken as papers, each with what to do instead, in both languages."""

from __future__ import annotations

from hearth.words.faults import Fault


class UploadRefused(Fault):
    """A file that cannot be taken as a paper; each kind says what to do instead."""

    code, status = "UPLOAD_REFUSED", 422
    says = "{file} cannot be taken. Send a photo (JPEG, PNG, WebP, HEIC), a PDF or an e-invoice (OFD, XML, JSON)."
    says_zh = "无法接收 {file}。请上传照片（JPEG、PNG、WebP、HEIC）、PDF 或电子票据文件（OFD、XML、JSON）。"


class UploadTooLarge(UploadRefused):
    """More bytes than are taken."""

    code, status = "UPLOAD_TOO_LARGE", 413
    says = "{file} has {size} bytes; at most {most} are taken. Take the photo in a smaller size, or send fewer pages."
    says_zh = "{file} 有 {size} 字节，最多 {most} 字节。请拍小一些的照片，或分几次上传。"


class UploadNotAPaper(UploadRefused):
    """Neither a picture that is taken nor a PDF, whatever its name says."""

    code, status = "UPLOAD_NOT_A_PAPER", 415
    says = (
        "{file} is {found}. Send a photo (JPEG, PNG, WebP, HEIC), a PDF or an e-invoice (OFD, XML, JSON); "
        "a screenshot will do too."
    )
    says_zh = (
        "{file} 是{found}。请上传照片（JPEG、PNG、WebP、HEIC）、PDF 或电子票据文件（OFD、XML、JSON），截屏也可以。"
    )

    def sentence(self, lang: str) -> str:
        """The fault with what was found in the language asked for."""
        if not lang.startswith("zh"):
            return super().sentence(lang)
        return self.says_zh.format(**self.data | {"found": FOUND_ZH[self.data["found"]]})


class UploadTwoInOne(UploadNotAPaper):
    """A picture or PDF with another file hidden behind it."""

    code, status = "UPLOAD_TWO_IN_ONE", 415
    says = "{file} is a picture or PDF that holds {found} as well. Send the picture or PDF alone, such as a screenshot."
    says_zh = "{file} 是图片或 PDF，但其中还藏有{found}。请只上传图片或 PDF 本身，例如截屏。"


class UploadDamaged(UploadRefused):
    """A picture or PDF that is not whole."""

    code, status = "UPLOAD_DAMAGED", 422
    says = "{file} is damaged or incomplete and cannot be opened. Take the photo or make the PDF again."
    says_zh = "{file} 已损坏或不完整，无法打开。请重新拍照或重新生成 PDF。"


class UploadLocked(UploadRefused):
    """A PDF that opens with a password alone."""

    code, status = "UPLOAD_LOCKED", 422
    says = "{file} is locked with a password. Print it to a PDF without one, or send photos of its pages."
    says_zh = "{file} 设有密码。请另存为没有密码的 PDF，或上传各页的照片。"


class UploadPageMissing(UploadRefused):
    """A page that a paper does not have."""

    code, status = "UPLOAD_PAGE_MISSING", 404
    says = "{file} has no page {page}. Go back to its first page."
    says_zh = "{file} 没有第 {page} 页。请返回第一页。"


class UploadTooManyPages(UploadRefused):
    """A PDF with more pages than are taken."""

    code, status = "UPLOAD_TOO_MANY_PAGES", 422
    says = "{file} has {pages} pages; at most {most} are taken. Send the pages that matter, or several files."
    says_zh = "{file} 有 {pages} 页，最多 {most} 页。请只上传需要的页，或分成几个文件。"


class UploadTooManyPixels(UploadRefused):
    """A picture with more pixels than are opened."""

    code, status = "UPLOAD_TOO_MANY_PIXELS", 422
    says = "{file} is {width} × {height} pixels, more than {most} in all. Take the photo in a smaller size."
    says_zh = "{file} 为 {width} × {height} 像素，总数超过 {most}。请拍小一些的照片。"


class UploadUnpacksTooFar(UploadRefused):
    """A PDF that holds far more than it seems to."""

    code, status = "UPLOAD_UNPACKS_TOO_FAR", 422
    says = "{file} holds more than {most} bytes once unpacked. Make the PDF again, or send photos of its pages."
    says_zh = "{file} 解压后超过 {most} 字节。请重新生成 PDF，或上传各页的照片。"


FOUND_ZH: dict[str, str] = {
    "an empty file": "空文件",
    "an AVIF picture": "AVIF 图片",
    "a GIF picture": "GIF 图片",
    "a TIFF picture": "TIFF 图片",
    "a BMP picture": "BMP 图片",
    "a drawing (SVG)": "SVG 图形",
    "a moving picture": "动态图片",
    "a web page (HTML)": "网页（HTML）",
    "a packed file (ZIP, Word, Excel)": "压缩文件或 Office 文件（ZIP、Word、Excel）",
    "a packed file": "压缩文件",
    "a program": "程序",
    "a script": "脚本",
    "a film": "视频",
    "a PDF": "PDF",
    "text": "文本",
    "no picture or PDF": "未知格式的文件",
}
