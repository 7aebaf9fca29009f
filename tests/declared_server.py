"""A server that offers programs of which nobody knows beforehand what they start, and in which files they take steps:
`python -m tests.declared_server`.
"""


def main() -> None:
    """Serve on a free port until SIGTERM. Imports late, because every worker process imports this module again."""
    from lost_update.execution.registry import Registry
    from lost_update.scenarios.catalogue import SCENARIOS
    from lost_update.settings import Settings
    from tests import families, two_files
    from tests.served import serve

    families.offer()
    SCENARIOS[two_files.SCENARIO.name] = two_files.SCENARIO
    serve(Registry(Settings()), "programs that start others")


if __name__ == "__main__":
    main()
