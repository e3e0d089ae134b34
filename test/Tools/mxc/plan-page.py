"""A page of mxc plan: its picture is well-formed, holds every chart, and draws inside its cards."""

import re
import sys
import xml.etree.ElementTree as tree

SVG = "{http://www.w3.org/2000/svg}"
CHARTS = ["Loss over bits", "Layouts", "Tokens that help: D_crit", "Staged plan", "Memory", "Expected time"]


def check_numbers(group):
    """What a chart draws lies in its card, of 468 x 288; text may stand a little outside."""
    for path in group.iter(f"{SVG}path"):
        numbers = [float(number) for number in re.findall(r"-?[0-9.]+", path.get("d"))]
        assert all(0 <= number <= 470 for number in numbers), path.get("d")
    for shape in group.iter(f"{SVG}rect"):
        x, width = float(shape.get("x", 0)), float(shape.get("width"))
        assert 0 <= x and x + width <= 470 and width >= 0, shape.attrib
    for dot in group.iter(f"{SVG}circle"):
        assert 0 <= float(dot.get("cx")) <= 470 and 40 <= float(dot.get("cy")) <= 290, dot.attrib


with open(sys.argv[1], encoding="utf-8") as file:
    page = file.read()
assert "nan" not in page and "inf" not in page.replace("info", ""), "a number that is none"
assert page.count("fitted with W and the X of wgrad quantised") == 3, "limits beside each kind of numbers"
picture = tree.fromstring(re.search(r"<svg.*</svg>", page, re.DOTALL).group())
groups = picture.findall(f"{SVG}g")
assert [group.find(f"{SVG}text").text for group in groups] == CHARTS
for group in groups:
    check_numbers(group)
    assert group.findall(f"{SVG}circle") or group.findall(f"{SVG}rect")
for table in re.findall(r"<table>.*?</table>", page, re.DOTALL):
    assert table.count("<tr>") >= 2
