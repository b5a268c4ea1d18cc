"""Which chapter of the guides helps on which page of the ground floor."""

from __future__ import annotations

from typing import Final

from dwaybank.admin.help import register_help

_AUDITOR: Final = ("dwaybank.view_auditseal", "auditor")
_ADMINISTRATOR: Final = ("dwaybank.change_user", "administrator")
_AUDITORS: Final = {
    "index": 1,
    "dwaybank_auditevent": 2,
    "dwaybank_archivedauditevent": 2,
    "dwaybank_readevent": 3,
    "dwaybank_auditseal": 4,
}
_ADMINISTRATORS: Final = {"index": 1, "auth_group": 2, "dwaybank_user": 2, "dwaybank_user_second_factor": 3}

for _page, _chapter in _AUDITORS.items():
    register_help(_page, *_AUDITOR, _chapter)
for _page, _chapter in _ADMINISTRATORS.items():
    register_help(_page, *_ADMINISTRATOR, _chapter)
