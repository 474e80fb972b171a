"""Numbers over rounds."""

from statistics import median


def spread(values):
    return {"median": median(values), "low": min(values), "high": max(values),
            "rounds": list(values)}


def ratios(sides):
    """Returns the spread of the ratio of ours to theirs over the rounds; None where the
    other side is missing. The two of a round ran next to each other, so whatever slowed
    the machine slowed both."""
    if len(sides) != 2:
        return None
    pairs = [a / b for a, b in zip(*sides) if b > 0]
    return spread(pairs) if pairs else None


def judge(ratio, target, at_least):
    """Returns 'yes' or 'no' by the median, with '~' behind it if the target lies within
    the spread of the rounds, so that another run may decide otherwise."""
    if ratio is None or target is None:
        return ""
    holds = (ratio["median"] >= target if at_least
             else ratio["median"] <= target)
    unsure = ratio["low"] < target < ratio["high"]
    return ("yes" if holds else "no") + ("~" if unsure else "")


def rows_of(part, taken, figure=median, target=lambda what: None, **about):
    """Returns the result rows of a part, from {side: {row: its figures}}."""
    return [judged({"part": part, "name": what, **about,
                    "sides": {name: figure(each[what])
                              for name, each in taken.items()}},
                   ratios([each[what] for each in taken.values()]), target(what))
            for what in next(iter(taken.values()))]


def judged(row, ratio, target, at_least=False):
    """Returns a result row with its ratio, its target, and whether that is met."""
    row.update(ratio=ratio, target=target, at_least=at_least,
               holds=judge(ratio, target, at_least))
    return row
