"""Trains what model.py wrote, with a recipe: python3 train.py gpt.mlir text.npz --recipe=mxfp4_backward --steps=1000.

Needs numpy and mxc, not JAX. With --checkpoint=FILE a run that was killed goes on from there, to the same bits; what
changed on the command line since is an error. The last line is the validation loss; --result=FILE has it as JSON.
"""

import argparse
import functools
import hashlib
import importlib.util
import json
import os
import sys
import time

import mxc
import numpy as np

import checkpoint

STARTED = time.monotonic()
EVALUATED = 65536  # tokens of the validation text, or the next number that fills calls


def read_about(path):
    """What the first line of a file of model.py says: sizes, parameters and Adam's betas."""
    with open(path, encoding="utf-8") as file:
        return json.loads(file.readline().removeprefix("//"))


def on_cpu(array):
    return array if isinstance(array, np.ndarray) else array.cpu().numpy()


class Model:
    """A file of model.py, compiled. `place` puts an array where the program reads it: on a GPU with the help of torch."""

    def __init__(self, path, recipe, target):
        with open(path, encoding="utf-8") as file:
            text = file.read()
        self.digest, self.about = hashlib.sha256(text.encode()).hexdigest()[:16], read_about(path)
        train, self.evaluated = text.split("// -----\n")
        self.options = {"recipe": recipe, "target": target}
        self.place = np.asarray
        if target == "nvvm" and importlib.util.find_spec("torch"):
            torch = importlib.import_module("torch")
            self.place = lambda array: torch.from_numpy(array).cuda()
            self.options["arrays"] = "device"
        self.train = mxc.compile(train, **self.options)

    @functools.cached_property
    def evaluate(self):
        return mxc.compile(self.evaluated, **self.options)

    def initial_state(self, seed):
        """Normal numbers of the deviations that the file asks for, and moments of zero."""
        shape = self.train.signature.arguments[0].shape
        state, start, generator = np.zeros(shape, np.float32), 0, np.random.default_rng([seed, 0])
        for _, extents, deviation in self.about["parameters"]:
            count = int(np.prod(extents))
            state[0, start : start + count] = generator.standard_normal(count, np.float32) * np.float32(deviation)
            start += count
        return state


def rates(options, about, first):
    """[S, 3]: the learning rate (warm-up, then a cosine down to a tenth) and Adam's corrections of steps first, ...."""
    step = np.arange(first, first + about["steps"], dtype=np.float64)
    done = np.clip((step - options.warmup) / max(options.steps - options.warmup, 1), 0, 1)
    rate = options.rate * np.minimum((step + 1) / max(options.warmup, 1), 0.55 + 0.45 * np.cos(np.pi * done))
    corrections = [1 / (1 - about[beta] ** (step + 1)) for beta in ("beta1", "beta2")]
    return np.stack([rate, *corrections], 1).astype(np.float32)


def windows(text, starts, about):
    """Bytes from each start, as the tokens of one call: [S, B, T + 1] i32."""
    places = np.asarray(starts)[:, None] + np.arange(about["length"] + 1)
    return text[places].astype(np.int32).reshape(about["steps"], about["batch"], -1)


def batches(text, about, seed, call):
    """The tokens of the n-th call: windows drawn by seed and call alone, so that any call can be made again."""
    generator = np.random.default_rng([seed, 1, call])
    return windows(text, generator.integers(0, len(text) - about["length"], about["steps"] * about["batch"]), about)


