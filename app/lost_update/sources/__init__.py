"""What a run can execute, and how it is asked for."""
