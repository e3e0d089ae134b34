//===- DeviceCalls.cpp - Host code to calls of libmx_cuda_runtime ---------===//
//
// mx-device-calls: what the host does with device memory and kernels becomes
// calls of the C ABI in mx-runtime/mx_cuda.h.
//
//===----------------------------------------------------------------------===//

#include "KernelBinaries.h"
#include "mx/Conversion/Passes.h"

#include "mlir/Conversion/LLVMCommon/Pattern.h"
#include "mlir/Dialect/GPU/IR/GPUDialect.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"

using namespace mlir;

namespace mx {
#define GEN_PASS_DEF_MXDEVICECALLS
#include "mx/Conversion/Passes.h.inc"

namespace {

bool isOnDevice(Type type) {
  auto buffer = dyn_cast<MemRefType>(type);
  return buffer && buffer.getMemorySpaceAsInt() == 1;
}

/// Calls a function of the C ABI, which takes pointers and i64.
Value callRuntime(OpBuilder &b, Operation *op, StringRef name, Type result,
                  ValueRange operands) {
  auto module = op->getParentOfType<ModuleOp>();
  auto function = module.lookupSymbol<LLVM::LLVMFuncOp>(name);
  if (!function) {
    OpBuilder::InsertionGuard guard(b);
    b.setInsertionPointToStart(module.getBody());
    SmallVector<Type> types(operands.getTypes());
    Type returned =
        result ? result : Type(LLVM::LLVMVoidType::get(b.getContext()));
    function = LLVM::LLVMFuncOp::create(
        b, module.getLoc(), name, LLVM::LLVMFunctionType::get(returned, types));
  }
  auto call = LLVM::CallOp::create(b, op->getLoc(), function, operands);
  return result ? call.getResult() : Value();
}

/// A pointer without an address space, as the C ABI takes it.
Value toGeneric(OpBuilder &b, Location loc, Value pointer) {
  auto type = LLVM::LLVMPointerType::get(b.getContext());
  return pointer.getType() == type
             ? pointer
             : LLVM::AddrSpaceCastOp::create(b, loc, type, pointer);
}

/// Memory of the enclosing function's frame.
Value allocateOnStack(OpBuilder &b, Operation *op, Type type, int64_t count) {
  OpBuilder::InsertionGuard guard(b);
  auto function = op->getParentOfType<FunctionOpInterface>();
  b.setInsertionPointToStart(&function.getFunctionBody().front());
  Value size = LLVM::ConstantOp::create(b, op->getLoc(), b.getI64Type(), count);
  return LLVM::AllocaOp::create(
      b, op->getLoc(), LLVM::LLVMPointerType::get(b.getContext()), type, size);
}

/// A zero-initialised pointer that the runtime keeps something in.
Value getSlot(OpBuilder &b, Operation *op, const Twine &name) {
  auto module = op->getParentOfType<ModuleOp>();
  auto pointer = LLVM::LLVMPointerType::get(b.getContext());
  std::string symbol = name.str();
  auto global = module.lookupSymbol<LLVM::GlobalOp>(symbol);
  if (!global) {
    OpBuilder::InsertionGuard guard(b);
    b.setInsertionPointToStart(module.getBody());
    global = LLVM::GlobalOp::create(
        b, op->getLoc(), pointer, /*isConstant=*/false, LLVM::Linkage::Internal,
        symbol, Attribute(), /*alignment=*/8);
    Block *block = b.createBlock(&global.getInitializerRegion());
    b.setInsertionPointToStart(block);
    Value null = LLVM::ZeroOp::create(b, op->getLoc(), pointer);
    LLVM::ReturnOp::create(b, op->getLoc(), null);
  }
  return LLVM::AddressOfOp::create(b, op->getLoc(), global);
}

/// Text with a closing 0.
Value getText(OpBuilder &b, Operation *op, const Twine &name, StringRef text) {
  auto module = op->getParentOfType<ModuleOp>();
  std::string symbol = name.str();
  auto global = module.lookupSymbol<LLVM::GlobalOp>(symbol);
  if (!global) {
    OpBuilder::InsertionGuard guard(b);
    b.setInsertionPointToStart(module.getBody());
    std::string terminated = text.str() + '\0';
    auto type = LLVM::LLVMArrayType::get(b.getI8Type(), terminated.size());
    global = LLVM::GlobalOp::create(
        b, op->getLoc(), type, /*isConstant=*/true, LLVM::Linkage::Internal,
        symbol, b.getStringAttr(terminated), /*alignment=*/1);
  }
  return LLVM::AddressOfOp::create(b, op->getLoc(), global);
}

/// What patterns on device buffers share.
template <typename OpTy> struct DevicePattern : ConvertOpToLLVMPattern<OpTy> {
  using ConvertOpToLLVMPattern<OpTy>::ConvertOpToLLVMPattern;

  /// Replaces the op by a buffer of its type at what the runtime gives for
  /// `operands` and the size in bytes.
  void replaceByBuffer(OpTy op, MemRefType type, ValueRange dynamicSizes,
                       StringRef function, ArrayRef<Value> operands,
                       ConversionPatternRewriter &rewriter) const {
    Location loc = op.getLoc();
    SmallVector<Value> sizes, strides, all(operands);
    Value bytes;
    this->getMemRefDescriptorSizes(loc, type, dynamicSizes, rewriter, sizes,
                                   strides, bytes);
    all.push_back(bytes);
    Value address =
        callRuntime(rewriter, op, function, this->getPtrType(), all);
    address = LLVM::AddrSpaceCastOp::create(
        rewriter, loc, this->getPtrType(/*addressSpace=*/1), address);
    rewriter.replaceOp(
        op, {this->createMemRefDescriptor(loc, type, address, address, sizes,
                                          strides, rewriter)});
  }

  /// The address of the element of a load or store, for the runtime.
  Value getElement(OpTy op, Value buffer, ValueRange indices,
                   ConversionPatternRewriter &rewriter) const {
    Value address = this->getStridedElementPtr(
        rewriter, op.getLoc(), op.getMemRefType(), buffer, indices);
    return toGeneric(rewriter, op.getLoc(), address);
  }
};

struct LowerAlloc : DevicePattern<memref::AllocOp> {
  using DevicePattern::DevicePattern;
  LogicalResult
  matchAndRewrite(memref::AllocOp op, OpAdaptor adaptor,
                  ConversionPatternRewriter &rewriter) const final {
    replaceByBuffer(op, op.getType(), adaptor.getDynamicSizes(),
                    "mx_cuda_alloc", {}, rewriter);
    return success();
  }
};

struct LowerDealloc : ConvertOpToLLVMPattern<memref::DeallocOp> {
  using ConvertOpToLLVMPattern::ConvertOpToLLVMPattern;
  LogicalResult
  matchAndRewrite(memref::DeallocOp op, OpAdaptor adaptor,
                  ConversionPatternRewriter &rewriter) const final {
    MemRefDescriptor buffer(adaptor.getMemref());
    Value address = buffer.allocatedPtr(rewriter, op.getLoc());
    callRuntime(rewriter, op, "mx_cuda_free", Type(),
                {toGeneric(rewriter, op.getLoc(), address)});
    rewriter.eraseOp(op);
    return success();
  }
};

/// One element to or from the host; the device finishes its work first.
struct LowerLoad : DevicePattern<memref::LoadOp> {
  using DevicePattern::DevicePattern;
  LogicalResult
  matchAndRewrite(memref::LoadOp op, OpAdaptor adaptor,
                  ConversionPatternRewriter &rewriter) const final {
    Location loc = op.getLoc();
    Type type = getTypeConverter()->convertType(op.getType());
    Value element =
        getElement(op, adaptor.getMemref(), adaptor.getIndices(), rewriter);
    Value room = allocateOnStack(rewriter, op, type, 1);
    callRuntime(rewriter, op, "mx_cuda_download", Type(),
                {room, element, getSizeInBytes(loc, type, rewriter)});
    rewriter.replaceOpWithNewOp<LLVM::LoadOp>(op, type, room);
    return success();
  }
};

struct LowerStore : DevicePattern<memref::StoreOp> {
  using DevicePattern::DevicePattern;
  LogicalResult
  matchAndRewrite(memref::StoreOp op, OpAdaptor adaptor,
                  ConversionPatternRewriter &rewriter) const final {
    Location loc = op.getLoc();
    Type type = adaptor.getValue().getType();
    Value element =
        getElement(op, adaptor.getMemref(), adaptor.getIndices(), rewriter);
    Value room = allocateOnStack(rewriter, op, type, 1);
    LLVM::StoreOp::create(rewriter, loc, adaptor.getValue(), room);
    callRuntime(rewriter, op, "mx_cuda_upload", Type(),
                {element, room, getSizeInBytes(loc, type, rewriter)});
    rewriter.eraseOp(op);
    return success();
  }
};

/// A whole buffer from the host to the device or back. Both are contiguous:
/// mx-device-memory made them.
struct LowerCopy : ConvertOpToLLVMPattern<memref::CopyOp> {
  using ConvertOpToLLVMPattern::ConvertOpToLLVMPattern;
  LogicalResult
  matchAndRewrite(memref::CopyOp op, OpAdaptor adaptor,
                  ConversionPatternRewriter &rewriter) const final {
    Location loc = op.getLoc();
    auto type = cast<MemRefType>(op.getSource().getType());
    MemRefDescriptor source(adaptor.getSource()), target(adaptor.getTarget());
    Value bytes = getSizeInBytes(loc, type.getElementType(), rewriter);
    for (int64_t axis = 0; axis < type.getRank(); ++axis)
      bytes = LLVM::MulOp::create(rewriter, loc, bytes,
                                  source.size(rewriter, loc, axis));
    auto getAddress = [&](MemRefDescriptor &buffer, Value value) {
      return toGeneric(rewriter, loc,
                       buffer.bufferPtr(rewriter, loc, *getTypeConverter(),
                                        cast<MemRefType>(value.getType())));
    };
    StringRef name = isOnDevice(op.getTarget().getType()) ? "mx_cuda_upload"
                                                          : "mx_cuda_download";
    callRuntime(rewriter, op, name, Type(),
                {getAddress(target, op.getTarget()),
                 getAddress(source, op.getSource()), bytes});
    rewriter.eraseOp(op);
    return success();
  }
};

/// A constant of the module, uploaded at its first use.
struct LowerConstant : DevicePattern<memref::MemorySpaceCastOp> {
  using DevicePattern::DevicePattern;
  LogicalResult
  matchAndRewrite(memref::MemorySpaceCastOp op, OpAdaptor adaptor,
                  ConversionPatternRewriter &rewriter) const final {
    auto global = op.getSource().getDefiningOp<memref::GetGlobalOp>();
    if (!global)
      return rewriter.notifyMatchFailure(op, "not a constant");
    MemRefDescriptor source(adaptor.getSource());
    Value slot = getSlot(rewriter, op, global.getName() + "_on_device");
    replaceByBuffer(op, cast<MemRefType>(op.getType()), {}, "mx_cuda_constant",
                    {slot, source.alignedPtr(rewriter, op.getLoc())}, rewriter);
    return success();
  }
};

struct LowerLaunch : ConvertOpToLLVMPattern<gpu::LaunchFuncOp> {
  using ConvertOpToLLVMPattern::ConvertOpToLLVMPattern;
  LogicalResult
  matchAndRewrite(gpu::LaunchFuncOp op, OpAdaptor adaptor,
                  ConversionPatternRewriter &rewriter) const final {
    auto binary = SymbolTable::lookupNearestSymbolFrom<gpu::BinaryOp>(
        op, op.getKernelModuleName());
    if (!binary || binary.getObjects().size() != 1)
      return rewriter.notifyMatchFailure(op, "no code of the kernel");
    auto object = cast<gpu::ObjectAttr>(binary.getObjects()[0]);
    StringRef module = op.getKernelModuleName().getValue();
    StringRef kernel = op.getKernelName().getValue();
    DictionaryAttr properties = object.getProperties();
    bool overlaps = properties && properties.contains(kOverlapsProperty);
    callRuntime(
        rewriter, op,
        overlaps ? "mx_cuda_launch_overlapping" : "mx_cuda_launch", Type(),
        {getSlot(rewriter, op, module + "_" + kernel + "_slot"),
         getText(rewriter, op, module + "_code", object.getObject().getValue()),
         getText(rewriter, op, module + "_" + kernel + "_name", kernel),
         makeConfiguration(op, adaptor, rewriter),
         makeParameters(op, adaptor, rewriter)});
    rewriter.eraseOp(op);
    return success();
  }

private:
  /// The mx_cuda_launch_config of mx_cuda.h.
  Value makeConfiguration(gpu::LaunchFuncOp op, OpAdaptor adaptor,
                          ConversionPatternRewriter &rewriter) const {
    Location loc = op.getLoc();
    Type i64 = rewriter.getI64Type();
    Value one = LLVM::ConstantOp::create(rewriter, loc, i64, 1);
    Value none = LLVM::ConstantOp::create(rewriter, loc, i64, 0);
    Value shared = none;
    if (Value size = adaptor.getDynamicSharedMemorySize())
      shared = LLVM::ZExtOp::create(rewriter, loc, i64, size);
    auto orOne = [&](Value value) { return value ? value : one; };
    SmallVector<Value> fields = {
        adaptor.getGridSizeX(),           adaptor.getGridSizeY(),
        adaptor.getGridSizeZ(),           adaptor.getBlockSizeX(),
        adaptor.getBlockSizeY(),          adaptor.getBlockSizeZ(),
        orOne(adaptor.getClusterSizeX()), orOne(adaptor.getClusterSizeY()),
        orOne(adaptor.getClusterSizeZ()), shared};
    return storeAll(op, fields, i64, rewriter);
  }

