"""The command line: `lost-update serve`, `run`, `explore`, `trace`, `export`, `open`, `site` and `scenarios`."""

import gc
import os
import signal
import sys
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import wait
from contextlib import contextmanager, nullcontext, suppress
from pathlib import Path
from typing import Any

import click

from lost_update import __version__
from lost_update.wording import about, brief, cause, duration, number

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
@click.option("--root-path", default="", help="The path under which a proxy offers this server: /user/ada/proxy/8123.")
def serve(host: str, port: int, open_page: bool, root_path: str) -> None:
    """Serve the page."""
    _serve(host, port, open_page, root_path)


@cli.command("open")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--port", default=0, show_default=True, type=click.IntRange(0, 65535), help="0 takes any free port.")
@click.option("--open/--no-open", "open_page", default=True, help="Open the page in a browser.")
def open_recording(file: Path, port: int, open_page: bool) -> None:
    """Look at a recording: a file that was exported as ndjson or html."""
    from lost_update.exports.ndjson import Unreadable
    from lost_update.store.importing import Limits, recording_in

    try:
        recording = recording_in(file, Limits.of(_settings()))
    except Unreadable as why:
        _fail(str(why))
    _serve("127.0.0.1", port, open_page, "", recording)


def _serve(host: str, port: int, open_page: bool, root_path: str, recording: Any = None) -> None:
    """Serve until Ctrl-C; with a recording, the page of that."""
    with _importing():
        from lost_update.execution.descriptors import raise_limit, settings_that_fit

        raise_limit()  # the fork server needs it, too
        _start_fork_server()
        from lost_update.execution.failures import refused
        from lost_update.web.listening import listen

        settings = settings_that_fit(_settings(**({"root_path": root_path} if root_path else {})))
        _check_replicas(settings)
    try:
        listener = listen(host, port)
    except OSError as error:
        _fail(f"Cannot listen on {host} port {port}: {error.strerror}. Choose another port with --port.")
    url = _url(*listener.getsockname()[:2])
    click.echo(f"Lost Update is at {url} (Ctrl-C stops it)")
    if recording is not None:
        url += f"/{'script' if 'command' in recording.header else 'runs'}/{recording.id}"
        click.echo(f"The recording is at {url}")
    try:
        with suppress(KeyboardInterrupt):
            with _importing():
                from lost_update.web.server import serve as serve_on
            serve_on(listener, settings, url if open_page else None, recording)
    except (OSError, RuntimeError, MemoryError) as error:
        if (of_the_machine := refused(error)) is None:
            raise
        _fail(f"Cannot serve: {of_the_machine}.")


def _check_replicas(settings: Any) -> None:
    """See that this server can be one of several, where the settings say so."""
    if settings.redis_url is not None:
        from lost_update.sharing.joining import CannotJoin, check

        try:
            check(settings)
        except CannotJoin as why:
            _fail(str(why))


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
    with _importing():
        _start_fork_server()
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
        with _interrupts() as was_interrupted:
            one = registry.submit(request)
            _follow(one, request.expected_steps, was_interrupted)
        if was_interrupted():
            registry.stop(one, "It was interrupted.")
        one.join()
    except Refusal as refusal:
        _fail(str(refusal))
    finally:
        registry.close()
    view = one.view()
    if as_json:
        click.echo(orjson.dumps(view))
    else:
        click.echo(_report(view, work_done(one.recording), _clean(view, request)))
    if view["status"] != "finished":
        raise SystemExit(1)


@cli.command()
@click.option("--processes", default=2, show_default=True, help="How many processes.")
@click.option("--iterations", default=2, show_default=True, help="How many increments each makes.")
@click.option("--guard", default="none", show_default=True, help="How the code protects the number.")
@click.option("--json", "as_json", is_flag=True, help="Print the answer as JSON, and nothing else.")
def explore(processes: int, iterations: int, guard: str, as_json: bool) -> None:
    """Try every interleaving: where it can end, in how many ways, and how likely, if each step were a coin toss."""
    with _importing():
        _start_fork_server()
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


