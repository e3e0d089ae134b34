"""examples/law/fit.py finds the constants that runs were made with, and says what is missing."""
# REQUIRES: jax
# RUN: %frameworks_python %s %examples %t

import json
import os
import sys

import numpy as np

sys.path.insert(0, os.path.join(sys.argv[1], "law"))
import fit  # noqa: E402

FORMATS = [(2, 1, 32), (1, 1, 32), (3, 1, 32), (2, 0, 32), (2, 2, 32), (2, 1, 8), (2, 1, 128)]


def make_runs(noise):
    generator, runs = np.random.default_rng(3), []
    for n in (5e4, 1e5, 2e5, 4e5):
        for d in (1.25e5, 2.5e5, 5e5, 1e6):
            plain = 0.9 * (n / 1e5) ** -0.24 + 0.5 * (d / 1e6) ** -0.5 + 0.8
            for e, m, block in [(None, None, None), *FORMATS]:
                reach = 0 if e is None else (d / 1e6) ** 0.5 * (n / 1e5) ** -0.24 * np.log2(block)
                loss = plain if e is None else plain + reach / (20 * (e + 0.5) ** 2 * (m + 0.5) ** 1.5)
                runs.append({"N": n, "D": d, "E": e, "M": m, "B": block, "loss": loss + noise * generator.normal()})
    return runs


def near(found, expected, tolerance, what):
    assert abs(found - expected) <= tolerance, f"{what}: {found}, expected {expected} ± {tolerance}"


def finds_the_constants():
    runs = make_runs(1e-4)
    bf16, formats = [[run for run in runs if (run["E"] is None) == plain] for plain in (True, False)]
    formats = fit.with_added(bf16, formats)
    assert len(formats) == 16 * len(FORMATS)
    best = fit.fit_all(bf16, formats, fit.make_starts(1.9))
    near(best["bf16"][1], 0.24, 0.02, "alpha")
    near(best["bf16"][3], 0.5, 0.02, "beta")
    near(best["exponent"][1], 2, 0.1, "delta")
    near(best["mantissa"][1], 1.5, 0.1, "nu")
    near(np.exp(best["all"][0]), 20, 1, "gamma")
    assert {run["B"] for run in fit.choose(formats, ("E", "M"))} == {8, 32, 128}
    assert fit.r_squared(("u", "v"), best["all"], best["bf16"], formats) > 0.99
    ends = fit.resample(bf16, formats, best, 20)
    assert (ends["all"][0] <= best["all"]).all() and (best["all"] <= ends["all"][1] + 0.05).all(), (ends["all"], best["all"])


def few_runs_are_an_error():
    path = sys.argv[2] + ".jsonl"
    with open(path, "w", encoding="utf-8") as file:
        file.writelines(json.dumps(run) + "\n" for run in make_runs(0)[:9])
    sys.argv = ["fit.py", path]
    try:
        fit.main()
    except SystemExit as error:
        assert "expected bf16 runs of 6 or more sizes" in str(error) and "found 2 and 7" in str(error), error
    else:
        raise AssertionError("expected an error")


finds_the_constants()
few_runs_are_an_error()
