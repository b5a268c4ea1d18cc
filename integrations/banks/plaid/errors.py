"""Plaid's error codes as classified errors. Source: plaid/plaid-openapi, ``error_type`` and ``error_code``."""

from __future__ import annotations

from typing import Final, NamedTuple

from integrations.banks.contract import BankError
from integrations.banks.http import Answer, wrong_typed
from integrations.enums import ErrorOwner, ErrorType

NO_SUCH_KEY: Final = "invalid_webhook_verification_key_id"
MUTATION: Final = "TRANSACTIONS_SYNC_MUTATION_DURING_PAGINATION"


class _Meaning(NamedTuple):
    error_type: ErrorType
    owner: ErrorOwner
    said: str
    temporary: bool = False
    reconnect: bool = False


_CUSTOMER: Final = (ErrorType.AUTHENTICATION, ErrorOwner.CUSTOMER)
_AGAIN: Final = "the customer has to sign in at the bank again"
_CODES: Final[dict[str, _Meaning]] = {
    "ITEM_LOGIN_REQUIRED": _Meaning(*_CUSTOMER, _AGAIN, reconnect=True),
    "INVALID_CREDENTIALS": _Meaning(*_CUSTOMER, _AGAIN, reconnect=True),
    "INVALID_MFA": _Meaning(*_CUSTOMER, _AGAIN, reconnect=True),
    "ITEM_LOCKED": _Meaning(*_CUSTOMER, "the bank has locked the customer's access", reconnect=True),
    "USER_SETUP_REQUIRED": _Meaning(*_CUSTOMER, "the customer has something to confirm at the bank", reconnect=True),
    "USER_PERMISSION_REVOKED": _Meaning(*_CUSTOMER, "the customer took the permission back", reconnect=True),
    "ACCESS_NOT_GRANTED": _Meaning(*_CUSTOMER, "the customer did not allow this", reconnect=True),
    "ITEM_NOT_FOUND": _Meaning(*_CUSTOMER, "the connection is gone at Plaid", reconnect=True),
    "INVALID_ACCESS_TOKEN": _Meaning(*_CUSTOMER, "the access token is unknown: connect again", reconnect=True),
    "INVALID_PUBLIC_TOKEN": _Meaning(*_CUSTOMER, "the public token is unknown or used: connect again", reconnect=True),
    "INVALID_LINK_TOKEN": _Meaning(*_CUSTOMER, "the connection took too long: begin again", reconnect=True),
    "INVALID_API_KEYS": _Meaning(ErrorType.AUTHENTICATION, ErrorOwner.US, "our keys are refused: check them"),
    "UNAUTHORIZED_ENVIRONMENT": _Meaning(
        ErrorType.AUTHENTICATION, ErrorOwner.US, "our keys are of another environment"
    ),
    "INSTITUTION_DOWN": _Meaning(ErrorType.SERVER_ERROR, ErrorOwner.BANK, "the bank is down", temporary=True),
    "INSTITUTION_NOT_RESPONDING": _Meaning(
        ErrorType.SERVER_ERROR, ErrorOwner.BANK, "the bank does not answer Plaid", temporary=True
    ),
    "INSTITUTION_NO_LONGER_SUPPORTED": _Meaning(
        ErrorType.VALIDATION, ErrorOwner.AGGREGATOR, "Plaid does not serve this bank any more", reconnect=True
    ),
    "PRODUCT_NOT_READY": _Meaning(
        ErrorType.SERVER_ERROR, ErrorOwner.AGGREGATOR, "the data is still being collected", temporary=True
    ),
    "INTERNAL_SERVER_ERROR": _Meaning(
        ErrorType.SERVER_ERROR, ErrorOwner.AGGREGATOR, "Plaid has a fault of its own", temporary=True
    ),
    NO_SUCH_KEY.upper(): _Meaning(
        ErrorType.VALIDATION, ErrorOwner.AGGREGATOR, "it signs with no such key: the webhook is not Plaid's"
    ),
    MUTATION: _Meaning(
        ErrorType.SERVER_ERROR, ErrorOwner.AGGREGATOR, "the data kept changing while it was read", temporary=True
    ),
}
_BY_TYPE: Final[dict[str, _Meaning]] = {
    "RATE_LIMIT_EXCEEDED": _Meaning(
        ErrorType.RATE_LIMIT, ErrorOwner.LIMIT, "Plaid asks for fewer calls", temporary=True
    ),
    "API_ERROR": _CODES["INTERNAL_SERVER_ERROR"],
    "INSTITUTION_ERROR": _CODES["INSTITUTION_DOWN"],
    "ITEM_ERROR": _Meaning(*_CUSTOMER, _AGAIN, reconnect=True),
}
_OTHER: Final = _Meaning(ErrorType.VALIDATION, ErrorOwner.US, "our request is refused")


def plaid_error(answer: Answer) -> BankError:
    """The error of an answer that is not 200."""
    document = answer.object()
    code, kind = document.get("error_code"), document.get("error_type")
    if not isinstance(code, str) or not isinstance(kind, str):
        return wrong_typed("the error", "one of Plaid's", answer)
    return meaning_of(code, kind, answer)


def meaning_of(code: str, kind: str, answer: Answer) -> BankError:
    """A code as Plaid gives it in an error, or on an item."""
    meaning = _CODES.get(code) or _BY_TYPE.get(kind) or _OTHER
    known = code if code in _CODES else kind if kind in _BY_TYPE else "request_refused"
    return BankError(
        f"Plaid: {meaning.said} ({known}).",
        error_type=meaning.error_type,
        owner=meaning.owner,
        code=known.lower()[:50],
        temporary=meaning.temporary,
        reconnect=meaning.reconnect,
        http_status=answer.status,
        interaction_id=answer.interaction_id,
    )