@cli.command()
@click.argument("directory", metavar="DIR", type=click.Path(path_type=Path))
def site(directory: Path) -> None:
    """Write the race page and the walkthrough as files into DIR: with recordings, for any web host, with no server."""
    from lost_update.site_command import NotWritten, make_site

    is_terminal = sys.stderr.isatty()

    def tell(words: str) -> None:
        if is_terminal:
            click.echo(f"{CLEAR_LINE}{words}", nl=False, err=True)

    try:
        count = make_site(directory, _settings(), tell)
    except NotWritten as reason:
        _fail(str(reason))
    finally:
        tell("")
    click.echo(
        f"Wrote {directory}, with {number(count)} recordings. Open it through any web host: {directory}/index.html"
    )


class _EndsAtModule(click.Command):
    """A command whose options end with `-m MODULE`, as Python's own do: what follows is the module's."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Say so where it ends."""
        takes_one = {name for option in self.params if not getattr(option, "is_flag", True) for name in option.opts}
        place = 0
        while place < len(args) and args[place].startswith("-") and args[place] not in ("-", "--"):
            place += 2 if args[place] in takes_one else 1
            if args[place - 2] == "-m" or args[place - 1].startswith("-m"):
                args = [*args[:place], "--", *args[place:]]
                break
        return super().parse_args(ctx, args)


@cli.command(cls=_EndsAtModule, context_settings={"allow_interspersed_args": False})
@click.option(
    "--json", "as_json", is_flag=True, help="Print the run as JSON alone; the script's output goes to stderr."
)
@click.option("--open/--no-open", "open_page", default=True, help="Open the page in a browser.")
@click.option(
    "--prove", is_flag=True, help="Run the script again to bring about what is suspected: its effects happen again."
)
@click.option(
    "--check", is_flag=True, help="Exit with 1 where a fault happened or was shown, for continuous integration."
)
@click.option("--repeat", default=1, show_default=True, type=click.IntRange(1, 10_000), help="Run the script so often.")
@click.option("--timeout", type=click.FloatRange(0.0, min_open=True), help="End the script after so many seconds.")
@click.option("-m", "module", metavar="MODULE", help="Run a module, as python -m does.")
@click.argument("arguments", nargs=-1, type=click.UNPROCESSED, metavar="SCRIPT [ARGS]...")
def trace(module: str | None, arguments: tuple[str, ...], **given: Any) -> None:
    """Run your own script, unchanged, and see its races.

    Our options come before SCRIPT; everything after it is the script's.
    """
    from lost_update.execution.script.script_process import ScriptProcess, interrupts_are_the_scripts
    from lost_update.sources.script import NoScript, Script

    if module is None and not arguments:
        _fail("Name a script: lost-update trace SCRIPT [ARGS…], or a module with -m.")
    try:
        script = Script.of_file(arguments[0], arguments[1:]) if module is None else Script.of_module(module, arguments)
    except NoScript as error:
        _fail(str(error))
    output = sys.stderr if given["as_json"] else None
    with interrupts_are_the_scripts(), ScriptProcess(script, output=output) as started:
        # The script runs from here on. What it takes to follow it is imported meanwhile.
        from lost_update.trace_command import Options
        from lost_update.trace_command import trace as trace_script

        status = trace_script(script, started, Options(**given), _settings)
    raise SystemExit(status)


CLEAR_LINE = "\r\x1b[K"


def _show_states(states: int) -> None:
    click.echo(f"\r{number(states)} states", nl=False, err=True)


def _show_nothing(_states: int) -> None: ...


WIDEST_BAR = 40


