"""What a Label Studio server said no with → errors of this toolkit, without headers, cookies or tokens."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from typing import Any

from annotate.errors import NotThere, OutsideError, Refused, Unauthorized, Unreachable, UsageError

UNAUTHORIZED, FORBIDDEN, MISSING, SERVER_ERROR = 401, 403, 404, 500
WELL, REDIRECTS = range(200, 300), range(300, 400)
STRANGER, STRANGER_HINT = "this is no Label Studio", "another program may answer at this address"
SHOWN = 400
"""Characters of a server's own words that are passed on."""


@contextlib.contextmanager
def translated(url: str) -> Iterator[None]:
    """Raise errors of this toolkit for those of httpx and the SDK inside the block.

    Errors of the SDK are not chained: printed in a traceback, they show the answer's headers with its session cookie.

    Raises:
        UsageError: the address is none, or the server lives at another one.
        Unreachable: no answer came, or only that of a server in trouble (HTTP 5xx): it may have done what was asked.
        Unauthorized: the token is missing, wrong, or may not do this.
        NotThere: what was asked for does not exist.
        Refused: the server said no, or it is no Label Studio.
    """
    import httpx
    from label_studio_sdk.core.api_error import ApiError

    try:
        yield
    except (httpx.UnsupportedProtocol, httpx.InvalidURL) as error:
        hint = "give the whole address, such as http://127.0.0.1:8080"
        raise UsageError(f"not an address: {error}", where=url, hint=hint) from error
    except httpx.HTTPError as error:
        message = f"no answer: {str(error) or type(error).__name__}"
        hint = "is it running? `annotate studio status`, or look at LABEL_STUDIO_URL"
        raise Unreachable(message, where=url, hint=hint) from error
    except ApiError as error:
        raise _refusal(url, error.status_code or 0, error.body, error.headers or {}) from None
    except ValueError as error:  # an answer that should have been JSON
        raise Refused(STRANGER, where=url, hint=STRANGER_HINT) from error


def _refusal(  # noqa: PLR0911 - one return an answer
    url: str, status: int, body: Any, headers: dict[str, str]
) -> OutsideError | UsageError:
    if status in WELL:  # an answer that should have been JSON
        return Refused(STRANGER, where=url, hint=STRANGER_HINT)
    said = said_in(body)
    words = f": {said}" if said else ""
    if status in REDIRECTS:
        target = headers.get("location", "another address")
        return UsageError(f"the server is at {target}", where=url, hint="set LABEL_STUDIO_URL to that address")
    if status == UNAUTHORIZED:
        hint = "set LABEL_STUDIO_API_KEY to a token from Account & Settings; a legacy token must be switched on there"
        return Unauthorized(f"the token is not accepted (HTTP 401){words}", where=url, hint=hint)
    if status == FORBIDDEN:
        return Unauthorized(f"this account may not do that (HTTP 403){words}", where=url)
    if status == MISSING:
        return NotThere(f"it is not there (HTTP 404){words}", where=url, hint="was the project or task deleted?")
    if status >= SERVER_ERROR:
        return Unreachable(f"the server is in trouble (HTTP {status})", where=url, hint="read the server's log")
    return Refused(f"the server refused (HTTP {status}){words}", where=url)


def said_in(body: Any) -> str:
    """Return a server's own words from the body of an error, on one line; nothing of a page of HTML.

    >>> said_in({"detail": "Validation error", "validation_errors": {"title": ["too long"], "non_field_errors": [{}]}})
    'title: too long'
    """
    if not isinstance(body, dict):
        return ""
    found = []
    for name, problems in (body.get("validation_errors") or {}).items():
        listed = problems if isinstance(problems, list) else [problems]
        words = "; ".join(str(problem) for problem in listed if problem)
        if words:
            found.append(words if name == "non_field_errors" else f"{name}: {words}")
    said = "; ".join(found) or str(body.get("detail") or "")
    return " ".join(said.split())[:SHOWN]
