"""Fits the law of arXiv 2501.02423 to runs of grid.py: python3 fit.py grid/runs.jsonl. Needs numpy and scipy.

    L = n/N^a + d/D^b + e + penalty,    penalty = (D^b/N^a) · log2(B) / (g · (E + 1/2)^u · (M + 1/2)^v)

n, a, d, b, e come from the bf16 runs alone; a and b are held while the sub-laws are fitted: exponent (one M and B),
mantissa (one E and B), block (one E and M) and all together. What a format adds is measured from the bf16 run of the same
N and D, which takes the misfit of the first terms out; R² is of that. Intervals of 95 % are from resampling the runs.
"""

import argparse
import json
import sys

import numpy as np
from scipy.optimize import least_squares

#: Table 2 of the paper: n, alpha, d, beta, epsilon; delta and nu are u and v.
PAPER = {"a": 0.2368, "b": 0.5162, "u": 3.1926, "v": 2.9543}


def load(path):
    with open(path, encoding="utf-8") as file:
        runs = [json.loads(line) for line in file]
    finite = [run for run in runs if np.isfinite(run["loss"])]
    if len(finite) < len(runs):
        print(f"{len(runs) - len(finite)} runs without a finite loss are left out")
    return finite


def columns(runs, *names):
    return tuple(np.array([run[name] for run in runs], float) for name in names)


# --- The Chinchilla part ---------------------------------------------------------------------------


def bf16_loss(part, n, d):
    """part: log n, a, log d, b, e; n and d in units of 10^5 and 10^6, which keeps the numbers near 1."""
    return np.exp(part[0]) * (n / 1e5) ** -part[1] + np.exp(part[2]) * (d / 1e6) ** -part[3] + part[4]


def fit_bf16(runs, starts):
    n, d, loss = columns(runs, "N", "D", "loss")
    bounds = ([-8, 0.05, -8, 0.05, 0], [3, 1, 3, 1, loss.min()])
    fits = [least_squares(lambda p: bf16_loss(p, n, d) - loss, np.clip(start, *bounds), bounds=bounds, loss="soft_l1", f_scale=0.01) for start in starts]
    return min(fits, key=lambda fit: fit.cost).x


def make_starts(loss):
    return [np.array([0.0, a, 0.0, b, e]) for a in (0.1, 0.5) for b in (0.2, 0.6) for e in (0.0, 0.5 * loss)]


# --- The sub-laws -----------------------------------------------------------------------------------

#: The exponents that each sub-law fits, beside its factor, and the bits that its runs share.
SUBLAWS = {
    "exponent": (("u",), ("M", "B")),
    "mantissa": (("v",), ("E", "B")),
    "block": ((), ("E", "M")),
    "all": (("u", "v"), ()),
}


def penalty(names, values, part, runs):
    """The law's last term, with log g and the exponents `names` as values."""
    n, d, e, m, block = columns(runs, "N", "D", "E", "M", "B")
    exponents = dict(zip(names, values[1:]))
    reach = (d / 1e6) ** part[3] / (n / 1e5) ** part[1] * np.log2(block)
    return reach / np.exp(values[0]) / (e + 0.5) ** exponents.get("u", 0) / (m + 0.5) ** exponents.get("v", 0)


def with_added(bf16, formats):
    """The runs that have a bf16 run of their N and D, with what their format added to its loss."""
    plain = {(run["N"], run["D"]): run["loss"] for run in bf16}
    return [dict(run, added=run["loss"] - plain[run["N"], run["D"]]) for run in formats if (run["N"], run["D"]) in plain]


def fit_penalty(names, part, runs):
    (added,) = columns(runs, "added")
    start = np.array([np.log(30.0)] + [1.5] * len(names))
    return least_squares(lambda v: penalty(names, v, part, runs) - added, start, loss="soft_l1", f_scale=0.01).x


def r_squared(names, values, part, runs):
    (added,) = columns(runs, "added")
    return 1 - np.sum((added - penalty(names, values, part, runs)) ** 2) / np.sum((added - added.mean()) ** 2)


def choose(runs, shared):
    """The runs of the commonest values of the bits that a sub-law holds."""
    if not shared:
        return runs
    keys = [tuple(run[name] for name in shared) for run in runs]
    others = [name for name in ("E", "M", "B") if name not in shared]
    kinds = {key: len({tuple(run[name] for name in others) for run, have in zip(runs, keys) if have == key}) for key in keys}
    most = max(kinds, key=kinds.get)
    return [run for run, key in zip(runs, keys) if key == most]


# --- Everything, and again with resampled runs --------------------------------------------------------


def hold_paper(part):
    """With the paper's alpha and beta in the penalty, whatever the bf16 runs say."""
    return np.array([part[0], PAPER["a"], part[2], PAPER["b"], part[4]])


