"""Every setting of the back office, read from the environment and documented where it stands.

DWAYBANK_ENV is ``development`` (the default: nothing else is needed, an embedded PostgreSQL serves) or
``production`` (refuses to start without its secrets, naming the variable that is missing).
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import environ
from django.core.exceptions import ImproperlyConfigured

from dwaybank.connectors import connectors_from, connectors_of_sandbox
from dwaybank.database_url import database_settings
from dwaybank.logs import logging_settings
from dwaybank.rates import Rate, rate_of

env = environ.Env()  # type: ignore[no-untyped-call]
BASE_DIR = Path(__file__).resolve().parent.parent

ENVIRONMENT: str = env.str("DWAYBANK_ENV", default="development")
if ENVIRONMENT not in {"development", "production"}:
    raise ImproperlyConfigured(f"DWAYBANK_ENV is {ENVIRONMENT!r}; it must be 'development' or 'production'.")
PRODUCTION = ENVIRONMENT == "production"


def required_in_production(name: str, development: str, remedy: str) -> str:
    """The variable's value; its development value outside production; else an error saying the remedy."""
    value: str = env.str(name, default="")
    if value:
        return value
    if PRODUCTION:
        raise ImproperlyConfigured(f"{name} is not set and DWAYBANK_ENV is production. {remedy}")
    return development


# --- Secrets and hosts
SECRET_KEY = required_in_production(
    "SECRET_KEY",
    "development-only-" + "x" * 50,
    "Set it to a long random text, for example: python -c 'import secrets; print(secrets.token_urlsafe(64))'.",
)
if PRODUCTION and len(SECRET_KEY) < 50:
    raise ImproperlyConfigured("SECRET_KEY is shorter than 50 characters; use secrets.token_urlsafe(64).")
# Keys that seal stored secrets: "id:base64 of 32 bytes", separated by commas, the newest first; or, with the source
# aws-kms, data keys that AWS KMS wrapped (dwaybank/secret_keys.py).
DEVELOPMENT_KEY = "development:" + "ZGV2ZWxvcG1lbnQtb25seS1rZXktbm90LXNlY3JldCE="
ENCRYPTION_KEYS = required_in_production(
    "ENCRYPTION_KEYS",
    DEVELOPMENT_KEY,
    "Set it to id:key, for example 2026-11:$(python -c "
    "'import base64, secrets; print(base64.b64encode(secrets.token_bytes(32)).decode())').",
)
if PRODUCTION and DEVELOPMENT_KEY in ENCRYPTION_KEYS:
    raise ImproperlyConfigured(
        "ENCRYPTION_KEYS holds the development key, which everybody knows: make one of your own."
    )
ENCRYPTION_KEY_SOURCE: str = env.str("ENCRYPTION_KEY_SOURCE", default="environment")
ALLOWED_HOSTS = required_in_production(
    "ALLOWED_HOSTS",
    "localhost,127.0.0.1,[::1]",
    "Set it to the host names staff use, separated by commas.",
).split(",")
CSRF_TRUSTED_ORIGINS: list[str] = env.list("CSRF_TRUSTED_ORIGINS", default=[])
DEBUG = env.bool("DEBUG", default=not PRODUCTION)
if PRODUCTION and DEBUG:
    raise ImproperlyConfigured("DEBUG is on and DWAYBANK_ENV is production: unset DEBUG, error pages leak data.")

