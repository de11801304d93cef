"""What happens around every view: a request id, private pages, readable errors."""

from collections.abc import Callable
from uuid import uuid4

from django.contrib.messages import get_messages
from django.contrib.sessions.exceptions import SessionInterrupted
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.utils.cache import add_never_cache_headers, patch_cache_control, patch_vary_headers

from accounts.access import sign_in_again
from common.throttle import Throttled
from console import errors
from console.logs import current_request_id
from upstream.errors import UpstreamError

GetResponse = Callable[[HttpRequest], HttpResponse]


class RequestIdMiddleware:
    """Gives each request an id that its log lines, trail events, upstream calls and error pages share."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request_id = uuid4().hex
        request.request_id = request_id  # type: ignore[attr-defined]  # see common.http.ConsoleRequest
        token = current_request_id.set(request_id)
        try:
            response = self.get_response(request)
        finally:
            current_request_id.reset(token)
        response["X-Request-ID"] = request_id
        return response


class PrivatePagesMiddleware:
    """No page of ours is kept by a cache, and none mixes up a page with its fragment."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if not response.has_header("Cache-Control"):
            add_never_cache_headers(response)
            patch_cache_control(response, no_store=True, private=True)
        patch_vary_headers(response, ["HX-Request", "HX-Target"])
        return response


class RegionMessagesMiddleware:
    """Sends waiting messages along with a swapped region, and how old its data is while nobody answers.

    A redirect leaves them waiting: the page it leads to shows them.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if _is_region(request, response):
            if len(get_messages(request)):
                response.content += render_to_string("components/messages.html#oob", request=request).encode()
            if getattr(request, "as_of", None) is not None:
                response.content += render_to_string("components/as_of.html#oob", request=request).encode()
        return response


def _is_region(request: HttpRequest, response: HttpResponse) -> bool:
    html = response.headers.get("Content-Type", "").startswith("text/html")
    leads_away = 300 <= response.status_code < 400 or any(
        name in response for name in ("HX-Redirect", "HX-Location", "HX-Refresh")
    )
    asked = bool(getattr(request, "htmx", False)) and response.headers.get("X-Fragment") != "aside"
    return asked and html and not leads_away and not response.streaming and bool(response.content)


class UpstreamErrorMiddleware:
    """Turns the upstream's failures into a page or a fragment, so that views need not catch them."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        match error:
            case UpstreamError():
                return errors.upstream_error(request, error)
            case Throttled():
                return errors.throttled(request, error)
            case SessionInterrupted():
                # Signed out in another tab while this request was under way.
                return sign_in_again(request)
        return None
