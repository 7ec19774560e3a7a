"""Which run, and which design of it: what names either in the window, in pins and in checks."""

from dataclasses import dataclass

# Trained runs count from 0 in the order in which they were asked for, designs that were added from
# files from -1 down. A run that is deleted keeps its id, so it is the same for ever.
RunId = int


@dataclass(frozen=True)
class DesignRef:
    """A design, by where it was trained.

    What it looks like may change while its run trains; exactly one state of it is named by the
    `key` of a `TrainedDesign`.

    Attributes
    ----------
    run : int
        Id of its run.
    index : int
        Which one of the plan of that run.
    """

    run: RunId
    index: int
