"""Methods that others have published, on the same formulation, each in a process of its own: `python -m peers.NAME PROBLEM JOURNAL`.

`problem` is what they read, `journal` what they write, `score` what the auditor says of it.
"""
