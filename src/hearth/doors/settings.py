"""Settings, all of them from the environment; docs/operations.md explains each one."""

from __future__ import annotations

import base64
import binascii
import hashlib
import os
from datetime import timedelta
from pathlib import Path
from typing import Any

from django.core.exceptions import ImproperlyConfigured
from psycopg import ProgrammingError
from psycopg.conninfo import conninfo_to_dict

from hearth.doors.launch.folder import default_data_dir

DOORS = Path(__file__).resolve().parent
WORDS = DOORS.parent / "words"

DEMO_SECRET = "demo-only-secret-everybody-knows-it-production-refuses-to-start-with-it"


def database(url: str, variable: str) -> dict[str, Any]:
    """Django's description of the PostgreSQL database at `url`; `variable` is named when the address is not one."""
    if not url.startswith(("postgresql://", "postgres://")):
        raise ImproperlyConfigured(f"{variable} must be a postgresql:// address: Hearth runs on PostgreSQL only.")
    try:
        parts = conninfo_to_dict(url)
    except ProgrammingError as wrong:
        raise ImproperlyConfigured(f"{variable} is not a PostgreSQL address: {wrong}") from None
    # A host that does not answer at all would hold each request for minutes before it is told so.
    parts.setdefault("connect_timeout", "5")
    # Values travel beside the statement, and a statement asked again is planned once a connection.
    ways = {"server_side_binding": True, "prepare_threshold": 5}
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": parts.pop("dbname", ""),
        "USER": parts.pop("user", ""),
        "PASSWORD": parts.pop("password", ""),
        "HOST": parts.pop("host", ""),
        "PORT": parts.pop("port", ""),
        "OPTIONS": parts | ways,
        "CONN_MAX_AGE": 600,
        "CONN_HEALTH_CHECKS": True,
    }


def _one_of(variable: str, choices: tuple[str, ...]) -> str:
    value = os.environ.get(variable) or choices[0]
    if value not in choices:
        raise ImproperlyConfigured(f"{variable} is {value!r}; it must be one of {', '.join(choices)}.")
    return value


# --- which kind of running this is -----------------------------------------------------------------------------------

HEARTH_ENV = _one_of("HEARTH_ENV", ("demo", "development", "production"))
PRODUCTION = HEARTH_ENV == "production"
DEBUG = HEARTH_ENV == "development"

SECRET_KEY = os.environ.get("HEARTH_SECRET_KEY") or DEMO_SECRET
if PRODUCTION and (SECRET_KEY == DEMO_SECRET or len(SECRET_KEY) < 50):
    raise ImproperlyConfigured(
        "HEARTH_ENV=production needs a HEARTH_SECRET_KEY of its own, at least 50 characters long. "
        'Make one with: python3 -c "import secrets; print(secrets.token_urlsafe(64))"'
    )


def _secret_bytes(variable: str, text: str) -> bytes:
    try:
        key = base64.b64decode(text, validate=True)
    except binascii.Error:
        key = b""
    if len(key) != 32:
        raise ImproperlyConfigured(
            f"{variable} must hold 32 bytes in base64. "
            "Make them with: "
            'python3 -c "import base64, secrets; print(base64.b64encode(secrets.token_bytes(32)).decode())"'
        )
    return key


def _secret(variable: str) -> bytes:
    """32 secret bytes; outside production, bytes that everybody knows."""
    text = os.environ.get(variable, "")
    if text:
        return _secret_bytes(variable, text)
    if PRODUCTION:
        raise ImproperlyConfigured(f"HEARTH_ENV=production needs {variable}; docs/operations.md says how to make it.")
    return hashlib.sha256(f"{DEMO_SECRET}:{variable}".encode()).digest()


