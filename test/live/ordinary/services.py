"""Five services with the configuration that the official images declare: they serve, and what they
are inside is the same under baseline as under runc; under restricted they serve with the flags that
the refusals name."""

import json
import re

from lib import talk
from lib.cases import Case, Wrong, expect, until
from lib.rows import REFUSED

from . import images

# What a process is, without what differs from one start to the next. Capabilities are not compared:
# a policy may take those that Docker gives and the service does not use.
INSPECT = r"""
cat /proc/1/cmdline | tr '\0' ' '; echo
readlink /proc/1/cwd
sed -n 's/^\(Uid\|Gid\|Groups\):/&/p' /proc/1/status
tr '\0' '\n' </proc/1/environ | grep -v ^HOSTNAME= | sort
cat /proc/1/limits
awk '{ print $5 }' /proc/self/mountinfo | grep -v -e ^/proc/ -e ^/sys/ | sort -u
ls -ln $DATA | awk '{ print $1, $3, $4, $9 }'
"""


def loaded(world):
    """The images, loaded into the private daemon once a run."""
    if "services" not in world.words:
        world.docker("load", "-q", "-i", images.kept(), check=True, timeout=300)
        world.words["services"] = "loaded"


def address(world, name):
    return world.docker.inspect(name, "{{range .NetworkSettings.Networks}}{{.IPAddress}}{{end}}")


# -- what serving means for each: functions of (stage, container, address) -> comparable answers ------

def use_nginx(stage, name, where):
    first = until(lambda: talk.http(where), 10, "nginx answers")
    expect(first == (200, "<h1>it works</h1>\n"), "nginx serves its page", first)
    # A body larger than the buffer goes through a file in nginx's own directory.
    uploaded = talk.http(where, "/upload", data=b"x" * 300000)
    logged = until(lambda: "POST /upload" in stage.docker("logs", name).out, 5, "the access log")
    return first, uploaded, talk.http(where, "/none")[0], logged


def use_redis(stage, name, where):
    until(lambda: talk.redis(where, "PING") == ["+PONG"], 10, "redis answers")
    said = [talk.redis(where, "SET", "key", "value"), talk.redis(where, "GET", "key", count=2),
            talk.redis(where, "SAVE"), talk.redis(where, "CONFIG", "GET", "maxclients", count=5)]
    restart(stage, name)
    where = address(stage.world, name)
    until(lambda: talk.redis(where, "PING") == ["+PONG"], 10, "redis answers again")
    return said, talk.redis(where, "GET", "key", count=2)


def psql(stage, name, command):
    return stage.docker("exec", "-e", "PGPASSWORD=secret", name, "psql", "-h", "127.0.0.1", "-U", "app",
                        "-At", "-c", command)


def use_postgres(stage, name, _where):
    until(lambda: psql(stage, name, "select 1").ok, 40, "postgres answers")
    said = [psql(stage, name, c).text for c in (
        "create table things (id serial primary key, name text)",
        "insert into things (name) select 'thing ' || n from generate_series(1, 2000) n",
        "select count(*), max(name) from things", "show shared_buffers", "show max_connections",
        "select pg_size_pretty(sum(n)) from generate_series(1, 200000) n")]
    restart(stage, name)
    until(lambda: psql(stage, name, "select 1").ok, 20, "postgres answers again")
    return said, psql(stage, name, "select count(*) from things").text


def use_memcached(_stage, _name, where):
    until(lambda: talk.lines(where, 11211, b"version\r\n"), 10, "memcached answers")
    return (talk.lines(where, 11211, b"set key 0 0 5\r\nvalue\r\n"),
            talk.lines(where, 11211, b"get key\r\n", 3))


def use_app(stage, name, where):
    until(lambda: talk.http(where, "/", 8000)[0] == 200, 10, "the service answers")
    until(lambda: stage.world.docker.inspect(name, "{{.State.Health.Status}}") == "healthy", 20,
          "the health check passes")
    return json.loads(talk.http(where, "/question?x=1", 8000)[1])


def restart(stage, name):
    """A clean stop by the image's own signal, and a start on the same data."""
    stage.docker("stop", "-t", "20", name, check=True)
    code = stage.world.docker.inspect(name, "{{.State.ExitCode}}")
    expect(code == "0", "the service ends by itself when asked", f"exit code {code}")
    stage.docker("start", name, check=True)


