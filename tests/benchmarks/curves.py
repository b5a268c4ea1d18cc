"""Growth as a picture: a figure of benchmark lines over the number of rows, one curve for each thing measured.

Usage: ``python -m tests.benchmarks.curves --figure p95_ms pages.json … > docs/growth-pages.svg``. Lines of several
runs may be given together; a line counts where it has the figure and ``rows``. ``--what TEXT`` (again and again) picks
curves.
"""

from __future__ import annotations

import argparse
import json
import math
import sys
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from html import escape
from pathlib import Path
from typing import Any, Final

WIDTH, HEIGHT = 900, 380
LEFT, RIGHT, TOP, BOTTOM = 70, 400, 40, 50
LABEL: Final = 70  # room that a number of rows takes
COLOURS: Final = ("#1b6ca8", "#b5460f", "#2e7d32", "#7b1fa2", "#8d6e00", "#00838f", "#c2185b", "#455a64")
# curves are told apart without colour too
DASHES: Final = ("", "6 3", "2 3", "8 3 2 3")

Points = dict[str, list[tuple[float, float]]]


def points_of(lines: Iterable[str], figure: str, wanted: Sequence[str]) -> Points:
    """What → (rows, figure) by rows; the last line of equal rows counts. Raises ValueError where there is nothing."""
    found: dict[str, dict[float, float]] = defaultdict(dict)
    for text in lines:
        line = json.loads(text)
        what = str(line.get("what", line.get("part", "")))
        if figure not in line or "rows" not in line or (wanted and what not in wanted):
            continue
        found[what][float(line["rows"])] = float(line[figure])
        if f"{figure}_at_few_rows" in line:
            found[what].setdefault(float(line["few_rows"]), float(line[f"{figure}_at_few_rows"]))
    if not found:
        raise ValueError(f"No line has {figure} and rows.")
    return {what: sorted(values.items()) for what, values in found.items()}


def drawn(points: Points, figure: str) -> str:
    """An SVG of the curves: rows on a logarithmic axis, the figure from zero up."""
    rows = [x for curve in points.values() for x, _ in curve]
    first, last = math.log10(min(rows)), math.log10(max(rows))
    highest = max(y for curve in points.values() for _, y in curve) or 1.0

    def place(x: float, y: float) -> tuple[float, float]:
        across = (math.log10(x) - first) / (last - first or 1)
        return LEFT + across * (WIDTH - LEFT - RIGHT), HEIGHT - BOTTOM - y / highest * (HEIGHT - TOP - BOTTOM)

    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" role="img" font-family="sans-serif" '
        f'font-size="12"><title>{escape(figure)} by number of rows</title>',
        '<rect width="100%" height="100%" fill="#fff"/>',
    ]
    free_until = float(WIDTH)
    for x in sorted(set(rows), reverse=True):
        at, bottom = place(x, 0)
        if at <= free_until:
            free_until = at - LABEL
            parts.append(f'<text x="{at:.0f}" y="{bottom + 20:.0f}" text-anchor="middle">{x:,.0f}</text>')
    for share in (0, 0.25, 0.5, 0.75, 1):
        _, at = place(10**first, highest * share)
        parts.append(f'<path d="M{LEFT} {at:.0f}H{WIDTH - RIGHT}" stroke="#ddd"/>')
        parts.append(f'<text x="{LEFT - 8}" y="{at + 4:.0f}" text-anchor="end">{_tick(highest * share)}</text>')
    parts.extend(_curves(points, place))
    parts.append(f'<text x="{LEFT}" y="20">{escape(figure)}</text>')
    parts.append(f'<text x="{(WIDTH - RIGHT + LEFT) // 2}" y="{HEIGHT - 8}" text-anchor="middle">rows</text></svg>')
    return "\n".join(parts) + "\n"


def _tick(value: float) -> str:
    return f"{value:,.0f}" if value >= 100 else f"{value:.3g}"


def _curves(points: Points, place: Any) -> Iterator[str]:
    for number, (what, curve) in enumerate(points.items()):
        colour, dash = COLOURS[number % len(COLOURS)], DASHES[number // len(COLOURS) % len(DASHES)]
        path = "L".join("{:.1f} {:.1f}".format(*place(x, y)) for x, y in curve)
        line = f'stroke="{colour}" stroke-width="2" stroke-dasharray="{dash}" fill="none"'
        at = TOP + number * 16
        yield f'<path d="M{path}" {line}/>'
        yield f'<path d="M{WIDTH - RIGHT + 14} {at - 4}h24" {line}/>'
        yield f'<text x="{WIDTH - RIGHT + 44}" y="{at}">{escape(what)}</text>'


def main() -> int:
    """Write the SVG to standard output."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.curves", description=__doc__)
    parser.add_argument("files", nargs="+", type=Path, help="JSON lines of benchmarks")
    parser.add_argument("--figure", required=True, help="the name of the figure, e.g. p95_ms")
    parser.add_argument("--what", action="append", default=[], help="only this curve; again for more")
    options = parser.parse_args()
    lines = [line for file in options.files for line in file.read_text("utf-8").splitlines() if line.startswith("{")]
    try:
        sys.stdout.write(drawn(points_of(lines, options.figure, options.what), options.figure))
    except ValueError as problem:
        parser.error(str(problem))
    return 0


if __name__ == "__main__":
    sys.exit(main())
