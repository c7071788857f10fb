"""E-mail addresses → pseudonyms, by a key that stays with the campaign's owner.

Both files are readable by their owner alone and lie outside the build folder, so that nothing that is built can carry
them: ``key`` makes the pseudonyms, ``map.json`` leads from a pseudonym back to the address.
"""

from __future__ import annotations

import contextlib
import hashlib
import hmac
import os
import secrets
import tempfile
from pathlib import Path

import msgspec

from annotate.errors import StorageError
from annotate.files import replacing, storage_error

FOLDER = Path(".annotators")
"""Where key and map lie by default."""

_KEY_BYTES = 32
_DIGITS = 10


class Pseudonyms:
    """Called with an e-mail address, gives its pseudonym: ``a`` and 10 hexadecimal digits of HMAC-SHA256 (RFC 2104).

    The same address (case aside) gives the same pseudonym under the same key. Key and map are made when they are first
    needed. Two processes that start at once agree on one key.

    Raises:
        StorageError: the folder cannot be used, the key is damaged, or others may read it.
    """

    def __init__(self, folder: Path = FOLDER) -> None:
        """Use the key and the map in this folder."""
        self.folder = folder
        self._key: bytes | None = None
        self._map: dict[str, str] | None = None

    def __call__(self, email: str) -> str:
        """Return the pseudonym, and remember whose it is."""
        if self._key is None:
            self._key = _key(self.folder / "key")
        address = email.strip().casefold()
        digest = hmac.new(self._key, address.encode("utf-8", "surrogatepass"), hashlib.sha256).hexdigest()
        name = "a" + digest[:_DIGITS]
        if self._map is None:
            self._map = self.known()
        if name not in self._map:
            self._remember(name, address)
        return name

    def known(self) -> dict[str, str]:
        """Return pseudonym → e-mail address of everybody met so far.

        Raises:
            StorageError: the map cannot be read or is damaged.
        """
        path = self.folder / "map.json"
        try:
            return msgspec.json.decode(path.read_bytes(), type=dict[str, str])
        except FileNotFoundError:
            return {}
        except OSError as error:
            raise storage_error(error, path) from error
        except (msgspec.DecodeError, UnicodeDecodeError) as error:
            message = f"the map of pseudonyms is damaged: {error}"
            raise StorageError(message, where=str(path), hint="move it away: the next pull writes it anew") from error

    def _remember(self, name: str, address: str) -> None:
        self._map = {**self.known(), **(self._map or {}), name: address.encode("utf-8", "replace").decode("utf-8")}
        data = msgspec.json.format(msgspec.json.encode(self._map, order="sorted"), indent=2)
        with replacing(self.folder / "map.json", mode=0o600) as stream:
            stream.write(data + b"\n")


def _key(path: Path) -> bytes:
    """Return the key, made if it is not there.

    The new key is written whole under another name and then linked to its own, which fails where another process was
    first: that process's key then counts.
    """
    try:
        if not path.exists():
            path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            _make(path)
        if path.stat().st_mode & 0o077:
            message = "others may read the key of the pseudonyms"
            raise StorageError(message, where=str(path), hint=f"chmod 600 {path}")
        key = bytes.fromhex(path.read_text(encoding="ascii"))
    except OSError as error:
        raise storage_error(error, path) from error
    except ValueError:
        key = b""
    if len(key) != _KEY_BYTES:
        message = f"the key of the pseudonyms is damaged: {2 * _KEY_BYTES} hexadecimal digits are expected"
        raise StorageError(message, where=str(path), hint="restore it from a copy: another key makes other pseudonyms")
    return key


def _make(path: Path) -> None:
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=".key.")  # readable by its owner alone
    try:
        with os.fdopen(handle, "w", encoding="ascii") as stream:
            stream.write(secrets.token_hex(_KEY_BYTES) + "\n")
            stream.flush()
            os.fsync(stream.fileno())
        with contextlib.suppress(FileExistsError):
            Path(path).hardlink_to(name)
    finally:
        Path(name).unlink(missing_ok=True)
