"""A session with mx-lsp-server as an editor holds it: errors while one types, and layout and bytes of block-scaled
types where one hovers, against the formulas of docs/contract.md, 12."""
# RUN: %python %s %mx_src

import json
import math
import os
import re
import subprocess
import sys

#       element bits, block, bytes of one scale, bytes of the tensor scale
TYPES = {
    "!mx.mxfp4": (4, 32, 1, 0),
    "!mx.mxfp6_e2m3": (6, 32, 1, 0),
    "!mx.mxfp6_e3m2": (6, 32, 1, 0),
    "!mx.mxfp8_e4m3": (8, 32, 1, 0),
    "!mx.mxfp8_e5m2": (8, 32, 1, 0),
    "!mx.mxint8": (8, 32, 1, 0),
    "!mx.nvfp4": (4, 16, 1, 4),
    "!mx.scaled<!mx.float<5, 6>, f32, [24]>": (16, 24, 4, 0),
    "!mx.scaled<!mx.float<2, 2>, f8E8M0FNU, [8]>": (8, 8, 1, 0),
}
# Blocks of a 64 x 32 tensor: in words, codes, scales.
BLOCKS = {
    "[16, 16]": ("blocks of 16 x 16", "64x2x16", "4x2"),
    "[16, 1]": ("blocks of 16 along the last axis but one", "32x4x16", "32x4"),
    "[full]": ("one block a row", "64x1x32", "64x1"),
    "[full, 1]": ("one block a column", "32x1x64", "32x1"),
    "[full, full]": ("one block a matrix", "64x1x32", "1x1"),
    "[full, 8]": ("blocks of 8 columns", "64x4x8", "1x4"),
    "[8, full]": ("blocks of 8 rows", "64x1x32", "8x1"),
}
SHAPES = [(128, 256), (3, 5, 40), (1, 7)]
URI = "file:///example.mlir"


