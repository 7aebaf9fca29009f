"""Prints whatever a script could see of a tracer."""

import multiprocessing as mp
import os
import sys


def look(where):
    print(where, sorted(name for name in os.environ if "LOST_UPDATE_T" in name or name == "PYTHONPATH"))
    print(os.environ.get("PYTHONPATH"), [entry for entry in sys.path if "lost_update" in entry])
    print("sitecustomize" in sys.modules, __name__, sys.argv[1:], getattr(sys.modules["__main__"], "__spec__", None))
    print(mp.Value.__qualname__, mp.Process.start.__qualname__, mp.get_start_method(), sys.flags, sorted(os.listdir("/proc/self/fd")))
    sys.stdout.flush()


if __name__ == "__main__":
    look("main")
    process = mp.Process(target=look, args=("child",))
    process.start()
    process.join()
    os.system(sys.executable + " -c \"import os; print([name for name in os.environ if 'LOST_UPDATE_T' in name])\"")
