"""Make sure that what tests need beside Python packages is on this machine.

On Debian as root it is installed; elsewhere we say what is missing.
"""

import os
import shutil
import subprocess
import sys


def main() -> int:
    present = {  # by the name of Debian's package
        "fonts-noto-color-emoji": _has_font(":charset=1f600"),
        "chromium": shutil.which("chromium") is not None,
        "fonts-noto-cjk": _has_font(":lang=zh"),
        "gettext": shutil.which("msgfmt") is not None and shutil.which("xgettext") is not None,
    }
    missing = [package for package, there in present.items() if not there]
    if not missing:
        return 0
    if shutil.which("apt-get") and os.geteuid() == 0:
        quiet = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
        subprocess.run(["apt-get", "update", "-qq"], check=True, env=quiet)
        subprocess.run(
            ["apt-get", "install", "-y", "-qq", *missing], check=True, env=quiet, stdout=sys.stderr
        )
        return 0
    print("Missing on this machine, named as Debian names them: " + ", ".join(missing), file=sys.stderr)
    return 1


def _has_font(pattern: str) -> bool:
    if shutil.which("fc-list") is None:
        return False
    fonts = subprocess.run(["fc-list", pattern], capture_output=True, text=True, check=False)
    return bool(fonts.stdout.strip())


if __name__ == "__main__":
    raise SystemExit(main())
