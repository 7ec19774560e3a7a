"""Entries that design and sweep files have in common."""

from pnn_studio.domain.dataset import DataReference
from pnn_studio.domain.fields import Fields
from pnn_studio.domain.layout import MAX_HIDDEN_LAYERS, MAX_NEURONS, Layout


def check_version(root: Fields, file_format: str, newest: int) -> None:
    """Refuse another kind of file, or one of a version that is still to come."""
    root.expect("format", file_format)
    version = root.integer("version", 1)
    if version > newest:
        raise root.fail(
            "version",
            f"the file was written by a newer version ({version}; this one reads up to {newest}). "
            "Nothing was changed.",
        )


def read_layout(table: Fields) -> Layout:
    """Read a layout."""
    return Layout(
        inputs=table.integer("inputs", 1),
        hidden=table.integers("hidden", 1, MAX_NEURONS, MAX_HIDDEN_LAYERS),
        outputs=table.integer("outputs", 1),
        crossbar="modified"
        if table.text("crossbar", ["modified", "original"]) == "modified"
        else "original",
        sharing="network" if table.text("sharing", ["network", "layer"]) == "network" else "layer",
    )


def read_data_reference(table: Fields) -> DataReference:
    """Read where data come from."""
    label = table.text("label") if table.has("label") else None
    source = table.text("source")
    if not source or "\0" in source:
        raise table.fail("source", "must be the name of a data set or the path of a file.")
    return DataReference(source, label, table.integer("split_seed"), table.text("fingerprint"))
