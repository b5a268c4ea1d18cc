"""Tables of compliance, one module each."""

from compliance.models.compliance_reports import ComplianceReport
from compliance.models.customer_profiles import CustomerProfile
from compliance.models.detection_runs import DetectionRun
from compliance.models.filings import ComplianceAcknowledgement, ComplianceFiling
from compliance.models.indicator_settings import IndicatorSetting
from compliance.models.large_cash_records import LargeCashParty, LargeCashRecord
from compliance.models.parties import Party
from compliance.models.privacy_breaches import PrivacyBreach
from compliance.models.report_transactions import ComplianceReportTransaction
from compliance.models.report_versions import ComplianceReportVersion
from compliance.models.suspicion_alerts import SuspicionAlert, SuspicionAlertRow
from compliance.models.suspicion_cases import SuspicionCase, SuspicionCaseEvent

__all__ = [
    "ComplianceAcknowledgement",
    "ComplianceFiling",
    "ComplianceReport",
    "ComplianceReportTransaction",
    "ComplianceReportVersion",
    "CustomerProfile",
    "DetectionRun",
    "IndicatorSetting",
    "LargeCashParty",
    "LargeCashRecord",
    "Party",
    "PrivacyBreach",
    "SuspicionAlert",
    "SuspicionAlertRow",
    "SuspicionCase",
    "SuspicionCaseEvent",
]
