import pytest

from pnn_studio.main import run
from tests.support.command_line import Finished, pnn_studio, pnn_studio_here


@pytest.fixture(scope="session")
def workshop(tmp_path_factory):
    """Make a folder with a design in d.json and a small sweep in s.npz; tests only read there."""
    folder = tmp_path_factory.mktemp("workshop")
    few = ("--epochs", "150", "--json")
    train = pnn_studio("train", "iris", "--alpha", "0.3", *few, "--out", "d.json", cwd=folder)
    assert train.code == 0, train.err
    wanted = ("--alphas", "3", "--seeds", "2")
    sweep = pnn_studio_here("sweep", "iris", *wanted, *few, "--out", "s.npz", cwd=folder)
    assert sweep.code == 0, sweep.err
    (folder / "train.json").write_text(train.out)
    (folder / "sweep.json").write_text(sweep.out)
    return folder


@pytest.fixture
def here(capfd, monkeypatch):
    """Run the program in this process; what its children print is told, too."""

    def command(*arguments, cwd):
        monkeypatch.chdir(cwd)
        capfd.readouterr()
        with pytest.raises(SystemExit) as end:
            run([str(each) for each in arguments])
        out, err = capfd.readouterr()
        return Finished(end.value.code, out, err)

    return command