def _histogram(answer: Any) -> str:
    """The outcomes as bars, by how likely they are."""
    if not answer["exhausted"]:
        return "\n".join(_unfinished(answer))
    ended = [(str(one["final"]), one) for one in answer["outcomes"]]
    ended += [("deadlock", one) for one in answer["deadlocks"]]
    states = "" if answer["states"] is None else f", {number(answer['states'])} states"
    if "estimated_states" in answer:
        states = f", about {about(answer['estimated_states'])} states"
    lines = [
        f"{brief(answer['interleavings'])} interleavings{states}",
        "Where it ends, how likely that is if each step were a coin toss, and in how many ways:",
        *_bars([(what, one["probability"], brief(one["interleavings"])) for what, one in ended]),
    ]
    return "\n".join(lines)


def _bars(rows: Sequence[tuple[str, float, str]]) -> list[str]:
    """What happens, its share as a bar and a number, and what else there is to say."""
    width = max((len(row[0]) for row in rows), default=1)
    most = max((row[1] for row in rows), default=1.0)
    return [
        f"{what:>{width}}  {'█' * round(WIDEST_BAR * share / most):<{WIDEST_BAR}}  {share:9.4%}  {more}".rstrip()
        for what, share, more in rows
    ]


def _unfinished(answer: Any) -> list[str]:
    """What is known where there were too many states, and where random schedules ended: in shares if they suffice."""
    from lost_update.settings import LEAST_SAMPLES

    samples = answer["estimate"]["samples"]
    ended = [
        ("deadlock" if one["final"] is None else str(one["final"]), one["share"])
        for one in answer["estimate"]["outcomes"]
    ]
    lines = [
        f"There are too many states to try: {number(answer['states'])} were. "
        f"In all there are about {about(answer['estimated_states'])}."
    ]
    if samples < LEAST_SAMPLES:
        lines.append(f"Only {number(samples)} random schedules could be drawn: too few to estimate any probability.")
        lines += [f"{what}: {number(round(share * samples))} of {number(samples)}" for what, share in ended]
    else:
        lines.append(f"This is an estimate from {number(samples)} random schedules:")
        lines += _bars([(what, share, "") for what, share in ended])
    for one in answer["known"]:
        way = f": {' '.join(one['schedule'])}" if one["schedule"] else ", by a schedule too long for a run to follow."
        lines.append(f"It can end at {one['final']}{way}")
    return lines


@cli.command()
@click.argument("run_or_file", metavar="RUN_OR_FILE")
@click.option(
    "--format",
    "format_name",
    required=True,
    help="ndjson, html, perfetto, csv, svg, svg-lineage, svg-map, markdown, text, pytest; any other lists what each is "
    "for.",
)
@click.option("-o", "--output", type=click.Path(path_type=Path), help="The file to write, in place of standard output.")
def export(run_or_file: str, format_name: str, output: Path | None) -> None:
    """Take a recording away: a kept run, or an ndjson or html file, in another format."""
    from lost_update.export_command import CannotExport
    from lost_update.export_command import export as take_away

    try:
        take_away(run_or_file, format_name, output)
    except CannotExport as why:
        _fail(str(why))


@cli.command()
def scenarios() -> None:
    """List what can be run."""
    from lost_update.scenarios.catalogue import SCENARIOS

    for scenario in SCENARIOS.values():
        option = scenario.field.replace("_", "-")
        usual = f"--processes {scenario.processes.usual} --iterations {scenario.iterations.usual}"
        click.echo(f"{scenario.name}: {scenario.about}")
        click.echo(f"    --{option} {'|'.join(scenario.variants)}  {usual}")


@contextmanager
def _interrupts() -> Iterator[Callable[[], bool]]:
    """Whether Ctrl-C was pressed meanwhile. As an exception it could be lost: Python drops those in finalizers."""
    pressed: list[int] = []
    before = signal.signal(signal.SIGINT, lambda number, _: pressed.append(number))
    try:
        yield lambda: bool(pressed)
    finally:
        signal.signal(signal.SIGINT, before)


