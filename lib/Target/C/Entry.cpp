//===- Entry.cpp - A plain C function around a lowered one ----------------===//
//
// Pointers and extents become the descriptors that the lowered function takes.
// What can be wrong with them is checked before.
//
//===----------------------------------------------------------------------===//

#include "Parameters.h"

#include "mlir/Conversion/LLVMCommon/MemRefBuilder.h"
#include "mlir/Conversion/LLVMCommon/TypeConverter.h"
#include "mlir/Dialect/Affine/Utils.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/ControlFlow/IR/ControlFlowOps.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mx/Pipelines/CallerMemory.h"

using namespace mlir;
using namespace mx::c;

static constexpr int64_t kAlignment = 64;

namespace {

/// The type of a scalar where C hands it over.
Type getPassedType(Type type) {
  Builder b(type.getContext());
  if (type.isIndex())
    return b.getI64Type();
  if (type.isInteger(1))
    return b.getI8Type();
  if (type.isF16() || type.isBF16())
    return b.getI16Type();
  return type;
}

class EntryBuilder {
public:
  EntryBuilder(ModuleOp module, const Function &function,
               const Library &library, ErrorTable &errors)
      : function(function), library(library), errors(errors),
        b(module.getContext()), loc(module.getLoc()),
        converter(module.getContext()), module(module),
        lowered(module.lookupSymbol<func::FuncOp>(function.name)),
        size(module.lookupSymbol<func::FuncOp>(function.name +
                                               mx::kWorkspaceSuffix.str())),
        pointer(LLVM::LLVMPointerType::get(module.getContext())) {
    loc = lowered.getLoc();
    b.setInsertionPointToEnd(module.getBody());
  }

  /// PREFIX_f_workspace_bytes(extents…): -1 where an extent is negative.
  void buildSize() {
    std::vector<Parameter> parameters = getSizeParameters(function);
    start(function.symbol + "_workspace_bytes", parameters, b.getI64Type());
    for (const Parameter &parameter : getExtentParameters(function))
      failIf(isNegative(parameter), -1);
    Value bytes = createSize();
    // Room to align what the caller gives.
    Value some = compare(arith::CmpIPredicate::ne, bytes, index(0));
    Value more = arith::AddIOp::create(b, loc, bytes, index(kAlignment - 1));
    Value all = arith::SelectOp::create(b, loc, some, more, bytes);
    finish(arith::IndexCastOp::create(b, loc, b.getI64Type(), all));
  }

  /// PREFIX_f(arguments…, results…, extents…, workspace) or (…, stream).
  void buildEntry() {
    std::vector<Parameter> parameters = getParameters(function);
    start(function.symbol, parameters, b.getI32Type());
    for (const Parameter &parameter : getSizeParameters(function))
      failIf(
          isNegative(parameter),
          errors.add(ErrorKind::BadExtent,
                     function.symbol + ": " + parameter.name + " is negative"));
    for (const Parameter &parameter : parameters)
      checkPointer(parameter);
    finish(createCall());
  }

private:
  //===--------------------------------------------------------------------===//
  // The frame
  //===--------------------------------------------------------------------===//

  /// Opens a function, whose last block returns its argument.
  void start(StringRef name, ArrayRef<Parameter> parameters, Type result) {
    SmallVector<Type> types;
    for (const Parameter &parameter : parameters)
      types.push_back(getType(parameter));
    auto entry =
        func::FuncOp::create(b, loc, name, b.getFunctionType(types, {result}));
    Block *body = entry.addEntryBlock();
    exit = b.createBlock(&entry.getBody(), {}, {result}, {loc});
    func::ReturnOp::create(b, loc, exit->getArgument(0));
    b.setInsertionPointToStart(body);
    passed.clear();
    for (auto [parameter, argument] :
         llvm::zip(parameters, body->getArguments()))
      passed[parameter.name] = argument;
    symbols.clear();
    for (const Extent &extent : function.extents)
      symbols.push_back(arith::IndexCastOp::create(b, loc, b.getIndexType(),
                                                   passed[extent.name]));
  }

  void finish(Value result) {
    cf::BranchOp::create(b, loc, exit, result);
    b.setInsertionPointToEnd(module.getBody());
  }

