"""Connectors against the sandbox over real HTTP: what they fetch is what the bank holds, faults or not."""

from __future__ import annotations

import logging
from collections import Counter
from contextlib import suppress
from datetime import timedelta
from decimal import Decimal

import pytest

from dwaybank.secrets import Secret
from integrations.banks.contract import Access, BankError, ConsentStatus
from integrations.enums import ErrorOwner, ErrorType
from integrations.feeds.contract import BalanceKind
from integrations.sandbox import fdx, flinks, plaid
from integrations.sandbox.server import SandboxServer
from tests.integrations.banks.clients import (
    BACK,
    access_of,
    connect,
    decide,
    fdx_connector,
    flinks_connector,
    plaid_connector,
    posted,
    request,
    true_rows,
)

PASSING = ["429", "500", "cut", "timeout", "slow", "malformed", "mutation@fdx"]


@pytest.mark.parametrize("bank", ["rbc", "td", "bmo", "cibc"])
class TestFdx:
    def test_every_row_of_every_account_once_and_the_balances(self, sandbox: SandboxServer, bank: str) -> None:
        """Flat and wrapped rows, offsets and links: four configurations of one connector."""
        connector = fdx_connector(sandbox, bank)
        access = access_of(connect(connector, sandbox, f"{bank}-1"))

        pages = list(connector.fetch(access, request(sandbox)))

        assert posted(pages) == true_rows(sandbox, f"{bank}-1", "fdx")
        assert not any(page.problems for page in pages)
        assert len(pages) > 3
        truth = sandbox.bank.truth(sandbox.bank.customer(f"{bank}-1"), "fdx", sandbox.bank.clock.now())  # type: ignore[arg-type]
        for account, balances in connector.balances(access, now=sandbox.bank.clock.now()).items():
            (closing,) = [b.amount for b in balances if b.kind is BalanceKind.CLOSING]
            assert closing == Decimal(truth[account]["balance"])
            assert isinstance(closing, Decimal)
        assert sorted(p.transaction.external_transaction_id or "" for page in pages for p in page.pending) == sorted(
            row for held in truth.values() for row in held["pending"]
        )

    def test_consent_from_agreeing_to_revoking(self, sandbox: SandboxServer, bank: str) -> None:
        connector = fdx_connector(sandbox, bank)
        grant = connect(connector, sandbox, f"{bank}-2")
        access, now = access_of(grant), sandbox.bank.clock.now()

        assert grant.consent is not None
        assert grant.consent.status is ConsentStatus.ACTIVE
        assert grant.consent.expires_at == now + timedelta(days=365)
        assert len(grant.consent.accounts) == 3
        assert grant.token_expires_at == now + timedelta(minutes=30)

        connector.revoke(access)
        connector.revoke(access)  # twice is no error
        assert connector.consent(access, now=now).status is ConsentStatus.REVOKED
        with pytest.raises(BankError) as caught:
            list(connector.fetch(access, request(sandbox)))
        assert (caught.value.error_type, caught.value.owner, caught.value.reconnect) == (
            ErrorType.AUTHENTICATION,
            ErrorOwner.CUSTOMER,
            True,
        )
        with pytest.raises(BankError) as caught:
            connector.refresh(access, now=now)
        assert caught.value.code == "invalid_grant"


def test_an_ended_token_is_refreshed_and_the_old_one_serves_until_the_new_one_is_used(sandbox: SandboxServer) -> None:
    connector = fdx_connector(sandbox)
    access = access_of(connect(connector, sandbox, "rbc-1"))
    sandbox.bank.clock.advance(timedelta(minutes=31))
    with pytest.raises(BankError) as caught:
        connector.accounts(access, now=sandbox.bank.clock.now())
    assert (caught.value.code, caught.value.temporary, caught.value.reconnect) == ("token_refused", False, False)

    with pytest.raises(BankError, match="the access token is refused"):
        connector.revoke(access)  # else the consent would stay open at the bank unnoticed

    lost = connector.refresh(access, now=sandbox.bank.clock.now())  # the answer never arrived
    again = connector.refresh(access, now=sandbox.bank.clock.now())
    assert lost is not None
    assert again is not None
    renewed = access_of(again)
    assert len(connector.accounts(renewed, now=sandbox.bank.clock.now())) == 3
    with pytest.raises(BankError, match="connect again"):
        connector.refresh(access, now=sandbox.bank.clock.now())


def test_a_consent_ends_by_itself(sandbox: SandboxServer) -> None:
    connector = fdx_connector(sandbox)
    access = access_of(connect(connector, sandbox, "rbc-1"))
    sandbox.bank.clock.advance(timedelta(days=366))
    with pytest.raises(BankError) as caught:
        connector.refresh(access, now=sandbox.bank.clock.now())
    assert caught.value.code == "invalid_grant"


