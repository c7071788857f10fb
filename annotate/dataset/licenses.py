"""Licences: their names on the Hub, and what may be passed on under them."""

from __future__ import annotations

import re
from collections.abc import Mapping

KNOWN = frozenset(
    {
        "apache-2.0",
        "bsd-2-clause",
        "bsd-3-clause",
        "cc-by-3.0",
        "cc-by-4.0",
        "cc-by-nc-4.0",
        "cc-by-nc-nd-4.0",
        "cc-by-nc-sa-4.0",
        "cc-by-nd-4.0",
        "cc-by-sa-3.0",
        "cc-by-sa-4.0",
        "cc0-1.0",
        "gpl-3.0",
        "mit",
        "odbl",
        "odc-by",
        "pddl",
        "unlicense",
    }
)
"""Licences that the Hub knows by these names: SPDX identifiers in small letters. All permit passing the text on."""

_CREATIVE = re.compile(
    r"https?://creativecommons\.org/(?:licenses/([a-z-]+)|publicdomain/(zero))/(\d\.\d)/?(?:deed.*)?"
)


def hub_license(name: str | None) -> str:
    """Return a licence's name on the Hub: ``other`` where it has none, ``unknown`` where none is stated.

    >>> hub_license("CC-BY-4.0"), hub_license("https://creativecommons.org/publicdomain/zero/1.0/"), hub_license("ask me")
    ('cc-by-4.0', 'cc0-1.0', 'other')
    """
    if name is None:
        return "unknown"
    if found := _CREATIVE.fullmatch(name.strip()):
        name = f"cc0-{found[3]}" if found[2] else f"cc-{found[1]}-{found[3]}"
    folded = name.strip().lower()
    return folded if folded in KNOWN else "other"


def not_permitted(licenses: Mapping[str | None, int]) -> dict[str, int]:
    """Return the licences under which the text may not be passed on, as far as we can tell, with their counts.

    >>> not_permitted({"CC0-1.0": 3, None: 2, "all rights reserved": 1})
    {'all rights reserved': 1, 'not stated': 2}
    """
    found = {name or "not stated": n for name, n in licenses.items() if n and hub_license(name) not in KNOWN}
    return dict(sorted(found.items()))
