"""Where the Hub is, who asks, and its answers as our errors: the one module that talks to it.

The token comes from HF_TOKEN or from the file that `hf auth login` writes. It goes into requests and nowhere else.
"""

from __future__ import annotations

import contextlib
import os
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from annotate.errors import NotThere, OutsideError, Refused, Unauthorized, Unreachable
from annotate.files import storage_error

Kind = Literal["dataset", "model"]

ENDPOINT, TOKEN = "HF_ENDPOINT", "HF_TOKEN"
"""The variables that name another Hub, and the token."""

LONGEST_WAIT = 120.0
"""Seconds; a Hub that asks for more patience is left alone."""

_CONFLICT = {409, 412}
_BUSY = {408, 425, 429}
_SERVER = 500


@dataclass(frozen=True)
class Settings:
    """Which Hub, and with which token."""

    endpoint: str
    token: str | None = None

    def __repr__(self) -> str:
        """Show all but the token."""
        return f"Settings(endpoint={self.endpoint!r}, token={'***' if self.token else None})"


def settings(environment: Mapping[str, str] = os.environ) -> Settings:
    """Return the Hub's address and the token, if there is one.

    Raises:
        Unauthorized: the token's file may be read by others.
        StorageError: it cannot be read.
    """
    endpoint = environment.get(ENDPOINT) or _client_endpoint()
    token = environment.get(TOKEN, "").strip() or _from_file(token_file(environment))
    return Settings(endpoint.rstrip("/"), token or None)


def token_file(environment: Mapping[str, str] = os.environ) -> Path:
    """Return where `hf auth login` keeps the token."""
    if named := environment.get("HF_TOKEN_PATH"):
        return Path(named).expanduser()
    cache = environment.get("XDG_CACHE_HOME") or "~/.cache"
    home = environment.get("HF_HOME") or f"{cache}/huggingface"
    return Path(home).expanduser() / "token"


def _client_endpoint() -> str:
    from huggingface_hub import constants

    return constants.ENDPOINT


def _from_file(path: Path) -> str | None:
    try:
        mode = path.stat().st_mode
        if os.name == "posix" and mode & 0o077:
            message = f"others may read the token in it (mode {mode & 0o777:04o})"
            hint = f"chmod 600 {path}; if others had access to this machine, make a new token too"
            raise Unauthorized(message, where=str(path), hint=hint)
        return path.read_text(encoding="utf-8").strip()
    except FileNotFoundError:
        return None
    except UnicodeDecodeError:
        message = "not a token"
        raise Unauthorized(message, where=str(path), hint="log in again with `hf auth login`") from None
    except OSError as error:
        raise storage_error(error, path) from error


@dataclass(frozen=True)
class Remote:
    """A repository as it was at one moment.

    Attributes:
        head: the commit that main stands for.
        files: path → SHA-256 of a large file, or git's SHA-1 of a small one.
        tags: name → commit.
    """

    head: str
    private: bool
    files: dict[str, str]
    tags: dict[str, str]


