"""What the nodes of the network are called now: by the data, and by the person."""

from pnn_studio.app.session.session import Session
from pnn_studio.domain.design import TrainedDesign
from pnn_studio.domain.nodes import Given, NodeNames


def given_names(session: Session, design: TrainedDesign) -> Given:
    """Return the names that were given in the layout that a design is of.

    Those of now where that is the layout that is drawn, else those that its run was started with.
    """
    if design.layout == session.layout:
        return session.recipe.names
    run = session.run
    same = run is not None and run.plan.layout == design.layout
    return run.recipe.names if run is not None and same else ()


def names_of(session: Session, design: TrainedDesign) -> NodeNames:
    """Return the names of a design's nodes."""
    return NodeNames.of(design, given_names(session, design))


def layout_names(session: Session) -> NodeNames | None:
    """Return the names of the layout that is drawn; None while there are no data."""
    layout, dataset = session.layout, session.dataset
    if layout is None or dataset is None:
        return None
    return NodeNames(layout, dataset.input_names, dataset.class_names, session.recipe.names)
