"""The console's connections to the other systems, made from the settings, one a process."""

import logging
from dataclasses import replace
from functools import cache
from typing import Any

from django.conf import settings
from django.core.signals import setting_changed
from django.dispatch import receiver

from upstream.http import CallRecord, Http
from upstream.secret import Secret
from upstream.weila.config import Signature, weila_config

logger = logging.getLogger(__name__)

_TROUBLE = frozenset({"unavailable", "timeout", "malformed"})


@cache
def weila_http() -> Http:
    """Weila as the settings describe it, with its pool and its circuit breaker."""
    wanted = settings.WEILA
    signature = Signature(wanted["app_id"], Secret(wanted["app_key"])) if wanted["app_key"] else None
    config = replace(
        weila_config(wanted["base_url"], signature=signature),
        connect_timeout=wanted["connect_timeout"],
        read_deadline=wanted["read_deadline"],
        write_deadline=wanted["write_deadline"],
        list_deadline=wanted["list_deadline"],
        upload_deadline=wanted["upload_deadline"],
    )
    return Http(config, observers=[_log])


def _log(record: CallRecord) -> None:
    level = logging.WARNING if record.kind in _TROUBLE else logging.INFO
    logger.log(
        level,
        "%s %s: %s, %d ms, attempt %d, request %s",
        record.system,
        record.operation,
        record.kind,
        record.ms,
        record.attempts,
        record.request_id,
    )


@receiver(setting_changed)
def _settings_changed(*, setting: str, **_: Any) -> None:
    if setting == "WEILA":
        weila_http.cache_clear()
