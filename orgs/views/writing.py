"""What every page that changes something does with the three outcomes.

Done: a message, and on to the page that shows it. Certainly not done: the form again, with the reason and
everything that was typed. Not known: a page that says so and leads to where it can be seen.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

from django.contrib import messages
from django.forms import BoundField
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from common.forms import Form
from common.outcome import Outcome
from orgs.directory import Conflict, Written
from orgs.forms.changes import ChangeForm, Files
from orgs.forms.passwords import SentOnce
from upstream.errors import Rejected

T = TypeVar("T")

FORM_METHODS = ["GET", "HEAD", "POST"]
INVALID, CONFLICT, FORBIDDEN, UNKNOWN = 422, 409, 403, 504

_SENT, _SENT_KEPT = "sent_forms", 20

# No document lists the codes of these operations, so a refusal is placed by the words that the upstream uses:
# the first that fits. A wrong guess costs nothing but the place; the text is shown in any case.
_PLACES = (
    ("验证码", "verify_code"),
    ("部门", "dept_id"),
    ("手机", "phone"),
    ("密码", "password"),
    ("头像", "avatar"),
    ("名称", "name"),
)


@dataclass(frozen=True, slots=True)
class Contest:
    """A field that somebody else changed while the form was open, and the choice that is left to the person.

    ``was`` is None where the form came back a second time: by then nobody remembers.
    """

    label: str
    was: str | None
    now: str
    mine: str
    choice: BoundField


def posted(request: HttpRequest) -> QueryDict | None:
    """What was sent with a form; None while it is only opened. (An empty POST is sent, too.)"""
    return request.POST if request.method == "POST" else None


def sent_files(request: HttpRequest) -> Files:
    """The files that were sent with a form; None while it is only opened."""
    return request.FILES if request.method == "POST" else None


def operation(request: HttpRequest, name: str, *, otherwise: str) -> str:
    """What the trail calls this request if it is denied: what was to be done, or ``otherwise`` on opening."""
    return name if request.method == "POST" else otherwise


def status_of(form: Form, conflict: Conflict | None = None) -> int:
    """The status of a page with this form on it."""
    if conflict is not None:
        return CONFLICT
    return INVALID if form.is_bound else 200


def unchanged(request: HttpRequest, to: str, *args: object) -> HttpResponse:
    """The answer to a form in which nothing was changed."""
    messages.info(request, _("Nothing was changed, so nothing was sent."))
    return redirect(to, *args)


def attempt(form: Form, write: Callable[[], Written[T]]) -> Written[T] | None:
    """Run a write that the upstream may refuse.

    Returns:
        What came of it, done or unknown; ``None`` when it was certainly not done: the form says why.
    """
    try:
        written = write()
    except Rejected as refusal:
        form.add_error(_place(form, refusal), _refusal(refusal))
        return None
    if written.outcome is Outcome.NOT_DONE:
        form.add_error(
            None, _("Weila's answer was lost, so it was looked up: nothing was changed. You can try again.")
        )
        return None
    return written


def sent_before(request: HttpRequest, form: SentOnce) -> bool:
    """Whether this very form was carried out already: the page that answered it was reloaded."""
    return form.cleaned_data["once"] in request.session.get(_SENT, ())


def note_sent(request: HttpRequest, form: SentOnce) -> None:
    """Remember that this form was carried out, or may have been."""
    if once := form.cleaned_data["once"]:
        request.session[_SENT] = [*request.session.get(_SENT, ()), once][-_SENT_KEPT:]


def unknown(
    request: HttpRequest, title: str, *sentences: str, look_url: str, look_label: str | Promise
) -> HttpResponse:
    """The page of a write whose outcome is not known.

    Args:
        title: what was to be done, as a sentence.
        sentences: what to do about it.
        look_url: where the present state can be seen.
    """
    context = {"title": title, "sentences": sentences, "look_url": look_url, "look_label": look_label}
    return render(request, "components/unknown.html", context, status=UNKNOWN)


def contests(
    form: ChangeForm, say: Callable[[str, object], str], conflict: Conflict | None = None
) -> Sequence[Contest]:
    """What the form asks to decide, in words."""
    was: Mapping[str, tuple[object, object]] = conflict.fields if conflict else {}
    return [
        Contest(
            label=str(form.fields[name].label),
            was=say(name, was[name][0]) if name in was else None,
            now=say(name, form.opened_with.get(name)) or _("(empty)"),
            mine=say(name, form.wanted(name)) or _("(empty)"),
            choice=question,
        )
        for name, question in zip(form.contested_names, form.questions, strict=True)
    ]


def department_asked_for(request: HttpRequest) -> int:
    """The department that a form opens with, as a link may ask for it (``?dept=6``)."""
    asked = request.GET.get("dept", "")
    return int(asked) if asked.isascii() and asked.isdecimal() and len(asked) < 10 else 0


def _place(form: Form, refusal: Rejected) -> str | None:
    return next((name for word, name in _PLACES if word in refusal.text and name in form.fields), None)


def _refusal(refusal: Rejected) -> str:
    said = {"text": refusal.text or _("no reason was given"), "code": refusal.code}
    return _("Weila refused this: %(text)s (code %(code)s). Nothing was changed.") % said
