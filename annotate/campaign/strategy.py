"""What makes an article worth labelling next."""

from __future__ import annotations

from enum import StrEnum


class Strategy(StrEnum):
    """A way to choose articles (see :mod:`annotate.campaign.selection`)."""

    UNCERTAINTY = "uncertainty"
    DISAGREEMENT = "disagreement"
    DIVERSITY = "diversity"
    RANDOM = "random"
