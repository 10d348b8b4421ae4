"""Random sound process models, and an independent simulator of the BPMN token game to judge the engine by.

The simulator plays on the drawn graph (nodes and flows) and knows nothing of SpiffWorkflow; only `Plan`
and its parts are shared by both. A model is sound by construction: blocks with one way in and one way out.
"""
