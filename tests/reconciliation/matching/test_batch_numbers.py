"""The number of a deposit leads to its parts, those too where somebody forgot to note it."""

from __future__ import annotations

from tests.reconciliation.matching.lines import line, matched, pairs

SHOPS = ["Alder Books", "Birch Cafe", "Cedar Tools", "Dogwood Dental", "Elm Florist", "Fir Garage"]
CENTS = ["118.37", "64.09", "231.55", "47.81", "309.26", "92.64"]


def sales(deposit: str, forgotten: int) -> list[str]:
    return ["" if place == forgotten else deposit for place in range(len(SHOPS))]


def test_a_part_without_the_number_joins_those_that_state_it() -> None:
    bank = [line("B1", "03-12", "863.72", "DEPOSIT", "LOT7781")]
    ledger = [
        line(f"L{place}", "03-10", CENTS[place], shop, number)
        for place, (shop, number) in enumerate(zip(SHOPS, sales("LOT7781", 3), strict=True))
    ]
    others = [line(f"X{place}", "03-10", f"{23 + 17 * place}.{17 + place}", f"Sale {place}") for place in range(36)]
    assert pairs(matched(bank, ledger + others)) == {("B1", row.id) for row in ledger}


def test_a_part_that_states_the_number_of_one_deposit_is_not_of_another() -> None:
    bank = [
        line("B1", "03-12", "863.72", "DEPOSIT", "LOT7781"),
        line("B2", "03-12", "182.46", "FIR GARAGE"),  # 118.37 and 64.09, of the other deposit
    ]
    ledger = [
        line(f"L{place}", "03-10", cents, f"{shop} Fir", "LOT7781")
        for place, (shop, cents) in enumerate(zip(SHOPS, CENTS, strict=True))
    ]
    # One line of the deposit is missing in the ledger, so that its sum does not come out.
    found = pairs(matched(bank, ledger[:-1]))
    assert not any(bank_id == "B2" for bank_id, _ in found)


def test_a_part_that_states_the_number_of_a_deposit_is_no_single_payment_of_its_amount() -> None:
    bank = [line("B1", "03-12", "863.72", "DEPOSIT", "LOT7781"), line("B2", "03-10", "64.09", "BIRCH CAFE")]
    ledger = [
        line(f"L{place}", "03-10", cents, shop, "LOT7781")
        for place, (shop, cents) in enumerate(zip(SHOPS, CENTS, strict=True))
    ]
    ledger.append(line("L9", "03-07", "64.09", "Birch Cafe"))
    for place in range(60):
        day, cents, number = 1 + place % 24, f"{31 + 7 * place}.{10 + place}", f"R{4000 + place}"
        bank.append(line(f"P{place}", f"03-{day + place % 5:02}", cents, f"SHOP {place}", number))
        ledger.append(line(f"Q{place}", f"03-{day:02}", cents, f"Shop {place}", number))
    found = {match.bank_ids: match for match in matched(bank, ledger).matches()}
    assert found["B1",].ledger_ids == tuple(f"L{place}" for place in range(len(SHOPS)))
    assert found["B2",].ledger_ids == ("L9",)
