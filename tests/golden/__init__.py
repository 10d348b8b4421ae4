"""Saved instances of each release, which every later one must load and finish.

`cases` holds the processes and moves, `play` records and replays them, `office` does the same for a whole
database. `python -m tests.golden` writes the files of the present release to ``tests/data/RELEASE``.
"""
