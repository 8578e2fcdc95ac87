"""Host files through mounts."""

from lib.rows import docker_run as run, drops, reads, says

ROWS = [
    run("-v /:/host", "read a host file", "-v /:/host", "cat /host{canary}", reads),
    run("-v /:/host:ro", "read a host file", "-v /:/host:ro", "cat /host{canary}", reads),
    run("-v /:/host, write", "write a host file", "-v /:/host", "echo {token} > /host{drop}", drops),
]