  /// Goes on in a new block unless `condition` holds.
  void failIf(Value condition, int64_t code) {
    Type type = exit->getArgument(0).getType();
    Value result =
        arith::ConstantOp::create(b, loc, b.getIntegerAttr(type, code));
    Block *next = b.getInsertionBlock()->splitBlock(b.getInsertionPoint());
    b.setInsertionPointToEnd(next->getPrevNode());
    cf::CondBranchOp::create(b, loc, condition, exit, ValueRange{result}, next,
                             ValueRange{});
    b.setInsertionPointToStart(next);
  }

  Type getType(const Parameter &parameter) {
    switch (parameter.kind) {
    case Parameter::Kind::Extent:
      return b.getI64Type();
    case Parameter::Kind::Number:
      return getPassedType(parameter.value->type);
    default:
      return pointer;
    }
  }

  //===--------------------------------------------------------------------===//
  // Checks
  //===--------------------------------------------------------------------===//

  Value isNegative(const Parameter &parameter) {
    Value zero = arith::ConstantOp::create(b, loc, b.getI64IntegerAttr(0));
    return compare(arith::CmpIPredicate::slt, passed[parameter.name], zero);
  }

  /// A null pointer may stand for an array without elements only.
  void checkPointer(const Parameter &parameter) {
    if (!isa<LLVM::LLVMPointerType>(getType(parameter)) ||
        parameter.kind == Parameter::Kind::Stream)
      return;
    Value count = index(1);
    if (parameter.kind == Parameter::Kind::Workspace)
      count = createSize();
    else
      for (AffineExpr extent : parameter.value->shape)
        count = arith::MulIOp::create(b, loc, count, expand(extent));
    Value null = LLVM::ZeroOp::create(b, loc, pointer);
    Value isNull = LLVM::ICmpOp::create(b, loc, LLVM::ICmpPredicate::eq,
                                        passed[parameter.name], null);
    Value needed = compare(arith::CmpIPredicate::ne, count, index(0));
    failIf(arith::AndIOp::create(b, loc, isNull, needed),
           errors.add(ErrorKind::NullPointer, function.symbol + ": " +
                                                  parameter.name +
                                                  " is a null pointer"));
    if (library.onDevice && parameter.kind != Parameter::Kind::Workspace)
      checkAlignment(parameter);
  }

  void checkAlignment(const Parameter &parameter) {
    // Of results, arrays only: numbers come to the host.
    if (parameter.value->kind != Slot::Kind::Array)
      return;
    Value address = LLVM::PtrToIntOp::create(b, loc, b.getI64Type(),
                                             passed[parameter.name]);
    Value rest = arith::AndIOp::create(b, loc, address,
                                       toI64(index(mx::kDeviceAlignment - 1)));
    failIf(compare(arith::CmpIPredicate::ne, rest, toI64(index(0))),
           errors.add(ErrorKind::BadAlignment,
                      function.symbol + ": " + parameter.name +
                          " is not aligned to " + Twine(mx::kDeviceAlignment) +
                          " bytes"));
  }

  //===--------------------------------------------------------------------===//
  // Calls
  //===--------------------------------------------------------------------===//

  /// The lowered function's arguments; arrays at `null` where only their
  /// extents matter.
  SmallVector<Value> createArguments(bool withData) {
    SmallVector<Value> arguments;
    auto types = lowered.getArgumentTypes();
    auto add = [&](const Slot &value) {
      Type type = types[arguments.size()];
      switch (value.kind) {
      case Slot::Kind::Array:
        arguments.push_back(createBuffer(
            cast<MemRefType>(type), value.shape,
            withData ? passed[value.name]
                     : LLVM::ZeroOp::create(b, loc, pointer).getResult()));
        break;
      case Slot::Kind::Extent:
        arguments.push_back(expand(value.shape.front()));
        break;
      case Slot::Kind::Scalar:
      case Slot::Kind::Seed:
        arguments.push_back(createScalar(value, type));
        break;
      }
    };
    for (const Slot &value : function.arguments)
      add(value);
    for (const Slot &value : function.results)
      if (value.kind == Slot::Kind::Array)
        add(value);
    return arguments;
  }

