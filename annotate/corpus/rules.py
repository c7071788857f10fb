"""What a line is by its own words: promo, credit, disclaimer or caption, and the signature of an embedded post."""

from __future__ import annotations

import re

from annotate.records import SegmentKind

MONTHS = (
    "jan(?:uary|\\.)?|feb(?:ruary|\\.)?|mar(?:ch|\\.)?|apr(?:il|\\.)?|may|june?|july?|aug(?:ust|\\.)?"
    "|sep(?:tember|t\\.?|\\.)?|oct(?:ober|\\.)?|nov(?:ember|\\.)?|dec(?:ember|\\.)?"
)
"""Regular expression for an English month, in lower case."""

_SHORT = 200
_AGENCIES = "ap|afp|reuters|epa|upi|pti|ani|ians|dpa|tass|xinhua|bloomberg|getty(?: images)?|agencies"
_BREAK = r"\s*(?:[:|>»\-–—]|$)"

_PROMO = re.compile(
    rf"""(?:also|must)[ -]read{_BREAK}
      | read\ (?:also|more|next|this|on){_BREAK}
      | read\ more\ (?:about|on|at|from|here)\b
      | see\ also{_BREAK}
      | (?:related|recommended|more)(?:\ (?:stor(?:y|ies)|articles?|news|coverage|links?|reading))?{_BREAK}
      | (?:more\ on\ this|most\ read|you\ (?:may|might)\ also\ like|trending(?:\ now)?|don['’]t\ miss){_BREAK}
      | (?:watch|listen|live|in\ pictures|in\ photos)(?:\ (?:now|live|also|more|here))?\s*[:|]
      | (?:sign\ up\ (?:for|to)|subscribe\ to|follow\ us\ on|join\ us\ on|like\ us\ on|click\ here|tap\ here)\b
      | (?:advertisement|advert|sponsored(?:\ content)?)$""",
    re.IGNORECASE | re.VERBOSE,
)

_CREDIT = re.compile(
    rf"""\(?(?:with\ )?(?:additional\ |further\ |agency\ )?(?:inputs?|reporting|reports|contributions?|files)
            \ (?:from|by)\b
      | \(?(?:writing|editing|edited|compiled|translated|produced|photography|graphics?)\ by\b
      | \(?(?:source|sources|agency|agencies)\s*:\s
      | [(\[]?(?:{_AGENCIES})(?:\s*[/,&]\s*(?:{_AGENCIES}))*[)\]]?$""",
    re.IGNORECASE | re.VERBOSE,
)

_DISCLAIMER = re.compile(
    r"""disclaimer\b
      | (?:correction|clarification|editor['’]?s['’]?\ note|note\ to\ (?:readers|editors)|note)
            (?:[\ ,(][^:]{0,60})?[:—–]
      | update[^:]{0,40}:\s*(?:adds|recasts|updates|corrects|changes|clarifies|fixes|removes)\b
      | updated\b.{0,60}\bto\ (?:add|correct|clarify|include|reflect|remove)\b
      | (?:this|an\ earlier\ version\ of\ this)\ (?:article|story|report|post|page|piece)\ (?:was|has\ been|is)
            \ (?:\w+\ )?(?:updated|corrected|amended|published|republished|translated|produced|generated)\b
      | (?:the\ )?(?:views|opinions)\ expressed\b
      | (?:©|\(c\)|copyright\b|all\ rights\ reserved)""",
    re.IGNORECASE | re.VERBOSE,
)

_SMALL_PRINT = re.compile(
    r"""\bpresumed\ innocent\b
      | \b(?:substitute\ for|takes?\ the\ place\ of|(?:constitutes?|intended\ as|taken\ as))\b.{0,60}\badvice\b
      | \bdo(?:es)?\ not\ necessarily\ (?:reflect|represent)\b""",
    re.IGNORECASE | re.VERBOSE,
)

_CAPTION = re.compile(
    r"""(?:(?:file|representative|handout)\ )?
        (?:photo(?:graph)?s?|images?|pictures?|pictured|illustration|video|graphic|map|chart)
            (?:\ (?:by|credit|courtesy|caption))?\s*[:|©]""",
    re.IGNORECASE | re.VERBOSE,
)
_CAPTION_END = re.compile(
    rf"""[(\[][^()\[\]]{{0,40}}\b(?:photo|image|picture|getty|handout)[^()\[\]]{{0,60}}[)\]]\.?$
      | /(?:{_AGENCIES})[)\]]?$""",
    re.IGNORECASE | re.VERBOSE,
)

_SIGNATURE = re.compile(
    r"(?:^|(?<=\s))(?:[—–―]|--)\s?[^\n—–]{1,80}?\(@[\w.]{1,40}(?:@[\w.-]+)?\)(?:,?\s[^.!?\n]{0,40}\d[^.!?\n]{0,20})?$"
)


def kind_of(line: str, *, last: bool = False) -> SegmentKind | None:
    """Return what a paragraph is by its own words, none where they do not say.

    Args:
        line: one paragraph without its newline.
        last: it is among the last of its article, where outlets put their small print.

    >>> str(kind_of("(With inputs from agencies)"))
    'credit'
    """
    if _DISCLAIMER.match(line) or (last and _SMALL_PRINT.search(line)):
        return SegmentKind.DISCLAIMER
    if len(line) > _SHORT:
        return None
    if _PROMO.match(line):
        return SegmentKind.PROMO
    if _CREDIT.match(line):
        return SegmentKind.CREDIT
    if _CAPTION.match(line) or _CAPTION_END.search(line):
        return SegmentKind.CAPTION
    return None


_BYLINE = re.compile(r"by\s[^.!?:]{3,80}$", re.IGNORECASE)
_STAMP = re.compile(
    rf"(?:(?:first\ )?(?:published|updated|posted|last\ (?:updated|modified))\b[^.!?]{{0,80}}\d[^.!?]{{0,20}}"
    rf"|[^.!?]{{0,60}}\b(?:\d{{1,2}}\ (?:{MONTHS})|(?:{MONTHS})\ \d{{1,2}}),?\ \d{{4}})$",
    re.IGNORECASE,
)


def is_byline(line: str) -> bool:
    """Return whether a line near the top says only who wrote the article, or when.

    >>> is_byline("By Ann Boe, chief correspondent"), is_byline("By noon the water had gone.")
    (True, False)
    """
    named = _BYLINE.match(line) is not None and sum(word[0].isupper() for word in line.split()[1:]) > 1
    return named or _STAMP.match(line) is not None


def signature_start(line: str) -> int | None:
    """Return where the signature of an embedded post begins, which ends the line; none where there is none.

    >>> signature_start("— Ann Boe (@annboe) January 12, 2025")
    0
    """
    found = _SIGNATURE.search(line)
    return found.start() if found else None
