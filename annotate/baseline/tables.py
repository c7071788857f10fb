"""A folder → a table, by `datasets`: nothing beside the folder is read, nothing explodes, and an error says its reason."""

from __future__ import annotations

import bz2
import contextlib
import json
import logging
import lzma
import tempfile
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path, PurePosixPath
from typing import IO, Any

from annotate.corpus.compressed import BOMB_BYTES, BOMB_RATIO, Damaged, decompressed, exploding
from annotate.errors import AnnotateError, DataError
from annotate.files import LINE_LIMIT, opened, storage_error

ZIP, BZIP2, XZ = b"PK\x03\x04", b"BZh", b"\xfd7zXZ"
"""How archives and compressed files begin that articles do not come in."""
DELIMITERS = (b",", b";", b"\t")
"""What separates cells: the one that a header has most of."""
NOT_LOADED = "name a release, or a folder of Parquet, CSV or JSON lines files"
_PART = 2**20


def loaded(folder: Path, split: str) -> tuple[Any, str]:
    """Return a split of the dataset in a folder and that split's name; where there is one alone, that one.

    Raises:
        DataError: it cannot be loaded, names data outside its folder, or holds a decompression bomb.
        StorageError: a file in it may not be read.
    """
    import datasets

    try:
        _check_within(folder)
        _check_sizes(folder)
        with _silent():
            found = _found(folder)
    except AnnotateError:
        raise
    except Exception as error:  # YAML, JSON, pandas, Arrow and their codecs each raise their own over a bad file
        raise _translated(error, folder) from error
    if not isinstance(found, datasets.DatasetDict):
        return found, split
    if split not in found and len(found) > 1:
        message = f"no {split} split"
        raise DataError(message, where=str(folder), hint=f"the splits there are {', '.join(found)}")
    name = split if split in found else next(iter(found))
    return found[name], name


def _found(folder: Path) -> Any:
    import datasets

    if (folder / "dataset_dict.json").is_file() or (folder / "state.json").is_file():
        return datasets.load_from_disk(str(folder))
    with tempfile.TemporaryDirectory() as cache:
        builder = datasets.load_dataset_builder(str(folder), cache_dir=cache)
        separator = _separator(builder) if builder.name == "csv" else ","
        more = {"sep": separator} if separator != "," else {}
        return datasets.load_dataset(str(folder), cache_dir=cache, keep_in_memory=True, **more)


def _separator(builder: Any) -> str:
    """Return what the cells of the first CSV file are separated by, where nobody said."""
    if (said := builder.config.sep) != ",":
        return str(said)
    path = next((Path(path) for paths in builder.config.data_files.values() for path in paths), None)
    if path is None or path.suffix == ".zip":
        return ","
    with opened(path) as stream:
        start = stream.read(6)
        stream.seek(0)
        with contextlib.suppress(Damaged):
            line = (_content(stream, start) or stream).readline(LINE_LIMIT)
            return max(DELIMITERS, key=line.count).decode()
    return ","


@contextlib.contextmanager
def _silent() -> Iterator[None]:
    """Keep `datasets` and the Hub's library from showing bars and logging what is said in an error here."""
    import datasets
    from huggingface_hub.utils import logging as hub

    bars, said, said_by_hub = datasets.is_progress_bar_enabled(), datasets.logging.get_verbosity(), hub.get_verbosity()
    datasets.disable_progress_bars()
    datasets.logging.set_verbosity(logging.CRITICAL)
    hub.set_verbosity(logging.CRITICAL)
    try:
        yield
    finally:
        datasets.logging.set_verbosity(said)
        hub.set_verbosity(said_by_hub)
        if bars:
            datasets.enable_progress_bars()


def _translated(error: Exception, folder: Path) -> AnnotateError:
    """Return an error of ours with the reason behind all that the libraries wrapped around it."""
    causes: list[BaseException] = [error]
    while causes[-1].__cause__ is not None:
        causes.append(causes[-1].__cause__)
    for cause in causes:
        if isinstance(cause, PermissionError):
            return storage_error(cause, Path(cause.filename or folder))
    cause = next((one for one in reversed(causes) if str(one).strip()), error)
    words = " ".join(str(cause).split())[:300]
    if isinstance(cause, LookupError | TypeError | AttributeError) or not words:
        words = f"{type(cause).__name__} {words}".strip()
    return DataError(f"not a dataset that can be loaded: {words}", where=str(folder), hint=NOT_LOADED)