# --- Database
DATABASE_URL = required_in_production(
    "DATABASE_URL",
    "",
    "Set it to a libpq URI, for example postgresql://dwaybank@/dwaybank?host=/run/postgresql.",
)
# Where the embedded server keeps its data; only used without DATABASE_URL.
EMBEDDED_POSTGRES_DIR = Path(env.str("EMBEDDED_POSTGRES_DIR", default=str(BASE_DIR / "var" / "postgres")))
# Milliseconds. The web must not hang on a lock or a runaway query; commands may take their time.
STATEMENT_TIMEOUT_MS = env.int("STATEMENT_TIMEOUT_MS", default=15_000 if PRODUCTION else 0)
LOCK_TIMEOUT_MS = env.int("LOCK_TIMEOUT_MS", default=5_000 if PRODUCTION else 0)
# A transaction that waits for its own client holds up everybody's sealing and vacuuming.
IDLE_IN_TRANSACTION_TIMEOUT_MS = env.int("IDLE_IN_TRANSACTION_TIMEOUT_MS", default=10 * 60_000)
# "transaction": PgBouncer in transaction mode stands before the server. Then no session keeps anything, time-outs are
# set on the login (ALTER ROLE), and DATABASE_DIRECT_URL names the server itself, for locks that outlast a transaction.
DATABASE_POOLER = env.str("DATABASE_POOLER", default="")
DATABASE_DIRECT_URL = env.str("DATABASE_DIRECT_URL", default="")
if DATABASE_POOLER not in {"", "transaction"}:
    raise ImproperlyConfigured(f"DATABASE_POOLER is {DATABASE_POOLER!r}; known is: transaction.")
if bool(DATABASE_POOLER) != bool(DATABASE_DIRECT_URL):
    raise ImproperlyConfigured("DATABASE_POOLER and DATABASE_DIRECT_URL go together: set both, or none.")
# A streaming replica: lists and reports are read there, unless it is further behind or the browser changed something.
DATABASE_REPLICA_URL = env.str("DATABASE_REPLICA_URL", default="")
REPLICA_MAX_LAG_SECONDS = env.int("REPLICA_MAX_LAG_SECONDS", default=30)
REPLICA_STICKY_SECONDS = env.int("REPLICA_STICKY_SECONDS", default=10)
# Connections kept open per process; 0 (commands, development) opens one per thread without a pool.
DATABASE_POOL_MAX = env.int("DATABASE_POOL_MAX", default=0)
# Without a pool: how long a web process keeps its connection. A new one for each request would have to learn the
# partitions of every table anew; not in development, whose server has a thread for each request.
DATABASE_KEEP_SECONDS = env.int("DATABASE_KEEP_SECONDS", default=60 if PRODUCTION and not DATABASE_POOL_MAX else 0)
if DATABASE_KEEP_SECONDS and DATABASE_POOL_MAX:
    raise ImproperlyConfigured(
        "DATABASE_KEEP_SECONDS and DATABASE_POOL_MAX are both set: a pool keeps its own, unset one."
    )


def _default_database() -> dict[str, Any]:
    """The default database: DATABASE_URL, or the embedded server."""
    if DATABASE_URL:
        database = database_settings(DATABASE_URL)
    else:
        database = {
            "ENGINE": "dwaybank.embedded",
            "NAME": "postgres",
            "USER": "postgres",
            "EMBEDDED_DATA": str(EMBEDDED_POSTGRES_DIR),
            "OPTIONS": {},
        }
    return _with_limits(database, pooled=bool(DATABASE_POOLER))


def _with_limits(database: dict[str, Any], *, pooled: bool = False) -> dict[str, Any]:
    """The entry with its time-outs, its pool, and what a pooler in between does not allow."""
    options = database["OPTIONS"]
    options.setdefault("application_name", "dwaybank")
    if pooled:
        database["DISABLE_SERVER_SIDE_CURSORS"] = True
    else:
        timeouts = (
            f"-c statement_timeout={STATEMENT_TIMEOUT_MS} -c lock_timeout={LOCK_TIMEOUT_MS} "
            f"-c idle_in_transaction_session_timeout={IDLE_IN_TRANSACTION_TIMEOUT_MS}"
        )
        options["options"] = f"{options.get('options', '')} {timeouts}".strip()
    database["CONN_MAX_AGE"], database["CONN_HEALTH_CHECKS"] = DATABASE_KEEP_SECONDS, bool(DATABASE_KEEP_SECONDS)
    if DATABASE_POOL_MAX:
        options["pool"] = {"min_size": 1, "max_size": DATABASE_POOL_MAX, "timeout": 10}
    return database


