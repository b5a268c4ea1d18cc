"""What a reviewer sees for small, plain situations."""

from __future__ import annotations

import random
from decimal import Decimal
from itertools import product

import pytest

from reconciliation.matching import Decision, Line, Memory, Outcome, Parameters, Reason, Side, match
from reconciliation.matching.files import in_words
from tests.reconciliation.matching.lines import line, matched, only, pairs

GIVEN = ("Aisha", "Bruno", "Carla", "Dmitri")
FAMILIES = ("Fraser", "Gagnon", "Horvat", "Kowalski", "Nguyen", "Okafor", "Patel", "Quesnel")


def test_the_same_purchase_is_accepted_across_a_weekend_with_its_evidence_in_words() -> None:
    result = matched(
        [line("B1", "03-09", "-4.95", "POS PURCHASE TIM HORTONS #1234 TORONTO ON")],
        [line("L1", "03-06", "-4.95", "Tim Hortons")],
    )

    found = only(result)
    assert (found.outcome, found.accepted, found.reason) == (Outcome.MATCHED, True, None)
    (candidate,) = result.candidates(0)
    words = "; ".join(item.words for item in candidate.evidence)
    assert words.startswith("same amount; 3 days later at the bank; text agrees")


@pytest.mark.parametrize(
    ("bank", "ledger", "reason"),
    [
        ("97.00", "100.00", Reason.FEE),
        ("-115.00", "-100.00", Reason.TIP),
        ("-20.05", "-20.03", Reason.ROUNDING),
        ("-103.90", "-100.00", Reason.FEE),
    ],
)
def test_a_difference_within_tolerance_is_a_discrepancy_with_amount_and_reason(
    bank: str, ledger: str, reason: Reason
) -> None:
    result = matched(
        [line("B1", "03-09", bank, "CORYDON BISTRO", "INV-90210")],
        [line("L1", "03-09", ledger, "Corydon Bistro", "inv 90210")],
    )

    found = only(result)
    assert (found.outcome, found.reason) == (Outcome.DISCREPANCY, reason)
    assert found.difference == Decimal(bank) - Decimal(ledger)


def test_an_exchange_rate_is_named_where_the_text_speaks_of_it() -> None:
    found = only(
        matched(
            [line("B1", "03-09", "-104.00", "ACME HOSTING USD", "A778812")],
            [line("L1", "03-09", "-100.00", "Acme hosting", "A778812")],
        )
    )
    assert found.reason == Reason.FOREIGN_EXCHANGE


def test_amounts_of_opposite_sign_never_meet() -> None:
    result = matched([line("B1", "03-09", "50.00", "ACME")], [line("L1", "03-09", "-50.00", "ACME")])
    assert not list(result.matches())
    assert result.bank_outcomes == [Outcome.UNMATCHED]


def test_missing_text_is_no_evidence_and_other_text_is_evidence_against() -> None:
    def probability(text: str) -> float:
        bank = [line("B1", "03-09", "-50.00", text)]
        return result_of(bank)

    def result_of(bank: list) -> float:  # type: ignore[type-arg]
        result = matched(bank, [line("L1", "03-09", "-50.00", "Corydon Books")])
        return result.candidates(0)[0].probability

    assert probability("CORYDON BOOKS") > probability("") > probability("PRAIRIE FUELS")


def test_equal_twins_are_ambiguous_paired_in_order_and_never_accepted() -> None:
    result = matched(
        [line(f"B{n}", "03-09", "-4.95", "TIM HORTONS") for n in (10, 9)],
        [line(f"L{n}", "03-09", "-4.95", "Tim Hortons") for n in (2, 1)],
    )

    assert pairs(result) == {("B9", "L1"), ("B10", "L2")}
    for found in result.matches():
        assert (found.outcome, found.reason, found.accepted) == (Outcome.AMBIGUOUS, Reason.INTERCHANGEABLE, False)


