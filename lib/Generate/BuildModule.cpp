//===- BuildModule.cpp - The IR of generated kernels ----------------------===//

#include "mx/Generate/BuildModule.h"

#include "mx/Dialect/MX/Transforms/Layout.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/IR/Verifier.h"

using namespace mlir;
using namespace mx;

namespace {
/// Builds the function of one kernel.
class KernelBuilder {
public:
  KernelBuilder(OpBuilder &b, const KernelSpec &spec)
      : b(b), loc(spec.loc), spec(spec) {}

  func::FuncOp build() {
    auto function =
        func::FuncOp::create(b, loc, spec.name, b.getFunctionType({}, {}));
    OpBuilder::InsertionGuard guard(b);
    entry = function.addEntryBlock();
    b.setInsertionPointToStart(entry);
    SmallVector<Value> results = buildBody();
    func::ReturnOp::create(b, loc, results);
    function.setFunctionType(b.getFunctionType(entry->getArgumentTypes(),
                                               ValueRange(results).getTypes()));
    nameParts(function);
    return function;
  }

private:
  /// Names of arguments and axes, for C.
  void nameParts(func::FuncOp function) {
    for (auto [i, argument] : llvm::enumerate(entry->getArguments()))
      if (argument != seed)
        function.setArgAttr(i, MXDialect::kNameAttrName,
                            cast<NameLoc>(argument.getLoc()).getName());
    SmallVector<StringRef> order;
    for (auto [name, extent] : spec.getExtents())
      order.push_back(name);
    function->setAttr(MXDialect::kAxesAttrName, b.getStrArrayAttr(order));
    for (auto [i, names] : llvm::enumerate(axes))
      function.setArgAttr(i, MXDialect::kAxesAttrName, names);
    // Of quantised results the extents are those of codes and scales.
    if (spec.kind == KernelKind::Gemm)
      function.setResultAttr(0, MXDialect::kAxesAttrName, getAxes("m", "n"));
    if (seed)
      function.setArgAttr(seed.getArgNumber(), MXDialect::kSeedAttrName,
                          b.getUnitAttr());
  }

  SmallVector<Value> buildBody() {
    switch (spec.kind) {
    case KernelKind::Gemm:
      return {buildGemm()};
    case KernelKind::Quantize:
      return buildQuantize();
    case KernelKind::Dequantize:
      return {buildDequantize()};
    case KernelKind::Hadamard:
      return {buildHadamard()};
    }
    llvm_unreachable("the kinds are all there");
  }

  Value buildGemm() {
    std::pair<StringRef, int64_t> m("m", spec.m), n("n", spec.n);
    Value left = addOperand("a", m, spec.a, spec.transposeA);
    Value right = addOperand("b", n, spec.b, spec.transposeB);
    auto type = getTensor(spec.m, spec.n, spec.to);
    Value acc = spec.acc ? addMatrix("acc", m, n, spec.to) : Value();
    return MatmulOp::create(
        b, loc, type, left, right, acc, spec.alpha,
        AccumulateAttr::get(b.getContext(), spec.accumulate));
  }

  /// An operand as rows x K, however it is stored.
  Value addOperand(StringRef name, std::pair<StringRef, int64_t> rows,
                   Type element, bool transposed) {
    std::pair<StringRef, int64_t> k("k", spec.k);
    if (!transposed)
      return addMatrix(name, rows, k, element);
    Value stored = addMatrix(name, k, rows, element);
    auto scaled = dyn_cast<ScaledType>(element);
    if (!scaled)
      return swapAxes(stored);
    return TransposeOp::create(
        b, loc, getTensor(rows.second, spec.k, scaled.getTransposed()), stored);
  }

  SmallVector<Value> buildQuantize() {
    Value x = addInput();
    if (spec.amax)
      amax = addArgument("amax", RankedTensorType::get({}, b.getF32Type()));
    if (spec.takesSeed())
      seed = addArgument("seed", b.getI64Type());
    SmallVector<Value> results;
    if (spec.transposed != Transposed::Only)
      results.push_back(quantize(x, spec.stream));
    if (spec.transposed == Transposed::Only)
      results.push_back(quantize(swapAxes(x), spec.stream));
    // An element must not meet its own random bits in another product.
    if (spec.transposed == Transposed::Also)
      results.push_back(quantize(swapAxes(x), spec.stream + 1));
    return results;
  }

