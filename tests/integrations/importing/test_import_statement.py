"""What a customer's statement files become: every row once, counts that add up, nothing lost."""

from __future__ import annotations

from decimal import Decimal

import pytest
from django.db.models import Sum

from dwaybank.actor import Actor
from dwaybank.errors import DomainError
from dwaybank.models import Account, AuditEvent, User
from integrations.enums import FileStatus
from integrations.importing import FileOutcome, import_statement, receive_file
from integrations.models import (
    BankConnection,
    BankStatement,
    BankSyncLog,
    BankTransaction,
    BankTransactionDuplicate,
    BankTransactionVersion,
    IntegrationError,
    LinkedAccount,
    StatementFile,
)
from tests.factories import TransactionMappingFactory, UserFactory
from tests.integrations.statements_text import Row, cibc_csv, ofx, rbc_csv, td_csv

pytestmark = pytest.mark.django_db

COFFEE = Row("2026-10-05", "-4.95", "TIM HORTONS #1234", "F1")
PAY = Row("2026-10-15", "2104.50", "ACME PAYROLL", "F2")


@pytest.fixture
def owner() -> User:
    return UserFactory.create()


def take(owner: User, data: bytes, **options: object) -> FileOutcome:
    options.setdefault("create_accounts", True)
    return import_statement(data=data, file_name="file", owner=owner, actor=Actor(None, "test"), **options)


def counts(outcome: FileOutcome) -> list[tuple[int, int, int, int]]:
    return [(a.transactions, a.imported, a.duplicates, a.rejected) for a in outcome.accounts]


def codes(outcome: FileOutcome) -> list[str]:
    return [problem.code for problem in outcome.problems]


def test_rows_are_kept_raw_and_normalised(owner: User) -> None:
    take(owner, ofx(COFFEE, PAY))

    row = BankTransaction.objects.get(external_transaction_id="F1")
    assert row.raw_data["FITID"] == "F1"
    assert row.raw_data["TRNAMT"] == "-4.95"
    assert (row.amount, row.transaction_type) == (Decimal("4.95"), "debit")
    assert row.merchant_name == "TIM HORTONS"
    assert row.normalized_data["amount"] == "-4.95"
    assert row.normalized_data["words"] == ["tim", "hortons", "1234"]
    statement = BankStatement.objects.get()
    assert row.normalized_data["statement"] == str(statement.pk)


def test_a_file_leaves_statement_sync_log_and_linked_account(owner: User) -> None:
    outcome = take(owner, ofx(COFFEE, PAY, closing="3000.00"))

    statement = BankStatement.objects.select_related("file", "connection").get()
    assert statement.file.sha256 == outcome.sha256
    assert statement.file.file_status == "imported"
    assert bytes(statement.file.content) == ofx(COFFEE, PAY, closing="3000.00")
    assert (str(statement.period_start), str(statement.period_end)) == ("2026-10-01", "2026-10-31")
    assert (statement.closing_balance, statement.opening_balance, statement.ties_out) == (
        Decimal("3000.00"),
        None,
        None,
    )
    log = BankSyncLog.objects.get(pk=statement.sync_log_id)
    assert (log.sync_status, log.transactions_processed, log.transactions_imported) == ("completed", 2, 2)
    assert log.completed_at is not None
    assert statement.connection.linked_accounts_count == 1
    account = Account.objects.get()
    assert account.is_external
    assert account.external_account_id == "01234-5678901"


def test_the_same_file_again_changes_nothing(owner: User) -> None:
    take(owner, ofx(COFFEE, PAY))
    before = list(BankTransaction.objects.order_by("pk").values())

    again = take(owner, ofx(COFFEE, PAY))

    assert counts(again) == [(2, 0, 2, 0)]
    assert list(BankTransaction.objects.order_by("pk").values()) == before
    assert BankStatement.objects.count() == StatementFile.objects.count() == 1
    assert not IntegrationError.objects.exists()


