"""Damage, repeatable by its seed: what disks, mail and programs do to a file."""

from __future__ import annotations

import random
import re
from collections.abc import Callable

_TOKEN = re.compile(rb"\w+|[^\w\s]")
_WINDOW = 2000
"""Tokens that change places are so near each other."""

Mutation = Callable[[bytearray, random.Random], None]


def mutant(data: bytes, seed: int) -> tuple[str, bytes]:
    """(what was done, the damaged file). The same seed does the same."""
    chance = random.Random(seed)
    name = chance.choice(list(MUTATIONS))
    changed = bytearray(data)
    MUTATIONS[name](changed, chance)
    return name, bytes(changed)


def _flip(data: bytearray, chance: random.Random) -> None:
    data[chance.randrange(len(data))] ^= 1 << chance.randrange(8)


def _cut(data: bytearray, chance: random.Random) -> None:
    del data[chance.randrange(len(data)) :]


def _cut_out(data: bytearray, chance: random.Random) -> None:
    start, length = _block(data, chance)
    del data[start : start + length]


def _repeat(data: bytearray, chance: random.Random) -> None:
    start, length = _block(data, chance)
    data[start:start] = data[start : start + length]


def _copy_over(data: bytearray, chance: random.Random) -> None:
    start, length = _block(data, chance)
    other = chance.randrange(max(len(data) - length, 1))
    data[start : start + length] = data[other : other + length]


def _zero(data: bytearray, chance: random.Random) -> None:
    start, length = _block(data, chance)
    data[start : start + length] = bytes(len(data[start : start + length]))


def _blank(data: bytearray, chance: random.Random) -> None:
    start, length = _block(data, chance)
    data[start : start + length] = b" " * len(data[start : start + length])


def _swap(data: bytearray, chance: random.Random) -> None:
    start = chance.randrange(max(len(data) - _WINDOW, 1))
    tokens = list(_TOKEN.finditer(bytes(data[start : start + _WINDOW])))
    if len(tokens) < 2:
        return
    first, second = sorted(chance.sample(tokens, 2), key=lambda token: token.start())
    between = data[start + first.end() : start + second.start()]
    data[start + first.start() : start + second.end()] = second[0] + between + first[0]


def _block(data: bytearray, chance: random.Random) -> tuple[int, int]:
    """Start and length: from a few bytes to what a disk or a packet holds."""
    length = chance.choice((8, 64, 512, 4096))
    return chance.randrange(max(len(data) - length, 1)), length


FLIP = "a bit flipped"
MUTATIONS: dict[str, Mutation] = {
    FLIP: _flip,
    "cut short": _cut,
    "a block cut out": _cut_out,
    "a block repeated": _repeat,
    "a block copied over another": _copy_over,
    "a block zeroed": _zero,
    "a block blanked": _blank,
    "tokens swapped": _swap,
}
