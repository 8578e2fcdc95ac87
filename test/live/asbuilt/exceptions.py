"""An exception for one image, by its digest, looser than the default: it works as it is pinned and cannot be
borrowed, neither by another use of the image nor by another container."""

import re

from lib.cases import Case, expect
from lib.rows import REFUSED

from . import images
from .departures import plant, process
from .engines import CRI, CTR, DOCKER, NAME, PODMAN, Ask, Asked, apply, must

HOLDS = "HOLDS"
ADD, POD = "--cap-add SYS_ADMIN", {"capabilities": {"add_capabilities": ["SYS_ADMIN"]}}
CAPS = ["CAP_SYS_ADMIN", "CAP_CHOWN"]


def exception(stage, **more):
    """tool:1 may hold SYS_ADMIN; baseline governs all else."""
    digests = [images.digest(stage.world.site, name) for name in ("tool:1", "toolstay:1")]
    return {"tool": {"extends": ["as-built"], "match": {"digest": digests}, "reason": "backs up the host's disks",
                     "until": "2099-01-01T00:00:00Z", "controls": {
                         "capabilities": {"add": ["SYS_ADMIN"]}, "namespaces": {"joinable": []}, "user": {"nonRoot": False},
                         **more.pop("controls", {})}, **more},
            "default": {"extends": ["baseline"], "match": {}}}


def give(doc, _asked):
    for kind in ("bounding", "effective", "permitted"):
        doc["process"]["capabilities"][kind] = list(CAPS)


def both(change):
    def spec(doc, asked):
        give(doc, asked)
        change(doc, asked)
    return spec


def works(engine, ask):
    def check(stage):
        stage.token = "none"
        seen = []
        for runtime in stage.runtimes:
            if runtime != "runc":
                apply(stage, **exception(stage))
            seen.append(Asked(stage, engine, runtime, ask).run())
            expect(HOLDS in seen[-1], f"it works under {runtime}", seen[-1])
    return Case(f"{engine}: the exception as it is pinned", check, NAME, "starts")


def borrowed(name, engine, ask, proof=HOLDS):
    def check(stage):
        stage.token = "none"
        text = Asked(stage, engine, "runc", ask).run()
        expect(re.search(proof, text), "it works under plain runc", text)
        if not stage.world.guarded:
            return "runc: it works"
        apply(stage, **exception(stage))
        text = Asked(stage, engine, NAME, ask).run()
        found = REFUSED.search(text)
        expect(found, "refused", text)
        expect(not re.search(proof, REFUSED.sub("", text)), "nothing of it happens", text)
        return f"refused ({found[2]})"
    return Case(f"{engine}: the exception with {name}", check, NAME, "refused")


# -- what others do to its container -----------------------------------------------------------------------

def holder(asked):
    """The exception's container is there."""
    images.load(asked.world, asked.engine)
    other = asked.id + "o"
    asked.words["other"] = other
    if asked.engine == PODMAN:
        asked.stage.callback(asked.world.podman, "rm", "-f", "-t", "0", other)
        must(asked.world.podman("run", "-d", "--name", other, *ADD.split(), "toolstay:1", runtime=asked.exe),
             "the exception's own container runs")
        return
    asked.stage.forget(other)
    ipc = ["--ipc", "shareable"] if "--ipc" in asked.ask.flags else []
    must(asked.world.docker("run", "-d", "--name", other, "--runtime", asked.runtime, *ADD.split(), *ipc,
                            "toolstay:1"), "the exception's own container runs")


def joined(name, flags, engine=DOCKER):
    return borrowed(name, engine, Ask(f"{flags}{{other}} --entrypoint /bin/probe", "caps", image="probe:1",
                                      before=holder), "(?i)bounding|inheritable|eff")


def entered(engine, *words):
    def check(stage):
        stage.token, seen = "none", []
        for runtime in stage.runtimes:
            if runtime != "runc":
                apply(stage, **exception(stage))
            asked = Asked(stage, engine, runtime, Ask(before=holder))
            command = ["exec", *words, asked.words["other"], "/bin/probe", "caps", "sys_admin"]
            seen.append(asked.world.podman(*command, runtime=asked.exe).text if engine == PODMAN
                        else asked.world.docker(*command).text)
        expect(HOLDS in seen[0], "it works under plain runc", seen[0])
        expect(len(seen) == 1 or REFUSED.search(seen[1]), "refused", seen[-1])
    return Case(f"{engine}: exec {' '.join(words)} into the exception's container".replace("  ", " "), check,
                NAME, "refused")