def test_two_bank_lines_for_one_ledger_line_are_ambiguous() -> None:
    result = matched(
        [line("B1", "03-09", "-4.95", "TIM HORTONS"), line("B2", "03-09", "-4.95", "TIM HORTONS")],
        [line("L1", "03-09", "-4.95", "Tim Hortons")],
    )
    assert only(result).outcome == Outcome.AMBIGUOUS
    assert sorted(result.bank_outcomes) == [Outcome.AMBIGUOUS, Outcome.UNMATCHED]


@pytest.mark.parametrize(
    "broken_by",
    [{"text": ("PRAIRIE FUELS", "CORYDON BOOKS")}, {"reference": ("778811", "778822")}],
    ids=["text", "reference"],
)
def test_twins_that_text_or_reference_tell_apart_are_matched(broken_by: dict[str, tuple[str, str]]) -> None:
    def side(letter: str) -> list:  # type: ignore[type-arg]
        return [
            line(f"{letter}{n}", "03-09", "-50.00", **{name: values[n] for name, values in broken_by.items()})
            for n in (0, 1)
        ]

    result = matched(list(reversed(side("B"))), side("L"))
    assert pairs(result) == {("B0", "L0"), ("B1", "L1")}
    assert result.counts()["bank"]["matched"] == 2


def test_a_deposit_is_the_sum_of_its_parts_and_keeps_the_total() -> None:
    ledger = [
        line("L1", "03-06", "700.13", "Invoice 101 Smith"),
        line("L2", "03-06", "512.40", "Invoice 102 Ray"),
        line("L3", "03-06", "88.20", "Invoice 103 Chen"),
        line("L4", "03-02", "64.99", "Invoice 99 Omar"),
    ]
    result = matched([line("B1", "03-09", "1300.73", "DEPOSIT")], ledger)

    found = only(result)
    assert (found.outcome, found.ledger_ids) == (Outcome.BATCH, ("L1", "L2", "L3"))
    assert result.ledger_outcomes == [Outcome.UNMATCHED, *[Outcome.BATCH] * 3]


def test_payouts_net_of_a_fee_are_found_by_the_rule_of_the_fee_and_say_the_difference() -> None:
    """2.9 % and 30 cents for each sale, refunds included; the rule is in no line, only in what they have in common."""
    source = random.Random(5)
    bank, ledger, answers, fees = [], [], {}, {}
    for day in range(1, 25):
        sales = [source.randint(900, 30_000) for _ in range(source.randint(2, 9))]
        refund = [-sales[0]] if day % 6 == 0 else []
        for place, cents in enumerate(sales + refund):
            text = f"{'Order' if cents > 0 else 'Refund order'} {source.choice(('Ada', 'Ben', 'Cleo'))}"
            ledger.append(line(f"L{day}-{place}", f"03-{day:02d}", f"{cents / 100:.2f}", text))
        fee = sum(round(cents * 0.029) + 30 for cents in sales)
        bank.append(line(f"B{day}", f"03-{day + 2:02d}", f"{(sum(sales + refund) - fee) / 100:.2f}", "SHOP PAYOUT"))
        answers[f"B{day}"] = {f"L{day}-{place}" for place in range(len(sales + refund))}
        fees[f"B{day}"] = -Decimal(fee) / 100
    found = {batch.bank_ids[0]: batch for batch in matched(bank, ledger).matches() if len(batch.ledger_ids) > 1}
    right = [one for one in found.values() if set(one.ledger_ids) == answers[one.bank_ids[0]]]
    assert len(right) >= 21
    assert all((one.difference, one.reason) == (fees[one.bank_ids[0]], Reason.FEE) for one in right)
    accepted = [one for one in found.values() if one.accepted]
    assert len(accepted) >= 15
    assert all(one in right for one in accepted)


OTHERS = (
    "Ash",
    "Birch Co",
    "Cedar",
    "Dogwood",
    "Elm Inn",
    "Fir",
    "Gum",
    "Hazel",
    "Ivy",
    "Juniper",
    "Kauri",
    "Larch",
) * 3


