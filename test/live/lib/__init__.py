"""Harness for tests on real engines: private daemons, images made offline, rows, and a clean end."""
