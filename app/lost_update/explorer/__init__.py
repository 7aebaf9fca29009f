"""Every interleaving of a program that was recorded from a real process. Pure: knows no process, clock or HTTP."""