def test_two_equal_coffees_on_one_day_stay_two(owner: User) -> None:
    outcome = take(owner, rbc_csv(COFFEE, COFFEE, PAY))

    assert counts(outcome) == [(3, 3, 0, 0)]


def test_a_file_cut_mid_day_is_completed_by_the_whole_one(owner: User) -> None:
    take(owner, rbc_csv(COFFEE))

    assert counts(take(owner, rbc_csv(COFFEE, COFFEE, PAY))) == [(3, 2, 1, 0)]
    assert counts(take(owner, rbc_csv(COFFEE))) == [(1, 0, 1, 0)]


def test_overlapping_files_add_only_what_is_new(owner: User) -> None:
    days = [Row(f"2026-10-{day:02d}", "-10.00", "GROCER") for day in range(1, 21)]
    take(owner, rbc_csv(*days[:15]))

    assert counts(take(owner, rbc_csv(*days[5:]))) == [(15, 5, 10, 0)]
    assert BankTransaction.objects.count() == 20


def posted_with(fitid: str, row: Row) -> Row:
    return Row(row.day, row.amount, row.text, fitid)


class TestBankIds:
    """Rows that carry the bank's own id."""

    def test_another_amount_is_another_movement_and_a_warning(self, owner: User) -> None:
        fee = Row("2026-10-05", "-1.50", "FEE", "F1")

        outcome = take(owner, ofx(COFFEE, fee))

        assert counts(outcome) == [(2, 2, 0, 0)]
        assert "bank_id_used_again" in codes(outcome)
        assert counts(take(owner, ofx(fee, COFFEE, PAY))) == [(3, 1, 2, 0)]
        assert counts(take(owner, ofx(fee))) == [(1, 0, 1, 0)]

    def test_another_date_is_a_change_and_the_earlier_version_is_kept(self, owner: User) -> None:
        take(owner, ofx(COFFEE))
        stored = BankTransaction.objects.get()

        outcome = take(owner, ofx(Row("2026-11-02", "-4.95", COFFEE.text, "F1")))

        assert counts(outcome) == [(1, 0, 1, 0)]
        assert outcome.accounts[0].changed == 1
        assert codes(outcome) == ["row_changed"]
        row = BankTransaction.objects.get()
        assert (row.pk, str(row.transaction_date)) == (stored.pk, "2026-11-02")
        version = BankTransactionVersion.objects.get()
        assert (version.bank_transaction_id, str(version.transaction_date)) == (stored.pk, "2026-10-05")

    def test_an_old_file_handed_in_again_does_not_undo_a_change(self, owner: User) -> None:
        old, new = ofx(COFFEE), ofx(Row("2026-10-06", "-4.95", "TIM HORTONS #1234 TORONTO", "F1"))
        take(owner, old)
        take(owner, new)

        outcome = take(owner, old)

        assert (counts(outcome), outcome.accounts[0].changed) == ([(1, 0, 1, 0)], 0)
        assert str(BankTransaction.objects.get().transaction_date) == "2026-10-06"
        assert BankTransactionVersion.objects.count() == 1

    def test_a_change_keeps_the_mapping(self, owner: User) -> None:
        take(owner, ofx(COFFEE))
        mapping = TransactionMappingFactory.create(bank_row=BankTransaction.objects.get())

        take(owner, ofx(Row("2026-12-01", "-4.95", "CHANGED", "F1")))

        mapping.refresh_from_db()
        assert mapping.bank_transaction_id == BankTransaction.objects.get().pk

    def test_the_same_id_and_amount_on_two_days_of_one_file_are_two_movements(self, owner: User) -> None:
        other_day = Row("2026-10-06", "-4.95", COFFEE.text, "F1")
        data = ofx(COFFEE, other_day)

        assert counts(take(owner, data)) == [(2, 2, 0, 0)]
        assert counts(take(owner, data)) == [(2, 0, 2, 0)]
        assert counts(take(owner, ofx(other_day, COFFEE))) == [(2, 0, 2, 0)]

    def test_a_line_that_stands_twice_is_stored_once(self, owner: User) -> None:
        outcome = take(owner, ofx(COFFEE, COFFEE))

        assert counts(outcome) == [(2, 1, 1, 0)]
        assert codes(outcome) == ["row_not_taken"]

    def test_an_id_belongs_to_its_account(self, owner: User) -> None:
        take(owner, ofx(COFFEE, account="01234-1111111"))

        assert counts(take(owner, ofx(COFFEE, account="01234-2222222"))) == [(1, 1, 0, 0)]


