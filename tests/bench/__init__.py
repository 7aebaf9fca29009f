"""What `make bench` measures: one small module a question, each against what one would otherwise have."""