def fit_all(bf16, formats, starts, hold=lambda part: part):
    """{name of a sub-law: (log g, exponents…)}, the Chinchilla part as "bf16", and what is held of it as "held"."""
    found = {"bf16": fit_bf16(bf16, starts)}
    part = found["held"] = hold(found["bf16"])
    for name, (names, shared) in SUBLAWS.items():
        found[name] = fit_penalty(names, part, choose(formats, shared))
    return found


def resample(bf16, formats, best, count, hold=lambda part: part):
    generator, fits = np.random.default_rng(0), []
    for _ in range(count):
        drawn = [[runs[i] for i in generator.integers(0, len(runs), len(runs))] for runs in (bf16, formats)]
        fits.append(fit_all(*drawn, [best["bf16"]], hold))
    return {name: np.percentile([fit[name] for fit in fits], [2.5, 97.5], axis=0) for name in best}


def report(bf16, formats, best, ends):
    part = best["bf16"]
    n, d, loss = columns(bf16, "N", "D", "loss")
    yield f"{len(bf16)} runs in bf16: N {n.min():.3g} to {n.max():.3g}, D {d.min():.3g} to {d.max():.3g}; {len(formats)} in formats"
    yield f"bf16 residual: {np.std(loss - bf16_loss(part, n, d)):.4f} of losses from {loss.min():.3f} to {loss.max():.3f}"
    yield ""
    yield "| law | runs | R² | fitted | interval of 95 % | paper |"
    yield "|---|---|---|---|---|---|"
    r2 = 1 - np.sum((loss - bf16_loss(part, n, d)) ** 2) / np.sum((loss - loss.mean()) ** 2)
    for i, name in ((1, "a"), (3, "b")):
        low, high = ends["bf16"][:, i]
        yield f"| bf16 | {len(bf16)} | {r2:.3f} | {'alpha' if name == 'a' else 'beta'} = {part[i]:.3g} | {low:.3g} to {high:.3g} | {PAPER[name]} |"
    yield f"| bf16 | | | epsilon = {part[4]:.3g} | {ends['bf16'][0, 4]:.3g} to {ends['bf16'][1, 4]:.3g} | 1.9061 (other text, tokens) |"
    for name, (names, shared) in SUBLAWS.items():
        runs, values = choose(formats, shared), best[name]
        r2 = r_squared(names, values, best["held"], runs)
        rows = [("factor", np.exp(values[0]), np.exp(ends[name][:, 0]), "")]
        rows += [({"u": "delta", "v": "nu"}[key], values[1 + i], ends[name][:, 1 + i], PAPER[key]) for i, key in enumerate(names)]
        for label, value, (low, high), published in rows:
            yield f"| {name} | {len(runs)} | {r2:.3f} | {label} = {value:.3g} | {low:.3g} to {high:.3g} | {published} |"
    yield ""
    yield "| format | runs | added to bf16: mean, standard error | by the law of all |"
    yield "|---|---|---|---|"
    kinds = sorted({(run["E"], run["M"], run["B"]) for run in formats})
    for kind in kinds:
        runs = [run for run in formats if (run["E"], run["M"], run["B"]) == kind]
        (added,), law = columns(runs, "added"), penalty(("u", "v"), best["all"], best["held"], runs)
        error = added.std(ddof=1) / len(added) ** 0.5 if len(added) > 1 else float("nan")
        yield "| E{}M{}, B = {} | {} | {:.4f} ± {:.4f} | {:.4f} |".format(*kind, len(runs), added.mean(), error, law.mean())


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("runs", help="runs.jsonl of grid.py")
    parser.add_argument("--held", choices=["bf16", "paper"], default="bf16", help="whose alpha and beta the penalty has; default bf16")
    parser.add_argument("--resamples", type=int, default=200, help="for the intervals; default 200")
    options = parser.parse_args()
    runs = load(options.runs)
    bf16, formats = [[run for run in runs if (run["E"] is None) == plain] for plain in (True, False)]
    formats = with_added(bf16, formats)
    sizes = {(run["N"], run["D"]) for run in bf16}
    if len(sizes) < 6 or len(formats) < 6:
        sys.exit(f"fit.py: expected bf16 runs of 6 or more sizes and 6 or more of formats in {options.runs}; found {len(sizes)} and {len(formats)}")
    hold = [hold_paper] if options.held == "paper" else []
    best = fit_all(bf16, formats, make_starts(min(run["loss"] for run in bf16)), *hold)
    for line in report(bf16, formats, best, resample(bf16, formats, best, options.resamples, *hold)):
        print(line)


if __name__ == "__main__":
    main()
