//===- LowerBF16Fold.cpp - Launches of the bf16_fold kernels --------------===//

#include "LowerFold.h"

#include "../../Target/NVVM/Kernels/BF16Fold.h"
#include "mx/Conversion/NVVM/Families.h"
#include "mx/Dialect/MX/IR/Formats.h"

using namespace mlir;
using namespace mx;
using namespace mx::nvvm;

namespace {

/// Elements of K in a tile of the kernel multiply.
constexpr int64_t kTileK = fold::kTileBytes / 2;

bool isRaw(ScaledType format, OperandRange parts) {
  if (format)
    return false;
  auto type = cast<MemRefType>(parts[0].getType());
  int64_t cols = type.getShape().back();
  // What a bulk tensor copy asks of strides.
  return type.getElementType().isBF16() && !ShapedType::isDynamic(cols) &&
         cols % 8 == 0;
}

/// bf16 has 8 bits; with `fast`, f32 may enter as two (contract 25).
int countParts(Type type, Accumulate accumulate) {
  if (type.isBF16())
    return 1;
  return type.isF16() || accumulate == Accumulate::Fast ? 2 : 3;
}

class Operand : public FoldedOperand {
public:
  Operand(HostCode &host, ScaledType format, OperandRange values,
          StringRef kernel)
      : host(host), format(format), kernel(kernel) {
    codes = host.makeContiguous(values[0]);
    if (values.size() > 1)
      scales = host.makeContiguous(values[1]);
    if (values.size() > 2)
      tensorScale = values[2];
    type = cast<MemRefType>(codes.getType());
  }

  /// Sizes and room, before the kernels are made.
  void prepare(Value items, Value rowCount, bool isTakenAsItIs, bool otherIsRaw,
               Accumulate accumulate) {
    rowsPerItem = rowCount;
    allRows = host.multiply(items, rowCount);
    isRaw = isTakenAsItIs;
    if (format) {
      expansion = {getScaledFormat(format), otherIsRaw};
      blocks = host.size(codes, type.getRank() - 2);
      cols = host.multiply(blocks, host.index(expansion.format.blockCols));
      if (expansion.hasFactors())
        factors = allocateFactors(host, allRows);
    } else {
      cols = host.size(codes, type.getRank() - 1);
      if (!isRaw) {
        split = {type.getElementType(),
                 countParts(type.getElementType(), accumulate)};
        parts = split.parts;
        factors = allocateFactors(host, allRows);
        cols = host.multiply(host.ceilDiv(cols, kTileK), host.index(kTileK));
      }
    }
    Value all = host.multiply(cols, host.index(parts));
    rowBytes = host.multiply(all, host.index(2));
    rows = isRaw ? codes
                 : host.allocate(host.b.getBF16Type(),
                                 host.multiply(allRows, all));
  }

  void build(OpBuilder &b, gpu::GPUModuleOp module) const {
    if (format)
      bf16_fold::buildExpand(b, module, kernel, expansion);
    else if (!isRaw)
      bf16_fold::buildSplit(b, module, kernel, split);
  }

  /// Different for different kernels.
  std::string describe() const {
    std::string text = "_";
    llvm::raw_string_ostream os(text);
    if (isRaw)
      os << "bf16";
    else if (format)
      os << nameFormat(format);
    else
      os << split.type << "x" << split.parts;
    return text;
  }

  void launch(gpu::GPUModuleOp kernels, Value k) const {
    if (isRaw)
      return;
    SmallVector<Value> operands = {host.address(codes)};
    if (format) {
      operands.append({host.address(scales), host.address(rows),
                       host.toI32(allRows), host.toI32(blocks), host.toI32(k)});
      if (factors)
        operands.push_back(host.address(factors));
    } else {
      operands.append(
          {host.address(rows), host.address(factors), host.toI32(allRows),
           host.toI32(host.size(codes, type.getRank() - 1)), host.toI32(cols)});
    }
    constexpr int64_t rowsPerBlock = bf16_fold::kThreads / 32;
    host.launch(kernels, kernel, host.ceilDiv(allRows, rowsPerBlock),
                bf16_fold::kThreads, operands);
  }

private:
  HostCode &host;
  ScaledType format;
  StringRef kernel;
  MemRefType type;
  Value codes, scales, allRows, blocks, cols;
  bf16_fold::Expansion expansion;
  bf16_fold::Split split;
  bool isRaw = false;
};

} // namespace

void mx::nvvm::lowerBF16Fold(HostCode &host, PackedMatmulOp op,
                             const Epilogue &epilogue) {
  FoldShape shape(host, op);
  ScaledType formatA = op.getAScaledFormat(), formatB = op.getBScaledFormat();
  bool rawA = isRaw(formatA, op.getA()), rawB = isRaw(formatB, op.getB());
  Operand a(host, formatA, op.getA(), "expand_a");
  Operand b(host, formatB, op.getB(), "expand_b");
  a.prepare(shape.items, shape.m, rawA, rawB, op.getAccumulate());
  b.prepare(shape.items, shape.n, rawB, rawA, op.getAccumulate());
  fold::Form form = getForm(fold::Units::BF16, op, a, b, epilogue);
  ArrayRef<int64_t> sizes = cast<ShapedType>(op.getInit().getType()).getShape();
  // As FoldShape's.
  size_t numBatch = getBatch(op, /*isB=*/true).empty() ? 0 : sizes.size() - 2;
  int64_t k = getConstantIntValue(op.getK()).value_or(ShapedType::kDynamic);
  form.canSplit = mayShareTiles(form, {sizes.take_front(numBatch),
                                       sizes.drop_front(numBatch).drop_back(),
                                       sizes.take_back(), k});
  gpu::GPUModuleOp kernels = host.getKernels(
      "mx_bf16_fold" + a.describe() + b.describe() + describeForm(form),
      [&](OpBuilder &builder, gpu::GPUModuleOp module) {
        a.build(builder, module);
        b.build(builder, module);
        buildProduct(builder, module, form);
      });
  a.launch(kernels, op.getK());
  b.launch(kernels, op.getK());
  Value out = host.makeContiguousOutput(op.getInit());
  Value acc = op.getAcc();
  launchProduct(host, kernels, form, shape, a, b, out,
                acc ? host.makeContiguous(acc) : acc);
  host.freeAll();
}
