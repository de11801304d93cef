"""The Weila (微喇) corp web API, v1: push-to-talk for companies, and the console's home system.

The document is ``weila.md``; as data it stands in ``tests/data/contracts/weila.json``.
"""

from upstream.secret import Password, Secret
from upstream.weila.client import Credential, Weila
from upstream.weila.config import WEILA_CODES, Signature, weila_config
from upstream.weila.operations import OPERATIONS

__all__ = [
    "OPERATIONS",
    "WEILA_CODES",
    "Credential",
    "Password",
    "Secret",
    "Signature",
    "Weila",
    "weila_config",
]
