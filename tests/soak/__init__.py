"""What `make soak` does: long campaigns against real servers, to find out how often a promise is broken.

Some promises hold in one try and fail in the hundredth: nobody survives, no step is missing, nothing is held for ever.
A campaign puts one of them to the test as often as its full count says. No trial may fail; how long it took until the
promise was kept is held against a target. `make test` takes a sample of each (tests/test_soak.py), and judges no time.
"""
