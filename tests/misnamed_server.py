"""A server that offers the scenario whose names mislead beside the others: `python -m tests.misnamed_server`."""


def main() -> None:
    """Serve on a free port until SIGTERM. Imports late, because every process imports this module again."""
    from lost_update.execution.registry import Registry
    from lost_update.scenarios.catalogue import SCENARIOS
    from lost_update.settings import Settings
    from tests.misnamed import SCENARIO
    from tests.served import serve

    SCENARIOS[SCENARIO.name] = SCENARIO
    serve(Registry(Settings()), "misleading names")


if __name__ == "__main__":
    main()
