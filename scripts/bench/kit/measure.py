"""Measuring contenders side by side: A B A B, CPU time a request, medians of rounds."""

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from statistics import median, quantiles

from scripts.bench.kit.http_client import Answer, Client
from scripts.bench.kit.servers import Server

BATCH_S = 0.15
MIN_BATCH, MAX_BATCH = 10, 250
WARM_UP_S = 1.5
MIN_WARM_UP = 25


class WrongAnswer(Exception):
    """A server did not answer what it should: its numbers would mean nothing."""


@dataclass(slots=True)
class Contender:
    """One server's part in a scenario: the requests that it is sent in turn, and what it took."""

    name: str
    server: Server
    requests: Sequence[bytes]
    status: int
    batch: int = MIN_BATCH
    sample: Answer | None = None
    server_ms: list[float] = field(default_factory=list)
    database_ms: list[float] = field(default_factory=list)
    rates: list[float] = field(default_factory=list)
    seconds: list[float] = field(default_factory=list)
    _next: int = 0

    def warm_up(self, client: Client) -> None:
        """Send every request once where time allows; learn how many make a batch."""
        until = time.perf_counter() + WARM_UP_S
        times: list[float] = []
        while len(times) < MIN_WARM_UP or (
            len(times) < len(self.requests) and time.perf_counter() < until
        ):
            times.append(self._send(client).seconds)
        self.batch = max(MIN_BATCH, min(MAX_BATCH, round(BATCH_S / median(times))))

    def run(self, client: Client, database_ns: Callable[[], int]) -> None:
        """Send one batch, and keep what it took."""
        server_before, database_before = self.server.cpu_ns(), database_ns()
        started = time.perf_counter()
        for _ in range(self.batch):
            self.seconds.append(self._send(client).seconds)
        passed = time.perf_counter() - started
        database_after, server_after = database_ns(), self.server.cpu_ns()
        self.server_ms.append((server_after - server_before) / self.batch / 1e6)
        self.database_ms.append((database_after - database_before) / self.batch / 1e6)
        self.rates.append(self.batch / passed)

    def total_ms(self) -> list[float]:
        """Return server and database CPU a request, of each round."""
        return [a + b for a, b in zip(self.server_ms, self.database_ms, strict=True)]

    @property
    def body(self) -> bytes:
        """The body of the last answer."""
        assert self.sample is not None
        return self.sample.body

    def latency_ms(self) -> tuple[float, float]:
        """Return the 50th and the 95th percentile of all answers."""
        cuts = quantiles(self.seconds, n=20)
        return cuts[9] * 1000, cuts[18] * 1000

    def _send(self, client: Client) -> Answer:
        request = self.requests[self._next % len(self.requests)]
        self._next += 1
        answer = client.send(request)
        if answer.status != self.status:
            line = request.split(b"\r\n")[0].decode()
            raise WrongAnswer(f"{self.name}: {line} gave {answer.status}: {answer.body[:300]!r}")
        self.sample = answer
        return answer


@dataclass(slots=True)
class Scenario:
    """One kind of request, sent to each contender in turn; the first one is ours."""

    name: str
    contenders: list[Contender]

    def run(self, clients: Mapping[int, Client], meter: Callable[[], int], *, turned: bool) -> None:
        """Run one round; every second one goes through the contenders backwards."""
        for contender in reversed(self.contenders) if turned else self.contenders:
            contender.run(clients[contender.server.port], meter)

    def contender(self, name: str) -> Contender | None:
        """Return the contender of this name, if it takes part."""
        return next((each for each in self.contenders if each.name == name), None)


def ratio(more: Contender, less: Contender) -> float:
    """Return how many times the CPU of `less` the other used: the median of the rounds."""
    return median(a / b for a, b in zip(more.total_ms(), less.total_ms(), strict=True))
