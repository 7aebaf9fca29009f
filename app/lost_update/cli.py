"""The command line: `lost-update serve`, `run`, `explore` and `scenarios`."""

import sys
import time
from typing import Any

import click

from lost_update import __version__
from lost_update.wording import cause, duration, number

PROGRESS_SECONDS = 0.1


@click.group(invoke_without_command=True, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__)
@click.pass_context
def cli(context: click.Context) -> None:
    """See a race condition: real processes, one shared value, and the updates they lose.

    Without a command, it serves the page.
    """
    if context.invoked_subcommand is None:
        context.invoke(serve)


@cli.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="0.0.0.0 lets other machines in.")
@click.option("--port", default=8000, show_default=True, type=click.IntRange(0, 65535), help="0 takes any free port.")
@click.option("--open/--no-open", "open_page", default=False, help="Open the page in a browser.")
def serve(host: str, port: int, open_page: bool) -> None:
    """Serve the page."""
    from lost_update.execution.descriptors import settings_that_fit
    from lost_update.execution.failures import refused
    from lost_update.web.server import listen
    from lost_update.web.server import serve as serve_on

    settings = settings_that_fit(_settings())
    try:
        listener = listen(host, port)
    except OSError as error:
        _fail(f"Cannot listen on {host} port {port}: {error.strerror}. Choose another port with --port.")
    url = _url(*listener.getsockname()[:2])
    click.echo(f"Lost Update is at {url} (Ctrl-C stops it)")
    try:
        serve_on(listener, settings, url if open_page else None)
    except (OSError, RuntimeError, MemoryError) as error:
        if (of_the_machine := refused(error)) is None:
            raise
        _fail(f"Cannot serve: {of_the_machine}.")


@cli.command()
@click.option("--scenario", default="value", show_default=True, help="What to run; `lost-update scenarios` lists them.")
@click.option("--processes", type=int, help="How many processes.  [default: 2 for value; `scenarios` lists the others]")
@click.option("--iterations", type=int, help="How many times each does its work.  [default: 100 for value]")
@click.option("--guard", help="How the code protects what is shared; `scenarios` lists the ways.  [default: none]")
@click.option("--start-method", help="For the scenario processes: fork, forkserver or spawn.")
@click.option("--call", help="For the scenario pool: map, apply, map_async or apply_async.")
@click.option("--chunksize", type=int, help="For the scenario pool: how many tasks a worker takes at once.")
@click.option("--pace", default="free", show_default=True, help="free, slow or tutorial.")
@click.option("--step-ms", type=int, help="For the pace slow: the average pause before each step, in milliseconds.")
@click.option("--seed", type=int, help="For the pace slow: the same seed makes the same pauses.")
@click.option("--untraced", is_flag=True, help="Without our recording: the same code on plain multiprocessing objects.")
@click.option("--json", "as_json", is_flag=True, help="Print the run as JSON, and nothing else.")
def run(as_json: bool, untraced: bool, **fields: Any) -> None:
    """Run a scenario once, here in the terminal."""
    import orjson
    from pydantic import ValidationError

    from lost_update.analysis.summary import work_done
    from lost_update.execution.registry import Registry
    from lost_update.sources.request import Refusal, RunRequest

    given = {name: value for name, value in fields.items() if value is not None}
    try:
        request = RunRequest(**given, traced=not untraced)
    except ValidationError as error:
        _fail("; ".join(f"--{str(e['loc'][0]).replace('_', '-')}: {cause(e)}" for e in error.errors()))
    registry = Registry(_settings())
    try:
        one = registry.submit(request)
        _follow(one, request.expected_steps)
    except Refusal as refusal:
        _fail(str(refusal))
    except KeyboardInterrupt:
        registry.stop(one, "It was interrupted.")
        one.join()
    finally:
        registry.close()
    view = one.view()
    if as_json:
        click.echo(orjson.dumps(view))
    else:
        click.echo(_report(view, work_done(one.recording), was_lucky=_was_lucky(view, request)))
    if view["status"] != "finished":
        raise SystemExit(1)


@cli.command()
@click.option("--processes", default=2, show_default=True, help="How many processes.")
@click.option("--iterations", default=2, show_default=True, help="How many increments each makes.")
@click.option("--guard", default="none", show_default=True, help="How the code protects the number.")
@click.option("--json", "as_json", is_flag=True, help="Print the answer as JSON, and nothing else.")
def explore(processes: int, iterations: int, guard: str, as_json: bool) -> None:
    """Try every interleaving: where it can end, in how many ways, and how likely, if each step were a coin toss."""
    import orjson
    from pydantic import ValidationError

    from lost_update.execution.explorations import ExploreRequest, explore_here
    from lost_update.sources.request import Refusal

    try:
        wanted = ExploreRequest(processes=processes, iterations=iterations, guard=guard)
    except ValidationError as error:
        _fail("; ".join(f"--{str(e['loc'][0]).replace('_', '-')}: {cause(e)}" for e in error.errors()))
    is_terminal = sys.stderr.isatty()
    try:
        answer = explore_here(_settings(), wanted, _show_states if is_terminal else _show_nothing)
    except Refusal as refusal:
        _fail(str(refusal))
    if is_terminal:
        click.echo(CLEAR_LINE, nl=False, err=True)
    click.echo(orjson.dumps(answer) if as_json else _histogram(answer))