def test_one_payout_a_little_short_of_the_lines_of_its_name_is_proposed_and_not_accepted() -> None:
    ledger = [line(f"L{n}", "03-06", f"{n}17.31", f"Invoice {n} Kara Studio") for n in (2, 3, 4)]
    others = [line(f"L{n}", "03-06", f"{n}8.07", f"Invoice {n} {name}") for n, name in enumerate(OTHERS, 11)]
    result = matched([line("B1", "03-09", "949.43", "DEPOSIT KARA STUDIO")], ledger + others)
    found = only(result)
    assert (found.outcome, set(found.ledger_ids), found.accepted) == (Outcome.BATCH, {"L2", "L3", "L4"}, False)
    assert (found.difference, found.reason) == (Decimal("-2.50"), Reason.FEE)
    assert "but for -2.50; fee" in in_words(result, found)


def test_cheques_paid_in_together_are_told_apart_by_their_running_numbers() -> None:
    """Two deposits of one day: nothing but the numbers of the invoices says which cheque was in which."""
    source = random.Random(9)
    amounts = [source.randint(20_000, 90_000) for _ in range(20)]
    ledger = [line(f"L{n}", "03-06", f"{cents / 100:.2f}", f"Cheque inv {2040 + n}") for n, cents in enumerate(amounts)]
    sums = (sum(amounts[:11]) / 100, sum(amounts[11:]) / 100)
    result = matched([line(f"B{n}", "03-09", f"{total:.2f}", "DEPOSIT") for n, total in enumerate(sums)], ledger)
    assert pairs(result) == {(f"B{int(n >= 11)}", f"L{n}") for n in range(20)}


def test_the_invoices_that_a_payment_names_are_its_parts_even_beside_equal_amounts() -> None:
    ledger = [
        line("L1", "03-05", "350.00", "Invoice 12985 Vector Software"),
        line("L2", "03-04", "2861.65", "Sales invoice #12986"),
        line("L3", "03-05", "350.00", "Invoice 12987 Capital Packaging"),
        line("L4", "03-03", "410.20", "Invoice 13001 Delta Freight"),
        line("L5", "03-03", "77.31", "Invoice 13002 Delta Freight"),
        line("L6", "03-04", "55.05", "Invoice 13003 Delta Freight"),
    ]
    bank = [
        line("B1", "03-06", "3211.65", "EFT CREDIT CAPITAL PACKAGING INV 12986 12987"),
        line("B2", "03-06", "542.56", "EFT CREDIT DELTA FREIGHT INV 13001-13003"),
    ]
    result = matched(bank, ledger)
    assert pairs(result) == {("B1", "L2"), ("B1", "L3"), ("B2", "L4"), ("B2", "L5"), ("B2", "L6")}
    assert all(found.accepted for found in result.matches())


def test_the_sales_of_each_brand_of_card_are_paid_out_apart() -> None:
    source = random.Random(5)
    bank, ledger, expected = [], [], set()
    for day in range(2, 28):
        for brand, word in (("VISA", "Visa"), ("MC", "Mastercard"), ("INTERAC", "Interac")):
            sales = [source.randint(300, 9_000) for _ in range(source.randint(3, 6))]
            payout = f"B{day}{brand}"
            bank.append(line(payout, f"03-{day + 1:02d}", f"{sum(sales) / 100:.2f}", f"MERCHANT DEP {brand}"))
            for place, cents in enumerate(sales):
                sale = f"L{day}{brand}{place}"
                ledger.append(line(sale, f"03-{day:02d}", f"{cents / 100:.2f}", f"Sale {word} ****{day}17"))
                expected.add((payout, sale))
    found = pairs(matched(bank, ledger))
    assert len(found & expected) >= 0.98 * len(expected)
    assert len(found - expected) <= 0.01 * len(expected)


