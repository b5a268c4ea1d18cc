"""Admin screens of compliance: importing this registers them and their cards."""

from compliance.admin import cards, cash_records, compliance_reports, filing_ledger, parties

__all__ = ["cards", "cash_records", "compliance_reports", "filing_ledger", "parties"]
