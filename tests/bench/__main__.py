"""`python -m tests.bench`: measure everything, write docs/BENCHMARKS.md. Light: processes import it again."""


def main() -> None:
    """Measure; `--quick` tries all in small, `--only` does a part: these print the table. `--times 3` does it thrice."""
    from tests.bench.report import run

    run()


if __name__ == "__main__":
    main()
