"""Which chapter of the guides helps on which page of the ground floor."""

from __future__ import annotations

from dwaybank.admin.help import register_help

register_help(
    "dwaybank.view_auditseal",
    "auditor",
    {
        "index": 1,
        "dwaybank_auditevent": 2,
        "dwaybank_archivedauditevent": 2,
        "dwaybank_readevent": 3,
        "dwaybank_auditseal": 4,
    },
)

register_help(
    "dwaybank.change_user",
    "administrator",
    {
        "index": 1,
        "auth_group": 2,
        "dwaybank_user": 2,
        "dwaybank_user_second_factor": 3,
    },
)
