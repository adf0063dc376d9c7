"""Show the results in a browser: serve."""

from __future__ import annotations

from typing import Annotated

import typer

from energy_model.commands.shared import DEFAULT_RESULTS, EXIT_INPUT, Results, err, guarded, out, stop
from energy_model.invocation import command


def serve(
    results: Results = DEFAULT_RESULTS,
    port: Annotated[int, typer.Option(min=0, max=65535)] = 8765,
    host: Annotated[str, typer.Option()] = "127.0.0.1",
) -> None:
    """Show the results in a browser on this machine: pages, tables, downloads, comparisons."""
    with guarded():
        if not results.is_dir():
            stop(f"There is no folder {results}. Make a result first 请先求解: {command('optimize')}", EXIT_INPUT)
        from energy_model.report.server.server import LOCAL
        from energy_model.report.server.server import serve as serve_results

        if host not in LOCAL:
            err.print(f"Anyone who reaches {host}:{port} can read these results 他人可读取这些结果.", style="yellow")
        try:
            serve_results(results, host, port, lambda url: out.print(f"{url}  (Ctrl-C stops 停止)"))
        except OSError as fault:
            stop(f"Port {port} at {host} cannot be used 端口不可用: {fault.strerror}. Choose another with --port.", EXIT_INPUT)
        except KeyboardInterrupt:
            out.print("Stopped 已停止.")
