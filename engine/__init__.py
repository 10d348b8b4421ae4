"""Runs BPMN packages and keeps their instances; knows SpiffWorkflow, knows nothing of personnel matters."""