class Hub:
    """What publishing asks of the Hub, about one repository.

    Each method raises `Unreachable`, `Unauthorized`, `NotThere` or `Refused` where the Hub does not do as asked.
    """

    def __init__(self, to: Settings, kind: Kind, name: str) -> None:
        """Ask nothing yet.

        Raises:
            Unauthorized: there is no token.
        """
        from huggingface_hub import HfApi

        if not to.token:
            message = f"no token: neither {TOKEN} nor {token_file()} holds one"
            raise Unauthorized(message, hint=f"log in with `hf auth login`, or set {TOKEN} to a token that may write")
        self.endpoint, self.kind, self.name = to.endpoint, kind, name
        self._token = to.token
        self._api = HfApi(endpoint=to.endpoint, token=to.token)
        self._here: dict[str, Any] = {"repo_id": name, "repo_type": kind}

    @property
    def url(self) -> str:
        """The repository's page."""
        return f"{self.endpoint}/{'datasets/' if self.kind == 'dataset' else ''}{self.name}"

    def look(self) -> Remote | None:
        """Return the repository as it is; None where there is none that this token may see."""
        with self._asking("reading the repository"):
            from huggingface_hub.errors import RepositoryNotFoundError

            try:
                info = self._api.repo_info(**self._here)
            except RepositoryNotFoundError:
                self._api.whoami()  # a wrong token gets the same answer as a missing repository, and must not pass for it
                return None
            head = str(info.sha)
            files = self._files(head)
            refs = self._api.list_repo_refs(**self._here)
            tags = {tag.name: tag.target_commit for tag in refs.tags}
        return Remote(head=head, private=bool(info.private), files=files, tags=tags)

    def _files(self, revision: str) -> dict[str, str]:
        from huggingface_hub.hf_api import RepoFile

        tree = self._api.list_repo_tree(**self._here, recursive=True, revision=revision)
        found = {}
        for entry in tree:
            if isinstance(entry, RepoFile):
                found[entry.path] = entry.lfs.sha256 if entry.lfs else entry.blob_id
        return found

    def files(self, revision: str) -> dict[str, str]:
        """Return path → hash at a revision, as in `Remote.files`."""
        with self._asking(f"reading {revision}"):
            return self._files(revision)

    def requested(self, title: str) -> dict[str, dict[str, str]]:
        """Return page → files of every open pull request with this title."""
        with self._asking("reading the pull requests"):
            found = self._api.get_repo_discussions(
                **self._here, discussion_type="pull_request", discussion_status="open"
            )
            return {
                f"{self.url}/discussions/{one.num}": self._files(f"refs/pr/{one.num}")
                for one in found
                if one.title == title
            }

    def read(self, path: str, revision: str) -> bytes:
        """Return a small file's bytes."""
        with self._asking(f"reading {path}"), tempfile.TemporaryDirectory() as folder:
            return Path(
                self._api.hf_hub_download(**self._here, filename=path, revision=revision, local_dir=folder)
            ).read_bytes()

    def create(self, *, private: bool) -> None:
        """Make the repository, if it is not there."""
        with self._asking("making the repository"):
            self._api.create_repo(**self._here, private=private, exist_ok=True)

    def commit(
        self,
        add: Mapping[str, Path | bytes],
        delete: Sequence[str],
        title: str,
        *,
        parent: str,
        description: str = "",
        request: bool = False,
    ) -> tuple[str, str]:
        """Change all files in one commit on top of ``parent`` or not at all; return its name and page.

        Args:
            add: path → a file here, or its bytes.
            delete: paths.
            title: first line of its message.
            parent: the commit that main must still stand for.
            description: the rest of it.
            request: as a pull request.
        """
        from huggingface_hub import CommitOperationAdd, CommitOperationDelete

        with self._asking("committing"):
            operations: list[Any] = [
                CommitOperationAdd(path, content if isinstance(content, bytes) else str(content))
                for path, content in sorted(add.items())
            ]
            operations += [CommitOperationDelete(path) for path in delete]
            made = self._api.create_commit(
                **self._here,
                operations=operations,
                commit_message=title,
                commit_description=description,
                parent_commit=parent,
                create_pr=request,
                num_threads=2,
            )
        return made.oid, str(made.pr_url if request else made.commit_url)

    def tag(self, name: str, commit: str) -> None:
        """Name a commit."""
        with self._asking(f"tagging {name}"):
            self._api.create_tag(**self._here, tag=name, revision=commit, exist_ok=False)

    @contextlib.contextmanager
    def _asking(self, doing: str) -> Iterator[None]:
        """Turn the client's errors into ours."""
        import httpx2
        from huggingface_hub.errors import HfHubHTTPError

        try:
            yield
        except HfHubHTTPError as error:
            raise self._answered(error, doing) from error
        except (httpx2.HTTPError, ConnectionError, TimeoutError) as error:
            message = f"no answer while {doing}: {self._clean(error) or type(error).__name__}"
            raise Unreachable(
                message, where=self.endpoint, hint="check the network, then run the command again"
            ) from error
        except (RuntimeError, OSError, ValueError) as error:  # an upload given up by the client, a card refused
            if isinstance(error, OSError) and error.errno is not None:  # of this machine's disk
                raise storage_error(error, Path(str(error.filename or tempfile.gettempdir()))) from error
            inner = error.__cause__
            if isinstance(inner, HfHubHTTPError):
                raise self._answered(inner, doing) from error
            message = f"failed while {doing}: {self._clean(error)}"
            kind = Unreachable if isinstance(inner, httpx2.HTTPError) else Refused
            raise kind(message, where=self.url, hint="see the message above; then run the command again") from error

    def _answered(self, error: Any, doing: str) -> OutsideError:
        """Return an answer of the Hub that was not what was asked for, as one of our errors."""
        from huggingface_hub.errors import GatedRepoError

        status, said = error.response.status_code, self._clean(error.server_message or error)
        if isinstance(error, GatedRepoError):
            message = f"{self.name} is gated, and this token has no access ({status} while {doing})"
            return Unauthorized(message, where=self.url, hint="ask for access on its page")
        if status in {401, 404}:
            message = f"{self.name}: not there, or this token may not see it ({status} while {doing}: {said})"
            hint = f"check the name; if it is private or gated, check that {TOKEN} is a valid token of somebody with access"
            return (NotThere if status == 404 else Unauthorized)(message, where=self.endpoint, hint=hint)  # noqa: PLR2004 - HTTP's number
        if status == 403:  # noqa: PLR2004 - HTTP's number
            message = f"this token may not do that ({status} while {doing}: {said})"
            hint = f"it needs the right to write to {self.name.split('/')[0]}; or propose the change with --pr"
            return Unauthorized(message, where=self.url, hint=hint)
        kind = Unreachable if status >= _SERVER or status in _BUSY else Refused
        message = f"answered {status} while {doing}: {said}"
        return kind(message, where=self.url, hint="run the command again; if it stays, see the Hub's status page")

    def _clean(self, said: object) -> str:
        """Return a message on one line, without the token, should it stand there."""
        return " ".join(str(said).replace(self._token, "***").split())


def wait(error: OutsideError, attempt: int) -> float | None:
    """Return how many seconds to wait before the next attempt; None where another attempt would not help.

    What helps are conflicts (409, 412), too many requests (429, as long as the Hub says), server errors and lost
    connections. An upload that the client gave up after its own attempts is not tried again.

    Args:
        error: of the last attempt.
        attempt: its number, from 1.
    """
    import httpx2
    from huggingface_hub.errors import HfHubHTTPError

    cause, patience = error.__cause__, 2.0 ** (attempt - 1)
    if isinstance(cause, HfHubHTTPError):
        status = cause.response.status_code
        asked = cause.response.headers.get("Retry-After", "")
        if status in _BUSY and asked.isascii() and asked.isdigit():
            return float(asked) if float(asked) <= LONGEST_WAIT else None
        return patience if status in _CONFLICT | _BUSY or status >= _SERVER else None
    return patience if isinstance(cause, httpx2.TransportError | ConnectionError | TimeoutError) else None