CLEAR_LINE = "\r\x1b[K"


def _show_states(states: int) -> None:
    click.echo(f"\r{number(states)} states", nl=False, err=True)


def _show_nothing(_states: int) -> None: ...


WIDEST_BAR = 40


def _histogram(answer: Any) -> str:
    """The outcomes as bars, by how likely they are."""
    if not answer["exhausted"]:
        rows = [
            ("deadlock" if one["final"] is None else str(one["final"]), one["share"], "")
            for one in answer["estimate"]["outcomes"]
        ]
        states = number(answer["states"])
        lines = [f"There are too many states to try: {states} were. This is an estimate from random schedules."]
        known = [f"It can end at {one['final']}: {' '.join(one['schedule'])}" for one in answer["known"]]
    else:
        ended = [(str(one["final"]), one) for one in answer["outcomes"]]
        ended += [("deadlock", one) for one in answer["deadlocks"]]
        rows = [(what, one["probability"], number(int(one["interleavings"]))) for what, one in ended]
        lines = [f"{number(int(answer['interleavings']))} interleavings, {number(answer['states'])} states"]
        lines.append("Where it ends, how likely that is if each step were a coin toss, and in how many ways:")
        known = []
    width = max((len(row[0]) for row in rows), default=1)
    most = max((row[1] for row in rows), default=1.0)
    lines += [
        f"{what:>{width}}  {'█' * round(WIDEST_BAR * share / most):<{WIDEST_BAR}}  {share:9.4%}  {ways}".rstrip()
        for what, share, ways in rows
    ]
    return "\n".join(lines + known)


@cli.command()
def scenarios() -> None:
    """List what can be run."""
    from lost_update.scenarios.catalogue import SCENARIOS

    for scenario in SCENARIOS.values():
        option = scenario.field.replace("_", "-")
        usual = f"--processes {scenario.processes.usual} --iterations {scenario.iterations.usual}"
        click.echo(f"{scenario.name}: {scenario.about}")
        click.echo(f"    --{option} {'|'.join(scenario.variants)}  {usual}")


def _follow(one: Any, expected_steps: int) -> None:
    """Show the progress on standard error, where that is a terminal, until the run is over."""
    if not sys.stderr.isatty() or not expected_steps:
        one.join()
        return
    with click.progressbar(length=expected_steps, label="steps", file=sys.stderr) as bar:
        while not one.is_over:
            bar.update(min(len(one.recording.log), expected_steps) - bar.pos)
            time.sleep(PROGRESS_SECONDS)


def _report(view: Any, done: dict[str, dict[str, int]], *, was_lucky: bool) -> str:
    """The figures; where no cell is shared, what each process did."""
    summary = view["summary"]
    lines = [_cell(cell) for cell in summary["cells"]]
    if not lines:
        lines = [_process(process, done[process["name"]]) for process in view["processes"]]
    steps = f", {number(view['steps'])} steps" if view["request"]["traced"] else ", without our recording"
    lines.append(f"{view['status']} after {duration(summary['duration_ms'])}{steps}")
    if view["reason"]:
        lines.append(view["reason"])
    if was_lucky:
        lines.append("This time no two increments overlapped. The bug is still there.")
    if not summary["consistent"]:
        lines.append("The recorded steps and the memory disagree. This is a bug in Lost Update: please report it.")
    return "\n".join(lines)


def _was_lucky(view: Any, request: Any) -> bool:
    """Whether several processes ran without any lock, and nothing was lost."""
    cells = view["summary"]["cells"]
    has_no_lock = request.variant.kind == "none" and request.processes > 1
    return has_no_lock and view["status"] == "finished" and bool(cells) and all(cell["lost"] == 0 for cell in cells)


def _cell(cell: Any) -> str:
    expected, counter, lost = (_known(cell[name]) for name in ("expected", "final", "lost"))
    return f"{cell['name']}: expected {expected}, counter {counter}, lost {lost}"


def _known(amount: int | None) -> str:
    return "not known" if amount is None else number(amount)


def _process(process: Any, done: dict[str, int]) -> str:
    ended = "exit code not known" if process["exitcode"] is None else f"exit code {process['exitcode']}"
    return "; ".join([f"{process['name']}: {ended}", *(f"{op} {number(count)}" for op, count in done.items())])


def _settings() -> Any:
    from pydantic import ValidationError

    from lost_update.settings import Settings

    try:
        return Settings()
    except ValidationError as error:
        _fail("; ".join(f"LOST_UPDATE_{str(e['loc'][0]).upper()}: {cause(e)}" for e in error.errors()))


def _url(host: str, port: int) -> str:
    name = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}.get(host, f"[{host}]" if ":" in host else host)
    return f"http://{name}:{port}"


def _fail(message: str) -> Any:
    click.echo(message, err=True)
    raise SystemExit(2)