class TestPlaid:
    def test_added_modified_and_removed_come_to_the_truth_as_time_moves(self, sandbox: SandboxServer) -> None:
        connector = plaid_connector(sandbox)
        access = access_of(connect(connector, sandbox, "td-1"))
        held: dict[tuple[str, str], tuple[str, str, str, str]] = {}
        pending: set[str] = set()
        cursor, settled, removed = None, 0, 0
        for days in (0, 1, 2, 4, 9, 0):
            sandbox.bank.clock.advance(timedelta(days=days))
            (page,) = connector.fetch(access, request(sandbox, cursor=cursor))
            cursor = page.next_cursor
            for account, rows in posted([page]).items():
                held.update({(account, row[0]): row for row in rows})
            pending |= {str(p.transaction.external_transaction_id) for p in page.pending}
            settled += len(page.settlements)
            for gone in page.removed:
                removed += (gone.external_account_id, gone.transaction_id) in held
                held.pop((gone.external_account_id, gone.transaction_id), None)
                pending.discard(gone.transaction_id)

            found: dict[str, set[tuple[str, str, str, str]]] = {}
            for (account, _), row in held.items():
                found.setdefault(account, set()).add(row)
            assert found == true_rows(sandbox, "td-1", "plaid")
            truth = sandbox.bank.truth(sandbox.bank.customer("td-1"), "plaid", sandbox.bank.clock.now())  # type: ignore[arg-type]
            assert pending == {row for one in truth.values() for row in one["pending"]}
        assert settled > 5
        assert not any(account.transactions for account in (*page.accounts, *page.modified))

    def test_a_change_between_pages_starts_over_from_the_first_cursor(self, sandbox: SandboxServer) -> None:
        connector = plaid_connector(sandbox, page_size=25)
        access = access_of(connect(connector, sandbox, "td-2"))
        sandbox.faults.replace("mutation*3")

        (page,) = connector.fetch(access, request(sandbox))

        assert posted([page]) == true_rows(sandbox, "td-2", "plaid")
        sandbox.faults.replace("mutation%100")
        with pytest.raises(BankError) as caught:
            list(connector.fetch(access, request(sandbox)))
        assert caught.value.code == "transactions_sync_mutation_during_pagination"
        assert caught.value.temporary

    def test_balances_and_signs(self, sandbox: SandboxServer) -> None:
        connector = plaid_connector(sandbox)
        access = access_of(connect(connector, sandbox, "bmo-1"))
        truth = sandbox.bank.truth(sandbox.bank.customer("bmo-1"), "plaid", sandbox.bank.clock.now())  # type: ignore[arg-type]
        for account, balances in connector.balances(access, now=sandbox.bank.clock.now()).items():
            assert balances[0].amount == Decimal(truth[account]["balance"])

    def test_a_removed_item_is_gone(self, sandbox: SandboxServer) -> None:
        connector = plaid_connector(sandbox)
        access = access_of(connect(connector, sandbox, "bmo-1"))
        connector.revoke(access)
        assert connector.consent(access, now=sandbox.bank.clock.now()).status is ConsentStatus.REVOKED
        with pytest.raises(BankError) as caught:
            list(connector.fetch(access, request(sandbox)))
        assert (caught.value.code, caught.value.reconnect) == ("user_permission_revoked", True)


class TestFlinks:
    def test_the_whole_window_after_it_was_collected(self, sandbox: SandboxServer) -> None:
        connector = flinks_connector(sandbox)
        access = access_of(connect(connector, sandbox, "cibc-1"))

        pages = list(connector.fetch(access, request(sandbox)))

        truth = true_rows(sandbox, "cibc-1", "flinks")
        for page in pages:
            (account,) = page.accounts
            found = Counter(
                (str(t.amount), t.transaction_date.isoformat(), t.description) for t in account.transactions
            )
            assert found == Counter(row[1:] for row in truth[str(account.external_account_id)])
            assert all(t.external_transaction_id is None for t in account.transactions)
        assert len(pages) == 3
        assert 10.0 in connector._http.waits  # type: ignore[attr-defined]

    def test_a_collection_without_end_is_left_to_the_queue(self, sandbox: SandboxServer) -> None:
        connector = flinks_connector(sandbox)
        access = access_of(connect(connector, sandbox, "cibc-1"))
        sandbox.sides["flinks"].polls = 1000  # type: ignore[attr-defined]
        with pytest.raises(BankError) as caught:
            list(connector.fetch(access, request(sandbox)))
        assert (caught.value.code, caught.value.temporary) == ("still_collecting", True)

    def test_the_bank_asks_the_customer_a_question(self, sandbox: SandboxServer) -> None:
        connector = flinks_connector(sandbox)
        access = access_of(connect(connector, sandbox, "cibc-1"))
        sandbox.faults.replace("expired-token")
        with pytest.raises(BankError) as caught:
            connector.accounts(access, now=sandbox.bank.clock.now())
        assert (caught.value.code, caught.value.owner) == ("security_challenge", ErrorOwner.CUSTOMER)
        connector.revoke(access)
        assert connector.consent(access, now=sandbox.bank.clock.now()).status is ConsentStatus.REVOKED


