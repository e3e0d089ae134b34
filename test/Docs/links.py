"""Checks that every relative link of README.md, docs/ and the other pages leads to a file, and to a heading where it names one."""

import glob
import os
import re
import sys


def anchors(path):
    """The headings of a page as GitHub names them."""
    with open(path, encoding="utf-8") as file:
        headings = re.findall(r"^#+ (.*)$", file.read(), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


def main():
    root = sys.argv[1]
    pages = [path for folder in ("", "docs/**/", "runtime/", "examples/**/", "python_bindings/")
             for path in glob.glob(os.path.join(root, folder, "*.md"), recursive=True)]
    count, broken = 0, []
    for page in pages:
        with open(page, encoding="utf-8") as file:
            text = re.sub(r"^```.*?^```", "", file.read(), flags=re.MULTILINE | re.DOTALL)
        for link in re.findall(r"\]\(([^)\s]+)\)", text):
            if re.match(r"[a-z]+:", link):
                continue
            count += 1
            target, _, anchor = link.partition("#")
            path = os.path.join(os.path.dirname(page), target) if target else page
            if not os.path.exists(path) or (anchor and path.endswith(".md") and anchor not in anchors(path)):
                broken.append(f"{os.path.relpath(page, root)}: {link}")
    print("\n".join(f"no such page or heading: {each}" for each in broken))
    print(f"links: {count - len(broken)} passed, {len(broken)} failed")
    sys.exit(1 if broken or not count else 0)


main()
