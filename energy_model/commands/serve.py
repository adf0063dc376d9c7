"""Show the results in a browser: serve."""

from __future__ import annotations

from typing import Annotated

import typer

from energy_model.commands.shared import DEFAULT_RESULTS, EXIT_INPUT, Results, err, guarded, out, stop
from energy_model.invocation import command
from energy_model.language import say


def serve(
    results: Results = DEFAULT_RESULTS,
    port: Annotated[int, typer.Option(min=0, max=65535)] = 8765,
    host: Annotated[str, typer.Option()] = "127.0.0.1",
) -> None:
    """Show the results in a browser on this machine: pages, tables, downloads, comparisons."""
    with guarded():
        if not results.is_dir():
            stop(
                say(f"There is no folder {results}. Solve a study first: ", f"没有目录 {results}。请先求解：") + command("optimize"),
                EXIT_INPUT,
            )
        from energy_model.report.server.server import LOCAL
        from energy_model.report.server.server import serve as serve_results

        if host not in LOCAL:
            err.print(
                say(f"Anyone who can reach {host}:{port} can read these results.", f"能访问 {host}:{port} 者均可读取这些结果。"),
                style="yellow",
            )
        try:
            serve_results(results, host, port, lambda url: out.print(url + say("  (stop with Ctrl-C)", "  （按 Ctrl-C 停止）")))
        except OSError as fault:
            stop(
                say(
                    f"Port {port} at {host} cannot be used: {fault.strerror}. Choose another --port.",
                    f"{host} 的端口 {port} 不可用：{fault.strerror}。请另选 --port。",
                ),
                EXIT_INPUT,
            )
        except KeyboardInterrupt:
            out.print(say("Stopped.", "已停止。"))