class TestTwoSources:
    """The same movement by OFX and by CSV."""

    def test_it_is_stored_once_as_itself_and_once_as_a_linked_duplicate(self, owner: User) -> None:
        take(owner, ofx(COFFEE, PAY))

        outcome = take(owner, rbc_csv(COFFEE, PAY))

        assert counts(outcome) == [(2, 0, 2, 0)]
        assert outcome.accounts[0].repeated == 2
        link = BankTransactionDuplicate.objects.get(duplicate_of__external_transaction_id="F1")
        repeated = BankTransaction.objects.get(pk=link.bank_transaction_id)
        assert (repeated.processing_status, repeated.amount) == ("duplicate", Decimal("4.95"))
        assert counts(take(owner, rbc_csv(COFFEE, PAY))) == [(2, 0, 2, 0)]
        assert BankTransaction.objects.count() == 4

    def test_it_works_the_other_way_round(self, owner: User) -> None:
        take(owner, rbc_csv(COFFEE, PAY))

        outcome = take(owner, ofx(COFFEE, PAY))

        assert outcome.accounts[0].repeated == 2
        assert BankTransaction.objects.filter(processing_status="imported").count() == 2

    def test_of_two_equal_coffees_the_second_is_new_where_the_first_source_had_one(self, owner: User) -> None:
        take(owner, ofx(COFFEE))

        first = take(owner, rbc_csv(COFFEE))
        second = take(owner, rbc_csv(COFFEE, COFFEE))

        assert first.accounts[0].repeated == 1
        assert counts(second) == [(2, 1, 1, 0)]
        assert BankTransaction.objects.filter(processing_status="imported").count() == 2

    def test_the_posting_day_of_one_is_the_purchase_day_of_the_other(self, owner: User) -> None:
        take(owner, ofx(Row("2026-10-07", "-62.10", "CORYDON BOOKS", "B1"), PAY))

        outcome = take(owner, rbc_csv(Row("2026-10-05", "-62.10", "CORYDON BOOKS"), PAY))

        assert outcome.accounts[0].repeated == 2

    def test_two_equal_purchases_posted_later_are_both_known(self, owner: User) -> None:
        posted, bought = Row("2026-10-07", "-4.95", COFFEE.text), Row("2026-10-05", "-4.95", COFFEE.text)
        take(owner, ofx(posted_with("A", posted), posted_with("B", posted), PAY))

        outcome = take(owner, rbc_csv(bought, bought, PAY))

        assert outcome.accounts[0].repeated == 3

    def test_but_a_coffee_of_another_day_is_another_coffee(self, owner: User) -> None:
        take(owner, ofx(COFFEE))

        outcome = take(owner, rbc_csv(Row("2026-10-06", "-4.95", COFFEE.text)))

        assert counts(outcome) == [(1, 1, 0, 0)]

    def test_equal_amounts_on_different_days_with_other_words_are_two(self, owner: User) -> None:
        take(owner, ofx(Row("2026-10-07", "-62.10", "CORYDON BOOKS", "B1")))

        outcome = take(owner, rbc_csv(Row("2026-10-05", "-62.10", "PRAIRIE FUELS")))

        assert counts(outcome) == [(1, 1, 0, 0)]


