//===- Matmul.cpp - mx_matmul ---------------------------------------------===//
//
// Checks, the length of the contraction, broadcast of batch axes, and dispatch.
//
//===----------------------------------------------------------------------===//

#include "Error.h"
#include "Spec.h"
#include "mx/Support/Pack.h"

#include <algorithm>

using namespace mx::runtime;
using namespace mx::contract;

namespace {

/// The lengths of the contraction that an operand can have: the codes of the
/// last block do not tell how many of them are elements.
struct Lengths {
  int64_t low = 0, high = 0;
};

struct OperandSpec {
  const char *name;
  int64_t element, scale, blockRows, blockCols, hasTensorScale, layout;
};

void setBatch(const Tensor &tensor, int axes, OperandArgs &result) {
  result.batchAxes = axes;
  std::copy(tensor.sizes, tensor.sizes + axes, result.batchSizes);
  result.items = tensor.elements(axes);
}

int readPlain(const OperandSpec &spec, const mx_operand &operand,
              OperandArgs &result, Lengths &lengths) {
  Tensor tensor;
  MX_TRY(readTensor(spec.name, operand.codes, tensor));
  if (!isFloat(tensor.dtype) || tensor.rank < 2)
    return fail(MX_ERROR_ARGUMENT,
                "expected '%s' to be f32, bf16 or f16 of rank 2 or more",
                spec.name);
  result.plain = Matrix(tensor);
  result.rows = result.plain.rows;
  setBatch(tensor, tensor.rank - 2, result);
  lengths = {result.plain.cols, result.plain.cols};
  return MX_OK;
}

int checkTiles(const OperandSpec &spec, const ScaledFormat &format,
               const Tensor &codes) {
  if (spec.layout != MX_LAYOUT_TILE_16X4)
    return fail(MX_ERROR_ARGUMENT,
                "expected '%s' in the layout linear (0) or tile_16x4 (%d), "
                "found %lld",
                spec.name, int(MX_LAYOUT_TILE_16X4),
                static_cast<long long>(spec.layout));
  int64_t bytes =
      format.blockCols == kFull ? 0 : format.bytesPerBlock(format.blockCols);
  if (bytes == 0 || bytes % 4 != 0 || format.blockRows != 1 ||
      format.scale == kF32 || codes.size(2) * 4 % bytes != 0)
    return fail(MX_ERROR_ARGUMENT,
                "expected '%s' in tiles to have 8-bit scales for blocks of one "
                "row and a multiple of 4 bytes, and whole blocks; found "
                "blocks [%lld, %lld] of %lld bytes in %lld tiles",
                spec.name, static_cast<long long>(format.blockRows),
                static_cast<long long>(format.blockCols),
                static_cast<long long>(bytes),
                static_cast<long long>(codes.size(2)));
  return MX_OK;
}

/// Codes in tiles do not tell how many rows they have: `rows`, of the result.
int readTiled(const OperandSpec &spec, const ScaledFormat &format,
              const mx_operand &operand, int64_t rows, int64_t k,
              OperandArgs &result, Lengths &lengths) {
  Tensor codes;
  MX_TRY(readTensor(spec.name, operand.codes, codes));
  MX_TRY(checkTiles(spec, format, codes));
  int64_t blocks = codes.size(2) * 4 / format.bytesPerBlock(format.blockCols);
  lengths = {blocks == 0 ? 0 : (blocks - 1) * format.blockCols + 1,
             blocks * format.blockCols};
  result.rows = rows;
  return readTiledTensor(spec.name, format, operand.codes, operand.scale, rows,
                         k > 0 ? k : lengths.high, result.scaled);
}

/// The lengths that codes [batch…, rows, blocks, bytes] can have.
Lengths lengthsOf(const ScaledFormat &format, const Tensor &codes) {
  int64_t blocks = codes.size(2);
  if (format.blockCols != kFull)
    return {blocks == 0 ? 0 : (blocks - 1) * format.blockCols + 1,
            blocks * format.blockCols};
  unsigned bits = format.element.bits();
  int64_t held = packedCount(bits, codes.size(1));
  bool spare = packedSize(bits, held) == packedSize(bits, held - 1);
  return {blocks == 0 ? 0 : held - spare, blocks == 0 ? 0 : held};
}

/// Rows and columns come from the codes; `k`, if known, settles the columns.
/// `rows`: those of the result.
int readScaled(const OperandSpec &spec, const mx_operand &operand, int64_t rows,
               int64_t k, OperandArgs &result, Lengths &lengths) {
  ScaledFormat format;
  Tensor codes;
  MX_TRY(readScaledFormat(spec.element, spec.scale, spec.blockRows,
                          spec.blockCols, spec.hasTensorScale, format));
  MX_TRY(readTensor(spec.name, operand.codes, codes));
  if (isStoredTransposed(format))
    return fail(MX_ERROR_ARGUMENT,
                "'%s' has blocks of columns; transpose it first", spec.name);
  if (codes.rank < 3)
    return fail(MX_ERROR_ARGUMENT,
                "expected the codes of '%s' to have rank 3 or more, found %d",
                spec.name, codes.rank);
  result.isScaled = true;
  setBatch(codes, codes.rank - 3, result);
  if (spec.layout != MX_LAYOUT_LINEAR) {
    MX_TRY(readTiled(spec, format, operand, rows, k, result, lengths));
  } else {
    lengths = lengthsOf(format, codes);
    result.rows = codes.size(3);
    MX_TRY(readScaledTensor(spec.name, format, operand.codes, operand.scale,
                            result.rows, k > 0 ? k : lengths.high,
                            result.scaled));
  }
  if (format.hasTensorScale) {
    float *value = nullptr;
    MX_TRY(readScalar("tensor_scale", operand.tensor_scale, value));
    result.scaled.tensorScale = *value;
  }
  return MX_OK;
}

int readOperand(const OperandSpec &spec, const mx_operand &operand,
                int64_t rows, int64_t k, OperandArgs &result,
                Lengths &lengths) {
  return spec.element == 0
             ? readPlain(spec, operand, result, lengths)
             : readScaled(spec, operand, rows, k, result, lengths);
}

int settleLength(int64_t k, const Lengths &a, const Lengths &b,
                 int64_t &result) {
  int64_t low = std::max(a.low, b.low), high = std::min(a.high, b.high);
  if (low > high || (k > 0 && (k < low || k > high)))
    return fail(MX_ERROR_ARGUMENT,
                "the operands do not have the same length along k: %lld to "
                "%lld, and %lld to %lld",
                static_cast<long long>(a.low), static_cast<long long>(a.high),
                static_cast<long long>(b.low), static_cast<long long>(b.high));
  result = k > 0 ? k : high;
  return MX_OK;
}

/// Size of batch axis `fromEnd` (1 is the last one); 1 where it is missing.
int64_t batchSize(const OperandArgs &operand, int fromEnd) {
  return fromEnd <= operand.batchAxes
             ? operand.batchSizes[operand.batchAxes - fromEnd]
             : 1;
}

int readResult(const mx_tensor *out, Matrix &result) {
  Tensor tensor;
  MX_TRY(readTensor("out", out, tensor));
  if (!isFloat(tensor.dtype) || tensor.rank < 2)
    return fail(MX_ERROR_ARGUMENT,
                "expected the result to be f32, bf16 or f16 of rank 2 or more");
  result = Matrix(tensor);
  return MX_OK;
}

int checkResult(const MatmulArgs &args) {
  const Tensor &out = args.out.tensor;
  if (args.out.rows != args.a.rows || args.out.cols != args.b.rows)
    return fail(MX_ERROR_ARGUMENT,
                "expected a result of %lld x %lld, found %lld x %lld",
                static_cast<long long>(args.a.rows),
                static_cast<long long>(args.b.rows),
                static_cast<long long>(args.out.rows),
                static_cast<long long>(args.out.cols));
  int axes = std::max(args.a.batchAxes, args.b.batchAxes);
  if (axes > out.rank - 2)
    return fail(MX_ERROR_ARGUMENT,
                "the result has fewer batch axes than the operands");
  for (int i = 1; i <= out.rank - 2; ++i) {
    int64_t a = batchSize(args.a, i), b = batchSize(args.b, i);
    if ((a != b && a != 1 && b != 1) || out.size(i + 2) != (a == 1 ? b : a))
      return fail(MX_ERROR_ARGUMENT,
                  "batch axes do not broadcast: %lld and "
                  "%lld to %lld",
                  static_cast<long long>(a), static_cast<long long>(b),
                  static_cast<long long>(out.size(i + 2)));
  }
  return MX_OK;
}

/// A term with the shape of the result: strides of 0 where it broadcasts.
int readTerm(const char *name, const mx_tensor *term, const MatmulArgs &args,
             Matrix &result) {
  Tensor tensor, wide = args.out.tensor;
  MX_TRY(readTensor(name, term, tensor));
  if (!isFloat(tensor.dtype) || tensor.rank > wide.rank)
    return fail(MX_ERROR_ARGUMENT,
                "expected '%s' to be f32, bf16 or f16 of at most the rank %d "
                "of the result, found %s of rank %d",
                name, wide.rank, dtypeName(tensor.dtype), tensor.rank);
  for (int i = 1; i <= wide.rank; ++i) {
    int64_t size = i <= tensor.rank ? tensor.size(i) : 1;
    if (size != 1 && size != wide.size(i))
      return fail(MX_ERROR_ARGUMENT,
                  "'%s' does not broadcast to the result: axis %d from the end "
                  "has size %lld, not 1 or %lld",
                  name, i, static_cast<long long>(size),
                  static_cast<long long>(wide.size(i)));
    wide.strides[wide.rank - i] = size == 1 ? 0 : tensor.stride(i);
  }
  wide.data = tensor.data;
  wide.dtype = tensor.dtype;
  result = Matrix(wide);
  return MX_OK;
}

int readAcc(const mx_tensor *acc, float alpha, MatmulArgs &args) {
  MX_TRY(readTerm("acc", acc, args, args.acc));
  if (args.acc.tensor.dtype != args.out.tensor.dtype)
    return fail(MX_ERROR_ARGUMENT,
                "expected 'acc' to have the element type of the result");
  if (alpha != 1)
    return fail(MX_ERROR_ARGUMENT, "'acc' requires alpha = 1");
  args.hasAcc = true;
  return MX_OK;
}

int readAddend(const char *name, const mx_tensor *term, const MatmulArgs &args,
               Addend &result) {
  result.isPresent = term != nullptr;
  return term ? readTerm(name, term, args, result.x) : int(MX_OK);
}

int readEpilogue(const mx_epilogue &source, MatmulArgs &args) {
  MX_TRY(checkVersion(source.version));
  if (source.activation < MX_ACTIVATION_NONE ||
      source.activation > MX_ACTIVATION_SILU)
    return fail(
        MX_ERROR_ARGUMENT, "expected an activation from 0 to %d, found %lld",
        int(MX_ACTIVATION_SILU), static_cast<long long>(source.activation));
  args.epilogue.activation = static_cast<int>(source.activation);
  MX_TRY(readAddend("bias", source.bias, args, args.epilogue.bias));
  return readAddend("residual", source.residual, args, args.epilogue.residual);
}

/// What a trace says of operands in tiles.
const char *noteLayouts(const MatmulArgs &args) {
  bool a = args.a.isScaled && args.a.scaled.isTiled;
  bool b = args.b.isScaled && args.b.scaled.isTiled;
  return a && b ? " a,b=tile_16x4"
         : a    ? " a=tile_16x4"
         : b    ? " b=tile_16x4"
                : "";
}

} // namespace

