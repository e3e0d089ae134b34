//===- LowerCPU.cpp - Packed ops to calls of libmx_runtime ----------------===//
//
// mx-lower-cpu: every packed op on memrefs becomes one call of the entry points
// that mx_runtime.h lists. Memrefs travel unranked, attributes as a constant
// record, an absent operand as a memref of size 0.
//
//===----------------------------------------------------------------------===//

#include "RuntimeRecords.h"

#include "mx/Conversion/Passes.h"
#include "mx/Dialect/MX/IR/Formats.h"

#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/IR/SymbolTable.h"
#include "mlir/Transforms/WalkPatternRewriteDriver.h"
#include "llvm/Support/xxhash.h"

using namespace mlir;

namespace mx {
#define GEN_PASS_DEF_MXLOWERCPU
#include "mx/Conversion/Passes.h.inc"

namespace {

/// Builds the operands of one call, and the globals and declarations it needs.
class CallBuilder {
public:
  CallBuilder(RewriterBase &rewriter, Operation *op)
      : b(rewriter), loc(op->getLoc()),
        module(op->getParentOfType<ModuleOp>()) {}

  void addRecord(ArrayRef<int64_t> words) {
    auto type = MemRefType::get({int64_t(words.size())}, b.getI64Type());
    auto value = DenseElementsAttr::get(
        RankedTensorType::get(type.getShape(), b.getI64Type()), words);
    addBuffer(memref::GetGlobalOp::create(
        b, loc, type, getRecordSymbol(type, value)));
  }

  /// A buffer, or an absent one of the element type where `buffer` is null.
  void addBuffer(Value buffer, Type absentElement = Type()) {
    if (!buffer)
      buffer = memref::AllocaOp::create(
          b, loc, MemRefType::get({0}, absentElement));
    auto type = cast<BaseMemRefType>(buffer.getType());
    operands.push_back(memref::CastOp::create(
        b, loc,
        UnrankedMemRefType::get(type.getElementType(), type.getMemorySpace()),
        buffer));
  }

  void addSeed(Value seed) {
    operands.push_back(
        seed ? seed
             : arith::ConstantOp::create(b, loc, b.getI64IntegerAttr(0)));
  }

  /// Indices of the origin, then extents, as i64; absent without them.
  void addOrigin(ValueRange origin, ValueRange extents, bool transpose) {
    if (origin.empty())
      return addBuffer({}, b.getI64Type());
    SmallVector<Value> values(origin);
    if (transpose && values.size() > 1)
      std::swap(values[values.size() - 1], values[values.size() - 2]);
    llvm::append_range(values, extents);
    Value buffer = memref::AllocaOp::create(
        b, loc, MemRefType::get({int64_t(values.size())}, b.getI64Type()));
    for (auto [position, value] : llvm::enumerate(values)) {
      Value word =
          arith::IndexCastOp::create(b, loc, b.getI64Type(), value);
      Value index = arith::ConstantIndexOp::create(b, loc, position);
      memref::StoreOp::create(b, loc, word, buffer, index);
    }
    addBuffer(buffer);
  }

  void call(const Twine &symbol) {
    std::string name = symbol.str();
    auto type = b.getFunctionType(ValueRange(operands).getTypes(), {});
    if (!module.lookupSymbol(name)) {
      OpBuilder::InsertionGuard guard(b);
      b.setInsertionPointToStart(module.getBody());
      auto function = func::FuncOp::create(b, loc, name, type);
      function.setPrivate();
      function->setAttr(LLVM::LLVMDialect::getEmitCWrapperAttrName(),
                        b.getUnitAttr());
    }
    func::CallOp::create(b, loc, name, TypeRange(), operands);
  }

private:
  /// One global per distinct record, named by a hash of its words so that
  /// every run of the compiler prints the same module.
  std::string getRecordSymbol(MemRefType type, DenseElementsAttr value) {
    ArrayRef<char> bytes = value.getRawData();
    std::string stem = "mx_record_" + llvm::utohexstr(llvm::xxh3_64bits(
                           ArrayRef(reinterpret_cast<const uint8_t *>(bytes.data()), bytes.size())));
    for (unsigned suffix = 0;; ++suffix) {
      std::string name = stem + (suffix ? "_" + std::to_string(suffix) : "");
      auto global = module.lookupSymbol<memref::GlobalOp>(name);
      if (global && global.getInitialValue() == Attribute(value))
        return name;
      if (module.lookupSymbol(name))
        continue;
      OpBuilder::InsertionGuard guard(b);
      b.setInsertionPointToStart(module.getBody());
      memref::GlobalOp::create(b, loc, name, b.getStringAttr("private"), type,
                               value, /*constant=*/true,
                               /*alignment=*/IntegerAttr());
      return name;
    }
  }

  RewriterBase &b;
  Location loc;
  ModuleOp module;
  SmallVector<Value> operands;
};

std::string getTypeName(Type type) {
  std::string name;
  llvm::raw_string_ostream(name) << type;
  return name;
}

Type getElement(Value buffer) {
  return cast<MemRefType>(buffer.getType()).getElementType();
}

StringRef getScaleSuffix(ScaledType format) {
  return format.getScale().isF32() ? "_s32" : "_s8";
}

template <typename OpTy>
struct RuntimePattern : OpRewritePattern<OpTy> {
  using OpRewritePattern<OpTy>::OpRewritePattern;

  LogicalResult matchAndRewrite(OpTy op,
                                PatternRewriter &rewriter) const final {
    if (op->getNumResults() != 0)
      return rewriter.notifyMatchFailure(op, "not bufferized");
    emitCalls(op, rewriter);
    rewriter.eraseOp(op);
    return success();
  }

