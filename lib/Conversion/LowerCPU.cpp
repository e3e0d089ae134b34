//===- LowerCPU.cpp - Packed ops to calls of libmx_runtime ----------------===//
//
// mx-lower-cpu: each op on memrefs becomes one call of the C ABI of
// mx-runtime/mx_runtime.h; what its attributes say becomes a constant record
// (RuntimeRecords.cpp), the call itself is made by RuntimeCalls.cpp.
//
//===----------------------------------------------------------------------===//

#include "RuntimeCalls.h"
#include "RuntimeRecords.h"

#include "mx/Conversion/Passes.h"
#include "mx/Conversion/Patterns.h"
#include "mx/Dialect/MX/IR/Formats.h"

#include "mlir/Transforms/WalkPatternRewriteDriver.h"

using namespace mlir;

namespace mx {
#define GEN_PASS_DEF_MXLOWERCPU
#include "mx/Conversion/Passes.h.inc"

namespace {

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

template <typename OpTy> struct RuntimePattern : OpRewritePattern<OpTy> {
  RuntimePattern(MLIRContext *context, RuntimeSymbols *symbols)
      : OpRewritePattern<OpTy>(context), symbols(symbols) {}

  LogicalResult matchAndRewrite(OpTy op,
                                PatternRewriter &rewriter) const final {
    if (llvm::any_of(op->getOperandTypes(), llvm::IsaPred<TensorType>))
      return rewriter.notifyMatchFailure(op, "not bufferized");
    if (!op->template getParentOfType<ModuleOp>())
      return rewriter.notifyMatchFailure(op, "no module for declarations");
    emitCalls(op, rewriter);
    rewriter.eraseOp(op);
    return success();
  }

  virtual void emitCalls(OpTy op, RewriterBase &rewriter) const = 0;

  RuntimeSymbols *symbols;
};

/// Indices, then extents, along the axes of the K-innermost operand.
SmallVector<Value> getOrigin(ValueRange origin, ValueRange extents,
                             bool transpose) {
  SmallVector<Value> values(origin);
  if (transpose && values.size() > 1)
    std::swap(values[values.size() - 1], values[values.size() - 2]);
  llvm::append_range(values, extents);
  return values;
}

struct LowerQuantize : RuntimePattern<PackedQuantizeOp> {
  using RuntimePattern::RuntimePattern;

  static void addOperands(RuntimeCall &call, PackedQuantizeOp op, unsigned i,
                          bool withInput) {
    QuantizerAttr quantizer = op.getQuantizerAttrs()[i];
    OperandRange inits = op.getInitsOf(i);
    Type f32 = Float32Type::get(op.getContext());
    bool twoLevel = quantizer.getFormat().getHasTensorScale();
    call.addRecord(getQuantizeRecord(quantizer));
    if (withInput)
      call.addBuffer(op.getInput());
    call.addOptional(twoLevel ? op.getTensorAmax() : Value(), f32);
    call.addSeed(op.getSeed());
    call.addIndices(
        getOrigin(op.getOrigin(), op.getExtents(), quantizer.getTranspose()));
    call.addBuffer(inits[0]);
    call.addBuffer(inits[1]);
    call.addOptional(twoLevel ? inits[2] : Value(), f32);
  }

  void emitCalls(PackedQuantizeOp op, RewriterBase &rewriter) const final {
    SmallVector<QuantizerAttr> quantizers = op.getQuantizerAttrs();
    std::string type = getTypeName(getElement(op.getInput()));
    StringRef suffix = getScaleSuffix(quantizers[0].getFormat());
    // One entry point takes both where the scales are of one type.
    if (quantizers.size() == 2 &&
        getScaleSuffix(quantizers[1].getFormat()) == suffix) {
      RuntimeCall call(rewriter, op, symbols);
      call.addBuffer(op.getInput());
      for (unsigned i = 0; i < 2; ++i)
        addOperands(call, op, i, /*withInput=*/false);
      call.emit(("quantize2_" + type + suffix).str());
      return;
    }
    for (auto [i, quantizer] : llvm::enumerate(quantizers)) {
      RuntimeCall call(rewriter, op, symbols);
      addOperands(call, op, i, /*withInput=*/true);
      call.emit(
          ("quantize_" + type + getScaleSuffix(quantizer.getFormat())).str());
    }
  }
};

struct LowerDequantize : RuntimePattern<PackedDequantizeOp> {
  using RuntimePattern::RuntimePattern;
  void emitCalls(PackedDequantizeOp op, RewriterBase &rewriter) const final {
    RuntimeCall call(rewriter, op, symbols);
    call.addRecord(getDequantizeRecord(op));
    call.addBuffer(op.getCodes());
    call.addBuffer(op.getScale());
    call.addOptional(op.getTensorScale(), rewriter.getF32Type());
    call.addBuffer(op.getInit());
    call.emit(("dequantize_" + getTypeName(getElement(op.getInit())) +
               getScaleSuffix(op.getScaledFormat()))
                  .str());
  }
};

struct LowerMatmul : RuntimePattern<PackedMatmulOp> {
  using RuntimePattern::RuntimePattern;

