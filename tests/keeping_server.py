"""A server that keeps what it records, and whose files a browser keeps: `python -m tests.keeping_server`."""


def main() -> None:
    """Serve on a free port until SIGTERM. Imports late, because every process imports this module again."""
    from lost_update.execution.registry import Registry
    from lost_update.settings import Settings
    from lost_update.store.store import Store
    from tests.served import serve

    settings = Settings()
    with Store(settings) as store:
        serve(Registry(settings, store.keep), "what it keeps", store)


if __name__ == "__main__":
    main()
