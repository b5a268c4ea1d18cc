"""Secrets at rest: what opens, what does not, and what an error may say."""

from __future__ import annotations

import base64
import copy
import json
import pickle
import traceback
from typing import Any
from uuid import UUID

import pytest
from django.core.checks import run_checks
from hypothesis import given
from hypothesis import strategies as st

from dwaybank.secret_keys import AwsKmsKeys, EnvironmentKeys, KeyUnavailable, key_source
from dwaybank.secrets import Place, Secret, SecretUnreadable, key_id_of, open_sealed, seal

ROW, OTHER = UUID(int=1), UUID(int=2)
HERE = Place("bank_connections", "encrypted_access_token", ROW)
CANARY = "canary-9f3c-token"


def keys(*ids: str, fill: int = 0) -> EnvironmentKeys:
    """A ring with these ids, the newest first; the same id and ``fill`` give the same key."""
    return EnvironmentKeys(
        ",".join(f"{key}:{base64.b64encode(bytes([len(key) + fill]) * 31 + key[:1].encode()).decode()}" for key in ids)
    )


@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=300))
def test_what_is_sealed_opens_to_the_same_text(text: str) -> None:
    sealed = seal(text, HERE, keys=keys("b", "a"))

    assert open_sealed(sealed, HERE, keys=keys("b", "a")).reveal() == text
    assert sealed.startswith("v1:b:")
    assert len(text) < 8 or text not in sealed


def test_the_newest_writes_and_all_read() -> None:
    old = seal(CANARY, HERE, keys=keys("2025"))
    ring = keys("2026", "2025")

    assert key_id_of(seal(CANARY, HERE, keys=ring), HERE) == "2026"
    assert open_sealed(old, HERE, keys=ring).reveal() == CANARY


def test_the_same_secret_never_looks_the_same_twice() -> None:
    assert len({seal(CANARY, HERE, keys=keys("a")) for _ in range(200)}) == 200


@pytest.mark.parametrize(
    "elsewhere",
    [
        Place("bank_connections", "encrypted_access_token", OTHER),
        Place("bank_connections", "encrypted_refresh_token", ROW),
        Place("bank_webhooks", "encrypted_access_token", ROW),
    ],
)
def test_a_text_copied_to_another_place_does_not_open(elsewhere: Place) -> None:
    sealed = seal(CANARY, HERE, keys=keys("a"))

    with pytest.raises(SecretUnreadable, match="copied from another place") as caught:
        open_sealed(sealed, elsewhere, keys=keys("a"))
    assert str(elsewhere) in str(caught.value)


@given(st.integers(min_value=0), st.integers(min_value=1, max_value=255))
def test_any_changed_byte_is_noticed(place: int, change: int) -> None:
    head, key_id, body = seal(CANARY, HERE, keys=keys("a")).split(":")
    data = bytearray(base64.urlsafe_b64decode(body + "=" * (-len(body) % 4)))
    data[place % len(data)] ^= change
    changed = f"{head}:{key_id}:{base64.urlsafe_b64encode(bytes(data)).decode().rstrip('=')}"

    with pytest.raises(SecretUnreadable):
        open_sealed(changed, HERE, keys=keys("a"))


def test_a_text_relabelled_to_another_key_does_not_open() -> None:
    ring = keys("a", "b")
    with pytest.raises(SecretUnreadable, match="key b"):
        open_sealed(seal(CANARY, HERE, keys=ring).replace("v1:a:", "v1:b:"), HERE, keys=ring)


@pytest.mark.parametrize(
    ("stored", "said"),
    [
        (CANARY, "not a sealed text"),
        (f"v1:{CANARY}", "not a sealed text"),
        (f"v2:a:{CANARY}", "not a sealed text"),
        ("v1:a:!!!!", "no base64"),
        ("v1:a:é", "no base64"),
        ("v1:a:AAAA", "too short"),
        ("", "not a sealed text"),
    ],
)
def test_what_is_no_sealed_text_is_refused_without_being_shown(stored: str, said: str) -> None:
    with pytest.raises(SecretUnreadable, match=said) as caught:
        open_sealed(stored, HERE, keys=keys("a"))
    assert CANARY not in "".join(traceback.format_exception(caught.value))


def test_errors_name_the_key_and_never_the_secret() -> None:
    sealed = seal(CANARY, HERE, keys=keys("old"))

    with pytest.raises(KeyUnavailable, match="The key old is not in ENCRYPTION_KEYS") as missing:
        open_sealed(sealed, HERE, keys=keys("new"))
    with pytest.raises(SecretUnreadable, match="key old") as wrong:
        open_sealed(sealed, HERE, keys=keys("old", fill=9))
    for caught in (missing, wrong):
        text = "".join(traceback.format_exception(caught.value, chain=True))
        assert CANARY not in text
        assert sealed not in text
        assert missing.value.key_id == wrong.value.key_id == "old"


