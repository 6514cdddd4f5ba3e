"""Interface: one OpenAPI document for all of it; every answer declared, every fault a problem, nothing undeclared."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.core.exceptions import SuspiciousOperation
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.http.multipartparser import MultiPartParserError
from django.urls import URLPattern, URLResolver, path, re_path
from ninja import NinjaAPI
from ninja.errors import ValidationError
from ninja.openapi.schema import REF_TEMPLATE, OpenAPISchema
from ninja.operation import Operation
from pydantic import BaseModel

from hearth.doors.api.bodies import MAX_FORM_BYTES, refuse_large, refuse_unwritable
from hearth.doors.api.once import HEADER
from hearth.doors.api.problems import MEDIA_TYPE, MethodNotAllowed, NoSuchAddress, Problem, invalid, problem
from hearth.words.faults import Fault, Malformed

VERSION = "1"
ABOUT = """The interface of Hearth for insurers, brokers and hospitals: persons and policies, claims with their papers,
the eight steps, the decision in which every fen names its clause, receipts that can be checked offline, and webhooks.

Tokens go into `Authorization: Bearer hearth_...`; an administrator makes them. `Idempotency-Key` makes a POST happen
once; an `external_id` stands for one person, policy or claim for ever. Amounts are yuan as text in what is sent and
whole fen in what is answered (names end in `_fen`), unless a field says otherwise. Moments are UTC."""

RETRY_AFTER = {"description": "seconds until the next try", "schema": {"type": "integer"}}

View = Callable[..., HttpResponseBase]


def takes_form(model: type[BaseModel], file: str) -> dict[str, Any]:
    """The form of an operation in the document, with an uploaded file."""
    schema = model.model_json_schema(mode="validation")
    schema["properties"][file] = {"type": "string", "format": "binary", "maxLength": MAX_FORM_BYTES}
    schema["required"] = [*schema.get("required", []), file]
    content = {"multipart/form-data": {"schema": schema}}
    return {"requestBody": {"required": True, "content": content}, "parameters": [HEADER]}


class Document(OpenAPISchema):
    """The document: bodies that are read by hand, problems of their own media type, and the scope each thing needs."""

    def add_schema_definitions(self, definitions: dict[str, Any]) -> None:
        """Models by name; two models of one name would be told as one."""
        for name, schema in definitions.items():
            if self.schemas.setdefault(name, schema) != schema:
                raise ValueError(f"two models of the interface are called {name}")

    def operation_details(self, operation: Operation) -> dict[str, Any]:
        """One operation as it is."""
        found: dict[str, Any] = super().operation_details(operation)
        for model in found.pop("x-models", ()):
            schema = model.model_json_schema(ref_template=REF_TEMPLATE, mode="validation")
            self.add_schema_definitions({**schema.pop("$defs", {}), model.__name__: schema})
        for status, response in found["responses"].items():
            content = response.get("content", {})
            if int(status) >= 400 and "application/json" in content:
                response["content"] = {MEDIA_TYPE: content["application/json"]}
            if int(status) in (429, 503):
                response["headers"] = {"Retry-After": RETRY_AFTER}
        scopes = [scope for auth in operation.auth_callbacks for scope in getattr(auth, "scopes", ())]
        if scopes:
            found["description"] += f"\n\nScope of the token: `{'` or `'.join(scopes)}`."
        return found


class Interface(NinjaAPI):
    """The interface: documented as it is."""

    def get_openapi_operation_id(self, operation: Operation) -> str:
        """The name of the function: clients are generated from these names."""
        return operation.view_func.__name__

    def get_openapi_schema(
        self, *, path_prefix: str | None = None, path_params: dict[str, Any] | None = None
    ) -> OpenAPISchema:
        """The document of every operation."""
        return Document(self, self.get_root_path(path_params or {}) if path_prefix is None else path_prefix)

    def routes(self) -> list[URLPattern | URLResolver]:
        """The addresses: each one guarded, and whatever is none of them told as a problem."""
        found: list[URLPattern | URLResolver] = []
        for pattern in self.urls[0]:
            assert isinstance(pattern, URLPattern)
            # The root is there so that addresses can be made from it; nothing answers at it.
            pattern.callback = _nowhere if pattern.name == "api-root" else _guarded(pattern.callback)
            found.append(pattern)
        return [*found, path("", _nowhere), re_path(r"^.*$", _nowhere)]


def answers(success: dict[int, Any], *faults: int, has_token: bool = True) -> dict[int, Any]:
    """Every answer of an operation: what it gives, and the statuses of its faults."""
    common = (401, 403, 429) if has_token else ()
    return {**success, **dict.fromkeys(sorted({*common, 422, 503, *faults}), Problem)}


def takes(model: type[BaseModel], *, is_once: bool = True) -> dict[str, Any]:
    """The body of an operation in the document, and whether it can be asked for under an idempotency key."""
    schema = {"$ref": REF_TEMPLATE.format(model=model.__name__)}
    extra: dict[str, Any] = {
        "requestBody": {"required": True, "content": {"application/json": {"schema": schema}}},
        "x-models": [model],
    }
    return extra | ({"parameters": [HEADER]} if is_once else {})


def _guarded(view: View) -> View:
    """A view that is reached only by addresses that can be read, and whose every refusal is a problem."""

    def guarded(request: HttpRequest, *given: Any, **named: Any) -> HttpResponseBase:
        try:
            refuse_large(request, MAX_FORM_BYTES)
            refuse_unwritable([request.path_info, request.META.get("QUERY_STRING", "")], "address")
            refuse_unwritable({name: request.GET.getlist(name) for name in request.GET}, "query")
            response = view(request, *given, **named)
        except Fault as fault:
            return problem(request, fault)
        except (MultiPartParserError, SuspiciousOperation) as broken:
            # Django's own limits: too many fields, too many files, a form that breaks off.
            told = Malformed(file="body", got=type(broken).__name__, want="a form that can be read")
            return problem(request, told)
        if response.status_code == 405:
            return problem(request, MethodNotAllowed(allowed=response.headers.get("Allow", "")))
        if response.headers.get("Content-Type", "").startswith("application/"):
            # What is answered is somebody's; no cache on the way keeps it.
            response.headers.setdefault("Cache-Control", "no-store")
        return response

    guarded.csrf_exempt = True  # type: ignore[attr-defined]
    return guarded


def _nowhere(request: HttpRequest) -> HttpResponse:
    return problem(request, NoSuchAddress())


_nowhere.csrf_exempt = True  # type: ignore[attr-defined]


def interface() -> Interface:
    """The interface without its operations."""
    made = Interface(
        title="Hearth 恒温",
        version=VERSION,
        description=ABOUT,
        urls_namespace="api",
        openapi_extra={"info": {"license": {"name": "Apache-2.0", "identifier": "Apache-2.0"}}},
    )

    @made.exception_handler(Fault)
    def tell(request: HttpRequest, fault: Fault) -> HttpResponse:
        return problem(request, fault)

    @made.exception_handler(ValidationError)
    def tell_places(request: HttpRequest, wrong: ValidationError) -> HttpResponse:
        return problem(request, invalid(wrong))

    @made.exception_handler(Http404)
    def tell_nowhere(request: HttpRequest, wrong: Http404) -> HttpResponse:
        return problem(request, NoSuchAddress())

    return made
