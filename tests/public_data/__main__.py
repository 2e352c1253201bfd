"""``python -m tests.public_data DATASET CLONE_FOLDER OUTPUT_FOLDER``."""

from __future__ import annotations

import csv
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

from tests.public_data import (
    adeptdata,
    app_puntillas,
    arduino_activity,
    drop_jumps,
    gait_event_detection,
    plantar_activity,
    redes_de_sensores,
    walking_dataset,
)
from tests.public_data.labelled import Labelled, NotThisDataSetError, save

DATASETS: dict[str, Callable[[Path], Iterator[Labelled]]] = {
    "adeptdata": adeptdata.recordings,
    "app-puntillas": app_puntillas.recordings,
    "arduino-activity": arduino_activity.recordings,
    "drop-jumps": drop_jumps.recordings,
    "gait-event-detection": gait_event_detection.recordings,
    "plantar-activity": plantar_activity.recordings,
    "redes-de-sensores": redes_de_sensores.recordings,
    "walking-dataset": walking_dataset.recordings,
}


def main(args: list[str]) -> int:
    """Exit status: 0 if every recording was written, 2 with one line on standard error if not."""
    if len(args) != 3:
        return _refuse("usage: python -m tests.public_data DATASET CLONE_FOLDER OUTPUT_FOLDER")
    name, clone, output = args[0], Path(args[1]), Path(args[2])
    if name not in DATASETS:
        return _refuse(f"'{name}' is not a known data set; choose from {', '.join(DATASETS)}")
    if not clone.is_dir():
        return _refuse(f"'{clone}' is not a folder; give the folder of the downloaded data set")
    try:
        found = list(DATASETS[name](clone))  # nothing is written unless everything can be read
    except (NotThisDataSetError, csv.Error) as error:
        return _refuse(f"'{clone}' is not a complete copy of {name}: {error}")
    except OSError as error:
        return _refuse(f"cannot read '{error.filename}': {error.strerror}")
    try:
        for recording in found:
            save(recording, output)
    except OSError as error:
        return _refuse(f"cannot write to '{output}': {error.strerror}; choose another folder")
    print(f"{len(found)} recordings written to {output}")
    return 0


def _refuse(why: str) -> int:
    print(why, file=sys.stderr)
    return 2


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
