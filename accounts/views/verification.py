"""What every form with a code from an SMS does: picture code, SMS, and the form again with what went wrong."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from accounts import entrance, errands
from accounts.entrance import NotKnown
from accounts.errands import Errand
from accounts.forms import CodeForm, with_values
from accounts.identifiers import masked
from accounts.views.visitor import Trouble, keep, refuse, refused_page, visitor_of
from common.http import wants_fragment
from common.throttle import Throttled
from upstream.errors import SessionOver, UpstreamError

REGION = "verification"
TROUBLES = (UpstreamError, Throttled, NotKnown)


@dataclass(frozen=True, slots=True)
class CodePage:
    """A page with such a form.

    Attributes:
        template: it includes accounts/verification.html.
        sms_url: where the button that asks for the SMS sends the form.
        context: what else the template needs.
    """

    template: str
    sms_url: str
    context: Mapping[str, object] = field(default_factory=dict)

    def show(
        self, request: HttpRequest, form: CodeForm, errand: Errand, *, sent_to: str = "", status: int = 200
    ) -> HttpResponse:
        return render(request, self.template, self._context(form, errand, sent_to), status=status)

    def refused(self, request: HttpRequest, form: CodeForm, errand: Errand, error: Trouble) -> HttpResponse:
        if isinstance(error, SessionOver):
            raise error  # leads to sign-in
        return refused_page(request, self.template, self._context(form, errand), refuse(form, error))

    def send_sms(self, request: HttpRequest, form: CodeForm) -> HttpResponse:
        """Have an SMS code sent; answers that region of the form or, without a script, the whole page."""
        errand = errands.load(request.session)
        if not form.is_valid():
            return self._answer(request, form, errand, status=422)
        phone = form.cleaned_data["phone"]
        try:
            entrance.send_sms(
                form.purpose,
                form.country or settings.WEILA_PHONE_COUNTRY_CODE,
                phone,
                form.cleaned_data["picture"],
                errand.jar,
                visitor_of(request),
            )
        except TROUBLES as error:
            if isinstance(error, NotKnown):
                errand.phones[form.purpose] = phone
            keep(request, errand)
            return self._answer(request, form, errand, status=refuse(form, error).status)
        errand.phones[form.purpose] = phone
        keep(request, errand)
        form.data = with_values(form.data, picture="")  # used up
        form.fields["code"].widget.attrs["autofocus"] = True
        return self._answer(request, form, errand, sent_to=masked(phone))

    def _answer(
        self, request: HttpRequest, form: CodeForm, errand: Errand, *, sent_to: str = "", status: int = 200
    ) -> HttpResponse:
        if not wants_fragment(request, REGION):
            return self.show(request, form, errand, sent_to=sent_to, status=status)
        context = {**self._context(form, errand, sent_to), "fragment": True}
        # htmx puts a 422 in place of the region; the reason stands in it.
        return render(request, "accounts/verification.html", context, status=422 if status >= 400 else status)

    def _context(self, form: CodeForm, errand: Errand, sent_to: str = "") -> dict[str, object]:
        phone = errand.phones.get(form.purpose)
        return {
            **self.context,
            "form": form,
            "purpose": form.purpose.value,
            "sms_url": self.sms_url,
            "seconds": entrance.seconds_until_next_sms(phone) if phone else 0,
            "sent_to": sent_to,
            "sandbox_url": settings.SANDBOX_URL if settings.DEMO else "",
        }


def initial(errand: Errand, form: type[CodeForm]) -> dict[str, object]:
    """What a form opens with: the phone that a code went to lately."""
    return {
        "phone": errand.phones.get(form.purpose, ""),
        "country_code": settings.WEILA_PHONE_COUNTRY_CODE,
    }
