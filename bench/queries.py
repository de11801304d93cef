"""``python -m bench.queries <data directory> <upstream>``: how many queries pages cost.

Runs the console's own code in this process, on the database of a product that is running, with the cookies of
somebody who is signed in there. Reads ``{"cookies": {…}, "paths": […]}`` and prints a list of numbers: for each
path that of a page on which the version check is due, and that of the one right after it.
"""

import json
import os
import sys
from pathlib import Path


def main(folder: str, upstream: str) -> None:
    os.environ |= {
        "DJANGO_SETTINGS_MODULE": "console.settings",
        "DEMO": "1",
        "DATA_DIR": folder,
        "WEILA_URL": upstream,
        "LOG_LEVEL": "ERROR",
        **json.loads(Path(folder, "demo-keys.json").read_text()),
    }
    import django

    django.setup()
    asked = json.load(sys.stdin)
    counts: list[int] = []
    for path in asked["paths"]:
        _make_check_due()
        counts += [_count(asked["cookies"], path) for _ in range(2)]
    print(json.dumps(counts))


def _make_check_due() -> None:
    from orgs.models import Organization

    Organization.objects.update(checked_at=None)


def _count(cookies: dict[str, str], path: str) -> int:
    from django.test import Client

    from tests.support.queries import Queries

    client = Client(headers={"Host": "127.0.0.1", "Accept-Language": "en"})
    for name, value in cookies.items():
        client.cookies[name] = value
    with Queries() as asked:
        answer = client.get(path)
    if answer.status_code != 200:
        raise SystemExit(f"{path} answered {answer.status_code}")
    return len(asked)


if __name__ == "__main__":
    main(*sys.argv[1:])
