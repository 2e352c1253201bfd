"""Recordings read, analysed and simulated."""

from __future__ import annotations

from dataclasses import dataclass
from os import PathLike
from pathlib import Path
from typing import Any

from sensing.analysis.analyse import analyse as analyse_recording
from sensing.api.analysis import Analysis, analysis_of
from sensing.core.exercises import AUTO
from sensing.core.samples import Placement, Recording
from sensing.files import read_recording
from sensing.files.profiles import profile_files
from sensing.profile.profile import UNCALIBRATED, Profile
from sensing.sampling.checked_recording import recording_of
from sensing.sampling.columns import Columns
from sensing.simulation.make import simulate as make
from sensing.simulation.options import Options


def read(
    path: str | PathLike[str], *, rate_hz: float | None = None, input_format: str | None = None
) -> Recording:
    """Read a recording: one of Anklet's own, a plain CSV, or an export of another program.

    Args:
        path: the file.
        rate_hz: sample rate for files that carry no time, Hz.
        input_format: program that wrote the file; None recognises it from the content.

    Raises:
        RecordingError: it can't be read or used; the message says why, where, and what to do.
        UsageError: there is no such format.
    """
    return read_recording.read_recording(Path(path), rate_hz=rate_hz, format_name=input_format)


def analyse(
    recording: Recording,
    exercise: str = AUTO,
    placement: Placement | None = None,
    profile: Profile | None = None,
) -> Analysis:
    """Everything found in a recording, as ``anklet analyze`` finds it.

    Args:
        recording: what was read.
        exercise: a name from ``anklet exercises``; ``auto`` detects it, set by set.
        placement: where the sensor was worn; None detects it from steps in the recording.
        profile: calibrated values to use, from :func:`load_profile`; None: none.

    Raises:
        UsageError: there is no such exercise.
    """
    used = UNCALIBRATED if profile is None else profile
    return analysis_of(analyse_recording(recording, exercise, placement, used))


def load_profile(path: str | PathLike[str]) -> Profile:
    """The calibration profile in a TOML file, as ``anklet profiles export`` writes it.

    Raises:
        UsageError: the file can't be read, or a key or value in it is not allowed.
    """
    return profile_files.read_profile(Path(path))


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Simulated:
    """A simulated recording and what truly happened in it.

    Attributes:
        recording: as :func:`read` would give it.
        truth: its ground truth, as ``anklet simulate`` writes it beside the recording: ``sets``
            with the instants of every rep, hop and hold, s.
    """

    recording: Recording
    truth: dict[str, Any]


def simulate(options: Options | str) -> Simulated:
    """A simulated recording: to try things out and to test, not to judge accuracy on people.

    Args:
        options: what to simulate, or just the name of an exercise. The same options give the same
            recording; another ``seed`` simulates another person.

    Raises:
        UsageError: it can't be simulated.
        RecordingError: so much of it is lost that it can't be read.
    """
    made = make(Options(exercise=options) if isinstance(options, str) else options)
    columns = Columns(acc=made.acc_g, t_s=made.samples_t_s, gyro_dps=made.gyro_dps)
    return Simulated(recording=recording_of(columns), truth=made.truth)
