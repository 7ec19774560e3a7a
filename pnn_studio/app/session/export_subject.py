"""What of a session is exported: the design at the slider, with all that is known beside it."""

from pnn_studio.app.session.names import given_names
from pnn_studio.app.session.session import Session
from pnn_studio.domain.export_subject import ExportSubject


def subject_of(session: Session) -> ExportSubject | None:
    """Return what an export of a session is of; None before there is a design."""
    design, run = session.design, session.run
    if design is None or run is None or run.family is None:
        return None
    added = run.id < 0  # a design that came as a file: it has no family
    checks = sorted(session.checks.of_run(run).items())
    return ExportSubject(
        design=design,
        family=None if added else run.family,
        index=None if added else session.design_index,
        checks=() if added else tuple(checks),
        verification=session.verification(design),
        technology=session.shown_process.technology,
        data=session.data_of(design),
        given=given_names(session, design),
    )
