"""A client of the container runtime interface (v1), for pods without a kubelet. Only the fields
that tests set are described; the numbers are those of k8s.io/cri-api."""

import time

from . import protobuf, shell

POD, CONTAINER, NODE, TARGET = range(4)
DEFAULT, UNCONFINED, LOCALHOST = range(3)

SCHEMA = {
    "Int64": {"value": (1, "int")},
    "SecurityProfile": {"profile_type": (1, "int"), "localhost_ref": (2, "str")},
    "NamespaceOption": {"network": (1, "int"), "pid": (2, "int"), "ipc": (3, "int"),
                        "target_id": (4, "str")},
    "Metadata": {"name": (1, "str"), "uid": (2, "str"), "namespace": (3, "str"),
                 "attempt": (4, "int")},
    "ContainerMetadata": {"name": (1, "str"), "attempt": (2, "int")},
    "Resources": {"cpu_period": (1, "int"), "cpu_quota": (2, "int"), "cpu_shares": (3, "int"),
                  "memory_limit_in_bytes": (4, "int"), "oom_score_adj": (5, "int"),
                  "cpuset_cpus": (6, "str"), "unified": (9, "map"),
                  "memory_swap_limit_in_bytes": (10, "int")},
    "SandboxSecurity": {"namespace_options": (1, "NamespaceOption"), "run_as_user": (3, "Int64"),
                        "readonly_rootfs": (4, "bool"), "privileged": (6, "bool"),
                        "seccomp": (9, "SecurityProfile")},
    "LinuxSandbox": {"cgroup_parent": (1, "str"), "security_context": (2, "SandboxSecurity"),
                     "sysctls": (3, "map")},
    "PodSandboxConfig": {"metadata": (1, "Metadata"), "hostname": (2, "str"),
                         "log_directory": (3, "str"), "port_mappings": (5, ["PortMapping"]),
                         "labels": (6, "map"),
                         "annotations": (7, "map"), "linux": (8, "LinuxSandbox")},
    "PortMapping": {"protocol": (1, "int"), "container_port": (2, "int"), "host_port": (3, "int"),
                    "host_ip": (4, "str")},
    "RunPodSandboxRequest": {"config": (1, "PodSandboxConfig"), "runtime_handler": (2, "str")},
    "RunPodSandboxResponse": {"pod_sandbox_id": (1, "str")},
    "StopPodSandboxRequest": {"pod_sandbox_id": (1, "str")},
    "RemovePodSandboxRequest": {"pod_sandbox_id": (1, "str")},
    "Image": {"image": (1, "str")},
    "KeyValue": {"key": (1, "str"), "value": (2, "str")},
    "Mount": {"container_path": (1, "str"), "host_path": (2, "str"), "readonly": (3, "bool"),
              "propagation": (5, "int")},
    "Device": {"container_path": (1, "str"), "host_path": (2, "str"), "permissions": (3, "str")},
    "Capability": {"add_capabilities": (1, ["str"]), "drop_capabilities": (2, ["str"]),
                   "add_ambient_capabilities": (3, ["str"])},
    "ContainerSecurity": {"capabilities": (1, "Capability"), "privileged": (2, "bool"),
                          "namespace_options": (3, "NamespaceOption"), "run_as_user": (5, "Int64"),
                          "run_as_username": (6, "str"), "readonly_rootfs": (7, "bool"),
                          "supplemental_groups": (8, ["int"]), "no_new_privs": (11, "bool"),
                          "run_as_group": (12, "Int64"),
                          "masked_paths": (13, ["str"]), "readonly_paths": (14, ["str"]),
                          "seccomp": (15, "SecurityProfile"), "apparmor": (16, "SecurityProfile")},
    "LinuxContainer": {"resources": (1, "Resources"), "security_context": (2, "ContainerSecurity")},
    "ContainerConfig": {"metadata": (1, "ContainerMetadata"), "image": (2, "Image"),
                        "command": (3, ["str"]), "args": (4, ["str"]), "working_dir": (5, "str"),
                        "envs": (6, ["KeyValue"]), "mounts": (7, ["Mount"]),
                        "devices": (8, ["Device"]), "labels": (9, "map"),
                        "annotations": (10, "map"), "log_path": (11, "str"), "tty": (14, "bool"),
                        "linux": (15, "LinuxContainer")},
    "CreateContainerRequest": {"pod_sandbox_id": (1, "str"), "config": (2, "ContainerConfig"),
                               "sandbox_config": (3, "PodSandboxConfig")},
    "CreateContainerResponse": {"container_id": (1, "str")},
    "StartContainerRequest": {"container_id": (1, "str")},
    "StopContainerRequest": {"container_id": (1, "str"), "timeout": (2, "int")},
    "RemoveContainerRequest": {"container_id": (1, "str")},
    "ContainerStatusRequest": {"container_id": (1, "str"), "verbose": (2, "bool")},
    "ContainerStatus": {"id": (1, "str"), "state": (3, "int"), "exit_code": (7, "int"),
                        "reason": (10, "str"), "message": (11, "str")},
    "ContainerStatusResponse": {"status": (1, "ContainerStatus")},
    "UpdateContainerResourcesRequest": {"container_id": (1, "str"), "linux": (2, "Resources")},
    "ExecSyncRequest": {"container_id": (1, "str"), "cmd": (2, ["str"]), "timeout": (3, "int")},
    "ExecSyncResponse": {"stdout": (1, "str"), "stderr": (2, "str"), "exit_code": (3, "int")},
}