def test_rents_of_few_amounts_are_told_apart_by_the_unit_or_the_name_among_words_of_the_trade() -> None:
    tenants = [(101 + n, f"{first} {last}") for n, (first, last) in enumerate(product(GIVEN, FAMILIES))]
    bank, ledger = [], []
    for month in ("01", "02", "03"):
        for unit, name in tenants:
            text = f"PAD RENT {unit}" if unit // 4 % 2 else f"DEP CHQ {name.upper()}"
            rent = f"{1150 + 25 * (unit % 4)}.00"
            bank.append(line(f"B{month}{unit}", f"{month}-0{2 + unit % 4}", rent, text))
            ledger.append(line(f"L{month}{unit}", f"{month}-01", rent, f"Rent {month} - Unit {unit} - {name}"))
    result = matched(bank, ledger)
    assert pairs(result) == {(row.id, f"L{row.id[1:]}") for row in bank}
    said = {item.words for row in range(len(bank)) for one in result.candidates(row) for item in one.evidence}
    assert {"same number in both texts", "other numbers in the texts"} <= said


def test_a_payment_that_came_back_goes_with_its_reversal_and_the_one_made_again_is_matched() -> None:
    bank = [
        line("B1", "03-01", "1150.00", "E-TRF ROY"),
        line("B2", "03-03", "-1150.00", "NSF RETURNED ITEM ROY"),
        line("B3", "03-04", "1150.00", "E-TRF ROY"),
        line("B4", "03-02", "1150.00", "E-TRF FRASER"),
    ]
    ledger = [line("L1", "03-01", "1150.00", "Rent Roy"), line("L4", "03-01", "1150.00", "Rent Fraser")]
    result = matched(bank, ledger)
    assert pairs(result) == {("B3", "L1"), ("B4", "L4")}
    assert [(offset.charge_id, offset.reversal_id) for offset in result.offset_pairs()] == [("B1", "B2")]
    without_the_second = matched(bank[:2], ledger[:1])
    assert not any(found.accepted for found in without_the_second.matches()), "a reversal follows it: a person looks"


def _plain(count: int) -> tuple[list[Line], list[Line]]:
    """Purchases that both sides have, some a day, of ten shops."""
    bank, ledger = [], []
    for n in range(count):
        day = f"{1 + n % 5:02d}-{1 + n % 27:02d}"
        shop = ("METRO", "LCBO", "ESSO", "IKEA", "INDIGO", "SOBEYS", "ROOTS", "PETRO", "CINEPLEX", "SHOPPERS")[n % 10]
        amount = f"-{20 + n * 7 % 400}.{n * 37 % 100:02d}"
        bank.append(line(f"P{n}", day, amount, f"POS {shop} TORONTO ON"))
        ledger.append(line(f"Q{n}", day, amount, shop.title()))
    return bank, ledger


def test_a_pair_is_not_accepted_beside_a_lonely_line_that_a_tip_would_make_its_partner() -> None:
    """Dinner on two days: the ledger lacks the first, the bank's line of the second has the tip in it."""
    bank, ledger = _plain(150)
    bank.append(line("B1", "03-12", "-614.01", "CORYDON BISTRO"))
    ledger.append(line("L2", "03-12", "-614.01", "Corydon Bistro"))
    alone = matched(bank, ledger)
    beside = matched([*bank, line("B2", "03-13", "-696.11", "CORYDON BISTRO")], ledger)

    accepted = [{m.bank_ids for m in result.matches() if m.accepted} for result in (alone, beside)]
    assert ("B1",) in accepted[0]
    assert ("B1",) not in accepted[1]
    assert ("B1", "L2") in pairs(beside)
    assert accepted[0] - accepted[1] == {("B1",)}


