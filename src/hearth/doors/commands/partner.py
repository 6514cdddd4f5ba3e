"""`hearth partner`: partners of the interface taken in and ended, their tokens made and revoked."""

from __future__ import annotations

import datetime

import click

from hearth.doors.commands.main import spoken
from hearth.doors.launch.attached import attach

_SAYS = {
    "none": ("还没有合作机构。", "There is no partner yet."),
    "added": ("已登记合作机构 {code}。", "Partner {code} is taken in."),
    "ended": (
        "与 {code} 的合作已结束，其令牌和回调均已失效。",
        "The work with {code} has ended, with its tokens and webhooks.",
    ),
    "token": (
        "令牌只显示这一次，请妥善保存；有效期至 {until}：",
        "The token is shown this once; keep it. It works until {until}:",
    ),
    "revoked": ("令牌 {token} 已撤销。", "Token {token} is revoked."),
    "line": (
        "  令牌 {token}：{name}，{scopes}，每分钟 {pace} 次，{state}",
        "  token {token}: {name}, {scopes}, {pace} a minute, {state}",
    ),
    "until": ("至 {day}", "until {day}"),
    "gone": ("已撤销", "revoked"),
    "inactive": ("（合作已结束）", " (ended)"),
}
SCOPES = (
    "claims:write", "claims:read", "receipts:read", "advances:write", "advances:read", "disputes:write",
    "disputes:read", "threads:write", "threads:read", "pickups:write", "pickups:read", "policies:write",
    "policies:read", "webhooks",
)  # fmt: skip


@click.group(help="Take partners of the interface in, make and revoke their tokens.")
def partner() -> None:
    """Who speaks to the interface."""


@partner.command("list")
def list_all() -> None:
    """Show every partner with its tokens; what opens them is not kept."""
    attach()
    from hearth.store.access import HOUSE
    from hearth.store.access.partners import partners

    now = _now()
    found = partners(HOUSE, now)
    if not found:
        click.echo(_said("none"))
    for row in found:
        click.echo(f"{row.code}  {row.kind}  {row.name}{'' if row.is_active else _said('inactive')}")
        for token in row.tokens:
            state = _said("gone") if token.revoked_at else _said("until", day=_day(token.until_at))
            click.echo(
                _said(
                    "line", token=token.token_id, name=token.name, scopes=" ".join(token.scopes),
                    pace=token.per_minute, state=state,
                )
            )  # fmt: skip


@partner.command()
@click.argument("code")
@click.option("--name", required=True, help="What it is called.")
@click.option("--kind", type=click.Choice(["insurer", "broker", "hospital"]), required=True)
@click.option("--branch", help="Code of the branch that looks after what it brings in.")
def add(code: str, name: str, kind: str, branch: str | None) -> None:
    """Take a partner in under a CODE of small letters, digits and hyphens."""
    attach()
    from hearth.desks import partners
    from hearth.store.access import HOUSE

    partners.add_partner(HOUSE, at=_now(), code=code, name=name, kind=kind, branch=branch)
    click.echo(_said("added", code=code))


@partner.command()
@click.argument("code")
@click.option("--name", default="token", show_default=True, help="What it is for.")
@click.option("--scope", "scopes", type=click.Choice(SCOPES), multiple=True, help="May be given more than once.")
@click.option("--days", type=click.IntRange(1, 366), default=90, show_default=True)
@click.option("--per-minute", type=click.IntRange(1, 60_000), default=600, show_default=True, help="Its pace.")
def token(code: str, name: str, scopes: tuple[str, ...], days: int, per_minute: int) -> None:
    """Make a token of the partner CODE and print it, once, on a line of its own."""
    attach()
    from hearth.desks import partners
    from hearth.store.access import HOUSE

    if not scopes:
        raise click.UsageError(f"--scope: {', '.join(SCOPES)}")
    made = partners.make_token(HOUSE, code, at=_now(), name=name, scopes=scopes, days=days, per_minute=per_minute)
    # The token alone goes to the output, so that it can be piped into a file.
    click.echo(_said("token", until=_day(made.until_at)), err=True)
    click.echo(made.text)


@partner.command()
@click.argument("code")
@click.argument("token_id", type=click.IntRange(1))
def revoke(code: str, token_id: int) -> None:
    """Revoke one token of the partner CODE, by its number in `hearth partner list`."""
    attach()
    from hearth.desks import partners
    from hearth.store.access import HOUSE

    partners.revoke_token(HOUSE, code, token_id, at=_now())
    click.echo(_said("revoked", token=token_id))


@partner.command()
@click.argument("code")
def end(code: str) -> None:
    """End the work with the partner CODE: its tokens and webhooks end with it."""
    attach()
    from hearth.desks import partners
    from hearth.store.access import HOUSE

    partners.end_partner(HOUSE, code, at=_now())
    click.echo(_said("ended", code=code))


def _now() -> datetime.datetime:
    return datetime.datetime.now(datetime.UTC)


def _day(at: datetime.datetime | None) -> str:
    return "" if at is None else at.astimezone(datetime.UTC).date().isoformat()


def _said(what: str, /, **values: object) -> str:
    zh, en = _SAYS[what]
    return (zh if spoken() == "zh" else en).format(**values)
