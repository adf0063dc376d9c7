"""Parts held by the workers of an encrypted Dask cluster: the answer of this process, also when a worker is killed midway."""

from __future__ import annotations

import os
import signal
import subprocess
from io import StringIO
from threading import Timer

import dask
import pytest
from distributed import default_client
from rich.console import Console

from energy_model.solving.highs import solve_lp
from energy_model.solving.interior_point import parts
from energy_model.solving.interior_point.elsewhere import holders_of, told_of_traffic
from energy_model.solving.interior_point.method import solve_blocks
from energy_model.workers import WorkerError, workers
from tests.support.block_studies import years

pytestmark = pytest.mark.slow
SIDES = ("scheduler", "worker", "client")


def certified(folder) -> dict[str, str]:
    """Dask's settings for a certificate of its own, which this writes."""
    folder.mkdir()
    key, certificate = folder / "key.pem", folder / "certificate.pem"
    curve = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"]
    files = ["-keyout", str(key), "-out", str(certificate)]
    subprocess.run(["openssl", "req", "-x509", *curve, *files, "-days", "2", "-subj", "/CN=127.0.0.1"], check=True, capture_output=True)
    of = {"ca-file": certificate} | {f"{side}.{part}": file for side in SIDES for part, file in (("cert", certificate), ("key", key))}
    return {f"distributed.comm.tls.{name}": str(file) for name, file in of.items()} | {"distributed.comm.require-encryption": True}


@pytest.fixture(scope="module")
def encrypted(tmp_path_factory):
    """Address of a scheduler with two workers, each a process, and the settings of those who may talk to it."""
    from distributed import LocalCluster
    from distributed.security import Security

    settings = certified(tmp_path_factory.mktemp("tls") / "own")
    with dask.config.set(settings):
        cluster = LocalCluster(
            n_workers=2, threads_per_worker=1, host="127.0.0.1", protocol="tls://", security=Security(), dashboard_address=None
        )
    with cluster:
        yield cluster.scheduler_address, settings


def test_killed_workers_change_no_digit(encrypted, monkeypatch):
    """Proves: three years on two workers come to the digits of this process and to the cost of the simplex although one worker is killed
    between two iterations and another within a later one.
    Sensitivity: fails if a holder made again has missed a call, or if its replies are taken twice.
    """
    monkeypatch.setattr(parts, "WORTH_PARTS", 0)
    address, settings = encrypted
    lp, said, kills = years(3).lp, StringIO(), (5, 12)
    here = solve_blocks(lp, 1e-9, 1e-7, 1, lambda at: None)
    assert lp.cost @ here.primal == pytest.approx(lp.cost @ solve_lp(lp, "simplex", threads=1).primal, rel=1e-7)
    with dask.config.set(settings), workers(scheduler=address) as pool, holders_of(pool, Console(file=said, width=300)) as holders:

        def kill(at):
            if at.number in kills:
                victim = pool.client.run(os.getpid)[holders._home[0]]
                Timer(0.1 * kills.index(at.number), os.kill, (victim, signal.SIGKILL)).start()

        there = solve_blocks(lp, 1e-9, 1e-7, 1, kill, elsewhere=holders)
        assert "3 parts" in told_of_traffic(holders, there.iterations)
    assert holders.traffic.lost == said.getvalue().count("is lost") == len(kills)
    assert there.iterations == here.iterations
    assert (there.primal == here.primal).all()
    assert (there.dual == here.dual).all()


def test_who_has_no_certificate_of_the_cluster_is_refused(encrypted, tmp_path):
    """Proves: without certificates, with those of another authority, or by an address without encryption, nobody gets to the workers, and
    a sentence says so; no client stays behind. Sensitivity: fails if the connection is made all the same, or ends in a traceback.
    """
    address, settings = encrypted
    for own, at in (({}, address), (certified(tmp_path / "other"), address), (settings, address.replace("tls:", "tcp:"))):
        with dask.config.set(own), pytest.raises(WorkerError, match="tls://"), workers(scheduler=at):
            pass
        with pytest.raises(ValueError, match="No clients found"):
            default_client()
