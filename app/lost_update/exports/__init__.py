"""A run to take away. Pure: knows no process, clock or HTTP."""
