"""Who vouches for an image: what is signed by whom the policy names starts under every name and in every
store; what is not, or not any more, does not."""

import base64
import hashlib
import json
import os
import shutil

from lib import shell
from lib.cases import Case, expect
from lib.rows import REFUSED

from . import images
from .engines import CRI, CTR, DOCKER, ENGINES, NAME, PODMAN, PREFIX, Ask, Asked, as_built, must, sleep

WEB = "docker.io/library/web"


class Trust:
    """A trustDir of one case's own, and a policy that asks for signers."""

    def __init__(self, stage, *signers, **image):
        self.stage, self.digest = stage, images.digest(stage.world.site, "web:1")
        stage.token = "none"
        self.made, self.home = stage.world.guard(NAME), stage.world.site.path("trust", stage.id)
        self.directory = os.path.join(self.home, "trust.d")
        os.makedirs(self.directory, mode=0o755)
        self.key = f"alice-{stage.id}"
        signers = list(signers) or [{"signer": self.key}]
        self.made.put({"10-default.json": {"version": 1, "name": "default", **as_built(
            image={"signed": True, "signers": signers, **image})}}, trustDir=self.directory)

    def __call__(self, *words, ok=True):
        done = self.made.ctl("trust", *words)
        expect(done.ok == ok, f"guardctl trust {' '.join(words)} ends {'well' if ok else 'badly'}", done.text)
        return done.text

    def keygen(self, name=None, *flags):
        self("keygen", *flags, name or self.key)

    def sign(self, *flags, digest=None, key=None):
        self("sign", "--key", key or self.key, *flags, digest or self.digest)

    @property
    def record(self):
        return os.path.join(self.directory, "records", self.digest[7:] + ".json")

    def run(self, engine=DOCKER, image="web:1", **more):
        return Asked(self.stage, engine, NAME, Ask(image=image, **more)).run()

    def starts(self, engine=DOCKER, **more):
        text = self.run(engine, **more)
        expect("@told" in text, f"it starts ({engine})", text)

    def refused(self, *words, engine=DOCKER, **more):
        """Not started, by the control image, and for this reason."""
        text = self.run(engine, **more)
        found = REFUSED.search(text)
        expect(found and "@told" not in text, f"refused ({engine})", text)
        expect(found[2] == "image", f"refused by image, not by {found[2]}", text)
        for word in words:
            expect(word in found[1], f"the message says {word}", text)


def plain(stage, engine=DOCKER, image="web:1", says="@told", **more):
    stage.token = "none"
    text = Asked(stage, engine, "runc", Ask(image=image, **more)).run()
    expect(says in text, "it starts under plain runc", text)


def case(name, check, goal="refused"):
    def both(stage):
        plain(stage)
        return check(stage) if stage.world.guarded else "runc: starts"
    return Case(name, both, NAME, goal)


def signed(engine):
    def check(stage):
        plain(stage, engine)
        if not stage.world.guarded:
            return
        trust = Trust(stage)
        trust.refused("igned", engine=engine)
        trust.keygen()
        trust.sign()
        trust.starts(engine)
    return Case(f"{engine}: before and after it is signed", check, NAME, "starts once it is signed")


def retagged(engine):
    """The same image under another name; another image under the same name."""
    def check(stage):
        if not stage.world.guarded:
            return
        world = stage.world
        images.load(world, "containerd" if engine in (CTR, CRI) else engine)
        trust = Trust(stage)
        trust.keygen()
        trust.sign()
        retag(world, engine, "web:1", f"other-{stage.id}:2")
        trust.starts(engine, image=f"other-{stage.id}:2" if engine != PODMAN else f"localhost/other-{stage.id}:2")
        images.put(world, "containerd" if engine in (CTR, CRI) else engine, images.others(world.site))
        name = f"web-{stage.id}:1"
        retag(world, engine, "shop:1", name)
        name = f"localhost/{name}" if engine == PODMAN else name
        plain(stage, engine, image=name, says="@evil")
        trust.refused(engine=engine, image=name)
    return Case(f"{engine}: retagged it starts, changed it does not", check, NAME, "follows the digest")


def retag(world, engine, old, new):
    if engine == DOCKER:
        must(world.docker("tag", old, new), "it is tagged")
    elif engine == PODMAN:
        must(world.podman("tag", old, "localhost/" + new), "it is tagged")
    else:
        for space in ("default", "k8s.io"):
            must(world.containerd.ctr("-n", space, "images", "tag", "--force", PREFIX + old, PREFIX + new),
                 "it is tagged")