def _seal_keys() -> dict[int, bytes]:
    """Keys by version: HEARTH_SEAL_KEYS is "1:base64,2:base64"; the newest seals, the older ones still open."""
    text = os.environ.get("HEARTH_SEAL_KEYS", "").replace(" ", "")
    if not text:
        return {1: _secret("HEARTH_SEAL_KEYS")}
    keys: dict[int, bytes] = {}
    for part in text.split(","):
        version, _, key = part.partition(":")
        if not version.isdecimal() or not 1 <= int(version) <= 65_535 or int(version) in keys:
            raise ImproperlyConfigured("HEARTH_SEAL_KEYS must be version:key pairs, separated by commas: 1:...,2:...")
        keys[int(version)] = _secret_bytes("HEARTH_SEAL_KEYS", key)
    return keys


# Columns are sealed with these; numbers are found by a digest under DIGEST_KEY; checkpoints are signed with LOG_KEY.
SEAL_KEYS = _seal_keys()
DIGEST_KEY = _secret("HEARTH_DIGEST_KEY")
LOG_KEY = _secret("HEARTH_LOG_KEY")
LOG_NAME = os.environ.get("HEARTH_LOG_NAME") or "hearth.example/demo"

ALLOWED_HOSTS = [host for host in os.environ.get("HEARTH_HOSTS", "").replace(" ", "").split(",") if host]
if not ALLOWED_HOSTS:
    if PRODUCTION:
        raise ImproperlyConfigured(
            "HEARTH_ENV=production needs HEARTH_HOSTS: the host names people reach Hearth under, separated by commas."
        )
    ALLOWED_HOSTS = ["localhost", "127.0.0.1", "[::1]"]

# --- the database ----------------------------------------------------------------------------------------------------

# The application logs in as a role that cannot drop triggers; tables are made and changed by their owner alone.
DATABASES: dict[str, dict[str, Any]] = {"default": {"ENGINE": "django.db.backends.dummy"}}
if os.environ.get("DATABASE_URL"):
    DATABASES["default"] = database(os.environ["DATABASE_URL"], "DATABASE_URL")
if os.environ.get("HEARTH_ADMIN_DATABASE_URL"):
    DATABASES["owner"] = database(os.environ["HEARTH_ADMIN_DATABASE_URL"], "HEARTH_ADMIN_DATABASE_URL")
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
AUTH_USER_MODEL = "store.Person"

# --- the wires to the outside world -----------------------------------------------------------------------------------

DATA_DIR = default_data_dir()


def _wire(variable: str, memory: str) -> str:
    """Which wire is used; outside production, the one in memory, whose state is a file of the data folder."""
    spec = os.environ.get(variable, "")
    if not spec and PRODUCTION:
        raise ImproperlyConfigured(f"HEARTH_ENV=production needs {variable}; docs/wires.md lists what it may be.")
    if PRODUCTION and spec.startswith("memory:"):
        raise ImproperlyConfigured(f"{variable} is in memory: nothing would reach anybody. docs/wires.md lists others.")
    return spec or memory


PAYMENTS_WIRE = _wire("HEARTH_PAYMENTS", f"memory:{DATA_DIR}/bank.sqlite3")
MESSAGES_WIRE = _wire("HEARTH_MESSAGES", f"memory:{DATA_DIR}/outbox.sqlite3")
# Without a courier, pick-ups at the door are not offered.
# In the demo a parcel from an address with "丢件" in it is lost, so that one can see what happens then.
_VAN = f"memory:{DATA_DIR}/courier.sqlite3?seed=5&late=0.05&duplicate_news=0.2&losing_addresses=丢件"
COURIERS_WIRE = os.environ.get("HEARTH_COURIERS") or ("none:" if PRODUCTION else _VAN)
if PRODUCTION and COURIERS_WIRE.startswith("memory:"):
    raise ImproperlyConfigured("HEARTH_COURIERS is in memory: no courier would come. docs/wires.md lists others.")
