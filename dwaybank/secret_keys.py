"""The keys that seal stored secrets: a ring by id, of which the newest writes and all read.

Where the keys come from is behind ``KeySource``: the environment, or a key management service that unwraps what the
environment holds (``AwsKmsKeys``, the optional extra ``aws-kms``). A key never appears in an error, a log or a repr.
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Any, Final, Protocol

from django.conf import settings

from dwaybank.errors import DomainError

KEY_BYTES: Final = 32  # AES-256
_KEY_ID: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,62}")
# What key id a row has that holds no secret at all (ADR 0008): no key may be called so.
NO_KEY: Final = "none"


class KeyUnavailable(DomainError):
    """A key cannot be had; the text names its id, where it should come from and what to do. Never its value."""

    def __init__(self, key_id: str, message: str) -> None:
        super().__init__(message)
        self.key_id = key_id


class KeySource(Protocol):
    """Where keys come from. A key management service fills these two."""

    def key_ids(self) -> tuple[str, ...]:
        """Every key id, the newest first. Raises KeyUnavailable when there is none."""

    def key(self, key_id: str) -> bytes:
        """The 32 bytes of one key. Raises KeyUnavailable."""


class EnvironmentKeys:
    """Keys as ENCRYPTION_KEYS lists them: ``id:base64`` of 32 bytes each, separated by commas, the newest first."""

    def __init__(self, text: str) -> None:
        self._keys = {key_id: _decoded(key_id, value) for key_id, value in listed_keys(text).items()}
        for key_id, key in self._keys.items():
            if len(key) != KEY_BYTES:
                raise KeyUnavailable(
                    key_id,
                    f"The key {key_id} in ENCRYPTION_KEYS has {len(key)} bytes instead of {KEY_BYTES}. {HOW_TO_MAKE}",
                )

    def __repr__(self) -> str:
        return f"EnvironmentKeys({', '.join(self._keys)})"

    def key_ids(self) -> tuple[str, ...]:
        """The ids as listed."""
        return tuple(self._keys)

    def key(self, key_id: str) -> bytes:
        """The key's bytes. Raises KeyUnavailable for an id that is not listed."""
        try:
            return self._keys[key_id]
        except KeyError:
            raise not_listed(key_id) from None


class AwsKmsKeys:
    """Keys that AWS KMS wrapped: ENCRYPTION_KEYS holds ``id:base64`` of each data key's ciphertext blob.

    Made with ``aws kms generate-data-key-without-plaintext --key-spec AES_256 --encryption-context dwaybank-key=<id>``;
    the context binds a blob to its id. KMS is asked once per key and process. ``client`` has boto3's ``decrypt``,
    which raises ``errors``.
    """

    def __init__(self, text: str, client: Any, errors: tuple[type[Exception], ...]) -> None:
        self._errors = errors
        self._wrapped = {key_id: _decoded(key_id, value) for key_id, value in listed_keys(text).items()}
        self._client = client
        self._unwrapped: dict[str, bytes] = {}

    def __repr__(self) -> str:
        return f"AwsKmsKeys({', '.join(self._wrapped)})"

    def key_ids(self) -> tuple[str, ...]:
        """The ids as listed."""
        return tuple(self._wrapped)

    def key(self, key_id: str) -> bytes:
        """The key's bytes, unwrapped by KMS at the first use.

        Raises KeyUnavailable for an id that is not listed, and where KMS does not unwrap it.
        """
        if key_id not in self._wrapped:
            raise not_listed(key_id)
        if key_id not in self._unwrapped:
            self._unwrapped[key_id] = self._unwrap(key_id)
        return self._unwrapped[key_id]

    def _unwrap(self, key_id: str) -> bytes:
        try:
            answer = self._client.decrypt(
                CiphertextBlob=self._wrapped[key_id], EncryptionContext={"dwaybank-key": key_id}
            )
        except self._errors as error:
            raise KeyUnavailable(
                key_id,
                f"AWS KMS did not unwrap the key {key_id} ({type(error).__name__}). Check the process's AWS identity, "
                "its right kms:Decrypt, and that the blob was made with the encryption context dwaybank-key=<this id>.",
            ) from None
        key = answer["Plaintext"]
        if len(key) != KEY_BYTES:
            raise KeyUnavailable(
                key_id, f"AWS KMS unwrapped the key {key_id} to {len(key)} bytes; data keys are AES_256."
            )
        return bytes(key)


HOW_TO_MAKE: Final = (
    "Make one with: python -c 'import base64, secrets; print(base64.b64encode(secrets.token_bytes(32)).decode())'."
)


def listed_keys(text: str) -> Mapping[str, str]:
    """Key id → what is written behind it, in order. Raises KeyUnavailable where the list cannot be read."""
    keys: dict[str, str] = {}
    for place, entry in enumerate((part.strip() for part in text.split(",")), start=1):
        if not entry:
            continue
        key_id, colon, value = entry.partition(":")
        # what does not look like an id may be a key: it is not repeated
        if not colon or not value or not _KEY_ID.fullmatch(key_id):
            raise KeyUnavailable(
                "", f"Entry {place} of ENCRYPTION_KEYS is not written as id:base64 (id: letters, digits, . _ -)."
            )
        if key_id == NO_KEY:
            raise KeyUnavailable(
                key_id, f"A key in ENCRYPTION_KEYS is called {NO_KEY}, which means that there is none."
            )
        if key_id in keys:
            raise KeyUnavailable(key_id, f"The key {key_id} stands twice in ENCRYPTION_KEYS.")
        keys[key_id] = value
    if not keys:
        raise KeyUnavailable("", f"ENCRYPTION_KEYS is empty: stored secrets cannot be read or written. {HOW_TO_MAKE}")
    return keys


def _decoded(key_id: str, value: str) -> bytes:
    try:
        return base64.b64decode(value, validate=True)
    except binascii.Error:
        raise KeyUnavailable(key_id, f"The key {key_id} in ENCRYPTION_KEYS is not base64. {HOW_TO_MAKE}") from None


def not_listed(key_id: str) -> KeyUnavailable:
    """The error for a key id that the ring does not have."""
    return KeyUnavailable(
        key_id,
        f"The key {key_id} is not in ENCRYPTION_KEYS. Add it behind the others: keys are removed only after "
        "'manage.py rotate_encryption_keys' has moved everything to the newest.",
    )


@lru_cache(maxsize=4)
def _source(kind: str, text: str) -> KeySource:
    if kind == "environment":
        return EnvironmentKeys(text)
    if kind == "aws-kms":
        try:
            import boto3
            from botocore.exceptions import BotoCoreError, ClientError
        except ImportError:
            raise KeyUnavailable(
                "", "ENCRYPTION_KEY_SOURCE is aws-kms, and boto3 is not installed: pip install '.[aws-kms]'."
            ) from None
        return AwsKmsKeys(text, boto3.client("kms"), (BotoCoreError, ClientError))
    raise KeyUnavailable("", f"ENCRYPTION_KEY_SOURCE is {kind!r}; it must be 'environment' or 'aws-kms'.")


def key_source() -> KeySource:
    """The source that the settings name. Raises KeyUnavailable where it cannot be read."""
    return _source(settings.ENCRYPTION_KEY_SOURCE, settings.ENCRYPTION_KEYS)
