"""A matching run over the database: certain matches are mapped, the rest waits; again, nothing changes."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import Client

from dwaybank.actor import Actor
from dwaybank.admin.display import admin_url
from dwaybank.audit.rows import differing_rows
from dwaybank.models import Account, AuditEvent, SystemConfig, SystemLog, Transaction
from integrations.models import BankTransaction
from reconciliation import decisions
from reconciliation.mapping import RunSummary, run_matching
from reconciliation.models import (
    BalanceSyncHistory,
    MappingPolicy,
    MappingProposal,
    MappingRun,
    RejectedPair,
    TransactionMapping,
    TransactionPart,
)
from tests.factories import UserFactory
from tests.reconciliation.rows import DAY, SHOPS, Book, plain_movements, reviewer, seen

SAMPLES = Path(__file__).resolve().parents[2] / "integrations" / "samples" / "statements"
pytestmark = pytest.mark.django_db

NOW = datetime(2026, 11, 2, 15, 0, tzinfo=UTC)


def run(**options: Any) -> RunSummary:
    return run_matching(actor=Actor(None, "test"), now=NOW, **options)


@pytest.fixture
def book() -> Book:
    """An account with forty plain movements on both sides, so that there is something to learn from."""
    return plain_movements(Book())


def waiting() -> dict[str, str]:
    return dict(MappingProposal.objects.filter(proposal_status="open").values_list("description", "outcome"))


class TestOutcomes:
    def test_what_is_certain_is_mapped_with_its_link(self, book: Book) -> None:
        summary = run()

        assert (summary.bank_lines, summary.ledger_lines) == (40, 40)
        assert summary.accepted >= 34  # 85 %
        assert summary.accepted + summary.waiting == 40
        mapping = TransactionMapping.objects.select_related("transaction")[0]
        line = BankTransaction.objects.get(pk=mapping.bank_transaction_id)
        assert (mapping.mapping_type, mapping.reconciliation_status) == ("automatic", "matched")
        assert mapping.mapping_algorithm.startswith("fellegi-sunter")
        assert (line.processing_status, line.mapped_transaction_id) == ("mapped", mapping.transaction_id)
        assert line.amount == mapping.transaction.amount
        stored = MappingRun.objects.get()
        assert (stored.run_hash, stored.bank_lines) == (summary.run_hash, 40)

    def test_what_has_no_partner_waits_with_nothing_to_choose(self, book: Book) -> None:
        book.bank("-999.99", "MYSTERY")

        run()

        proposal = MappingProposal.objects.get(description="MYSTERY")
        assert (proposal.outcome, proposal.candidates, proposal.proposal_status) == ("unmatched", [], "open")

    def test_twins_that_nothing_tells_apart_are_not_mapped_silently(self, book: Book) -> None:
        one = [book.bank("-77.77", "", days=3), book.bank("-77.77", "", days=3)]
        book.ledger("-77.77", "left", days=3)

        run()

        assert not TransactionMapping.objects.filter(bank_transaction_id__in=[line.pk for line in one]).exists()
        proposals = MappingProposal.objects.filter(bank_transaction_id__in=[line.pk for line in one])
        assert proposals.count() == 2

    def test_a_batch_becomes_a_whole_with_parts_or_a_proposal(self, book: Book) -> None:
        line = book.bank("151.00", "SQUARE INC DEPOSIT 4417", days=6)
        parts = [book.ledger(a, "Square sale", days=4) for a in ("50.10", "60.20", "40.70")]

        run()

        mapping = TransactionMapping.objects.filter(bank_transaction_id=line.pk).first()
        if mapping:
            of_it = set(TransactionPart.objects.filter(parent=mapping.transaction_id).values_list("part", flat=True))
            assert of_it == {part.pk for part in parts}
        else:
            [first, *_] = MappingProposal.objects.get(bank_transaction_id=line.pk).candidates
            assert set(first["ledger_ids"]) == {str(part.pk) for part in parts}

    def test_evidence_is_in_words_and_losers_say_why(self, book: Book) -> None:
        book.bank("-64.20", "POS ZELLERS 12 OTTAWA", days=5)
        book.ledger("-64.20", "Zellers", days=4)
        book.ledger("-64.20", "Unrelated plumbing", days=2)
        SystemConfig.objects.filter(key="mapping_accept_probability").update(value="1")

        run()

        first, second = MappingProposal.objects.get(description="POS ZELLERS 12 OTTAWA").candidates
        assert "same amount" in " ".join(one["words"] for one in first["evidence"]).lower()
        assert (first["reason"], bool(second["reason"])) == (None, True)


class TestAudit:
    def test_a_large_run_is_recorded_by_run_and_every_mapping_of_it_is_proven(self, book: Book, client: Client) -> None:
        boss = UserFactory.create(staff=True, is_superuser=True)
        for n in range(100):
            text = f"{SHOPS[n % 10]} STORE {n + 40}"
            book.bank(f"-{60 + n}.{n % 90:02d}", f"POS {text} TORONTO ON", days=n % 25 + 1)
            book.ledger(f"-{60 + n}.{n % 90:02d}", text.title(), days=n % 25)
        summary = run_matching(actor=Actor(boss.pk, "command:match_transactions", "the night's run"), now=NOW)

        told = AuditEvent.objects.filter(table_name="transaction_mappings")
        [event] = told
        assert (event.row_id, event.actor_id, event.reason) == ("", boss.pk, "the night's run")
        made = {str(pk) for pk in TransactionMapping.objects.values_list("pk", flat=True)}
        assert set(event.new_values["rows"]) == made
        assert len(made) == summary.accepted >= 100
        assert list(differing_rows()) == []

        # unmapped and taken back, it is whole again, and says all that happened to it
        mapping, forged, gone = TransactionMapping.objects.order_by("pk")[:3]
        unmapped = decisions.unmap(mapping.pk, actor=Actor(boss.pk, "test"), note="wrong shop")
        assert told.get(action="DELETE").old_values["mapping_algorithm"] == mapping.mapping_algorithm
        decisions.undo(unmapped.pk, actor=Actor(boss.pk, "test"))
        back = TransactionMapping.objects.get(pk=mapping.pk)
        assert back.created_at == mapping.created_at
        client.force_login(boss)
        page = client.get(admin_url("reconciliation.TransactionMapping", mapping.pk, "history"))
        entries = [(entry.action, entry.reason) for entry in page.context["entries"]]
        assert entries == [("Added", "Undone"), ("Deleted", "wrong shop"), ("Added", "the night's run")]
        assert list(differing_rows()) == []

        with connection.cursor() as cursor:
            cursor.execute("ALTER TABLE transaction_mappings DISABLE TRIGGER USER")
            cursor.execute("UPDATE transaction_mappings SET mapping_confidence = 0.5 WHERE id = %s", [forged.pk])
            cursor.execute("DELETE FROM transaction_mappings WHERE id = %s", [gone.pk])
            cursor.execute("ALTER TABLE transaction_mappings ENABLE TRIGGER USER")
        found = {(problem.message.split()[1], problem.kind) for problem in differing_rows()}
        assert found == {(str(forged.pk), "row_changed"), (str(gone.pk), "row_gone")}


class TestAgain:
    def test_the_same_lines_give_the_same_hash_and_change_nothing(self, book: Book) -> None:
        book.bank("-999.99", "MYSTERY")
        dry_one, dry_two = run(dry_run=True), run(dry_run=True)
        assert dry_one.run_hash == dry_two.run_hash
        assert not MappingRun.objects.exists()

        run()
        mapped, versions = (
            TransactionMapping.objects.count(),
            dict(MappingProposal.objects.values_list("pk", "version")),
        )
        run()

        assert TransactionMapping.objects.count() == mapped
        assert dict(MappingProposal.objects.values_list("pk", "version")) == versions

    def test_a_line_that_finds_its_partner_later_leaves_the_queue(self, book: Book) -> None:
        book.bank("-431.10", "POS CANADIAN TIRE 88", days=2)
        run()
        assert waiting()["POS CANADIAN TIRE 88"] == "unmatched"
        book.ledger("-431.10", "Canadian Tire", days=1)

        run()

        proposal = MappingProposal.objects.get(description="POS CANADIAN TIRE 88")
        assert proposal.proposal_status == "withdrawn" or proposal.candidates

    def test_reviewers_are_not_overruled(self, book: Book) -> None:
        _, actor = reviewer()
        SystemConfig.objects.filter(key="mapping_accept_probability").update(value="1")
        run()
        proposal = MappingProposal.objects.filter(proposal_status="open", candidates__0__isnull=False)[0]
        decision = decisions.approve(seen(proposal), actor=actor)
        rejected = MappingProposal.objects.filter(proposal_status="open", candidates__0__isnull=False)[0]
        decisions.reject_candidate(seen(rejected), 0, actor=actor)
        disputed = MappingProposal.objects.filter(proposal_status="open", candidates__0__isnull=False)[1]
        decisions.dispute_line(disputed.pk, actor=actor, note="ask the customer")
        SystemConfig.objects.filter(key="mapping_accept_probability").update(value="0.985")

        run()

        mapping = TransactionMapping.objects.get(bank_transaction_id=proposal.bank_transaction_id)
        assert mapping.pk == decision_mapping(decision)
        disputed.refresh_from_db()
        assert disputed.proposal_status == "disputed"
        pair = RejectedPair.objects.get()
        assert not TransactionMapping.objects.filter(
            bank_transaction_id=pair.bank_transaction_id, transaction=pair.transaction_id
        ).exists()

    def test_a_rejection_fades(self, book: Book) -> None:
        from reconciliation.mapping.loading import load

        line, ledger = book.bank("-5.00", "X"), book.ledger("-5.00", "Y")
        person, _ = reviewer()
        RejectedPair.objects.create(
            bank_transaction_id=line.pk, transaction=ledger, rejected_by=person, rejected_at=NOW - timedelta(days=180)
        )

        weights = [load(None, None, 45, NOW + timedelta(days=d)).memory.rejected for d in (0, 180, 3650)]

        assert weights[0] == {(str(line.pk), str(ledger.pk)): pytest.approx(6.0)}
        assert list(weights[1].values()) == [pytest.approx(3.0)]
        assert weights[2] == {}


def decision_mapping(decision: Any) -> Any:
    from uuid import UUID

    return UUID(decision.after["mappings"][0]["id"])


class TestScope:
    def test_one_account_and_since(self, book: Book) -> None:
        other = Book()
        other.bank("-5.00", "OTHER")

        assert run(account_id=other.account.pk, dry_run=True).bank_lines == 1
        late = BankTransaction.objects.filter(transaction_date__gte=DAY + timedelta(days=20)).count()
        assert run(since=DAY + timedelta(days=20), dry_run=True).bank_lines == late

    def test_accounts_and_currencies_never_meet(self, book: Book) -> None:
        other = Book()
        line = other.bank("-321.09", "LONELY SHOP")
        book.ledger("-321.09", "Lonely Shop")
        other.ledger("-321.09", "Lonely Shop", currency="USD")

        run()

        assert not TransactionMapping.objects.filter(bank_transaction_id=line.pk).exists()
        assert MappingProposal.objects.get(bank_transaction_id=line.pk).candidates == []


class TestPolicy:
    @pytest.mark.parametrize(("days", "made"), [(None, 0), (10, 1), (60, 0)])
    def test_what_the_ledger_lacks_is_made_after_days(self, book: Book, days: int | None, made: int) -> None:
        line = book.bank("-999.99", "MYSTERY", days=10)
        MappingPolicy.objects.create(account=book.account, create_after_days=days)

        before = Account.objects.get(pk=book.account.pk).current_balance

        summary = run()

        assert summary.created == made
        # what the ledger lacked is money: the balance moves by it, once
        assert run().created == 0
        moved = Account.objects.get(pk=book.account.pk).current_balance - before
        assert moved == (Decimal("-999.99") if made else 0)
        mapping = TransactionMapping.objects.filter(bank_transaction_id=line.pk).first()
        assert (mapping.mapping_type if mapping else None) == ("system_generated" if made else None)
        if mapping:
            assert mapping.transaction.amount == Decimal("999.99")
            assert Transaction.objects.filter(import_source="reconciliation").count() == 1


class TestCommand:
    def test_json_and_text(self, book: Book) -> None:
        output = StringIO()
        call_command("match_transactions", "--dry-run", "--json", stdout=output)
        report = json.loads(output.getvalue())
        assert (report["bank_lines"], report["run_id"]) == (40, None)
        assert sum(report["outcomes"].values()) == 40
        assert len(report["run_hash"]) == 64

        output = StringIO()
        call_command("match_transactions", "--account", book.account.external_account_id, stdout=output)
        assert "mapped without a person" in output.getvalue()
        assert TransactionMapping.objects.exists()

    @pytest.mark.parametrize("account", ["no-such", "00000000-0000-0000-0000-000000000000"])
    def test_an_unknown_account_is_refused(self, account: str) -> None:
        with pytest.raises(CommandError, match="There is no account"):
            call_command("match_transactions", "--account", account)

    def test_nothing_to_do(self) -> None:
        output = StringIO()
        call_command("match_transactions", stdout=output)
        assert "0 bank lines, 0 ledger lines" in output.getvalue()


def test_a_mapping_by_raw_sql_links_and_unlinks_the_bank_transaction(book: Book) -> None:
    line, ledger = book.bank("-1.00"), book.ledger("-1.00")
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO transaction_mappings (transaction_id, bank_transaction_id, mapping_type) "
            "VALUES (%s, %s, 'manual')",
            [ledger.pk, line.pk],
        )
        line.refresh_from_db()
        assert (line.processing_status, line.mapped_transaction_id) == ("mapped", ledger.pk)
        cursor.execute("DELETE FROM transaction_mappings WHERE transaction_id = %s", [ledger.pk])
        line.refresh_from_db()
        assert (line.processing_status, line.mapped_transaction_id) == ("imported", None)


class TestAfterAnImport:
    def test_the_accounts_lines_are_matched_at_once(self) -> None:
        from integrations.importing import import_statement
        from tests.factories import UserFactory
        from tests.integrations.statements_text import Row, ofx

        import_statement(
            data=ofx(Row("2026-10-05", "-4.95", "TIM HORTONS #1234", "F1")),
            file_name="oct.ofx",
            owner=UserFactory.create(),
            actor=Actor(None, "test"),
            create_accounts=True,
        )

        assert waiting() == {"TIM HORTONS #1234": "unmatched"}
        assert MappingRun.objects.get().account_id is not None

    def test_a_setting_that_cannot_be_read_costs_no_row(self) -> None:
        from integrations.importing import import_statement
        from tests.factories import UserFactory
        from tests.integrations.statements_text import Row, ofx

        SystemConfig.objects.filter(key="mapping_accept_margin").update(value="nine")

        outcome = import_statement(
            data=ofx(Row("2026-10-05", "-4.95", "TIM HORTONS #1234", "F1")),
            file_name="oct.ofx",
            owner=UserFactory.create(),
            actor=Actor(None, "test"),
            create_accounts=True,
        )

        assert outcome.status == "imported"
        assert "reconciliation did not run" in SystemLog.objects.get(level="ERROR").message

    def test_a_statement_without_a_new_row_is_compared_too(self) -> None:
        from integrations.importing import import_statement
        from tests.factories import UserFactory

        owner, sample = UserFactory.create(), (SAMPLES / "rbc_chequing.ofx").read_bytes()
        for data in (sample, sample.replace(b"<BALAMT>10332.94<", b"<BALAMT>10232.94<")):
            import_statement(
                data=data, file_name="oct.ofx", owner=owner, actor=Actor(None, "test"), create_accounts=True
            )

        stated = BalanceSyncHistory.objects.order_by("-bank_balance").values_list("bank_balance", flat=True)
        assert list(stated) == [Decimal("10332.94"), Decimal("10232.94")]


class TestReplay:
    def test_the_same_thresholds_change_nothing_and_looser_ones_show_false_accepts(self, book: Book) -> None:
        run()
        mapped = TransactionMapping.objects.count()
        output = StringIO()
        call_command("replay_matching", "--json", stdout=output)
        report = json.loads(output.getvalue())
        assert (report["decided"], report["agreed"], report["false_accepts"]) == (mapped, mapped, [])
        assert report["precision"] == 1.0

    def test_a_wrong_decision_of_the_engine_would_be_named(self, book: Book) -> None:
        """A person said otherwise than any evidence: with the settings of today that is a false acceptance."""
        run()
        line = book.bank("-64.20", "POS ZELLERS 12 OTTAWA", days=5)
        right, wrong = book.ledger("-64.20", "Zellers", days=4), book.ledger("-64.20", "Plumbing", days=1)
        proposal = book.proposal(line, [right])
        decisions.choose(seen(proposal), [wrong.pk], actor=reviewer()[1])

        with pytest.raises(SystemExit) as end:
            call_command(
                "replay_matching",
                "--json",
                "--accept-probability",
                "0.5",
                "--accept-margin",
                "0.1",
                stdout=(output := StringIO()),
            )

        assert end.value.code == 1
        [false] = json.loads(output.getvalue())["false_accepts"]
        assert (false["bank_id"], false["decided"], false["now"]) == (str(line.pk), str(wrong.pk), str(right.pk))
        assert false["decided_by_person"]
        assert (false["day"], false["amount"]) == ("2026-10-10", "-64.20")
        assert (false["decided_words"], false["now_words"]) == ("2026-10-06 Plumbing", "2026-10-09 Zellers")

    def test_the_terminal_names_each_and_says_what_to_do(self, book: Book) -> None:
        run()
        proposal = book.proposal(book.bank("-64.20", "POS ZELLERS 12 OTTAWA", days=5))
        book.ledger("-64.20", "Zellers", days=4)
        decisions.choose(seen(proposal), [book.ledger("-64.20", "Plumbing", days=1).pk], actor=reviewer()[1])
        output = StringIO()

        with pytest.raises(SystemExit):
            call_command("replay_matching", "--accept-probability", "0.5", "--accept-margin", "0.1", stdout=output)

        said = output.getvalue()
        assert "false: 2026-10-10 -64.20 POS ZELLERS 12 OTTAWA" in said
        assert "by a person 2026-10-06 Plumbing" in said
        assert "; now 2026-10-09 Zellers" in said
        assert "Look at each false acceptance" in said

    def test_stricter_thresholds_make_lines_wait(self, book: Book) -> None:
        run()
        output = StringIO()
        call_command("replay_matching", "--accept-probability", "1", stdout=output)
        assert f"{TransactionMapping.objects.count():,} that were accepted would wait" in output.getvalue()

    @pytest.mark.parametrize(
        ("command", "option", "value", "said"),
        [
            ("replay_matching", "--accept-margin", "1.5", "between 0 and 1"),
            ("replay_matching", "--accept-probability", "abc", "between 0 and 1"),
            ("replay_matching", "--amount-tolerance", "5,00", "write it as 5.00"),
            ("replay_matching", "--max-lag-days", "-1", "from 0 to 400"),
            ("match_transactions", "--since", "05/11/2026", "write it as 2026-10-01"),
        ],
    )
    def test_a_wrong_value_is_refused_with_how_to_write_it(
        self, command: str, option: str, value: str, said: str
    ) -> None:
        with pytest.raises(CommandError, match=said):
            call_command(command, f"{option}={value}")
