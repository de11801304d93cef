"""`make run`: the whole product on this machine. Sandbox, worker and console on loopback, until Ctrl-C.

Everything it writes is in DATA_DIR: the SQLite databases, collected static files, and the demo's own random
keys. Started a second time it finds them there and is up within seconds.
"""

import hashlib
import json
import os
import secrets
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from base64 import urlsafe_b64encode
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PORT = int(os.environ.get("PORT") or 8000)
SANDBOX_PORT = int(os.environ.get("SANDBOX_PORT") or 9000)
MEMBERS = int(os.environ.get("MEMBERS") or 60)
DATA_DIR = Path(os.environ.get("DATA_DIR") or ROOT / ".data").resolve()
START_LIMIT = 60  # seconds until a part must answer


def main() -> int:
    for port in (PORT, SANDBOX_PORT):
        require_free(port)
    DATA_DIR.mkdir(parents=True, exist_ok=True)
    environment = os.environ | demo_environment()
    manage(environment, "migrate", "--verbosity=0")
    collect_static(environment)
    parts: list[subprocess.Popen[str]] = []

    def stop(number: int, frame: object) -> None:
        raise KeyboardInterrupt

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)  # said explicitly: a shell starts background jobs with it ignored
    try:
        for command in commands():
            # A session of its own: Ctrl-C reaches us alone, and we end the parts in order.
            parts.append(
                subprocess.Popen(command, cwd=ROOT, env=environment, start_new_session=True, text=True)
            )
        wait_for(f"http://127.0.0.1:{SANDBOX_PORT}/", parts)
        wait_for(f"http://127.0.0.1:{PORT}/readyz", parts)
        print(WELCOME.format(port=PORT, sandbox_port=SANDBOX_PORT, members=MEMBERS), flush=True)
        return first_end(parts)
    except KeyboardInterrupt:
        print("\nStopping …", flush=True)
        return 0
    finally:
        end(parts)


def require_free(port: int) -> None:
    """Stop before anything is touched when the port is taken, most likely by an earlier start of ours."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            raise SystemExit(
                f"Port {port} is taken. Try others: make run PORT=8001 SANDBOX_PORT=9001"
            ) from None


def demo_environment() -> dict[str, str]:
    """The demo's settings. Its keys are drawn once and kept in DATA_DIR, readable by this user only."""
    keys = DATA_DIR / "demo-keys.json"
    if not keys.exists():
        keys.touch(mode=0o600)
        made = {
            "SECRET_KEY": secrets.token_urlsafe(50),
            "TOKEN_KEYS": urlsafe_b64encode(secrets.token_bytes(32)).decode(),
        }
        keys.write_text(json.dumps(made))
    stored: dict[str, str] = json.loads(keys.read_text())
    return stored | {
        "DEMO": "1",
        "DATA_DIR": str(DATA_DIR),
        "WEILA_URL": f"http://127.0.0.1:{SANDBOX_PORT}/weila",
        "MEDIA_HOSTS": f"127.0.0.1:{SANDBOX_PORT}=http://127.0.0.1:{SANDBOX_PORT}",
        "SANDBOX_URL": f"http://127.0.0.1:{SANDBOX_PORT}/",
        "DJANGO_SETTINGS_MODULE": "console.settings",
    }


def commands() -> list[list[str]]:
    gunicorn = [sys.executable, "-m", "gunicorn", "console.wsgi", f"--bind=127.0.0.1:{PORT}"]
    return [
        [sys.executable, "-m", "sandbox", "--port", str(SANDBOX_PORT), "--members", str(MEMBERS)],
        [sys.executable, "manage.py", "worker"],
        [*gunicorn, "--workers=2", "--threads=8", "--no-control-socket", "--log-level=warning"],
    ]


def manage(environment: dict[str, str], *arguments: str) -> None:
    subprocess.run([sys.executable, "manage.py", *arguments], cwd=ROOT, env=environment, check=True)


def collect_static(environment: dict[str, str]) -> None:
    """Collect and compress the static files, unless that was done for exactly these."""
    digest = hashlib.sha256()
    for path in sorted((ROOT / "static").rglob("*")):
        if path.is_file():
            digest.update(str(path.relative_to(ROOT)).encode() + path.read_bytes())
    stamp = DATA_DIR / "static.sha256"
    if stamp.exists() and stamp.read_text() == digest.hexdigest():
        return
    manage(environment, "collectstatic", "--noinput", "--clear", "--verbosity=0")
    stamp.write_text(digest.hexdigest())


def wait_for(url: str, parts: list[subprocess.Popen[str]]) -> None:
    deadline = time.monotonic() + START_LIMIT
    while time.monotonic() < deadline:
        if any(part.poll() is not None for part in parts):
            raise SystemExit("A part did not start; see its message above.")
        try:
            with urllib.request.urlopen(url, timeout=5):  # noqa: S310  # our own address
                return
        except (urllib.error.URLError, ConnectionError, TimeoutError):
            time.sleep(0.1)
    raise SystemExit(f"{url} did not answer within {START_LIMIT} seconds.")


def first_end(parts: list[subprocess.Popen[str]]) -> int:
    """Wait until one of the parts ends by itself, which none should."""
    while True:
        for part in parts:
            if part.poll() is not None:
                print(f"{part.args!r} ended with {part.returncode}", file=sys.stderr)
                return 1
        time.sleep(0.5)


def end(parts: list[subprocess.Popen[str]]) -> None:
    for part in reversed(parts):
        if part.poll() is None:
            part.terminate()
    for part in parts:
        try:
            part.wait(timeout=10)
        except subprocess.TimeoutExpired:
            part.kill()


WELCOME = """
  The console       http://127.0.0.1:{port}/
  Sign in           13353236154 (or 70015325), password 123456: owner of organization 100073, {members} members
  The sandbox       http://127.0.0.1:{sandbox_port}/  (SMS and picture codes, device codes, journal, faults)
  Stop              Ctrl-C
"""

if __name__ == "__main__":
    raise SystemExit(main())
