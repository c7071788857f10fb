"""All rooms of a campaign → one file of annotations, and its plan with pseudonyms in the place of names."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping

from msgspec.structs import replace

from annotate.campaign.assignments import Assignment
from annotate.campaign.rooms import standing
from annotate.codebook import Codebook
from annotate.errors import NotThere
from annotate.records import Annotation, Article, SetAside
from annotate.studio.accounts import email_of
from annotate.studio.client import Client
from annotate.studio.pull import Pull
from annotate.studio.results import newest


class CampaignPull:
    """One pull of all rooms of one version of the codebook.

    Attributes:
        rooms: titles of the projects that are pulled.
        counts: annotations by status, and ``untouched`` tasks.
        left: titles of rooms of other versions, which are pulled with their own codebook.
    """

    def __init__(self, client: Client, campaign: str, codebook: Codebook) -> None:
        """Look the rooms up.

        Raises:
            NotThere: there are none.
            CodebookError: the screen of one is not the one that this codebook makes.
        """
        there = standing(client, campaign)
        self.rooms = [text for text, room in there.items() if room.version == codebook.version]
        self.left = [text for text in there if text not in self.rooms]
        if not self.rooms:
            message = f"campaign {campaign!r} has no project under codebook version {codebook.version}"
            hint = f"there are: {', '.join(self.left) or 'none'}; `annotate campaign push` makes them"
            raise NotThere(message, where=client.url, hint=hint)
        self._pulls = [Pull(client, text, codebook) for text in self.rooms]
        self.counts: Counter[str] = Counter()
        self.notes: Counter[str] = Counter()

    def annotations(
        self, pseudonym: Callable[[str], str], articles: Mapping[str, Article] | None = None
    ) -> Iterator[Annotation | SetAside]:
        """Yield every annotation of all rooms, each span proved; of two by one person on one text, the newest."""
        for record in newest(found for one in self._pulls for found in one.annotations(pseudonym, articles=articles)):
            if isinstance(record, Annotation):
                self.counts[record.status.value] += 1
            yield record
        for one in self._pulls:
            self.counts["untouched"] += one.counts["untouched"]
            self.notes.update(one.notes)


def pseudonymous(assignments: Iterable[Assignment], pseudonym: Callable[[str], str]) -> Iterator[Assignment]:
    """Yield a plan with pseudonyms for its annotators, as the pulled annotations name them."""
    for one in assignments:
        yield replace(one, annotator=pseudonym(email_of(one.annotator)))
