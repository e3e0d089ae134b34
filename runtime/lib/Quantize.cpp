//===- Quantize.cpp - mx_quantize and mx_dequantize -----------------------===//
//
// Checks, the tensor scale, and dispatch.
//
//===----------------------------------------------------------------------===//

#include "Error.h"
#include "Spec.h"

#include <algorithm>
#include <utility>

using namespace mx::runtime;
using namespace mx::contract;

namespace {

int64_t padded(const mx_quantize_spec &spec, int64_t cols) {
  int64_t length = std::max(cols, spec.pad_cols);
  int64_t multiple = std::max<int64_t>(spec.pad_multiple, 1);
  return (length + multiple - 1) / multiple * multiple;
}

/// Sizes of the operand as it is stored, for `origin`.
void operandSizes(const Matrix &x, bool transposed, int64_t cols,
                  int64_t *sizes) {
  const Tensor &t = x.tensor;
  std::copy(t.sizes, t.sizes + t.rank, sizes);
  if (transposed)
    std::swap(sizes[t.rank - 1], sizes[t.rank - 2]);
  if (t.rank > 0)
    sizes[t.rank - 1] = cols;
}

/// x as it is stored: swapped if the record says so or blocks are [B, 1].
int readStored(const mx_quantize_spec &spec, ScaledFormat &format,
               const Tensor &tensor, Matrix &x, bool &transposed) {
  if (!isFloat(tensor.dtype))
    return fail(MX_ERROR_ARGUMENT,
                "expected 'x' to be f32, bf16 or f16, found %s",
                dtypeName(tensor.dtype));
  transposed = (spec.transpose != 0) != isStoredTransposed(format);
  format = storedFormat(format);
  if (tensor.rank < (transposed ? 2 : 1) ||
      tensor.rank >= static_cast<int>(kMaxRank))
    return fail(MX_ERROR_ARGUMENT,
                "expected 'x' to have rank %d to %u, found %d",
                transposed ? 2 : 1, kMaxRank - 1, tensor.rank);
  x = Matrix(tensor);
  if (transposed)
    x = x.transposed();
  return MX_OK;
}

int checkCodesRank(const Tensor &x, const ScaledTensor &scaled) {
  if (scaled.codes.rank != x.rank + 1)
    return fail(MX_ERROR_ARGUMENT,
                "expected codes of rank %d for 'x' of rank "
                "%d, found %d",
                x.rank + 1, x.rank, scaled.codes.rank);
  for (int axis = 0; axis + 2 < x.rank; ++axis)
    if (x.sizes[axis] != scaled.codes.sizes[axis])
      return fail(MX_ERROR_ARGUMENT,
                  "expected the codes to have the batch sizes of 'x'");
  return MX_OK;
}

int readQuantizeSpec(const mx_quantize_spec &spec, uint64_t seed,
                     QuantizeArgs &args) {
  QuantizeSpec &q = args.spec;
  MX_TRY(checkVersion(spec.version));
  MX_TRY(readScaledFormat(spec.element, spec.scale, spec.block_rows,
                          spec.block_cols, spec.has_tensor_scale, q.format));
  MX_TRY(readRounding(spec, seed, q));
  MX_TRY(checkExtent("pad_cols", spec.pad_cols));
  MX_TRY(checkExtent("pad_multiple", spec.pad_multiple));
  if (spec.scale_rule < 0 || spec.scale_rule > MX_RULE_HEADROOM)
    return fail(MX_ERROR_ARGUMENT, "unknown scale rule %lld",
                static_cast<long long>(spec.scale_rule));
  q.rule = static_cast<ScaleRule>(spec.scale_rule);
  q.scaleMinNormal = spec.scale_min_normal != 0;
  if (spec.prescale != 0)
    q.prescale = floatOf(static_cast<uint32_t>(spec.prescale));
  if (!isLegal(q.format, q.rule, q.prescale))
    return fail(MX_ERROR_ARGUMENT,
                "element, scale, scale rule and prescale do not go together: "
                "E8M0 takes floor, ceil, rceil, even (int8 not) and quest "
                "(E2M1 only) with a positive prescale; other scales take amax, "
                "E2M1 with E4M3 scales and a tensor scale also headroom, "
                "four_over_six and ms_eden, with prescale 1");
  if (q.rule == ScaleRule::MSEden && q.rounding == Rounding::Stochastic)
    return fail(MX_ERROR_ARGUMENT,
                "ms_eden rounds scales stochastically; expected a rounding of "
                "elements that is not stochastic");
  q.hadamardSize = spec.hadamard_size;
  if (q.hadamardSize != 0)
    MX_TRY(readSigns(spec, seed, q.signs));
  return MX_OK;
}

/// Two levels: the amax that is given, or that of the transformed x.
int makeTensorScale(QuantizeArgs &args, const mx_tensor *tensorAmax,
                    const mx_tensor *tensorScaleOut) {
  if (!args.spec.format.hasTensorScale)
    return MX_OK;
  float amax = 0, *given = nullptr, *stored = nullptr;
  MX_TRY(readScalar("tensor_scale", tensorScaleOut, stored));
  if (tensorAmax) {
    MX_TRY(readScalar("tensor_amax", tensorAmax, given));
    amax = *given;
  } else {
    AmaxArgs find;
    find.x = args.x;
    find.hadamardSize = args.spec.hadamardSize;
    find.cols = args.spec.paddedCols;
    find.signs = args.spec.signs;
    find.result = &amax;
    MX_TRY(
        MX_DISPATCH(amax, find, {{find.x.items * find.x.rows, find.cols}, 2}));
  }
  ScaleParams params(args.spec.format, args.spec.rule,
                     args.spec.scaleMinNormal);
  args.tensor = tensorScale(params, amax);
  *stored = args.tensor.decode;
  return MX_OK;
}

/// Checks everything about one result of `x`, and makes its tensor scale.
int readQuantizer(const mx_quantizer &quantizer, const mx_tensor *x,
                  QuantizeArgs &args) {
  const mx_quantize_spec &spec = *quantizer.spec;
  Tensor tensor;
  bool transposed = false;
  int64_t sizes[kMaxRank + 1] = {};
  MX_TRY(readQuantizeSpec(spec, quantizer.seed, args));
  MX_TRY(readTensor("x", x, tensor));
  MX_TRY(readStored(spec, args.spec.format, tensor, args.x, transposed));
  int64_t cols = args.spec.paddedCols = padded(spec, args.x.cols);
  if (args.spec.hadamardSize != 0 && cols % args.spec.hadamardSize != 0)
    return fail(MX_ERROR_ARGUMENT,
                "expected the length along k to be a multiple of the Hadamard "
                "size %lld, found %lld; pad with pad_multiple",
                static_cast<long long>(args.spec.hadamardSize),
                static_cast<long long>(cols));
  operandSizes(args.x, transposed, cols, sizes);
  MX_TRY(readOrigin(quantizer.origin, sizes, tensor.rank, args.spec));
  MX_TRY(readScaledTensor("codes", args.spec.format, quantizer.codes,
                          quantizer.scale, args.x.rows, cols, args.out));
  MX_TRY(checkCodesRank(tensor, args.out));
  return makeTensorScale(args, quantizer.tensor_amax, quantizer.tensor_scale);
}

} // namespace

