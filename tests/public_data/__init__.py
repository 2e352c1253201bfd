"""Converters of public recordings of people, one data set a file.

``python -m tests.public_data DATASET CLONE_FOLDER OUTPUT_FOLDER`` reads a copy of a data set that
is already on this computer and writes the recordings that ``docs/validation.md`` reports on, each
as ``NAME.csv.gz`` with its labels in ``NAME.json``. No data of these projects is part of Anklet.
"""
