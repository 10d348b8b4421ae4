"""What data protection asks of the office: the notice, the register of purposes, what is kept how long."""
