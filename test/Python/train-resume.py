"""examples/train: a run that is killed again and again ends in the bits of one that is not, and never loses a checkpoint."""
# RUN: %python %s %examples %t

import json
import os
import random
import shutil
import signal
import subprocess
import sys
import time

import numpy as np

EXAMPLES, FOLDER = sys.argv[1:3]
TARGET = sys.argv[3] if len(sys.argv) > 3 else "cpu"
MODEL = os.path.join(EXAMPLES, "train", "gpt-tiny.mlir")
TRAIN = os.path.join(EXAMPLES, "train", "train.py")
sys.path.insert(0, os.path.dirname(TRAIN))
import checkpoint  # noqa: E402

STEPS, KILLS = 120, 3


def at(name):
    return os.path.join(FOLDER, name)


def command(name, *more):
    return [sys.executable, TRAIN, MODEL, at("text.npz"), "--recipe=mxfp4_backward", f"--steps={STEPS}", "--seed=7",
            f"--target={TARGET}", "--every=1", f"--checkpoint={at(name)}.npz", f"--result={at(name)}.json", *more]  # fmt: skip


def make_text():
    """Words in a random order, which are learnt in a moment."""
    words = [b"scale ", b"block ", b"of ", b"the ", b"element\n"]
    content = np.frombuffer(b"".join(random.Random(1).choices(words, k=4000)), np.uint8)
    np.savez(at("text.npz"), train=content, validation=content[:3000])


def result(name):
    with open(at(name + ".json"), encoding="utf-8") as file:
        return json.load(file)


def saved_calls(name):
    """The calls in the checkpoint, which must be whole; 0 where there is none yet."""
    if not os.path.exists(at(name + ".npz")):
        return 0
    with np.load(at(name + ".npz")) as file:
        assert file["state"].dtype == np.float32 and len(file["losses"]) == 2 * int(file["call"])
        return int(file["call"])


def kill_once(name, moment):
    """Starts the run and kills it some time after its first line, wherever it is then."""
    with subprocess.Popen(command(name), stdout=subprocess.PIPE, text=True) as process:
        process.stdout.readline()
        time.sleep(moment)
        process.send_signal(signal.SIGKILL)


def killed_run_has_the_same_bits():
    subprocess.run(command("whole"), check=True, stdout=subprocess.DEVNULL)
    moments, before = random.Random(2), 0
    for _ in range(KILLS):
        kill_once("killed", moments.uniform(0, 0.05))
        after = saved_calls("killed")
        assert after >= before, f"the checkpoint went from call {before} back to {after}"
        before = after
    assert 0 < before, "no run reached a checkpoint"
    output = subprocess.run(command("killed"), check=True, capture_output=True, text=True).stdout
    assert "goes on at step" in output, output
    whole, killed = result("whole"), result("killed")
    for name in ("state", "validation", "curve"):
        assert whole[name] == killed[name], f"{name}: {killed[name]}, expected {whole[name]}"
    assert whole["validation"] < whole["curve"][0] / 2, f"nothing was learnt: {whole}"


def failed_write_keeps_the_old_one():
    checkpoint.save(at("kept.npz"), {"seed": 1}, state=np.arange(3))
    fsync, os.fsync = os.fsync, lambda _: (_ for _ in ()).throw(OSError("the disk is full"))
    try:
        checkpoint.save(at("kept.npz"), {"seed": 1}, state=np.arange(4))
        raise AssertionError("expected the error of the disk")
    except OSError as error:
        assert "disk is full" in str(error)
    finally:
        os.fsync = fsync
    assert len(checkpoint.load(at("kept.npz"), {"seed": 1})["state"]) == 3
    assert not os.path.exists(at("kept.npz.tmp"))


def other_settings_are_refused():
    run = subprocess.run(command("killed", "--rate=0.5"), capture_output=True, text=True)
    assert run.returncode == 1 and "rate = 0.003; found 0.5" in run.stderr, run.stderr
    run = subprocess.run(command("killed", "--recipe=nvfp5"), capture_output=True, text=True)
    assert run.returncode == 1 and "nvfp5" in run.stderr, run.stderr


def runs_out_of_time():
    run = subprocess.run(command("late", "--minutes=1e-9"), capture_output=True, text=True)
    assert run.returncode == 3 and saved_calls("late") == 0 and os.path.exists(at("late.npz")), run


shutil.rmtree(FOLDER, ignore_errors=True)
os.makedirs(FOLDER)
make_text()
for check in (killed_run_has_the_same_bits, failed_write_keeps_the_old_one, other_settings_are_refused, runs_out_of_time):
    check()
