"""Which chapter of the guides helps on which page of compliance."""

from __future__ import annotations

from dwaybank.admin.help import register_help

register_help(
    "compliance.add_compliancereport",
    "compliance-officer",
    {
        "compliance_compliancereport": 2,
        "compliance_compliancereport_board": 1,
        "compliance_compliancefiling": 2,
        "compliance_complianceacknowledgement": 2,
        "compliance_suspicion": 3,
        "compliance_indicatorsetting": 4,
        "compliance_customerprofile": 4,
        "dwaybank_legalhold": 5,
        "dwaybank_retentionplan": 5,
        "index": 1,
    },
)

register_help(
    "compliance.change_compliancereport",
    "compliance-analyst",
    {
        "compliance_compliancereport": 3,
        "compliance_compliancereport_board": 1,
        "compliance_compliancereport_period": 5,
        "compliance_compliancefiling": 3,
        "compliance_complianceacknowledgement": 3,
        "compliance_suspicion": 4,
        "compliance_indicatorsetting": 4,
        "compliance_customerprofile": 4,
        "compliance_largecash": 2,
        "compliance_party": 2,
        "compliance_privacybreach": 5,
        "index": 1,
    },
)
