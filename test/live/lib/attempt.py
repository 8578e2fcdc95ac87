"""One attempt of one row under one runtime: its own names, canaries, directories and clean-up."""

import contextlib
import functools
import os
import secrets
import stat
import string

from . import shell


class Attempt(contextlib.ExitStack):
    """What a row's attack and proof may use. `runtime` is "runc" or "guarded".

    Words in braces in a row's commands are filled in from `words`: {id} a unique name, {canary} a
    host file that only host root may read and whose content is {secret}, {host} its directory,
    {drop} a host file that does not exist yet, {token} what a row writes there, {shared} a host
    directory that the policy lets containers write, {mark} the argument of a process on the host."""

    def __init__(self, world, row, runtime):
        super().__init__()
        self.world, self.row, self.runtime = world, row, runtime
        site = world.site
        self.id = f"e{next(world.numbers)}{runtime[0]}"
        self.secret, self.token = secrets.token_hex(12), secrets.token_hex(12)
        self.host = site.path("host", self.id)
        os.chmod(self.host, 0o700)
        self.canary, self.drop = os.path.join(self.host, "canary"), os.path.join(self.host, "drop")
        self.put(self.canary, self.secret + "\n", 0o600)
        self.shared = site.path("shared", self.id)
        self.words = {
            "id": self.id, "host": self.host, "canary": self.canary, "drop": self.drop,
            "secret": self.secret, "token": self.token, "shared": self.shared, "mark": site.mark,
            "profile": row.profile, "site": site.var, "run": site.run, **world.words,
        }

    @staticmethod
    def put(path, text, mode=0o644):
        with open(path, "w", encoding="utf-8") as file:
            file.write(text)
        os.chmod(path, mode)
        return path

    def fill(self, text):
        return _Fill().vformat(text, (), self.words)

    # -- the two runtimes --------------------------------------------------------------------

    @functools.cached_property
    def inner(self):
        """The runtime behind guarded, or alone: the row's, which may be made for this attempt."""
        inner = self.row.inner
        return inner(self) if callable(inner) else inner

    @functools.cached_property
    def guard(self):
        return self.world.guard(self.row.profile, self.inner)

    @property
    def guarded(self):
        return self.runtime == "guarded"

    @property
    def exe(self):
        return self.guard.exe if self.guarded else self.inner

    # -- docker ------------------------------------------------------------------------------

    def docker(self, *args, **options):
        return self.world.docker(*[self.fill(a) for a in args], **options)

    def start(self, *flags, name=None, image="probe:1", command=("sleep", "1000")):
        """A container in the background; removed at the end."""
        name = name or self.id
        done = self.docker("run", "-d", "--name", name, "--runtime", self.docker_runtime, *flags,
                           image, *command)
        self.callback(self.world.docker, "rm", "-f", "-v", name)
        return done

    def calm(self, *flags, **more):
        """A container that must start under either runtime: the attack comes afterwards."""
        done = self.start(*flags, **more)
        if not done.ok:
            raise shell.Failed(f"an ordinary container does not start: {done.text.strip()}")
        return self.world.docker.pid(more.get("name") or self.id)

    @property
    def docker_runtime(self):
        return self.row.profile if self.guarded else "runc"

    # -- proofs ------------------------------------------------------------------------------

    def dropped(self, path=None):
        """The token stands in a host file."""
        with contextlib.suppress(OSError):
            with open(path or self.drop, encoding="utf-8", errors="replace") as file:
                return self.token in file.read()
        return False

    def cgroup(self, controller, name, unified):
        """A file of the cgroup of attempt.pid: `name` in a v1 hierarchy, `unified` in v2."""
        with open(f"/proc/{self.pid}/cgroup", encoding="ascii") as lines:
            paths = {part: line.rstrip("\n").split(":", 2)[2] for line in lines
                     for part in line.split(":")[1].split(",")}
        for root in (f"/sys/fs/cgroup/{controller}{paths.get(controller, '/none')}/{name}",
                     f"/sys/fs/cgroup{paths.get('', '/none')}/{unified}"):
            with contextlib.suppress(OSError):
                with open(root, encoding="ascii") as file:
                    return file.read().strip()
        raise shell.Failed(f"no {name} for {self.pid}")

    @staticmethod
    def mode(path):
        with contextlib.suppress(OSError):
            return os.lstat(path).st_mode
        return 0

    def setid(self, path):
        """A set-uid or set-gid program, a device node or file capabilities on the host."""
        mode = self.mode(path)
        bits = mode & (stat.S_ISUID | stat.S_ISGID)
        node = stat.S_ISBLK(mode) or stat.S_ISCHR(mode)
        with contextlib.suppress(OSError):
            return bool(bits or node or os.getxattr(path, "security.capability"))
        return bool(bits or node)


class _Fill(string.Formatter):
    """{word} is replaced, any other brace (shell, JSON) is left alone."""

    def vformat(self, format_string, args, kwargs):
        for word, value in kwargs.items():
            format_string = format_string.replace("{" + word + "}", str(value))
        return format_string
