"""Live runs: their processes, their steps and their outcome."""
