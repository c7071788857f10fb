"""Accounts on a server, made as a person makes one: by the invite link, the form and a login."""

from __future__ import annotations

import contextlib
import html
import re
import secrets
from pathlib import Path
from typing import TYPE_CHECKING

from annotate.errors import NotThere, Refused, Unauthorized, Unreachable, UsageError
from annotate.studio.credentials import Account, accounts_file, read_accounts, read_credentials, write_private

if TYPE_CHECKING:
    import httpx

DOMAIN = "localhost"
"""Where an account's address lies when only a name is given: no mail is ever sent."""

OK, CREATED, FOUND = 200, 201, 302


def email_of(name: str) -> str:
    """Return the address that an account of this name has.

    >>> email_of("Ada"), email_of("ada@example.org")
    ('ada@localhost', 'ada@example.org')
    """
    return (name if "@" in name else f"{name}@{DOMAIN}").lower()


def log_in(url: str, email: str, password: str) -> httpx.Client:
    """Return an HTTP session logged in by the form.

    Raises:
        Unreachable: nobody answers.
        Unauthorized: the password is another.
        Refused: what answers has no such form.
    """
    session = _session(url)
    answer = _submit(session, "/user/login/", {"email": email, "password": password, "persist_session": "on"})
    if answer.status_code != FOUND:
        session.close()
        message = f"{email} cannot log in"
        raise Unauthorized(message, where=url, hint="the password is another, or another server answers there")
    return session


def personal_token(session: httpx.Client) -> str:
    """Return a new personal access token of the session's account, which can have one.

    Raises:
        Refused: it has one already, which the server does not show again.
    """
    answer = _request(session, "POST", "/api/token/", json={})
    if answer.status_code != CREATED:
        message = f"no personal access token: HTTP {answer.status_code}"
        hint = "revoke the account's old token in its account settings, then try again"
        raise Refused(message, where=str(session.base_url), hint=hint)
    return str(answer.json()["token"])


def invite(folder: Path, names: list[str]) -> dict[str, Account]:
    """Return the accounts of these names or addresses on the embedded server, making those that are missing.

    Passwords and tokens are written to ``accounts.json`` (mode 0600) as each account is made, by its address.

    Raises:
        UsageError: the server was never started.
        Refused: an address is taken by an account that is not in our file, or is no address.
    """
    admin = read_credentials(folder)
    if admin is None or not admin.url:
        raise UsageError("no embedded server", where=str(folder), hint="run `annotate studio up` first")
    accounts = read_accounts(folder)
    missing = [email for email in dict.fromkeys(map(email_of, names)) if email not in accounts]
    if missing:
        with contextlib.closing(log_in(admin.url, admin.email, admin.password)) as session:
            link = _invite_link(session)
        for email in missing:
            accounts[email] = _sign_up(admin.url, link, email)
            write_private(accounts_file(folder), accounts)
    return {name: accounts[email_of(name)] for name in names}


def _invite_link(session: httpx.Client) -> str:
    answer = _request(session, "GET", "/api/invite")
    if answer.status_code != OK:
        raise Refused(f"no invite link: HTTP {answer.status_code}", where=str(session.base_url))
    return str(answer.json()["invite_url"])


def _sign_up(url: str, link: str, email: str) -> Account:
    account = Account(email=email, password=secrets.token_urlsafe(18))
    with contextlib.closing(_session(url)) as session:
        answer = _submit(session, link, {"email": email, "password": account.password})
        if answer.status_code != FOUND:
            found = re.findall(r'class="field_errors">(.*?)</', answer.text, re.DOTALL) or [
                f"HTTP {answer.status_code}"
            ]
            message = f"no account for {email}: {html.unescape(re.sub('<[^>]+>', ' ', found[0])).strip()}"
            raise Refused(message, where=url, hint="choose another name, or give its password to accounts.json")
        return Account(email=email, password=account.password, api_key=personal_token(session))


def _session(url: str) -> httpx.Client:
    import httpx

    # trust_env is off: a proxy of the caller's has no business between us and our own server
    return httpx.Client(base_url=url, timeout=30, trust_env=False)


def _submit(session: httpx.Client, path: str, fields: dict[str, str]) -> httpx.Response:
    page = _request(session, "GET", path)
    token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page.text)
    if token is None:
        message = f"no Label Studio form at {path.split('?', maxsplit=1)[0]} (HTTP {page.status_code})"
        raise NotThere(message, where=str(session.base_url), hint="another program may answer at this address")
    data = {"csrfmiddlewaretoken": token.group(1), **fields}
    return _request(session, "POST", path, data=data, headers={"Referer": str(session.base_url)})


def _request(session: httpx.Client, method: str, path: str, **more: object) -> httpx.Response:
    import httpx

    try:
        answer = session.request(method, path, **more)  # type: ignore[arg-type]  # httpx's keywords, passed through
    except httpx.TransportError as error:
        message = f"no answer: {type(error).__name__}"
        raise Unreachable(
            message, where=str(session.base_url), hint="is it running? `annotate studio status`"
        ) from error
    # Behind TLS the server marks its cookies secure; here they go over the loopback, to the server itself.
    for cookie in session.cookies.jar:
        cookie.secure = False
    return answer
