"""The pages: one table of them (`table`), how any of them is written (`rendering`), and the data of each."""
