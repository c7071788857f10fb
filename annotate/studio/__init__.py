"""Suggestions → tasks ⇄ Label Studio → annotations.

Out: `interface` (the labelling screen), `payload` (a task as Label Studio takes it), `push`. In: `pull` or `exports`,
which read with `results`, `entries`, `regions`, `extents` and `terms`. Between them stands `client`, the one door to a
server; `server` runs an embedded one.
"""
