"""The recipes side by side: python3 arms.py gpt.mlir text.npz -o runs --steps=1000.

Trains each arm with each seed, as many runs at a time as there are processors, and writes runs/arms.md, a table, and
runs/arms.svg, the same as a plot. Stopped at any time, the same command goes on. Seeds are of weights and batches too:
arms are compared seed by seed.
"""

import argparse
import os

import numpy as np

import checkpoint
import pool

TSENG = "mxfp4_backward"
ROUNDED, STOCHASTIC = "{format = !mx.nvfp4}", "{format = !mx.nvfp4, rounding = stochastic}"
#: nvfp4_training with weights in blocks of 1x16, as X has them: target nvvm has no kernel for tiles.
NV_ROWS = (
    f'#mx.recipe<name = "nvfp4_rows", forward = {{activation = {ROUNDED}, weight = {ROUNDED}}}, '
    f"dgrad = {{gradient = {STOCHASTIC}, other = {ROUNDED}}}, wgrad = {{gradient = {STOCHASTIC}, other = {ROUNDED}, "
    "hadamard = {size = 16, signs = [1, 1, 1, -1, 1, -1, -1, -1, -1, -1, -1, 1, -1, 1, -1, -1]}}, "
    'exclude = [attention, "*head*", "*embedding*"]>'
)
ARMS = {
    "bf16": "none",
    "MXFP4": f"{TSENG},rht=none,rounding=nearest_even",
    "MXFP4+RHT": f"{TSENG},rounding=nearest_even",
    "MXFP4+SR": f"{TSENG},rht=none",
    "MXFP4+RHT+SR": TSENG,
    "NVFP4 (NV)": "nvfp4_training",
    "Quartet II": "quartet2",
    "NVFP4 (NV), 1x16": NV_ROWS,
}
#: What names are kept float beside a recipe's own; a whole attribute says it itself.
EXCLUDED = ",exclude=*embedding*"


def make_jobs(options):
    """All arms with the first seed first: a sweep that is cut short has whole comparisons."""
    jobs = {}
    for seed in range(options.seeds):
        for arm in options.arms:
            recipe = ARMS[arm] + ("" if arm == "bf16" or ARMS[arm].startswith("#") else EXCLUDED)
            name = f"{''.join(c if c.isalnum() else '_' for c in arm)}-{seed}"
            jobs[name] = [options.model, options.text, f"--recipe={recipe}", f"--seed={seed}", f"--target={options.target}",
                          f"--steps={options.steps}", f"--rate={options.rate}", f"--warmup={options.warmup}"]  # fmt: skip
    return jobs


def by_arm(results):
    """{arm: {seed: result}}, in the order of ARMS."""
    found = {}
    for arm, recipe in ARMS.items():
        runs = [run for run in results if run["recipe"].removesuffix(EXCLUDED) == recipe]
        if runs:
            found[arm] = {run["seed"]: run for run in sorted(runs, key=lambda run: run["seed"])}
    return found


def spread(values):
    """mean ± standard deviation of one run; without it for a single one."""
    return f"{np.mean(values):.4f}" + (f" ± {np.std(values, ddof=1):.4f}" if len(values) > 1 else "")


def table(arms):
    lines = ["| arm | recipe | runs | validation loss, nats a byte | above bf16, seed by seed |", "|---|---|---|---|---|"]
    for arm, runs in arms.items():
        losses = [run["validation"] for run in runs.values()]
        pairs = [run["validation"] - arms["bf16"][seed]["validation"] for seed, run in runs.items() if seed in arms.get("bf16", {})]
        above = spread(pairs) if pairs and arm != "bf16" else ""
        recipe = "nvfp4_rows of arms.py" if ARMS[arm] == NV_ROWS else f"`{ARMS[arm]}`"
        lines.append(f"| {arm} | {recipe} | {len(runs)} | {spread(losses)} | {above} |")
    return "\n".join(lines) + "\n"


def plot(arms):
    """A row an arm: a dot a seed, and a bar at their mean."""
    losses = {arm: [run["validation"] for run in runs.values()] for arm, runs in arms.items()}
    low, high = min(map(min, losses.values())), max(map(max, losses.values()))
    margin = 0.05 * (high - low) + 1e-4
    low, high = low - margin, high + margin

    def x(value):
        return 160 + 460 * (value - low) / (high - low)

    height = 40 + 30 * len(arms)
    parts = [f'<svg xmlns="http://www.w3.org/2000/svg" width="660" height="{height + 30}" font-family="sans-serif" font-size="13">']
    for value in np.linspace(low, high, 5):
        parts.append(f'<path d="M{x(value):.1f} 20V{height}" stroke="#ddd"/><text x="{x(value):.1f}" y="{height + 18}" text-anchor="middle">{value:.3f}</text>')  # fmt: skip
    for row, (arm, values) in enumerate(losses.items()):
        y = 40 + 30 * row
        parts.append(f'<text x="150" y="{y + 4}" text-anchor="end">{arm}</text>')
        parts.append(f'<path d="M{x(np.mean(values)):.1f} {y - 10}v20" stroke="#c33" stroke-width="2"/>')
        parts += [f'<circle cx="{x(value):.1f}" cy="{y}" r="4" fill="#246" fill-opacity="0.6"/>' for value in values]
    return "\n".join(parts) + "\n</svg>\n"


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("model", help="what model.py wrote")
    parser.add_argument("text", help="what data.py wrote")
    parser.add_argument("--arms", nargs="+", default=list(ARMS), choices=list(ARMS), metavar="ARM", help=f"of {', '.join(ARMS)}")
    parser.add_argument("--seeds", type=int, default=3, help="runs of each arm; default 3")
    parser.add_argument("--target", default="cpu")
    parser.add_argument("--steps", type=int, default=1000)
    parser.add_argument("--rate", type=float, default=3e-3)
    parser.add_argument("--warmup", type=int, default=50)
    pool.add_options(parser)
    options = parser.parse_args()
    arms = by_arm(pool.run_all(make_jobs(options), options).values())
    if not arms:
        raise SystemExit("arms.py: no run is done yet: the same command goes on")
    checkpoint.write(os.path.join(options.output, "arms.md"), table(arms).encode())
    checkpoint.write(os.path.join(options.output, "arms.svg"), plot(arms).encode())
    print(table(arms), end="")


if __name__ == "__main__":
    main()
