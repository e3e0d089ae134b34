"""mxc report: the figures are those of the independent model in numpy; pages and pictures are well formed whatever the
names of tensors hold."""

import html.parser
import json
import re
import sys
import xml.etree.ElementTree as ElementTree

import ml_dtypes
import numpy as np
import safetensors.numpy
from Acceptance import model
from Acceptance.tools import Counter, Folder, run

F32 = np.float32
RULES = {"mxfp4": ["floor", "ceil", "rceil", "even"], "mxint8": ["floor", "ceil", "rceil"], "nvfp4": ["amax"]}
ROUNDINGS = ["nearest_even", "nearest_away", "stochastic", "toward_zero"]


def expected(x, name, rule, rounding):
    """Figures of one rule and rounding, and the quantised tensor."""
    fmt = model.NAMED[name]
    q = model.quantize(x, fmt, rule=rule, rounding=rounding)
    tensor = 1.0 if q.tensor_scale is None else float(q.tensor_scale)
    values = q.values if q.tensor_scale is None else (q.values.astype(F32) * F32(tensor)).astype(float)
    step = model.expand(q.scale_values, fmt.block, x.shape)
    good = np.isfinite(x) & np.isfinite(values)
    a, b, s = x[good].astype(float), values[good], step[good]
    figures = {
        "clipped": int((np.abs(a) > fmt.element.max * (1 + 2.0**-20) * tensor * s).sum()),
        "flushed": int(((a != 0) & (b == 0)).sum()),
        "relative_l2": np.sqrt(((b - a) ** 2).sum() / (a**2).sum()),
        "max_error": np.abs(b - a).max(),
    }
    return figures, q, step * tensor


def check_figures(counter, x, name, report):
    rules = RULES.get(name, RULES["mxfp4"])
    found = [(r["scale_rule"], r["rounding"]) for r in report["rules"]]
    counter.check(found == [(a, b) for a in rules for b in ROUNDINGS], f"{name}: rules {found}")
    for entry in report["rules"]:
        wanted, _, _ = expected(x, name, entry["scale_rule"], entry["rounding"])
        same = entry["clipped"] == wanted["clipped"] and entry["flushed"] == wanted["flushed"]
        same &= np.isclose(entry["relative_l2"], wanted["relative_l2"], rtol=1e-12)
        same &= np.isclose(entry["max_error"], wanted["max_error"], rtol=1e-12)
        same &= np.isclose(entry["snr_db"], -20 * np.log10(wanted["relative_l2"]), rtol=1e-12)
        counter.check(same, f"{name} {entry}: expected {wanted}")
    check_histograms(counter, x, name, report, rules[0])


def check_histograms(counter, x, name, report, rule):
    _, q, step = expected(x, name, rule, "nearest_even")
    good = np.isfinite(x) & np.isfinite(step) & (step != 0)
    histogram = report["histogram"]
    edges = np.array(histogram["edges"])
    with np.errstate(divide="ignore"):
        ratio = x[good].astype(float) / step[good]
        numbers = ratio if histogram["of"] == "x / scale" else np.log2(np.abs(ratio[ratio != 0]))
    # A bin holds its lower edge only.
    counts = np.bincount(np.searchsorted(edges, numbers, side="right"), minlength=len(edges) + 1)
    counter.check(counts[1:-1].tolist() == histogram["counts"], f"{name}: histogram")
    counter.check((counts[0], counts[-1]) == (histogram["below"], histogram["above"]), f"{name}: outside")
    scales = q.scale_values[np.isfinite(q.scale_values) & (q.scale_values != 0)]
    exponents = np.unique(np.floor(np.log2(scales)).astype(int), return_counts=True)
    counter.check([list(map(int, pair)) for pair in zip(*exponents)] == report["scale_exponents"], f"{name}: exponents")
    counter.check(report["nan_scales"] == np.isnan(q.scale_values).sum(), f"{name}: NaN scales")
    counter.check(report["zero_scales"] == (q.scale_values == 0).sum(), f"{name}: zero scales")


class Tags(html.parser.HTMLParser):
    """Elements of a page, and whether each is closed."""

    def __init__(self, text):
        super().__init__()
        self.open, self.seen, self.good = [], [], True
        self.feed(text)

    def handle_starttag(self, tag, attributes):
        self.seen.append(tag)
        if tag != "meta":
            self.open.append(tag)

    def handle_endtag(self, tag):
        self.good &= bool(self.open) and self.open.pop() == tag


def check_pages(counter, folder, x):
    name = "<script>alert(\"1\")</script>&'\u00fc\n]]>"
    with open(folder.path("a&b.safetensors"), "wb") as file:
        file.write(safetensors.numpy.save({name: x, "bf16": x.astype(ml_dtypes.bfloat16), "ids": np.arange(4)}))
    run("mxc", "report", folder.path("a&b.safetensors"), "--format=mxfp8_e4m3", "-o", folder.path("r.html"))
    with open(folder.path("r.html"), encoding="utf-8") as file:
        text = file.read()
    tags = Tags(text)
    counter.check(tags.good and not tags.open, "a page is well formed")
    counter.check("script" not in tags.seen and tags.seen.count("svg") == 2, "two tensors, no script")
    counter.check(not re.search(r"(src|href)=|url\(|@import", text), "nothing from elsewhere")
    counter.check("&lt;script&gt;alert(&quot;1&quot;)&lt;/script&gt;&amp;&#39;\u00fc ]]&gt;" in text, "names are escaped")
    counter.check("a&amp;b.safetensors as mxfp8_e4m3" in text and "prefers-color-scheme: dark" in text, "title and style")
    run("mxc", "report", folder.path("a&b.safetensors"), "--format=nvfp4", "--tensor=*script*", "-o", folder.path("r.svg"))
    root = ElementTree.parse(folder.path("r.svg")).getroot()
    counter.check(root.tag == "{http://www.w3.org/2000/svg}svg" and root[0].text.startswith("<script>"), "a picture")