extern "C" int mx_matmul_fused(const mx_matmul_spec *given, const mx_operand *a,
                               const mx_operand *b, const mx_tensor *acc,
                               const mx_epilogue *epilogue,
                               const mx_tensor *out) {
  FpuScope fpu;
  MatmulArgs args;
  Lengths lengthA, lengthB;
  MX_TRY(checkVersion(given->version));
  const mx_matmul_spec spec = readRecord(*given);
  OperandSpec specA{"a",
                    spec.a_element,
                    spec.a_scale,
                    spec.a_block_rows,
                    spec.a_block_cols,
                    spec.a_has_tensor_scale,
                    spec.a_layout};
  OperandSpec specB{"b",
                    spec.b_element,
                    spec.b_scale,
                    spec.b_block_rows,
                    spec.b_block_cols,
                    spec.b_has_tensor_scale,
                    spec.b_layout};
  MX_TRY(checkExtent("k", spec.k));
  MX_TRY(readResult(out, args.out));
  MX_TRY(readOperand(specA, *a, args.out.rows, spec.k, args.a, lengthA));
  MX_TRY(readOperand(specB, *b, args.out.cols, spec.k, args.b, lengthB));
  MX_TRY(settleLength(spec.k, lengthA, lengthB, args.k));
  MX_TRY(checkResult(args));
  args.alpha = floatOf(static_cast<uint32_t>(spec.alpha));
  if (acc)
    MX_TRY(readAcc(acc, args.alpha, args));
  if (epilogue)
    MX_TRY(readEpilogue(*epilogue, args));
  Shape shape{{args.out.items, args.a.rows, args.b.rows, args.k}, 4};
  shape.note = noteLayouts(args);
  if (spec.accumulate == MX_ACCUMULATE_EXACT)
    return MX_DISPATCH(matmul_exact, args, (shape));
  if (spec.accumulate != MX_ACCUMULATE_DEFAULT &&
      spec.accumulate != MX_ACCUMULATE_FAST)
    return fail(MX_ERROR_ARGUMENT, "unknown accumulate %lld",
                static_cast<long long>(spec.accumulate));
  args.fast = spec.accumulate == MX_ACCUMULATE_FAST;
  return MX_DISPATCH(matmul_default, args, (shape));
}

extern "C" int mx_matmul(const mx_matmul_spec *spec, const mx_operand *a,
                         const mx_operand *b, const mx_tensor *acc,
                         const mx_tensor *out) {
  return mx_matmul_fused(spec, a, b, acc, nullptr, out);
}