class TestWhoseAccount:
    """A file belongs to an account of its owner, or is refused by name."""

    def test_an_unknown_account_is_refused_by_name_without_create_accounts(self, owner: User) -> None:
        outcome = take(owner, ofx(COFFEE), create_accounts=False)

        assert outcome.status == FileStatus.REFUSED
        assert codes(outcome) == ["account_unknown"]
        assert "01234-5678901" in outcome.problems[0].message
        assert counts(outcome) == [(1, 0, 0, 1)]
        assert not BankTransaction.objects.exists()
        assert StatementFile.objects.get().file_status == "refused"
        assert IntegrationError.objects.get().error_severity == "high"

    def test_taking_it_later_resolves_the_error(self, owner: User) -> None:
        take(owner, ofx(COFFEE), create_accounts=False)

        assert take(owner, ofx(COFFEE)).status == FileStatus.IMPORTED
        error = IntegrationError.objects.get()
        assert (error.resolution_status, error.resolution_method) == ("resolved", "automatic_retry")
        assert StatementFile.objects.get().file_status == "imported"

    def test_one_unknown_account_of_several_does_not_keep_the_others_out(self, owner: User) -> None:
        take(owner, rbc_csv(COFFEE))
        both = rbc_csv(COFFEE, PAY) + rbc_csv(PAY, account="09999-1234567").split(b"\n", 1)[1]

        outcome = take(owner, both, create_accounts=False)

        assert outcome.status == FileStatus.PARTIAL
        assert sorted(counts(outcome)) == [(1, 0, 0, 1), (2, 1, 1, 0)]

    def test_another_customers_account_is_refused_without_saying_whose(self, owner: User) -> None:
        take(owner, ofx(COFFEE))
        stranger = UserFactory.create()

        outcome = take(stranger, ofx(COFFEE))

        assert codes(outcome) == ["account_linked_elsewhere"]
        assert owner.email not in outcome.problems[0].message

    def test_the_number_is_known_with_and_without_dashes_and_branch(self, owner: User) -> None:
        take(owner, ofx(COFFEE, account="01234-5678901"))

        assert counts(take(owner, ofx(COFFEE, PAY, account="012345678901"))) == [(2, 1, 1, 0)]
        assert counts(take(owner, ofx(COFFEE, PAY, account="5678901"))) == [(2, 0, 2, 0)]
        assert Account.objects.count() == 1

    def test_a_file_without_account_number_is_known_by_its_rows(self, owner: User) -> None:
        rows = [Row(f"2026-10-{day:02d}", f"-{day}.10", "SHOP", f"T{day}") for day in range(1, 8)]
        take(owner, ofx(*rows, account="6519874", bid="00002"))
        take(owner, ofx(Row("2026-10-03", "-77.00", "OTHER", "X"), account="7777777", bid="00002"))

        outcome = take(owner, td_csv(*rows))

        assert outcome.accounts[0].external_account_id == "6519874"
        assert outcome.accounts[0].repeated == 7
        assert "account_assumed" in codes(outcome)

    def test_and_a_number_is_given_to_rows_that_came_without(self, owner: User) -> None:
        rows = [Row(f"2026-10-{day:02d}", f"-{day}.10", "SHOP", f"T{day}") for day in range(1, 8)]
        take(owner, td_csv(*rows))

        assert take(owner, ofx(*rows, account="6519874", bid="00002")).accounts[0].repeated == 7
        assert Account.objects.count() == 1
        assert LinkedAccount.objects.filter(external_account_id="6519874").exists()

    def test_where_nothing_tells_which_account_it_is_staff_must_say(self, owner: User) -> None:
        take(owner, ofx(Row("2026-09-01", "-1.00", "A", "A"), account="1111111", bid="00005"))
        take(owner, ofx(Row("2026-09-01", "-2.00", "B", "B"), account="2222222", bid="00005"))
        data = cibc_csv(PAY)

        asked = take(owner, data)
        told = take(owner, data, account="2222222")

        assert codes(asked) == ["account_ambiguous"]
        assert "1111111" in asked.problems[0].message
        assert told.accounts[0].account_id == Account.objects.get(external_account_id="2222222").pk
        assert take(owner, data).accounts[0].account_id == told.accounts[0].account_id  # remembered by the file

    def test_two_customers_without_account_numbers_do_not_meet(self, owner: User) -> None:
        take(owner, td_csv(COFFEE))

        assert counts(take(UserFactory.create(), td_csv(COFFEE))) == [(1, 1, 0, 0)]

    def test_a_bank_that_contradicts_the_file_is_refused(self, owner: User) -> None:
        outcome = take(owner, ofx(COFFEE), bank="td")

        assert codes(outcome) == ["bank_mismatch"]
        assert outcome.status == FileStatus.REFUSED

    def test_an_unknown_mark_is_kept_apart_with_a_warning_unless_the_bank_is_named(self, owner: User) -> None:
        unknown = take(owner, ofx(COFFEE, bid="00024"))
        named = take(owner, ofx(PAY, bid="00024", account="5555555"), bank="cibc")

        assert codes(unknown) == ["bank_not_recognised"]
        assert unknown.bank_id == "aggregation"
        assert (codes(named), named.bank_id) == ([], "cibc")

    def test_a_closed_account_takes_nothing(self, owner: User) -> None:
        take(owner, ofx(COFFEE))
        Account.objects.update(deleted_at="2026-10-20T00:00Z")

        assert codes(take(owner, ofx(COFFEE, PAY))) == ["account_closed"]

    def test_a_deactivated_owner_is_an_error(self, owner: User) -> None:
        owner.is_active = False

        with pytest.raises(DomainError, match="deactivated"):
            take(owner, ofx(COFFEE))


