//===- KernelOptions.cpp - The options of a kernel ------------------------===//

#include "mx/Generate/KernelSpec.h"

using namespace llvm;

static constexpr StringRef kindNames[] = {"gemm", "quantize", "dequantize",
                                          "hadamard"};

ArrayRef<StringRef> mx::getKernelKindNames() { return kindNames; }

static constexpr StringLiteral all = "gemm quantize dequantize hadamard";

// In the order of the help.
static constexpr mx::KernelOption options[] = {
    {"a", "format", "gemm",
     "left operand: f32, bf16, f16, a named form (mxfp4, …) or a type, "
     "!mx.scaled<…>; M x K"},
    {"b", "format", "gemm", "right operand, likewise; N x K"},
    {"result", "f32|bf16|f16", "gemm", "element type of the product: f32"},
    {"from", "type", "quantize dequantize hadamard",
     "element type of the input: f32, bf16 or f16, default f32; of dequantize "
     "a format"},
    {"to", "type", "quantize dequantize hadamard",
     "element type of the result: of quantize a format, of others f32 "
     "(default), bf16 or f16"},
    {"m", "extent", all,
     "rows of the left operand or the input: a number, or "
     "dynamic"},
    {"n", "extent", "gemm", "rows of the right operand, columns of the result"},
    {"k", "extent", all, "the contraction, or columns of the input"},
    {"batch", "extent", all, "a leading batch axis of every tensor"},
    {"transpose-a", "", "gemm",
     "the left operand is K x M; if block-scaled, with blocks along K"},
    {"transpose-b", "", "gemm",
     "the right operand is K x N; if block-scaled, with blocks along K"},
    {"accumulate", "default|exact|fast", "gemm", "how the sum over K is made"},
    {"alpha", "x", "gemm", "factor on the product: 1"},
    {"acc", "", "gemm",
     "a tensor of the result's type is added to the product"},
    {"scale-rule", "rule", "quantize",
     "floor (default), ceil, rceil, even, quest; for float scales amax "
     "(default), for nvfp4 also headroom, four_over_six, ms_eden (takes a "
     "seed)"},
    {"rounding", "rounding", "quantize",
     "nearest_even (default), nearest_away, toward_zero, stochastic (takes a "
     "seed)"},
    {"random-bits", "8|16|24", "quantize", "random bits an element: 16"},
    {"stream", "number", "quantize",
     "stream of the rounding bits: 0; the next "
     "one is that of --transposed=also"},
    {"prescale", "x", "quantize", "factor on the elements: 1"},
    {"scale-min-normal", "", "quantize",
     "block scales of at least 2^-6, for formats with a tensor scale"},
    {"amax", "", "quantize",
     "takes the largest magnitude of the whole tensor, for formats with a "
     "tensor scale"},
    {"hadamard", "size", "quantize hadamard",
     "transform groups of the last axis (first); quantize pads the axis with "
     "zeros to a multiple"},
    {"signs", "none|seed|1,-1,…", "quantize hadamard",
     "signs of the transform: none (default), drawn from a seed, or given"},
    {"sign-stream", "number", "quantize hadamard", "stream of drawn signs: 0"},
    {"transposed", "no|only|also", "quantize",
     "quantise the transpose, alone or beside the input in one reading"},
    {"name", "name", all,
     "name of the function, in place of the one that the "
     "options make"},
};

ArrayRef<mx::KernelOption> mx::getKernelOptions() { return options; }
