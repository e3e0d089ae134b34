"""docs/published-recipes.md has a section for each built-in recipe, and the tables of docs/recipes.md a row.

recipes.py SOURCE"""

import os
import re
import subprocess
import sys

docs = os.path.join(sys.argv[1], "docs")
listed = subprocess.run(["mxc", "list", "recipes"], capture_output=True, text=True, check=True).stdout
names = re.findall(r"^(\w+)", listed, re.MULTILINE)
with open(os.path.join(docs, "published-recipes.md"), encoding="utf-8") as file:
    sections = set(re.findall(r"^## (\w+)$", file.read(), re.MULTILINE))
with open(os.path.join(docs, "recipes.md"), encoding="utf-8") as file:
    rows = set(re.findall(r"^\| `(\w+)` \|", file.read(), re.MULTILINE))
assert len(names) > 10, listed
missing = [name for name in names if name not in sections or name not in rows]
assert not missing, f"no section or no row: {missing}"
print(f"{len(names)} recipes have a section and a row")