class TestProblems:
    """Bad input gets a clear message and loses nothing."""

    def test_a_bad_line_is_rejected_and_the_others_are_taken(self, owner: User) -> None:
        data = rbc_csv(COFFEE, Row("2026-10-06", "12.345", "TOO PRECISE"), PAY)

        outcome = take(owner, data)

        assert outcome.status == FileStatus.PARTIAL
        assert counts(outcome) == [(3, 2, 0, 1)]
        problem = next(p for p in outcome.problems if p.severity == "error")
        assert problem.line == 3
        assert "12.345" in problem.raw
        error = IntegrationError.objects.get()
        assert (error.error_severity, error.error_details["line"]) == ("medium", 3)
        assert BankSyncLog.objects.get().sync_status == "partial"

    def test_a_preview_lists_the_bad_line_among_the_rows(self, owner: User) -> None:
        data = rbc_csv(COFFEE, Row("2026-10-06", "12.345", "TOO PRECISE"))

        preview = take(owner, data, dry_run=True, with_rows=True)

        good, bad = preview.accounts[0].rows
        assert (good.verdict, bad.verdict, bad.line) == ("new", "rejected", 3)
        assert "12.345" in bad.reason

    def test_a_refused_statement_keeps_its_bytes_for_another_try(self, owner: User) -> None:
        take(owner, ofx(COFFEE), create_accounts=False)

        assert bytes(StatementFile.objects.get().content or b"") == ofx(COFFEE)

    def test_handing_in_a_bad_file_twice_reports_its_problems_once(self, owner: User) -> None:
        data = rbc_csv(COFFEE, Row("2026-10-06", "12.345", "TOO PRECISE"))
        take(owner, data)
        take(owner, data)

        assert IntegrationError.objects.count() == 1

    @pytest.mark.parametrize("data", [b"", b"%PDF-1.7 ...", b"hello", bytes(range(256))])
    def test_a_file_that_is_no_statement_is_refused_whole(self, owner: User, data: bytes) -> None:
        outcome = take(owner, data)

        assert outcome.status == FileStatus.REFUSED
        assert len(outcome.problems[-1].message) > 20
        file = StatementFile.objects.get()
        assert (file.file_status, file.content) == ("refused", None)
        assert not BankConnection.objects.exists()

    def test_running_balances_that_break_are_a_warning(self, owner: User) -> None:
        data = td_csv(COFFEE, PAY).replace(b"3099.55", b"3099.56")

        outcome = take(owner, data)

        assert outcome.status == FileStatus.IMPORTED
        assert counts(outcome) == [(2, 2, 0, 0)]
        assert "balance_chain_break" in codes(outcome)
        assert "does_not_tie_out" in codes(outcome)
        assert BankStatement.objects.get().ties_out is False

    def test_balances_that_tie_out(self, owner: User) -> None:
        outcome = take(owner, td_csv(COFFEE, PAY))

        assert outcome.accounts[0].ties_out is True
        assert BankStatement.objects.get().ties_out is True


