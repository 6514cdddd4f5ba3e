"""Boxes: a field of allauth's forms as the boxes of our pages take it."""

from __future__ import annotations

from typing import Any

from django import template
from django.forms import BoundField
from django.utils import timezone
from django.utils.translation import gettext as _

from hearth.doors.login import demo

register = template.Library()

KINDS = {"tel": "tel", "email": "email", "password": "password"}


@register.filter
def box(bound: BoundField) -> dict[str, Any]:
    """The context of pieces/field.html for one field: what was typed stays, but never a password."""
    attributes = bound.field.widget.attrs
    kind = KINDS.get(getattr(bound.field.widget, "input_type", "text"), "text")
    if kind == "text":
        kind = KINDS.get(attributes.get("type", ""), "text")
    if attributes.get("autocomplete") == "one-time-code" or bound.name == "code":
        kind = "code"
    shown = demo.code_of(getattr(bound.form, "user", None), timezone.now()) if kind == "code" else ""
    return {
        "id": bound.auto_id,
        "name": bound.html_name,
        "label": _("Six-digit code") if kind == "code" else str(bound.label or ""),
        "value": shown if kind in ("password", "code") else bound.value(),
        "hint": _("Demo: this is what the app would show now.") if shown else _help(bound, kind),
        "error": " ".join(str(error) for error in bound.errors),
        "must": bound.field.required,
        "kind": kind,
        "maxlength": getattr(bound.field, "max_length", None) or 200,
        "autocomplete": attributes.get("autocomplete", ""),
        "focus": bound.name in ("login", "phone", "code") and not bound.form.is_bound,
    }


def _help(bound: BoundField, kind: str) -> str:
    return "" if kind == "password" else str(bound.help_text or "")


@register.simple_tag
def in_demo() -> bool:
    """Whether this is the demo company."""
    return demo.is_demo()
