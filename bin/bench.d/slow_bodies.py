"""slow_bodies.py PORT CONNECTIONS SECONDS: opens so many connections that each send the head of a form and then a byte a second of its body.

Half of them announce as much as an open page takes, a quarter announce more, a quarter announce nothing (chunked). Ends after so many seconds
and prints how many the server ended before.
"""
import socket
import sys
import time

port, connections, seconds = int(sys.argv[1]), int(sys.argv[2]), float(sys.argv[3])
HEAD = b"POST /login HTTP/1.1\r\nHost: x\r\nContent-Type: application/x-www-form-urlencoded\r\n"


def opened(number):
    """A connection, and what it sends each second."""
    sock = socket.create_connection(("127.0.0.1", port))
    more = b"a"
    if number % 4 == 0:
        sock.sendall(HEAD + b"Content-Length: 2097000\r\n\r\n" + b"a" * 60000)
    elif number % 4 == 1:
        sock.sendall(HEAD + b"Transfer-Encoding: chunked\r\n\r\n2000\r\n" + b"a" * 0x2000 + b"\r\n")
        more = b"1\r\na\r\n"
    else:
        sock.sendall(HEAD + b"Content-Length: 16000\r\n\r\n" + b"a" * 8000)
    sock.setblocking(False)
    return sock, more


def is_open(sock, more):
    """Sends a little; whether the server still listens."""
    try:
        sock.send(more)
        while sock.recv(65536):
            pass
        return False
    except BlockingIOError:
        return True
    except OSError:
        return False


alive, ended = [], 0
for number in range(connections):
    try:
        alive.append(opened(number))
    except OSError:
        ended += 1
until = time.monotonic() + seconds
while time.monotonic() < until:
    still = [pair for pair in alive if is_open(*pair)]
    ended += len(alive) - len(still)
    alive = still
    time.sleep(1)
print("ended", ended, "open", len(alive))