  /// A scalar as the lowered function takes it; zero where sizes do not depend
  /// on it and it was not passed.
  Value createScalar(const Slot &value, Type type) {
    Value scalar = passed.lookup(value.name);
    if (!scalar)
      return arith::ConstantOp::create(b, loc, b.getZeroAttr(type));
    if (type.isIndex())
      return arith::IndexCastOp::create(b, loc, type, scalar);
    if (type.isInteger(1)) {
      Value zero = arith::ConstantOp::create(b, loc, b.getI8IntegerAttr(0));
      return compare(arith::CmpIPredicate::ne, scalar, zero);
    }
    if (type != scalar.getType())
      return arith::BitcastOp::create(b, loc, type, scalar);
    return scalar;
  }

  /// The descriptor of a dense row-major array.
  Value createBuffer(MemRefType type, ArrayRef<AffineExpr> shape, Value data) {
    auto descriptor =
        MemRefDescriptor::poison(b, loc, converter.convertType(type));
    descriptor.setAllocatedPtr(b, loc, data);
    descriptor.setAlignedPtr(b, loc, data);
    descriptor.setConstantOffset(b, loc, 0);
    Value stride = toI64(index(1));
    for (unsigned axis = shape.size(); axis-- > 0;) {
      Value extent = toI64(expand(shape[axis]));
      descriptor.setSize(b, loc, axis, extent);
      descriptor.setStride(b, loc, axis, stride);
      stride = arith::MulIOp::create(b, loc, stride, extent);
    }
    return toBuffer(type, descriptor);
  }

  Value toBuffer(MemRefType type, Value descriptor) {
    return UnrealizedConversionCastOp::create(b, loc, TypeRange{type},
                                              ValueRange{descriptor})
        .getResult(0);
  }

  /// The aligned part of the caller's workspace.
  Value createWorkspace(MemRefType type) {
    Value given = passed["workspace"];
    Value address = LLVM::PtrToIntOp::create(b, loc, b.getI64Type(), given);
    Value zero = toI64(index(0));
    Value down = arith::SubIOp::create(b, loc, zero, address);
    Value offset =
        arith::AndIOp::create(b, loc, down, toI64(index(kAlignment - 1)));
    Value aligned = LLVM::GEPOp::create(b, loc, pointer, b.getI8Type(), given,
                                        ArrayRef<LLVM::GEPArg>{offset});
    auto descriptor =
        MemRefDescriptor::poison(b, loc, converter.convertType(type));
    descriptor.setAllocatedPtr(b, loc, aligned);
    descriptor.setAlignedPtr(b, loc, aligned);
    descriptor.setConstantOffset(b, loc, 0);
    descriptor.setSize(b, loc, 0, toI64(createSize()));
    descriptor.setConstantStride(b, loc, 0, 1);
    return toBuffer(type, descriptor);
  }

  Value createSize() {
    return func::CallOp::create(b, loc, size, createArguments(false))
        .getResult(0);
  }

  /// Calls the lowered function; its error code.
  Value createCall() {
    SmallVector<Value> arguments = createArguments(true);
    arguments.push_back(
        createWorkspace(cast<MemRefType>(lowered.getArgumentTypes().back())));
    Value scope =
        library.usesRuntime || library.onDevice ? enterRuntime() : Value();
    Value zero = arith::ConstantOp::create(b, loc, b.getI32IntegerAttr(0));
    Value assertion = library.hasAssertions ? resetAssertion(zero) : Value();
    auto call = func::CallOp::create(b, loc, lowered, arguments);
    Value code = scope ? leaveRuntime(scope) : zero;
    if (assertion)
      code = preferAssertion(assertion, code, zero);
    storeScalars(call);
    return code;
  }

  void storeScalars(func::CallOp call) {
    unsigned number = 0;
    for (const Slot &value : function.results) {
      if (value.kind == Slot::Kind::Array)
        continue;
      Value scalar = call.getResult(number++);
      if (value.kind != Slot::Kind::Scalar)
        continue;
      Type type = getPassedType(scalar.getType());
      if (scalar.getType().isIndex())
        scalar = arith::IndexCastOp::create(b, loc, type, scalar);
      else if (scalar.getType().isInteger(1))
        scalar = arith::ExtUIOp::create(b, loc, type, scalar);
      else if (type != scalar.getType())
        scalar = arith::BitcastOp::create(b, loc, type, scalar);
      LLVM::StoreOp::create(b, loc, scalar, passed[value.name]);
    }
  }

