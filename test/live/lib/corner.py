"""A second place within one run's site, so that two engines of a kind can stand side by side, one with
runc and one with guarded, and be given the very same command lines."""

import os


class Corner:
    """As much of a Site as engines need. What is registered ends with the site."""

    def __init__(self, site, name):
        self.name = site.name + name
        self.var, self.run = site.path(name), site.runpath(name)
        self.callback = site.callback
        self._site = site

    def path(self, *parts, mode=0o755):
        path = os.path.join(self.var, *parts)
        os.makedirs(path, mode=mode, exist_ok=True)
        return path

    def runpath(self, *parts, mode=0o755):
        path = os.path.join(self.run, *parts)
        os.makedirs(path, mode=mode, exist_ok=True)
        return path
