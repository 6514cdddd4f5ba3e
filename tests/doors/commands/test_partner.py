"""An administrator takes a partner in at the terminal and gives it a token, shown once."""

from __future__ import annotations

import re

import pytest
from click.testing import CliRunner, Result
from django.test import Client

from hearth.doors.commands.main import main
from hearth.doors.commands.partner import SCOPES
from hearth.store.access.matrix import PARTNER_SCOPES
from hearth.store.models import Branch, Partner, Record, Token

pytestmark = pytest.mark.django_db


def run(*words: str) -> Result:
    return CliRunner(env={"LC_ALL": "C.UTF-8"}).invoke(main, ["partner", *words], prog_name="hearth")


def test_a_partner_is_taken_in_and_its_token_opens_the_interface(client: Client) -> None:
    Branch.objects.create(code="sz", name_zh="深圳", name_en="Shenzhen")
    assert run("list").output == "There is no partner yet.\n"
    added = run("add", "blue-lamp", "--name", "蓝灯经纪", "--kind", "broker", "--branch", "sz")
    assert (added.exit_code, added.output) == (0, "Partner blue-lamp is taken in.\n")
    made = run("token", "blue-lamp", "--scope", "policies:read", "--days", "7")
    assert made.exit_code == 0
    text = made.stdout.strip()
    assert re.fullmatch(r"hearth_[A-Za-z0-9_-]{43}", text) and text not in made.stderr
    headers = {"Authorization": f"Bearer {text}"}
    assert client.get("/api/v1/policies", headers=headers).status_code == 200
    listed = run("list").output
    assert "blue-lamp  broker  蓝灯经纪" in listed and "policies:read" in listed and text not in listed
    number = Token.objects.get().pk
    assert run("revoke", "blue-lamp", str(number)).output == f"Token {number} is revoked.\n"
    assert client.get("/api/v1/policies", headers=headers).status_code == 401
    assert run("end", "blue-lamp").exit_code == 0
    assert not Partner.objects.get().is_active and "(ended)" in run("list").output
    assert Record.objects.filter(subject="partner:blue-lamp").count() == 4


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("token", "nobody", "--scope", "claims:read"), "There is no partner nobody"),
        (("add", "Blue Lamp", "--name", "x", "--kind", "broker"), "small letters"),
        (("add", "blue", "--name", "x", "--kind", "broker", "--branch", "none"), "There is no branch none"),
        (("token", "nobody"), "--scope"),
        (("token", "nobody", "--scope", "claims:delete"), "claims:delete"),
    ],
)
def test_what_cannot_be_is_told_in_a_sentence(words: tuple[str, ...], says: str) -> None:
    result = run(*words)
    assert result.exit_code == 2 and says in result.output, result.output
    assert not Partner.objects.exists()


def test_the_command_knows_every_scope() -> None:
    assert set(SCOPES) == set(PARTNER_SCOPES)
