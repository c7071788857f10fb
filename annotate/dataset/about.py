"""What the makers say of a release: its name, version, licence and authors, from a TOML file."""

from __future__ import annotations

import tomllib
from pathlib import Path

import msgspec

from annotate.errors import RecordError
from annotate.files import opened


class About(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What stands in a `release.toml`; every field may be left out.

    Attributes:
        title: of the dataset; the codebook's title where there is none.
        description: one paragraph, for the card and the metadata.
        version: of the release, such as 1.2.0.
        released: day of publication, YYYY-MM-DD.
        license: of the annotations (labels, votes, offsets), as an SPDX identifier.
        article_license: of the articles that name no licence themselves.
        creators: people or groups, as they wish to be cited.
        url: where the dataset is found.
        doi: without the resolver's address.
        contact: where to write to.
        consent: who was asked, and how annotators were recruited and paid.
        maintenance: who keeps it, and how mistakes are reported.
    """

    title: str | None = None
    description: str | None = None
    version: str | None = None
    released: str | None = None
    license: str | None = None
    article_license: str | None = None
    creators: tuple[str, ...] = ()
    url: str | None = None
    doi: str | None = None
    contact: str | None = None
    consent: str | None = None
    maintenance: str | None = None


def read_about(path: Path) -> About:
    """Return what a TOML file says of a release.

    Raises:
        RecordError: it is no TOML, or has a field that is not known.
        StorageError: it cannot be read.
    """
    with opened(path) as stream:
        data = stream.read()
    try:
        return msgspec.convert(tomllib.loads(data.decode("utf-8-sig")), About)
    except (UnicodeDecodeError, tomllib.TOMLDecodeError, msgspec.ValidationError) as error:
        fields = ", ".join(field.name for field in msgspec.structs.fields(About))
        raise RecordError(str(error), where=str(path), hint=f"the fields are {fields}") from error