class TestThroughFaults:
    @pytest.mark.parametrize("fault", PASSING)
    def test_what_passes_is_waited_for_and_nothing_is_lost(self, sandbox: SandboxServer, fault: str) -> None:
        connector = fdx_connector(sandbox)
        access = access_of(connect(connector, sandbox, "rbc-3"))
        sandbox.faults.replace(f"{fault}*2" if "@" not in fault else "mutation%100@fdx")

        assert posted(list(connector.fetch(access, request(sandbox)))) == true_rows(sandbox, "rbc-3", "fdx")

        waits = connector._http.waits  # type: ignore[attr-defined]
        assert waits == {"429": [1.0, 1.0], "mutation@fdx": []}.get(fault, [0.375, 0.75])

    @pytest.mark.parametrize(
        ("fault", "error_type", "code"),
        [
            ("429", ErrorType.RATE_LIMIT, "too_many_calls"),
            ("500", ErrorType.SERVER_ERROR, "server_fault"),
            ("cut", ErrorType.NETWORK, "connection_failed"),
            ("timeout", ErrorType.TIMEOUT, "no_answer_in_time"),
            ("slow", ErrorType.TIMEOUT, "no_answer_in_time"),
            ("malformed", ErrorType.VALIDATION, "malformed_answer"),
        ],
    )
    def test_what_does_not_pass_is_classified(
        self, sandbox: SandboxServer, fault: str, error_type: ErrorType, code: str
    ) -> None:
        for connector, customer in ((fdx_connector(sandbox), "rbc-3"), (plaid_connector(sandbox), "td-3")):
            access = access_of(connect(connector, sandbox, customer))
            sandbox.faults.replace(f"{fault}%100")
            with pytest.raises(BankError) as caught:
                list(connector.fetch(access, request(sandbox)))
            sandbox.faults.replace("none")
            assert (caught.value.error_type, caught.value.code, caught.value.temporary) == (error_type, code, True)
            assert caught.value.owner is (ErrorOwner.LIMIT if fault == "429" else ErrorOwner.BANK)

    @pytest.mark.parametrize("protocol", ["fdx", "plaid"])
    def test_rows_of_wrong_types_are_problems_and_their_neighbours_stay(
        self, sandbox: SandboxServer, protocol: str
    ) -> None:
        connector = fdx_connector(sandbox) if protocol == "fdx" else plaid_connector(sandbox)
        access = access_of(connect(connector, sandbox, "rbc-3"))
        sandbox.faults.replace("wrong-types%100@transactions,wrong-types%100@sync")

        pages = list(connector.fetch(access, request(sandbox)))

        good, truth = posted(pages), true_rows(sandbox, "rbc-3", protocol)
        problems = [problem for page in pages for problem in page.problems]
        assert problems
        assert {problem.code for problem in problems} == {"amount_unreadable"}
        assert '"amount": "{\\"value\\": \\"12.34\\"}"' in problems[0].raw
        assert all(rows <= truth[account] for account, rows in good.items())
        assert sum(map(len, good.values())) > sum(map(len, truth.values())) / 2
        assert sum(a.rejected for page in pages for a in page.accounts) == len(problems)

    def test_a_document_of_wrong_types_is_an_error_and_no_short_listing(self, sandbox: SandboxServer) -> None:
        now = sandbox.bank.clock.now()
        connector = fdx_connector(sandbox)
        access = access_of(connect(connector, sandbox, "rbc-3"))
        sandbox.faults.replace("wrong-types%100")
        for call in (lambda: connector.accounts(access, now=now), lambda: connector.refresh(access, now=now)):
            with pytest.raises(BankError) as caught:
                call()
            assert (caught.value.code, caught.value.temporary) == ("wrong_typed_answer", True)

    def test_an_empty_success_is_one_page_without_rows(self, sandbox: SandboxServer) -> None:
        connector = fdx_connector(sandbox)
        access = access_of(connect(connector, sandbox, "rbc-3"))
        sandbox.faults.replace("empty%100")
        assert posted(list(connector.fetch(access, request(sandbox)))) == {}

    def test_a_refresh_is_never_sent_twice(self, sandbox: SandboxServer) -> None:
        connector = fdx_connector(sandbox)
        access = access_of(connect(connector, sandbox, "rbc-3"))
        sandbox.faults.replace("cut*1")
        with pytest.raises(BankError) as caught:
            connector.refresh(access, now=sandbox.bank.clock.now())
        assert caught.value.temporary
        assert sandbox.faults.counts["rbc-3", "cut"] == 1


