//===- EntryPoints.cpp - Functions that compiled code calls ---------------===//
//
// Memref descriptors to mx_tensor, records from memref<*xi64>, and the symbols
// _mlir_ciface_mx_runtime_* that mx_runtime.h lists. Scope.h says what becomes
// of an error.
//
//===----------------------------------------------------------------------===//

#include "Scope.h"
#include "mx-runtime/mx_runtime.h"
#include "mx/Support/Philox.h"

#include <algorithm>

namespace {

/// What MLIR passes for memref<*xT> under llvm.emit_c_interface.
struct UnrankedMemRef {
  int64_t rank;
  void *descriptor; ///< {allocated, aligned, offset, sizes[], strides[]}
};

/// The fixed part of a ranked descriptor; sizes and strides follow it.
struct Descriptor {
  void *allocated;
  char *aligned;
  int64_t offset;
  int64_t sizesAndStrides[1];
};

constexpr int kElementBytes[] = {4, 2, 2, 1, 2, 8};

/// A memref as mx_tensor; pointer() is null for an operand that is absent.
class Operand {
public:
  Operand(const UnrankedMemRef *memref, int dtype) {
    auto *descriptor = static_cast<Descriptor *>(memref->descriptor);
    tensor.rank = memref->rank;
    tensor.dtype = dtype;
    tensor.data =
        descriptor->aligned + descriptor->offset * kElementBytes[dtype];
    tensor.sizes = descriptor->sizesAndStrides;
    tensor.strides = descriptor->sizesAndStrides + memref->rank;
  }
  const mx_tensor *pointer() const { return &tensor; }
  bool isAbsent() const { return tensor.rank == 1 && tensor.sizes[0] == 0; }
  const mx_tensor *orNull() const { return isAbsent() ? nullptr : &tensor; }
  int64_t count() const { return tensor.rank == 1 ? tensor.sizes[0] : 1; }
  const int64_t *words() const {
    return static_cast<const int64_t *>(tensor.data);
  }

private:
  mx_tensor tensor;
};

/// The record of a memref<*xi64>; fields beyond its end are 0.
template <typename Spec> Spec readSpec(const UnrankedMemRef *memref) {
  Operand row(memref, MX_I64);
  Spec spec{};
  auto *fields = reinterpret_cast<int64_t *>(&spec);
  int64_t count =
      std::min<int64_t>(row.count(), sizeof(Spec) / sizeof(int64_t));
  std::copy(row.words(), row.words() + count, fields);
  return spec;
}

/// Does what compiled code asks for; `work` returns a status.
template <typename Work> void perform(const char *name, Work work) {
  if (mx::runtime::mayCall())
    mx::runtime::noteStatus(name, work());
}

/// One quantizer's operands; what get() points to lives as long as this.
class QuantizerOperands {
public:
  QuantizerOperands(int scaleType, const UnrankedMemRef *spec,
                    const UnrankedMemRef *tensorAmax, int64_t seed,
                    const UnrankedMemRef *origin, const UnrankedMemRef *codes,
                    const UnrankedMemRef *scale,
                    const UnrankedMemRef *tensorScale)
      : record(readSpec<mx_quantize_spec>(spec)), position(origin, MX_I64),
        tensorAmax(tensorAmax, MX_F32), codes(codes, MX_I8),
        scale(scale, scaleType), tensorScale(tensorScale, MX_F32),
        seed(static_cast<uint64_t>(seed)),
        where{position.isAbsent() ? 0 : position.count(), position.words()} {}
  QuantizerOperands(const QuantizerOperands &) = delete;

