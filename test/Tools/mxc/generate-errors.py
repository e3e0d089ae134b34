"""What mxc generate refuses: one located error each, exit status 1, and no file.

RUN: %python %s %t
"""

import os
import shutil
import sys

from Acceptance.tools import Counter, run

GEMM = "gemm --a=mxfp4 --b=bf16 --m=4 --n=8 --k=64"
QUANTIZE = "quantize --to=mxfp4 --m=4 --k=64"
# A line of a list, and what is wrong with it.
LINES = [
    ("gem --a=mxfp4", "unknown kernel 'gem'; expected gemm, quantize, dequantize, hadamard"),
    ("gemm a=mxfp4", "expected an option, --name=value, but found 'a=mxfp4'"),
    ("gemm --a=mxfp4 --m=4 --n=8 --k=64", "gemm needs --b, a format: mxfp4"),
    ("gemm --a=mxfp4 --b=bf16 --m=4 --k=64", "gemm needs --n, a number from 1 to 2147483647, or 'dynamic'"),
    ("gemm --a=mxfp4 --b=mxfp5 --m=4 --n=8 --k=64", "--b: unknown format 'mxfp5'; expected mxfp4, "),
    ("gemm --a=mxfp4 --b='!mx.scaled<f4E2M1FN>' --m=4 --n=8 --k=64", "--b: format '!mx.scaled<f4E2M1FN>': "),
    ("gemm --a=f32 --b=bf16 --m=4 --n=8 --k=64", "gemm needs a block-scaled operand, but --a=f32 and --b=bf16"),
    (GEMM.replace("m=4", "m=0"), "--m must be a number from 1 to 2147483647, or 'dynamic', but is '0'"),
    (GEMM.replace("n=8", "n=-8"), "--n must be a number from 1 to 2147483647, or 'dynamic', but is '-8'"),
    (GEMM.replace("k=64", "k=64.5"), "--k must be a number"),
    (GEMM.replace("k=64", "k=4294967296"), "--k must be a number"),
    (GEMM + " --m=5", "--m is given twice"),
    (GEMM + " --batch", "--batch needs a value, --batch=<extent>"),
    (GEMM + " --acc=yes", "--acc takes no value, but got 'yes'"),
    (GEMM + " --acc --alpha=2", "--acc and --alpha exclude each other"),
    (GEMM + " --alpha=0", "--alpha must be a finite number other than 0 in f32, but is '0'"),
    (GEMM + " --alpha=two", "--alpha must be a number, but is 'two'"),
    (GEMM + " --accumulate=slow", "--accumulate must be one of default, exact, fast, but is 'slow'"),
    (GEMM + " --result=f64", "--result must be f32, bf16 or f16, but is 'f64'"),
    (GEMM + " --rounding=stochastic", "gemm has no option --rounding; it takes --a, --b, --result"),
    (GEMM + " --transpose-a", "--a: the blocks of 'mxfp4' do not lie along the contraction, which is the last but one"),
    (GEMM.replace("mxfp4", "'!mx.scaled<f4E2M1FN, f8E8M0FNU, [32, 1]>'"), "do not lie along the contraction, which is the last axis"),
    (GEMM + " --name=4x", "--name must be an identifier of C, but is '4x'"),
    (QUANTIZE + " --rounding=up", "--rounding must be one of nearest_even, nearest_away, toward_zero, stochastic, but is 'up'"),
    (QUANTIZE + " --stream=3", "--stream needs random bits: --rounding=stochastic, or --scale-rule=ms_eden"),
    (QUANTIZE + " --rounding=stochastic --random-bits=12", "expected random_bits 8, 16 or 24, but found 12"),
    (QUANTIZE + " --rounding=stochastic --stream=4294967295 --transposed=also", "expected stream to fit 32 bits"),
    (QUANTIZE + " --scale-rule=amax", "expected scale_rule floor, ceil, rceil or even for an f8E8M0FNU scale, but found amax"),
    (QUANTIZE + " --amax", "expected no amax operand for '!mx.mxfp4', which has no tensor scale"),
    (QUANTIZE + " --prescale=-1", "expected a positive finite prescale"),
    (QUANTIZE + " --transposed=maybe", "--transposed must be one of no, only, also, but is 'maybe'"),
    (QUANTIZE + " --signs=seed", "--signs needs --hadamard, the size of the transform"),
    (QUANTIZE + " --hadamard=48", "--hadamard must be a power of two from 2 to 1024, but is '48'"),
    (QUANTIZE + " --hadamard=4 --signs=1,1", "--signs must be none, seed, or 4 numbers 1 or -1 with commas between"),
    (QUANTIZE + " --hadamard=4 --sign-stream=1", "--sign-stream needs --signs=seed"),
    ("quantize --to=f32 --m=4 --k=64", "--to: unknown format 'f32'"),
    ("dequantize --from=mxfp4 --to=mxfp4 --m=4 --k=64", "--to must be f32, bf16 or f16, but is 'mxfp4'"),
    ("hadamard --m=4 --k=64", "hadamard needs --hadamard, a power of two from 2 to 1024"),
    ("hadamard --m=4 --k=66 --hadamard=4", "--k must be a multiple of --hadamard=4, but is 66"),
]
KERNEL = GEMM.split()
# The command line, and what is wrong with it.
COMMANDS = [
    ([], "mxc: error: expected a kernel, gemm, quantize, dequantize, hadamard, or --list=FILE"),
    (KERNEL, "mxc: error: expected -o FILE, where the output goes"),
    (KERNEL + ["-o", "x.a", "--stream=3"], "mxc: error: gemm has no option --stream"),
    (KERNEL[:-1] + ["-o", "x.a"], "mxc: error: gemm needs --k"),
    (["quantize", "--to=nvfp4", "--m=4", "--k=64", "--scale-rule=floor", "-o", "x.a"],
     "<mxc generate>:1:1: error: 'mx.quantize' op expected scale_rule amax"),
    (["--list=good.list", "gemm", "-o", "x.a"], "mxc: error: --list has the kernels in its file, but 'gemm' is named here"),
    (["--list=good.list", "--k=3", "-o", "x.a"], "mxc: error: --k belongs in a line of the list"),
    (["--list=nowhere.list", "-o", "x.a"], "mxc: error: cannot open input file 'nowhere.list'"),
    (KERNEL + ["-o", "nowhere/x.a"], "mxc: error: cannot write 'nowhere/x.a'"),
    (KERNEL + ["-o", "x.a", "--header=nowhere/x.h"], "mxc: error: cannot write 'nowhere/x.h'"),
    (KERNEL + ["-o", "x.a", "--keep-ir=nowhere/x.mlir"], "mxc: error: cannot write 'nowhere/x.mlir'"),
    (KERNEL + ["-o", "x.a", "--keep-ir=x.a"], "mxc: error: --keep-ir and another output name the same file 'x.a'"),
    (KERNEL + ["-o", "x.a", "--target=tpu"], "mxc: error: unknown target 'tpu'"),
    (KERNEL + ["-o", "x.ptx"], "mxc: error: --emit=ptx needs --target=nvvm"),
]