extern "C" int mx_quantize(const mx_quantize_spec *spec, const mx_tensor *x,
                           const mx_tensor *tensor_amax, uint64_t seed,
                           const mx_origin *origin, const mx_tensor *codes,
                           const mx_tensor *scale,
                           const mx_tensor *tensor_scale) {
  FpuScope fpu;
  QuantizeArgs args;
  mx_quantizer quantizer{spec,  tensor_amax, seed,        origin,
                         codes, scale,       tensor_scale};
  MX_TRY(readQuantizer(quantizer, x, args));
  return MX_DISPATCH(quantize, args,
                     {{args.x.items, args.x.rows, args.spec.paddedCols}, 3});
}

extern "C" int mx_quantize2(const mx_tensor *x, const mx_quantizer *first,
                            const mx_quantizer *second) {
  FpuScope fpu;
  Quantize2Args args;
  MX_TRY(readQuantizer(*first, x, args.results[0]));
  MX_TRY(readQuantizer(*second, x, args.results[1]));
  const Matrix &source = args.results[0].x;
  return MX_DISPATCH(quantize2, args,
                     {{source.items, source.rows, source.cols}, 3});
}

extern "C" int mx_dequantize(const mx_quantize_spec *spec,
                             const mx_tensor *codes, const mx_tensor *scale,
                             const mx_tensor *tensor_scale,
                             const mx_tensor *x) {
  FpuScope fpu;
  DequantizeArgs args;
  ScaledFormat format;
  Tensor tensor;
  bool transposed = false;
  MX_TRY(checkVersion(spec->version));
  MX_TRY(readScaledFormat(spec->element, spec->scale, spec->block_rows,
                          spec->block_cols, spec->has_tensor_scale, format));
  MX_TRY(readTensor("x", x, tensor));
  MX_TRY(readStored(*spec, format, tensor, args.out, transposed));
  MX_TRY(readScaledTensor("codes", format, codes, scale, args.out.rows,
                          args.out.cols, args.x));
  MX_TRY(checkCodesRank(tensor, args.x));
  if (format.hasTensorScale) {
    float *value = nullptr;
    MX_TRY(readScalar("tensor_scale", tensor_scale, value));
    args.x.tensorScale = *value;
  }
  return MX_DISPATCH(dequantize, args,
                     {{args.out.items, args.out.rows, args.out.cols}, 3});
}
