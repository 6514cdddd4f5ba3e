"""Bad input: case files in YAML and JSON, each wrong in one way, with what is said of it in both languages."""

from __future__ import annotations

from pathlib import Path

import yaml

GOOD = """\
case: one visit
policies:
  - {no: P1, product: outpatient, plan: standard, starts_on: 2026-01-01, insured: [mei]}
claims:
  - no: C-1
    insured: mei
    invoices:
      - setting: outpatient
        visited_on: 2026-03-02
        number: "001"
        lines:
          - {category: western_drug, amount: 100.00}
"""

CHANGED: dict[str, dict[str, str]] = {
    one["name"]: one for one in yaml.safe_load(Path(__file__).with_suffix(".yaml").read_text("utf-8"))
}
"""Name -> what is written in GOOD, what is written instead, what is said of it in English and in Chinese."""

WHOLE: dict[str, tuple[str, bytes, str, str]] = {
    # name: file, its bytes, said in English, said in Chinese
    "broken JSON": (
        "x.json", b'{"case": "x", "policies": [',
        "line 1, column 28: got the end of the text; want JSON (Expecting value).",
        "第 1 行第 28 列：收到的是 文本结束，应为 JSON（Expecting value）。",
    ),
    "a JSON number that is none": (
        "x.json",
        b'{"case": "x", "policies": [{"no": "P1", "product": "outpatient", "starts_on": "2026-01-01", "insured": '
        b'["mei"],'
        b'\n"sum_insured": NaN}], "claims": [{"no": "C", "insured": "mei", "diagnoses":'
        b'\n[{"on": "2026-01-02", "condition": "x"}], "advance": Infinity}]}',
        "line 2: policies[0].sum_insured: got 'NaN'; want an amount in yuan with at most two decimals.\n"
        "line 3: claims[0].advance: got 'Infinity'; want an amount in yuan with at most two decimals.",
        "第 2 行：policies[0].sum_insured：收到的是 'NaN'，应为 以元为单位、最多两位小数的金额。\n"
        "第 3 行：claims[0].advance：收到的是 'Infinity'，应为 以元为单位、最多两位小数的金额。",
    ),
    "half a character": (
        "x.json", b'{"case": "\\ud800", "policies": [{"no": "P1", "product": "outpatient", "starts_on": "2026-01-01", '
        b'"insured": ["mei"]}], "claims": [{"no": "C", "insured": "mei", "diagnoses": [{"on": "2026-01-02", '
        b'"condition": "x"}]}]}',
        "case: got ' '; want text of whole characters.",
        "case：收到的是 ' '，应为 由完整字符组成的文字。",
    ),
    "a JSON key twice": (
        "x.json", b'{"case": "x", "case": "y"}',
        "whole file: got the key 'case' twice; want each key once.",
        "整个文件：收到的是 键 'case' 出现两次，应为 每个键一次。",
    ),
    "not text": (
        "x.yaml", b"case: x\npolicies: \xff\n",
        "line 2: got the byte 0xff; want text in UTF-8.",
        "第 2 行：收到的是 字节 0xff，应为 UTF-8 编码的文本。",
    ),
    "an empty file": (
        "x.yaml", b"",
        "whole file: got an empty file; want a file that can be read.",
        "整个文件：收到的是 空文件，应为 可以读取的文件。",
    ),
    "only a comment": (
        "x.yaml", b"# nothing yet\n",
        "whole file: got an empty file; want YAML.",
        "整个文件：收到的是 空文件，应为 YAML。",
    ),
    "a list": (
        "x.yaml", b"- a\n- b\n",
        "line 1: got a list of 2; want fields, each with its name.",
        "第 1 行：收到的是 含 2 项的列表，应为 一组带名称的字段。",
    ),
    "without claims": (
        "x.yaml", GOOD.partition("claims:")[0].encode(),
        "line 1: claims: got nothing; want the field claims.",
        "第 1 行：claims：收到的是 空，应为 字段 claims。",
    ),
    "an empty list of claims": (
        "x.yaml", (GOOD.partition("claims:")[0] + "claims: []\n").encode(),
        "line 4: claims: got a list of 0; want at least 1.",
        "第 4 行：claims：收到的是 含 0 项的列表，应为 至少 1 项。",
    ),
    "aliases that grow": (
        "x.yaml",
        b"".join(
            b"%c: &%c [%s]\n" % (97 + n, 97 + n, b",".join([b"*%c" % (96 + n) if n else b"x"] * 10)) for n in range(9)
        ),
        "line 6: got 1,111,111 values; want at most 400,000.",
        "第 6 行：收到的是 1,111,111 个值，应为 不超过 400,000。",
    ),
    "deep nesting": (
        "x.yaml", b"case: " + b"[" * 5000,
        "line 1: got deeper nesting; want at most 60 levels.",
        "第 1 行：收到的是 更深的嵌套，应为 不超过 60 层。",
    ),
    "too large": (
        "x.yaml", b"#" * 4_000_001,
        "whole file: got 4,000,001 bytes; want at most 4,000,000 bytes.",
        "整个文件：收到的是 4,000,001 字节，应为 不超过 4,000,000 字节。",
    ),
    "another ending": (
        "x.txt", GOOD.encode(),
        "whole file: got the ending .txt; want one of .yaml, .yml, .json, .csv, .xlsx.",
        "整个文件：收到的是 扩展名 .txt，应为 下列之一：.yaml, .yml, .json, .csv, .xlsx。",
    ),
}  # fmt: skip