  mx_quantizer get() const {
    return {&record,         tensorAmax.orNull(), seed, &where, codes.pointer(),
            scale.pointer(), tensorScale.orNull()};
  }

private:
  mx_quantize_spec record;
  Operand position, tensorAmax, codes, scale, tensorScale;
  uint64_t seed;
  mx_origin where;
};

void quantize(int dtype, const UnrankedMemRef *x,
              const QuantizerOperands &operands) {
  mx_quantizer q = operands.get();
  perform("quantize", [&] {
    return mx_quantize(q.spec, Operand(x, dtype).pointer(), q.tensor_amax,
                       q.seed, q.origin, q.codes, q.scale, q.tensor_scale);
  });
}

void quantize2(int dtype, const UnrankedMemRef *x,
               const QuantizerOperands &first,
               const QuantizerOperands &second) {
  mx_quantizer a = first.get(), b = second.get();
  perform("quantize2",
          [&] { return mx_quantize2(Operand(x, dtype).pointer(), &a, &b); });
}

void matmul(const char *name, int typeA, int scaleA, int typeB, int scaleB,
            int typeC, const UnrankedMemRef *spec, const UnrankedMemRef *a,
            const UnrankedMemRef *aScale, const UnrankedMemRef *aTensorScale,
            const UnrankedMemRef *b, const UnrankedMemRef *bScale,
            const UnrankedMemRef *bTensorScale, const UnrankedMemRef *acc,
            const UnrankedMemRef *out) {
  auto record = readSpec<mx_matmul_spec>(spec);
  Operand codesA(a, typeA), sa(aScale, scaleA), ta(aTensorScale, MX_F32);
  Operand codesB(b, typeB), sb(bScale, scaleB), tb(bTensorScale, MX_F32);
  mx_operand operandA{codesA.pointer(), sa.pointer(), ta.orNull()};
  mx_operand operandB{codesB.pointer(), sb.pointer(), tb.orNull()};
  perform(name, [&] {
    return mx_matmul(&record, &operandA, &operandB,
                     Operand(acc, typeC).orNull(),
                     Operand(out, typeC).pointer());
  });
}

} // namespace

#define MX_EXPORT extern "C" __attribute__((visibility("default")))
#define MX_ENTRY(name) MX_EXPORT void _mlir_ciface_mx_runtime_##name
#define MX_REF const UnrankedMemRef *

