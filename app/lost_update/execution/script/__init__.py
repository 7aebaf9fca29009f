"""A live run of a person's own script: its processes are started by Python itself; what they record lies in files."""