def test_a_dry_run_says_the_same_and_writes_nothing(owner: User) -> None:
    take(owner, ofx(COFFEE))
    data = ofx(COFFEE, PAY)
    tables = (Account, BankConnection, BankStatement, BankSyncLog, BankTransaction, StatementFile)
    before = [list(table.objects.order_by("pk").values()) for table in tables]

    preview = take(owner, data, dry_run=True, with_rows=True)

    assert [list(table.objects.order_by("pk").values()) for table in tables] == before
    assert [(row.verdict, row.line) for row in preview.accounts[0].rows] == [("duplicate", 8), ("new", 9)]
    assert preview.accounts[0].rows[0].bank_transaction_id == BankTransaction.objects.get().pk
    assert counts(take(owner, data)) == counts(preview)


def test_a_dry_run_for_a_new_customer_leaves_no_trace(owner: User) -> None:
    preview = take(owner, ofx(COFFEE), dry_run=True)

    assert counts(preview) == [(1, 1, 0, 0)]
    assert not BankConnection.objects.exists()
    assert not Account.objects.exists()


def test_rows_of_a_month_without_partition_get_one(owner: User) -> None:
    take(owner, ofx(Row("2019-03-04", "-5.00", "OLD", "O1"), Row("2031-01-02", "-6.00", "LATE", "O2")))

    rows = BankTransaction.objects.extra(select={"part": "bank_transactions.tableoid::regclass::text"})
    assert sorted(row.part for row in rows) == ["bank_transactions_y2019m03", "bank_transactions_y2031m01"]


def test_a_received_file_waits_and_is_imported_once(owner: User) -> None:
    data = ofx(COFFEE)
    file = receive_file(data=data, file_name="oct.ofx", owner=owner, actor=Actor(owner.pk, "upload"))

    stored = StatementFile.objects.get(pk=file.pk)
    assert (stored.file_status, stored.uploaded_by) == ("received", owner.pk)
    assert (bytes(stored.content or b""), stored.bank_id) == (data, "rbc")
    assert not IntegrationError.objects.exists()
    take(owner, data)
    again = receive_file(data=data, file_name="oct.ofx", owner=owner, actor=Actor(owner.pk, "upload"))
    assert (again.pk, again.file_status) == (file.pk, "imported")


def test_the_audit_names_the_run(owner: User) -> None:
    take(owner, ofx(COFFEE))

    runs = set(AuditEvent.objects.filter(table_name__in=["bank_connections", "accounts"]).values_list("run", flat=True))
    assert runs == {"test"}


def test_the_sum_of_what_is_stored_is_the_sum_of_the_file(owner: User) -> None:
    outcome = take(owner, ofx(COFFEE, PAY, Row("2026-10-20", "-100.01", "RENT", "R")))

    credit = BankTransaction.objects.filter(transaction_type="credit").aggregate(s=Sum("amount"))["s"]
    debit = BankTransaction.objects.filter(transaction_type="debit").aggregate(s=Sum("amount"))["s"]
    assert credit - debit == outcome.accounts[0].signed_sum == Decimal("1999.54")
