"""`python -m tests.load`: apply each kind of client, keep the table. Light: processes import it again."""


def main() -> None:
    """Apply them; `--only` does a part of it and prints the table instead of keeping it."""
    from tests.load.report import run

    run()


if __name__ == "__main__":
    main()
