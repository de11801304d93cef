"""All settings, from the environment only.

Any variable can be given as a file instead: ``SECRET_KEY_FILE=/run/secrets/key``. Nothing secret has a
default. ``DEMO`` is what ``make run`` sets: plain http on loopback against the sandbox; without it the
console refuses to start against a sandbox (console/checks.py).
"""

from datetime import timedelta
from pathlib import Path
from typing import Any

import environ
from csp.constants import NONE, SELF
from django.utils.translation import gettext_lazy as _

BASE_DIR = Path(__file__).resolve().parent.parent
env = environ.FileAwareEnv()


def seconds(name: str, default: float) -> timedelta:
    return timedelta(seconds=env.float(name, default=default))


# --- what kind of installation this is
DEMO = env.bool("DEMO", default=False)
DEBUG = env.bool("DEBUG", default=False)
SECRET_KEY = env.str("SECRET_KEY")
SECRET_KEY_FALLBACKS = env.list("SECRET_KEY_FALLBACKS", default=[])
TOKEN_KEYS: list[str] = env.list("TOKEN_KEYS")  # Fernet keys, the newest first; see `manage.py rotate_keys`
DATA_DIR = Path(env.str("DATA_DIR", default=str(BASE_DIR / ".data")))
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=["127.0.0.1", "localhost"] if DEMO else [])
CSRF_TRUSTED_ORIGINS = env.list("CSRF_TRUSTED_ORIGINS", default=[])
TRUSTED_PROXIES = env.int("TRUSTED_PROXIES", default=0)  # how many proxies of ours stand in front

SANDBOX_URL = env.str("SANDBOX_URL", default="")  # the sandbox's own page, linked in the demo only

# --- the upstream systems
WEILA = {
    "base_url": env.str("WEILA_URL"),
    "connect_timeout": env.float("WEILA_CONNECT_TIMEOUT", default=3),
    "read_deadline": env.float("WEILA_READ_DEADLINE", default=8),
    "write_deadline": env.float("WEILA_WRITE_DEADLINE", default=15),
    "list_deadline": env.float("WEILA_LIST_DEADLINE", default=120),
    "upload_deadline": env.float("WEILA_UPLOAD_DEADLINE", default=600),
    "app_id": env.str("WEILA_APP_ID", default=""),
    "app_key": env.str("WEILA_APP_KEY", default=""),
}
# What the document does not say and a real upstream may decide otherwise; see ARCHITECTURE.md, "Assumptions".
WEILA_ADMIN_TYPES: list[int] = env.list("WEILA_ADMIN_TYPES", cast=int, default=[255, 2])
WEILA_PRIORITY_RANGE: list[int] = env.list("WEILA_PRIORITY_RANGE", cast=int, default=[0, 100])
WEILA_PHONE_COUNTRY_CODE = env.str("WEILA_PHONE_COUNTRY_CODE", default="86")

# Hosts whose pictures are shown, each with where they are fetched from: "favicon.weila.hk=http://favicon.weila.hk".
# All addresses in the document are http; a host that is known to answer by https as well is better asked so.
MEDIA_HOSTS: dict[str, str] = env.dict(
    "MEDIA_HOSTS",
    default={
        "weilacorp.oss-cn-shenzhen.aliyuncs.com": "http://weilacorp.oss-cn-shenzhen.aliyuncs.com",
        "favicon.weila.hk": "http://favicon.weila.hk",
    },
)

# --- sessions, the authorization lease, the mirror
SESSION_IDLE = seconds("SESSION_IDLE", 12 * 3600)
SESSION_LIFE = seconds("SESSION_LIFE", 7 * 24 * 3600)
# What is dangerous asks for the password again, unless it was given so lately; longer than a form takes.
SIGN_IN_AGAIN_AFTER = seconds("SIGN_IN_AGAIN_AFTER", 600)
TOKEN_MARGIN = seconds("TOKEN_MARGIN", 120)  # refreshed this long before it expires
AUTHORIZATION_LEASE = seconds("AUTHORIZATION_LEASE", 180)  # membership and role are confirmed this often
AUTHORIZATION_GRACE = seconds("AUTHORIZATION_GRACE", 1800)  # how long reading goes on while nobody answers
ENDED_SESSIONS_KEPT = seconds("ENDED_SESSIONS_KEPT", 90 * 24 * 3600)
MIRROR_VERSION_CHECK = seconds("MIRROR_VERSION_CHECK", 5)  # how often the version is asked at most
MIRROR_VERSION_DEADLINE = env.float("MIRROR_VERSION_DEADLINE", default=2)
MIRROR_VERSION_SETTLES = seconds("MIRROR_VERSION_SETTLES", 2)  # the version counts whole seconds
MIRROR_RECONCILE = seconds("MIRROR_RECONCILE", 15 * 60)  # fetched anew even if the version did not move
MIRROR_INLINE_LIMIT = env.int(
    "MIRROR_INLINE_LIMIT", default=2000
)  # up to this size a page waits for the fetch
MIRROR_LARGE_INTERVAL = seconds("MIRROR_LARGE_INTERVAL", 60)  # a larger one is fetched at most this often
MIRROR_ERASED_AFTER = seconds("MIRROR_ERASED_AFTER", 30 * 24 * 3600)
EXPORT_INLINE_LIMIT = env.int(
    "EXPORT_INLINE_LIMIT", default=5000
)  # rows of a workbook that a request waits for
# An attempt without an end is then closed as unknown; longer than the longest call (an upload) may take.
ATTEMPT_LIMIT = seconds("ATTEMPT_LIMIT", 900)

