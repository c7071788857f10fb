"""Words written with a full stop that does not end their sentence, by how they behave."""

from __future__ import annotations


def _words(line: str) -> frozenset[str]:
    return frozenset(line.split())


TITLES = _words(
    """mr mrs ms mx dr prof gen maj brig col lt capt cpt sgt cpl pvt cmdr adm pte insp supt det const gov sen rep cllr
    rev fr hon pres amb min st mt ft messrs mme mlle mgr vs v viz cf al approx ca dept univ assn natl intl tel ext
    e.g i.e rs"""
)
"""A name, a number or the rest of the sentence follows them."""

NUMBERED = _words("""no nos nr fig figs art arts sec secs ch vol p pp para paras eq ed cap item app""")
"""They continue before a digit only."""

DATED = _words("""jan feb mar apr jun jul aug sep sept oct nov dec mon tue tues wed thu thur thurs fri sat sun""")
"""Months continue before a digit, and both months and days before anything that does not start a sentence."""

ENDING = _words(
    """inc corp co ltd plc llc llp bros jr sr esq a.m p.m st ave blvd rd sq hq est ret gmbh ala ariz ark calif colo
    conn del fla ga ill ind kan ky la mass md mich minn miss mo mont neb nev okla ore pa penn tenn tex va vt wash wis
    wyo ont que"""
)
"""They may end a sentence, and do where a word follows that starts one."""

STARTERS = _words(
    """a about according after all also although among an and another any as asked at because before both but by
    despite did do does during each earlier even every few for from had has have he her here his how however if in
    instead is it its last later many meanwhile more most my neither never no nobody none nor not nothing now of
    officials on one only or other others our over police she since so some still such that the their then there
    these they this those though to today two under until we what when where whether which while who why will with
    would yet you your yesterday"""
)
"""Words that commonly start a sentence and are no part of a name."""

SPEECH = _words(
    """said says asked asks told tells added adds wrote writes shouted replied replies answered cried tweeted posted
    demanded wondered exclaimed insisted"""
)
"""Verbs that attribute a question or an exclamation to whoever made it."""
