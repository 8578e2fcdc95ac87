"""The other side of every table here: an ordinary container of the same shape must start, or the
refusals would prove nothing."""

from lib import bundle
from lib.cases import Case, expect
from lib.makers import inside

SCRIPT = inside("id -u; cat /proc/self/attr/current >/dev/null 2>&1; true")


def ran(done, uid="0"):
    text = done if isinstance(done, str) else done.text
    expect("@ran\n" + uid in text, "an ordinary container does not run", text)


def docker(*flags, uid="0"):
    def check(stage):
        stage.forget(stage.id)
        ran(stage.docker("run", "--name", stage.id, "--runtime", stage.runtimes[-1],
                         *[f.replace("{shared}", stage.shared()) for f in flags], "probe:1",
                         *SCRIPT), uid)
    return check


def entered(stage):
    stage.forget(stage.id)
    stage.docker("run", "-d", "--name", stage.id, "--runtime", stage.runtimes[-1], "probe:1",
        "sleep",
                 "100", check=True)
    ran(stage.docker("exec", stage.id, *SCRIPT))
    ran(stage.docker("exec", "-u", "1000", "-w", "/tmp", "-e", "A=b", stage.id, *SCRIPT), "1000")
    expect(stage.docker("update", "--cpu-shares", "512", stage.id).ok,
        "an ordinary update is refused")


def podman(*flags):
    def check(stage):
        engine = stage.world.podman
        stage.callback(engine, "rm", "-f", "-t", "0", stage.id)
        ran(engine("run", "--name", stage.id, *flags, "probe:1", *SCRIPT,
                   runtime=stage.exe(stage.runtimes[-1])))
    return check


def ctr(stage):
    engine = stage.world.containerd
    stage.callback(engine.clear, stage.id)
    ran(engine.ctr("run", "--rm", "--runc-binary", stage.exe(stage.runtimes[-1]),
                   "docker.io/library/probe:1", stage.id, *SCRIPT))


def pod(stage):
    cri = stage.world.cri
    made = cri.pod(stage.id, stage.runtimes[-1], log_directory=stage.world.site.path("podlogs",
                                                                                    stage.id))
    stage.callback(cri.remove, made[0])
    container, _ = cri.container(made, ["sleep", "100"])
    answer = cri("ExecSync", container_id=container, cmd=SCRIPT, timeout=10)
    ran(answer.get("stdout", "") + answer.get("stderr", ""))
    cri("UpdateContainerResources", container_id=container, linux={"cpu_shares": 512})


def hand(stage):
    bundles, exe = stage.world.bundles, stage.exe(stage.runtimes[-1])
    doc = bundle.document(SCRIPT)
    stage.callback(bundles.clear, exe, stage.id)
    ran(bundles.runtime(exe, "run", "--bundle", bundles.make(stage.id, doc), stage.id))


def calls(stage):
    """Verbs that only look, or stop: never in the way."""
    bundles, exe = stage.world.bundles, stage.exe(stage.runtimes[-1])
    home = bundles.make(stage.id, bundle.document(["sleep", "100"]))
    stage.callback(bundles.clear, exe, stage.id)
    for words in (["create", "--bundle", home, stage.id], ["start", stage.id], ["state", stage.id],
                  ["ps", stage.id], ["list"], ["pause", stage.id], ["resume", stage.id],
                  ["update", "--pids-limit", "32", stage.id], ["exec", stage.id, "/bin/true"],
                  ["kill", stage.id, "KILL"], ["--version"], ["features"]):
        done = bundles.runtime(exe, *words)
        expect(done.ok, f"{words[0]} does not work", done.text)


def case(name, check, **more):
    return Case("an ordinary " + name, check, goal="start", **more)


ROWS = [
    case("docker run", docker()), case("docker run -u 1000", docker("-u", "1000", uid="1000")),
    case("docker run -v DIR:/x below an allowed root", docker("-v", "{shared}:/x:ro")),
    case("docker run --cap-drop ALL --read-only", docker("--cap-drop", "ALL", "--read-only")),
    case("docker run within limits", docker("--pids-limit", "50", "--memory", "64m"),
         profile="limits"),
    case("docker run within limits of 64", docker("--pids-limit", "50"), profile="limits64"),
    case("docker run as a user, restricted", docker(
        "-u", "1000", "--cap-drop", "ALL", "--security-opt", "no-new-privileges", "--read-only",
        uid="1000"), profile="restricted"),
    case("docker exec and update", entered), case("podman run", podman()),
    case("docker run --device, permitted", docker("--device", "/dev/fuse"), profile="fuse"),
    case("podman run --device, permitted", podman("--device", "/dev/fuse"), profile="fuse"),
        case("ctr run", ctr),
    case("pod, exec and update", pod), case("bundle", hand), case("call of every verb", calls),
]