def test_a_secret_does_not_show_itself() -> None:
    secret = Secret(CANARY)

    assert CANARY not in f"{secret} {secret!r} {[secret]} { ({'a': secret}) }"
    assert secret.reveal() == CANARY
    assert secret == Secret(CANARY)
    assert secret != Secret("other")
    for send in (pickle.dumps, copy.deepcopy, json.dumps):
        with pytest.raises(TypeError):
            send(secret)


class TestRing:
    @pytest.mark.parametrize(
        ("text", "said"),
        [
            ("", "ENCRYPTION_KEYS is empty"),
            (" , ", "ENCRYPTION_KEYS is empty"),
            ("c2VjcmV0LWtleQ==", "Entry 1 of ENCRYPTION_KEYS is not written as id:base64"),
            ("a:" + "A" * 43 + "=, c2VjcmV0LWtleQ==", "Entry 2 of"),
            ("a:c2VjcmV0LWtleQ==", "The key a in ENCRYPTION_KEYS has 10 bytes instead of 32"),
            ("a:c2VjcmV0LWtleQ!", "The key a in ENCRYPTION_KEYS is not base64"),
            ("none:" + "A" * 43 + "=", "is called none"),
            (",".join(["a:" + "A" * 43 + "="] * 2), "stands twice"),
        ],
    )
    def test_a_list_that_cannot_be_read_says_what_and_never_a_value(self, text: str, said: str) -> None:
        with pytest.raises(KeyUnavailable, match=said) as caught:
            EnvironmentKeys(text)
        assert "c2VjcmV0" not in str(caught.value)

    def test_a_ring_shows_ids_only(self) -> None:
        assert repr(keys("2026", "2025")) == "EnvironmentKeys(2026, 2025)"

    def test_the_system_check_says_it_at_the_start(self, settings: Any) -> None:
        settings.ENCRYPTION_KEYS = "no-colon"
        assert [m.id for m in run_checks() if "ENCRYPTION_KEYS" in m.msg] == ["dwaybank.E001"]
        settings.ENCRYPTION_KEY_SOURCE = "vault"
        assert [m.id for m in run_checks() if "'vault'" in m.msg] == ["dwaybank.E001"]

    def test_settings_name_the_source(self, settings: Any) -> None:
        settings.ENCRYPTION_KEYS = "x:" + "A" * 43 + "="
        assert key_source().key_ids() == ("x",)


class Kms:
    """What boto3's client does for ``decrypt``: unwraps a blob under the context it was made with."""

    def __init__(self, **data_keys: bytes) -> None:
        self.data_keys = data_keys
        self.calls = 0

    def decrypt(self, **call: Any) -> dict[str, bytes]:
        self.calls += 1
        key_id = call["EncryptionContext"]["dwaybank-key"]
        if call["CiphertextBlob"] != f"blob-{key_id}".encode():
            raise LookupError(f"AccessDenied for {call['CiphertextBlob']!r}")
        return {"Plaintext": self.data_keys[key_id]}


def wrapped(*ids: str) -> str:
    return ",".join(f"{key}:{base64.b64encode(f'blob-{key}'.encode()).decode()}" for key in ids)


class TestAwsKms:
    def test_keys_are_unwrapped_once_under_their_own_id(self) -> None:
        client = Kms(a=b"a" * 32, b=b"b" * 32)
        ring = AwsKmsKeys(wrapped("b", "a"), client, (LookupError,))

        sealed = seal(CANARY, HERE, keys=ring)
        assert [open_sealed(sealed, HERE, keys=ring).reveal() for _ in range(5)] == [CANARY] * 5
        assert sealed.startswith("v1:b:")
        assert client.calls == 1
        with pytest.raises(KeyUnavailable, match="The key c is not in"):
            ring.key("c")

    def test_what_kms_refuses_or_gives_wrongly_is_said_without_the_blob(self) -> None:
        short = AwsKmsKeys(wrapped("a"), Kms(a=b"short"), (LookupError,))
        with pytest.raises(KeyUnavailable, match="5 bytes"):
            short.key("a")
        swapped = AwsKmsKeys(wrapped("b").replace("b:", "a:", 1), Kms(a=b"a" * 32), (LookupError,))
        with pytest.raises(KeyUnavailable, match=r"did not unwrap the key a \(LookupError\)") as caught:
            swapped.key("a")
        assert "blob" not in str(caught.value).replace("the blob was", "")