def test_no_log_line_holds_a_secret(sandbox: SandboxServer, caplog: pytest.LogCaptureFixture) -> None:
    """At the most talkative level, through connecting, fetching, failing and revoking."""
    caplog.set_level(logging.DEBUG)
    now = sandbox.bank.clock.now()
    canaries = {fdx.CLIENT_SECRET, plaid.SECRET, flinks.AUTH_KEY}
    for connector, customer in (
        (fdx_connector(sandbox), "rbc-4"),
        (plaid_connector(sandbox), "td-4"),
        (flinks_connector(sandbox), "cibc-4"),
    ):
        access = access_of(connect(connector, sandbox, customer))
        found = (*access.credentials.values(), access.access_token, access.refresh_token)
        canaries |= {one.reveal() for one in found if one is not None and len(one.reveal()) > 20}
        for plan in ("none", "429", "malformed", "expired-token", "500%100"):
            sandbox.faults.replace(plan)
            with suppress(BankError):
                list(connector.fetch(access, request(sandbox, days=5)))
        sandbox.faults.replace("none")
        connector.consent(access, now=now)
        connector.revoke(access)
    assert len(canaries) > 6
    assert "RBC: GET answered with 200" in caplog.text
    assert [canary[:12] for canary in canaries if canary in caplog.text] == []


class TestSayingNo:
    def test_a_customer_who_refuses(self, sandbox: SandboxServer) -> None:
        now = sandbox.bank.clock.now()
        for connector, customer in (
            (fdx_connector(sandbox), "rbc-1"),
            (plaid_connector(sandbox), "td-1"),
            (flinks_connector(sandbox), "cibc-1"),
        ):
            asked = connector.authorise(redirect_uri=BACK, state="s", now=now)
            callback = decide(asked.url, customer, "refuse")
            with pytest.raises(BankError) as caught:
                connector.exchange(callback=callback, kept=asked.kept, redirect_uri=BACK, now=now)
            assert (caught.value.code, caught.value.owner) == ("access_denied", ErrorOwner.CUSTOMER)

    def test_a_code_works_once_and_with_its_own_verifier_only(self, sandbox: SandboxServer) -> None:
        connector, now = fdx_connector(sandbox), sandbox.bank.clock.now()
        asked = connector.authorise(redirect_uri=BACK, state="s", now=now)
        callback = decide(asked.url, "rbc-1")
        for kept in ({"code_verifier": Secret("x" * 60)}, {}):
            with pytest.raises(BankError):
                connector.exchange(callback=callback, kept=kept, redirect_uri=BACK, now=now)
        connector.exchange(callback=callback, kept=asked.kept, redirect_uri=BACK, now=now)
        with pytest.raises(BankError) as caught:
            connector.exchange(callback=callback, kept=asked.kept, redirect_uri=BACK, now=now)
        assert caught.value.code == "invalid_grant"

    def test_a_wrong_client_is_our_fault(self, sandbox: SandboxServer) -> None:
        from dataclasses import replace

        from integrations.banks.fdx import FdxConnector
        from tests.integrations.banks.clients import Http

        right, now = fdx_connector(sandbox), sandbox.bank.clock.now()
        wrong = FdxConnector(replace(right._settings, client_secret=Secret("no")), Http("RBC"))
        asked = wrong.authorise(redirect_uri=BACK, state="s", now=now)
        with pytest.raises(BankError) as caught:
            wrong.exchange(callback=decide(asked.url, "rbc-1"), kept=asked.kept, redirect_uri=BACK, now=now)
        assert (caught.value.code, caught.value.owner) == ("invalid_client", ErrorOwner.US)

    def test_without_secrets_nothing_crashes(self, sandbox: SandboxServer) -> None:
        for connector in (fdx_connector(sandbox), plaid_connector(sandbox), flinks_connector(sandbox)):
            with pytest.raises(BankError) as caught:
                list(connector.fetch(Access(), request(sandbox)))
            assert caught.value.error_type is ErrorType.AUTHENTICATION
