"""Everything that tests the engine, run on another version of SpiffWorkflow, and what changed.

`alur test --library VERSION` makes an environment with the locked dependencies and that version of the library
(`environment`), lets this checkout say in it and in its own what holds (`probe`), and compares the two (`compare`).
"""
