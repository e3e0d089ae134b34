#!/usr/bin/env python3
"""Turns the JSON of mx-bench into the tables of docs/benchmarks.md.

Prints them, or with --update FILE puts them between the lines `<!-- results -->` and `<!-- end -->` of
that page. Of our kernels only those that run by themselves are shown; the JSON has the others.
"""

import argparse
import datetime
import json
import sys

BEGIN, END = "<!-- results -->", "<!-- end -->"


def limits(records):
    """One row a limit, one column a thread count."""
    threads = sorted({record["threads"] for record in records})
    names = list(dict.fromkeys(record["name"] for record in records))
    rates = {(record["name"], record["threads"]): record for record in records}
    yield "| limit | " + " | ".join(f"{count} thread{'s' * (count > 1)}" for count in threads) + " |"
    yield "|---" * (len(threads) + 1) + "|"
    for name in names:
        cells = []
        for count in threads:
            record = rates.get((name, count), {})
            unit = "GB/s" if "gbytes_per_s" in record else "G/s"
            rate = record.get("gbytes_per_s", record.get("gflops", 0))
            cells.append(f"{rate:.1f} {unit}" if rate else "-")
        yield f"| {name[len('limit '):]} | " + " | ".join(cells) + " |"


def measured(records):
    yield "| measurement | threads | kernel | ms: min / median / max | rate | of limit | peers' time over ours |"
    yield "|---|---|---|---|---|---|---|"
    for record in records:
        times = record["ms"]
        bandwidth = "gbytes_per_s" in record
        rate = f"{record['gbytes_per_s']:.2f} GB/s" if bandwidth else f"{record['gflops']:.0f} GFLOP/s"
        part = f"{100 * record['fraction_of_limit']:.0f} % of {record['limit_name']}" if "limit" in record else ""
        ratios = ", ".join(f"{name} {ratio:.2f}" for name, ratio in record.get("ratios", {}).items())
        yield (f"| {record['name']} | {record['threads']} | {record['isa']} | "
               f"{times['min']:.3f} / {times['median']:.3f} / {times['max']:.3f} | {rate} | {part} | {ratios} |")


def tables(path, machine):
    with open(path, encoding="utf-8") as file:
        records = [json.loads(line) for line in file]
    ours = [record for record in records if record.get("chosen") and "limit" in record]
    if not ours:
        sys.exit(f"{path} holds no measurement of a chosen kernel")
    head = f"{datetime.date.today().isoformat()}, {machine}:"
    return "\n".join([head, "", *limits([r for r in records if r["name"].startswith("limit ")]), "", *measured(ours)])


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("json", help="what mx-bench --json=FILE wrote")
    parser.add_argument("--machine", default="unnamed machine", help="what to say about the machine")
    parser.add_argument("--update", metavar="FILE", help="the page to change")
    options = parser.parse_args()
    text = tables(options.json, options.machine)
    if not options.update:
        print(text)
        return
    with open(options.update, encoding="utf-8") as file:
        page = file.read()
    if BEGIN not in page or END not in page:
        sys.exit(f"{options.update} lacks the lines {BEGIN} and {END}")
    before, after = page.split(BEGIN)[0], page.split(END)[1]
    with open(options.update, "w", encoding="utf-8") as file:
        file.write(f"{before}{BEGIN}\n{text}\n{END}{after}")


if __name__ == "__main__":
    main()
