//===- PackControlFlow.cpp - Packed values through functions and loops ----===//
//
// Upstream's patterns convert calls, returns, scf and cf. Functions have their
// own here, since upstream's leaves the attributes of arguments at the old
// positions, and so have arith.select and scf.forall, which upstream lacks.
//
//===----------------------------------------------------------------------===//

#include "Packing.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/ControlFlow/IR/ControlFlowOps.h"
#include "mlir/Dialect/ControlFlow/Transforms/StructuralTypeConversions.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/Func/Transforms/FuncConversions.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/SCF/Transforms/Patterns.h"

using namespace mlir;

namespace mx {
namespace {

/// Attributes of arguments or results at their new positions: those of a value
/// that becomes several stay with its first part, the codes; all are constant.
SmallVector<Attribute> moveAttributes(ArrayAttr attributes, TypeRange types,
                                      function_ref<size_t(unsigned)> partsOf) {
  SmallVector<Attribute> moved;
  for (auto [index, attribute] :
       llvm::enumerate(attributes.getAsRange<DictionaryAttr>())) {
    NamedAttrList ofOthers;
    if (auto constant = attribute.getNamed(MXDialect::kConstantAttrName))
      ofOthers.push_back(*constant);
    size_t parts = partsOf(index);
    for (size_t part = 0; part < parts; ++part)
      moved.push_back(part == 0
                          ? attribute
                          : ofOthers.getDictionary(attributes.getContext()));
  }
  return moved;
}

struct PackFunction : OpConversionPattern<func::FuncOp> {
  using OpConversionPattern::OpConversionPattern;

