"""Pure functions of steps: what was lost, and to whom. Knows no process, clock, random source or HTTP."""
