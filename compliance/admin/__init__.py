"""Admin screens of compliance: importing this registers them and their cards."""

from compliance.admin import (
    cards,
    cash_records,
    compliance_reports,
    figures,
    filing_ledger,
    guides,
    indicator_settings,
    parties,
    privacy_breaches,
    suspicion_alerts,
    suspicion_cases,
)

__all__ = [
    "cards",
    "cash_records",
    "compliance_reports",
    "figures",
    "filing_ledger",
    "guides",
    "indicator_settings",
    "parties",
    "privacy_breaches",
    "suspicion_alerts",
    "suspicion_cases",
]