  /// Adds an operand's three buffers; returns its part of the symbol.
  static std::string addOperand(RuntimeCall &call, OperandRange values,
                                ScaledType format) {
    MLIRContext *context = values.front().getContext();
    call.addBuffer(values[0]);
    call.addOptional(format ? values[1] : Value(),
                     IntegerType::get(context, 8));
    call.addOptional(values.size() > 2 ? values[2] : Value(),
                     Float32Type::get(context));
    return format ? getScaleSuffix(format).str()
                  : "_" + getTypeName(getElement(values[0]));
  }

  void emitCalls(PackedMatmulOp op, RewriterBase &rewriter) const final {
    RuntimeCall call(rewriter, op, symbols);
    call.addRecord(getMatmulRecord(op));
    std::string a = addOperand(call, op.getA(), op.getAScaledFormat());
    std::string b = addOperand(call, op.getB(), op.getBScaledFormat());
    Type resultType = getElement(op.getInit());
    call.addOptional(op.getAcc(), resultType);
    call.addBuffer(op.getInit());
    call.emit("matmul" + a + b + "_" + getTypeName(resultType));
  }
};

struct LowerHadamard : RuntimePattern<HadamardOp> {
  using RuntimePattern::RuntimePattern;
  void emitCalls(HadamardOp op, RewriterBase &rewriter) const final {
    RuntimeCall call(rewriter, op, symbols);
    call.addRecord(getHadamardRecord(op));
    call.addBuffer(op.getInput());
    call.addSeed(op.getSeed());
    call.addBuffer(op.getInit());
    call.emit("hadamard_" + getTypeName(getElement(op.getInput())));
  }
};

struct LowerCast : RuntimePattern<CastOp> {
  using RuntimePattern::RuntimePattern;
  void emitCalls(CastOp op, RewriterBase &rewriter) const final {
    RuntimeCall call(rewriter, op, symbols);
    call.addRecord(getCastRecord(op));
    call.addBuffer(op.getInput());
    call.addSeed(op.getSeed());
    call.addIndices(
        getOrigin(op.getOrigin(), op.getExtents(), /*transpose=*/false));
    call.addBuffer(op.getInit());
    Type stored = getElement(op.getInit());
    if (!stored.isBF16() && !stored.isF16() && !stored.isInteger())
      stored = getCodeStorageType(stored);
    call.emit("cast_" + getTypeName(getElement(op.getInput())) + "_" +
              getTypeName(stored));
  }
};

struct LowerRelayout : RuntimePattern<PackedRelayoutOp> {
  using RuntimePattern::RuntimePattern;
  void emitCalls(PackedRelayoutOp op, RewriterBase &rewriter) const final {
    RuntimeCall call(rewriter, op, symbols);
    call.addRecord(getRelayoutRecord(op));
    call.addBuffer(op.getInput());
    call.addBuffer(op.getInit());
    call.emit("relayout");
  }
};

struct LowerCPU : impl::MXLowerCPUBase<LowerCPU> {
  void runOnOperation() final {
    RuntimeSymbols symbols;
    RewritePatternSet patterns(&getContext());
    populateLowerCPUPatterns(patterns, &symbols);
    populateLowerSeedPatterns(patterns);
    walkAndApplyPatterns(getOperation(), std::move(patterns));
    getOperation().walk([&](Operation *op) {
      if (!isa_and_nonnull<MXDialect>(op->getDialect()))
        return;
      op->emitOpError() << "expected a packed op on memrefs for target cpu, "
                           "but found '"
                        << op->getName()
                        << "' on tensors; run 'mx-pack' and "
                           "'one-shot-bufferize' first";
      signalPassFailure();
    });
  }
};

} // namespace

void populateLowerCPUPatterns(RewritePatternSet &patterns,
                              RuntimeSymbols *symbols) {
  patterns.add<LowerQuantize, LowerDequantize, LowerMatmul, LowerHadamard,
               LowerCast, LowerRelayout>(patterns.getContext(), symbols);
}

} // namespace mx
