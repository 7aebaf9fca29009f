"""What runs inside a traced process: shared objects that behave as the plain ones do, and record each step."""