EMPTY = ("StopPodSandbox", "RemovePodSandbox", "StartContainer", "StopContainer", "RemoveContainer",
         "UpdateContainerResources")
EXITED = 2


class Refused(shell.Failed):
    """The engine's answer to a call was an error; str() is its text."""


class Cri:
    def __init__(self, containerd):
        import grpc     # not before packages.install()
        self.error = grpc.RpcError
        self.channel = grpc.insecure_channel("unix://" + containerd.socket)
        end = time.monotonic() + 20
        while True:     # the plugin answers a little later than containerd itself
            try:
                self._raw("Version", b"")
                return
            except Refused:
                if time.monotonic() > end:
                    raise
                time.sleep(0.2)

    def _raw(self, method, request):
        call = self.channel.unary_unary(f"/runtime.v1.RuntimeService/{method}")
        try:
            return call(request, timeout=30)
        except self.error as error:
            raise Refused(error.details()) from None

    def __call__(self, method, **fields):
        data = self._raw(method, protobuf.encode(SCHEMA, method + "Request", fields))
        return {} if method in EMPTY else protobuf.decode(SCHEMA, method + "Response", data)

    # -- pods ------------------------------------------------------------------------------------

    def pod(self, name, handler, linux=None, **more):
        """A sandbox; answers (id, config): containers are created with the same config."""
        context = (linux or {}).get("security_context", {})
        shared = context.get("namespace_options", {}).get("network") == NODE
        config = {"metadata": {"name": name, "uid": name, "namespace": "default"},
                  "hostname": "" if shared else name, "linux": linux or {}, **more}
        answer = self("RunPodSandbox", config=config, runtime_handler=handler)
        return answer["pod_sandbox_id"], config

    def container(self, pod, command, image="docker.io/library/probe:1", linux=None, **more):
        sandbox, sandbox_config = pod
        log = f"{len(command)}-{time.monotonic_ns()}.log"
        config = {"metadata": {"name": log[:-4]}, "image": {"image": image}, "command": command,
                  "log_path": log, "linux": linux or {}, **more}
        made = self("CreateContainer", pod_sandbox_id=sandbox, config=config,
                    sandbox_config=sandbox_config)["container_id"]
        self("StartContainer", container_id=made)
        return made, log

    def wait(self, container, seconds=20):
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            status = self("ContainerStatus", container_id=container)["status"]
            if status.get("state") == EXITED:
                return status
            time.sleep(0.05)
        return {}

    def remove(self, sandbox):
        for method in ("StopPodSandbox", "RemovePodSandbox"):
            try:
                self(method, pod_sandbox_id=sandbox)
            except Refused:
                pass
