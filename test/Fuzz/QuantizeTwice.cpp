//===- QuantizeTwice.cpp - Two quantisations of one x ---------------------===//
//
// The entry point of compiled code that makes a row-wise and a transposed
// result, mostly, of one source: each must be what a call of its own gives.
//
//===----------------------------------------------------------------------===//

#include "QuantizeCase.h"

#define MX_TWICE(T, S)                                                         \
  extern "C" void _mlir_ciface_mx_runtime_quantize2_##T##_##S(                 \
      void *, void *, void *, int64_t, void *, void *, void *, void *, void *, \
      void *, int64_t, void *, void *, void *, void *);
MX_TWICE(f32, s8)
MX_TWICE(bf16, s8)
MX_TWICE(f16, s8)
MX_TWICE(f32, s32)
MX_TWICE(bf16, s32)
MX_TWICE(f16, s32)
#undef MX_TWICE

using namespace mx::contract;

namespace mx::fuzz {

namespace {

/// memref<*x…> of a buffer of any strides.
struct MemRef {
  struct {
    void *allocated, *aligned;
    int64_t offset, sizesAndStrides[2 * 9];
  } descriptor;
  struct {
    int64_t rank;
    void *descriptor;
  } unranked;

  explicit MemRef(const mx_tensor &tensor) {
    descriptor.allocated = descriptor.aligned = tensor.data;
    descriptor.offset = 0;
    unranked = {tensor.rank, &descriptor};
    int64_t stride = 1;
    for (int64_t axis = tensor.rank; axis-- > 0;) {
      descriptor.sizesAndStrides[axis] = tensor.sizes[axis];
      descriptor.sizesAndStrides[tensor.rank + axis] =
          tensor.strides ? tensor.strides[axis] : stride;
      stride *= tensor.sizes[axis];
    }
  }
  MemRef(int64_t *words, int64_t count)
      : MemRef({words, MX_I64, 1, &count, nullptr}) {}
  MemRef(const MemRef &) = delete;
  operator void *() { return &unranked; }
};

/// One of the two results.
struct Result {
  QuantizeCase c;
  Guarded codes, scale, tensorScale;
  int64_t none = 0;
  MemRef record, absent, origin, codesRef, scaleRef, tensorRef;

  Result(QuantizeCase theCase, Random &random)
      : c(std::move(theCase)),
        codes(MX_I8, c.outShape(true), Use::Output, random),
        scale(c.scaleType(), c.outShape(false), Use::Output, random),
        tensorScale(MX_F32, {}, Use::Output, random),
        record(reinterpret_cast<int64_t *>(&c.record),
               sizeof c.record / sizeof(int64_t)),
        absent(&none, 0), origin(c.origin.empty() ? &none : c.origin.data(),
                                 int64_t(c.origin.size())),
        codesRef(*codes.pointer()), scaleRef(*scale.pointer()),
        tensorRef(*tensorScale.pointer()) {}

  void check() const { CHECK(isRight(c, codes, scale, tensorScale)); }
};

using Entry = void (*)(void *, void *, void *, int64_t, void *, void *, void *,
                       void *, void *, void *, int64_t, void *, void *, void *,
                       void *);
Entry entryOf(int dtype, int scaleType) {
  const Entry narrow[] = {_mlir_ciface_mx_runtime_quantize2_f32_s8,
                          _mlir_ciface_mx_runtime_quantize2_bf16_s8,
                          _mlir_ciface_mx_runtime_quantize2_f16_s8};
  const Entry wide[] = {_mlir_ciface_mx_runtime_quantize2_f32_s32,
                        _mlir_ciface_mx_runtime_quantize2_bf16_s32,
                        _mlir_ciface_mx_runtime_quantize2_f16_s32};
  return (scaleType == MX_F32 ? wide : narrow)[dtype];
}

/// A second quantisation whose scales have the type of the first one's.
QuantizeCase partnerOf(const QuantizeCase &first, Random &random) {
  if (first.shape.size() >= 2 && random.below(4) != 0)
    return transposedTwin(first, random);
  for (;;) {
    QuantizeCase second = randomQuantization(random, first.shape);
    if (second.scaleType() == first.scaleType())
      return second;
  }
}

} // namespace

void fuzzQuantizeTwice(Random &random) {
  QuantizeCase first = randomQuantization(random);
  QuantizeCase second = partnerOf(first, random);
  Guarded x(int(random.below(3)), first.shape, Use::Input, random);
  fillFloats(x, random);
  first.computeExpected(x, nullptr);
  second.computeExpected(x, nullptr);
  Result a(std::move(first), random), b(std::move(second), random);
  MemRef source(*x.pointer());
  Entry entry = entryOf(x.dtype, a.c.scaleType());
  auto call = [&] {
    auto tensor = [](Result &r) -> void * {
      return r.c.isTwoLevel() ? r.tensorRef : r.absent;
    };
    entry(source, a.record, a.absent, int64_t(a.c.spec.seed), a.origin,
          a.codesRef, a.scaleRef, tensor(a), b.record, b.absent,
          int64_t(b.c.spec.seed), b.origin, b.codesRef, b.scaleRef, tensor(b));
    return int(MX_OK); // an error would have ended the process
  };
  // Runtimes without a kernel of its own make two calls.
  const char *op = isasOf("quantize2").empty() ? "quantize" : "quantize2";
  forEachKernel(
      op, random, {&x},
      {&a.codes, &a.scale, &a.tensorScale, &b.codes, &b.scale, &b.tensorScale},
      call, [&] {
        a.check();
        b.check();
      });
}

} // namespace mx::fuzz
