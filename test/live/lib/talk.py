"""Clients of the services, as much of each protocol as asking takes. An unanswered call raises
OSError, which cases.until() tries again."""

import socket
import urllib.error
import urllib.request

_DIRECT = urllib.request.build_opener(urllib.request.ProxyHandler({}))


def http(address, path="/", port=80, data=None):
    """(status, body)"""
    try:
        with _DIRECT.open(f"http://{address}:{port}{path}", data, timeout=5) as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as error:
        return error.code, error.read().decode()


def lines(address, port, request, count=1):
    """Sends the request and reads that many lines."""
    with socket.create_connection((address, port), 5) as link:
        link.sendall(request)
        with link.makefile("rb") as answer:
            return [answer.readline().decode().strip() for _ in range(count)]


def redis(address, *words, count=1):
    """The raw lines of the answer."""
    request = f"*{len(words)}\r\n".encode() + b"".join(
        f"${len(w.encode())}\r\n{w}\r\n".encode() for w in words)
    return lines(address, 6379, request, count)
