"""Who may ask for suggestions: one name and password, from the environment alone."""

from __future__ import annotations

import base64
import binascii
import hmac
import os
from collections.abc import Mapping

import msgspec

from annotate.errors import UsageError

USER, PASSWORD = "ANNOTATE_SERVE_USER", "ANNOTATE_SERVE_PASSWORD"
"""The two variables that set basic authentication; both or neither."""


class Login(msgspec.Struct, frozen=True):
    """A name and its password."""

    user: str
    password: str

    def fits(self, header: str) -> bool:
        """Return whether an ``Authorization`` header carries exactly these, in a time that does not tell how far it fits."""
        kind, _, given = header.partition(" ")
        try:
            decoded = base64.b64decode(given, validate=True)
        except (binascii.Error, ValueError):
            return False
        return kind.lower() == "basic" and hmac.compare_digest(decoded, f"{self.user}:{self.password}".encode())


def login(environment: Mapping[str, str] = os.environ) -> Login | None:
    """Return what the environment asks for; none where it sets neither variable.

    Raises:
        UsageError: only one of the two is set, or the name has a colon in it.
    """
    user, password = environment.get(USER, ""), environment.get(PASSWORD, "")
    if not user and not password:
        return None
    if not user or not password:
        message = f"{USER if user else PASSWORD} is set, {PASSWORD if user else USER} is not"
        raise UsageError(message, hint="set both, or neither")
    if ":" in user:
        raise UsageError(f"{USER} has a colon in it", hint="basic authentication ends the name at a colon")
    return Login(user, password)
