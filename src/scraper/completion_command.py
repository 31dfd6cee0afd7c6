"""The command that teaches a shell our commands: `scraper completion`.

A module beside the command line, because it prints for another program.
"""

from __future__ import annotations

import click
from click.shell_completion import get_completion_class


@click.command()
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish"]))
@click.pass_context
def completion(context: click.Context, shell: str) -> None:
    """Print what lets a shell complete commands, options, sites and articles with the tab key.

    Try it in a shell, then add the line to its file: ~/.bashrc, or ~/.zshrc behind compinit.

    \b
    eval "$(scraper completion bash)"
    eval "$(scraper completion zsh)"
    scraper completion fish > ~/.config/fish/completions/scraper.fish
    """
    chosen, root = get_completion_class(shell), context.find_root()
    assert chosen is not None
    click.echo(chosen(root.command, {}, "scraper", "_SCRAPER_COMPLETE").source())
