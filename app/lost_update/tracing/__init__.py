"""What runs inside a worker process: shared objects that behave as the plain ones do, and record each step."""
