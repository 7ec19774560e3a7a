"""What a person calls a run: a name in place of the one that it was given, and tags to find it."""

from collections.abc import Iterable
from dataclasses import dataclass

from pnn_studio.domain.design_ref import RunId
from pnn_studio.errors import UsageError, one_line

MAX_NAME, MAX_TAG, MAX_TAGS = 80, 24, 8


@dataclass(frozen=True)
class RunLabel:
    """Name and tags of a run.

    Attributes
    ----------
    run : int
        Its id.
    name : str
        Empty for the one that it was given.
    tags : tuple of str
        In the order in which they were typed.
    """

    run: RunId
    name: str = ""
    tags: tuple[str, ...] = ()


def read_name(text: str) -> str:
    """Read the name of a run as it was typed, on one line.

    Raises
    ------
    UsageError
        Where it is too long.

    Examples
    --------
    >>> read_name("  wide,  loaded ")
    'wide, loaded'
    """
    name = one_line(text)
    if len(name) > MAX_NAME:
        raise UsageError(f"The name of a run has at most {MAX_NAME} characters, not {len(name)}.")
    return name


def read_tags(text: str) -> tuple[str, ...]:
    """Read tags as they were typed, between commas; one that comes twice counts once.

    Raises
    ------
    UsageError
        Where there are too many, or one is too long.

    Examples
    --------
    >>> read_tags("paper, baseline,, Paper ")
    ('paper', 'baseline')
    """
    tags: list[str] = []
    for part in text.split(","):
        tag = one_line(part)
        if len(tag) > MAX_TAG:
            raise UsageError(f"A tag has at most {MAX_TAG} characters; {tag!r:.40} has {len(tag)}.")
        if tag and tag.casefold() not in {each.casefold() for each in tags}:
            tags.append(tag)
    if len(tags) > MAX_TAGS:
        raise UsageError(f"A run has at most {MAX_TAGS} tags, not {len(tags)}.")
    return tuple(tags)


def label_of(labels: Iterable[RunLabel], run: RunId) -> RunLabel:
    """Return what a run is called; one without name and tags where nobody has said."""
    return next((each for each in labels if each.run == run), RunLabel(run))


def labelled(labels: Iterable[RunLabel], label: RunLabel) -> tuple[RunLabel, ...]:
    """Take what a run is called into the labels; one that says nothing is not kept."""
    others = tuple(each for each in labels if each.run != label.run)
    return (*others, label) if label.name or label.tags else others


def fits(wanted: str, name: str, tags: Iterable[str]) -> bool:
    """Whether every word of a filter is in the name of a run or in one of its tags.

    Examples
    --------
    >>> fits("iris PAPER", "Iris 4-3-3, loaded", ("paper",)), fits("ideal", "Iris, loaded", ())
    (True, False)
    """
    texts = [name.casefold(), *(tag.casefold() for tag in tags)]
    return all(any(word in text for text in texts) for word in wanted.casefold().split())