def validation_loss(model, state, text, seed):
    """The mean over windows that lie evenly in the text, the same ones for every run."""
    about = model.about
    windows_a_call = about["steps"] * about["batch"]
    calls = -(-EVALUATED // (windows_a_call * about["length"]))
    starts = np.linspace(0, len(text) - about["length"] - 1, calls * windows_a_call).astype(np.int64)
    parts = [model.place(windows(text, part, about)) for part in np.split(starts, calls)]
    losses = [on_cpu(model.evaluate(state, part, seed=seed)) for part in parts]
    return float(np.mean(np.stack(losses), dtype=np.float64))


def run(model, texts, options, report):
    """Trains to the last step or for options.minutes; returns the result, or None where minutes ran out before."""
    about, begin = model.about, time.monotonic()
    settings = {name: getattr(options, name) for name in ("recipe", "target", "seed", "steps", "rate", "warmup")}
    settings.update(model=model.digest, data=texts["digest"])
    state, losses = model.initial_state(options.seed), np.zeros(0, np.float32)
    call, spent = 0, 0.0
    if options.checkpoint and os.path.exists(options.checkpoint):
        kept = checkpoint.load(options.checkpoint, settings)
        state, losses, call, spent = kept["state"], kept["losses"], int(kept["call"]), float(kept["spent"])
        report(f"goes on at step {call * about['steps']}")
    state = model.place(state)
    calls = -(-options.steps // about["steps"])

    def save():
        if options.checkpoint:
            checkpoint.save(options.checkpoint, settings, state=on_cpu(state), losses=losses, call=call, spent=spent + time.monotonic() - begin)  # fmt: skip

    while call < calls:
        if options.minutes and time.monotonic() - STARTED > 60 * options.minutes:
            save()
            return None
        # A seed a call: the program derives one for each of its steps and products.
        inputs = batches(texts["train"], about, options.seed, call), rates(options, about, call * about["steps"])
        state, found = model.train(state, *map(model.place, inputs), seed=options.seed << 32 | call)
        found = on_cpu(found)
        losses, call = np.concatenate([losses, found]), call + 1
        if not np.isfinite(found).all():
            report("the loss is not finite")
        if call % options.every == 0 and call < calls:
            save()
            report(f"step {call * about['steps']}: loss {found.mean():.4f}")
    save()
    seconds = spent + time.monotonic() - begin
    value = validation_loss(model, state, texts["validation"], options.seed)
    tokens = calls * about["steps"] * about["batch"] * about["length"]
    sizes = {name: about[name] for name in ("width", "layers", "heads", "length", "batch")}
    inner = sum(int(np.prod(shape)) for name, shape, _ in about["parameters"] if name.startswith("layer"))
    curve = [round(float(part.mean()), 4) for part in np.array_split(losses, min(100, len(losses)))]
    result = {"validation": value, "tokens": tokens, "parameters": inner, "seconds": round(seconds, 1), "tokens_per_s": round(tokens / seconds)}  # fmt: skip
    return {**settings, **sizes, **result, "state": hashlib.sha256(on_cpu(state).tobytes()).hexdigest()[:16], "curve": curve}


def load_texts(path):
    with np.load(path) as file:
        texts = {name: file[name] for name in ("train", "validation")}
    return {**texts, "digest": hashlib.sha256(texts["train"].tobytes() + texts["validation"].tobytes()).hexdigest()[:16]}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("model", help="what model.py wrote")
    parser.add_argument("text", help="what data.py wrote")
    parser.add_argument("--recipe", default="none", help="a name with overrides, a file or the attribute; default none")
    parser.add_argument("--target", default="cpu", help="cpu, reference or nvvm; default cpu")
    parser.add_argument("--steps", type=int, default=1000, help="of the optimiser; default 1000")
    parser.add_argument("--rate", type=float, default=3e-3, help="the highest learning rate; default 3e-3")
    parser.add_argument("--warmup", type=int, default=50, help="steps until there; default 50")
    parser.add_argument("--seed", type=int, default=0, help="of weights, batches and stochastic rounding; default 0")
    parser.add_argument("--checkpoint", metavar="FILE", help="where to go on from, and to save to")
    parser.add_argument("--every", type=int, default=10, help="calls between checkpoints; default 10")
    parser.add_argument("--minutes", type=float, help="save and stop after so many: exit status 3")
    parser.add_argument("--result", metavar="FILE", help="the result, as one line of JSON")
    options = parser.parse_args()
    try:
        texts = load_texts(options.text)
        model = Model(options.model, options.recipe, options.target)
        result = run(model, texts, options, lambda line: print(line, flush=True))
    except (OSError, ValueError) as error:
        sys.exit(f"train.py: {error}")
    if result is None:
        print("out of time: the same command goes on")
        sys.exit(3)
    if options.result:
        checkpoint.write(options.result, (json.dumps(result) + "\n").encode())
    print(f"validation loss {result['validation']:.4f} after {result['tokens']} tokens, {result['tokens_per_s']} a second")


if __name__ == "__main__":
    main()
