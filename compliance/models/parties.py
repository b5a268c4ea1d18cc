"""The table ``parties``."""

from __future__ import annotations

from django.contrib.postgres.indexes import OpClass
from django.db import models
from django.db.models.functions import Upper
from django.utils.translation import gettext_lazy as _

from compliance.enums import PartyKind
from dwaybank.db.constraints import DatabaseForeignKey, OnDelete, foreign_key, values_check
from dwaybank.db.expressions import CurrentTimestamp
from dwaybank.db.fields import timestamp_field, uuid_key
from dwaybank.db.indexes import Index


class Party(models.Model):
    """A person or entity as the bank knew it at ``as_of``: a snapshot, of which one party may have many.

    ``party_key`` is the same in all snapshots of one party, wherever in the bank it appears: by it the 24-hour rule
    joins receipts. The JSON columns hold the regulator's own field names (``address``: structured, or ``unstructured``;
    ``identifications``; ``employer``: name, address, telephoneNumber, extensionNumber; ``authorized_persons``;
    ``registrations``; ``ownership``: directorsOfCorporation and the like). No social insurance number is taken, in
    any of them. Written by the admin, imports and suspicions; what a report files is a copy.
    """

    id = uuid_key()
    party_key = models.CharField(_("key"), max_length=100)
    user = foreign_key("dwaybank.User", null=True, blank=True)
    kind = models.CharField(max_length=10, choices=PartyKind.choices)
    as_of = models.DateTimeField(_("known as of"), db_default=CurrentTimestamp())
    surname = models.CharField(max_length=100, blank=True, db_default="")
    given_name = models.CharField(max_length=100, blank=True, db_default="")
    other_name = models.CharField(_("other name or initial"), max_length=100, blank=True, db_default="")
    alias = models.CharField(max_length=100, blank=True, db_default="")
    date_of_birth = models.DateField(null=True, blank=True)
    country_of_residence = models.CharField(max_length=2, blank=True, db_default="")
    country_of_citizenship = models.CharField(max_length=2, blank=True, db_default="")
    occupation = models.CharField(max_length=200, blank=True, db_default="")
    employer = models.JSONField(blank=True, db_default=models.Value({}, models.JSONField()))
    entity_name = models.CharField(_("name of the entity"), max_length=100, blank=True, db_default="")
    nature_of_business = models.CharField(_("principal business"), max_length=200, blank=True, db_default="")
    structure_code = models.SmallIntegerField(_("structure"), null=True, blank=True)
    client_number = models.CharField(max_length=100, blank=True, db_default="")
    telephone = models.CharField(max_length=20, blank=True, db_default="")
    extension = models.CharField(max_length=10, blank=True, db_default="")
    email = models.CharField(max_length=200, blank=True, db_default="")
    address = models.JSONField(blank=True, db_default=models.Value({}, models.JSONField()))
    identifications = models.JSONField(blank=True, db_default=models.Value([], models.JSONField()))
    authorized_persons = models.JSONField(blank=True, db_default=models.Value([], models.JSONField()))
    registrations = models.JSONField(blank=True, db_default=models.Value([], models.JSONField()))
    ownership = models.JSONField(blank=True, db_default=models.Value({}, models.JSONField()))
    created_at = timestamp_field()
    updated_at = timestamp_field()

    class Meta:
        db_table = "parties"
        verbose_name = _("party")
        verbose_name_plural = _("parties")
        indexes = [
            # "the newest snapshot of this party"
            Index(fields=["party_key", "-as_of"], name="idx_parties_key"),
            Index(fields=["user"], name="idx_parties_user_id"),
            Index(fields=["surname", "given_name"], name="idx_parties_surname", condition=~models.Q(surname="")),
            Index(fields=["entity_name"], name="idx_parties_entity_name", condition=~models.Q(entity_name="")),
            # "whose key or name begins like this", in whatever case: what is suggested while somebody types
            Index(OpClass(Upper("party_key"), "text_pattern_ops"), name="idx_parties_key_prefix"),
            Index(
                OpClass(Upper("surname"), "text_pattern_ops"),
                name="idx_parties_surname_prefix",
                condition=~models.Q(surname=""),
            ),
            Index(
                OpClass(Upper("entity_name"), "text_pattern_ops"),
                name="idx_parties_entity_name_prefix",
                condition=~models.Q(entity_name=""),
            ),
        ]
        constraints = [
            DatabaseForeignKey(field="user", on_delete=OnDelete.REFUSE, name="parties_user_id_fkey"),
            values_check("kind", PartyKind, "parties_kind_check"),
            models.CheckConstraint(
                condition=~models.Q(party_key=""),
                name="parties_key_check",
                violation_error_message=_("A party has a key; without one nothing could be known of it."),
            ),
            models.CheckConstraint(
                condition=models.Q(kind="person", entity_name="") & ~models.Q(surname="")
                | models.Q(kind="entity", surname="", given_name="") & ~models.Q(entity_name=""),
                name="parties_name_check",
                violation_error_message=_("A person has a surname, an entity its name, and neither has the other's."),
            ),
        ]

    def __str__(self) -> str:
        return self.entity_name or " ".join(filter(None, (self.given_name, self.other_name, self.surname)))
