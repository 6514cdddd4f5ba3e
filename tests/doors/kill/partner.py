"""The partner's program: people and policies, then claims over HTTP by several threads that note what was answered."""

from __future__ import annotations

import http.client
import json
import threading
import time
from dataclasses import dataclass, field
from datetime import date, timedelta
from random import Random
from typing import Any

from hearth.words.numbers import check_digit

HELD = (
    "application", "identity", "invoice", "itemised_list", "medical_record", "discharge_summary", "settlement_sheet",
    "bank_account",
)  # fmt: skip
STAYS = 5
"""Every fifth claim is a stay in hospital, which a person decides; the others are visits."""


class NotAnswered(Exception):
    """The request came to no end within the patience of the partner."""


@dataclass(frozen=True)
class Answer:
    """What was answered."""

    status: int
    value: dict[str, Any]


@dataclass
class Partner:
    """A client that asks again, under the same key, until it is answered."""

    port: int
    token: str
    patience: float = 90.0
    dropped: int = 0
    faults: list[str] = field(default_factory=list)

    def post(self, path: str, body: dict[str, Any], key: str | None = None) -> Answer:
        """Ask until there is an answer that says what became of it."""
        until = time.monotonic() + self.patience
        sent = json.dumps(body).encode()
        headers = {"Authorization": f"Bearer {self.token}", "Content-Type": "application/json"}
        if key is not None:
            headers["Idempotency-Key"] = key
        while time.monotonic() < until:
            found = self._ask("POST", path, sent, headers)
            # A server that dies says nothing, one whose database dies says 5xx: neither says whether it was done.
            if found is not None and found.status < 500 and found.status not in (409, 429):
                return found
            self.dropped += 1
            if found is not None and found.status < 500 and found.value.get("code") not in ("STILL_AT_IT", "TOO_FAST"):
                return found
            time.sleep(0.2)
        raise NotAnswered(path)

    def get(self, path: str) -> tuple[int, bytes]:
        """Look something up; status 0 where nobody answers."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)
        try:
            connection.request("GET", f"/api/v1{path}", headers={"Authorization": f"Bearer {self.token}"})
            response = connection.getresponse()
            return response.status, response.read()
        except (OSError, http.client.HTTPException):
            return 0, b""
        finally:
            connection.close()

    def _ask(self, method: str, path: str, body: bytes, headers: dict[str, str]) -> Answer | None:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=15)
        try:
            connection.request(method, f"/api/v1{path}", body, headers)
            response = connection.getresponse()
            told = response.read()
            return Answer(response.status, json.loads(told))
        except (OSError, http.client.HTTPException, ValueError):
            return None
        finally:
            connection.close()


def insured(number: int) -> dict[str, Any]:
    """Somebody whom the partner insures."""
    first = f"110101{1960 + number % 40}{1 + number % 12:02d}{1 + number % 28:02d}{number % 1000:03d}"
    return {
        "external_id": f"I-{number}",
        "full_name": f"被保险人{number}",
        "id_number": first + check_digit(first),
        "phone": f"139{number:08d}",
    }


def policies(people: int, today: date) -> list[dict[str, Any]]:
    """Two policies for everybody, begun long enough ago that no waiting period is left."""
    return [
        {
            "external_id": f"{product}-{number}",
            "product": product,
            "plan": "standard",
            "holder": insured(number),
            "insured": [f"I-{number}"],
            "starts_on": (today - timedelta(days=200)).isoformat(),
            "premium": "365.00",
        }
        for number in range(people)
        for product in ("outpatient", "million-medical")
    ]


def claims(count: int, people: int, today: date) -> list[dict[str, Any]]:
    """Claims with one invoice each, no two of them alike; no two stays of one person."""
    assert count <= people * STAYS
    made = []
    for number in range(count):
        if number % STAYS == 0:
            person, product, invoice = number // STAYS, "million-medical", _stay(number, today)
        else:
            person, product, invoice = number % people, "outpatient", _visit(number, today)
        made.append(
            {
                "external_id": f"K-{number}",
                "insured": f"I-{person}",
                "policies": [f"{product}-{person}"],
                "facts": {"cause": "illness", "invoices": [invoice]},
                "story": "看病",
                "held": list(HELD),
            }
        )
    return made


def _visit(number: int, today: date) -> dict[str, Any]:
    amount, day = 120 + number, today - timedelta(days=10 + number % 100)
    return _invoice(number, day, amount, 40) | {
        "setting": "outpatient",
        "visited_on": day.isoformat(),
        "lines": [{"category": "western_drug", "name": "阿莫西林胶囊", "amount": f"{amount}.00"}],
        "icd": "J06.9",
    }


def _stay(number: int, today: date) -> dict[str, Any]:
    amount, day = 40_000 + number, today - timedelta(days=30 + number % 60)
    return _invoice(number, day, amount, 18_000) | {
        "setting": "inpatient",
        "admitted_on": (day - timedelta(days=8)).isoformat(),
        "discharged_on": day.isoformat(),
        "lines": [{"category": "surgery", "name": "腹腔镜胆囊切除术", "amount": f"{amount}.00"}],
        "icd": "K80.1",
    }


def _invoice(number: int, day: date, amount: int, fund: int) -> dict[str, Any]:
    return {
        "code": f"440601{day:%y}",
        "number": f"{number + 1:010d}",
        "hospital": {"name": "市第一人民医院", "level": 3},
        "total": f"{amount}.00",
        "fund": f"{fund}.00",
        "account": "0.00",
        "cash": f"{amount - fund}.00",
    }


@dataclass
class Intake:
    """Several threads that bring claims in, and what they were answered."""

    partner: Partner
    waiting: list[dict[str, Any]]
    seed: int
    pause: tuple[float, float]
    threads: int = 4
    answered: dict[str, str] = field(default_factory=dict)
    """External id -> the claim's number, for each answer that arrived."""
    wrong: list[str] = field(default_factory=list)
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _running: list[threading.Thread] = field(default_factory=list)

    def __enter__(self) -> Intake:
        for number in range(self.threads):
            thread = threading.Thread(target=self._work, args=(Random(self.seed + number),), daemon=True)
            self._running.append(thread)
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        with self._lock:
            self.waiting.clear()
        for thread in self._running:
            thread.join(self.partner.patience + 20)

    @property
    def is_done(self) -> bool:
        return not any(thread.is_alive() for thread in self._running)

    def _work(self, chance: Random) -> None:
        while True:
            with self._lock:
                if not self.waiting:
                    return
                claim = self.waiting.pop(0)
            try:
                self._bring(claim, chance)
            except Exception as stopped:
                self.wrong.append(f"{claim['external_id']}: {stopped!r}")
            time.sleep(chance.uniform(*self.pause))

    def _bring(self, claim: dict[str, Any], chance: Random) -> None:
        key = claim["external_id"]
        answer = self.partner.post("/claims", claim, key=f"key-{key}")
        if answer.status not in (200, 201):
            self.wrong.append(f"{key}: {answer}")
            return
        self.answered[key] = answer.value["claim"]
        if chance.random() < 0.1:
            # Once more, as a program that lost its notes: the same claim.
            again = self.partner.post("/claims", claim)
            if (again.status, again.value.get("claim")) != (200, self.answered[key]):
                self.wrong.append(f"{key} again: {again}")
