"""The engines, told in one way: an Ask says what somebody types, in the words of each engine."""

import os
from dataclasses import dataclass, field
from typing import Callable, Optional

from lib import shell
from lib.cases import expect
from lib.containers import Containers
from lib.cri import Refused
from lib.makers import _fill, _log
from lib.rows import REFUSED

from . import images

NAME = "asbuilt"        # of the runtime, and of the guarded whose policies rows write
DOCKER, PODMAN, CTR, CRI = ENGINES = ("docker", "podman", "ctr", "cri")
PREFIX = "docker.io/library/"


@dataclass
class Ask:
    """flags, args: docker's and podman's; each engine's own where it differs, None where it has no word
    for it. Words in braces are filled in: {id}, {token}, {files}, ..."""
    flags: Optional[str] = ""
    args: str = ""
    podman: Optional[str] = "same"      # flags
    ctr: Optional[str] = "same"         # flags; "same" where they are docker's
    spec: Optional[Callable] = None     # document -> None: containerd's document, changed
    cri: Optional[dict] = field(default_factory=dict)
    image: str = "web:1"
    before: Optional[Callable] = None   # (Stage, runtime) -> None

    def can(self, engine):
        if engine == DOCKER:
            return self.flags is not None
        if engine == CTR:
            return self.spec is not None or self._ctr() is not None
        if engine == PODMAN:
            return self._podman() is not None
        return self.cri is not None

    def _podman(self):
        return self.flags if self.podman == "same" else self.podman

    def _ctr(self):
        return self.flags if self.ctr == "same" else self.ctr


class Asked:
    """One Ask, made of one engine under one runtime ("runc" or NAME)."""

    def __init__(self, stage, engine, runtime, ask):
        self.stage, self.world, self.ask, self.engine = stage, stage.world, ask, engine
        self.guarded = runtime != "runc"
        self.runtime, self.exe = runtime, stage.exe(runtime)
        self.id = f"{stage.id}{runtime[0]}{next(stage.world.numbers)}"
        self.files = stage.shared(self.id)
        self.words = {"id": self.id, "token": stage.token, "files": self.files}
        images.load(self.world, "containerd" if engine in (CTR, CRI) else engine)
        if ask.before:
            ask.before(self)

    def fill(self, value):
        """The words in braces filled in, anywhere in nested dictionaries and lists."""
        return self._fill(value) if isinstance(value, str) else _fill(self, value)

    def run(self):
        """What came out: the program's words, or the engine's refusal."""
        return getattr(self, "_" + self.engine)()

    def _words(self, flags):
        return [self._fill(w) for w in flags.split()]

    def _fill(self, text):
        for word, value in self.words.items():
            text = text.replace("{" + word + "}", value)
        return text

    def _docker(self):
        self.stage.forget(self.id)
        self.stage.callback(self.world.docker, "volume", "rm", "-f", self.id)
        return self.world.docker("run", "--name", self.id, "--runtime", self.runtime,
                                 *self._words(self.ask.flags), self.ask.image,
                                 *self._words(self.ask.args), timeout=40).text

    def _podman(self):
        engine = self.world.podman
        self.stage.callback(engine, "volume", "rm", "-f", self.id)
        self.stage.callback(engine, "rm", "-f", "-v", "-t", "0", self.id)
        return engine("run", "--name", self.id, *self._words(self.ask._podman()), self.ask.image,
                      *self._words(self.ask.args), runtime=self.exe, timeout=40).text

    def _ctr(self):
        engine = self.world.containerd
        self.stage.callback(engine.clear, self.id)
        if not self.ask.spec:
            return engine.ctr("run", "--rm", "--runc-binary", self.exe, *self._words(self.ask._ctr()),
                              PREFIX + self.ask.image, self.id, *self._words(self.ask.args),
                              timeout=40).text
        records = Containers(engine)
        records.make(self.id, PREFIX + self.ask.image, self.exe, lambda doc: self.ask.spec(doc, self))
        return engine.ctr("task", "start", self.id, timeout=40).text

    def _cri(self):
        api, ask = self.world.cri, self.fill(self.ask.cri)
        logs = self.world.site.path("podlogs", self.id)
        sandbox = ask.pop("sandbox", {})
        linux = {"security_context": ask.pop("security", {})}
        try:
            made = api.pod(self.id, self.runtime, log_directory=logs, **sandbox)
            self.stage.callback(api.remove, made[0])
            self.pod = made
            self.container, log = api.container(made, ask.pop("command", []), linux=linux,
                                                image=PREFIX + ask.pop("image", self.ask.image), **ask)
            if not self.waits:
                return ""
            api.wait(self.container)
        except Refused as answer:
            return str(answer)
        return _log(os.path.join(logs, log))

    waits = True


def apply(stage, **policies):
    """These policies and no other: name -> body. "default" governs what none of the others matches."""
    if not stage.world.guarded:
        return None
    made = stage.world.guard(NAME)
    made.put({f"{n:02d}-{name}.json": {"version": 1, "name": name, **body}
              for n, (name, body) in enumerate(policies.items(), 10)})
    return made


def as_built(conforms=False, **controls):
    """The profile with these changes; conforms: what was asked is rewritten."""
    body = {"extends": ["as-built"], "match": {}, "controls": dict(controls)}
    for name in CONTRACT if conforms else ():
        body["controls"][name] = {**CONFORMS, **body["controls"].get(name, {})}
    return body


CONTRACT = ("entrypoint", "environment", "user", "workingDir")
CONFORMS = {"action": {"replace": "rewrite"}, "asked": {"replace": "rewrite"}}
ANY = {"like": {"replace": "any"}}


def refused(text, control, *words):
    """The refusal in a text, by this control and with these words; its id."""
    found = REFUSED.search(text)
    expect(found, "refused", text)
    expect(found[2] == control, f"refused by {control}, not by {found[2]}", text)
    for word in words:
        expect(word in found[1], f"the message says {word}", text)
    return found[4]


def no_secret(stage, made, text):
    """Values of variables stand in no message and in no record."""
    expect(stage.token not in text, "the message leaves the value out", text)
    with open(made.audit, encoding="utf-8") as records:
        expect(stage.token not in records.read(), "the record leaves the value out")


def must(done, what):
    expect(done.ok, what, done.text)
    return done


def sleep(seconds):
    shell.run(["sleep", str(seconds)])
