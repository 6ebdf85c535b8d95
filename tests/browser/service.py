"""The program as a service that a test can stop."""

import subprocess
from pathlib import Path


class Service:
    """The program, listening on a free port of this machine, with all in memory."""

    def __init__(self, program, log, *more):
        self.log = open(log, "w")
        command = [program, "serve", "--memory", "--listen", "127.0.0.1:0", *more]
        self.child = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=self.log, text=True)
        for line in self.child.stdout:
            if line.startswith("Listening on "):
                self.address = line.removeprefix("Listening on ").strip()
                return
        raise SystemExit(f"the service did not start: {Path(log).read_text()}")

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.child.terminate()
        self.child.wait(timeout=30)
        self.log.close()
