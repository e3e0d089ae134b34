"""Prints the fenced blocks of one language of a page."""

import re
import sys

with open(sys.argv[1], encoding="utf-8") as page:
    print("\n".join(re.findall(rf"^```{sys.argv[2]}\n(.*?)^```", page.read(), re.MULTILINE | re.DOTALL)))
