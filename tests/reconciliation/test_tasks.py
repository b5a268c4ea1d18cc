"""Matching after an import: a job where a worker lives, here and now where none does."""

from __future__ import annotations

import pytest
from django.db import connection
from procrastinate.contrib.django.models import ProcrastinateJob

from dwaybank.actor import Actor
from reconciliation.models import MappingRun
from reconciliation.tasks import MATCH, match_account, match_later
from tests.reconciliation.rows import Book

pytestmark = pytest.mark.django_db

SYSTEM = Actor(None, "test")


def worker(*, silent_for: int) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO procrastinate_workers (last_heartbeat) VALUES (CURRENT_TIMESTAMP - make_interval(secs => %s))",
            [silent_for],
        )


def test_without_a_worker_it_is_matched_at_once() -> None:
    book = Book()
    book.bank("-12.34")
    worker(silent_for=3600)  # died an hour ago

    match_later([book.account.pk], SYSTEM)

    assert MappingRun.objects.filter(account_id=book.account.pk).count() == 1
    assert not ProcrastinateJob.objects.filter(task_name=MATCH).exists()


def test_with_a_worker_one_job_waits_for_each_account_and_does_the_same() -> None:
    book, other = Book(), Book()
    book.bank("-12.34")
    worker(silent_for=1)

    match_later([book.account.pk, other.account.pk], SYSTEM)
    match_later([book.account.pk], SYSTEM)

    jobs = ProcrastinateJob.objects.filter(task_name=MATCH)
    assert sorted(job.args["account_id"] for job in jobs) == sorted([str(book.account.pk), str(other.account.pk)])
    assert not MappingRun.objects.exists()
    match_account(**jobs.get(args__account_id=str(book.account.pk)).args)
    assert MappingRun.objects.filter(account_id=book.account.pk).count() == 1