@pytest.mark.parametrize(("bank_says", "ledger_says"), [("85.00", "100.00"), ("-170.00", "-120.00")])
def test_a_flat_fee_beyond_tolerance_is_proposed_with_its_reason_and_never_accepted(
    bank_says: str, ledger_says: str
) -> None:
    bank, ledger = _plain(60)
    bank.append(line("B1", "03-12", bank_says, "INCOMING WIRE HALVORSEN ROOFING"))
    result = matched(bank, [*ledger, line("L1", "03-11", ledger_says, "Halvorsen Roofing")])

    (found,) = [match for match in result.matches() if "B1" in match.bank_ids]
    assert (found.ledger_ids, found.outcome, found.reason) == (("L1",), Outcome.DISCREPANCY, Reason.FEE)
    assert (found.accepted, found.difference) == (False, Decimal(bank_says) - Decimal(ledger_says))
    # two that it could be: no more than chance
    another = line("L2", "03-12", ledger_says, "Halvorsen Roofing")
    both = matched(bank, [*ledger, line("L1", "03-11", ledger_says, "Halvorsen Roofing"), another])
    assert not [match for match in both.matches() if "B1" in match.bank_ids and match.accepted]


def test_a_batch_of_lines_of_all_names_is_proposed_and_never_accepted() -> None:
    bank, ledger = _plain(150)
    parts = [("611.13", "Fraser"), ("742.71", "Okafor"), ("883.57", "Nguyen"), ("691.19", "Quesnel")]
    ledger += [line(f"L{n}", "03-12", amount, f"{name} plumbing") for n, (amount, name) in enumerate(parts)]
    result = matched([*bank, line("B1", "03-12", "2185.89", "TRANSFER")], ledger)

    (found,) = [match for match in result.matches() if "B1" in match.bank_ids]
    assert (found.ledger_ids, found.outcome, found.accepted) == (("L0", "L2", "L3"), Outcome.BATCH, False)
    assert found.probability > Parameters().accept_probability


def test_instalments_at_the_bank_add_up_to_one_ledger_line() -> None:
    bank = [line(f"B{n}", f"03-0{n}", f"-{n}11.37", "BILL PAYMENT KARA STUDIO") for n in (2, 3, 4)]
    result = matched(bank, [line("L1", "03-02", "-934.11", "Kara Studio contract")])
    found = only(result)
    assert (found.outcome, found.bank_ids, found.ledger_ids) == (Outcome.BATCH, ("B2", "B3", "B4"), ("L1",))


def test_a_batch_with_two_solutions_is_ambiguous_and_shows_them() -> None:
    ledger = [line(f"L{n}", "03-06", amount) for n, amount in enumerate(("60.13", "40.21", "55.11", "45.23"))]
    result = matched([line("B1", "03-06", "100.34", "DEPOSIT")], ledger)

    found = only(result)
    assert (found.outcome, found.reason, found.accepted) == (Outcome.AMBIGUOUS, Reason.SEVERAL_BATCHES, False)
    (batch,) = result.batches[0].batches
    assert {batch.parts, *batch.others} == {(0, 1), (2, 3)}
    assert {found.ledger_ids, *found.alternatives} == {("L0", "L1"), ("L2", "L3")}
    (other,) = found.alternatives
    assert f"or of {' + '.join(other)}" in in_words(result, found)


def test_a_charge_and_its_reversal_are_taken_out_and_listed() -> None:
    result = matched(
        [
            line("B1", "03-03", "-80.00", "PRAIRIE FUELS"),
            line("B2", "03-05", "80.00", "REVERSAL PRAIRIE FUELS"),
            line("B3", "03-05", "-12.00", "CORYDON BOOKS"),
        ],
        [line("L1", "03-05", "-12.00", "Corydon Books")],
    )
    assert [tuple(offset) for offset in result.offset_pairs()] == [("bank", "B1", "B2")]
    assert pairs(result) == {("B3", "L1")}


def test_a_refund_that_both_sides_have_is_matched_and_not_taken_out() -> None:
    def side(letter: str) -> list:  # type: ignore[type-arg]
        return [
            line(f"{letter}1", "03-03", "-80.00", "PRAIRIE FUELS"),
            line(f"{letter}2", "03-05", "80.00", "REFUND PRAIRIE FUELS"),
        ]

    result = matched(side("B"), side("L"))
    assert pairs(result) == {("B1", "L1"), ("B2", "L2")}
    assert not list(result.offset_pairs())


