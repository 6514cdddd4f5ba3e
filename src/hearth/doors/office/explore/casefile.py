"""Case file: a case as YAML for `hearth decide`, and packed into a link; and back, through bounded readers alone."""

from __future__ import annotations

import base64
import binascii
import json
import zlib
from datetime import date
from decimal import Decimal
from typing import Any

import yaml

from hearth.kernel.adjudication.case import Case
from hearth.store.shelf import build_model, read_json, read_yaml
from hearth.words.faults import Fault, Malformed

MAX_FILE = 256 * 1024
"""Bytes of a case file that the page takes."""

MAX_LINK = 7_000
"""Characters of a packed case: browsers, chats and servers all carry addresses of this length."""

MAX_UNPACKED = MAX_FILE


class LinkTooLong(Fault):
    """A case that an address cannot carry."""

    code, status = "LINK_TOO_LONG", 413
    says = "This case needs a link of {got} characters; links here have at most {most}. Save it to a file instead."
    says_zh = "这个案例的链接需要 {got} 个字符，最多 {most} 个。请改为存成文件。"


class _Dumper(yaml.SafeDumper):
    """Amounts keep their digits and stand without quotes, and so do `no` and `on`, as the examples have them."""

    def ignore_aliases(self, data: Any) -> bool:
        return True


_Dumper.yaml_implicit_resolvers = {
    first: [(tag, found) for tag, found in resolvers if not tag.endswith(":bool") or first in "tTfF"]
    for first, resolvers in yaml.SafeDumper.yaml_implicit_resolvers.items()
}
_Dumper.add_representer(
    Decimal,
    lambda dumper, amount: (
        dumper.represent_scalar("tag:yaml.org,2002:float", format(amount.quantize(Decimal("0.01")), "f"))
        if amount.as_tuple().exponent in (0, -1, -2) and amount < 10**15
        else dumper.represent_str(str(amount))
    ),
)


def to_yaml(value: dict[str, Any]) -> str:
    """A case file."""
    return yaml.dump(value, Dumper=_Dumper, allow_unicode=True, sort_keys=False, default_flow_style=None, width=160)


def read_case(text: str | bytes, file: str) -> tuple[dict[str, Any], Case]:
    """The values and the case of a YAML or JSON text.  Raises: Malformed."""
    if len(text) > MAX_FILE:
        raise Malformed(file=file, got=f"{len(text):,} bytes", want=f"at most {MAX_FILE:,} bytes")
    start = text.lstrip()[:1]
    is_json = file.lower().endswith(".json") or start in ("{", b"{")
    value = read_json(text, file) if is_json else read_yaml(text, file)
    source = text if isinstance(text, str) else text.decode("utf-8-sig")
    case = build_model(Case, value, file, source=source)
    return value, case


def pack(value: dict[str, Any]) -> str:
    """The values of a case as one word of an address.  Raises: LinkTooLong."""
    text = json.dumps(plain(value), ensure_ascii=False, separators=(",", ":"))
    word = base64.urlsafe_b64encode(zlib.compress(text.encode(), 9)).decode().rstrip("=")
    if len(word) > MAX_LINK:
        raise LinkTooLong(got=f"{len(word):,}", most=f"{MAX_LINK:,}")
    return word


def plain(value: Any) -> Any:
    """Values of a case as JSON holds them: days and amounts are text, keys too."""
    if isinstance(value, dict):
        return {str(key): plain(inner) for key, inner in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(inner) for inner in value]
    return str(value) if isinstance(value, (date, Decimal)) else value


def unpack(word: str) -> tuple[dict[str, Any], Case]:
    """The values and the case of a packed word.  Raises: Malformed."""
    if len(word) > MAX_LINK:
        raise Malformed(file="link", got=f"{len(word):,} characters", want=f"at most {MAX_LINK:,}")
    try:
        packed = base64.b64decode(word.encode("ascii") + b"=" * (-len(word) % 4), altchars=b"-_", validate=True)
        opened = zlib.decompressobj()
        text = opened.decompress(packed, MAX_UNPACKED)
    except (UnicodeEncodeError, binascii.Error, zlib.error) as broken:
        raise Malformed(file="link", got="letters that hold no case", want="a link copied whole") from broken
    if not opened.eof or opened.unconsumed_tail:
        raise Malformed(file="link", got="a case cut short or too large", want="a link copied whole")
    return read_case(text, "link.json")
