"""The console script: finds each layer's commands and loads one only when it is called."""

from __future__ import annotations

import io
import os
import sys
from importlib.metadata import entry_points
from pathlib import Path

import click

GROUP = "briefwijzer.commands"
DEFAULT_INDEX = Path(".briefwijzer")
INTERRUPTED = 130

# What `--help` shows, so that it need not import every command to ask.
_SUMMARIES = {
    "ingest": "Bring the index up to date with a folder of letters.",
    "ask": "Answer a question with cited passages.",
    "search": "Find the passages for a question.",
    "letters": "List the letters in the index.",
    "feedback": "Show what readers found of answers.",
    "serve": "Serve the page and the HTTP API.",
    "keys": "Make, list and revoke API keys.",
    "helpdesk": "See and retry what helpdesks are sent.",
    "audit": "Account for answers that were given.",
    "mcp": "Serve the letters to an MCP client over stdio.",
    "read": "Show what reading makes of a file.",
    "eval": "Ask the gold questions and report the scores.",
    "faithfulness": "Try whether a language model's false claims get through.",
    "red-team": "Try whether instructions in letters change answers.",
    "train-embedder": "Train the embedding model, or adapt it to your letters.",
}


class LazyGroup(click.Group):
    """A group whose commands are entry points, imported when called."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The commands: the known ones in order of use, then others that are installed."""
        names = [point.name for point in entry_points(group=GROUP)]
        known = [name for name in _SUMMARIES if name in names]
        return [*known, *sorted(set(names) - set(known))]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command itself, imported now."""
        for point in entry_points(group=GROUP, name=cmd_name):
            command: click.Command = point.load()
            return command
        return None

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """List the commands without importing them."""
        rows = [(name, _SUMMARIES.get(name, "")) for name in self.list_commands(ctx)]
        with formatter.section("Commands"):
            formatter.write_dl(rows)


@click.group(cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.option(
    "--index",
    type=click.Path(file_okay=False, path_type=Path),
    envvar="BRIEFWIJZER_INDEX",
    default=DEFAULT_INDEX,
    show_default=True,
    help="Directory of the index (or BRIEFWIJZER_INDEX).",
)
@click.version_option(package_name="briefwijzer")
@click.pass_context
def cli(context: click.Context, index: Path) -> None:
    """Answers questions over Dutch government letters, every quotation proven on its page."""
    context.ensure_object(dict)
    context.obj["index"] = index


def _silence_stdout() -> None:
    """After a closed pipe: let the interpreter's last flush go nowhere instead of complain."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _show_what_can_be_shown() -> None:
    """In a terminal that is not UTF-8, “ ” become question marks instead of an error."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")


def _one_thread_per_product() -> None:
    """Before numpy is loaded: the products of a small model are too short to share, and threads
    that wait for one another take many times as long when another program keeps a core busy."""
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")


def main() -> None:
    """Run the command line; Ctrl-C ends it with 130 and a closed pipe ends it quietly."""
    _show_what_can_be_shown()
    _one_thread_per_product()
    try:
        status = cli.main(standalone_mode=False)
        sys.stdout.flush()
    except click.exceptions.Abort:
        sys.exit(INTERRUPTED)
    except KeyboardInterrupt:
        sys.exit(INTERRUPTED)
    except click.ClickException as error:
        error.show()
        sys.exit(error.exit_code)
    except BrokenPipeError:
        _silence_stdout()
        sys.exit(0)
    sys.exit(status if isinstance(status, int) else 0)
