"""The README's list of BPMN elements and attributes, row by row: what runs, what is refused, what is only drawn."""
