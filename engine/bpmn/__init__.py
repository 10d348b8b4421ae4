"""Our own reading of BPMN 2.0 XML; `engine.diagram` is the door to it."""
