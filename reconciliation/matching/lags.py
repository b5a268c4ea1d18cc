"""How many days lie between ledger and bank: business days, and what each weekday does, learned together."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np

from reconciliation.matching.blocks import Window
from reconciliation.matching.types import Bools, Floats, Ints, Parameters

_ENOUGH = 30.0
"""Pairs of one weekday that count as much as the general rule."""
_FLOOR = 2e-4
"""Chance per day of a lag never seen."""
_MANY = 300.0
_FEW = 12
_VERY_FEW = 4


@dataclass(frozen=True)
class Calendar:
    """Business days as a running count, so that a lag is one subtraction."""

    first: int
    count: Ints
    """Per day from ``first``: business days before it."""
    together: Ints
    """Per day: how many days share its count (Saturday, Sunday and Monday: 3)."""

    @classmethod
    def covering(cls, low: int, high: int, holidays: Sequence[date]) -> Calendar:
        """The calendar of the days (ordinals) ``low`` to ``high``, and a year around them."""
        first, last = low - 366, high + 366
        days = np.arange(first, last + 1)
        # Ordinal 1 is a Monday.
        works = (days - 1) % 7 < 5
        works[[day.toordinal() - first for day in holidays if first <= day.toordinal() <= last]] = False
        count = np.concatenate([[0], np.cumsum(works)[:-1]]).astype(np.int64)
        return cls(first, count, np.bincount(count)[count].astype(np.int64))

    def lag(self, ledger_day: Ints, bank_day: Ints) -> Ints:
        """Business days from ledger to bank day, negative if the bank was first."""
        return np.asarray(self.count[bank_day - self.first] - self.count[ledger_day - self.first])

    def share(self, bank_day: Ints) -> Floats:
        """Chance of just this day among the days of the same business-day lag."""
        return np.asarray(1.0 / self.together[bank_day - self.first])


@dataclass(frozen=True)
class LagModel:
    """Chance of a lag in a true pair, per calendar day."""

    calendar: Calendar
    window: Window
    business: Floats
    """Over business-day lags ``-max .. max`` around 0."""
    weekday: Floats
    """(7, window) over calendar lags, by the weekday of the ledger line."""
    seen: Floats
    """(7,) true pairs behind each row of ``weekday``."""

    def chance(self, ledger_day: Ints, bank_day: Ints) -> Floats:
        """Chance of the bank's day given the ledger's."""
        lag = bank_day - ledger_day
        inside = (lag >= self.window.low) & (lag <= self.window.high)
        half = len(self.business) // 2
        business = np.clip(self.calendar.lag(ledger_day, bank_day) + half, 0, len(self.business) - 1)
        general = self.business[business] * self.calendar.share(bank_day)
        day = (ledger_day - 1) % 7
        special = self.weekday[day, np.clip(lag - self.window.low, 0, self.weekday.shape[1] - 1)]
        trust = self.seen[day] / (self.seen[day] + _ENOUGH)
        # The more pairs were seen, the less likely is a lag that none of them had.
        floor = _FLOOR * _MANY / (_MANY + self.seen.sum())
        return np.asarray(np.where(inside, np.maximum(trust * special + (1 - trust) * general, floor), floor))


def learn_window(lags: Ints, parameters: Parameters) -> Window:
    """The window of lags from lines whose amount stands once on either side.

    Chance pairs spread evenly over all lags; true ones stand out. A constant shift of all dates is just another
    usual lag. With few such lines the window is the minimum around zero, wider after it than before.
    """
    most, least = parameters.max_lag, parameters.min_window
    count = np.bincount(lags + most, minlength=2 * most + 1).astype(np.float64)
    background = float(np.quantile(count, 0.3))
    excess = count - background
    if len(lags) < _FEW or excess.max() < 3:
        return _window_of_few(lags, count, parameters)
    total = max(excess[excess > 0].sum(), 1.0)
    spread = background + 3.0 * np.sqrt(background) + 1.0
    standing_out = np.flatnonzero((count > spread) & (excess >= 0.0005 * total)) - most
    best = np.flatnonzero(excess == excess.max()) - most
    usual = int(best[np.argmin(np.abs(best))])
    low = min(int(standing_out.min(initial=usual)) - 1, usual - least)
    high = max(int(standing_out.max(initial=usual)) + 2, usual + least)
    return Window(max(low, -most), min(high, most), usual)


def _window_of_few(lags: Ints, count: Floats, parameters: Parameters) -> Window:
    """Around zero, unless nearly all of some few lines lie close together elsewhere."""
    most, least = parameters.max_lag, parameters.min_window
    together = np.convolve(count, np.ones(least), mode="same")
    best = int(np.argmax(together)) - most
    if len(lags) >= _VERY_FEW and together.max() >= 0.8 * len(lags) and abs(best) > least:
        return Window(max(best - least, -most), min(best + least, most), best)
    return Window(-min(least, most), min(2 * least + 2, most), 0)


def first_model(calendar: Calendar, window: Window) -> LagModel:
    """Before anything is learned: most pairs at the usual lag, fewer with each business day away from it."""
    half = max(abs(window.low), abs(window.high)) + 1
    lags = np.arange(-half, half + 1)
    usual = round(window.usual * 5 / 7)
    away = lags - usual
    shape = np.where(away >= 0, 0.55**away, 0.30 ** np.abs(away))
    width = window.high - window.low + 1
    return LagModel(calendar, window, shape / shape.sum(), np.full((7, width), 1.0 / width), np.zeros(7))


def learn_model(before: LagModel, ledger_day: Ints, bank_day: Ints, weight: Floats) -> LagModel:
    """The model after seeing pairs, each true with chance ``weight``."""
    window = before.window
    lag = bank_day - ledger_day
    inside: Bools = (lag >= window.low) & (lag <= window.high)
    ledger_day, bank_day, weight, lag = ledger_day[inside], bank_day[inside], weight[inside], lag[inside]
    half = len(before.business) // 2
    business = np.clip(before.calendar.lag(ledger_day, bank_day) + half, 0, 2 * half)
    prior = first_model(before.calendar, window).business * 6.0
    general = np.bincount(business, weight, minlength=2 * half + 1) + prior
    day, width = (ledger_day - 1) % 7, window.high - window.low + 1
    special = np.bincount(day * width + lag - window.low, weight, minlength=7 * width).reshape(7, width)
    seen = special.sum(axis=1)
    return LagModel(
        before.calendar, window, general / general.sum(), special / np.maximum(seen, 1e-9)[:, None], np.asarray(seen)
    )
