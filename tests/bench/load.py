"""``python -m tests.bench.load``: sends requests over kept connections and times each answer.

HTTP/1.1 over plain sockets, in a process of its own, whose CPU is told. Asked in lines of JSON by
`tests.bench.service`: ``{"host", "port", "path", "headers", "bodies", "connections", "seconds",
"expected"}``; ``seconds`` of 0: each body once.
"""

import asyncio
import itertools
import json
import sys
import time
from collections.abc import Iterator
from typing import Any

Question = dict[str, Any]


def main() -> None:
    """Answer until nobody asks."""
    for line in sys.stdin:
        try:
            answer = asyncio.run(_load(json.loads(line)))
        except OSError as fault:
            answer = {"error": f"{type(fault).__name__}: {fault}"}
        sys.stdout.write(json.dumps(answer) + "\n")
        sys.stdout.flush()


async def _load(question: Question) -> dict[str, Any]:
    requests = [_request(question, body.encode()) for body in question["bodies"]]
    once = not question["seconds"]
    turn = iter(requests) if once else itertools.cycle(requests)
    taken: list[float] = []
    refused: list[int] = []
    cpu, wall = time.process_time(), time.perf_counter()
    until = wall + (question["seconds"] or 3600.0)
    await asyncio.gather(
        *(
            _connection(question, turn, until=until, taken=taken, refused=refused)
            for _ in range(question["connections"])
        )
    )
    wall = time.perf_counter() - wall
    taken.sort()
    return {
        "count": len(taken),
        "wall_s": wall,
        "cpu_s": time.process_time() - cpu,
        "p50_ms": _quantile(taken, 0.50),
        "p99_ms": _quantile(taken, 0.99),
        "refused": len(refused),
        "status": refused[0] if refused else 0,
    }


def _quantile(taken: list[float], share: float) -> float:
    return taken[min(len(taken) - 1, int(len(taken) * share))] * 1e3 if taken else 0.0


def _request(question: Question, body: bytes) -> bytes:
    head = [
        f"POST {question['path']} HTTP/1.1",
        f"host: {question['host']}:{question['port']}",
        f"content-length: {len(body)}",
        *(f"{name}: {value}" for name, value in question["headers"].items()),
    ]
    return "\r\n".join((*head, "", "")).encode() + body


async def _connection(
    question: Question,
    turn: Iterator[bytes],
    *,
    until: float,
    taken: list[float],
    refused: list[int],
) -> None:
    reader, writer = await asyncio.open_connection(question["host"], question["port"])
    for request in turn:
        begun = time.perf_counter()
        if begun >= until:
            break
        writer.write(request)
        status = await _answer(reader)
        if status == question["expected"]:
            taken.append(time.perf_counter() - begun)
        else:
            refused.append(status)
    writer.close()
    await writer.wait_closed()


async def _answer(reader: asyncio.StreamReader) -> int:
    head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").lower()
    length = next(
        int(line.partition(":")[2])
        for line in head.split("\r\n")
        if line.startswith("content-length:")
    )
    await reader.readexactly(length)
    return int(head.split(" ", 2)[1])


if __name__ == "__main__":
    main()
