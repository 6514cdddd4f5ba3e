"""Demo: who can be tried in the demo company, with their codes of the moment; nothing of this exists in production."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings

from hearth.desks.people import totp_now
from hearth.store.access import who
from hearth.store.access.people import person_of_login
from hearth.words.claims import ROLE_WORDS

PASSWORD = "warm-hearth-2026"
"""The password of everybody in the demo company."""

LOGINS: dict[str, tuple[str, str]] = {
    # user names of the demo company, members before those who work there: what there is to see as each of them
    "hui": ("一家四口，孩子的理赔可由她办理", "a family of four; she claims for her children"),
    "mei": ("糖尿病，保单有效，有已赔付的申请", "diabetic, in force, claims paid"),
    "bo": ("尚在等待期内", "still in his waiting period"),
    "lan": ("保单已失效", "her cover has lapsed"),
    "qiang": ("慧的丈夫，使用英文", "Hui's husband; reads English"),
    "songbo": ("使用大字版，由代理人代办", "reads in large print; an agent acts for him"),
    "an": ("服务客户，收取材料", "looks after customers and their papers"),
    "gu": ("受理申请，解答疑问", "accepts claims and answers questions"),
    "xu": ("审核、理算、在权限内决定", "reviews, calculates, decides within her authority"),
    "tang": ("审核、理算、在权限内决定", "reviews, calculates, decides within his authority"),
    "luo": ("复核大额与拒赔", "approves large amounts and refusals"),
    "zheng": ("复核大额与拒赔", "approves large amounts and refusals"),
    "yao": ("疑难案件、抽检自动决定", "hard cases; audits automatic decisions"),
    "qian": ("制作付款批次", "prepares pay runs"),
    "jin": ("放行付款批次", "releases pay runs"),
    "chen": ("提供医学意见", "gives medical opinions"),
    "he": ("承保、出单、解除合同", "issues and voids policies"),
    "fang": ("接听客户来电，代为报案", "takes calls and reports claims for customers"),
    "ye": ("建立客户与保单", "creates people and policies"),
    "su": ("健康管理", "care of chronic disease"),
    "du": ("查看抽检与错误率", "sees samples and error rates"),
    "peng": ("产品与条款", "products and their terms"),
    "yan": ("记录、证明、查阅日志", "records, proofs, the log of reads"),
    "gao": ("人员、岗位、合作机构", "people, roles, partners"),
}


@dataclass(frozen=True, slots=True)
class DemoLogin:
    """Somebody to try: what to type, what they are, and what there is to see as them."""

    username: str
    name: str
    says: str
    shows: str
    password: str
    code: str
    seconds_left: int


def is_demo() -> bool:
    """Whether this is the demo; never in production."""
    return bool(settings.HEARTH_ENV == "demo" and not settings.PRODUCTION)


def logins(lang: str, at: datetime) -> tuple[DemoLogin, ...]:
    """Those of LOGINS who are there; nobody anywhere but in the demo."""
    if not is_demo():
        return ()
    found = []
    is_zh = lang.startswith("zh")
    for username, (zh, en) in LOGINS.items():
        person = person_of_login(username)
        if person is None:
            continue
        roles = [ROLE_WORDS[role] for role in sorted(who(person, at).roles, key=list(ROLE_WORDS).index)]
        found.append(
            DemoLogin(
                username=username,
                name=person.full_name,
                says="、".join(zh for zh, _ in roles) if is_zh else ", ".join(en for _, en in roles),
                shows=zh if is_zh else en,
                password=PASSWORD,
                code=totp_now(person.pk, at),
                seconds_left=30 - int(at.timestamp()) % 30,
            )
        )
    return tuple(found)


def code_of(person: Any, at: datetime) -> str:
    """The code that the authenticator of somebody of the demo would show now; empty for anybody else."""
    return totp_now(person.pk, at) if is_demo() and getattr(person, "username", "") in LOGINS else ""


__all__ = ["LOGINS", "PASSWORD", "DemoLogin", "code_of", "is_demo", "logins"]
