"""What files of other banks and other people taught: dialects that the standards forbid or leave open.

Each case is written here; what it stands for was met in a public example file.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from integrations.feeds import Severity, StatementFeed, read_statement

RBC = "Account Type,Account Number,Transaction Date,Cheque Number,Description 1,Description 2,CAD$,USD$"


def read(text: str, encoding: str = "utf-8") -> StatementFeed:
    return read_statement(text.encode(encoding))


def figures(feed: StatementFeed) -> tuple[int, Decimal]:
    return sum(len(a.transactions) for a in feed.accounts), sum((a.signed_sum for a in feed.accounts), Decimal(0))


def codes(feed: StatementFeed) -> list[str]:
    return [problem.code for problem in feed.problems]


def mt940(*lines: str, closing: str = ":62F:C260131EUR150,00") -> str:
    return "\n".join([":20:A", ":25:123", ":28C:1/1", ":60F:C260101EUR100,00", *lines, closing, "-", ""])


class TestMt940:
    def test_a_reference_longer_than_swift_allows(self) -> None:
        feed = read(mt940(":61:2601050105C50,00NIOBNL56ASNB9999999999\nsome one", ":86:NL56ASNB9999999999 some one"))

        assert figures(feed) == (1, Decimal("50.00"))
        assert feed.accounts[0].transactions[0].bank_reference == "NL56ASNB9999999999"
        assert not feed.problems

    def test_a_whole_amount_without_its_comma_is_taken_with_a_warning(self) -> None:
        feed = read(mt940(":61:2601050105C50NTRFX"))

        assert figures(feed) == (1, Decimal("50.00"))
        assert [(p.code, p.severity, p.line) for p in feed.problems] == [("amount_whole", Severity.WARNING, 5)]

    def test_a_comma_that_is_lost_is_found_out_by_the_balances(self) -> None:
        feed = read(mt940(":61:2601050105C4000NTRFX", ":61:2601060106C10,00NTRFY"))

        assert figures(feed) == (1, Decimal("10.00"))
        assert [(p.code, p.severity, p.line) for p in feed.problems] == [("amount_unreadable", Severity.ERROR, 5)]

    @pytest.mark.parametrize("odd", [":KO:NR:401113172APRIL 2021?30DEUTDEDB237", ":08 Karten?25nr. 5355", ":NSF:Hello"])
    def test_a_text_that_begins_with_a_colon_is_no_lost_row(self, odd: str) -> None:
        feed = read(mt940(":61:2601050105C50,00NTRFX", ":86:166?00GUTSCHRIFT?20ONE", odd))

        assert figures(feed) == (1, Decimal("50.00"))
        assert [(p.code, p.severity) for p in feed.problems] == [("unexpected_line", Severity.WARNING)]
        assert odd[-6:] in feed.accounts[0].transactions[0].raw["86"]

    def test_rows_without_any_statement_around_them(self) -> None:
        feed = read(":61:260105C50,00NTRFX\n:86:ONE\n:61:260106D1,50NTRFY\n-\n")

        assert figures(feed) == (2, Decimal("48.50"))
        assert {"account_unnamed", "currency_assumed"} <= set(codes(feed))


class TestBai2:
    HEAD = "01,0004,X,260101,0000,1,,,2/\n02,X,0004,1,260105,0000,CAD,2/\n03,123,CAD,010,0,,/\n"
    TAIL = "\n49,2500,{}/\n98,2500,1,{}/\n99,2500,1,{}/\n"

    def test_a_text_that_a_line_end_has_cut(self) -> None:
        feed = read(
            self.HEAD + "16,142,2500,Z,,,ACH_SETL  1111111111\n111111111111      /\n88, 22/" + self.TAIL.format(4, 6, 8)
        )

        assert figures(feed) == (1, Decimal("25.00"))
        assert feed.accounts[0].transactions[0].description == "ACH_SETL 1111111111111111111111 22"
        assert not feed.problems

    def test_a_record_with_a_damaged_code_is_no_text(self) -> None:
        feed = read(self.HEAD + "16,142,2500,Z,,,ONE\n1x,451,900,Z,,,TWO/" + self.TAIL.format(4, 6, 8))

        assert feed.accounts[0].rejected == 1

    def test_continuations_with_a_colon(self) -> None:
        feed = read(self.HEAD + "16,142,2500,Z,,,ONE\n88:EREF: 0737\n88,CRNM: Test" + self.TAIL.format(5, 7, 9))

        assert figures(feed) == (1, Decimal("25.00"))
        assert "EREF: 0737" in feed.accounts[0].transactions[0].description


class TestCamt:
    def statement(self, entry: str, balance: str = "<CdtDbtInd>CRDT</CdtDbtInd>") -> str:
        return (
            "<Document><BkToCstmrStmt><Stmt><Id>1</Id><CreDtTm>2026-02-01T10:00:00</CreDtTm><Acct><Id><Othr><Id>77</Id>"
            "</Othr></Id><Ccy>CAD</Ccy></Acct><Bal><Tp><CdOrPrtry><Cd>CLBD</Cd></CdOrPrtry></Tp>"
            "<Amt Ccy='CAD'>5.00</Amt>"
            f"{balance}<Dt><Dt>2026-01-31</Dt></Dt></Bal>{entry}</Stmt></BkToCstmrStmt></Document>"
        )

    @pytest.mark.parametrize("balance", ["<CdtDbtInd>CRDT</CdtDbtInd>", ""])
    def test_an_entry_without_dates_has_the_day_of_its_statement(self, balance: str) -> None:
        entry = "<Ntry><Amt Ccy='CAD'>5.00</Amt><CdtDbtInd>CRDT</CdtDbtInd></Ntry>"
        feed = read(self.statement(entry, balance))

        assert figures(feed) == (1, Decimal("5.00"))
        assert feed.accounts[0].transactions[0].transaction_date == date(2026, 1, 31)
        assert "date_assumed" in codes(feed)

    def test_the_day_that_its_details_state_comes_first(self) -> None:
        details = "<NtryDtls><TxDtls><RltdDts><TxDtTm>2026-01-07T08:00:00</TxDtTm></RltdDts></TxDtls></NtryDtls>"
        feed = read(self.statement(f"<Ntry><Amt Ccy='CAD'>5.00</Amt><CdtDbtInd>CRDT</CdtDbtInd>{details}</Ntry>"))

        assert feed.accounts[0].transactions[0].transaction_date == date(2026, 1, 7)
        assert "date_assumed" not in codes(feed)


@pytest.mark.parametrize(
    ("text", "rows", "total"),
    [
        (f'{RBC}\nChequing,1,9/3/2026,,TIM,,"$1,000.00",\nChequing,1,9/4/2026,,TIM,,-1.50,,\n', 2, "998.50"),
        (
            "Type de compte,Numéro du compte,Date de l'opération,Description 1,CAD$\nCompte,9,1/1/2026,DÉPÔT,1.10\n",
            1,
            "1.10",
        ),
        ("Date;Description;Débit;Crédit\n2026-03-03;ÉPICERIE;24,50;\n2026-03-04;PAIE;;1 000,00\n", 2, "975.50"),
        ("Transaction Date,Details,Debit,Credit\n2026-03-03,UBER,24.50,\n", 1, "-24.50"),
        ("Date,Description,Withdrawals,Deposits,Running Balance\n09/02/2026,TIM,4.75,,100.00\n", 1, "-4.75"),
        ('"2026-02-05","SEND E-TFR ***JSx","3000",,"77035.05"\n', 1, "-3000.00"),
        ('"S","815-30123","EOP","2026/01/15",00001,"Achat","",45.67,"","","","","",54.33\n', 1, "-45.67"),
    ],
)
@pytest.mark.parametrize("encoding", ["utf-8", "cp1252", "utf-16", "utf-8-sig"])
def test_csv_of_other_people(text: str, rows: int, total: str, encoding: str) -> None:
    feed = read(text, encoding)

    assert figures(feed) == (rows, Decimal(total))
    assert all(account.rejected == 0 for account in feed.accounts)
