"""`python -m tests.bench`: measure everything, write docs/BENCHMARKS.md. Light: processes import it again."""


def main() -> None:
    """Measure; `--quick` tries all in small, `--only` does a part: both print the table. `--times 3`: thrice."""
    from tests.bench.report import run

    run()


if __name__ == "__main__":
    main()
