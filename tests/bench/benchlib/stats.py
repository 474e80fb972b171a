"""Numbers over rounds."""


def median(values):
    ordered = sorted(values)
    middle = len(ordered) // 2
    if len(ordered) % 2:
        return ordered[middle]
    return (ordered[middle - 1] + ordered[middle]) / 2


def spread(values):
    """Median, lowest and highest."""
    return {"median": median(values), "low": min(values), "high": max(values),
            "rounds": list(values)}


def ratios(upper, lower):
    """The spread of upper[i] / lower[i] over the rounds: the two of a round
    ran next to each other, so what slowed the machine slowed both."""
    pairs = [a / b for a, b in zip(upper, lower) if b > 0]
    return spread(pairs) if pairs else None


def judge(ratio, target, at_least):
    """'yes' or 'no' by the median; '~' after it when the target lies within
    the spread of the rounds, so that another run may say otherwise."""
    if ratio is None or target is None:
        return ""
    holds = (ratio["median"] >= target if at_least
             else ratio["median"] <= target)
    unsure = ratio["low"] < target < ratio["high"]
    return ("yes" if holds else "no") + ("~" if unsure else "")