# --- change sets
CHANGES_AT_ONCE = env.int("CHANGES_AT_ONCE", default=8)  # calls at once per credential
CHANGES_SLOW = env.float("CHANGES_SLOW", default=4)  # seconds; a call that takes longer halves that number
CHANGES_LEASE = env.float("CHANGES_LEASE", default=30)  # seconds after which a silent worker counts as dead
CHANGES_MARGIN = env.float(
    "CHANGES_MARGIN", default=5
)  # seconds that a lost request may be later than its deadline
CHANGES_TRIES = env.int("CHANGES_TRIES", default=5)  # how often a change is sent at most
CHANGES_UNREACHABLE = seconds("CHANGES_UNREACHABLE", 900)  # a job that gets no answer for so long stops
# More than so many changes that take something away have to be allowed by hand, and after signing in again.
CHANGES_DESTRUCTIVE_CAP = env.int("CHANGES_DESTRUCTIVE_CAP", default=10)
CHANGES_KEPT = seconds("CHANGES_KEPT", 365 * 24 * 3600)
CHANGES_PREVIEW_KEPT = seconds("CHANGES_PREVIEW_KEPT", 7 * 24 * 3600)  # one that nobody confirms is discarded
CHANGES_SECRETS_KEPT = seconds("CHANGES_SECRETS_KEPT", 7 * 24 * 3600)  # passwords that nobody fetches

SHEETS_KEPT = seconds("SHEETS_KEPT", 7 * 24 * 3600)  # imported files and made ones, sealed
SHEETS_LEASE = env.float(
    "SHEETS_LEASE", default=120
)  # seconds after which a silent maker of a file counts as dead
SHEETS_LARGEST = env.int("SHEETS_LARGEST", default=20 * 1024 * 1024)  # bytes of a file to import

# --- Django
INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django_htmx",
    "template_partials",
    "csp",
    "django_tasks",
    "django_tasks_db",
    "common",
    "audit",
    "accounts",
    "changes",
    "media",
    "sheets",
    "orgs",
    "groups",
    "console",
]
AUTH_USER_MODEL = "accounts.User"
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    # Pages shrink to a fifth. What an attacker could guess byte by byte is masked: Django's CSRF token anew in
    # each page, and the length of each answer by GZipMiddleware's random padding.
    "django.middleware.gzip.GZipMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "console.middleware.RequestIdMiddleware",
    "csp.middleware.CSPMiddleware",
    "console.middleware.PrivatePagesMiddleware",
    "accounts.middleware.ConsoleSessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "console.middleware.RegionMessagesMiddleware",
    "console.middleware.UpstreamErrorMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "accounts.middleware.SignedInMiddleware",
    "orgs.middleware.AdministratorMiddleware",
]
ROOT_URLCONF = "console.urls"
WSGI_APPLICATION = "console.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
APPEND_SLASH = False
FORM_RENDERER = "common.forms.Renderer"

_loaders = [
    "django.template.loaders.filesystem.Loader",
    "django.template.loaders.app_directories.Loader",
]
TEMPLATES: list[dict[str, Any]] = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "OPTIONS": {
            "loaders": [
                ("template_partials.loader.Loader", [("django.template.loaders.cached.Loader", _loaders)])
            ],
            "builtins": ["template_partials.templatetags.partials", "common.templatetags.ui"],
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.messages.context_processors.messages",
                "console.context.shell",
            ],
        },
    }
]

DATABASES = {"default": env.db_url("DATABASE_URL", default=f"sqlite:///{DATA_DIR / 'console.sqlite3'}")}
MIRROR_DATABASE = "default"  # which of them holds the mirror (console/databases.py)
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    # SQLite has one write lock a file. Who signs in should not wait for it while a large directory is loaded.
    MIRROR_DATABASE = "mirror"
    DATABASES[MIRROR_DATABASE] = env.db_url_config(f"sqlite:///{DATA_DIR / 'mirror.sqlite3'}")
    # IMMEDIATE: a transaction that reads first and writes later would otherwise fail at once when another
    # one wrote meanwhile, however long the timeout. No transaction is ever open over an upstream call.
    for database in DATABASES.values():
        database["OPTIONS"] = {
            "transaction_mode": "IMMEDIATE",
            "timeout": 20,
            # The log is copied into the database every 32 MB: with less, the load of a large directory would
            # spend most of its time copying.
            "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA cache_size=-65536; "
            "PRAGMA wal_autocheckpoint=8000;",
        }