# Papers are read by models that come inside a package (the extra `ocr`); where it is absent they are shown unread.
READER_WIRE = os.environ.get("HEARTH_READER") or "rapid:"
# Webhooks go over HTTPS to addresses of the open internet; "yes" lets them reach this machine and its neighbours.
WEBHOOKS_WIRE = os.environ.get("HEARTH_WEBHOOKS") or "https:"
WEBHOOKS_PRIVATE = _one_of("HEARTH_WEBHOOK_PRIVATE", ("no", "yes")) == "yes"

# --- money -----------------------------------------------------------------------------------------------------------


def _whole(variable: str, otherwise: int) -> int:
    text = os.environ.get(variable) or str(otherwise)
    if not text.isdecimal():
        raise ImproperlyConfigured(f"{variable} is {text!r}; it must be a whole number.")
    return int(text)


# Above it a payment waits for a run that two people let go; interest on what arrives late (Insurance Law art. 23).
AUTOMATIC_PAYMENT_FEN = _whole("HEARTH_AUTOMATIC_PAYMENT_FEN", 5_000_000)
LATE_INTEREST_BP = _whole("HEARTH_LATE_INTEREST_BP", 300)

# --- the application -------------------------------------------------------------------------------------------------

INSTALLED_APPS = [
    "django.contrib.contenttypes",
    "django.contrib.auth",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.postgres",
    "django.contrib.staticfiles",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "axes",
    "django_htmx",
    "procrastinate.contrib.django",
    # Its page of the interface's document, with scripts of our own host.
    "ninja",
    "pgtrigger",
    "hearth.store",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "hearth.doors.headers.own_host_only",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "hearth.doors.login.limits.sessions_end",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "hearth.doors.login.limits.second_factor_of_staff",
    "axes.middleware.AxesMiddleware",
]

ROOT_URLCONF = "hearth.doors.urls"
WSGI_APPLICATION = "hearth.doors.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [
            DOORS / "templates",
            DOORS / "login" / "templates",
            DOORS / "member" / "templates",
            DOORS / "office" / "desk" / "templates",
            DOORS / "office" / "explore" / "templates",
        ],
        "APP_DIRS": True,
        "OPTIONS": {
            "libraries": {"boxes": "hearth.doors.login.boxes"},
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
        },
    }
]

# Static files come from our own process, straight from these folders: no collecting, no second server, no other host.
STATIC_URL = "/static/"
STATICFILES_DIRS = [DOORS / "static"]
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = DEBUG

# --- language and time -----------------------------------------------------------------------------------------------

LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", "简体中文"), ("en", "English")]
LOCALE_PATHS = [WORDS / "locale"]
USE_I18N = True
TIME_ZONE = "Asia/Shanghai"
USE_TZ = True

# --- safety ----------------------------------------------------------------------------------------------------------

PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.ScryptPasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator",
        "OPTIONS": {"user_attributes": ("username", "full_name", "phone_tail")},
    },
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
CSRF_COOKIE_HTTPONLY = True
CSRF_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_SECURE = PRODUCTION
LANGUAGE_COOKIE_HTTPONLY = True
LANGUAGE_COOKIE_SAMESITE = "Lax"
LANGUAGE_COOKIE_SECURE = PRODUCTION
SECURE_HSTS_SECONDS = 31_536_000 if PRODUCTION else 0
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
if _one_of("HEARTH_BEHIND_PROXY", ("no", "yes")) == "yes":
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    SECURE_SSL_REDIRECT = PRODUCTION
    ALLAUTH_TRUSTED_PROXY_COUNT = 1

# --- logging in ------------------------------------------------------------------------------------------------------

AUTHENTICATION_BACKENDS = ["axes.backends.AxesStandaloneBackend", "allauth.account.auth_backends.AuthenticationBackend"]
LOGIN_URL = "account_request_login_code"
LOGIN_REDIRECT_URL = "landing"
LOGOUT_REDIRECT_URL = "account_request_login_code"

# What all web processes count together, such as attempts to log in.
CACHES = {"default": {"BACKEND": "django.core.cache.backends.db.DatabaseCache", "LOCATION": "store_cached"}}