class Server:
    def __init__(self):
        self.process = subprocess.Popen(["mx-lsp-server", "--log=error"], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        self.next_id = 0

    def send(self, message):
        body = json.dumps({"jsonrpc": "2.0", **message}).encode()
        self.process.stdin.write(b"Content-Length: %d\r\n\r\n%s" % (len(body), body))
        self.process.stdin.flush()

    def notify(self, method, params=None):
        self.send({"method": method, "params": params or {}})

    def receive(self):
        header = self.process.stdout.readline()
        length = int(re.fullmatch(rb"Content-Length: (\d+)\r\n", header)[1])
        assert self.process.stdout.readline() == b"\r\n"
        return json.loads(self.process.stdout.read(length))

    def request(self, method, params=None):
        self.next_id += 1
        self.send({"id": self.next_id, "method": method, "params": params or {}})
        reply = self.receive()
        assert reply["id"] == self.next_id and "error" not in reply, reply
        return reply["result"]

    def hover(self, line, character):
        position = {"textDocument": {"uri": URI}, "position": {"line": line, "character": character}}
        reply = self.request("textDocument/hover", position)
        return reply["contents"]["value"] if reply else ""

    def diagnostics(self):
        message = self.receive()
        assert message["method"] == "textDocument/publishDiagnostics", message
        return message["params"]["diagnostics"]


def check_diagnostics(server):
    bad = "func.func @f(%x: tensor<4x64xf32>) {\n  %q = mx.quantize %x scale_rule amax : tensor<4x64xf32> -> tensor<4x64x!mx.mxfp4>\n  return\n}\n"
    server.notify("textDocument/didOpen", {"textDocument": {"uri": URI, "languageId": "mlir", "version": 1, "text": bad}})
    (error,) = server.diagnostics()
    assert error["message"].startswith("'mx.quantize' op expected scale_rule floor"), error
    assert error["range"]["start"] == {"line": 1, "character": 7}, error
    fixed = bad.replace("scale_rule amax", "scale_rule ceil")
    change = {"textDocument": {"uri": URI, "version": 2}, "contentChanges": [{"text": fixed}]}
    server.notify("textDocument/didChange", change)
    assert server.diagnostics() == []


def check_layout(text, spelling, shape, parts):
    bits, block, scale_bytes, tensor_scale = parts
    rows, blocks = math.prod(shape[:-1]), -(-shape[-1] // block)
    block_bytes = -(-block * bits // 8)
    codes, scales = rows * blocks * block_bytes, rows * blocks * scale_bytes
    lead = "x".join(map(str, shape[:-1]))
    total = codes + scales + tensor_scale
    for line in (f"Type: `{spelling}`", f"- codes `tensor<{lead}x{blocks}x{block_bytes}xi8>`, {codes} bytes: ",
                 f"- scales `tensor<{lead}x{blocks}x{'i8' if scale_bytes == 1 else 'f32'}>`, {scales} bytes: ",
                 f"- together {total} bytes, {total * 8 / math.prod(shape):.2f} bits an element"):
        assert line in text, (line, text)
    assert ("tensor scale" in text) == bool(tensor_scale), text


def check_hovers(server):
    cases = [(f"tensor<{'x'.join(map(str, shape))}x{name}>", shape, parts)
             for name, parts in TYPES.items() for shape in SHAPES]
    lines = [f"    %a{i}: {spelling}" for i, (spelling, _, _) in enumerate(cases)]
    lines += ["    %f: tensor<4xf32>", "    %d: tensor<?x64x!mx.mxfp4>"]
    lines += [f"    %b{i}: tensor<64x32x!mx.scaled<f8E5M2, f32, {block}>>" for i, block in enumerate(BLOCKS)]
    text = "func.func @f(\n" + ",\n".join(lines) + ") {\n  return\n}\n"
    change = {"textDocument": {"uri": URI, "version": 3}, "contentChanges": [{"text": text}]}
    server.notify("textDocument/didChange", change)
    assert server.diagnostics() == []
    for i, (spelling, shape, parts) in enumerate(cases):
        check_layout(server.hover(i + 1, 5), spelling, shape, parts)
    plain, dynamic, *blocks = (server.hover(len(cases) + i, 5) for i in range(1, 3 + len(BLOCKS)))
    assert "tensor<4xf32>" in plain and "codes" not in plain, plain
    assert "- codes `tensor<?x2x16xi8>`:" in dynamic and "bytes depend on dynamic extents" in dynamic, dynamic
    for text, (phrase, codes, scales) in zip(blocks, BLOCKS.values()):
        for line in (f"`f32` scales, {phrase}\n", f"- codes `tensor<{codes}xi8>`, 2048 bytes", f"- scales `tensor<{scales}xf32>`"):
            assert line in text, (line, text)
    return len(cases) + 2 + len(BLOCKS)


def check_page(server):
    """The hover text that docs/editors.md shows."""
    text = "func.func @f(%x: tensor<128x256xf32>) {\n  %q = mx.quantize %x : tensor<128x256xf32> -> tensor<128x256x!mx.mxfp4>\n  return\n}\n"
    change = {"textDocument": {"uri": URI, "version": 4}, "contentChanges": [{"text": text}]}
    server.notify("textDocument/didChange", change)
    assert server.diagnostics() == []
    with open(os.path.join(sys.argv[1], "docs", "editors.md"), encoding="utf-8") as page:
        shown = [line[1:].strip() for line in page if line.startswith(">")]
    found = [line for line in server.hover(1, 3).splitlines() if line]
    assert [line for line in shown if line] == found, found


def main():
    server = Server()
    capabilities = server.request("initialize", {"processId": None, "rootUri": None, "capabilities": {}})["capabilities"]
    assert capabilities["hoverProvider"] and capabilities["definitionProvider"], capabilities
    server.notify("initialized")
    check_diagnostics(server)
    count = check_hovers(server)
    check_page(server)
    server.request("shutdown")
    server.notify("exit")
    server.process.stdin.close()
    assert server.process.wait(timeout=30) == 0
    assert server.process.stdout.read() == b""
    failed = subprocess.run(["mx-lsp-server", "--no-such-option"], capture_output=True, text=True)
    assert failed.returncode == 1 and "--no-such-option" in failed.stderr, failed
    print(f"lsp: {count} hovers passed")


main()