  virtual void emitCalls(OpTy op, RewriterBase &rewriter) const = 0;
};

struct LowerQuantize : RuntimePattern<PackedQuantizeOp> {
  using RuntimePattern::RuntimePattern;

  static void addArguments(CallBuilder &call, PackedQuantizeOp op, unsigned i,
                           bool withInput, RewriterBase &rewriter) {
    QuantizerAttr quantizer = op.getQuantizerAttrs()[i];
    OperandRange inits = op.getInitsOf(i);
    call.addRecord(getQuantizeRecord(quantizer));
    if (withInput)
      call.addBuffer(op.getInput());
    bool twoLevel = quantizer.getFormat().getHasTensorScale();
    call.addBuffer(twoLevel ? op.getTensorAmax() : Value(),
                   rewriter.getF32Type());
    call.addSeed(op.getSeed());
    call.addOrigin(op.getOrigin(), op.getExtents(), quantizer.getTranspose());
    call.addBuffer(inits[0]);
    call.addBuffer(inits[1]);
    call.addBuffer(twoLevel ? inits[2] : Value(), rewriter.getF32Type());
  }

  void emitCalls(PackedQuantizeOp op, RewriterBase &rewriter) const final {
    SmallVector<QuantizerAttr> quantizers = op.getQuantizerAttrs();
    std::string type = getTypeName(getElement(op.getInput()));
    bool sameScale =
        quantizers.size() == 2 && getScaleSuffix(quantizers[0].getFormat()) ==
                                      getScaleSuffix(quantizers[1].getFormat());
    if (sameScale) {
      CallBuilder call(rewriter, op);
      call.addBuffer(op.getInput());
      for (unsigned i = 0; i < 2; ++i)
        addArguments(call, op, i, /*withInput=*/false, rewriter);
      call.call("mx_runtime_quantize2_" + type +
                getScaleSuffix(quantizers[0].getFormat()));
      return;
    }
    for (auto [i, quantizer] : llvm::enumerate(quantizers)) {
      CallBuilder call(rewriter, op);
      addArguments(call, op, i, /*withInput=*/true, rewriter);
      call.call("mx_runtime_quantize_" + type +
                getScaleSuffix(quantizer.getFormat()));
    }
  }
};

struct LowerDequantize : RuntimePattern<PackedDequantizeOp> {
  using RuntimePattern::RuntimePattern;
  void emitCalls(PackedDequantizeOp op, RewriterBase &rewriter) const final {
    CallBuilder call(rewriter, op);
    call.addRecord(getDequantizeRecord(op));
    call.addBuffer(op.getCodes());
    call.addBuffer(op.getScale());
    call.addBuffer(op.getTensorScale(), rewriter.getF32Type());
    call.addBuffer(op.getInit());
    call.call("mx_runtime_dequantize_" + getTypeName(getElement(op.getInit())) +
              getScaleSuffix(op.getScaledFormat()));
  }
};

struct LowerMatmul : RuntimePattern<PackedMatmulOp> {
  using RuntimePattern::RuntimePattern;

  /// Adds an operand's three buffers; returns its part of the symbol.
  static std::string addOperand(CallBuilder &call, OperandRange values,
                                ScaledType format, RewriterBase &rewriter) {
    call.addBuffer(values[0]);
    call.addBuffer(format ? values[1] : Value(), rewriter.getI8Type());
    call.addBuffer(values.size() > 2 ? values[2] : Value(),
                   rewriter.getF32Type());
    return format ? getScaleSuffix(format).str()
                  : "_" + getTypeName(getElement(values[0]));
  }

  void emitCalls(PackedMatmulOp op, RewriterBase &rewriter) const final {
    CallBuilder call(rewriter, op);
    call.addRecord(getMatmulRecord(op));
    std::string a = addOperand(call, op.getA(), op.getAScaledFormat(), rewriter);
    std::string b = addOperand(call, op.getB(), op.getBScaledFormat(), rewriter);
    Type resultType = getElement(op.getInit());
    call.addBuffer(op.getAcc(), resultType);
    call.addBuffer(op.getInit());
    call.call("mx_runtime_matmul" + a + b + "_" + getTypeName(resultType));
  }
};

struct LowerHadamard : RuntimePattern<HadamardOp> {
  using RuntimePattern::RuntimePattern;
  void emitCalls(HadamardOp op, RewriterBase &rewriter) const final {
    CallBuilder call(rewriter, op);
    call.addRecord(getHadamardRecord(op));
    call.addBuffer(op.getInput());
    call.addSeed(op.getSeed());
    call.addBuffer(op.getInit());
    call.call("mx_runtime_hadamard_" + getTypeName(getElement(op.getInput())));
  }
};

struct LowerRelayout : RuntimePattern<PackedRelayoutOp> {
  using RuntimePattern::RuntimePattern;
  void emitCalls(PackedRelayoutOp op, RewriterBase &rewriter) const final {
    CallBuilder call(rewriter, op);
    call.addRecord(getRelayoutRecord(op));
    call.addBuffer(op.getInput());
    call.addBuffer(op.getInit());
    call.call("mx_runtime_relayout");
  }
};

struct LowerCPU : impl::MXLowerCPUBase<LowerCPU> {
  void runOnOperation() final {
    RewritePatternSet patterns(&getContext());
    patterns.add<LowerQuantize, LowerDequantize, LowerMatmul, LowerHadamard,
                 LowerRelayout>(&getContext());
    walkAndApplyPatterns(getOperation(), std::move(patterns));
  }
};

} // namespace
} // namespace mx
