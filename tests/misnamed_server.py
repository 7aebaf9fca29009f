"""A server that offers the scenario whose names mislead beside the others: `python -m tests.misnamed_server`."""


def main() -> None:
    """Serve on a free port until SIGTERM. Imports late, because every worker process imports this module again."""
    from lost_update.execution.explorations import Explorations
    from lost_update.execution.registry import Registry
    from lost_update.scenarios.catalogue import SCENARIOS
    from lost_update.settings import Settings
    from lost_update.web.server import Server, listen
    from tests.misnamed import SCENARIO

    SCENARIOS[SCENARIO.name] = SCENARIO
    registry = Registry(Settings())
    explorations = Explorations(Settings())
    try:
        listener = listen("127.0.0.1", 0)
        print(f"Lost Update is at http://127.0.0.1:{listener.getsockname()[1]} with misleading names", flush=True)
        Server(registry, explorations).run([listener])
    finally:
        explorations.close()
        registry.close()


if __name__ == "__main__":
    main()