def committed(stage):
    """docker commit of a signed image's container is another image."""
    trust = Trust(stage)
    trust.keygen()
    trust.sign()
    must(stage.docker("create", "--name", stage.id, "--runtime", "runc", "web:1"), "created")
    stage.forget(stage.id)
    must(stage.docker("commit", "-c", 'CMD ["changed"]', stage.id, stage.id + ":1"), "committed")
    stage.callback(stage.world.docker, "rmi", "-f", stage.id + ":1")
    plain(stage, image=stage.id + ":1", says="arg changed")
    trust.refused("igned", image=stage.id + ":1")


def image_revoked(stage):
    trust = Trust(stage)
    trust.keygen()
    trust.sign()
    trust.starts()
    trust("revoke", "--reason", "a hole was found", trust.digest)
    trust.refused("revoked")
    trust("sign", "--key", trust.key, trust.digest, ok=False)
    trust.refused("revoked")


def key_revoked(stage):
    trust = Trust(stage)
    trust.keygen()
    trust.sign()
    trust.starts()
    trust("revoke", "--key", trust.key)
    trust.refused("revoked")


def expired(stage):
    trust = Trust(stage)
    trust.keygen()
    import datetime
    end = datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(seconds=6)
    trust.sign("--expires", end.strftime("%Y-%m-%dT%H:%M:%SZ"))
    trust.starts()
    sleep(7)
    trust.refused("expired")


def wrong_key(stage):
    """A key that lies here, and that the policy does not name; and one that does not lie here."""
    trust = Trust(stage)
    mallory = f"mallory-{stage.id}"
    trust.keygen()
    trust.keygen(mallory)
    trust.sign(key=mallory)
    trust.refused("igned")
    trust.sign()
    trust.starts()
    os.unlink(os.path.join(trust.directory, "keys", trust.key + ".pub"))
    trust.refused("no key")


def renamed_key(stage):
    """Mallory's public key under Alice's name: records of hers do not become Alice's."""
    trust = Trust(stage)
    mallory = f"mallory-{stage.id}"
    trust.keygen()
    trust.keygen(mallory)
    trust.sign(key=mallory)
    with open(trust.record, encoding="ascii") as file:
        record = file.read()
    with open(trust.record, "w", encoding="ascii") as file:
        file.write(record.replace(mallory, trust.key))
    trust.refused("")


def wrong_identity(stage):
    """Signed for another repository than the policy lets this signer speak for."""
    trust = Trust(stage, {"signer": f"alice-{stage.id}", "repository": "docker.io/library/web"})
    trust.keygen()
    trust.sign("--repository", "registry.example/mallory/web")
    trust.refused("igned")
    trust.sign("--repository", WEB)
    trust.starts()


def beyond_its_key(stage):
    """A key that may speak for one repository alone."""
    trust = Trust(stage)
    trust.keygen(None, "--repository", "registry.example/team/**")
    done = trust.made.ctl("trust", "sign", "--key", trust.key, "--repository", WEB, trust.digest)
    if done.ok:
        trust.refused("igned")
    else:
        trust.refused()


def damaged(change, *words):
    def check(stage):
        trust = Trust(stage)
        trust.keygen()
        trust.sign()
        trust.starts()
        change(trust)
        trust.refused(*words)
    return check


