"""A job as the runner of a build host starts it: services on a network of its own, the sources in a
volume filled by a helper, the script mounted from the host, reports written to a host directory,
artifacts copied out, the script's exit code told."""

import os
import shutil

from lib.cases import Case, expect, until

from .images import FILES
from .services import differences, loaded, psql

PASSWORD = ["-e", "POSTGRES_PASSWORD=secret", "-e", "POSTGRES_USER=app", "-e", "POSTGRES_DB=app"]


def services(stage, run, prefix):
    run("-d", "--name", prefix + "db", "--network", prefix, "--network-alias", "database", *PASSWORD,
        "postgres:1")
    run("-d", "--name", prefix + "cache", "--network", prefix, "--network-alias", "cache", "redis:1")
    until(lambda: psql(stage, prefix + "db", "select 1").ok, 30, "the job's database answers")


def job(stage, runtime):
    """Everything that the job printed, its codes, and what it left."""
    prefix = f"{stage.id}-{runtime}"
    script, reports = stage.shared("script"), stage.shared("reports-" + runtime)
    shutil.copy(os.path.join(FILES, "job.sh"), script)

    def run(*args, fine=True):
        done = stage.docker("run", "--runtime", runtime, *args, timeout=60)
        expect(done.ok or not fine, f"docker run under {runtime}", done.text)
        return done

    stage.docker("network", "create", "-o", f"com.docker.network.bridge.name=gdj{stage.id}{runtime[0]}",
                 prefix, check=True)
    stage.callback(stage.docker, "network", "rm", prefix)
    stage.callback(stage.docker, "volume", "rm", "-f", prefix)
    stage.forget(prefix + "db", prefix + "cache", prefix + "job", prefix + "bad")
    services(stage, run, prefix)
    helper = stage.world.docker("run", "-i", "--rm", "--runtime", runtime, "-v", prefix + ":/builds",
                                "debian:1", "sh", "-c", "mkdir /builds/project; cat >/builds/project/README",
                                stdin=b"the sources\n")
    expect(helper.ok, "the helper fills the volume", helper.text)
    common = ["--network", prefix, "-v", prefix + ":/builds", "-v", script + ":/script:ro", "-v",
              reports + ":/reports", "-w", "/builds/project", "-e", "CI=true", "debian:1", "bash", "/script/job.sh"]
    good = run("--name", prefix + "job", "-e", "EXIT=0", *common)
    bad = run("--name", prefix + "bad", "-e", "EXIT=3", *common, fine=False)
    out = os.path.join(reports, "artifact.tgz")
    stage.docker("cp", prefix + "job:/builds/project/artifact.tgz", out, check=True)
    expect(os.path.getsize(out) > 100, "an artifact")
    with open(os.path.join(reports, "junit.xml"), encoding="ascii") as report:
        left = report.read(), os.stat(report.name).st_uid
    return f"{good.out}{good.err}{good.code}\n{bad.text}{bad.code}\n{left}"


def check(stage):
    loaded(stage.world)
    seen = [job(stage, runtime) for runtime in stage.runtimes]
    expect("packed src.tar\n0\n" in seen[0], "the job runs to its end under runc", seen[0])
    for other in seen[1:]:
        expect(other == seen[0], "the same output", differences(seen[0], other))
    return "the same output, codes and artifacts"


ROWS = [Case("a runner's job with services beside it", check, "baseline", "runs as under runc")]