def _check_within(folder: Path) -> None:
    """Raise where a file of the folder says that the data are elsewhere.

    Raises:
        DataError: a name leads out of the folder.
    """
    for path, name in _named(folder):
        place = PurePosixPath(name.replace("\\", "/"))
        if place.is_absolute() or ".." in place.parts or "://" in name:
            message = f"it names data outside its folder: {name!r}"
            hint = "copy the data into the folder, and name them by their place in it"
            raise DataError(message, where=str(path), hint=hint)


def _named(folder: Path) -> Iterator[tuple[Path, str]]:
    """Yield the names of files and folders that a dataset's own files give, with the file they stand in."""
    import yaml  # type: ignore[import-untyped]  # it ships no types
    from huggingface_hub import DatasetCard

    card, settings, splits = folder / "README.md", folder / ".huggingface.yaml", folder / "dataset_dict.json"
    said: list[tuple[Path, Any]] = []
    with _silent():
        if card.is_file():
            said.append((card, DatasetCard.load(card).data.to_dict()))
    if settings.is_file():
        said.append((settings, yaml.safe_load(settings.read_text(encoding="utf-8"))))
    for path, content in said:
        configs = content.get("configs") if isinstance(content, dict) else None
        for config in configs if isinstance(configs, list) else ():
            if isinstance(config, dict):
                yield from ((path, name) for key in ("data_files", "data_dir") for name in _strings(config.get(key)))
    folders = [folder]
    if splits.is_file():
        names = list(_strings(json.loads(splits.read_bytes()).get("splits")))
        yield from ((splits, name) for name in names)
        folders += [folder / name for name in names]
    for state in (each / "state.json" for each in folders):
        if state.is_file():
            yield from ((state, name) for name in _strings(json.loads(state.read_bytes()).get("_data_files")))


def _strings(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict | list):
        for one in value.values() if isinstance(value, dict) else value:
            yield from _strings(one)


def _check_sizes(folder: Path) -> None:
    """Raise before anything is loaded where far more would come out of a compressed file than is in it.

    Raises:
        DataError: it is a decompression bomb, or damaged.
    """
    for path in sorted(folder.rglob("*")):
        if not path.is_file():
            continue
        packed = path.stat().st_size
        try:
            went = _unpacked(path, packed)
        except (Damaged, zipfile.BadZipFile, lzma.LZMAError, EOFError, zlib.error) as error:
            message = error.problem if isinstance(error, Damaged) else f"the compressed data are damaged: {error}"
            raise DataError(message, where=str(path), hint="make or fetch the file again") from error
        if exploding(packed, went):
            message = f"a decompression bomb: {went:,} bytes or more come out of {packed:,}"
            hint = f"unpack it yourself if you trust it; {BOMB_BYTES:,} bytes, or {BOMB_RATIO} times as many as are in it, may"
            raise DataError(message, where=str(path), hint=hint)


def _unpacked(path: Path, packed: int) -> int:
    """Return how many bytes come out of a compressed file, counted until it is a bomb; 0 for any other file."""
    went = 0
    with opened(path) as stream:
        start = stream.read(6)
        stream.seek(0)
        if start.startswith(ZIP):
            with zipfile.ZipFile(stream) as archive:
                return sum(member.file_size for member in archive.infolist())
        content = _content(stream, start)
        while content is not None and not exploding(packed, went) and (part := content.read(_PART)):
            went += len(part)
    return went


def _content(stream: IO[bytes], start: bytes) -> IO[bytes] | None:
    """Return what is in a compressed stream that begins with these bytes; none where they tell of no compression."""
    if start.startswith(BZIP2):
        return bz2.open(stream)
    if start.startswith(XZ):
        return lzma.open(stream)
    return decompressed(stream, start)