DATABASE_ROUTERS = ["console.databases.MirrorRouter"]
CONN_MAX_AGE = 60
for database in DATABASES.values():
    database["CONN_MAX_AGE"] = CONN_MAX_AGE

CACHES: dict[str, dict[str, Any]] = {
    "default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"},
    # Both are shared by the processes of one machine, and bounded by number: a thumbnail has some ten kilobytes, a
    # picture that waits for the rest of its form at most two megabytes. What has to go is drawn by lot.
    "pictures": {
        "BACKEND": "django.core.cache.backends.filebased.FileBasedCache",
        "LOCATION": DATA_DIR / "pictures",
        "OPTIONS": {"MAX_ENTRIES": env.int("PICTURES_KEPT", default=5000)},
    },
    "waiting": {
        "BACKEND": "django.core.cache.backends.filebased.FileBasedCache",
        "LOCATION": DATA_DIR / "waiting",
        "OPTIONS": {"MAX_ENTRIES": 200},
    },
}

# "default" is what a page waits for, "bulk" what may run for hours (console/queues.py).
TASKS: dict[str, dict[str, Any]] = {
    "default": {
        "BACKEND": env.str("TASKS_BACKEND", default="django_tasks_db.DatabaseBackend"),
        "QUEUES": ["default", "bulk"],
    }
}
BULK_THREADS = env.int("BULK_THREADS", default=4)  # how many bulk jobs a worker runs at once
WORKER_GRACE = env.float("WORKER_GRACE", default=8)  # seconds a worker waits for its tasks when it is to end
HOUSEKEEPING_EVERY = env.float("HOUSEKEEPING_EVERY", default=60)  # seconds

SESSION_ENGINE = "django.contrib.sessions.backends.db"
SESSION_COOKIE_AGE = int(SESSION_LIFE.total_seconds())
SESSION_COOKIE_NAME = "console_session"
SESSION_COOKIE_SECURE = not DEMO
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_SECURE = not DEMO
CSRF_COOKIE_HTTPONLY = True
CSRF_COOKIE_SAMESITE = "Lax"
CSRF_FAILURE_VIEW = "console.errors.stale_page"
UPSTREAM_FAILURE_VIEW = "console.errors.upstream_error"  # for the rooms below, which know no error page
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"

SECURE_SSL_REDIRECT = not DEMO
SECURE_REDIRECT_EXEMPT = ["^healthz$", "^readyz$"]
SECURE_HSTS_SECONDS = env.int("HSTS_SECONDS", default=0 if DEMO else 31_536_000)
SECURE_HSTS_INCLUDE_SUBDOMAINS = not DEMO
SECURE_HSTS_PRELOAD = not DEMO
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
if TRUSTED_PROXIES:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "font-src": [SELF],
        "connect-src": [SELF],
        "img-src": [SELF, "data:"],  # Tabler's stylesheet carries its small pictures as data URIs
        "form-action": [SELF],
        "frame-ancestors": [NONE],
        "base-uri": [NONE],
    }
}
DATA_UPLOAD_MAX_MEMORY_SIZE = 1024 * 1024
FILE_UPLOAD_HANDLERS = ["common.uploads.LimitedUploadHandler"]
DATA_UPLOAD_MAX_NUMBER_FIELDS = 1000

LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", _("Simplified Chinese")), ("en", _("English"))]
LOCALE_PATHS = [BASE_DIR / "locale"]
LANGUAGE_COOKIE_NAME = "console_language"
LANGUAGE_COOKIE_AGE = 365 * 24 * 3600
LANGUAGE_COOKIE_SECURE = not DEMO
LANGUAGE_COOKIE_HTTPONLY = True
LANGUAGE_COOKIE_SAMESITE = "Lax"
USE_TZ = True
TIME_ZONE = env.str("TIME_ZONE", default="Asia/Shanghai")

STATIC_URL = "/static/"
STATICFILES_DIRS = [BASE_DIR / "static"]
STATIC_ROOT = Path(env.str("STATIC_ROOT", default=str(DATA_DIR / "static")))
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
WHITENOISE_KEEP_ONLY_HASHED_FILES = True

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "filters": {"request_id": {"()": "console.logs.RequestIdFilter"}},
    "formatters": {"line": {"format": "{asctime} {levelname} {name} [{request_id}] {message}", "style": "{"}},
    "handlers": {
        "stderr": {"class": "logging.StreamHandler", "formatter": "line", "filters": ["request_id"]}
    },
    "root": {"handlers": ["stderr"], "level": env.str("LOG_LEVEL", default="INFO")},
    "loggers": {"urllib3": {"level": "WARNING"}},
}