def check_picture(counter, folder, report):
    """Shapes are as long and as far as their figures."""
    run("mxc", "report", folder.path("x.npy"), "--format=mxfp4", "-o", folder.path("x.svg"))
    shapes = {}
    for element in ElementTree.parse(folder.path("x.svg")).getroot().iter():
        title = element.find("{http://www.w3.org/2000/svg}title")
        if title is not None and element.tag.endswith(("rect", "circle")):
            shapes[title.text] = float(element.get("width") or element.get("cx"))
    bars, dots = [], []
    for rule in report["rules"]:
        dots.append((rule["snr_db"], shapes.get(f"{rule['scale_rule']}, {rule['rounding']}: {rule['snr_db']:.3g} dB")))
        if rule["rounding"] == "nearest_even":
            bars += [(rule[kind], shapes.get(f"{rule['scale_rule']}, {kind}: {rule[kind]}")) for kind in ("clipped", "flushed")]
    counter.check(all(x is not None for _, x in bars + dots), f"every figure has a shape: {bars} {dots}")
    counter.check(np.allclose(*[[pair[i] / max(p[i] for p in bars) for pair in bars] for i in (0, 1)], atol=1e-3), f"bars {bars}")
    slope, base = np.polyfit(*zip(*dots), 1)
    counter.check(slope > 0 and all(abs(slope * a + base - b) < 0.1 for a, b in dots), f"dots {dots}")
    counts = [int(m.group(1)) for m in map(re.compile(r" to .*: (\d+) \(").search, shapes) if m]
    counter.check(sorted(counts) == sorted(c for c in report["histogram"]["counts"] if c), "bars of the histogram")


def check_errors(counter, folder, x):
    def fails(what, message, name, *options):
        result = run("mxc", "report", folder.path(name), *options, check=False)
        good = result.returncode == 1 and message in result.stderr and not result.stdout
        counter.check(good, f"{what}: {result.returncode} {result.stderr}")

    np.savez(folder.path("t.npz"), a=x, b=x, ids=np.arange(3), none=np.zeros((0, 4), F32), one=F32(1))
    fails("two tensors", "a picture is of one tensor, but there are 2", "t.npz", "--format=mxfp4", "-o", folder.path("x.svg"), "--tensor=[ab]")
    fails("no tensor", "has no tensor of that name; found 'a' <f4", "t.npz", "--format=mxfp4", "--json", "--tensor=y")
    fails("integers", "array 'ids': expected element type", "t.npz", "--format=mxfp4", "--json", "--tensor=ids")
    fails("empty", "array 'none': expected elements", "t.npz", "--format=mxfp4", "--json", "--tensor=none")
    fails("a number", "array 'one': expected elements", "t.npz", "--format=mxfp4", "--json", "--tensor=one")
    fails("format", "unknown format 'fp4'", "t.npz", "--format=fp4", "--json")
    fails("no output", "expected -o FILE.html, -o FILE.svg or --json", "t.npz", "--format=mxfp4")
    fails("extension", "ends in .html or .svg", "t.npz", "--format=mxfp4", "-o", "x.pdf", "--tensor=a")
    fails("no file", "cannot read", "no.npz", "--format=mxfp4", "--json")


def main():
    random = np.random.default_rng(8)
    x = (random.standard_normal((24, 70)) * np.exp2(random.integers(-12, 6, (24, 1)))).astype(F32)
    x[3, :40], x[4, 5], x[5, 6] = 0, np.inf, np.nan
    counter, folder = Counter(), Folder()
    with folder:
        np.save(folder.path("x.npy"), x)
        for name in ("mxfp4", "nvfp4", "mxfp6_e3m2", "mxfp8_e5m2", "mxint8"):
            report = json.loads(run("mxc", "report", folder.path("x.npy"), f"--format={name}", "--json").stdout)
            (tensor,) = report["tensors"]
            counter.check(tensor["name"] == "x" and tensor["shape"] == [24, 70] and tensor["elements"] == x.size, "name and shape")
            counter.check((tensor["zeros"], tensor["non_finite"]) == (40, 2), "zeros")
            check_figures(counter, x, name, tensor)
            if name == "mxfp4":
                check_picture(counter, folder, tensor)
        # Columns, and f64 as NumPy makes it.
        np.savez(folder.path("t.npz"), t=x.T.reshape(1, 70, 24).astype(float))
        column = "!mx.scaled<f4E2M1FN, f8E8M0FNU, [32, 1]>"
        report = json.loads(run("mxc", "report", folder.path("t.npz"), f"--format={column}", "--json").stdout)
        check_figures(counter, x, "mxfp4", report["tensors"][0])
        check_pages(counter, folder, x)
        check_errors(counter, folder, x)
        counter.finish("mxc report")


if __name__ == "__main__":
    sys.exit(main())
