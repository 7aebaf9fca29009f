"""For tests of a person's own: their function traced, their worker taken through every interleaving.

    def test_transfer(lost_update):                              def test_count(lost_update):
        lost_update.trace(main).check()                              lost_update.explore(count, share, invariant=right)

`lost_update` there is a fixture of pytest, which comes with the package (docs/TESTING.md). Nothing here is loaded
before it is used.
"""
