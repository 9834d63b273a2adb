"""The RQ worker: it runs our own jobs only, and outlives Redis."""

import time
from collections.abc import Sequence

import structlog
from flask import current_app
from redis import RedisError
from rq import Worker
from rq.job import Job
from rq.queue import Queue
from rq.serializers import JSONSerializer

from app.core import db, queue

REDIS_RETRY_S = 2

log = structlog.get_logger(__name__)


class OwnJobsWorker(Worker):
    """Runs only the functions that the code declares as jobs, whatever stands in Redis."""

    def perform_job(self, job: Job, queue_: Queue) -> bool:
        if job.func_name not in queue.JOB_FUNCTIONS:
            raise PermissionError(f"{job.func_name} is not one of our jobs.")
        # Connections do not survive a fork.
        db.dispose(current_app._get_current_object())  # type: ignore[attr-defined]
        return bool(super().perform_job(job, queue_))


def work_on(names: Sequence[str]) -> None:
    """Work on the named queues until the process is told to stop.

    A busy worker gives up when Redis goes away; another one then waits for it to come back.
    """
    while True:
        try:
            worker = OwnJobsWorker(
                [queue.queue(name) for name in names],
                connection=queue.connection(),
                serializer=JSONSerializer,
            )
            worker.work(logging_level="WARNING")
            return
        except RedisError:
            log.warning("Redis is away: the worker starts anew")
            time.sleep(REDIS_RETRY_S)
