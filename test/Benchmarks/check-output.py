"""Checks that every line of mx-bench's JSON has the fields of docs/benchmarks.md, and that one has a name."""

import json
import sys


def main():
    path, wanted = sys.argv[1:]
    with open(path, encoding="utf-8") as file:
        records = [json.loads(line) for line in file]
    assert any(record["name"].startswith("limit read") and record["gbytes_per_s"] > 0 for record in records)
    measured = [record for record in records if "ms" in record]
    ours = [record for record in measured if "error" in record]
    assert any(record["name"] == wanted for record in ours), records
    for record in measured:
        times = record["ms"]
        assert 0 < times["min"] <= times["median"] <= times["max"], record
        flops = 2 * record["m"] * record["n"] * record["k"]
        assert abs(record["gflops"] - flops / times["median"] * 1e-6) <= 1e-3 * record["gflops"] + 1e-2, record
        assert record["formats"] and record["isa"] and record["threads"] == 1, record
    for record in ours:
        assert 0 <= record["error"] <= 1, record
        assert record["limit"] > 0 and record["fraction_of_limit"] > 0, record


main()
