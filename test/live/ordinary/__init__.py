"""Ordinary use keeps working: services, a compose stack, a job of a CI runner, a pod."""
