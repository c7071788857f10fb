"""A config's columns, in the form that `datasets` writes into Parquet files, and as an Arrow schema.

`datasets` itself takes seconds to import and is needed only by those who read; a test holds both forms equal.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

Feature = dict[str, Any]
Features = dict[str, Feature]


def value(dtype: str) -> Feature:
    """Return a plain column: ``string``, ``int32``, ``float64`` or ``bool``."""
    return {"dtype": dtype, "_type": "Value"}


def class_label(names: Sequence[str]) -> Feature:
    """Return a column of labels, stored as their places in this order."""
    return {"names": list(names), "_type": "ClassLabel"}


def list_of(feature: Feature) -> Feature:
    """Return a column of lists."""
    return {"feature": feature, "_type": "List"}


TEXT, NUMBER, SHARE, FLAG = value("string"), value("int32"), value("float64"), value("bool")


def arrow_schema(features: Features) -> Any:
    """Return the Arrow schema, with the features in its metadata as `datasets` looks for them."""
    import pyarrow as pa

    schema = pa.schema([pa.field(name, _arrow_type(feature)) for name, feature in features.items()])
    return schema.with_metadata({"huggingface": json.dumps({"info": {"features": features}})})


def _arrow_type(feature: Feature) -> Any:
    import pyarrow as pa

    kind = feature.get("_type")
    if kind == "ClassLabel":
        return pa.int64()
    if kind == "List":
        return pa.list_(_arrow_type(feature["feature"]))
    if kind == "Value":
        plain = {"string": pa.string(), "int32": pa.int32(), "float64": pa.float64(), "bool": pa.bool_()}
        return plain[feature["dtype"]]
    return pa.struct([pa.field(name, _arrow_type(inner)) for name, inner in feature.items()])
