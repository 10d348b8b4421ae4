"""The personnel record: what an office knows of its staff, in histories that only an approved proposal changes."""