def main():
    folder = sys.argv[1]
    shutil.rmtree(folder, ignore_errors=True)
    os.makedirs(folder)
    os.chdir(folder)
    counter = Counter()

    def refuse(arguments, message):
        before = sorted(os.listdir())
        result = run("mxc", "generate", *arguments, check=False)
        counter.check(result.returncode == 1 and message in result.stderr, f"{arguments}: {result.stderr}")
        counter.check(sorted(os.listdir()) == before, f"{arguments}: files left: {os.listdir()}")

    def write(name, text):
        with open(name, "w", encoding="utf-8") as file:
            file.write(text)

    write("good.list", f"# A comment.\n{GEMM}  # another\n\n")
    for line, message in LINES:
        write("bad.list", f"# one\n\n  {line}\n")
        refuse(["--list=bad.list", "-o", "x.a", "--header=x.h", "--keep-ir=x.mlir"], f"bad.list:3:3: error: ")
        refuse(["--list=bad.list", "-o", "x.a", "--header=x.h", "--keep-ir=x.mlir"], message)
    write("bad.list", "# nothing\n")
    refuse(["--list=bad.list", "-o", "x.a"], "bad.list:1:1: error: the list has no kernel")
    write("bad.list", f"{GEMM}\n{QUANTIZE}\n{GEMM} --name=other\n")
    refuse(["--list=bad.list", "-o", "x.a"],
           "bad.list:3:1: error: this kernel, 'gemm_mxfp4_bf16_m4_n8_k64', is in the list already, at line 1")
    write("bad.list", f"{GEMM} --name=f\n{QUANTIZE} --name=f\n")
    refuse(["--list=bad.list", "-o", "x.a"], "bad.list:2:1: error: the name 'f' is taken already, at line 1")
    write("bad.list", f"{GEMM} --name=quantize_f32_mxfp4\n{QUANTIZE}\n")
    refuse(["--list=bad.list", "-o", "x.a", "--header=x.h"], "has the name of the function that chooses by shape")
    for arguments, message in COMMANDS:
        refuse(arguments, message)
    counter.finish("refusals")


main()
