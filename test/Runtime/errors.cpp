//===- errors.cpp - What the C ABI refuses --------------------------------===//
//
// Each check of the entry points gives its status and a text that says what
// was found; MX_RUNTIME_ISA must name an ISA that exists.
//
//===----------------------------------------------------------------------===//

#include "Buffers.h"

using namespace mx::contract;
using namespace mx::test;

namespace {

void expectError(int status, int wanted, const char *part) {
  context() = part;
  CHECK_EQ(status, wanted);
  if (!CHECK(std::strstr(mx_last_error(), part) != nullptr))
    std::printf("  found: %s\n", mx_last_error());
}

mx_quantize_spec mxfp4() {
  mx_quantize_spec spec{};
  spec.version = MX_ABI_VERSION;
  spec.element = MX_FORMAT_E2M1;
  spec.scale = MX_FORMAT_E8M0;
  spec.block_rows = 1;
  spec.block_cols = 32;
  return spec;
}

struct Operands {
  Buffer x{MX_F32, {4, 64}, Layout::Contiguous};
  Buffer codes{MX_I8, {4, 2, 16}, Layout::Contiguous};
  Buffer scale{MX_I8, {4, 2}, Layout::Contiguous};
  int quantize(const mx_quantize_spec &spec, const mx_origin *origin = nullptr,
               const Buffer *codesToo = nullptr) {
    return mx_quantize(&spec, x.pointer(), nullptr, 1, origin,
                       (codesToo ? *codesToo : codes).pointer(),
                       scale.pointer(), nullptr);
  }
};

void checkRecords(Operands &o) {
  mx_quantize_spec spec = mxfp4();
  CHECK_EQ(o.quantize(spec), int(MX_OK));
  spec.version = MX_ABI_VERSION + 1;
  expectError(o.quantize(spec), MX_ERROR_VERSION, "version 1 to");
  spec = mxfp4();
  spec.element = 1 << 30;
  expectError(o.quantize(spec), MX_ERROR_ARGUMENT, "'element' is not a known");
  spec = mxfp4();
  spec.scale = MX_FORMAT_BF16;
  expectError(o.quantize(spec), MX_ERROR_ARGUMENT, "'scale' must be f32");
  spec = mxfp4();
  spec.scale_rule = MX_RULE_AMAX;
  expectError(o.quantize(spec), MX_ERROR_ARGUMENT, "do not go together");
  spec.scale_rule = 9;
  expectError(o.quantize(spec), MX_ERROR_ARGUMENT, "unknown scale rule 9");
  spec = mxfp4();
  spec.rounding = 4;
  expectError(o.quantize(spec), MX_ERROR_ARGUMENT, "unknown rounding 4");
  spec = mxfp4();
  spec.random_bits = 12;
  expectError(o.quantize(spec), MX_ERROR_ARGUMENT, "8, 16 or 24, found 12");
  spec = mxfp4();
  spec.stream = int64_t(1) << 32;
  expectError(o.quantize(spec), MX_ERROR_ARGUMENT, "does not fit 32 bits");
  spec = mxfp4();
  spec.block_cols = 0;
  expectError(o.quantize(spec), MX_ERROR_ARGUMENT, "found [1, 0]");
  spec.block_cols = INT64_MAX;
  expectError(o.quantize(spec), MX_ERROR_ARGUMENT, "'block' is too large");
  spec = mxfp4();
  spec.pad_multiple = INT64_MAX;
  expectError(o.quantize(spec), MX_ERROR_ARGUMENT, "'pad_multiple' is too");
  spec = mxfp4();
  spec.hadamard_size = 48;
  expectError(o.quantize(spec), MX_ERROR_ARGUMENT, "power of two");
  spec.hadamard_size = 128;
  expectError(o.quantize(spec), MX_ERROR_ARGUMENT, "size 128, found 64");
  spec.hadamard_size = 64;
  spec.signs = 3;
  expectError(o.quantize(spec), MX_ERROR_ARGUMENT, "unknown kind of signs");
  spec = mxfp4();
  spec.prescale = bitsOf(-1.0f);
  expectError(o.quantize(spec), MX_ERROR_ARGUMENT, "do not go together");
}

void checkShapes(Operands &o) {
  mx_quantize_spec spec = mxfp4();
  Buffer narrow(MX_I8, {4, 2, 15}, Layout::Contiguous);
  expectError(o.quantize(spec, nullptr, &narrow), MX_ERROR_ARGUMENT,
              "16 bytes per block, found 15");
  Buffer flat(MX_I8, {4, 32}, Layout::Contiguous);
  expectError(o.quantize(spec, nullptr, &flat), MX_ERROR_ARGUMENT, "rank");
  expectError(mx_quantize(&spec, nullptr, nullptr, 0, nullptr, nullptr, nullptr,
                          nullptr),
              MX_ERROR_ARGUMENT, "'x' is missing");
  expectError(mx_quantize(&spec, o.codes.pointer(), nullptr, 0, nullptr,
                          o.codes.pointer(), o.scale.pointer(), nullptr),
              MX_ERROR_ARGUMENT, "f32, bf16 or f16, found i8");
  spec.rounding = MX_ROUND_STOCHASTIC;
  int64_t values[] = {0, int64_t(1) << 36, 4};
  mx_origin origin{3, values};
  expectError(o.quantize(spec, &origin), MX_ERROR_ARGUMENT, "32-bit counters");
  values[1] = 0;
  CHECK_EQ(o.quantize(spec, &origin), int(MX_OK));
  values[0] = 1;
  expectError(o.quantize(spec, &origin), MX_ERROR_ARGUMENT, "outside of");
  values[0] = 0;
  values[1] = -1;
  expectError(o.quantize(spec, &origin), MX_ERROR_ARGUMENT, "the column -1");
  values[1] = INT64_MAX;
  expectError(o.quantize(spec, &origin), MX_ERROR_ARGUMENT, "is too large");
  origin.count = 2;
  expectError(o.quantize(spec, &origin), MX_ERROR_ARGUMENT, "found 2 numbers");
}

void checkMatmul(Operands &o) {
  mx_matmul_spec spec{};
  spec.version = MX_ABI_VERSION;
  spec.alpha = bitsOf(1.0f);
  Buffer b(MX_F32, {5, 63}, Layout::Contiguous);
  Buffer out(MX_F32, {4, 5}, Layout::Contiguous);
  mx_operand left{o.x.pointer(), nullptr, nullptr};
  mx_operand right{b.pointer(), nullptr, nullptr};
  auto call = [&](const mx_tensor *acc) {
    return mx_matmul(&spec, &left, &right, acc, out.pointer());
  };
  expectError(call(nullptr), MX_ERROR_ARGUMENT, "same length along k");
  Buffer wide(MX_F32, {5, 64}, Layout::Contiguous);
  right.codes = wide.pointer();
  CHECK_EQ(call(nullptr), int(MX_OK));
  spec.alpha = bitsOf(2.0f);
  expectError(call(out.pointer()), MX_ERROR_ARGUMENT, "requires alpha = 1");
  spec.alpha = bitsOf(1.0f);
  spec.accumulate = 5;
  expectError(call(nullptr), MX_ERROR_ARGUMENT, "unknown accumulate 5");
  Buffer batch(MX_F32, {2, 5, 64}, Layout::Contiguous);
  right.codes = batch.pointer();
  expectError(call(nullptr), MX_ERROR_ARGUMENT, "fewer batch axes");
  spec.a_element = MX_FORMAT_E2M1;
  spec.a_scale = MX_FORMAT_E8M0;
  spec.a_block_rows = 32;
  spec.a_block_cols = 1;
  left.codes = o.codes.pointer();
  left.scale = o.scale.pointer();
  expectError(call(nullptr), MX_ERROR_ARGUMENT, "transpose it first");
}

void checkPrepack(Operands &o) {
  mx_operand linear{o.codes.pointer(), o.scale.pointer(), nullptr};
  Buffer codes(MX_I8, {1, 8, 64}, Layout::Contiguous);
  Buffer scale(MX_I8, {1, 1, 64}, Layout::Contiguous);
  int64_t codeBytes = 0, scaleBytes = 0;
  expectError(mx_prepack_size(1, &linear, &codeBytes, &scaleBytes),
              MX_ERROR_ARGUMENT, "expected the layout MX_LAYOUT_TILE_16X4");
  CHECK_EQ(mx_prepack_size(2, &linear, &codeBytes, &scaleBytes), int(MX_OK));
  CHECK(codeBytes == 512 && scaleBytes == 64);
  expectError(mx_prepack(2, &linear, scale.pointer(), codes.pointer()),
              MX_ERROR_ARGUMENT, "to have 512 bytes, found 64");
  CHECK_EQ(mx_prepack(2, &linear, codes.pointer(), scale.pointer()),
           int(MX_OK));
  Buffer odd(MX_I8, {4, 2, 15}, Layout::Contiguous);
  mx_operand other{odd.pointer(), o.scale.pointer(), nullptr};
  expectError(mx_prepack_size(2, &other, &codeBytes, &scaleBytes),
              MX_ERROR_ARGUMENT, "a multiple of 4 bytes that follow");
  Buffer apart(MX_I8, {4, 2, 16}, Layout::Padded);
  other.codes = apart.pointer();
  expectError(mx_prepack_size(2, &other, &codeBytes, &scaleBytes),
              MX_ERROR_ARGUMENT, "a multiple of 4 bytes that follow");
  Buffer fewer(MX_I8, {4, 1}, Layout::Contiguous);
  other = {o.codes.pointer(), fewer.pointer(), nullptr};
  expectError(mx_prepack_size(2, &other, &codeBytes, &scaleBytes),
              MX_ERROR_ARGUMENT, "a scale for each block of one row");

  mx_matmul_spec spec{};
  spec.version = MX_ABI_VERSION;
  spec.b_element = MX_FORMAT_E2M1;
  spec.b_scale = MX_FORMAT_E8M0;
  spec.b_block_rows = 1, spec.b_block_cols = 32;
  spec.alpha = bitsOf(1.0f);
  spec.b_layout = MX_LAYOUT_TILE_16X4;
  Buffer out(MX_F32, {4, 4}, Layout::Contiguous);
  mx_operand a{o.x.pointer(), nullptr, nullptr};
  mx_operand b{codes.pointer(), scale.pointer(), nullptr};
  auto run = [&] { return mx_matmul(&spec, &a, &b, nullptr, out.pointer()); };
  CHECK_EQ(run(), int(MX_OK));
  spec.b_layout = MX_LAYOUT_TILE_128X4;
  expectError(run(), MX_ERROR_ARGUMENT,
              "in the layout linear (0) or tile_16x4");
  spec.b_layout = MX_LAYOUT_TILE_16X4;
  spec.b_block_rows = 2;
  expectError(run(), MX_ERROR_ARGUMENT,
              "blocks of one row and a multiple of 4");
  spec.b_block_rows = 1;
  Buffer wide(MX_F32, {4, 17}, Layout::Contiguous);
  expectError(mx_matmul(&spec, &a, &b, nullptr, wide.pointer()),
              MX_ERROR_ARGUMENT, "'b' to have 2 tiles of 16 rows, found 1");
  b.scale = codes.pointer();
  expectError(run(), MX_ERROR_ARGUMENT, "'scale' to have 1 tiles along k");
  Buffer gaps(MX_I8, {1, 8, 64}, Layout::Padded);
  b = {gaps.pointer(), scale.pointer(), nullptr};
  expectError(run(), MX_ERROR_ARGUMENT, "to be contiguous");
  // A record of before layouts ends where they begin.
  spec.version = 1;
  b = linear;
  CHECK_EQ(run(), int(MX_OK));
}

void checkOthers(Operands &o) {
  mx_quantize_spec spec = mxfp4();
  expectError(mx_cast(&spec, o.x.pointer(), 0, nullptr, o.codes.pointer()),
              MX_ERROR_ARGUMENT, "shape of its source");
  Buffer wide(MX_I16, {4, 64}, Layout::Contiguous);
  expectError(mx_cast(&spec, o.x.pointer(), 0, nullptr, wide.pointer()),
              MX_ERROR_ARGUMENT, "cannot hold codes");
  mx_relayout_spec layout{MX_ABI_VERSION, 1, 1, 0};
  expectError(mx_relayout(&layout, o.codes.pointer(), o.codes.pointer()),
              MX_ERROR_ARGUMENT, "one of them linear");
  layout.to = 0;
  expectError(mx_relayout(&layout, o.codes.pointer(), o.scale.pointer()),
              MX_ERROR_ARGUMENT, "512 bytes");
  layout.from = 3;
  expectError(mx_relayout(&layout, o.codes.pointer(), o.scale.pointer()),
              MX_ERROR_ARGUMENT, "two known layouts");
  setenv("MX_RUNTIME_ISA", "z80", 1);
  expectError(o.quantize(mxfp4()), MX_ERROR_ISA,
              "MX_RUNTIME_ISA=z80 is unknown, expected one of: portable");
  setenv("MX_RUNTIME_ISA", "portable", 1);
  CHECK_EQ(o.quantize(mxfp4()), int(MX_OK));
  unsetenv("MX_RUNTIME_ISA");
}

} // namespace

int main() {
  Operands operands;
  Random random(1);
  fill(operands.x, random, false);
  checkRecords(operands);
  checkShapes(operands);
  checkMatmul(operands);
  checkPrepack(operands);
  checkOthers(operands);
  return finish("runtime errors");
}
