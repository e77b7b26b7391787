"""`pmdiag serve`: the site in a browser on this computer, made anew at every edit."""

from __future__ import annotations

from pathlib import Path

import click

from pmdiag_build.commands.options import content_option, inputs_of, local_option
from pmdiag_build.problems import ExitCode
from pmdiag_build.terminal import report, say


@click.command()
@click.option("--port", type=click.IntRange(0, 65535), default=8000, show_default=True, help="0 takes any free port.")
@local_option
@content_option
def serve(port: int, local: Path | None, content: Path | None) -> ExitCode:
    """Show the site in a browser on this computer, and follow every edit.

    Edit the files in content/ and layouts/ and save them: the page follows by itself, and says in words what is wrong
    with an edit. Only this computer can see it. Nothing is written; use pmdiag build for that.

    \b
    Example:
      pmdiag serve
      pmdiag serve --port 8080
      pmdiag serve --local our-version
    """
    from pmdiag_build.publish.preview.preview import Preview, changes
    from pmdiag_build.publish.preview.server import ADDRESS, Server
    from pmdiag_build.publish.site.pages import POLICY

    inputs = inputs_of(content, local)
    preview = Preview(inputs, report)
    try:
        server = Server(port, preview.files, preview.pack, POLICY)
        server.start()
        watched = changes([folder.resolve() for _, folder in inputs.folders])
        preview.refresh()
        say(f"The site is at http://{ADDRESS}:{server.server_port}/ and follows every edit. Ctrl-C ends it.")
        for changed in watched:
            names = ", ".join(sorted(path.name for path in changed))
            say(f"Made again after an edit of {names}" if preview.refresh(changed) else f"Kept as it was: {names}")
    except KeyboardInterrupt:
        say("Ended.")
    finally:
        preview.close()
    return ExitCode.CLEAN
