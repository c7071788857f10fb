"""What a server says no with becomes one of our errors, without a header, cookie or token in it."""

from __future__ import annotations

import traceback

import httpx
import pytest
from label_studio_sdk.core.api_error import ApiError

from annotate.errors import AnnotateError, NotThere, OutsideError, Refused, Unauthorized, Unreachable, UsageError
from annotate.studio.answers import said_in, translated

URL = "http://127.0.0.1:1"
SECRET = {"set-cookie": "sessionid=secret", "location": "https://labels.example/"}


@pytest.mark.parametrize(
    ("error", "kind", "words"),
    [
        (ApiError(status_code=401, headers=SECRET, body={"detail": "Invalid token."}), Unauthorized, "Invalid token."),
        (ApiError(status_code=403, headers=SECRET, body={"detail": "no"}), Unauthorized, "may not do that"),
        (ApiError(status_code=404, headers=SECRET, body="<html>🕊</html>"), NotThere, "not there"),
        (ApiError(status_code=302, headers=SECRET, body=""), UsageError, "https://labels.example/"),
        (ApiError(status_code=200, headers=SECRET, body="<h1>Hello</h1>"), Refused, "no Label Studio"),
        (ApiError(status_code=500, headers=SECRET, body=None), Unreachable, "in trouble"),
        (
            ApiError(status_code=400, headers=SECRET, body={"validation_errors": {"title": ["too long"]}}),
            Refused,
            "title",
        ),
        (httpx.ConnectError("refused"), Unreachable, "no answer"),
        (httpx.ReadTimeout(""), Unreachable, "ReadTimeout"),
        (httpx.UnsupportedProtocol("no http"), UsageError, "not an address"),
        (ValueError("no JSON"), Refused, "no Label Studio"),
    ],
)
def test_each_answer_is_one_of_our_errors(error: Exception, kind: type[AnnotateError], words: str) -> None:
    """The error says what to do, names the address, and shows nothing that is secret, in a traceback neither."""
    with pytest.raises(kind, match=words) as caught, translated(URL):
        raise error
    assert caught.value.where == URL
    assert "secret" not in "".join(traceback.format_exception(caught.value))


def test_errors_of_ours_pass() -> None:
    """What is said already is not said again."""
    with pytest.raises(OutsideError, match="as it is"), translated(URL):
        raise Refused("as it is")


def test_a_servers_words_are_short_and_on_one_line() -> None:
    """Good items leave empty objects among the errors, pages of HTML say nothing, and long words are cut."""
    body = {"validation_errors": {"non_field_errors": [{}, "bad\n item 🕊", {}], "title": "short"}}
    assert said_in(body) == "bad item 🕊; title: short"
    assert said_in("<html>") == ""
    assert said_in({}) == ""
    assert len(said_in({"detail": "x" * 9999})) == 400
