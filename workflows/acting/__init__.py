"""Acting officers: who is appointed to act in a post by decree, within which limits, and what was changed of it."""