SESSION_ENGINE = "django.contrib.sessions.backends.db"
SESSION_COOKIE_SECURE = PRODUCTION
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
# The longest a session lasts, however busy; and how long it lasts with nobody there.
SESSION_COOKIE_AGE = 12 * 3600
SESSION_IDLE_SECONDS = 2 * 3600
SESSION_IDLE_SECONDS_STAFF = 30 * 60
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"

ACCOUNT_ADAPTER = "hearth.doors.login.adapter.Accounts"
ACCOUNT_LOGIN_METHODS = {"username", "phone"}
ACCOUNT_SIGNUP_FIELDS = ["phone", "username*", "password1*", "password2*"]
ACCOUNT_USER_MODEL_EMAIL_FIELD = None
ACCOUNT_USER_DISPLAY = "hearth.doors.login.adapter.name_of"
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_SESSION_REMEMBER = True
ACCOUNT_REAUTHENTICATION_TIMEOUT = 300
ACCOUNT_LOGIN_BY_CODE_ENABLED = True
ACCOUNT_LOGIN_BY_CODE_TIMEOUT = 300
ACCOUNT_LOGIN_BY_CODE_MAX_ATTEMPTS = 3
ACCOUNT_PHONE_VERIFICATION_TIMEOUT = 300
ACCOUNT_PHONE_VERIFICATION_CODE_FORMAT = {"numeric": True, "dashed": False, "length": 6}
ACCOUNT_FORMS = {
    "login": "hearth.doors.login.forms.PasswordLogin",
    "request_login_code": "hearth.doors.login.forms.CodeLogin",
}
ACCOUNT_RATE_LIMITS = {
    "request_login_code": "20/m/ip,2/m/key,10/h/key",
    "change_phone": "3/m/user",
    "verify_phone": "1/30s/key,10/h/key,6/m/ip",
}
MFA_ADAPTER = "hearth.doors.login.adapter.Factors"
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]
MFA_TOTP_ISSUER = "Hearth"
# One step of 30 seconds either way: telephones' clocks are not exact.
MFA_TOTP_TOLERANCE = 1

AXES_FAILURE_LIMIT = 8
AXES_COOLOFF_TIME = timedelta(minutes=15)
AXES_RESET_COOL_OFF_ON_FAILURE_DURING_LOCKOUT = False
AXES_RESET_ON_SUCCESS = True
# Of one name from one place; whoever else has that name can still log in from theirs.
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_USERNAME_CALLABLE = "hearth.doors.login.lockout.login_of"
AXES_CLIENT_IP_CALLABLE = "hearth.doors.login.lockout.place_of"
AXES_LOCKOUT_CALLABLE = "hearth.doors.login.lockout.locked_out"
AXES_CLIENT_STR_CALLABLE = "hearth.doors.login.lockout.in_the_log"
AXES_SENSITIVE_PARAMETERS = ["login", "username", "phone", "password", "code", "csrfmiddlewaretoken"]
AXES_VERBOSE = False
AXES_ENABLE_ADMIN = False

DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 2**20
# A paper stays in memory until it is sealed: it never lies on a disk in the open.
FILE_UPLOAD_MAX_MEMORY_SIZE = 11 * 2**20
DATA_UPLOAD_MAX_NUMBER_FIELDS = 5_000

# --- what it says while it runs --------------------------------------------------------------------------------------

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "{asctime} {levelname:<7} {name}: {message}", "style": "{"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {
        "handlers": ["stderr"],
        "level": _one_of("HEARTH_LOG_LEVEL", ("INFO", "DEBUG", "WARNING", "ERROR")),
    },
    "loggers": {
        # They say at every start which tasks they read, and of every job that it was deferred, begun and done.
        "procrastinate.blueprints": {"level": "WARNING"},
        "procrastinate.jobs": {"level": "WARNING"},
        "procrastinate.periodic": {"level": "WARNING"},
        # It says four lines for every log-in.
        "axes": {"level": "WARNING"},
    },
}
