"""Tables of compliance, one module each."""

from compliance.models.compliance_reports import ComplianceReport

__all__ = ["ComplianceReport"]
