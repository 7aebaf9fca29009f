"""`python -m app` and the console script. Imports nothing heavy: every worker process imports it again."""


def main() -> None:
    """Run the command line."""
    from app.cli import cli

    cli()


if __name__ == "__main__":
    main()
