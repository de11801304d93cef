"""``python -m bench.member_files <data directory> <upstream>``: files of a product's members, to be imported again.

Runs the console's own code in this process, on the database of a product that is running. Reads a list of
``[path, every]``: into each path all members are written as an export writes them (a workbook for ``.xlsx``), with
another name in every so-many-th row. Prints for each path the seconds that reading it takes: opening it as an import
does, and taking each row.
"""

import json
import os
import sys
import time
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
    seconds = []
    for path, every in json.load(sys.stdin):
        _write(Path(path), every)
        seconds.append(_read(Path(path)))
    print(json.dumps(seconds))


def _write(path: Path, every: int) -> None:
    from common.spreadsheets import NewSheet, csv_stream, write_xlsx
    from sheets import tables
    from tests.support.sandbox import ORG

    table = tables.table("members")
    fields = [column.field for column in table.columns]
    name = fields.index("name")
    header = [str(column.label) for column in table.columns]
    rows = [list(row) for row in table.rows(ORG)]
    for row in rows[::every]:
        row[name] = f"{row[name]}改"
    with path.open("wb") as file:
        if path.suffix == ".xlsx":
            write_xlsx(file, [NewSheet(str(table.label), header, rows)])
        else:
            file.writelines(csv_stream(header, rows))


def _read(path: Path) -> float:
    from sheets import importing

    begun = time.perf_counter()
    with path.open("rb") as file:
        for sheet in importing.read(file).sheets:
            for _row in sheet.rows():
                pass
    return time.perf_counter() - begun


if __name__ == "__main__":
    main(*sys.argv[1:])
