"""containerd's records of containers over its own API: a container with any document at all, made of an
image, for which ctr has no flags."""

import json

from . import protobuf, shell

SCHEMA = {
    "Any": {"type_url": (1, "str"), "value": (2, "raw")},
    "Runtime": {"name": (1, "str"), "options": (2, "Any")},
    "Options": {"binary_name": (6, "str")},
    "Container": {"id": (1, "str"), "image": (3, "str"), "runtime": (4, "Runtime"), "spec": (5, "Any"),
                  "snapshotter": (6, "str"), "snapshot_key": (7, "str")},
    "GetRequest": {"id": (1, "str")}, "GetResponse": {"container": (1, "Container")},
    "CreateRequest": {"container": (1, "Container")},
    "CreateResponse": {"container": (1, "Container")},
}


class Containers:
    def __init__(self, engine, namespace="default"):
        import grpc     # not before packages.install()
        self.engine, self.error = engine, grpc.RpcError
        self.metadata = (("containerd-namespace", namespace),)
        self.channel = grpc.insecure_channel("unix://" + engine.socket)

    def _call(self, method, **fields):
        call = self.channel.unary_unary(f"/containerd.services.containers.v1.Containers/{method}")
        try:
            data = call(protobuf.encode(SCHEMA, method + "Request", fields), timeout=10,
                        metadata=self.metadata)
        except self.error as error:
            raise shell.Failed(f"containerd: {error.details()}") from None
        return protobuf.decode(SCHEMA, method + "Response", data)["container"]

    def make(self, name, image, exe, change):
        """A container of the image whose document is what ctr would write after change(document). Its
        snapshot is that of a container which is there only until the snapshot has another user."""
        ctr = self.engine.ctr
        ctr("container", "create", image, name + "-first", check=True)
        made = {**self._call("Get", id=name + "-first"), "id": name}
        document = json.loads(made["spec"]["value"])
        change(document)
        made["spec"]["value"] = json.dumps(document).encode()
        made["runtime"]["options"] = {
            "type_url": "containerd.runc.v1.Options",
            "value": protobuf.encode(SCHEMA, "Options", {"binary_name": exe})}
        self._call("Create", container=made)
        ctr("container", "delete", "--keep-snapshot", name + "-first", check=True)
