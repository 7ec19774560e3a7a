import io
import json
import struct

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as npst

from pnn_studio.app.jobs.protocol import (
    Check,
    Checked,
    CheckSome,
    Control,
    Done,
    DrawExport,
    ExportFiles,
    Failed,
    Keeping,
    LoadData,
    NetlistText,
    PreviewData,
    Progress,
    Ready,
    Told,
    Train,
    UseSimulator,
    WriteNetlist,
    read_message,
    write_message,
)
from pnn_studio.domain.dataset import DataReference
from pnn_studio.domain.design_ref import DesignRef
from pnn_studio.domain.export_order import ExportOrder
from pnn_studio.domain.importing import (
    Category,
    ColumnSummary,
    ImportOptions,
    InputColumn,
    Preview,
    Problem,
)
from pnn_studio.domain.layout import Layout
from pnn_studio.domain.print_process import PrintProcess
from pnn_studio.domain.run import EpochRecord
from tests.support.designs import sample_design
from tests.support.export_subjects import full_subject
from tests.support.runs import (
    REFERENCE,
    sample_dataset,
    sample_family,
    sample_record,
    sample_verification,
    small_plan,
)
from tests.support.values import same

PLAN = small_plan(3, 2)
DESIGN = sample_design(5, (3, 2), 2, "original")
MESSAGES = [
    LoadData(DataReference("/a b/\udcff.csv", "kind", 3)),
    PreviewData(
        DataReference(
            "x.csv",
            options=ImportOptions(
                header=False, categories=(Category("size", "ordinal", ("S", "M")),)
            ),
            columns=(InputColumn("size", "ordinal", ("S", "M"), 1.0),),
        )
    ),
    Progress(0.25),
    UseSimulator("/opt/a b/ngspice"),
    Keeping("/full/p.part cannot be written: No space left on device."),
    Told("Compiling the training"),
    Preview(
        title="x.csv",
        options=ImportOptions(encoding="utf-8", delimiter="\t", header=True),
        samples=1,
        dropped=2,
        columns=(ColumnSummary("=1", "number", 0, 1, "0 to 1"),),
        rows=(("1\n2",),),
        lines=(3,),
        classes=(("\x1b", 1),),
        inputs=1,
        problems=(Problem(3, "=1", "wrong", 2, "correct it", blocking=False),),
    ),
    Train(PLAN, REFERENCE, PrintProcess("lab.toml", "lab", 2e6)),
    Train(small_plan(1, 1, Layout(2, (5, 4), 2, "original", "layer")), REFERENCE),
    Train(PLAN, sample_dataset()),
    Check(DESIGN),
    Check(DESIGN, data=sample_dataset(), crossbar="modified"),
    CheckSome((DESIGN, DESIGN), (DesignRef(0, 1), DesignRef(0, 3)), data=sample_dataset()),
    Checked(DesignRef(0, 3), sample_verification(DESIGN)),
    Checked(DesignRef(0, 3), None, "no convergence"),
    ExportFiles(full_subject(), ((ExportOrder("netlist", ("cir",)), "/tmp/Größe"),)),
    DrawExport(full_subject(), ExportOrder("netlist", ("cir",))),
    WriteNetlist(DESIGN, 3, data=sample_dataset()),
    NetlistText("* a netlist\n.end\n"),
    Control("pause"),
    Control("stop"),
    Control("keep", "/home/me/p.pnn.run1.part"),
    Done("Trained"),
    Done("Stopped", stopped=True),
    Failed("SimulationFailed", "ngspice failed", "log\n\n* netlist\n"),
    Failed("KeyError", "Unexpected", "Traceback", expected=False),
    Ready("ngspice 39"),
    sample_dataset(),
    sample_record(PLAN, 7),
    sample_family(PLAN),
    sample_verification(DESIGN),
]


def travel(*messages):
    stream = io.BytesIO()
    for message in messages:
        write_message(stream, message)
    stream.seek(0)
    return [read_message(stream) for _ in messages]


@pytest.mark.parametrize("message", MESSAGES, ids=lambda message: type(message).__name__)
def test_a_message_arrives_as_it_was_sent(message):
    assert same(travel(message)[0], message)


def test_messages_arrive_in_the_order_of_sending():
    assert all(map(same, travel(*MESSAGES), MESSAGES))


numbers = npst.arrays(float, st.just((3,)), elements=st.floats())


@given(
    epoch=st.integers(0, 2**40),
    seconds=st.floats(0),
    arrays=st.lists(numbers, min_size=4, max_size=4),
    power=npst.arrays(float, (3, 3)),
    status=npst.arrays(np.int8, (3,)),
)
def test_any_numbers_arrive_bit_by_bit(epoch, seconds, arrays, power, status):
    record = EpochRecord(epoch, seconds, epoch, *arrays, power, status, 0.5, np.arange(3))
    arrived = travel(record)[0]
    assert same(arrived, record)
    assert arrived.power.tobytes() == record.power.tobytes()


@given(st.text(), st.text(), st.booleans())
def test_any_text_arrives(message, details, expected):
    failed = Failed("PnnError", message, details, expected)
    assert travel(failed) == [failed]


@pytest.mark.parametrize("array", [np.arange(6)[::2], np.eye(3)[:, 1:].T, np.zeros((0, 3))])
def test_an_array_may_lie_in_memory_as_it_likes(array):
    numbers = array.astype(float, order="K")
    record = EpochRecord(
        1, 1.0, 1, *[numbers] * 5, array.astype(np.int8, order="K"), 0.5, np.arange(3)
    )
    assert same(travel(record)[0], record)


@pytest.mark.parametrize("message", MESSAGES, ids=lambda message: type(message).__name__)
def test_a_message_that_breaks_off_is_the_end(message):
    stream = io.BytesIO()
    write_message(stream, message)
    whole = stream.getvalue()
    for length in {0, 3, 8, len(whole) // 2, len(whole) - 1}:
        with pytest.raises(EOFError):
            read_message(io.BytesIO(whole[:length]))


def test_a_pipe_may_give_a_message_in_pieces():
    class Pipe(io.BytesIO):
        def read(self, size=-1):
            return super().read(min(size, 5))

    stream = io.BytesIO()
    write_message(stream, MESSAGES[-1])
    assert same(read_message(Pipe(stream.getvalue())), MESSAGES[-1])


def test_a_type_that_is_not_listed_is_never_made():
    header = json.dumps([{"$type": "Popen", "args": "true"}, []]).encode()
    with pytest.raises(ValueError, match="not a table"):
        read_message(io.BytesIO(struct.pack("<II", len(header), 0) + header))


def test_a_length_out_of_bounds_is_not_waited_for():
    with pytest.raises(EOFError, match="out of bounds"):
        read_message(io.BytesIO(struct.pack("<II", 2**32 - 1, 0)))
