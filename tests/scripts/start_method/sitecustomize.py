"""Sets the start method that a test asks for, before the script runs: the script itself stays as it is."""

import multiprocessing
import os

if "START_METHOD" in os.environ:
    multiprocessing.set_start_method(os.environ["START_METHOD"])
