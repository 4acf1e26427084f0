"""Opens live lists as the people liveFROM..liveTO, STREAMS each, and tells how long a change takes to reach half and all of them, in ms.

live_readers.py HOST:PORT FROM TO STREAMS CHANGES: prints "ready" when all listen; a line on standard input says that a change was just
committed. Ends with 1 where one of CHANGES did not reach everybody.
"""
import asyncio
import sys
import time
import urllib.parse


async def answer(reader):
    head = (await reader.readuntil(b"\r\n\r\n")).decode()
    return head


async def sign_in(host, port, number):
    # Each from an address of its own: many from one are throttled.
    reader, writer = await asyncio.open_connection(host, port, local_addr=(f"127.0.{number // 250 + 1}.{number % 250 + 1}", 0))
    body = urllib.parse.urlencode({"email": f"live{number}@acme.test", "password": "brisk-otter-lantern"})
    writer.write(
        f"POST /login HTTP/1.1\r\nHost: {host}:{port}\r\nContent-Type: application/x-www-form-urlencoded\r\n"
        f"Content-Length: {len(body)}\r\nConnection: close\r\n\r\n{body}".encode()
    )
    head = await answer(reader)
    writer.close()
    for line in head.split("\r\n"):
        if line.lower().startswith("set-cookie: clientele="):
            return line.split(" ", 1)[1].split(";")[0]
    raise SystemExit(f"live{number} could not sign in: {head}")


async def listen(host, port, cookie, heard, opened):
    reader, writer = await asyncio.open_connection(host, port, limit=1 << 20)
    writer.write(
        f"GET /live?list=customers HTTP/1.1\r\nHost: {host}:{port}\r\nAccept: text/event-stream\r\nCookie: {cookie}\r\n\r\n".encode()
    )
    head = await answer(reader)
    if " 200 " not in head:
        raise SystemExit(head)
    while line := await reader.readline():
        if line.startswith(b"event: here") and opened is not None:
            opened.release()
            opened = None
        if line.startswith(b"event: changes"):
            heard.append(time.perf_counter())


async def main():
    place, first, last, streams, changes = sys.argv[1], *map(int, sys.argv[2:6])
    host, port = place.split(":")
    opened = asyncio.Semaphore(0)
    heard, tasks = [], []
    for number in range(first, last + 1):
        cookie = await sign_in(host, int(port), number)
        for _ in range(streams):
            tasks.append(asyncio.create_task(listen(host, int(port), cookie, heard, opened)))
    for _ in tasks:
        await opened.acquire()
    print("ready", flush=True)
    lines = asyncio.StreamReader()
    await asyncio.get_running_loop().connect_read_pipe(lambda: asyncio.StreamReaderProtocol(lines), sys.stdin)
    half, all_of_them, short = [], [], 0
    for _ in range(changes):
        await lines.readline()
        committed = time.perf_counter()
        await asyncio.sleep(1.2)
        times = sorted(at - committed for at in heard)
        heard.clear()
        if len(times) < len(tasks):
            short += 1
            continue
        half.append(times[len(times) // 2])
        all_of_them.append(times[-1])
    if short:
        raise SystemExit(1)
    half.sort()
    print(f"{max(half[len(half) // 2], 0) * 1000:.0f} {max(all_of_them) * 1000:.0f}")


asyncio.run(main())