  /// Addresses of the kernel's parameters.
  Value makeParameters(gpu::LaunchFuncOp op, OpAdaptor adaptor,
                       ConversionPatternRewriter &rewriter) const {
    Location loc = op.getLoc();
    SmallVector<Value, 4> values = getTypeConverter()->promoteOperands(
        loc, op.getKernelOperands(), adaptor.getKernelOperands(), rewriter);
    SmallVector<Value> addresses;
    for (Value value : values) {
      Value room = allocateOnStack(rewriter, op, value.getType(), 1);
      LLVM::StoreOp::create(rewriter, loc, value, room);
      addresses.push_back(room);
    }
    return storeAll(op, addresses, getPtrType(), rewriter);
  }

  Value storeAll(Operation *op, ArrayRef<Value> values, Type type,
                 OpBuilder &b) const {
    Value array =
        allocateOnStack(b, op, type, std::max<int64_t>(1, values.size()));
    for (auto [i, value] : llvm::enumerate(values)) {
      Value place = LLVM::GEPOp::create(b, op->getLoc(), getPtrType(), type,
                                        array, LLVM::GEPArg(int32_t(i)));
      LLVM::StoreOp::create(b, op->getLoc(), value, place);
    }
    return array;
  }
};

struct DeviceCalls : impl::MXDeviceCallsBase<DeviceCalls> {
  void runOnOperation() final {
    MLIRContext *context = &getContext();
    LLVMTypeConverter converter(context);
    ConversionTarget target(*context);
    target.addLegalDialect<LLVM::LLVMDialect>();
    target.addIllegalOp<gpu::LaunchFuncOp>();
    target.addDynamicallyLegalOp<memref::AllocOp, memref::DeallocOp,
                                 memref::LoadOp, memref::StoreOp,
                                 memref::CopyOp, memref::MemorySpaceCastOp>(
        [](Operation *op) {
          return llvm::none_of(op->getOperandTypes(), isOnDevice) &&
                 llvm::none_of(op->getResultTypes(), isOnDevice);
        });
    target.markUnknownOpDynamicallyLegal([](Operation *) { return true; });
    RewritePatternSet patterns(context);
    patterns.add<LowerAlloc, LowerDealloc, LowerLoad, LowerStore, LowerCopy,
                 LowerConstant, LowerLaunch>(converter);
    if (failed(applyPartialConversion(getOperation(), target,
                                      std::move(patterns))))
      signalPassFailure();
  }
};

} // namespace
} // namespace mx