def test_acceptance_needs_probability_and_margin() -> None:
    bank, ledger = [line("B1", "03-09", "-51.37", "FUELS")], [line("L1", "03-09", "-51.37", "Fuels")]
    assert only(matched(bank, ledger)).accepted
    strict = only(matched(bank, ledger, Parameters(accept_probability=1.0)))
    assert (strict.accepted, strict.reason) == (False, Reason.BELOW_PROBABILITY)
    narrow = only(matched(bank, ledger, Parameters(accept_probability=0.5, accept_margin=1.0)))
    assert (narrow.accepted, narrow.reason) == (False, Reason.BELOW_MARGIN)


def test_losing_candidates_say_why() -> None:
    result = matched(
        [line("B1", "03-09", "-50.00", "PRAIRIE FUELS"), line("B2", "03-09", "-50.00", "CORYDON BOOKS")],
        [line("L1", "03-09", "-50.00", "Prairie Fuels"), line("L2", "03-09", "-50.00", "Corydon Books")],
    )
    best, other = result.candidates(0)
    assert (best.reason, other.reason) == (None, Reason.BETTER_ELSEWHERE)
    assert best.probability > other.probability


def test_a_line_without_a_partner_says_why() -> None:
    result = matched(
        [
            line("B1", "03-03", "-80.00", "PRAIRIE FUELS"),
            line("B2", "03-05", "80.00", "REVERSAL PRAIRIE FUELS"),
            line("B3", "03-05", "-12.00", "CORYDON BOOKS"),
            line("B4", "03-06", "-50.00", "BOOKS"),
        ],
        [line("L1", "03-06", "-50.00", "Books")],
    )
    assert [result.why_unmatched(row) for row in range(4)] == [
        Reason.REVERSED,
        Reason.REVERSED,
        Reason.NO_CANDIDATE,
        None,
    ]


def test_an_alias_a_rejection_and_a_decision_are_remembered() -> None:
    bank, ledger = [line("B1", "03-09", "-50.00", "ZX 9 KWIK")], [line("L1", "03-09", "-50.00", "", party="Corydon")]

    def probability(memory: Memory) -> float:
        return match(Side.of(bank), Side.of(ledger), memory=memory).candidates(0)[0].probability

    plain = probability(Memory())
    assert probability(Memory(aliases={"ZX 9 KWIK": "Corydon"})) > plain
    assert probability(Memory(rejected={("B1", "L1"): 6.0})) < plain
    assert probability(Memory(decisions=(Decision("B1", "L1", False),))) < 0.01
    assert probability(Memory(decisions=(Decision("B1", "L1", True),))) > 0.999


def test_lines_of_different_accounts_never_meet() -> None:
    bank = [line("B1", "03-09", "-50.00", "FUELS")._replace(account="chequing")]
    ledger = [line("L1", "03-09", "-50.00", "FUELS")._replace(account="savings")]
    assert not list(matched(bank, ledger).matches())


@pytest.mark.parametrize(("bank", "ledger"), [(0, 0), (0, 3), (3, 0)])
def test_an_empty_side_leaves_the_other_unmatched(bank: int, ledger: int) -> None:
    result = matched(
        [line(f"B{n}", "03-09", "1.00") for n in range(bank)], [line(f"L{n}", "03-09", "1.00") for n in range(ledger)]
    )
    assert not list(result.matches())
    assert result.bank_outcomes == [Outcome.UNMATCHED] * bank
    assert result.ledger_outcomes == [Outcome.UNMATCHED] * ledger


def test_an_id_given_twice_is_refused() -> None:
    with pytest.raises(ValueError, match="'B1' stands twice"):
        Side.of([line("B1", "03-09", "1.00"), line("B1", "03-10", "2.00")])
