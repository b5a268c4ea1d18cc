"""Matching bank lines with ledger lines. Pure: no database, no Django, no clock."""
from reconciliation.matching.engine import STEPS, match, run_hash
from reconciliation.matching.result import Result
from reconciliation.matching.types import Line, Memory, Parameters, Side
from reconciliation.matching.scoring import Score, Scores, score
