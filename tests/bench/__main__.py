"""`python -m tests.bench`: measure everything, write docs/BENCHMARKS.md. Light: processes import it again."""


def main() -> None:
    """Measure; `--quick` tries everything in small and prints the table instead of keeping it."""
    from tests.bench.report import run

    run()


if __name__ == "__main__":
    main()
