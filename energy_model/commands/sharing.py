"""Commands that hand results to others: serve, compare."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Annotated

import typer

from energy_model.commands.naming import finished_result, names_horizon
from energy_model.commands.shared import DEFAULT_RESULTS, EXIT_INPUT, Results, err, guarded, out, stop
from energy_model.invocation import command

LONGEST_NAME = 200
"""Characters of a folder name, so that its temporary folders fit into the 255 of a file system."""


def serve(
    results: Results = DEFAULT_RESULTS,
    port: Annotated[int, typer.Option(min=0, max=65535, help="Port 端口; 0 = any free one")] = 8765,
    host: Annotated[str, typer.Option(help="Address to listen at 监听地址; others can reach it unless it is 127.0.0.1")] = "127.0.0.1",
) -> None:
    """Show the results in a browser on this machine: pages, tables, downloads, comparisons 本机浏览结果."""
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


def compare(
    first: Annotated[str, typer.Argument(help="Result: SCENARIO[:HORIZON] or its folder 甲：方案[:时段] 或其目录")],
    second: Annotated[str, typer.Argument(help="The other result 乙")],
    horizon: Annotated[str | None, typer.Option("--horizon", help="Horizon of results that name none 未注明者的时段")] = None,
    results: Results = DEFAULT_RESULTS,
    output: Annotated[Path | None, typer.Option("--output", help="Folder to write 输出目录; default results/compare-FIRST-SECOND")] = None,
) -> None:
    """Write page and table of the differences of two results: inputs, capacity, energy, cost, clauses, prices 两方案对比."""
    with guarded():
        one = finished_result(results, first, None if names_horizon(first) else horizon, hourly=False)
        two = finished_result(results, second, None if names_horizon(second) else horizon, hourly=False, like=one)
        folders = [one.folder, two.folder]
        from energy_model.report.comparison.two_results import compare as write_comparison
        from energy_model.results.difference import CannotCompareError

        try:
            target = output or results / _comparison_name(*(f.name for f in folders))
            if target.exists() and not (target / "difference.csv").is_file():
                stop(f"{target} exists and holds no comparison; choose another --output 该目录已有其他内容，请另选。", EXIT_INPUT)
            for path in write_comparison(folders[0], folders[1], target):
                out.print(f"  {path}")
        except CannotCompareError as fault:
            stop(str(fault), EXIT_INPUT)


def _comparison_name(first: str, second: str) -> str:
    """Name of the folder of a comparison; two long names are cut, and told apart by a few digits."""
    name = f"compare-{first}-{second}"
    if len(name) <= LONGEST_NAME:
        return name
    digest = hashlib.sha256(name.encode()).hexdigest()[:8]
    return f"compare-{first[:80]}-{second[:80]}-{digest}"