def _follow(one: Any, expected_steps: int, was_interrupted: Callable[[], bool]) -> None:
    """Show the progress on standard error, where that is a terminal, until the run is over or interrupted."""
    is_shown = sys.stderr.isatty() and expected_steps
    with click.progressbar(length=expected_steps, label="steps", file=sys.stderr) if is_shown else nullcontext() as bar:
        while not one.is_over and not was_interrupted():
            if bar is not None:
                bar.update(min(len(one.recording.log), expected_steps) - bar.pos)
            wait([one.over], PROGRESS_SECONDS)


def _report(view: Any, done: dict[str, dict[str, int]], hints: list[str]) -> str:
    """The figures, or what each process did where no cell is shared; and what there is to say of them."""
    summary = view["summary"]
    lines = [_cell(cell) for cell in summary["cells"]]
    if not lines:
        lines = [_process(process, done[process["name"]]) for process in view["processes"]]
    steps = f", {number(view['steps'])} steps" if view["request"]["traced"] else ", without our recording"
    lines.append(f"{view['status']} after {duration(summary['duration_ms'])}{steps}")
    if view["reason"]:
        lines.append(view["reason"])
    lines += hints
    if not summary["consistent"]:
        lines.append("The recorded steps and the memory disagree. This is a bug in Lost Update: please report it.")
    return "\n".join(lines)


def _clean(view: Any, request: Any) -> list[str]:
    """What a run that went well does not prove, where the code can go wrong. Nothing for any other run."""
    variant = request.variant
    races = variant.kind in ("none", "faulty") and request.processes > 1
    if view["status"] != "finished" or any(cell["lost"] != 0 for cell in view["summary"]["cells"]):
        return []
    if variant.may_block:
        lines = ["This time there was no deadlock. The bug is still there."]
    elif races:
        lines = ["This time no two increments overlapped. The bug is still there."]
    else:
        return []
    if request.pace == "free" and _cores() == 1:
        lines.append("On one core a process may be done before the next one begins; with --pace slow they overlap.")
    proof = "However many runs go well, they prove nothing"
    guard = "" if request.guard == "none" else f" --guard {request.guard}"
    tries = f"; `lost-update explore{guard}` tries every interleaving" if request.scenario == "value" else ""
    return [*lines, f"{proof}{tries}."]


def _cores() -> int:
    """How many cores the processes may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _cell(cell: Any) -> str:
    expected, counter, lost = (_known(cell[name]) for name in ("expected", "final", "lost"))
    if cell.get("lost_at_least"):
        lost = f"at least {number(cell['lost_at_least'])}"
    return f"{cell['name']}: expected {expected}, counter {counter}, lost {lost}"


def _known(amount: int | None) -> str:
    return "not known" if amount is None else number(amount)


def _process(process: Any, done: dict[str, int]) -> str:
    ended = "exit code not known" if process["exitcode"] is None else f"exit code {process['exitcode']}"
    return "; ".join([f"{process['name']}: {ended}", *(f"{op} {number(count)}" for op, count in done.items())])


@contextmanager
def _importing() -> Iterator[None]:
    """Within this, modules are imported. What they are made of stays: to look for garbage in it is in vain.

    A tenth of the time to import the server would go into that, and later every search would look at it again. And
    numpy would start threads for what is not done here, and they spin.
    """
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        gc.enable()


def _start_fork_server() -> None:
    """Begin with what takes long in another process."""
    from lost_update.execution.supervisor import new_context, start_fork_server

    start_fork_server(new_context())


def _settings(**given: Any) -> Any:
    """The settings of the environment, with those that the command line gives in their place."""
    from pydantic import ValidationError

    from lost_update.settings import Settings

    try:
        return Settings(**given)
    except ValidationError as error:
        _fail("; ".join(f"LOST_UPDATE_{str(e['loc'][0]).upper()}: {cause(e)}" for e in error.errors()))


def _url(host: str, port: int) -> str:
    name = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}.get(host, f"[{host}]" if ":" in host else host)
    return f"http://{name}:{port}"


def _fail(message: str) -> Any:
    click.echo(message, err=True)
    raise SystemExit(2)