def lint(name, change, *says):
    """apply does not take an exception that could be borrowed."""
    def check(stage):
        if not stage.world.guarded:
            return
        policies = exception(stage)
        change(policies["tool"])
        made = stage.world.guard(NAME)
        made._put = None
        for file, policy in policies.items():
            made.write(f"{made.policies}/{file}-bad.json", {"version": 1, "name": file, **policy})
        done = made.ctl("policy", "lint")
        applied = made.ctl("apply")
        expect(not done.ok and not applied.ok, "neither lint nor apply takes it", done.text + applied.text)
        for word in says:
            expect(word in done.text, f"lint says {word}", done.text)
    return Case(f"lint: an exception {name}", check, NAME, "refused")


def loosened(control, **fields):
    fields = {name: {"replace": value} for name, value in fields.items()}

    def change(policy):
        policy["controls"][control] = {**policy["controls"].get(control, {}), **fields}
    return change



ROWS = [
    works(DOCKER, Ask(ADD, image="tool:1")), works(PODMAN, Ask(ADD, image="tool:1")),
    works(CTR, Ask(image="tool:1", spec=give)), works(CRI, Ask(image="tool:1", cri={"security": POD})),
    *(borrowed(name, engine, ask, proof) for name, ask, proof in (
        ("another command", Ask(ADD, "caps chown", image="tool:1", spec=both(process(
            args=["/bin/probe", "caps", "chown"])), cri={"security": POD, "args": ["caps", "chown"]}), HOLDS),
        ("another entrypoint", Ask(ADD + " --entrypoint /bin/busybox", "echo @evil", image="tool:1", spec=both(process(
            args=["/bin/busybox", "echo", "@evil"])), cri={"security": POD, "command": [
                "/bin/busybox", "echo", "@evil"]}), "(?m)^@evil"),
        ("a variable more", Ask(ADD + " -e EXTRA=1", image="tool:1", spec=both(process(
            env=lambda old: [*old, "EXTRA=1"])), cri={"security": POD, "envs": [
                {"key": "EXTRA", "value": "1"}]}), HOLDS),
        ("another working directory", Ask(ADD + " -w /tmp", image="tool:1", spec=both(process(cwd="/tmp")), cri={
            "security": POD, "working_dir": "/tmp"}), HOLDS),
        ("another user", Ask(ADD + " -u 0:6", image="tool:1", spec=both(process(
            user=lambda old: {**old, "gid": 6})), cri={"security": {**POD, "run_as_user": {"value": 0},
                                                                    "run_as_group": {"value": 6}}}), HOLDS),
        ("a mount more", Ask(ADD + " -v {files}:/extra", image="tool:1", spec=both(lambda doc, asked: doc[
            "mounts"].append({"destination": "/extra", "type": "bind", "source": asked.files,
                              "options": ["rbind", "rw"]})), cri={"security": POD, "mounts": [
                                  {"container_path": "/extra", "host_path": "{files}"}]}), HOLDS),
        ("a mount over the command", Ask(ADD + " -v {files}/probe:/bin/probe", image="tool:1", cri={
            "security": POD, "mounts": [{"container_path": "/bin/probe", "host_path": "{files}/probe"}]},
            spec=both(lambda doc, asked: doc["mounts"].append({
                "destination": "/bin/probe", "type": "bind", "source": asked.files + "/probe",
                "options": ["bind"]})), before=plant("probe")), "(?m)^@evil"),
        ("another image of the same words", Ask(ADD, "/bin/probe caps sys_admin", image="probe:1",
            ctr=None, cri={"security": POD, "image": "probe:1", "command": ["/bin/probe", "caps", "sys_admin"]}),
         HOLDS),
    ) for engine in (DOCKER, PODMAN, CTR, CRI) if ask.can(engine)),
    joined("its processes joined by another container", "--pid container:"),
    joined("its network joined by another container", "--network container:"),
    joined("its ipc joined by another container", "--ipc container:"),
    joined("its processes joined by another container", "--pid container:", PODMAN),
    joined("its network joined by another container", "--network container:", PODMAN),
    joined("its ipc joined by another container", "--ipc container:", PODMAN),
    entered(DOCKER), entered(DOCKER, "-u", "0"), entered(PODMAN),
    lint("reached by a name", lambda p: p.update(match={"reference": ["docker.io/library/tool:1"]}), "match"),
    lint("reached by a label", lambda p: p.update(match={"label": ["team=web"]}), "match"),
    lint("without a reason", lambda p: p.pop("reason"), "reason"),
    lint("whose command is anybody's", loosened("entrypoint", like="any"), "entrypoint"),
    lint("whose environment is anybody's", loosened("environment", like="any"), "environment"),
    lint("whose user is anybody's", loosened("user", like="any"), "user"),
    lint("whose mounts are anybody's", loosened("mounts", like="any"), "mounts"),
    lint("whose network others may join", loosened("namespaces", joinable=["network"]), "namespaces"),
    lint("into which anybody may", loosened("exec", allow="any"), "exec"),
]
