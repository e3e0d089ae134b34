"""Many runs of train.py side by side, a thread each. What is done stays done: the same call goes on with the rest."""

import concurrent.futures
import json
import os
import subprocess
import sys
import time

TRAIN = os.path.join(os.path.dirname(os.path.abspath(__file__)), "train.py")


def add_options(parser):
    parser.add_argument("-o", "--output", default="runs", metavar="FOLDER", help="checkpoints and results; default runs")
    parser.add_argument("--workers", type=int, default=os.cpu_count(), help="runs at a time; default one a processor")
    parser.add_argument("--minutes", type=float, help="stop, to go on later, after so many")


def run_all(jobs, options):
    """Runs `jobs`, {name: arguments of train.py}, first ones first. Returns {name: result} of those that are done."""
    os.makedirs(options.output, exist_ok=True)
    end = time.monotonic() + 60 * options.minutes if options.minutes else None
    results, missing = {}, []
    for name in jobs:
        result = _read(options.output, name)
        if result is None:
            missing.append(name)
        else:
            results[name] = result
    print(f"{len(results)} of {len(jobs)} runs are done, {options.workers} at a time", flush=True)
    with concurrent.futures.ThreadPoolExecutor(options.workers) as pool:
        for name, result in zip(missing, pool.map(lambda name: _run(name, jobs[name], options.output, end), missing)):
            if result is not None:
                results[name] = result
    return results


def _read(folder, name):
    try:
        with open(os.path.join(folder, name + ".json"), encoding="utf-8") as file:
            return json.load(file)
    except FileNotFoundError:
        return None


def _run(name, arguments, folder, end):
    path = os.path.join(folder, name)
    command = [sys.executable, TRAIN, *arguments, f"--checkpoint={path}.npz", f"--result={path}.json"]
    if end is not None:
        left = (end - time.monotonic()) / 60
        if left <= 0:
            return None
        command.append(f"--minutes={left}")
    with open(path + ".log", "ab") as log:
        status = subprocess.run(command, stdout=log, stderr=log, env={**os.environ, "OMP_NUM_THREADS": "1"}).returncode
    if status == 3:
        return None
    if status != 0:
        print(f"{name}: exit status {status}, see {path}.log", flush=True)
        return None
    os.remove(path + ".npz")
    result = _read(folder, name)
    print(f"{name}: validation loss {result['validation']:.4f}, {result['seconds']:.0f} s", flush=True)
    return result
