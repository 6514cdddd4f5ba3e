"""Reading: YAML and JSON text into plain values and models; whatever is wrong is told with its line.

Amounts keep the digits that were written: what is not a whole number, a day, true, false or empty stays text.
"""

from __future__ import annotations

import difflib
import json
import re
import types
import typing
from datetime import date
from typing import Any, NoReturn, TypeVar

import yaml
from pydantic import BaseModel, ValidationError

from hearth.words.faults import Malformed

MAX_BYTES = 4_000_000
"""The longest text that is read."""

MAX_NODES = 400_000
"""The most values a text may hold once its aliases are written out."""

MAX_DEPTH = 60
"""The deepest nesting that is read."""

Model = TypeVar("Model", bound=BaseModel)
Step = str | int

_Loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_KINDS = tuple(f"tag:yaml.org,2002:{kind}" for kind in ("str", "map", "seq"))
_WHOLE = re.compile(r"[-+]?(0|[1-9][0-9]{0,17})")
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_SPLIT = re.compile(r"[0-9]{3}(\.[0-9]+)?")
_NOTHING = ("", "~", "null", "Null", "NULL")
_TRUTHS = {"true": True, "True": True, "TRUE": True, "false": False, "False": False, "FALSE": False}


class _Reader(_Loader):  # type: ignore[misc]
    """The library's reader with plain scalars left as text: "no" is a claim's number, not a truth."""

    yaml_implicit_resolvers: typing.ClassVar[dict[str, list[Any]]] = {}


def read_yaml(text: str | bytes, file: str) -> Any:
    """The value a YAML text states.  Raises: Malformed."""
    return _value(_compose(_text(text, file), file), file)


def read_json(text: str | bytes, file: str) -> Any:
    """The value a JSON text states; numbers with decimals stay text.  Raises: Malformed."""
    plain = _text(text, file)
    _refuse_depth(plain, file)

    def once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for key, value in pairs:
            if key in found:
                raise Malformed(file=file, got=f"the key {_short(key)} twice", want="each key once")
            found[key] = value
        return found

    try:
        return json.loads(plain, object_pairs_hook=once, parse_float=str, parse_int=_json_int, parse_constant=str)
    except json.JSONDecodeError as broken:
        at = plain[broken.pos : broken.pos + 20].split("\n")[0].strip()
        raise Malformed(
            file=file,
            place=f"line {broken.lineno}, column {broken.colno}",
            got=_short(at) if at else "the end of the text",
            want=f"JSON ({broken.msg})",
        ) from broken


def parse_model(model: type[Model], text: str | bytes, file: str) -> Model:
    """A model from YAML or JSON text (JSON where the file's name ends in .json or the text starts with a brace).

    Raises: Malformed naming the line and the path of the first thing that is wrong.
    """
    plain = _text(text, file)
    is_json = file.lower().endswith(".json") or plain.lstrip()[:1] == "{"
    value = read_json(plain, file) if is_json else read_yaml(plain, file)
    return build_model(model, value, file, source=plain)


def build_model(model: type[Model], value: Any, file: str, source: str | None = None) -> Model:
    """A model from values that were read already; `source` is the text they stand in.  Raises: Malformed."""
    if not isinstance(value, dict):
        raise Malformed(file=file, got=_short(value), want=f"fields such as {', '.join(list(model.model_fields)[:4])}")
    try:
        return model.model_validate(value)
    except ValidationError as invalid:
        _tell(invalid, model, value, file, source)


def _text(text: str | bytes, file: str) -> str:
    if len(text) > MAX_BYTES:
        raise Malformed(file=file, got=f"{len(text):,} bytes", want=f"at most {MAX_BYTES:,} bytes")
    if isinstance(text, str):
        return text
    try:
        return text.decode("utf-8-sig")
    except UnicodeDecodeError as broken:
        line = text[: broken.start].count(b"\n") + 1
        raise Malformed(
            file=file, place=f"line {line}", got=f"the byte 0x{text[broken.start]:02x}", want="text in UTF-8"
        ) from broken


def _refuse_depth(text: str, file: str) -> None:
    """Brackets inside quotes count too: a text with that many is no case or product either way."""
    depth = 0
    for found in re.finditer(r"[\[{]|[\]}]", text):
        depth += 1 if found.group() in "[{" else -1
        if depth > MAX_DEPTH:
            raise _too_deep(file, text.count("\n", 0, found.start()) + 1)


def _too_deep(file: str, line: int) -> Malformed:
    return Malformed(file=file, place=f"line {line}", got="deeper nesting", want=f"at most {MAX_DEPTH} levels")


