"""The labelling screen, made from the codebook; and what a screen's XML means, whoever made it."""

from __future__ import annotations

import hashlib
import xml.etree.ElementTree as ET
from importlib.resources import files

import msgspec

from annotate.codebook import Codebook, Decision, Layer
from annotate.errors import DataError

TEXT = "text"
"""Name of the text on the screen, and its key in a task's data."""
BASIS = "basis"
"""Name of the choice that says what a claim's status rests on, where the annotator has to say so."""

_CONTROLS = frozenset({"Choices", "TextArea", "Taxonomy", "Rating", "Number", "DateTime", "Pairwise", "Ranker"})


class Control(msgspec.Struct, frozen=True, kw_only=True):
    """One tag that annotators answer with.

    Attributes:
        name: as results name it.
        tag: ``Labels``, ``Choices``, ``TextArea``, …
        to_name: the object it speaks of.
        labels: what can be chosen, sorted; empty for free text.
    """

    name: str
    tag: str
    to_name: str
    labels: tuple[str, ...] = ()


def label_config(codebook: Codebook) -> str:
    """Return the Label Studio config of a codebook, the same bytes every time.

    Left, always in sight: one row of labels a layer and the decisions about the whole task. Right: the text. A claim
    with its status is one hotkey and one drag. Links carry no label, since their type follows from their ends.
    """
    root = ET.Element("View", className="annotate")
    ET.SubElement(root, "Style").text = "\n" + (files("annotate.studio") / "interface.css").read_text(encoding="utf-8")
    tools = ET.SubElement(root, "View", className="annotate-tools")
    for layer in codebook.layer:
        _labels(tools, layer)
    _basis(tools, codebook)
    for decision in codebook.decision:
        _decision(tools, decision)
    page = ET.SubElement(root, "View", className="annotate-page")
    head = ET.SubElement(page, "View", className="annotate-head")
    for key in ("outlet", "published"):
        _title(head, f"${key}")
    around = codebook.unit == "sentence"
    if around:
        _around(page, "before")
    else:
        _title(
            ET.SubElement(head, "View", className="annotate-title"), "$title"
        )  # unseen: the first line is a headline
    box = ET.SubElement(page, "View", className="annotate-sentence") if around else page
    ET.SubElement(box, "Text", name=TEXT, value=f"${TEXT}", granularity="word")
    if around:
        _around(page, "after")
    ET.indent(root)
    return ET.tostring(root, encoding="unicode") + "\n"


def _around(page: ET.Element, side: str) -> None:
    """Show what stands before or after the sentence that is to be labelled; nothing there can be marked."""
    ET.SubElement(ET.SubElement(page, "View", className="annotate-around"), "Text", name=side, value=f"${side}")


def basis_layer(codebook: Codebook) -> str | None:
    """Return the layer whose spans store a basis: the one whose labels the codebook's bases name; none without bases."""
    named = {basis.label for basis in codebook.basis if basis.label}
    fitting = [layer.name for layer in codebook.layer if named & {label.name for label in layer.label}]
    return fitting[0] if fitting else None


def _title(parent: ET.Element, text: str) -> None:
    ET.SubElement(parent, "Header", value=text, size="5", style="margin: 0")


def _labels(parent: ET.Element, layer: Layer) -> None:
    box = ET.SubElement(parent, "View", className="annotate-layer")
    _title(box, layer.title)
    control = ET.SubElement(box, "Labels", name=layer.name, toName=TEXT, showInline="false")
    for label in layer.label:
        attributes = {"value": label.name, "background": label.color, "hint": label.question or label.definition}
        if label.hotkey:
            attributes["hotkey"] = label.hotkey
        ET.SubElement(control, "Label", attributes | _spoken(label.name))


def _spoken(name: str) -> dict[str, str]:
    """Return what shows a name with spaces for its underscores; the stored value stays the name."""
    return {"html": name.replace("_", " ")} if "_" in name else {}


def _basis(parent: ET.Element, codebook: Codebook) -> None:
    layer = basis_layer(codebook)
    offered = [basis for basis in codebook.basis if basis.choice]
    if layer is None or not offered:
        return
    labels = sorted({basis.label for basis in offered if basis.label}) or list(codebook.labels(layer))
    shown = {"visibleWhen": "region-selected", "whenTagName": layer, "whenLabelValue": ",".join(labels)}
    box = ET.SubElement(parent, "View", {"className": "annotate-layer", **shown})
    _title(box, "It rests on")
    control = ET.SubElement(
        box, "Choices", {"name": BASIS, "toName": TEXT, "perRegion": "true", "choice": "multiple", **shown}
    )
    for basis in offered:
        ET.SubElement(control, "Choice", {"value": basis.name, "hint": basis.definition} | _spoken(basis.name))


def _decision(parent: ET.Element, decision: Decision) -> None:
    box = ET.SubElement(parent, "View", className="annotate-decision")
    _title(box, decision.title)
    if decision.text:
        ET.SubElement(box, "TextArea", name=decision.name, toName=TEXT, rows="1", editable="true")
        return
    kind = "single-radio" if decision.single else "multiple"
    control = ET.SubElement(box, "Choices", name=decision.name, toName=TEXT, choice=kind)
    for choice in decision.choices:
        attributes = {"value": choice.name, "hint": choice.definition}
        if choice.hotkey:
            attributes["hotkey"] = choice.hotkey
        ET.SubElement(control, "Choice", attributes | _spoken(choice.name))


def controls(xml: str) -> dict[str, Control]:
    """Return the controls of any label config by name, in the order in which they stand.

    Raises:
        DataError: it is not XML, or declares entities.
    """
    if "<!DOCTYPE" in xml or "<!ENTITY" in xml:
        raise DataError("the label config declares a document type; none is needed", hint="remove the declaration")
    try:
        root = ET.fromstring(xml)  # noqa: S314 - declarations, and with them entities, were refused above
    except ET.ParseError as error:
        raise DataError(f"the label config is not XML: {error}") from error
    found = {}
    for tag in root.iter():
        name, to_name = tag.get("name"), tag.get("toName")
        if name and to_name and (tag.tag in _CONTROLS or tag.tag.endswith("Labels")):
            values = {child.get("alias") or child.get("value") or "" for child in tag.iter() if child is not tag}
            found[name] = Control(name=name, tag=tag.tag, to_name=to_name, labels=tuple(sorted(values - {""})))
    return found


def config_hash(xml: str) -> str:
    """Return the SHA-256 of what a config's results depend on, 64 hexadecimal digits.

    Names, tags and labels of the controls count; layout, colours, hotkeys and the order of labels do not: changing
    those orphans no annotation.

    Raises:
        DataError: it is not XML.
    """
    meaning = sorted(controls(xml).values(), key=lambda control: control.name)
    return hashlib.sha256(msgspec.json.encode(meaning)).hexdigest()
