"""The queue: jobs commit with the change they belong to, dead workers' jobs run again, periodic tasks are commands."""

from __future__ import annotations

import shlex
from datetime import timedelta

import pytest
from django.core.management import get_commands, load_command_class
from django.db import connection, transaction
from procrastinate.contrib.django.models import ProcrastinateJob

from dwaybank.jobs import SCHEDULED, queue
from dwaybank.jobs.upkeep import MAX_ATTEMPTS, keep_queue
from dwaybank.models import SystemLog

KEEP = "dwaybank.keep_queue"


def defer(**options: object) -> int:
    """A job of a task that exists, with chosen locks."""
    return queue.configure_task(KEEP, **options).defer(timestamp=0)  # type: ignore[arg-type]


def run(sql: str, *parameters: object) -> None:
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters)


def take(job: int, *, silent_for: timedelta, attempts: int = 0) -> None:
    """As if a worker had taken the job, and was last heard of so long ago."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO procrastinate_workers (last_heartbeat) VALUES (CURRENT_TIMESTAMP - %s) RETURNING id",
            [silent_for],
        )
        worker = cursor.fetchone()[0]
    run(
        "UPDATE procrastinate_jobs SET status = 'doing', worker_id = %s, attempts = %s WHERE id = %s",
        worker,
        attempts,
        job,
    )


def status(job: int) -> str:
    return str(ProcrastinateJob.objects.values_list("status", flat=True).get(pk=job))


@pytest.mark.parametrize("name", sorted(SCHEDULED))
def test_every_periodic_task_is_a_command_too(name: str) -> None:
    command, *options = shlex.split(SCHEDULED[name].command)
    application = get_commands()[command]
    parser = load_command_class(str(application), command).create_parser("manage.py", command)
    parser.parse_args(options)  # raises CommandError for an option that is not there


@pytest.mark.django_db
def test_a_job_is_queued_with_the_change_it_belongs_to_or_not_at_all() -> None:
    with transaction.atomic():
        SystemLog.objects.create(level="INFO", message="about to be undone")
        assert status(defer()) == "todo"
        transaction.set_rollback(True)
    assert not SystemLog.objects.exists()
    assert not ProcrastinateJob.objects.exists()


@pytest.mark.django_db
class TestUpkeep:
    def test_jobs_of_dead_workers_run_again_and_those_of_living_ones_do_not(self) -> None:
        dead, alive = defer(queueing_lock="a", lock="a"), defer(queueing_lock="b", lock="b")
        take(dead, silent_for=timedelta(seconds=31))
        take(alive, silent_for=timedelta(seconds=29))

        done = keep_queue()

        assert (done.requeued, done.given_up) == (1, 0)
        assert (status(dead), status(alive)) == ("todo", "doing")

    def test_a_job_is_given_up_where_the_same_work_waits_already(self) -> None:
        job = defer(queueing_lock="same", lock=None)
        take(job, silent_for=timedelta(minutes=1))
        again = defer(queueing_lock="same", lock=None)

        assert keep_queue().given_up == 1

        assert (status(job), status(again)) == ("failed", "todo")

    def test_a_job_that_kills_its_workers_is_given_up(self) -> None:
        job = defer()
        take(job, silent_for=timedelta(minutes=1), attempts=MAX_ATTEMPTS)

        assert keep_queue().given_up == 1

        assert status(job) == "failed"

    def test_what_ended_long_ago_goes_and_what_waits_stays(self) -> None:
        old, young, waiting = (defer(queueing_lock=name, lock=name) for name in ("old", "young", "waiting"))
        run("UPDATE procrastinate_jobs SET status = 'doing' WHERE id IN (%s, %s)", old, young)
        run("UPDATE procrastinate_jobs SET status = 'succeeded' WHERE id IN (%s, %s)", old, young)
        run("UPDATE procrastinate_events SET at = at - interval '15 days' WHERE job_id IN (%s, %s)", old, waiting)

        assert keep_queue().removed == 1

        assert {job.pk for job in ProcrastinateJob.objects.all()} == {young, waiting}
