"""Passwords and device codes of a file: used, handed over once, and nowhere else."""

from pathlib import Path

from django.db import connections
from django.test import Client

from changes.models import Change, ChangeSet, SetState
from sheets.models import Part
from tests.bulk import pages
from tests.support.sandbox import SandboxProcess
from tests.support.signing_in import sign_in
from tests.support.worker import WorkerProcess

GIVEN = "Geheim-0815-Ente"


def stored() -> bytes:
    """All that is in the databases' files: deleted rows that were not overwritten yet, logs and journals included."""
    content = b""
    for connection in connections.all():
        name = Path(str(connection.settings_dict["NAME"]))
        content += b"".join(file.read_bytes() for file in name.parent.glob(f"{name.name}*"))
    return content


def shown(client: Client, change_set: ChangeSet) -> str:
    """Everything that the pages of a set say."""
    where = (
        f"/changes/{change_set.pk}",
        f"/changes/{change_set.pk}/problems",
        f"/changes/{change_set.pk}/passwords",
        "/changes",
        "/audit",
    )
    return "".join(pages.text(client.get(one)) for one in where)


def test_they_are_used_and_handed_over_once(
    owner: Client, worker: WorkerProcess, sandbox: SandboxProcess, visitor: Client
) -> None:
    code = next(one["code"] for one in sandbox.inbox() if one["kind"] == "device")
    file = pages.csv(
        ["姓名", "性别", "设备码", "密码"],
        ["甲", "男", "", GIVEN],
        ["乙", "女", "", ""],
        ["对讲机", "", code, ""],
        ["坏", "不知道", "", GIVEN + "2"],
    )

    def is_nowhere(*secrets: str) -> None:
        everything = stored()
        assert "对讲机".encode() in everything  # it is looked at where the rows are
        for secret in secrets:
            assert secret.encode() not in everything
            assert secret not in worker.log()
            assert secret not in shown(owner, change_set)

    change_set = pages.previewed(owner, worker, file)
    assert (change_set.total, change_set.problems) == (3, 1)
    is_nowhere(GIVEN, code)
    pages.post(owner, change_set, "confirm", leave_out="on")
    change_set = pages.finished(worker, change_set)
    assert (change_set.done, change_set.secrets) == (3, 2)
    is_nowhere(GIVEN, code)

    taken = owner.post(f"/changes/{change_set.pk}/passwords", {"form": "sheet"})
    ((_header, first, second),) = pages.sheets(pages.content(taken)).values()
    assert (first[0], first[2], second[0]) == ("甲", GIVEN, "乙")
    sign_in(visitor, second[1], second[2], kind="number")  # it is the password that works
    assert owner.post(f"/changes/{change_set.pk}/passwords", {"form": "sheet"}).status_code == 302
    slips = pages.text(owner.post(f"/changes/{change_set.pk}/passwords", {"form": "slips"}))
    assert GIVEN in slips and second[2] in slips
    assert not Change.objects.exclude(secret="").exists()
    is_nowhere(GIVEN, second[2], code)

    # What comes back of the file has what is needed to try again, and nothing else.
    rows = pages.result(owner, change_set)
    assert [row[3] for row in rows] == ["", "", "", GIVEN + "2"]
    assert [row[2] for row in rows] == ["", "", "", ""]
    assert Part.objects.exists()


def test_whoever_else_confirms_gets_none_of_them(
    owner: Client, manager: Client, worker: WorkerProcess, sandbox: SandboxProcess, visitor: Client
) -> None:
    file = pages.csv(["姓名", "性别", "密码"], ["甲", "男", GIVEN], ["乙", "女", ""])
    change_set = pages.previewed(owner, worker, file)
    pages.post(manager, change_set, "confirm")
    change_set = pages.finished(worker, change_set)
    assert (change_set.done, change_set.secrets) == (2, 1)
    taken = manager.post(f"/changes/{change_set.pk}/passwords", {"form": "sheet"})
    ((_header, first, second),) = pages.sheets(pages.content(taken)).values()
    assert (first[0], first[2]) == ("甲", "")
    assert "in the file of" in first[3]
    sign_in(visitor, first[1], GIVEN, kind="number")
    sign_in(visitor, second[1], second[2], kind="number")
    assert GIVEN not in shown(manager, change_set)


def test_those_of_people_who_are_undone_are_gone(owner: Client, worker: WorkerProcess) -> None:
    file = pages.csv(["姓名", "性别", "密码"], ["甲", "男", GIVEN], ["乙", "女", ""])
    change_set = pages.previewed(owner, worker, file)
    pages.post(owner, change_set, "confirm")
    change_set = pages.finished(worker, change_set)
    assert "Take 2 passwords" in pages.page(owner, change_set)
    pages.post(owner, change_set, "undo")
    undo = ChangeSet.objects.get(undoes=change_set)
    worker.wait_for(lambda: pages.again(undo).state == SetState.PLANNED)
    pages.post(owner, undo, "confirm")
    assert pages.finished(worker, undo).done == 2
    assert "/passwords" not in pages.page(owner, change_set)
    assert not Change.objects.exclude(secret="").exists()
