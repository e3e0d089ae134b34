//===- Broken.cpp - Records that are wrong --------------------------------===//
//
// A valid call with wild numbers in its record. The ABI may refuse it or find
// it valid after all; it must not crash, touch what is not its own, or give an
// error without a text.
//
//===----------------------------------------------------------------------===//

#include "Fuzz.h"

using namespace mx::contract;

namespace mx::fuzz {

namespace {

int64_t wildNumber(Random &random) {
  const int64_t list[] = {-1, 0,       1,         2,         3,
                          7,  16,      32,        33,        255,
                          -2, 1 << 23, INT64_MAX, INT64_MIN, int64_t(1) << 32};
  switch (random.below(4)) {
  case 0:
    return int64_t(random.next());
  case 1:
    return random.below(1 << 23); // any bits of a format
  default:
    return list[random.below(15)];
  }
}

template <typename Record> void breakRecord(Record &record, Random &random) {
  auto *fields = reinterpret_cast<int64_t *>(&record);
  constexpr int64_t kFields = sizeof(Record) / sizeof(int64_t);
  for (int64_t i = 1 + random.below(2); i > 0; --i)
    // Mostly the fields that have a meaning of their own, not the signs.
    fields[random.below(std::min<int64_t>(kFields, 18))] = wildNumber(random);
}

void expectSane(int status) {
  CHECK(status >= MX_OK && status <= MX_ERROR_UNSUPPORTED);
  if (status == MX_OK)
    return;
  CHECK(mx_last_error()[0] != 0);
  ++tally().refused;
}

void breakQuantize(Random &random) {
  mx_quantize_spec spec{};
  spec.version = MX_ABI_VERSION;
  spec.element = MX_FORMAT_E2M1;
  spec.scale = MX_FORMAT_E8M0;
  spec.block_rows = 1;
  spec.block_cols = 32;
  breakRecord(spec, random);
  Guarded x(MX_F32, {5, 70}, Use::Input, random);
  Guarded codes(MX_I8, {5, 3, 16}, Use::Output, random);
  Guarded scale(MX_I8, {5, 3}, Use::Output, random);
  Guarded tensorScale(MX_F32, {}, Use::Output, random);
  fillFloats(x, random);
  int64_t values[] = {0, 0, 5};
  if (random.below(2))
    values[random.below(3)] = wildNumber(random);
  mx_origin origin{random.below(2) ? 3 : wildNumber(random) & 7, values};
  expectSane(callWith(random, [&] {
    return mx_quantize(&spec, x.pointer(), nullptr, 1,
                       random.below(2) ? &origin : nullptr, codes.pointer(),
                       scale.pointer(), tensorScale.pointer());
  }));
  CHECK(x.intact() && codes.intact() && scale.intact() && tensorScale.intact());
  // Any bits are codes and scales.
  Guarded back(MX_F32, {5, 70}, Use::Output, random);
  codes.freeze();
  scale.freeze();
  expectSane(callWith(random, [&] {
    return mx_dequantize(&spec, codes.pointer(), scale.pointer(),
                         tensorScale.pointer(), back.pointer());
  }));
  CHECK(codes.intact() && scale.intact() && back.intact());
}

void breakElementwise(Random &random) {
  mx_quantize_spec spec{};
  spec.version = MX_ABI_VERSION;
  spec.element = MX_FORMAT_E4M3;
  spec.hadamard_size = 32;
  breakRecord(spec, random);
  Guarded x(MX_F32, {3, 64}, Use::Input, random);
  Guarded floats(MX_F32, {3, 64}, Use::Output, random);
  Guarded codes(random.below(2) ? MX_I8 : MX_I16, {3, 64}, Use::Output, random);
  fillFloats(x, random);
  expectSane(callWith(random, [&] {
    return mx_hadamard(&spec, x.pointer(), 1, floats.pointer());
  }));
  expectSane(callWith(random, [&] {
    return mx_cast(&spec, x.pointer(), 1, nullptr, codes.pointer());
  }));
  expectSane(callWith(random, [&] {
    return mx_decode(wildNumber(random), codes.pointer(), floats.pointer());
  }));
  CHECK(x.intact() && floats.intact() && codes.intact());
}

void breakMatmul(Random &random) {
  mx_matmul_spec spec{};
  spec.version = MX_ABI_VERSION;
  spec.a_element = MX_FORMAT_E2M1;
  spec.a_scale = MX_FORMAT_E8M0;
  spec.a_block_rows = 1;
  spec.a_block_cols = 32;
  spec.alpha = 0x3F800000;
  spec.accumulate = random.below(3);
  auto *fields = reinterpret_cast<int64_t *>(&spec);
  fields[random.below(14)] = wildNumber(random);
  Guarded codes(MX_I8, {6, 3, 16}, Use::Input, random);
  Guarded scale(MX_I8, {6, 3}, Use::Input, random);
  Guarded one(MX_F32, {1}, Use::Input, random);
  Guarded x(MX_F32, {7, 96}, Use::Input, random);
  Guarded out(MX_F32, {6, 7}, Use::Output, random);
  fillFloats(x, random);
  mx_operand a{codes.pointer(), scale.pointer(), one.pointer()};
  mx_operand b{x.pointer(), nullptr, nullptr};
  expectSane(callWith(random, [&] {
    return mx_matmul(&spec, &a, &b, random.below(3) ? nullptr : out.pointer(),
                     out.pointer());
  }));
  CHECK(codes.intact() && scale.intact() && x.intact() && out.intact());
}

} // namespace

void fuzzBrokenRecords(Random &random) {
  const auto kinds = {breakQuantize, breakElementwise, breakMatmul};
  kinds.begin()[random.below(3)](random);
}

} // namespace mx::fuzz
