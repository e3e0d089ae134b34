"""mxc plan against the scaling law minimised numerically.

The compiler uses the paper's closed forms (D_crit, P_opt, N_eff). Here each is the minimum or the
root of the law itself, found by a search, so that an error in a derivation shows.
"""

import json
import math
import subprocess

N, ALPHA, D, BETA, EPSILON = 69.2343, 0.2368, 68973.0621, 0.5162, 1.9061
GAMMA, DELTA, NU = 11334.5197, 3.1926, 2.9543


def bf16(params, tokens):
    return N / params**ALPHA + D / tokens**BETA + EPSILON


def loss(params, tokens, exponent, mantissa, log2_block):
    precision = GAMMA * (exponent + 0.5) ** DELTA * (mantissa + 0.5) ** NU
    return bf16(params, tokens) + tokens**BETA / params**ALPHA * log2_block / precision


def loss_at(params, tokens, bits, log2_block):
    """The law at the best real layout of `bits`: (E + 1/2) + (M + 1/2) = P."""
    exponent = bits * DELTA / (DELTA + NU) - 0.5
    return loss(params, tokens, exponent, bits - 1 - exponent, log2_block)


def argmin(function, low, high):
    """Where a function of one minimum has it, by ternary search in log scale."""
    low, high = math.log(low), math.log(high)
    for _ in range(200):
        left, right = low + (high - low) / 3, high - (high - low) / 3
        if function(math.exp(left)) < function(math.exp(right)):
            high = right
        else:
            low = left
    return math.exp((low + high) / 2)


def close(found, expected, rtol, what):
    assert abs(found - expected) <= rtol * abs(expected), f"{what}: found {found}, expected {expected}"


def check(params, tokens, block):
    command = ["mxc", "plan", f"--params={params}", f"--tokens={tokens}", f"--block={block}", "--json"]
    plan = json.loads(subprocess.run(command, capture_output=True, text=True, check=True).stdout)
    log2_block = math.log2(block)
    close(plan["loss_bf16"], bf16(params, tokens), 1e-12, "loss in BF16")
    for entry in plan["formats"]:
        exponent, mantissa = int(entry["layout"][1]), int(entry["layout"][3])
        assert exponent + mantissa + 1 == entry["bits"]
        of_tokens = lambda count: loss(params, count, exponent, mantissa, log2_block)
        close(entry["penalty"], of_tokens(tokens) - bf16(params, tokens), 1e-6, "penalty")
        close(entry["critical_tokens"], argmin(of_tokens, 1e6, 1e20), 1e-4, "D_crit")
        as_bf16 = bf16(entry["effective_params"], tokens)
        close(as_bf16, loss_at(params, tokens, entry["bits"], log2_block), 1e-9, "loss at N_eff")
    # Fixed D and C = 6/16·N·P·D: fewer bits buy more parameters.
    compute = 6 * params * tokens
    afford = lambda bits, count: compute / (6 / 16 * bits * count)
    best = argmin(lambda bits: loss_at(afford(bits, tokens), tokens, bits, log2_block), 1, 64)
    close(plan["optimal_bits_for_tokens"], best, 1e-4, "P_opt, fixed D")
    both = lambda bits: min_over_tokens(bits, afford, log2_block)
    close(plan["optimal_bits_for_compute"], argmin(both, 1, 64), 1e-3, "P_opt, both free")


def min_over_tokens(bits, afford, log2_block):
    at = lambda count: loss_at(afford(bits, count), count, bits, log2_block)
    return at(argmin(at, 1e6, 1e20))


for params, tokens, block in [(1e9, 2e10, 32), (7e9, 1e12, 32), (4e7, 1e11, 128), (7e10, 2e12, 512)]:
    check(params, tokens, block)