#define MX_QUANTIZE(T, dtype, S, scaleType)                                    \
  MX_ENTRY(quantize_##T##_##S)                                                 \
  (MX_REF spec, MX_REF x, MX_REF amax, int64_t seed, MX_REF origin,            \
   MX_REF codes, MX_REF scale, MX_REF tensorScale) {                           \
    quantize(dtype, x,                                                         \
             QuantizerOperands(scaleType, spec, amax, seed, origin, codes,     \
                               scale, tensorScale));                           \
  }                                                                            \
  MX_ENTRY(quantize2_##T##_##S)                                                \
  (MX_REF x, MX_REF spec1, MX_REF amax1, int64_t seed1, MX_REF origin1,        \
   MX_REF codes1, MX_REF scale1, MX_REF tensorScale1, MX_REF spec2,            \
   MX_REF amax2, int64_t seed2, MX_REF origin2, MX_REF codes2, MX_REF scale2,  \
   MX_REF tensorScale2) {                                                      \
    quantize2(dtype, x,                                                        \
              QuantizerOperands(scaleType, spec1, amax1, seed1, origin1,       \
                                codes1, scale1, tensorScale1),                 \
              QuantizerOperands(scaleType, spec2, amax2, seed2, origin2,       \
                                codes2, scale2, tensorScale2));                \
  }                                                                            \
  MX_ENTRY(dequantize_##T##_##S)                                               \
  (MX_REF spec, MX_REF codes, MX_REF scale, MX_REF tensorScale, MX_REF x) {    \
    auto record = readSpec<mx_quantize_spec>(spec);                            \
    perform("dequantize", [&] {                                                \
      return mx_dequantize(&record, Operand(codes, MX_I8).pointer(),           \
                           Operand(scale, scaleType).pointer(),                \
                           Operand(tensorScale, MX_F32).orNull(),              \
                           Operand(x, dtype).pointer());                       \
    });                                                                        \
  }

#define MX_CAST(T, dtype, O, outType)                                          \
  MX_ENTRY(cast_##T##_##O)                                                     \
  (MX_REF spec, MX_REF x, int64_t seed, MX_REF origin, MX_REF out) {           \
    auto record = readSpec<mx_quantize_spec>(spec);                            \
    Operand position(origin, MX_I64);                                          \
    mx_origin where{position.isAbsent() ? 0 : position.count(),                \
                    position.words()};                                         \
    perform("cast", [&] {                                                      \
      return mx_cast(&record, Operand(x, dtype).pointer(),                     \
                     static_cast<uint64_t>(seed), &where,                      \
                     Operand(out, outType).pointer());                         \
    });                                                                        \
  }

#define MX_SOURCE(T, dtype)                                                    \
  MX_QUANTIZE(T, dtype, s8, MX_I8)                                             \
  MX_QUANTIZE(T, dtype, s32, MX_F32)                                           \
  MX_CAST(T, dtype, i8, MX_I8)                                                 \
  MX_CAST(T, dtype, i16, MX_I16)                                               \
  MX_CAST(T, dtype, bf16, MX_BF16)                                             \
  MX_CAST(T, dtype, f16, MX_F16)                                               \
  MX_ENTRY(hadamard_##T)                                                       \
  (MX_REF spec, MX_REF x, int64_t seed, MX_REF out) {                          \
    auto record = readSpec<mx_quantize_spec>(spec);                            \
    perform("hadamard", [&] {                                                  \
      return mx_hadamard(&record, Operand(x, dtype).pointer(),                 \
                         static_cast<uint64_t>(seed),                          \
                         Operand(out, MX_F32).pointer());                      \
    });                                                                        \
  }                                                                            \
  MX_ENTRY(amax_##T)(MX_REF x, MX_REF out) {                                   \
    perform("amax", [&] {                                                      \
      return mx_amax(Operand(x, dtype).pointer(),                              \
                     Operand(out, MX_F32).pointer());                          \
    });                                                                        \
  }

MX_SOURCE(f32, MX_F32)
MX_SOURCE(bf16, MX_BF16)
MX_SOURCE(f16, MX_F16)

#define MX_MATMUL(A, typeA, scaleA, B, typeB, scaleB, C, typeC)                \
  MX_ENTRY(matmul_##A##_##B##_##C)                                             \
  (MX_REF spec, MX_REF a, MX_REF aScale, MX_REF aTensorScale, MX_REF b,        \
   MX_REF bScale, MX_REF bTensorScale, MX_REF acc, MX_REF out) {               \
    matmul("matmul", typeA, scaleA, typeB, scaleB, typeC, spec, a, aScale,     \
           aTensorScale, b, bScale, bTensorScale, acc, out);                   \
  }

#define MX_MATMUL_RESULTS(A, typeA, scaleA, B, typeB, scaleB)                  \
  MX_MATMUL(A, typeA, scaleA, B, typeB, scaleB, f32, MX_F32)                   \
  MX_MATMUL(A, typeA, scaleA, B, typeB, scaleB, bf16, MX_BF16)                 \
  MX_MATMUL(A, typeA, scaleA, B, typeB, scaleB, f16, MX_F16)

#define MX_MATMUL_RIGHTS(A, typeA, scaleA)                                     \
  MX_MATMUL_RESULTS(A, typeA, scaleA, s8, MX_I8, MX_I8)                        \
  MX_MATMUL_RESULTS(A, typeA, scaleA, s32, MX_I8, MX_F32)                      \
  MX_MATMUL_RESULTS(A, typeA, scaleA, f32, MX_F32, MX_I8)                      \
  MX_MATMUL_RESULTS(A, typeA, scaleA, bf16, MX_BF16, MX_I8)                    \
  MX_MATMUL_RESULTS(A, typeA, scaleA, f16, MX_F16, MX_I8)

MX_MATMUL_RIGHTS(s8, MX_I8, MX_I8)
MX_MATMUL_RIGHTS(s32, MX_I8, MX_F32)
MX_MATMUL_RIGHTS(f32, MX_F32, MX_I8)
MX_MATMUL_RIGHTS(bf16, MX_BF16, MX_I8)
MX_MATMUL_RIGHTS(f16, MX_F16, MX_I8)

MX_ENTRY(relayout)(MX_REF spec, MX_REF src, MX_REF dst) {
  auto record = readSpec<mx_relayout_spec>(spec);
  perform("relayout", [&] {
    return mx_relayout(&record, Operand(src, MX_I8).pointer(),
                       Operand(dst, MX_I8).pointer());
  });
}

MX_EXPORT int64_t _mlir_ciface_mx_runtime_derive_seed(int64_t seed,
                                                      int64_t id) {
  return static_cast<int64_t>(mx::contract::deriveSeed(
      static_cast<uint64_t>(seed), static_cast<uint64_t>(id)));
}
