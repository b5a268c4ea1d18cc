"""camt.053 and camt.052: what is read, in which version, and what is refused by name."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from integrations.feeds import AccountKind, BalanceKind, FeedFormat, ReadLimits, StatementRefused, read_statement
from tests.integrations.feeds.writing import codes, read, read_account, refusal
from tests.integrations.feeds.writing_business import CAMT_053, camt, camt_balance, camt_entry, camt_statement

OPENING = camt_balance("OPBD", "100.00", day="2026-09-01")
CLOSING = camt_balance("CLBD", "95.75")


def test_an_entry() -> None:
    details = (
        "<ValDt><Dt>2026-09-19</Dt></ValDt><AcctSvcrRef>REF77</AcctSvcrRef>"
        "<BkTxCd><Domn><Cd>PMNT</Cd><Fmly><Cd>CCRD</Cd><SubFmlyCd>POSD</SubFmlyCd></Fmly></Domn></BkTxCd>"
        "<NtryDtls><TxDtls><RltdPties><Cdtr><Nm>Café Noël</Nm></Cdtr></RltdPties>"
        "<RmtInf><Ustrd>INVOICE 12</Ustrd><Strd><CdtrRefInf><Ref>RF18539007547034</Ref></CdtrRefInf></Strd></RmtInf>"
        "</TxDtls></NtryDtls>"
    )
    feed = read(camt(camt_statement(OPENING, camt_entry(extra=details, text="CARD PURCHASE"), CLOSING)))

    (account,) = feed.accounts
    (row,) = account.transactions
    assert (feed.format, feed.bank_id, feed.problems) == (FeedFormat.CAMT_053, None, ())
    assert (account.external_account_id, account.currency) == ("00031234567", "CAD")
    assert account.balance(BalanceKind.OPENING) == Decimal("100.00")
    assert account.balance(BalanceKind.CLOSING) == Decimal("95.75")
    assert (row.amount, row.transaction_date, row.value_date) == (
        Decimal("-4.25"),
        date(2026, 9, 18),
        date(2026, 9, 19),
    )
    assert row.description == "Café Noël - INVOICE 12 - RF18539007547034 - CARD PURCHASE"
    assert (row.merchant_name, row.transaction_code, row.bank_reference) == ("Café Noël", "PMNT-CCRD-POSD", "REF77")
    assert row.raw["NtryDtls/TxDtls/RmtInf/Ustrd"] == "INVOICE 12"
    assert row.raw["Amt@Ccy"] == "CAD"
    assert row.line == 5


V8 = camt_entry(status="<Sts><Cd>BOOK</Cd></Sts>")


@pytest.mark.parametrize(
    "text",
    [
        camt(camt_statement(camt_entry())),
        camt(camt_statement(camt_entry()), namespace="urn:iso:std:iso:20022:tech:xsd:camt.053.001.04"),
        camt(camt_statement(V8), namespace="urn:iso:std:iso:20022:tech:xsd:camt.053.001.08"),
        camt(camt_statement(camt_entry()), namespace=None),
        camt(camt_statement(camt_entry()))
        .replace("<", "<ns2:")
        .replace("<ns2:/", "</ns2:")
        .replace("<ns2:?", "<?")
        .replace("xmlns=", "xmlns:ns2="),
        camt(camt_statement(camt_entry()))
        .replace("<Document", "<Envelope><Document")
        .replace("</Document>", "</Document></Envelope>"),
        camt(camt_statement(camt_entry())).replace("\n", "\r\n"),
    ],
    ids=["v2", "v4", "v8", "no namespace", "prefix", "envelope", "crlf"],
)
def test_every_version_reads_alike(text: str) -> None:
    (row,) = read_account(text).transactions

    assert (row.amount, row.description) == (Decimal("-4.25"), "CAFE")


def test_the_party_of_version_8_stands_one_level_deeper() -> None:
    party = "<NtryDtls><TxDtls><RltdPties><Dbtr><Pty><Nm>ACME</Nm></Pty></Dbtr></RltdPties></TxDtls></NtryDtls>"

    (row,) = read_account(camt(camt_statement(camt_entry("5.00", "CRDT", extra=party, text="")))).transactions

    assert row.description == "ACME"


@pytest.mark.parametrize(("mark", "amount"), [("CRDT", "4.25"), ("DBIT", "-4.25")])
def test_a_reversal_has_the_direction_it_states(mark: str, amount: str) -> None:
    text = camt(camt_statement(camt_entry(mark=mark, status="<RvslInd>true</RvslInd><Sts>BOOK</Sts>")))

    (row,) = read_account(text).transactions

    assert row.amount == Decimal(amount)
    assert row.raw["RvslInd"] == "true"


def test_a_batch_is_one_row_whose_details_stay_in_the_raw_record() -> None:
    detail = '<TxDtls><Amt Ccy="CAD">{}</Amt><CdtDbtInd>DBIT</CdtDbtInd><RmtInf><Ustrd>{}</Ustrd></RmtInf></TxDtls>'
    batch = f"<NtryDtls>{detail.format('1.00', 'ONE')}{detail.format('3.25', 'TWO')}</NtryDtls>"

    feed = read(camt(camt_statement(camt_entry(extra=batch, text="PAYROLL"))))

    (row,) = feed.accounts[0].transactions
    assert row.amount == Decimal("-4.25")
    assert row.description == "ONE - TWO - PAYROLL"
    assert row.raw["NtryDtls/TxDtls[2]/RmtInf/Ustrd"] == "TWO"
    assert feed.problems == ()


def test_details_that_do_not_add_up_are_reported() -> None:
    detail = '<NtryDtls><TxDtls><Amt Ccy="CAD">1.00</Amt><CdtDbtInd>DBIT</CdtDbtInd></TxDtls></NtryDtls>'

    assert codes(read(camt(camt_statement(camt_entry(extra=detail))))) == ["control_total"]


def test_currencies_of_one_account_never_mix() -> None:
    text = camt(
        camt_statement(
            camt_balance("CLBD", "9.00", currency="USD"),
            camt_entry("4.25"),
            camt_entry("3.00", currency="USD"),
            currency="",
        )
    )

    cad, usd = read(text).accounts

    assert (cad.currency, cad.signed_sum, cad.balance(BalanceKind.CLOSING)) == ("CAD", Decimal("-4.25"), None)
    assert (usd.currency, usd.signed_sum, usd.balance(BalanceKind.CLOSING)) == (
        "USD",
        Decimal("-3.00"),
        Decimal("9.00"),
    )


def test_statements_of_one_account_become_one_and_others_stay_apart() -> None:
    first = camt_statement(OPENING, camt_entry(), camt_balance("CLBD", "95.75", day="2026-09-18"), mark="1")
    second = camt_statement(
        camt_balance("OPBD", "95.75"), camt_entry("5.75", day="2026-09-19"), camt_balance("CLBD", "90.00"), mark="2"
    )
    other = camt_statement(camt_entry("1.00"), number="999")

    for text in (camt(first, second, other), camt(second, other, first)):
        feed = read(text)
        known = {account.external_account_id: account for account in feed.accounts}
        assert set(known) == {"00031234567", "999"}
        whole = known["00031234567"]
        assert len(whole.transactions) == 2
        assert whole.balance(BalanceKind.OPENING) == Decimal("100.00")
        assert whole.balance(BalanceKind.CLOSING) == Decimal("90.00")
        assert feed.problems == ()


def test_a_missing_statement_between_two_is_reported() -> None:
    first = camt_statement(OPENING, camt_entry(), camt_balance("CLBD", "95.75", day="2026-09-18"), mark="1")
    third = camt_statement(camt_balance("OPBD", "50.00"), camt_entry(), camt_balance("CLBD", "45.75"), mark="3")

    assert codes(read(camt(first, third))) == ["statement_gap"]


def test_a_statement_that_stands_twice_is_taken_once() -> None:
    statement = camt_statement(OPENING, camt_entry(), CLOSING)

    feed = read(camt(statement, statement))

    assert len(feed.accounts[0].transactions) == 1
    assert codes(feed) == ["statement_repeated"]


@pytest.mark.parametrize(
    ("entry", "code"),
    [
        (camt_entry("4.255"), "amount_too_precise"),
        (camt_entry("4,25"), "amount_unreadable"),
        (camt_entry("1,234.00"), "amount_unreadable"),
        (camt_entry("-4.25"), "amount_unreadable"),
        (camt_entry("12..34"), "amount_unreadable"),
        (camt_entry("NaN"), "amount_unreadable"),
        (camt_entry("99999999999999.00"), "amount_too_large"),
        (camt_entry(""), "amount_missing"),
        (camt_entry(mark="XXXX"), "direction_unreadable"),
        (camt_entry(currency="C$"), "currency_unreadable"),
        (camt_entry(day="2026-02-30"), "date_unreadable"),
        (camt_entry(day=""), "date_missing"),
        (camt_entry(status="<Sts>MAYBE</Sts>"), "status_unreadable"),
        (camt_entry(extra=f"<AcctSvcrRef>{'9' * 300}</AcctSvcrRef>"), "field_too_long"),
    ],
)
def test_an_entry_that_cannot_be_taken_is_named_and_the_others_are_taken(entry: str, code: str) -> None:
    feed = read(camt(camt_statement(camt_entry("1.00"), entry, camt_entry("2.00"))))

    (problem,) = feed.problems
    assert (problem.code, problem.line) == (code, 5)
    assert problem.raw.startswith("<Ntry>")
    assert problem.raw.endswith("</Ntry>")
    assert feed.accounts[0].signed_sum == Decimal("-3.00")
    assert feed.accounts[0].rejected == 1


@pytest.mark.parametrize("status", ["<Sts>PDNG</Sts>", "<Sts><Cd>PDNG</Cd></Sts>", "<Sts>INFO</Sts>"])
def test_entries_that_are_not_booked_are_counted_and_left_out(status: str) -> None:
    feed = read(camt(camt_statement(camt_entry("1.00"), camt_entry(status=status))))

    assert feed.accounts[0].signed_sum == Decimal("-1.00")
    assert codes(feed) == ["pending_not_taken"]


def test_a_summary_that_disagrees_is_reported() -> None:
    summary = (
        "<TxsSummry><TtlNtries><NbOfNtries>2</NbOfNtries></TtlNtries><TtlDbtNtries><Sum>4.25</Sum></TtlDbtNtries>"
        "</TxsSummry>"
    )

    feed = read(camt(camt_statement(summary, camt_entry())))

    assert codes(feed) == ["control_total"]
    assert "NbOfNtries" in feed.problems[0].message


def test_a_report_within_the_day_is_read_as_interim() -> None:
    text = camt(camt_statement(camt_entry()), message="BkToCstmrAcctRpt").replace("Stmt>", "Rpt>")

    feed = read(text.replace("BkToCstmrStmt", "BkToCstmrAcctRpt"))

    assert feed.format is FeedFormat.CAMT_052
    assert codes(feed) == ["interim_report"]


def test_a_notification_is_refused_by_name() -> None:
    text = camt(camt_statement(camt_entry()), message="BkToCstmrDbtCdtNtfctn").replace("Stmt>", "Ntfctn>")

    refused = refusal(text)

    assert refused.code == "notification"
    assert "camt.054" in refused.message


@pytest.mark.parametrize(
    ("servicer", "bank", "institution"),
    [
        ("<Svcr><FinInstnId><BIC>ROYCCAT2</BIC></FinInstnId></Svcr>", "rbc", ""),
        ("<Svcr><FinInstnId><BICFI>TDOMCATTTOR</BICFI></FinInstnId></Svcr>", "td", ""),
        ("<Svcr><FinInstnId><ClrSysMmbId><MmbId>000100002</MmbId></ClrSysMmbId></FinInstnId></Svcr>", "bmo", ""),
        ("<Svcr><FinInstnId><Nm>CIBC</Nm></FinInstnId></Svcr>", "cibc", ""),
        ("<Svcr><FinInstnId><BIC>NOSCCATT</BIC></FinInstnId></Svcr>", None, "Scotiabank"),
        ("<Svcr><FinInstnId><BIC>ROYCUS3X</BIC></FinInstnId></Svcr>", None, "ROYCUS3X"),
    ],
)
def test_the_bank_is_told_by_its_address_number_or_name(servicer: str, bank: str | None, institution: str) -> None:
    feed = read(camt(camt_statement(camt_entry(), servicer=servicer)))

    assert (feed.bank_id, feed.institution) == (bank, institution)


def test_the_kind_of_account_is_read() -> None:
    text = camt(camt_statement(camt_entry(), currency="<Tp><Cd>SVGS</Cd></Tp><Ccy>CAD</Ccy>"))

    assert read_account(text).kind is AccountKind.SAVINGS


LAUGHS = "".join(f'<!ENTITY l{n} "{"&l" + str(n - 1) + ";" if n else "ha"}{"&l0;" * 9}">' for n in range(1, 9))


@pytest.mark.parametrize(
    ("text", "code"),
    [
        (f'<?xml version="1.0"?><!DOCTYPE d [<!ENTITY l0 "ha">{LAUGHS}]>' + camt(namespace=CAMT_053)[39:], "document"),
        ('<?xml version="1.0"?><!DOCTYPE d SYSTEM "file:///etc/passwd">' + camt(namespace=CAMT_053)[39:], "document"),
        (camt(camt_statement(camt_entry()))[:-30], "xml_malformed"),
        (camt(camt_statement(camt_entry(text="").replace("<AddtlNtryInf>", "<AddtlNtryInf>A & B"))), "xml_malformed"),
        (camt("<Stmt>" + "<a>" * 100_000), "xml_malformed"),
        (camt(), "no_statement"),
        (camt(camt_statement(camt_entry("x"), camt_entry("y"))), "nothing_readable"),
    ],
    ids=["entities", "outside", "cut", "ampersand", "nested", "empty", "nothing readable"],
)
def test_what_cannot_be_taken_as_a_whole_is_refused(text: str, code: str) -> None:
    assert refusal(text).code.startswith(code)


def test_the_row_limit_holds() -> None:
    text = camt(camt_statement(*[camt_entry()] * 3)).encode()

    assert read_statement(text, limits=ReadLimits(max_rows=3)).accounts
    with pytest.raises(StatementRefused) as caught:
        read_statement(text, limits=ReadLimits(max_rows=2))
    assert caught.value.code == "too_many_rows"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "cp1252", "iso-8859-1"])
def test_accents_survive_in_every_encoding(encoding: str) -> None:
    declared = {"utf-8-sig": "utf-8", "utf-16-le": "utf-16", "cp1252": "windows-1252"}.get(encoding, encoding)
    text = camt(camt_statement(camt_entry(text="CAFÉ NOËL"))).replace('encoding="UTF-8"', f'encoding="{declared}"')

    assert read_account(text.encode(encoding)).transactions[0].description == "CAFÉ NOËL"
