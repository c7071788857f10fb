"""Folders from the Hugging Face Hub: the one place of the baseline that knows it."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Literal

from annotate.errors import NotThere, OutsideError, Refused, Unauthorized, Unreachable

NAME = re.compile(r"[\w.-]+/[\w.-]+(?:@[\w./-]+)?")


def local(name: str | Path, kind: Literal["dataset", "model"]) -> Path:
    """Return the folder itself where there is one of this name, else that of ``ORG/NAME[@REVISION]`` on the Hub, fetched.

    Raises:
        OutsideError: the Hub does not have it, does not show it, or does not answer.
    """
    path = Path(name)
    if path.exists() or not NAME.fullmatch(str(name)) or str(name).startswith((".", "/")):
        return path
    repo, _, revision = str(name).partition("@")
    return _fetched(repo, revision or None, kind)


def _fetched(repo: str, revision: str | None, kind: Literal["dataset", "model"]) -> Path:
    import httpx2
    from huggingface_hub import snapshot_download
    from huggingface_hub.errors import (
        GatedRepoError,
        HfHubHTTPError,
        HFValidationError,
        LocalEntryNotFoundError,
        RepositoryNotFoundError,
        RevisionNotFoundError,
    )

    hint = "name a folder that exists, or ORG/NAME on the Hub; a private one needs HF_TOKEN"
    try:
        return Path(snapshot_download(repo, repo_type=kind, revision=revision))
    except GatedRepoError as error:
        message = f"the {kind} is gated: {_line(error)}"
        raise Unauthorized(message, where=repo, hint="ask for access on its page, and set HF_TOKEN") from error
    except (RepositoryNotFoundError, RevisionNotFoundError, HFValidationError) as error:
        message = f"no folder here and no {kind} on the Hub: {_line(error)}"
        raise NotThere(message, where=repo, hint=hint) from error
    except (LocalEntryNotFoundError, httpx2.TransportError, ConnectionError, TimeoutError) as error:
        message = f"no folder here, and the Hub does not answer: {_line(error)}"
        raise Unreachable(message, where=repo, hint=hint) from error
    except HfHubHTTPError as error:
        raise Refused(_line(error), where=repo, hint=hint) from error
    except OSError as error:
        raise OutsideError(_line(error), where=repo, hint=hint) from error


def _line(error: Exception) -> str:
    return " ".join(str(error).split())[:300] or type(error).__name__
