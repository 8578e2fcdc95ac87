"""A small service as people write them: says what it is, counts in Redis, stores in PostgreSQL."""

import http.server
import json
import os
import signal
import socket
import sys


def redis(*words):
    with socket.create_connection((os.environ["REDIS_HOST"], 6379), 5) as link:
        link.sendall(f"*{len(words)}\r\n".encode() + b"".join(
            f"${len(w)}\r\n{w}\r\n".encode() for w in words))
        return link.makefile("rb").readline().decode().strip()


def visits():
    import psycopg2
    with psycopg2.connect(host=os.environ["PGHOST"], user="app", password=os.environ["PGPASSWORD"],
                          dbname="app", connect_timeout=5) as link, link.cursor() as cursor:
        cursor.execute("insert into visits default values returning (select count(*) + 1 from visits)")
        return cursor.fetchone()[0]


class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        answer = {"path": self.path, "uid": os.getuid(), "cwd": os.getcwd(),
                  "language": os.environ.get("LANG")}
        if self.path == "/work":
            answer.update(count=redis("INCR", "count"), visits=visits())
        body = json.dumps(answer).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, form, *values):
        print(form % values, flush=True)


signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
print("listening", flush=True)
http.server.ThreadingHTTPServer(("", int(os.environ.get("PORT", "8000"))), Handler).serve_forever()
