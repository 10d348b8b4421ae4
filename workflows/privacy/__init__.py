"""What data protection asks of the office: the notice, the register of purposes, what is kept how long."""

from workflows.privacy import model as model  # its tables belong to the schema, whatever is called
