"""Changing the personnel record: what a proposal may hold, what the diagram asks for, and how it is applied."""

from engine.services import Services
from workflows.record import model as model  # its tables belong to the schema, whatever is called

services = Services("data")

from workflows.data_update import codes as codes  # noqa: E402 # its services are registered above
from workflows.data_update import objecting as objecting  # noqa: E402 # likewise
from workflows.data_update import steps as steps  # noqa: E402 # likewise
