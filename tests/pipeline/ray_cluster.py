"""A real Ray cluster on this machine, in a process of its own: a head that does no work, and two workers.

Prints one line of JSON, its address and the process numbers of the workers' raylets, and ends when its input does.
"""

from __future__ import annotations

import json
import socket
import sys

from ray.cluster_utils import Cluster

SMALL = {"object_store_memory": 80_000_000, "include_dashboard": False}


def main() -> None:
    """Start it, say where it is, and stop it when the caller goes."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    cluster = Cluster(initialize_head=True, head_node_args={"num_cpus": 0, "ray_client_server_port": port, **SMALL})
    try:
        workers = [cluster.add_node(num_cpus=1, **SMALL) for _ in range(2)]
        raylets = [worker.all_processes["raylet"][0].process.pid for worker in workers]
        print(json.dumps({"address": f"ray://127.0.0.1:{port}", "raylets": raylets}), flush=True)  # noqa: T201 - it is the answer
        sys.stdin.read()
    finally:
        cluster.shutdown()


if __name__ == "__main__":
    main()
