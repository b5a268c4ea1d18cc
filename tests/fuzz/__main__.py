"""Fuzz one reader: ``python -m tests.fuzz FORMAT [--seconds N] [--keep DIR]``.

Every input must be read or refused; any other exception, a broken promise of the feed, an input of a few kilobytes
that takes more than ten seconds or 2 GB ends the run, and the input is written to the current folder. The seeds are
a small statement of each format and the project's sample files.

atheris, a development dependency, has wheels for Linux and for some Python versions only. Without it this program says
so and ends with 2.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from datetime import date
from pathlib import Path

SAMPLES = Path(__file__).resolve().parents[2] / "integrations" / "samples" / "statements"
HEADS = {
    "ofx": b"<OFX><STMTTRN>",
    "camt": b"<Document><BkToCstmrStmt>",
    "mt940": b":20:A\n:25:1\n",
    "bai2": b"01,0004,1,260101,0,1,,,2/\n02,1,0004,1,260101,,CAD,2/\n",
    "qif": b"!Type:Bank\n",
    "csv": b"",
    "xlsx": b"",
    "profile": b"",
    "any": b"",
}


def main() -> int:
    """Run libFuzzer over one reader until the time is up or an input breaks it."""
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz", description=__doc__.split("\n", 1)[0])
    parser.add_argument("format", choices=list(HEADS))
    parser.add_argument("--seconds", type=int, default=60)
    parser.add_argument("--keep", type=Path, help="folder for the inputs that reached new code")
    options = parser.parse_args()
    try:
        import atheris
    except ImportError:
        print("atheris is not installed: .venv/bin/pip install atheris", file=sys.stderr)
        return 2
    with atheris.instrument_imports(include=["integrations.feeds", "mt940", "openpyxl"]):
        from integrations.feeds import StatementRefused, read_statement, suggest_profile
    from tests.integrations.feeds.test_properties import check

    head = HEADS[options.format]

    def one_input(data: bytes) -> None:
        try:
            if options.format == "profile":
                suggest_profile(data)
            else:
                check(read_statement(data))
                if head:
                    check(read_statement(head + data))
        except StatementRefused:
            return

    corpus = options.keep or Path(tempfile.mkdtemp(prefix="fuzz-"))
    corpus.mkdir(parents=True, exist_ok=True)
    for name, data in seeds(options.format).items():
        (corpus / name).write_bytes(data)
    limits = [f"-max_total_time={options.seconds}", "-timeout=10", "-rss_limit_mb=2048", "-max_len=8192"]
    atheris.Setup([sys.argv[0], *limits, str(corpus)], one_input)
    atheris.Fuzz()
    return 0


def seeds(form: str) -> dict[str, bytes]:
    """Statements to begin with, by file name."""
    from tests.integrations.feeds.test_damage import WRITERS, Movement

    rows = [Movement(date(2026, 1, 31), -425, "SHOP A"), Movement(date(2026, 2, 2), 10_000, "PAY, B")]
    found = {f"seed-{name}": write(rows) for name, write in WRITERS.items() if name.startswith(form) or form == "any"}
    if form in {"any", "csv", "ofx", "profile"}:
        samples = SAMPLES.glob("*.csv" if form in {"csv", "profile"} else "*.[oq]fx")
        found |= {path.name: path.read_bytes()[:6_000] for path in samples}
    return found


if __name__ == "__main__":
    sys.exit(main())