  LogicalResult
  matchAndRewrite(func::FuncOp op, OpAdaptor,
                  ConversionPatternRewriter &rewriter) const override {
    FunctionType type = op.getFunctionType();
    TypeConverter::SignatureConversion signature(type.getNumInputs());
    SmallVector<Type> results;
    SmallVector<size_t> resultParts;
    if (failed(getTypeConverter()->convertSignatureArgs(type.getInputs(),
                                                        signature)))
      return rewriter.notifyMatchFailure(op, "an argument has no packed form");
    for (Type result : type.getResults()) {
      size_t before = results.size();
      if (failed(getTypeConverter()->convertType(result, results)))
        return rewriter.notifyMatchFailure(op, "a result has no packed form");
      resultParts.push_back(results.size() - before);
    }
    ArrayAttr arguments = op.getArgAttrsAttr(), returned = op.getResAttrsAttr();
    rewriter.modifyOpInPlace(op, [&] {
      op.setFunctionType(FunctionType::get(
          op.getContext(), signature.getConvertedTypes(), results));
      if (arguments)
        op.setArgAttrsAttr(rewriter.getArrayAttr(
            moveAttributes(arguments, type.getInputs(), [&](unsigned index) {
              auto mapping = signature.getInputMapping(index);
              return mapping ? mapping->size : 0;
            })));
      if (returned)
        op.setResAttrsAttr(rewriter.getArrayAttr(
            moveAttributes(returned, type.getResults(), [&](unsigned index) {
              return resultParts[index];
            })));
    });
    if (!op.isExternal() &&
        failed(rewriter.convertRegionTypes(&op.getBody(), *getTypeConverter(),
                                           &signature)))
      return rewriter.notifyMatchFailure(op, "a block has no packed form");
    return success();
  }
};

struct PackSelect : OpConversionPattern<arith::SelectOp> {
  using OpConversionPattern::OpConversionPattern;
  LogicalResult
  matchAndRewrite(arith::SelectOp op, OneToNOpAdaptor adaptor,
                  ConversionPatternRewriter &rewriter) const override {
    SmallVector<Value> parts;
    for (auto [yes, no] :
         llvm::zip(adaptor.getTrueValue(), adaptor.getFalseValue()))
      parts.push_back(arith::SelectOp::create(
          rewriter, op.getLoc(), adaptor.getCondition().front(), yes, no));
    rewriter.replaceOpWithMultiple(op, {parts});
    return success();
  }
};

SmallVector<Value> flatten(ArrayRef<ValueRange> values) {
  SmallVector<Value> flat;
  for (ValueRange parts : values)
    llvm::append_range(flat, parts);
  return flat;
}

struct PackSwitch : OpConversionPattern<cf::SwitchOp> {
  using OpConversionPattern::OpConversionPattern;
  LogicalResult
  matchAndRewrite(cf::SwitchOp op, OneToNOpAdaptor adaptor,
                  ConversionPatternRewriter &rewriter) const override {
    SmallVector<SmallVector<Value>> cases;
    for (ArrayRef<ValueRange> operands : adaptor.getCaseOperands())
      cases.push_back(flatten(operands));
    SmallVector<ValueRange> caseRanges(cases.begin(), cases.end());
    rewriter.replaceOpWithNewOp<cf::SwitchOp>(
        op, adaptor.getFlag().front(), op.getDefaultDestination(),
        flatten(adaptor.getDefaultOperands()), op.getCaseValuesAttr(),
        op.getCaseDestinations(), caseRanges);
    return success();
  }
};

/// Results in the groups that stand for the old ones.
SmallVector<ValueRange> group(ValueRange values, ArrayRef<size_t> sizes) {
  SmallVector<ValueRange> groups;
  for (size_t size : sizes) {
    groups.push_back(values.take_front(size));
    values = values.drop_front(size);
  }
  return groups;
}

struct PackExecuteRegion : OpConversionPattern<scf::ExecuteRegionOp> {
  using OpConversionPattern::OpConversionPattern;
  LogicalResult
  matchAndRewrite(scf::ExecuteRegionOp op, OneToNOpAdaptor,
                  ConversionPatternRewriter &rewriter) const override {
    SmallVector<Type> types;
    SmallVector<size_t> parts;
    for (Type type : op.getResultTypes()) {
      size_t before = types.size();
      if (failed(getTypeConverter()->convertType(type, types)))
        return rewriter.notifyMatchFailure(op, "a result has no packed form");
      parts.push_back(types.size() - before);
    }
    auto packed = scf::ExecuteRegionOp::create(rewriter, op.getLoc(), types,
                                               op.getNoInlineAttr());
    packed->setDiscardableAttrs(op->getDiscardableAttrDictionary());
    rewriter.inlineRegionBefore(op.getRegion(), packed.getRegion(),
                                packed.getRegion().end());
    if (failed(rewriter.convertRegionTypes(&packed.getRegion(),
                                           *getTypeConverter())))
      return rewriter.notifyMatchFailure(op, "a block has no packed form");
    rewriter.replaceOpWithMultiple(op, group(packed.getResults(), parts));
    return success();
  }
};

/// A loop whose shared outputs are scaled; its in_parallel region has only
/// parallel_insert_slice ops (PackTensors.cpp).
struct PackForall : OpConversionPattern<scf::ForallOp> {
  using OpConversionPattern::OpConversionPattern;
  LogicalResult
  matchAndRewrite(scf::ForallOp op, OneToNOpAdaptor adaptor,
                  ConversionPatternRewriter &rewriter) const override {
    SmallVector<Value> outputs;
    SmallVector<size_t> parts;
    for (ValueRange output : adaptor.getOutputs()) {
      llvm::append_range(outputs, output);
      parts.push_back(output.size());
    }
    TypeConverter::SignatureConversion signature(
        op.getBody()->getNumArguments());
    if (failed(getTypeConverter()->convertSignatureArgs(
            op.getBody()->getArgumentTypes(), signature)))
      return rewriter.notifyMatchFailure(op, "an output has no packed form");
    auto packed = scf::ForallOp::create(
        rewriter, op.getLoc(), op.getMixedLowerBound(), op.getMixedUpperBound(),
        op.getMixedStep(), outputs, op.getMapping(),
        [](OpBuilder &, Location, ValueRange) {});
    packed->setDiscardableAttrs(op->getDiscardableAttrDictionary());
    rewriter.eraseBlock(packed.getBody());
    rewriter.inlineRegionBefore(op.getRegion(), packed.getRegion(),
                                packed.getRegion().end());
    if (failed(rewriter.convertRegionTypes(&packed.getRegion(),
                                           *getTypeConverter(), &signature)))
      return rewriter.notifyMatchFailure(op, "the body has no packed form");
    rewriter.replaceOpWithMultiple(op, group(packed.getResults(), parts));
    return success();
  }
};

} // namespace

void populatePackControlFlow(const PackTypeConverter &converter,
                             RewritePatternSet &patterns,
                             ConversionTarget &target) {
  target.addDynamicallyLegalOp<func::FuncOp>([&](func::FuncOp function) {
    return converter.isSignatureLegal(function.getFunctionType()) &&
           converter.isLegal(&function.getBody());
  });
  populateReturnOpTypeConversionPattern(patterns, converter);
  populateCallOpTypeConversionPattern(patterns, converter);
  scf::populateSCFStructuralTypeConversionsAndLegality(converter, patterns,
                                                       target);
  cf::populateCFStructuralTypeConversionsAndLegality(converter, patterns,
                                                     target);
  // Upstream looks at the yields of the ops it converts alone.
  target.addDynamicallyLegalOp<scf::YieldOp>(
      [&](scf::YieldOp op) { return converter.isLegal(op); });
  patterns
      .add<PackExecuteRegion, PackFunction, PackSelect, PackSwitch, PackForall>(
          converter, patterns.getContext());
}

} // namespace mx
