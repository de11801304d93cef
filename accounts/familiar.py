"""From where an account was signed in to before."""

from datetime import timedelta

from django.conf import settings
from django.utils import timezone
from django.utils.crypto import salted_hmac

from accounts.models import FamiliarAddress
from common.addresses import network_of

KEPT = timedelta(days=180)


def note(account: str, address: str) -> None:
    """Somebody signed in to ``account`` from ``address``."""
    FamiliarAddress.objects.update_or_create(key=_key(account, address), defaults={"seen_at": timezone.now()})


def knows(account: str, address: str) -> bool:
    """Whether somebody signed in to ``account`` from ``address`` within the last half year."""
    since = timezone.now() - KEPT
    return FamiliarAddress.objects.filter(key=_key(account, address), seen_at__gt=since).exists()


def purge() -> int:
    """Forget addresses that nobody came back to; returns how many."""
    return FamiliarAddress.objects.filter(seen_at__lte=timezone.now() - KEPT).delete()[0]


def _key(account: str, address: str) -> str:
    text = f"{account}\n{network_of(address)}"
    return salted_hmac("familiar", text, secret=settings.SECRET_KEY, algorithm="sha256").hexdigest()