def _compose(text: str, file: str) -> yaml.Node:
    _refuse_depth(text, file)
    for number, line in enumerate(text.split("\n"), 1):
        lead = len(line) - len(line.lstrip(" -?:"))
        if lead > 4 * MAX_DEPTH:
            raise _too_deep(file, number)
    try:
        node = yaml.compose(text, Loader=_Reader)
    except yaml.MarkedYAMLError as broken:
        mark = broken.problem_mark or broken.context_mark
        place = f"line {mark.line + 1}, column {mark.column + 1}" if mark else "whole file"
        problem = " ".join(part for part in (broken.context, broken.problem) if part)
        raise Malformed(file=file, place=place, got=problem or "broken text", want="YAML") from broken
    except yaml.YAMLError as broken:
        raise Malformed(file=file, got=" ".join(str(broken).split())[:120], want="YAML") from broken
    if node is None:
        raise Malformed(file=file, got="an empty file", want="YAML")
    if not isinstance(node, yaml.Node):
        raise Malformed(file=file, got=_short(node), want="YAML")
    _refuse_size(node, file)
    return node


def _refuse_size(root: yaml.Node, file: str) -> None:
    """Count values with every alias written out, so that a small text cannot become a huge value."""
    sizes: dict[int, int] = {}

    def size(node: yaml.Node, depth: int) -> int:
        if id(node) in sizes:
            if sizes[id(node)] == 0:
                raise Malformed(file=file, place=_line(node), got="an alias inside itself", want="values that end")
            return sizes[id(node)]
        if depth > MAX_DEPTH:
            raise _too_deep(file, node.start_mark.line + 1)
        sizes[id(node)] = 0
        total = 1
        for child in _children(node):
            total += size(child, depth + 1)
        if total > MAX_NODES:
            raise Malformed(file=file, place=_line(node), got=f"{total:,} values", want=f"at most {MAX_NODES:,}")
        sizes[id(node)] = total
        return total

    size(root, 1)


def _children(node: yaml.Node) -> list[yaml.Node]:
    if isinstance(node, yaml.MappingNode):
        return [part for pair in node.value for part in pair]
    return list(node.value) if isinstance(node, yaml.SequenceNode) else []


def _line(node: yaml.Node) -> str:
    return f"line {node.start_mark.line + 1}"


def _value(node: yaml.Node, file: str) -> Any:
    if node.tag not in _KINDS:
        raise Malformed(file=file, place=_line(node), got=f"the tag {node.tag}", want="no tags")
    if isinstance(node, yaml.ScalarNode):
        return _scalar(node, file)
    if isinstance(node, yaml.SequenceNode):
        return [_value(child, file) for child in node.value]
    found: dict[Any, Any] = {}
    seen: set[str] = set()
    for key_node, value_node in node.value:
        if not isinstance(key_node, yaml.ScalarNode):
            raise Malformed(file=file, place=_line(key_node), got="a list or fields as a key", want="a plain key")
        key = _scalar(key_node, file)
        if not isinstance(key, date):
            key = key_node.value
        if key == "<<" and not key_node.style:
            raise Malformed(file=file, place=_line(key_node), got="the merge key <<", want="the fields written out")
        if str(key) in seen:
            raise Malformed(file=file, place=_line(key_node), got=f"the key {_short(key)} twice", want="each key once")
        seen.add(str(key))
        found[key] = _value(value_node, file)
    return found


def _scalar(node: yaml.ScalarNode, file: str) -> Any:
    text = str(node.value)
    if node.style:
        return text
    if text in _NOTHING:
        return None
    if text in _TRUTHS:
        return _TRUTHS[text]
    if _WHOLE.fullmatch(text):
        return int(text)
    if _DAY.fullmatch(text):
        try:
            return date.fromisoformat(text)
        except ValueError as broken:
            raise Malformed(file=file, place=_line(node), got=text, want="a day of the calendar") from broken
    return text


def _json_int(text: str) -> Any:
    return int(text) if len(text) <= 19 else text


# --- telling what is wrong -------------------------------------------------------------------------------------------


