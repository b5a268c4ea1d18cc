"""How fast the readers are: rows per second and peak memory of each format, beside splitting the same bytes into
lines and beside the PyPI library that reads the format, in the same run.

agate reads a CSV to dates and exact amounts but knows no bank's layout; openpyxl reads a workbook's cells and nothing
more (our reader is built on it, so it can only be slower): what both leave out is the work of this reader. A library
is left out where it is not installed or does not read the file; the line says so.
"""

from __future__ import annotations

import importlib
import io
import time
import tracemalloc
from collections.abc import Callable, Iterator
from contextlib import redirect_stderr
from datetime import date

from integrations.feeds import read_statement
from tests.benchmarks.generate import rows
from tests.integrations.feeds.test_damage import Movement, as_bai2, as_camt, as_mt940, as_ofx, as_qif, as_workbook
from tests.integrations.statements_text import Row, cibc_csv, rbc_csv, td_csv

_WORKBOOK_SHARE = 4  # a workbook is written slowly; a part of the rows says as much


def run(count: int) -> Iterator[dict[str, object]]:
    """One line per format."""
    made = rows(count)
    moved = [_movement(row) for row in made]
    files = {
        "ofx": as_ofx(moved),
        "csv-rbc": rbc_csv(*made),
        "csv-td": td_csv(*made),
        "csv-cibc": cibc_csv(*made),
        "camt053": as_camt(moved),
        "mt940": as_mt940(moved),
        "bai2": as_bai2(moved),
        "qif": as_qif(moved),
        "xlsx": as_workbook(moved[: count // _WORKBOOK_SHARE]),
    }
    for name, data in files.items():
        seconds, peak = _measured(lambda data=data: read_statement(data))
        baseline, _ = _measured(lambda data=data: [line.split(b",") for line in data.splitlines()])
        number = count // _WORKBOOK_SHARE if name == "xlsx" else count
        line: dict[str, object] = {"layout": name}
        line |= _beside(name, data, seconds, peak)
        yield line | {
            "times_slower_than_splitting_lines": round(seconds / baseline, 1),
            "peak_memory_per_input_byte": round(peak / len(data), 1),
            "peak_memory_mb": round(peak / 1e6, 1),
            "rows": number,
            "rows_per_second": round(number / seconds),
        }


def _movement(row: Row) -> Movement:
    return Movement(date.fromisoformat(row.day), int(row.amount.replace(".", "")), row.text)


def _ofxparse(data: bytes) -> int:
    parsed = importlib.import_module("ofxparse").OfxParser.parse(io.BytesIO(data))
    return len(parsed.account.statement.transactions)


def _mt940(data: bytes) -> int:
    return len(importlib.import_module("mt940").parse(data.decode("cp1252")))


def _bai2(data: bytes) -> int:
    with redirect_stderr(io.StringIO()):
        parsed = importlib.import_module("bai2.bai2").parse_from_string(data.decode(), check_integrity=False)
    return sum(len(account.children) for group in parsed.children for account in group.children)


def _pycamt(data: bytes) -> int:
    parser = importlib.import_module("pycamt.parser").Camt053Parser(data)
    return len(parser.get_transactions())


def _quiffen(data: bytes) -> int:
    parsed = importlib.import_module("quiffen").Qif.parse_string(data.decode(), day_first=False)
    return sum(len(listed) for account in parsed.accounts.values() for listed in account.transactions.values())


def _agate(data: bytes) -> int:
    text, first = data.decode(), data[:200].split(b"\n")[0]
    names = None if b"Account" in first else [f"column {place}" for place in range(first.count(b",") + 1)]
    table = importlib.import_module("agate").Table.from_csv(io.StringIO(text), column_names=names, header=names is None)
    return len(table.rows)


def _openpyxl(data: bytes) -> int:
    book = importlib.import_module("openpyxl").load_workbook(io.BytesIO(data), read_only=True, data_only=True)
    return sum(1 for sheet in book.worksheets for _ in sheet.iter_rows(values_only=True)) - 1


_LIBRARIES: dict[str, tuple[str, Callable[[bytes], int]]] = {
    "ofx": ("ofxparse", _ofxparse),
    "mt940": ("mt940", _mt940),
    "bai2": ("bai2", _bai2),
    "camt053": ("pycamt", _pycamt),
    "qif": ("quiffen", _quiffen),
    "csv-rbc": ("agate", _agate),
    "csv-td": ("agate", _agate),
    "csv-cibc": ("agate", _agate),
    "xlsx": ("openpyxl", _openpyxl),
}


def _beside(name: str, data: bytes, seconds: float, peak: int) -> dict[str, object]:
    library, read = _LIBRARIES[name]
    try:
        found = read(data)
    except Exception as failure:  # noqa: BLE001 - whatever a library does to the file is its result
        return {"library": library, "library_result": f"{type(failure).__name__}: {failure}"[:120]}
    its_seconds, its_peak = _measured(lambda: read(data))
    return {
        "library": library,
        "library_rows": found,
        "times_as_fast_as_library": round(its_seconds / seconds, 1),
        "memory_beside_library": round(peak / its_peak, 2),
        "library_peak_memory_mb": round(its_peak / 1e6, 1),
        "library_rows_per_second": round(found / its_seconds),
    }


def _measured(work: Callable[[], object]) -> tuple[float, int]:
    """(processor seconds of the best of three runs, peak of memory in bytes of another)."""
    best = float("inf")
    for _ in range(3):
        start = time.process_time()
        work()
        best = min(best, time.process_time() - start)
    tracemalloc.start()
    work()
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return best, peak