  //===--------------------------------------------------------------------===//
  // Assertions and the runtime
  //===--------------------------------------------------------------------===//

  /// The variable of a failed assertion's code, with no failure in it.
  Value resetAssertion(Value zero) {
    Value room = LLVM::AddressOfOp::create(b, loc, pointer, kAssertionCode);
    LLVM::StoreOp::create(b, loc, zero, room);
    return room;
  }

  /// The code of an assertion that failed, else `code`.
  Value preferAssertion(Value room, Value code, Value zero) {
    Value found = LLVM::LoadOp::create(b, loc, b.getI32Type(), room);
    Value failed = compare(arith::CmpIPredicate::ne, found, zero);
    return arith::SelectOp::create(b, loc, failed, found, code);
  }

  LLVM::LLVMFuncOp declare(StringRef name, Type result, ArrayRef<Type> types) {
    if (auto known = module.lookupSymbol<LLVM::LLVMFuncOp>(name))
      return known;
    OpBuilder::InsertionGuard guard(b);
    b.setInsertionPointToStart(module.getBody());
    return LLVM::LLVMFuncOp::create(b, loc, name,
                                    LLVM::LLVMFunctionType::get(result, types));
  }

  /// Between mx_enter and mx_leave, or mx_cuda_enter and mx_cuda_leave, an
  /// error of the runtime is a status.
  Value enterRuntime() {
    // An mx_scope or mx_cuda_scope.
    auto words = LLVM::LLVMArrayType::get(b.getI64Type(), 4);
    Value one = toI64(index(1));
    Value scope = LLVM::AllocaOp::create(b, loc, pointer, words, one);
    Value choice = library.onDevice ? passed["stream"]
                                    : toI64(index(library.options.threads));
    auto enter = declare(library.onDevice ? "mx_cuda_enter" : "mx_enter",
                         LLVM::LLVMVoidType::get(b.getContext()),
                         {pointer, choice.getType()});
    LLVM::CallOp::create(b, loc, enter, ValueRange{scope, choice});
    return scope;
  }

  Value leaveRuntime(Value scope) {
    auto leave = declare(library.onDevice ? "mx_cuda_leave" : "mx_leave",
                         b.getI32Type(), {pointer});
    Value status =
        LLVM::CallOp::create(b, loc, leave, ValueRange{scope}).getResult();
    Value zero = arith::ConstantOp::create(b, loc, b.getI32IntegerAttr(0));
    Value code = arith::ConstantOp::create(
        b, loc, b.getI32IntegerAttr(errors.add(ErrorKind::Runtime, "runtime")));
    Value failed = compare(arith::CmpIPredicate::ne, status, zero);
    return arith::SelectOp::create(b, loc, failed, code, zero);
  }

  //===--------------------------------------------------------------------===//
  // Numbers
  //===--------------------------------------------------------------------===//

  Value index(int64_t value) {
    return arith::ConstantIndexOp::create(b, loc, value);
  }
  Value toI64(Value value) {
    return arith::IndexCastOp::create(b, loc, b.getI64Type(), value);
  }
  Value compare(arith::CmpIPredicate predicate, Value left, Value right) {
    return arith::CmpIOp::create(b, loc, predicate, left, right);
  }
  Value expand(AffineExpr expression) {
    return affine::expandAffineExpr(b, loc, expression, {}, symbols);
  }

  const Function &function;
  const Library &library;
  ErrorTable &errors;
  OpBuilder b;
  Location loc;
  LLVMTypeConverter converter;
  ModuleOp module;
  func::FuncOp lowered, size;
  Type pointer;
  Block *exit = nullptr;
  llvm::StringMap<Value> passed; ///< arguments by name
  SmallVector<Value> symbols;    ///< extents
};

} // namespace

void mx::c::addEntry(ModuleOp module, const Function &function,
                     const Library &library, ErrorTable &errors) {
  EntryBuilder builder(module, function, library, errors);
  builder.buildSize();
  builder.buildEntry();
  module.lookupSymbol<func::FuncOp>(function.name).setPrivate();
}
