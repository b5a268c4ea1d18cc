"""Admin screens of compliance: importing this registers them and their cards."""

from compliance.admin import cards, compliance_reports

__all__ = ["cards", "compliance_reports"]