def truncated(trust):
    os.truncate(trust.record, os.path.getsize(trust.record) // 2)


def of_another(trust):
    """A good record of another image, under this one's name."""
    trust.sign(digest=images.digest(trust.stage.world.site, "stay:1"))
    shutil.copy(os.path.join(trust.directory, "records",
                             images.digest(trust.stage.world.site, "stay:1")[7:] + ".json"), trust.record)


def altered(trust):
    """One byte of what was signed."""
    with open(trust.record, encoding="ascii") as file:
        record = json.load(file)

    def flip(value):
        if isinstance(value, dict):
            return {k: base64.b64encode(base64.b64decode(v).replace(b"alice", b"alicf")).decode()
                    if k == "payload" else flip(v) for k, v in value.items()}
        return [flip(v) for v in value] if isinstance(value, list) else value
    text = json.dumps(flip(record), separators=(",", ":"))
    expect(text.strip() != json.dumps(record, separators=(",", ":")), "something is altered")
    with open(trust.record, "w", encoding="ascii") as file:
        file.write(text)


def writable(trust):
    os.chmod(trust.record, 0o666)


def scanned(stage):
    trust = Trust(stage, scan={"required": True, "maxAgeDays": 30, "worst": "medium"})
    trust.keygen()
    trust.sign()
    trust.refused("scan")
    trust.sign("--worst", "high")
    trust.refused("high")
    trust.sign("--worst", "low", "--scan-time", "2020-01-01T00:00:00Z")
    trust.refused()
    trust.sign("--worst", "low")
    trust.starts()


# -- cosign ---------------------------------------------------------------------------------------------

class Cosign:
    """What `cosign sign` leaves, made with openssl: a payload that names a manifest, and its signature."""

    def __init__(self, trust):
        self.trust, self.home = trust, trust.home
        manifest = json.dumps({"schemaVersion": 2, "mediaType": "application/vnd.oci.image.manifest.v1+json",
            "config": {"mediaType": "application/vnd.oci.image.config.v1+json", "digest": trust.digest,
                       "size": 1}, "layers": []})
        self.write("manifest.json", manifest)
        self.payload = json.dumps({"critical": {
            "identity": {"docker-reference": WEB},
            "image": {"docker-manifest-digest": "sha256:" + hashlib.sha256(manifest.encode()).hexdigest()},
            "type": "cosign container image signature"}, "optional": None})
        self.write("payload.json", self.payload)
        for argv in (["ecparam", "-name", "prime256v1", "-genkey", "-noout", "-out", "key.pem"],
                     ["ec", "-in", "key.pem", "-pubout", "-out", "cosign.pub"],
                     ["dgst", "-sha256", "-sign", "key.pem", "-out", "raw", "payload.json"],
                     ["base64", "-A", "-in", "raw", "-out", "signature"]):
            shell.must("openssl", *argv, cwd=self.home)

    def write(self, name, text):
        path = os.path.join(self.home, name)
        with open(path, "w", encoding="ascii") as file:
            file.write(text)
        os.chmod(path, 0o644)

    def bring(self, ok=True):
        return self.trust("import", "--cosign", *(w for name, file in (
            ("--key", "cosign.pub"), ("--payload", "payload.json"), ("--signature", "signature"),
            ("--manifest", "manifest.json")) for w in (name, os.path.join(self.home, file))),
            "--as", "builders", ok=ok)


def cosign(stage):
    trust = Trust(stage, {"signer": "builders", "repository": WEB})
    trust.refused("igned")
    Cosign(trust).bring()
    trust.starts()
    trust.starts(PODMAN)


def tampered(change):
    def check(stage):
        trust = Trust(stage, {"signer": "builders"})
        signature = Cosign(trust)
        change(signature)
        signature.bring(ok=False)
        trust.refused("igned")
    return check


def other_payload(signature):
    signature.write("payload.json", signature.payload.replace("docker.io", "docker.ia"))


def other_manifest(signature):
    """The signature is good and says nothing about this image."""
    with open(os.path.join(signature.home, "manifest.json"), encoding="ascii") as file:
        signature.write("manifest.json", file.read() + " ")


def other_key(signature):
    for argv in (["ecparam", "-name", "prime256v1", "-genkey", "-noout", "-out", "key.pem"],
                 ["ec", "-in", "key.pem", "-pubout", "-out", "cosign.pub"]):
        shell.must("openssl", *argv, cwd=signature.home)


ROWS = [
    *(signed(engine) for engine in ENGINES), *(retagged(engine) for engine in ENGINES),
    case("a container of a signed image, committed", committed),
    case("an image that was revoked", image_revoked), case("a key that was revoked", key_revoked),
    case("a record that has expired", expired), case("another key's signature", wrong_key),
    case("another key under a trusted name", renamed_key),
    case("a signature for another repository", wrong_identity),
    case("a signature beyond what its key may sign", beyond_its_key),
    case("a truncated record", damaged(truncated)), case("a record of another image", damaged(of_another)),
    case("an altered record", damaged(altered)), case("a record that others may write", damaged(writable)),
    case("a scan that is missing, too old or too bad", scanned),
    case("cosign's signature, made with openssl", cosign, "imports and starts"),
    case("cosign's signature, the payload tampered with", tampered(other_payload)),
    case("cosign's signature, of another manifest", tampered(other_manifest)),
    case("cosign's signature, by another key", tampered(other_key)),
]
