"""Cases: a case file (YAML, JSON, CSV, Excel) becomes a Case, or a list of all that is wrong with it."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml
from pydantic import ValidationError

from hearth.doors.feeds.grids import MAX_BYTES, read_bytes, read_csv, read_xlsx
from hearth.doors.feeds.problems import Locate, Problems, dotted, problems_of
from hearth.doors.feeds.problems import Path as Place
from hearth.doors.feeds.products import read_terms
from hearth.doors.feeds.sheets import read_sheet
from hearth.kernel.adjudication.case import Case
from hearth.kernel.product.terms import Terms
from hearth.store.reading import read_json, read_yaml
from hearth.store.shelf import products_folder
from hearth.words.faults import Fault, Malformed

ENDINGS = (".yaml", ".yml", ".json", ".csv", ".xlsx")
"""Forms of case files, by the ending of their names."""

PRODUCT_CODE = re.compile(r"[a-z][a-z0-9_-]{0,47}")

_Loader: Any = getattr(yaml, "CBaseLoader", yaml.BaseLoader)


@dataclass(frozen=True)
class CaseFile:
    """A case and the file that states it; `encoding` is told of CSV files alone."""

    file: str
    case: Case
    encoding: str | None
    locate: Locate


def read_case(path: Path) -> CaseFile:
    """The case of a file.  Raises: Malformed, with every problem found."""
    file = os.fsencode(path).decode("utf-8", "replace")
    ending = path.suffix.lower()
    if ending not in ENDINGS and not path.is_dir():
        got = f"the ending {path.suffix}" if path.suffix else "no ending"
        raise Malformed(file=file, got=got, want=f"one of {', '.join(ENDINGS)}")
    held = read_bytes(path, file, MAX_BYTES)
    encoding = None
    if ending in (".csv", ".xlsx"):
        grid = read_csv(held, file) if ending == ".csv" else read_xlsx(held, file)
        value, locate = read_sheet(grid, path.stem[:200])
        encoding = grid.encoding
    else:
        value = read_json(held, file) if ending == ".json" else read_yaml(held, file)
        locate = lines_of(held)
    return CaseFile(file, case_of(value, file, locate), encoding, locate)


def case_of(value: Any, file: str, locate: Locate) -> Case:
    """A case from values that were read already.  Raises: Malformed, with every problem found."""
    try:
        return Case.model_validate(value)
    except ValidationError as invalid:
        raise problems_of(invalid, Case, value, file, locate) from invalid


def lines_of(held: bytes) -> Locate:
    """Where places of the values stand in a YAML or JSON text: line and dotted name."""

    @lru_cache(maxsize=1)
    def root() -> yaml.Node | None:
        # A tab cannot stand inside a JSON text in quotes, and YAML takes JSON but for its tabs.
        text = held.decode("utf-8-sig", "replace").replace("\t", " ")
        try:
            node = yaml.compose(text, Loader=_Loader)
        except (yaml.YAMLError, RecursionError):
            return None
        return node if isinstance(node, yaml.Node) else None

    def locate(path: Place) -> str:
        node, line = root(), None
        if node is not None:
            line = node.start_mark.line + 1
        for step in path:
            if isinstance(node, yaml.MappingNode):
                pair = next((pair for pair in node.value if pair[0].value == str(step)), None)
                if pair is None:
                    break
                line, node = pair[0].start_mark.line + 1, pair[1]
            elif isinstance(node, yaml.SequenceNode) and isinstance(step, int) and step < len(node.value):
                node = node.value[step]
                line = node.start_mark.line + 1
            else:
                break
        return ": ".join(part for part in (f"line {line}" if line else "", dotted(path)) if part) or "whole file"

    return locate


def products_of(case: Case, folder: Path | None = None) -> dict[str, Terms]:
    """The products that a case names and does not state itself; those that are not on the shelf are left out.

    Raises: Malformed where the folder is none, or a product's file is wrong.
    """
    home = folder or products_folder()
    if not home.is_dir():
        raise Malformed(file=str(home), got="no such folder", want="a folder of products")
    own = {terms.code for terms in case.terms}
    products: dict[str, Terms] = {}
    for code in dict.fromkeys(policy.product for policy in case.policies if policy.product not in own):
        path = home / code / "terms.yaml"
        if PRODUCT_CODE.fullmatch(code) and path.is_file():
            products[code] = _terms_at(path, path.stat().st_mtime_ns)
    return products


@lru_cache(maxsize=64)
def _terms_at(path: Path, changed: int) -> Terms:
    return read_terms(path)


def known_products(folder: Path | None = None) -> list[str]:
    """Codes of the products on the shelf."""
    return sorted(path.parent.name for path in (folder or products_folder()).glob("*/terms.yaml"))


def in_file(fault: Fault, read: CaseFile, folder: Path | None = None) -> Malformed:
    """A fault of deciding as a problem of the file, with the line or cell that it is about."""
    data = dict(fault.data)
    if fault.code == "UNKNOWN_PRODUCT":
        known = [*(terms.code for terms in read.case.terms), *known_products(folder)]
        at = next(n for n, policy in enumerate(read.case.policies) if policy.product == data["product"])
        place, got, want = read.locate(("policies", at, "product")), data["product"], f"one of {', '.join(known)}"
    elif fault.code == "BAD_CASE":
        got, want = str(data["got"]), str(data["want"])
        place = _place(str(data["place"]), read, got)
    elif fault.code == "ORDERS_DIFFER":
        place = _place(f"claim {data['claim']}", read)
        got = "chosen orders of policies that wait for one another"
        want = "one order of policies for all claims of this person"
    elif fault.code == "BEFORE_FIRST_DAY":
        place = "whole file"
        got = f"a policy that starts on {data['asked_on']}"
        want = f"{data['first_on']} or later: {data['what']} has no value before"
    else:
        raise fault
    return Problems([Malformed(file=read.file, place=place, got=got, want=want)])


_PLACES: tuple[tuple[str, str, str], ...] = (
    # place as the kernel names it, list of the case, field that holds the name (none: a number from 1)
    (r"policy (.+?)(?:: .*)?", "policies", "no"),
    (r"claim (.+?)(?:: .*)?", "claims", "no"),
    (r"used: (.+)", "used", "of"),
    (r"expect (\d+)(?:: .*)?", "expect", ""),
)


def _place(place: str, read: CaseFile, got: str = "") -> str:
    """The line or cell of a place that the kernel names by policy, claim, rule or number."""
    for pattern, name, field in (*_PLACES, ("(used)", "used", "of"), ("(expect): policy", "expect", "policy")):
        found = re.fullmatch(pattern, place)
        if found is None:
            continue
        said = got if found[1] == name else found[1]
        entries = getattr(read.case, name)
        at = next((n for n, one in enumerate(entries) if str(getattr(one, field) if field else n + 1) == said), None)
        if at is not None:
            return f"{read.locate((name, at, field) if field else (name, at)).partition(': ')[0]}: {place}"
    return place
