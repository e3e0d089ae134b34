//===- DeviceMemory.cpp - Buffers of a program in GPU memory --------------===//
//
// mx-device-memory: every memref of a function's body is in global memory of
// the GPU (memory space 1); public functions keep host memrefs at their
// boundary and copy once in and once out, or take and return device memory.
//
//===----------------------------------------------------------------------===//

#include "mx/Conversion/Passes.h"

#include "mlir/Conversion/LLVMCommon/TypeConverter.h"
#include "mlir/Dialect/GPU/IR/GPUDialect.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/IR/AttrTypeSubElements.h"
#include "mlir/IR/SymbolTable.h"

using namespace mlir;

namespace mx {
#define GEN_PASS_DEF_MXDEVICEMEMORY
#include "mx/Conversion/Passes.h.inc"

namespace {

constexpr int64_t kGlobalSpace = 1;

MemRefType moveToDevice(MemRefType type) {
  if (type.getMemorySpace())
    return type;
  auto space =
      IntegerAttr::get(IntegerType::get(type.getContext(), 64), kGlobalSpace);
  return MemRefType::get(type.getShape(), type.getElementType(),
                         type.getLayout(), space);
}

MemRefType moveToHost(MemRefType type) {
  return MemRefType::get(type.getShape(), type.getElementType(),
                         type.getLayout());
}

/// Sizes of the dynamic axes of a buffer.
SmallVector<Value> getDynamicSizes(OpBuilder &b, Location loc, Value buffer) {
  auto type = cast<MemRefType>(buffer.getType());
  SmallVector<Value> sizes;
  for (int64_t axis = 0; axis < type.getRank(); ++axis)
    if (type.isDynamicDim(axis))
      sizes.push_back(memref::DimOp::create(b, loc, buffer, axis));
  return sizes;
}

Value copyTo(OpBuilder &b, Location loc, Value buffer, MemRefType type) {
  Value result =
      memref::AllocOp::create(b, loc, type, getDynamicSizes(b, loc, buffer));
  memref::CopyOp::create(b, loc, buffer, result);
  return result;
}

/// The descriptor of a host buffer as that of one at the same addresses, which
/// are the device's.
Value moveDescriptor(OpBuilder &b, Location loc, Value value, Type type) {
  auto pointer = LLVM::LLVMPointerType::get(b.getContext(), kGlobalSpace);
  auto structure = cast<LLVM::LLVMStructType>(type);
  Value result = LLVM::PoisonOp::create(b, loc, type);
  for (int64_t i = 0, e = structure.getBody().size(); i < e; ++i) {
    Value field = LLVM::ExtractValueOp::create(b, loc, value, i);
    if (structure.getBody()[i] == pointer)
      field = LLVM::AddrSpaceCastOp::create(b, loc, pointer, field);
    result = LLVM::InsertValueOp::create(b, loc, result, field, i);
  }
  return result;
}

struct DeviceMemory : impl::MXDeviceMemoryBase<DeviceMemory> {
  using MXDeviceMemoryBase::MXDeviceMemoryBase;

  void runOnOperation() final {
    SymbolTable symbols(getOperation());
    SmallVector<func::FuncOp> functions(getOperation().getOps<func::FuncOp>());
    for (func::FuncOp function : functions)
      if (function.isPublic() && !function.isExternal() && !deviceArrays)
        addBoundary(symbols, function);
    for (func::FuncOp function : getOperation().getOps<func::FuncOp>())
      if (!function.isPublic() || deviceArrays)
        moveTypes(function);
    getOperation().walk([&](gpu::GPUModuleOp module) { moveTypes(module); });
  }

private:
  /// What a public function did becomes a private one on device buffers; the
  /// public one copies.
  void addBoundary(SymbolTable &symbols, func::FuncOp function) {
    OpBuilder b(function);
    auto device = cast<func::FuncOp>(b.clone(*function));
    device.setName((function.getName() + "_on_device").str());
    device.setPrivate();
    symbols.insert(device);
    // Calls inside the module stay on the device.
    if (failed(SymbolTable::replaceAllSymbolUses(function, device.getNameAttr(),
                                                 getOperation())))
      return signalPassFailure();
    function.eraseBody();
    Location loc = function.getLoc();
    b.setInsertionPointToStart(function.addEntryBlock());
    SmallVector<Value> arguments, owned;
    for (Value argument : function.getArguments()) {
      auto type = dyn_cast<MemRefType>(argument.getType());
      arguments.push_back(type ? copyTo(b, loc, argument, moveToDevice(type))
                               : argument);
      if (type)
        owned.push_back(arguments.back());
    }
    SmallVector<Type> types;
    for (Type type : function.getResultTypes()) {
      auto buffer = dyn_cast<MemRefType>(type);
      types.push_back(buffer ? Type(moveToDevice(buffer)) : type);
    }
    auto call =
        func::CallOp::create(b, loc, device.getName(), types, arguments);
    // A buffer may be returned more than once.
    DenseSet<Value> returned;
    Operation *end = device.getBody().back().getTerminator();
    SmallVector<Value> results;
    for (auto [result, source] :
         llvm::zip(call.getResults(), end->getOperands())) {
      auto type = dyn_cast<MemRefType>(result.getType());
      results.push_back(type ? copyTo(b, loc, result, moveToHost(type))
                             : result);
      if (type && returned.insert(source).second)
        owned.push_back(result);
    }
    for (Value buffer : owned)
      memref::DeallocOp::create(b, loc, buffer);
    func::ReturnOp::create(b, loc, results);
  }

  /// A cast to memory space 1 means a copy there, made once for a global.
  static void uploadConstant(memref::GetGlobalOp op) {
    OpBuilder b(op);
    b.setInsertionPointAfter(op);
    auto cast = memref::MemorySpaceCastOp::create(
        b, op.getLoc(), moveToDevice(op.getType()), op.getResult());
    op.getResult().replaceAllUsesExcept(cast.getResult(), cast);
  }

  /// A descriptor of the caller's pointers.
  static void moveGiven(UnrealizedConversionCastOp op) {
    auto type = dyn_cast<MemRefType>(op.getResultTypes().front());
    if (!type || op.getNumOperands() != 1 ||
        !isa<LLVM::LLVMStructType>(op.getOperand(0).getType()))
      return;
    OpBuilder b(op);
    LLVMTypeConverter converter(op.getContext());
    op.setOperand(0, moveDescriptor(b, op.getLoc(), op.getOperand(0),
                                    converter.convertType(moveToDevice(type))));
  }

  void moveTypes(Operation *op) {
    AttrTypeReplacer replacer;
    replacer.addReplacement(
        [](MemRefType type) -> std::optional<std::pair<Type, WalkResult>> {
          return std::make_pair(Type(moveToDevice(type)), WalkResult::skip());
        });
    op->walk([&](Operation *inner) {
      if (auto constant = dyn_cast<memref::GetGlobalOp>(inner))
        return uploadConstant(constant);
      if (auto cast = dyn_cast<UnrealizedConversionCastOp>(inner))
        moveGiven(cast);
      // A thread's own memory.
      if (!isa<memref::AllocaOp>(inner))
        replacer.replaceElementsIn(inner, /*replaceAttrs=*/true,
                                   /*replaceLocs=*/false,
                                   /*replaceTypes=*/true);
    });
  }
};

} // namespace
} // namespace mx