DATABASES = {"default": _default_database()}
if DATABASE_DIRECT_URL:
    DATABASES["direct"] = _with_limits(database_settings(DATABASE_DIRECT_URL)) | {"TEST": {"MIRROR": "default"}}
if DATABASE_REPLICA_URL:
    DATABASES["replica"] = _with_limits(database_settings(DATABASE_REPLICA_URL)) | {"TEST": {"MIRROR": "default"}}
    DATABASES["replica"]["OPTIONS"].setdefault("connect_timeout", 2)  # a page must not wait for a machine that is gone
DATABASE_ROUTERS = ["dwaybank.db.replica.ReplicaRouter"]

# --- Applications
INSTALLED_APPS = [
    "dwaybank.apps.BackOfficeAdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",  # the pages of passkeys use its filters
    "django.contrib.postgres",
    "csp",
    "django_prometheus",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "pgtrigger",
    "procrastinate.contrib.django",
    "dwaybank.apps.DwaybankConfig",
    "integrations.apps.IntegrationsConfig",
    "reconciliation.apps.ReconciliationConfig",
    "compliance.apps.ComplianceConfig",
]
AUTH_USER_MODEL = "dwaybank.User"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
ROOT_URLCONF = "dwaybank.urls"
WSGI_APPLICATION = "dwaybank.wsgi.application"

MIDDLEWARE = [
    "django_prometheus.middleware.PrometheusBeforeMiddleware",
    "django.middleware.security.SecurityMiddleware",
    # in development Django's own server has the static files
    *(["whitenoise.middleware.WhiteNoiseMiddleware"] if PRODUCTION else []),
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "dwaybank.language.PersonsLanguage",
    "dwaybank.middleware.RequestRun",
    "dwaybank.db.replica.ReplicaReads",
    "django.contrib.messages.middleware.MessageMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "dwaybank.sign_in.guard.SignInGuard",
    "dwaybank.limits.RequestLimits",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_prometheus.middleware.PrometheusAfterMiddleware",
]

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "dwaybank.db.replica.copy_lag",
            ],
        },
    },
]

AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]

# --- Sign-in: e-mail address and password, then a passkey, a code of an authenticator app, or a recovery code.
AUTHENTICATION_BACKENDS = ["dwaybank.sign_in.backend.StaffBackend"]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "admin:index"
LOGOUT_REDIRECT_URL = "account_login"
ACCOUNT_ADAPTER = "dwaybank.sign_in.adapters.AccountAdapter"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_SESSION_REMEMBER = False
# A wrong password counts against its address too: five in 15 minutes lock that address out, whoever tries.
ACCOUNT_RATE_LIMITS = {"login": "30/m/ip", "login_failed": "10/m/ip,5/15m/key", "reauthenticate": "10/m/user"}
MFA_ADAPTER = "dwaybank.sign_in.adapters.MFAAdapter"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_TOTP_ISSUER = "DwayBank back office"
MFA_ALLOW_UNVERIFIED_EMAIL = True  # administrators vouch for addresses
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = not PRODUCTION  # browsers allow http for localhost only
# Proxies in front whose X-Forwarded-For is believed; without one the peer's own address counts.
ALLAUTH_TRUSTED_PROXY_COUNT = env.int("TRUSTED_PROXY_COUNT", default=0)
# Seconds: how long a session lives without a request, and how long a sign-in counts as recent (dwaybank/reauth.py).
SESSION_IDLE_SECONDS = env.int("SESSION_IDLE_SECONDS", default=30 * 60)
RECENT_SIGN_IN_SECONDS = env.int("RECENT_SIGN_IN_SECONDS", default=10 * 60)
ACCOUNT_REAUTHENTICATION_TIMEOUT = RECENT_SIGN_IN_SECONDS
# Demo mode: known passwords, and this code in place of a second factor. 'make demo' sets it.
DEMO = env.bool("DWAYBANK_DEMO", default=False)
if PRODUCTION and DEMO:
    raise ImproperlyConfigured("DWAYBANK_DEMO is on and DWAYBANK_ENV is production: everybody knows demo passwords.")
