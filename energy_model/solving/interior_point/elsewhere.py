"""Holders on the workers of a Dask cluster (`energy_model.residents`), and words on what has travelled to them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from rich.console import Console

from energy_model.language import say
from energy_model.residents import Kind, Residents
from energy_model.solving.interior_point.holder import Holder
from energy_model.solving.interior_point.parts import Part
from energy_model.solving.interior_point.threads import Threads, calculating
from energy_model.units import BYTES_PER_MB
from energy_model.workers import Workers


def _held(part: Part, room: dict, threads: int) -> Holder:
    """In a worker: a holder, with the threads and symbolic factors of the others there."""
    if not room:
        room |= {"threads": Threads(threads), "known": {}}
    return Holder(part, room["threads"], room["known"])


def _left(room: dict) -> None:
    if room:
        room["threads"].close()


HOLDERS = Kind(_held, calculating, _left)


@contextmanager
def holders_of(pool: Workers | None, console: Console) -> Iterator[Residents | None]:
    """Holders of parts on the workers of a cluster; None without one."""
    if pool is None or pool.client is None:
        yield None
        return
    elsewhere = Residents(pool, HOLDERS, lambda words: console.print(f"  {words}", style="yellow", highlight=False))
    try:
        yield elsewhere
    finally:
        elsewhere.close()


def told_of_traffic(of: Residents, iterations: int) -> str:
    """Where parts were held, and what has travelled."""
    if not len(of):
        return say("  one part: solved in this process", "  整体不可分，由本进程求解")
    moved, once = of.traffic, of.traffic.once / BYTES_PER_MB
    sent, told, calls = (count / max(1, iterations) for count in (moved.sent, moved.told, moved.calls))
    return say(
        f"  {of.workers} workers held {len(of)} parts: {once:,.1f} MB sent once; each iteration {sent:,.0f} bytes sent and {told:,.0f} "
        f"returned in {calls:.0f} messages",
        f"  {of.workers} 个工作进程保存 {len(of)} 个部分：数据仅发送一次，共 {once:,.1f} MB；每次迭代发送 {sent:,.0f} 字节、"
        f"收回 {told:,.0f} 字节，{calls:.0f} 条消息",
    )
