"""The labelling screen is made from the codebook; what its answers mean has a hash, its looks do not."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from importlib.resources import files

import msgspec
import pytest

from annotate.codebook import Codebook
from annotate.errors import DataError
from annotate.studio.interface import BASIS, basis_layer, config_hash, controls, label_config


def test_every_label_and_choice_is_on_the_screen(book: Codebook) -> None:
    """Each layer is a control with its labels, each decision one with its choices, under the codebook's names."""
    found = controls(label_config(book))
    assert list(found) == ["claim", "hedge", "source", BASIS, "article", "note"]
    for layer in book.layer:
        assert found[layer.name].labels == tuple(sorted(book.labels(layer.name)))
    assert found["article"].labels == ("disclaimer_covers", "no_claim", "single_origin", "unsure")
    assert found["note"].tag == "TextArea"
    assert {control.to_name for control in found.values()} == {"text"}


def test_hotkeys_and_colours_are_the_codebooks(book: Codebook) -> None:
    """A label is chosen by the codebook's key and drawn in its colour."""
    root = ET.fromstring(label_config(book))  # noqa: S314 - made here
    drawn = {label.get("value"): (label.get("hotkey"), label.get("background")) for label in root.iter("Label")}
    assert drawn == {label.name: (label.hotkey, label.color) for layer in book.layer for label in layer.label}


def test_the_screen_is_the_same_bytes_every_time(book: Codebook) -> None:
    """Two makings of one codebook's screen do not differ."""
    assert label_config(book) == label_config(msgspec.structs.replace(book))


def test_text_is_text_and_offsets_are_code_points(book: Codebook) -> None:
    """The article is shown as Text: HyperText would count other units and show markup of strangers."""
    tags = [tag.tag for tag in ET.fromstring(label_config(book)).iter()]  # noqa: S314 - made here
    assert tags.count("Text") == 1
    assert "HyperText" not in tags


def test_looks_do_not_count_and_meaning_does(book: Codebook) -> None:
    """Colours, keys, titles and the order of labels leave the hash alone; a label, a name or a layer does not."""
    config = label_config(book)
    first, *others = book.layer
    change = msgspec.structs.replace
    looks = change(
        first, title="Other", label=tuple(change(one, color="#123456", hotkey="") for one in first.label[::-1])
    )
    assert config_hash(label_config(change(book, layer=(looks, *others)))) == config_hash(config)
    for other in (
        change(book, layer=tuple(others)),
        change(book, layer=(change(first, label=first.label[1:]), *others)),
        change(book, layer=(change(first, name="statement"), *others)),
        change(book, decision=()),
    ):
        assert config_hash(label_config(other)) != config_hash(config)


def test_what_label_studio_gives_back_has_the_same_hash(book: Codebook) -> None:
    """White space at the ends, which the server cuts, does not count."""
    assert config_hash(label_config(book).strip()) == config_hash(label_config(book))


def test_the_style_survives_xml(book: Codebook) -> None:
    """No rule holds a character that XML escapes: Label Studio takes the style as it stands in the source."""
    assert not {"<", ">", "&"} & set((files("annotate.studio") / "interface.css").read_text(encoding="utf-8"))
    assert "&" not in label_config(msgspec.structs.replace(book, layer=(), basis=(), link=(), decision=()))


@pytest.mark.parametrize("xml", ["", "<View>", '<!DOCTYPE x [<!ENTITY a "b">]><View/>', "no xml 🕊"])
def test_what_is_no_config_is_an_error(xml: str) -> None:
    """Broken XML and declared entities are refused."""
    with pytest.raises(DataError):
        controls(xml)


def test_a_codebook_without_layers_or_bases_has_a_screen(book: Codebook) -> None:
    """An article-level codebook asks only its decisions, and no basis."""
    bare = msgspec.structs.replace(book, layer=(), basis=(), link=())
    assert list(controls(label_config(bare))) == ["article", "note"]
    assert basis_layer(bare) is None
    assert basis_layer(book) == "claim"