DEMO_CODE = "123456"
if DEMO and DEBUG:
    MFA_TOTP_INSECURE_BYPASS_CODE = DEMO_CODE
# How often one person may export, search, upload and be asked by scripts for JSON, and one address of the network may
# reach the webhooks: "60/10m" is sixty in ten minutes, "off" no limit (dwaybank/limits.py).
REQUEST_LIMITS: dict[str, Rate | None] = {}
for _kind, _usual in {
    "export": "120/h",
    "search": "120/m",
    "upload": "60/m",
    "json": "240/m",
    "webhook": "3000/m",
}.items():
    _name = f"RATE_LIMIT_{_kind.upper()}"
    try:
        REQUEST_LIMITS[_kind] = rate_of(env.str(_name, default=_usual))
    except ValueError as _error:
        raise ImproperlyConfigured(f"{_name}: {_error}") from None
# Counters of tries are shared by all processes.
# Django's own limit of 300 entries would let anybody push a lockout out of the table by trying many addresses.
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "django_cache_entries",
        "OPTIONS": {"MAX_ENTRIES": 200_000},
    }
}

# --- Language and time. Bank days are Toronto's; instants are stored with their zone.
LANGUAGE_CODE = "en-ca"
LANGUAGES = [("en-ca", "English"), ("fr-ca", "Français")]
# each application has its own catalogue; the ground floor's also stands before those of libraries (docs/translation.md)
LOCALE_PATHS = [BASE_DIR / "dwaybank" / "locale"]
FORMAT_MODULE_PATH = ["dwaybank.formats"]
# chosen before the sign-in; afterwards the person's own choice counts (dwaybank/language.py)
LANGUAGE_COOKIE_NAME = "__Host-language" if PRODUCTION else "language"
LANGUAGE_COOKIE_AGE = 365 * 24 * 60 * 60
LANGUAGE_COOKIE_SECURE = PRODUCTION
LANGUAGE_COOKIE_HTTPONLY = True
TIME_ZONE = "America/Toronto"
USE_I18N = True
USE_TZ = True

# --- Static files
STATIC_URL = "static/"
STATIC_ROOT = BASE_DIR / "staticfiles"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": (
            "whitenoise.storage.CompressedManifestStaticFilesStorage"
            if PRODUCTION
            else "django.contrib.staticfiles.storage.StaticFilesStorage"
        )
    },
}

# --- Uploads: a statement file is held to the readers' own limit, a request to several such files.
DATA_UPLOAD_MAX_NUMBER_FIELDS = 2_000
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FILES = 50

# --- Mail, and the address of this site that mails lead to. Without EMAIL_URL mails are printed in development and
# dropped in production, where a system check says so.
SITE_URL: str = env.str("SITE_URL", default="http://127.0.0.1:8000").rstrip("/")
EMAIL_URL: str = env.str("EMAIL_URL", default="")
vars().update(env.email_url_config(EMAIL_URL or ("dummymail://" if PRODUCTION else "consolemail://")))  # type: ignore[no-untyped-call]
DEFAULT_FROM_EMAIL: str = env.str("DEFAULT_FROM_EMAIL", default="back-office@localhost")

# --- Filing with FINTRAC: address (with its path) and credentials have no default. Seconds to wait for an answer.
FINTRAC_API_URL: str = env.str("FINTRAC_API_URL", default="")
FINTRAC_CLIENT_ID: str = env.str("FINTRAC_CLIENT_ID", default="")
FINTRAC_CLIENT_SECRET: str = env.str("FINTRAC_CLIENT_SECRET", default="")
FINTRAC_TIMEOUT = env.float("FINTRAC_TIMEOUT", default=30.0)
# Who files: numbers that FINTRAC gave the bank; 0 is none, and no report leaves then. The static windows of the
# 24-hour rule: zone, time of day at which each starts, and under which role identical sets are filed.
FINTRAC_ENTITY_NUMBER = env.int("FINTRAC_ENTITY_NUMBER", default=0)
FINTRAC_CONTACT_ID = env.int("FINTRAC_CONTACT_ID", default=0)
# The location number at FINTRAC that is proposed for movements without a place (online, or known by the ledger alone).
FINTRAC_LOCATION_ID: str = env.str("FINTRAC_LOCATION_ID", default="")
CASH_WINDOW_ZONE: str = env.str("CASH_WINDOW_ZONE", default="America/Toronto")
CASH_WINDOW_START: str = env.str("CASH_WINDOW_START", default="00:00")
CASH_ROLE_PREFERENCE: list[str] = env.list("CASH_ROLE_PREFERENCE", default=["conductor", "on_behalf_of", "beneficiary"])

