"""Which chapter of the guides helps on which page of compliance."""

from __future__ import annotations

from typing import Final

from dwaybank.admin.help import register_help

_OFFICER: Final = ("compliance.add_compliancereport", "compliance-officer")
_ANALYST: Final = ("compliance.change_compliancereport", "compliance-analyst")
# page → chapter of the officer's guide (0 for none), chapter of the analyst's
_CHAPTERS: Final = {
    "compliance_compliancereport": (2, 3),
    "compliance_compliancereport_board": (1, 1),
    "compliance_compliancereport_period": (0, 5),
    "compliance_compliancefiling": (2, 3),
    "compliance_complianceacknowledgement": (2, 3),
    "compliance_suspicion": (3, 4),
    "compliance_indicatorsetting": (4, 4),
    "compliance_customerprofile": (4, 4),
    "compliance_largecash": (0, 2),
    "compliance_party": (0, 2),
    "compliance_privacybreach": (0, 5),
}


for _page, (_officer, _analyst) in _CHAPTERS.items():
    if _officer:
        register_help(_page, *_OFFICER, _officer)
    register_help(_page, *_ANALYST, _analyst)
for _page in ("dwaybank_legalhold", "dwaybank_retentionplan"):
    register_help(_page, *_OFFICER, 5)
register_help("index", *_OFFICER, 1)
register_help("index", *_ANALYST, 1)
