"""`python -m lost_update` and the console script. Imports nothing heavy: every process imports it again."""


def main() -> None:
    """Run the command line."""
    from lost_update.cli import cli

    cli()


if __name__ == "__main__":
    main()
