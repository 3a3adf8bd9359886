"""A drawn programme made small: blocks and lines are taken out as long as it still does what it was found for."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from loyalty_rules.testing.composing.sketch import Sketch


def smaller(sketch: Sketch, fails: Callable[[Sketch], bool]) -> Sketch:
    """The sketch without each block and each line that `fails` does not need. `fails` decides whether what is left is
    still a programme: one that is refused does not fail."""
    found = True
    while found:
        found = False
        for tried in _simpler(sketch):
            if fails(tried):
                sketch, found = tried, True
                break
    return sketch


def _unnamed(sketch: Sketch, header: str) -> Sketch:
    """The sketch without the lines that name a block that is gone, and without groups of which no two are left."""
    named = header.split()[1] if len(header.split()) > 1 else header
    blocks = []
    for head, *lines in sketch.blocks:
        kept = [line for line in lines if named not in line.replace(",", " ").split()]
        if not head.startswith("H_GROUP") or sum(line.startswith("RULE ") for line in kept) > 1:
            blocks.append((head, *kept))
    return Sketch(tuple(blocks))


def _simpler(sketch: Sketch) -> Iterator[Sketch]:
    """Whole blocks first, the last ones first: what comes later leans on what was declared before."""
    for block in reversed(range(len(sketch.blocks))):
        yield sketch.without(block)
        yield _unnamed(sketch.without(block), sketch.blocks[block][0])
    for block in reversed(range(len(sketch.blocks))):
        for line in reversed(range(1, len(sketch.blocks[block]))):
            yield sketch.without(block, line)
    for block in reversed(range(len(sketch.blocks))):  # a purse says how it is spent because a block spends it
        rest = sketch.without(block)
        for other in reversed(range(len(rest.blocks))):
            for line in reversed(range(1, len(rest.blocks[other]))):
                yield rest.without(other, line)
