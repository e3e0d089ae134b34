//===- Elementwise.cpp - mx_hadamard, mx_cast, mx_decode, mx_amax ---------===//
//
// Checks and dispatch of the operations without block scales.
//
//===----------------------------------------------------------------------===//

#include "Error.h"
#include "Spec.h"

using namespace mx::runtime;
using namespace mx::contract;

namespace {

int checkFloat(const char *name, const Tensor &tensor) {
  if (isFloat(tensor.dtype))
    return MX_OK;
  return fail(MX_ERROR_ARGUMENT,
              "expected '%s' to be f32, bf16 or f16, found %s", name,
              dtypeName(tensor.dtype));
}

int checkSameShape(const Tensor &x, const Tensor &out) {
  bool same = x.rank == out.rank;
  for (int axis = 0; same && axis < x.rank; ++axis)
    same = x.sizes[axis] == out.sizes[axis];
  return same ? MX_OK
              : fail(MX_ERROR_ARGUMENT,
                     "expected the result to have the shape of its source");
}

/// Whether a buffer of `dtype` holds codes of `format`.
int checkCodes(const FloatFormat &format, int dtype) {
  bool fits = dtype == MX_I8 ? format.bits() <= 8
              : dtype == MX_I16
                  ? format.bits() <= 16 && format.bits() > 8
                  : isFloat(dtype) && floatFormat(dtype) == format;
  return fits && format != kF32 ? MX_OK
                                : fail(MX_ERROR_ARGUMENT,
                                       "a buffer of %s cannot hold codes of "
                                       "%u bits of this format",
                                       dtypeName(dtype), format.bits());
}

} // namespace

extern "C" int mx_hadamard(const mx_quantize_spec *spec, const mx_tensor *x,
                           uint64_t seed, const mx_tensor *out) {
  FpuScope fpu;
  HadamardArgs args;
  Tensor source, result;
  MX_TRY(checkVersion(spec->version));
  MX_TRY(readTensor("x", x, source));
  MX_TRY(readTensor("out", out, result));
  MX_TRY(checkFloat("x", source));
  MX_TRY(checkSameShape(source, result));
  MX_TRY(readSigns(*spec, seed, args.signs));
  args.x = Matrix(source);
  args.out = Matrix(result);
  args.size = spec->hadamard_size;
  if (result.dtype != MX_F32)
    return fail(MX_ERROR_ARGUMENT, "expected 'out' to be f32, found %s",
                dtypeName(result.dtype));
  if (args.x.cols % args.size != 0)
    return fail(MX_ERROR_ARGUMENT,
                "expected the last axis to be a multiple of the Hadamard size "
                "%lld, found %lld",
                static_cast<long long>(args.size),
                static_cast<long long>(args.x.cols));
  return MX_DISPATCH(hadamard, args,
                     {{args.x.items * args.x.rows, args.x.cols}, 2});
}

extern "C" int mx_cast(const mx_quantize_spec *spec, const mx_tensor *x,
                       uint64_t seed, const mx_origin *origin,
                       const mx_tensor *out) {
  FpuScope fpu;
  CastArgs args;
  Tensor source, result;
  MX_TRY(checkVersion(spec->version));
  MX_TRY(readTensor("x", x, source));
  MX_TRY(readTensor("out", out, result));
  MX_TRY(checkFloat("x", source));
  MX_TRY(checkSameShape(source, result));
  MX_TRY(readFormat("element", spec->element, args.format));
  MX_TRY(checkCodes(args.format, result.dtype));
  MX_TRY(readRounding(*spec, seed, args.spec));
  MX_TRY(readOrigin(origin, source.sizes, source.rank, args.spec));
  args.x = Matrix(source);
  args.out = Matrix(result);
  return MX_DISPATCH(cast, args,
                     {{args.x.items * args.x.rows, args.x.cols}, 2});
}

extern "C" int mx_decode(int64_t format, const mx_tensor *codes,
                         const mx_tensor *out) {
  FpuScope fpu;
  DecodeArgs args;
  Tensor source, result;
  MX_TRY(readFormat("format", format, args.format));
  MX_TRY(readTensor("codes", codes, source));
  MX_TRY(readTensor("out", out, result));
  MX_TRY(checkCodes(args.format, source.dtype));
  MX_TRY(checkFloat("out", result));
  MX_TRY(checkSameShape(source, result));
  args.codes = Matrix(source);
  args.out = Matrix(result);
  return MX_DISPATCH(decode, args,
                     {{args.out.items * args.out.rows, args.out.cols}, 2});
}

extern "C" int mx_amax(const mx_tensor *x, const mx_tensor *out) {
  FpuScope fpu;
  AmaxArgs args;
  Tensor source;
  MX_TRY(readTensor("x", x, source));
  MX_TRY(checkFloat("x", source));
  MX_TRY(readScalar("out", out, args.result));
  args.x = Matrix(source);
  args.cols = args.x.cols;
  return MX_DISPATCH(amax, args,
                     {{args.x.items * args.x.rows, args.x.cols}, 2});
}
