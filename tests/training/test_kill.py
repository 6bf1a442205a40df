"""Killed with kill -9 at twenty moments, a run ends in the same bits as one that was left alone."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

import desktopcnn

ROOT = Path(desktopcnn.__file__).parent.parent
SCRIPT = Path(__file__).parent / "killed.py"


@pytest.mark.skipif(sys.platform == "win32", reason="there is no kill -9, and no fork")
def test_killed_twenty_times_at_any_moment_it_ends_in_the_same_bits(tmp_path: Path) -> None:
    """The script reads every file after each blow, and fails where one cannot be read."""
    command = [sys.executable, "-W", "error", str(SCRIPT), str(tmp_path), "1", "20"]
    environment = {**os.environ, "OMP_NUM_THREADS": "1", "PYTHONPATH": str(ROOT)}
    done = subprocess.run(command, capture_output=True, text=True, env=environment)
    assert (done.returncode, done.stderr) == (0, "")
    report = json.loads(done.stdout)
    assert report["kills"] == 20
    assert 0 < report["steps"] < 78, "the blows fell along the way"
    assert report["same_tensors"]
    assert report["same_history"]
    assert report["tensors"] > 100
    assert report["events"] == 78 + 6 + 4
    assert report["state"] == "finished"
    assert report["left"] == []
