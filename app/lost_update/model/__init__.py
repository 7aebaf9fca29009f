"""The vocabulary: ops, steps, targets and the log. It imports nothing of ours."""