def _tell(invalid: ValidationError, model: type[BaseModel], value: Any, file: str, source: str | None) -> NoReturn:
    errors = invalid.errors(include_url=False)
    # A list whose every entry is wrong is also reported as too short: that is no second fault.
    whole = [each for each in errors if each["type"] == "too_short"]
    echoes = [each for each in whole if any(_inside(other["loc"], each["loc"]) for other in errors)]
    errors = [each for each in errors if each not in echoes]
    error = errors[0]
    path, held = _walk(value, error["loc"])
    if error["type"] == "extra_forbidden":
        name = str(error["loc"][-1])
        known = _fields(model, path)
        close = difflib.get_close_matches(name, known, 1)
        got = f"the unknown field {_short(name)}"
        want = f"{close[0]}" if close else f"one of {', '.join(known)}" if known else "only known fields"
        if _SPLIT.fullmatch(name) and held is None:
            want = "amounts inside { } without a comma or in quotes: there a comma starts the next field"
    elif error["type"] == "missing":
        got, want = "nothing", f"the field {error['loc'][-1]}"
    else:
        got, want = _got_want(str(error["msg"]), held if _within(value, path) else error.get("input"))
    places = {_walk(value, each["loc"])[0] for each in errors}
    if len(places) > 1:
        want += f" (and {len(places) - 1} more to look at)"
    where = _dotted(path)
    line = _line_of(source, path, last_key=error["type"] != "missing") if source is not None else None
    place = ": ".join(part for part in (f"line {line}" if line else "", where) if part) or "whole file"
    raise Malformed(file=file, place=place, got=got, want=want) from invalid


def _inside(loc: tuple[Step, ...], outer: tuple[Step, ...]) -> bool:
    return len(loc) > len(outer) and loc[: len(outer)] == outer


def _got_want(message: str, held: Any) -> tuple[str, str]:
    message = message.removeprefix("Value error, ").removeprefix("Assertion failed, ")
    if message.startswith("Input should be "):
        return _short(held), message.removeprefix("Input should be ")
    for link in (" is not ", " is larger than ", " is below "):
        if link in message:
            got, want = message.split(link, 1)
            return got, {" is not ": "", " is larger than ": "not more than ", " is below ": "not below "}[link] + want
    if message.startswith("String should "):
        return _short(held), "text that should " + message.removeprefix("String should ")
    return message, "entries that agree with one another"


def _walk(value: Any, loc: tuple[Step, ...]) -> tuple[tuple[Any, ...], Any]:
    """The part of a pydantic location that is a place in the value; the rest names validators."""
    path: list[Any] = []
    held = value
    for number, step in enumerate(loc):
        last = number == len(loc) - 1
        if isinstance(held, dict):
            key = next((key for key in held if key == step or str(key) == str(step)), None)
            if key is None:
                if step == "[key]" or not last:
                    continue
                break
            path.append(key)
            held = held[key]
        elif isinstance(held, list) and isinstance(step, int) and step < len(held):
            path.append(step)
            held = held[step]
    return tuple(path), held


def _within(value: Any, path: tuple[Any, ...]) -> bool:
    return bool(path) or not isinstance(value, dict)


def _dotted(path: tuple[Any, ...]) -> str:
    words = ""
    for step in path:
        words += f"[{step}]" if isinstance(step, int) else f".{step}" if words else str(step)
    return words


def _line_of(source: str, path: tuple[Any, ...], *, last_key: bool) -> int | None:
    try:
        # A tab cannot stand inside a JSON text in quotes, and YAML takes JSON but for its tabs.
        node = yaml.compose(source.replace("\t", " "), Loader=_Reader)
    except yaml.YAMLError:
        return None
    line = node.start_mark.line + 1 if node is not None else None
    for number, step in enumerate(path):
        if isinstance(node, yaml.MappingNode):
            pair = next((pair for pair in node.value if pair[0].value == str(step)), None)
            if pair is None:
                return line
            line = (pair[0] if last_key or number < len(path) - 1 else pair[1]).start_mark.line + 1
            node = pair[1]
        elif isinstance(node, yaml.SequenceNode) and isinstance(step, int):
            node = node.value[step]
            line = node.start_mark.line + 1
    return line


def _fields(model: type[BaseModel], path: tuple[Any, ...]) -> list[str]:
    """Names of the fields of the model that stands at the path (the last step being the unknown field itself)."""
    here: Any = model
    for step in path[:-1]:
        if isinstance(step, int):
            continue
        models = _models(here)
        field = next((each.model_fields[step] for each in models if step in each.model_fields), None)
        if field is None:
            return []
        here = field.annotation
    return [name for each in _models(here) for name in each.model_fields]


def _models(annotation: Any) -> list[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return [annotation]
    if typing.get_origin(annotation) in (typing.Union, types.UnionType, typing.Annotated, tuple, list):
        return [found for part in typing.get_args(annotation) for found in _models(part)]
    return []


def _short(value: Any) -> str:
    if value is None:
        return "nothing"
    if isinstance(value, dict):
        return f"fields ({', '.join(str(key) for key in list(value)[:3])})" if value else "no fields"
    if isinstance(value, list):
        return f"a list of {len(value)}"
    text = str(value)
    return repr(text if len(text) <= 40 else text[:37] + "...") if isinstance(value, str) else text[:40]
