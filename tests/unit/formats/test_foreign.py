"""Files of others: brat with its own types, Szeged's XML, and what is broken in either."""

from __future__ import annotations

from pathlib import Path

import pytest

from annotate.codebook import Codebook
from annotate.errors import DataError, RecordError
from annotate.formats import brat, szeged, table
from annotate.formats.marks import Marks, as_annotations, frozen
from annotate.records import Annotation, Article, SetAside

XML = """<?xml version="1.0"?><Annotation><DocumentSet><Document><DocumentPart>
<Sentence>Dams <ccue type="speculation_modal_probable_">may</ccue> fail 🕊.</Sentence>
<Sentence>We ask <ccue type="speculation_hypo_investigation _">whether</ccue> &amp; <ccue type="new">if <ccue type="speculation_hypo_condition _">so</ccue></ccue>.</Sentence>
</DocumentPart></Document><Document></Document></DocumentSet></Annotation>"""


def test_szeged_cues_become_hedges(tmp_path: Path, book: Codebook) -> None:
    """Cues keep their place on sentences of their own lines, nested ones too; known types get the codebook's labels."""
    path = tmp_path / "s.xml"
    path.write_text(XML, encoding="utf-8")
    found = list(szeged.read(path))
    (article, marks) = found[0] if not isinstance(found[0], SetAside) else (None, None)
    assert article is not None
    assert marks is not None
    assert article.text == "Dams may fail 🕊.\nWe ask whether & if so."
    assert {(span.label, span.text) for span in marks.spans} == {
        ("epistemic", "may"),
        ("investigation", "whether"),
        ("new", "if so"),
        ("condition", "so"),
    }
    assert isinstance(found[1], SetAside)
    (annotation,) = as_annotations([marks], book, "s", "szeged")
    assert isinstance(annotation, Annotation)
    assert annotation.codebook.name.startswith("foreign:")


@pytest.mark.parametrize("text", ["<a>", '<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>', "no xml"])
def test_broken_or_hostile_xml_is_refused(text: str, tmp_path: Path) -> None:
    """What is not XML, or declares entities, is a RecordError that names the file."""
    path = tmp_path / "s.xml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(RecordError, match=r"s\.xml"):
        list(szeged.read(path))


def test_foreign_brat_types_keep_their_names(tmp_path: Path, book: Codebook) -> None:
    """Types without our joint go to the layer ``label``; fragments become one span; other lines are set aside."""
    (tmp_path / "d.txt").write_text("\ufeffHe said\r\nso, cafe\u0301 🕊 too.", encoding="utf-8", newline="")
    (tmp_path / "d.ann").write_text(
        "T1\tCue 4 8;10 12\tsaid so\nE1\tEvent:T1\nT2\tSource 1 3\tHe\nT3\tSource 1 3\tShe\nR1\tby Arg1:T1 Arg2:T2\n",
        encoding="utf-8",
    )
    made: dict[str, Article] = {}
    found = list(as_annotations(frozen(brat.read(tmp_path), made), book, "b", "brat"))
    aside = [record for record in found if isinstance(record, SetAside)]
    assert [record.reason for record in aside] == ["unknown_line", "span"]
    (annotation,) = [record for record in found if isinstance(record, Annotation)]
    (article,) = made.values()
    assert annotation.article_id == article.id
    assert [(span.layer, span.label, span.text) for span in annotation.spans] == [
        ("label", "Source", "He"),
        ("label", "Cue", "said\nso"),
    ]
    assert [(link.type, link.from_, link.to) for link in annotation.links] == [("by", "T1", "T2")]


def test_an_empty_folder_is_no_brat_folder(tmp_path: Path) -> None:
    """Nothing to read is said, with what is expected."""
    with pytest.raises(DataError, match=r"no \.ann file"):
        list(brat.read(tmp_path))


def test_rows_that_are_no_spans_are_set_aside() -> None:
    """A row with words for offsets is set aside with its number; the others count."""
    rows = ["article_id,span,layer,label,start,end,text\n", "a,g1,hedge,may,x,3,may\n", "a,g2,hedge,may,0,3,may\n"]
    found = list(table.read(rows, "t.csv"))
    assert [type(record) for record in found] == [SetAside, Marks]
    assert isinstance(found[0], SetAside)
    assert found[0].where == "t.csv, row 2"


def test_polnear_attributions_load(shared: Path, book: Codebook, tmp_path: Path) -> None:
    """Real brat files of real news: every document is read, its texts frozen, and every span proved."""
    texts, names = (
        shared / "polnear" / "dev" / "text",
        sorted((shared / "polnear" / "dev" / "attributions").glob("*.ann"))[:20],
    )
    for path in names:
        text = texts / f"{path.stem.rpartition('_')[0]}.txt"
        (tmp_path / f"{path.stem}.txt").write_bytes(text.read_bytes())
        (tmp_path / path.name).write_bytes(path.read_bytes())
    made: dict[str, Article] = {}
    found = list(as_annotations(frozen(brat.read(tmp_path), made), book, "polnear", "brat"))
    annotations = [record for record in found if isinstance(record, Annotation)]
    assert len(annotations) == len(names)
    assert not [record for record in found if isinstance(record, SetAside) and record.reason == "span"]
    assert sum(len(annotation.spans) for annotation in annotations) > 500
