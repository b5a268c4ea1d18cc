"""Card security of a period (PCI DSS 4.0.1): no card number where none must be, and how secrets are encrypted."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime
from typing import Any

from compliance.periodic.card_numbers import MOST_FINDINGS, TEXTS, scan
from compliance.periodic.texts import iso
from dwaybank.key_rotation import all_sealed, key_ids_in_use
from dwaybank.models import AuditEvent


def report(begins: datetime, ends: datetime) -> dict[str, Any]:
    """The scan as of now, and the evidence of encryption and of key rotation in [begins, ends)."""
    result = scan()
    return {
        "kind": "card_security",
        "scan": {
            "rows": result.rows,
            "columns": {table: list(columns) for table, columns in TEXTS.items()},
            "uploads": "statement_files.content",
            "texts_with_long_numbers": result.candidates,
            "found": result.found,
            "findings": [asdict(finding) for finding in result.findings],
            "listed_at_most": MOST_FINDINGS,
            "requirements": ["3.4.1", "3.5.1"],
        },
        "encryption": [_evidence(table.table, key_ids_in_use(table)) for table in all_sealed()],
        "rotation": _rotations(begins, ends),
    }


def _evidence(table: str, keys: dict[str, int]) -> dict[str, Any]:
    unsealed = keys.get("", 0)
    return {
        "table": table,
        "sealed_by_key": {key: count for key, count in keys.items() if key},
        "not_sealed": unsealed,
        "met": unsealed == 0,
    }


def _rotations(begins: datetime, ends: datetime) -> dict[str, Any]:
    """Changes of the key that a row's secrets are sealed under."""
    changed = AuditEvent.objects.filter(
        occurred_at__gte=begins, occurred_at__lt=ends, changed_columns__contains=["encryption_key_id"], action="UPDATE"
    )
    last = changed.order_by("-occurred_at").values_list("occurred_at", flat=True).first()
    return {"rows_resealed": changed.count(), "last_at": iso(last)}