# --- Live bank connections: what each connector must know of this deployment, by its name in the registry.
# FDX_RBC_BASE_URL, PLAID_SECRET …: see dwaybank/connectors.py. BANK_SANDBOX_URL is where 'manage.py sandbox_bank' is.
BANK_SANDBOX_URL: str = env.str("BANK_SANDBOX_URL", default="")
if PRODUCTION and BANK_SANDBOX_URL:
    raise ImproperlyConfigured("BANK_SANDBOX_URL is set and DWAYBANK_ENV is production: unset it, its data is made up.")
BANK_CONNECTORS = connectors_of_sandbox(BANK_SANDBOX_URL) if BANK_SANDBOX_URL else connectors_from(os.environ)
# Where banks drop statement files, one folder per owner (docs/connectors.md); empty: nowhere.
STATEMENT_DROP_DIR: str = env.str("STATEMENT_DROP_DIR", default="")

# --- Job queue: jobs that one worker runs at the same time, each on a database connection of its own.
WORKER_CONCURRENCY = env.int("WORKER_CONCURRENCY", default=4)

# --- Syncs: seconds before the first retry, doubled each time, and before a connection that failed five times is tried
# again. Banks reach us at PUBLIC_URL: webhooks, and the way back from a consent.
SYNC_RETRY_SECONDS = env.float("SYNC_RETRY_SECONDS", default=30.0)
SYNC_PROBE_SECONDS = env.float("SYNC_PROBE_SECONDS", default=3600.0)
PUBLIC_URL: str = env.str("PUBLIC_URL", default="http://127.0.0.1:8000")

# --- Security
SESSION_COOKIE_AGE = 8 * 60 * 60
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = PRODUCTION
# the prefix binds a cookie to this host and to TLS: browsers refuse one that another host or plain HTTP set
SESSION_COOKIE_NAME = "__Host-sessionid" if PRODUCTION else "sessionid"
CSRF_COOKIE_NAME = "__Host-csrftoken" if PRODUCTION else "csrftoken"
CSRF_COOKIE_HTTPONLY = True
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
CSRF_COOKIE_SECURE = PRODUCTION
SECURE_SSL_REDIRECT = PRODUCTION
SECURE_HSTS_SECONDS = 31_536_000 if PRODUCTION else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = PRODUCTION
SECURE_HSTS_PRELOAD = PRODUCTION
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
# The proxy that ends TLS sets this header; only trusted where it is named.
if env.str("TLS_PROXY_HEADER", default=""):
    SECURE_PROXY_SSL_HEADER = (env.str("TLS_PROXY_HEADER"), "https")

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'none'"],
        "script-src": ["'self'"],
        "style-src": ["'self'"],
        "img-src": ["'self'", "data:"],  # data: is in Django's own admin stylesheet
        "font-src": ["'self'"],
        "connect-src": ["'self'"],
        "form-action": ["'self'"],
        "base-uri": ["'none'"],
        "frame-ancestors": ["'none'"],
    },
}

# --- Figures for Prometheus: /metrics answers only to who shows this token; without one there is no such page.
METRICS_TOKEN: str = env.str("METRICS_TOKEN", default="")
PROMETHEUS_EXPORT_MIGRATIONS = False  # it would ask the database at import

# --- Logs go to standard error: JSON in production, with the id of the request or run in each line.
LOGGING_CONFIG = "logging.config.dictConfig"
LOGGING = logging_settings(as_json=PRODUCTION, level=env.str("LOG_LEVEL", default="WARNING"))
