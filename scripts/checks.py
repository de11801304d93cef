"""The checks that are not a linter's: migrations, templates, deployment settings, translations, styles."""

import base64
import os
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BINARIES = Path(sys.executable).parent
PRODUCTION = {
    "DJANGO_SETTINGS_MODULE": "console.settings",
    "DEMO": "0",
    "SECRET_KEY": "only-for-this-check-" + "0123456789abcdefghijklmnopqrstuvwxyz" * 2,
    "TOKEN_KEYS": base64.urlsafe_b64encode(b"only-for-this-check-0123456789ab").decode(),
    "WEILA_URL": "https://weila.example.com",
    "ALLOWED_HOSTS": "console.example.com",
}
TESTS = {"DJANGO_SETTINGS_MODULE": "tests.settings"}


def main() -> int:
    with tempfile.TemporaryDirectory() as data_dir:  # for the databases, which a fresh clone has none of
        return run(os.environ | {"DATA_DIR": data_dir})


def run(surroundings: Mapping[str, str]) -> int:
    templates = [str(path) for path in sorted((ROOT / "templates").rglob("*.html"))]
    failed = [
        name
        for name, command, environment in [
            (
                "migrations",
                [sys.executable, "manage.py", "makemigrations", "--check", "--dry-run", "--verbosity=1"],
                TESTS,
            ),
            (
                "deployment",
                [sys.executable, "manage.py", "check", "--deploy", "--fail-level=WARNING"],
                PRODUCTION,
            ),
            ("templates", [str(BINARIES / "djade"), "--check", "--target-version=5.2", *templates], TESTS),
            ("translations", [sys.executable, "scripts/messages.py", "--check"], TESTS),
            ("styles", [sys.executable, "scripts/styles.py", "--check"], TESTS),
        ]
        if subprocess.run(command, cwd=ROOT, env={**surroundings, **environment}, check=False).returncode
    ]
    if failed:
        print("failed: " + ", ".join(failed), file=sys.stderr)
    return bool(failed)


if __name__ == "__main__":
    raise SystemExit(main())
