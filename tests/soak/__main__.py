"""`python -m tests.soak`: carry out the campaigns, write docs/RELIABILITY.md. Light: others import it again."""


def main() -> None:
    """Carry out; `--only` and `--share` do a part of it and print the table instead of keeping it."""
    from tests.soak.report import run

    run()


if __name__ == "__main__":
    main()