# name -> (image, flags, what serving means, data directory, account, tmpfs for another than root)
SERVICES = {
    "nginx": ("nginx:1", [], use_nginx, "/var/log/nginx", "101:101", ["/var/lib/nginx:uid=101", "/run:uid=101"]),
    "redis": ("redis:1", [], use_redis, "/data", "999:999", []),
    "PostgreSQL": ("postgres:1", ["-e", "POSTGRES_PASSWORD=secret", "-e", "POSTGRES_USER=app", "-e",
                                  "POSTGRES_DB=app"], use_postgres, "/var/lib/postgresql",
                   "999:999", []),
    "memcached": ("memcached:1", [], use_memcached, "/", "memcache", []),
    "a Python service": ("app:1", [], use_app, "/app", "app", []),
}


def serve(stage, service, runtime, flags=()):
    """Starts it and uses it; what was seen, or the refusal's text."""
    image, own, use, data, _account, _places = SERVICES[service]
    loaded(stage.world)
    name = f"{stage.id}-{runtime}-{len(flags)}"
    stage.forget(name)
    done = stage.docker("run", "-d", "--name", name, "--runtime", runtime, *own, *flags, image)
    if not done.ok:
        return None, done.text
    try:
        answers = use(stage, name, address(stage.world, name))
    except Wrong as wrong:
        raise Wrong(f"{wrong}\n{stage.docker('logs', name).text[-1500:]}") from None
    inside = stage.docker("exec", "-u", "0", "-e", "DATA=" + data, name, "sh", "-c", INSPECT)
    if not inside.ok:       # a policy may keep root out
        inside = stage.docker("exec", "-e", "DATA=" + data, name, "sh", "-c", INSPECT)
    expect(inside.ok, "looking inside", inside.text)
    return (answers, inside.out), ""


def unchanged(service):
    def check(stage):
        seen = []
        for runtime in stage.runtimes:
            found, refusal = serve(stage, service, runtime)
            expect(found, f"it starts under {runtime}", refusal)
            seen.append(found)
        for other in seen[1:]:
            expect(other[0] == seen[0][0], "the same answers", f"{seen[0][0]}\n{other[0]}")
            expect(other[1] == seen[0][1], "the same inside", differences(seen[0][1], other[1]))
        return "serves, the same inside"
    return Case(service, check, "baseline", "serves as under runc")


def differences(one, two):
    first, second = one.splitlines(), two.splitlines()
    return "\n".join([f"only runc:    {line}" for line in first if line not in second] +
                     [f"only guarded: {line}" for line in second if line not in first])


# -- restricted ---------------------------------------------------------------------------------------

FLAG = re.compile(r"(--[a-z][a-z-]*)(?:[= ]([^\s'\";,()]*[^\s'\";,().]))?")


def named_flags(refusal, account):
    """The flags that the advice of a refusal tells to add: those after the reason, before the bracket.
    The account is the image's own, which the message cannot know."""
    advice = refusal[refusal.index("guarded refused"):].split(": ", 1)[1].rsplit(" (", 1)[0]
    found = []
    for option, value in FLAG.findall(advice):
        if option in ("--user", "--tmpfs", "--cap-drop", "--security-opt", "--pids-limit", "--memory",
                      "--read-only", "--cpus", "--ulimit"):
            value = account if option == "--user" else value
            found.append([option] if option == "--read-only" else [option, value])
    return found


def hardened(service):
    def check(stage):
        if not stage.world.guarded:
            return "only under guarded"
        account, places = SERVICES[service][4:]
        flags = []
        for _ in range(8):
            found, refusal = serve_restricted(stage, service, flags, places)
            if found:
                return "serves with " + (" ".join(flags) or "no flag")
            expect(REFUSED.search(refusal), "guarded says why", refusal)
            more = [f for f in named_flags(refusal, account) if " ".join(f) not in " ".join(flags)]
            expect(more, "the refusal names a flag not tried yet", refusal)
            flags += sum(more, [])
        raise AssertionError("unreachable: every round adds a flag")
    return Case(service + ", hardened", check, "restricted", "serves with the flags named")


def serve_restricted(stage, service, flags, places):
    """The places are what the image's manual says must be writable by who is not root."""
    tmpfs = [word for place in places for word in ("--tmpfs", place)]
    return serve(stage, service, "restricted", [*flags, *tmpfs])


ROWS = [make(service) for service in SERVICES for make in (unchanged, hardened)]
