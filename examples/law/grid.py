"""The runs behind a scaling law of precision: python3 grid.py text.npz d48.mlir d64.mlir d96.mlir -o grid.

As in arXiv 2501.02423 the weights of both passes and the activations of wgrad are quantised to ExMy in blocks of B with
float scales, to nearest; everything else stays bf16. Each model trains with each number of tokens in bf16, then in
each format. grid/runs.jsonl gets a line a run, which fit.py reads. Stopped at any time, the same command goes on.
"""

import argparse
import json
import os
import sys

import mxc

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "train"))
import checkpoint  # noqa: E402
import pool  # noqa: E402
from train import read_about  # noqa: E402

#: (E, M, B): the exponent along M = 1 and M = 0, the mantissa along E = 2 and E = 1, the block along three of them.
FORMATS = [
    (2, 1, 32), (1, 1, 32), (3, 1, 32), (4, 1, 32), (2, 0, 32), (3, 0, 32), (4, 0, 32), (2, 2, 32), (2, 3, 32), (1, 2, 32),
    (2, 1, 8), (2, 1, 16), (2, 1, 64), (1, 1, 8), (1, 1, 64), (2, 0, 8), (2, 0, 64),
]  # fmt: skip


def make_recipe(exponent, mantissa, block):
    operand = mxc.Operand(f"!mx.scaled<!mx.float<{exponent}, {mantissa}>, f32, [{block}]>")
    backward = mxc.Product(other=operand)
    return mxc.Recipe(f"E{exponent}M{mantissa}B{block}", forward=mxc.Product(weight=operand), dgrad=backward, wgrad=backward,
                      exclude=["attention", "*head*", "*embedding*"])  # fmt: skip


def make_jobs(options):
    """bf16 before the formats, and few tokens first: a grid that is cut short has whole comparisons."""
    jobs = {}
    for formats, counts in (([None], options.tokens + options.bf16_tokens), (options.formats, options.tokens)):
        for tokens in sorted(counts):
            for path in options.models:
                about = read_about(path)
                steps = round(tokens / (about["batch"] * about["length"]))
                for form in formats:
                    recipe = "none" if form is None else str(make_recipe(*form))
                    name = "bf16" if form is None else "E{}M{}B{}".format(*form)
                    stem = os.path.splitext(os.path.basename(path))[0]
                    jobs[f"{stem}-{steps}-{name}"] = [path, options.text, f"--recipe={recipe}", f"--steps={steps}",
                                                      f"--rate={options.rate}", f"--warmup={steps // 20}"]  # fmt: skip
    return jobs


def describe(name, run):
    """A line of runs.jsonl: N, D, the format and the loss."""
    form = name.rsplit("-", 1)[1]
    exponent, mantissa, block = (None,) * 3 if form == "bf16" else (int(part) for part in form[1:].replace("M", "B").split("B"))
    return {"N": run["parameters"], "D": run["tokens"], "E": exponent, "M": mantissa, "B": block, "loss": run["validation"],
            "seed": run["seed"], "seconds": run["seconds"], "width": run["width"], "data": run["data"]}  # fmt: skip


def parse_format(text):
    try:
        exponent, mantissa, block = map(int, text.split(","))
    except ValueError:
        raise argparse.ArgumentTypeError(f"expected E,M,B, such as 2,1,32; found {text!r}") from None
    return exponent, mantissa, block


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("text", help="what examples/train/data.py wrote")
    parser.add_argument("models", nargs="+", help="what examples/train/model.py wrote, a file a size")
    parser.add_argument("--tokens", type=float, nargs="+", default=[2e5, 4e5, 8e5], metavar="D", help="of all runs")
    parser.add_argument("--bf16-tokens", type=float, nargs="*", default=[1e5, 1.2e6], metavar="D", help="more of them, in bf16 alone")
    parser.add_argument("--formats", type=parse_format, nargs="+", default=FORMATS, metavar="E,M,B")
    parser.add_argument("--rate", type=float, default=3e-3)
    pool.add_options(parser)
    options = parser.parse_args()
    results = pool.run_all(make_jobs(options), options)
    lines = [json.dumps(describe(name, run)) for name, run in results.items()]
    checkpoint.write(os.path.join(options.output, "runs.jsonl"), "".join(line + "\n" for line in lines).encode())
    print(f"{len(results)} runs in {options.output}/runs.jsonl")


if __name__ == "__main__":
    main()
