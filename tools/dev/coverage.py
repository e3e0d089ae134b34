#!/usr/bin/env python3
"""Reads lines of code that ran from a file of llvm-cov export --format=lcov: prints the share for each folder, and for each
file the lines that did not run. Exit status 1 where a folder is below the bound. Used by ./dev coverage."""

import argparse
import os
import sys


def read_counts(path):
    """How often each line with code ran, by file."""
    counts, current = {}, None
    with open(path, encoding="utf-8") as file:
        for line in file:
            key, _, value = line.strip().partition(":")
            if key == "SF":
                current = counts.setdefault(os.path.relpath(value), {})
            elif key == "DA":
                number, count = value.split(",")[:2]
                current[int(number)] = current.get(int(number), 0) + int(count)
    return counts


def describe_ranges(lines):
    """`3, 5-8` of sorted numbers."""
    ranges = []
    for line in lines:
        if ranges and line == ranges[-1][1] + 1:
            ranges[-1][1] = line
        else:
            ranges.append([line, line])
    return ", ".join(str(first) if first == last else f"{first}-{last}" for first, last in ranges)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("counts", help="output of llvm-cov export --format=lcov")
    parser.add_argument("folders", nargs="+", help="folders of the sources")
    parser.add_argument("--bound", type=float, default=90, help="percent of the lines of each folder (default: 90)")
    options = parser.parse_args()
    counts, wrong = read_counts(options.counts), []
    for folder in options.folders:
        files = {path: lines for path, lines in sorted(counts.items()) if path.startswith(folder + os.sep)}
        total, ran = sum(map(len, files.values())), sum(sum(map(bool, lines.values())) for lines in files.values())
        for path, lines in files.items():
            left = sorted(number for number, count in lines.items() if not count)
            if left:
                print(f"{path}: {len(left)} of {len(lines)} lines did not run: {describe_ranges(left)}")
        share = 100 * ran / total if total else 0
        print(f"{folder}: {ran} of {total} lines ran, {share:.1f} %")
        if share < options.bound:
            wrong.append(f"coverage: {folder} has {share:.1f} %, expected at least {options.bound:g} %")
    print("\n".join(wrong), end="\n" if wrong else "", file=sys.stderr)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