  Value quantize(Value x, int64_t stream) {
    if (spec.hadamard)
      x = transform(padToGroup(b, loc, x, spec.hadamard.getSize()));
    auto shape = cast<RankedTensorType>(x.getType()).getShape();
    return QuantizeOp::create(
        b, loc, RankedTensorType::get(shape, spec.to), x, amax,
        spec.drawsBits() ? Value(seed) : Value(), /*origin=*/ValueRange(),
        /*extents=*/ValueRange(), spec.scaleRule,
        RoundingAttr::get(b.getContext(), spec.rounding), spec.prescale,
        b.getI64IntegerAttr(stream), b.getI64IntegerAttr(spec.randomBits),
        spec.scaleMinNormal ? b.getUnitAttr() : UnitAttr());
  }

  Value addInput() {
    return addMatrix("x", {"m", spec.m}, {"k", spec.k}, spec.from);
  }

  Value buildDequantize() {
    Value x = addInput();
    return DequantizeOp::create(b, loc, getTensor(spec.m, spec.k, spec.to), x);
  }

  Value buildHadamard() {
    Value x = addInput();
    if (spec.takesSeed())
      seed = addArgument("seed", b.getI64Type());
    Value result = transform(x);
    if (spec.to.isF32())
      return result;
    Value init = createEmpty(result, spec.to);
    return CastOp::create(
               b, loc, init.getType(), result, init, /*seed=*/Value(),
               /*origin=*/ValueRange(), /*extents=*/ValueRange(),
               /*format=*/TypeAttr(),
               RoundingAttr::get(b.getContext(), Rounding::NearestEven),
               b.getI64IntegerAttr(0), b.getI64IntegerAttr(16))
        .getResult();
  }

  Value transform(Value x) {
    Value init = createEmpty(x, b.getF32Type());
    bool drawn = spec.hadamard.getSigns() == Signs::Seed;
    return HadamardOp::create(b, loc, init.getType(), x, init,
                              drawn ? Value(seed) : Value(), spec.hadamard,
                              spec.signStream)
        .getResult();
  }

  Value swapAxes(Value x) {
    int64_t rank = cast<RankedTensorType>(x.getType()).getRank();
    auto permutation = llvm::to_vector(llvm::seq<int64_t>(0, rank));
    std::swap(permutation[rank - 1], permutation[rank - 2]);
    return transposeTo(b, loc, x, permutation);
  }

  Value createEmpty(Value like, Type element) {
    return tensor::EmptyOp::create(b, loc, tensor::getMixedSizes(b, loc, like),
                                   element);
  }

  /// An argument of two axes, after the batch's.
  BlockArgument addMatrix(StringRef name, std::pair<StringRef, int64_t> rows,
                          std::pair<StringRef, int64_t> columns, Type element) {
    axes.push_back(getAxes(rows.first, columns.first));
    return addArgument(name, getTensor(rows.second, columns.second, element));
  }

  ArrayAttr getAxes(StringRef rows, StringRef columns) {
    SmallVector<StringRef> names;
    if (spec.batch)
      names.push_back("batch");
    names.append({rows, columns});
    return b.getStrArrayAttr(names);
  }

  RankedTensorType getTensor(int64_t rows, int64_t columns, Type element) {
    SmallVector<int64_t> shape;
    if (spec.batch)
      shape.push_back(*spec.batch);
    shape.append({rows, columns});
    return RankedTensorType::get(shape, element);
  }

  BlockArgument addArgument(StringRef name, Type type) {
    return entry->addArgument(type, NameLoc::get(b.getStringAttr(name), loc));
  }

  OpBuilder &b;
  Location loc;
  const KernelSpec &spec;
  Block *entry = nullptr;
  SmallVector<ArrayAttr> axes; ///< of the matrices, which are first
  Value amax;
  BlockArgument seed;
};
} // namespace

OwningOpRef<ModuleOp> mx::buildKernelModule(ArrayRef<KernelSpec> kernels,
                                            MLIRContext &context) {
  context.loadDialect<MXDialect, arith::ArithDialect, func::FuncDialect,
                      linalg::LinalgDialect, tensor::TensorDialect>();
  OpBuilder b(&context);
  OwningOpRef<ModuleOp> module = ModuleOp::create(b.getUnknownLoc());
  for (const KernelSpec &spec : kernels) {
    b.setInsertionPointToEnd(module->getBody());
    if (failed(verify(KernelBuilder(b, spec).build())))
      return {};
  }
  return module;
}
