"""Pure functions of steps: what was lost, and which write erased it. Knows no process, clock, random source or HTTP."""
