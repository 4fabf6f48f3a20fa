"""Splitting whole numbers so that nothing is lost: people over deliveries, hundredths over those who pay."""

from collections.abc import Sequence


def allot(total: int, weights: Sequence[int]) -> tuple[int, ...]:
    """`total` in whole parts by weight, which sum to it: what the floors leave goes to the largest remainders.

    Among equal remainders the first come first. Where nothing weighs anything, all weigh the same.
    """
    if not weights:
        return ()
    weights = weights if any(weights) else [1] * len(weights)
    whole = sum(weights)
    parts = [total * weight // whole for weight in weights]
    by_remainder = sorted(range(len(weights)), key=lambda at: -(total * weights[at] % whole))
    for at in by_remainder[: total - sum(parts)]:
        parts[at] += 1
    return tuple(parts)
