"""A second factor that was lost or stolen: an administrator takes it away, and whoever held it is out."""

from __future__ import annotations

from allauth.mfa.models import Authenticator
from django.utils.translation import gettext as _

from dwaybank.actor import Actor, acting_as
from dwaybank.errors import DomainError
from dwaybank.models import User


class ResetRefused(DomainError):
    """The second factor stays as it is; the message says why."""


def reset_second_factor(*, person: User, actor: Actor) -> int:
    """Remove every passkey, app and recovery code of the person; how many.

    Their password is void too: else the password alone would enrol a new factor, and a session of the old one would go
    on. All their sessions end by it. The administrator sets a new password and hands it out in person. Raises
    ResetRefused for one's own and without a reason.
    """
    if actor.user_id == person.pk:
        raise ResetRefused(_("Nobody resets their own second factor: another administrator does."))
    if not actor.reason:
        raise ResetRefused(_("Say why: how you know that the person asked for it. Nothing was changed."))
    with acting_as(actor):
        removed, _by_table = Authenticator.objects.filter(user_id=person.pk).delete()
        person.set_unusable_password()
        person.save(update_fields=["password"])
    return removed
