"""Clients that ask for nights at the same time, each over a connection of its own."""

import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import chain
from statistics import median, quantiles
from uuid import UUID

import orjson

from scripts.bench.booking_data import NIGHTS, STARTS, Scene, check_holds, first_night
from scripts.bench.kit.http_client import Answer, Client, post
from scripts.bench.kit.measure import WrongAnswer
from scripts.bench.kit.servers import Server

INTENTS = "/api/bookings/intents/"
CONSTANT = "/api/bench/constant/"
REFUSAL = "These nights are not available: "
_WON, _LOST = 201, 409


@dataclass(slots=True)
class Rush:
    """One kind of rush: what each client sends in turn, who must win, and what rounds took."""

    name: str
    requests: list[list[bytes]]
    check: Callable[[list[Answer]], None]
    won: int = 0
    lost: int = 0
    rates: list[float] = field(default_factory=list)
    server_ms: list[float] = field(default_factory=list)
    database_ms: list[float] = field(default_factory=list)
    seconds: list[float] = field(default_factory=list)

    def run(
        self, clients: Sequence[Client], server: Server, database_ns: Callable[[], int]
    ) -> None:
        """Send everything once, all clients together, and keep what it took.

        :raises WrongAnswer: when anybody else has won than must, or something else was answered.
        """
        server_before, database_before = server.cpu_ns(), database_ns()
        answers, passed = _send_at_once(clients, self.requests)
        database_after, server_after = database_ns(), server.cpu_ns()
        self.check(answers)
        count = len(answers)
        self.won += sum(each.status == _WON for each in answers)
        self.lost += sum(each.status == _LOST for each in answers)
        self.rates.append(count / passed)
        self.server_ms.append((server_after - server_before) / count / 1e6)
        self.database_ms.append((database_after - database_before) / count / 1e6)
        self.seconds += (each.seconds for each in answers)

    def forget(self) -> None:
        """Forget all rounds so far."""
        self.won = self.lost = 0
        for kept in (self.rates, self.server_ms, self.database_ms, self.seconds):
            kept.clear()

    def total_ms(self) -> float:
        """Return the CPU of server and database a request."""
        return median(a + b for a, b in zip(self.server_ms, self.database_ms, strict=True))

    def latency_ms(self) -> tuple[float, float]:
        """Return the 50th and the 95th percentile of all answers."""
        cuts = quantiles(self.seconds, n=20)
        return cuts[9] * 1000, cuts[18] * 1000


def rushes(scene: Scene, clients: int, each: int) -> list[Rush]:
    """Return the rushes: a constant, the hot stay, and all stays; `each` is requests a client."""
    _, hot = scene.stays[0]
    first = first_night()
    wishes = [_wish(hot, first + timedelta(days=number % STARTS)) for number in range(clients)]
    return [
        Rush("constant", _repeat(scene, CONSTANT, wishes, each), _check_constant),
        Rush("one hot listing", _repeat(scene, INTENTS, wishes, each), _check_hot),
        Rush(f"{len(scene.stays):,} listings", _spread(scene, clients, first), _check_spread),
    ]


def _repeat(scene: Scene, path: str, wishes: Sequence[bytes], each: int) -> list[list[bytes]]:
    """Return requests by which each client wants the same again and again.

    Each time for another guest: whoever holds the nights would get them anew.
    """
    guests = iter(scene.guests)
    return [[post(path, next(guests).token, wish) for _ in range(each)] for wish in wishes]


def _spread(scene: Scene, clients: int, first: date) -> list[list[bytes]]:
    """Return requests by which every stay is wanted once, by guests in turn."""
    requests: list[list[bytes]] = [[] for _ in range(clients)]
    for number, (_, stay) in enumerate(scene.stays):
        guest = scene.guests[number % len(scene.guests)]
        requests[number % clients].append(post(INTENTS, guest.token, _wish(stay, first)))
    return requests


def _wish(stay: UUID, first: date) -> bytes:
    last = first + timedelta(days=NIGHTS)
    body = {"listing_id": stay, "check_in_date": first, "check_out_date": last, "guests": 2}
    return orjson.dumps(body)


# ── what must come of it ────────────────────────────────────────────────────────────────────


def _check_constant(answers: list[Answer]) -> None:
    _check_statuses(answers, won=0)


def _check_hot(answers: list[Answer]) -> None:
    """Of all who want nights that overlap, one has them, and the others are told so."""
    _check_statuses(answers, won=1)
    check_holds(stays=1, winners=1)


def _check_spread(answers: list[Answer]) -> None:
    """Whoever is alone gets what they want."""
    _check_statuses(answers, won=len(answers))
    check_holds(stays=len(answers), winners=len(answers))


def _check_statuses(answers: list[Answer], won: int) -> None:
    for answer in answers:
        told = orjson.loads(answer.body)["message"] if answer.status == _LOST else ""
        if answer.status != _WON and not told.startswith(REFUSAL):
            raise WrongAnswer(f"A guest was answered {answer.status}: {answer.body[:300]!r}")
    winners = sum(answer.status == _WON for answer in answers)
    if winners != won:
        raise WrongAnswer(f"{winners} of {len(answers)} guests have won instead of {won}.")


# ── at once ─────────────────────────────────────────────────────────────────────────────────


def _send_at_once(
    clients: Sequence[Client], requests: Sequence[Sequence[bytes]]
) -> tuple[list[Answer], float]:
    """Have every client send its requests one after the other; return how long all took."""
    barrier = threading.Barrier(len(clients) + 1)
    answers: list[list[Answer]] = [[] for _ in clients]
    errors: list[BaseException] = []

    def send(client: Client, own: Sequence[bytes], found: list[Answer]) -> None:
        # Whichever server process was up first would keep the connections that it once got.
        client.close()
        barrier.wait()
        try:
            found.extend(client.send(request) for request in own)
        except BaseException as error:
            errors.append(error)

    threads = [
        threading.Thread(target=send, args=each)
        for each in zip(clients, requests, answers, strict=True)
    ]
    for thread in threads:
        thread.start()
    barrier.wait()
    started = time.perf_counter()
    for thread in threads:
        thread.join()
    passed = time.perf_counter() - started
    if errors:
        raise WrongAnswer(f"A client got no answer: {errors[0]!r}")
    return list(chain.from_iterable(answers)), passed
