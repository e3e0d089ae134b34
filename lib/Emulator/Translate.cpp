//===- Translate.cpp - Kernels as host code -------------------------------===//

#include "Translate.h"

#include "CallBuilder.h"
#include "PendingAccumulators.h"

#include "mlir/Dialect/LLVMIR/NVVMDialect.h"
#include "mlir/Interfaces/DataLayoutInterfaces.h"
#include "llvm/Support/MathExtras.h"

using namespace mlir;
using namespace mx::emulator;

static constexpr unsigned kGlobal = 1, kShared = 3;

namespace {

class Translator {
public:
  explicit Translator(ModuleOp module)
      : module(module), calls(module), layout(module) {}

  LogicalResult run(int64_t &staticShared) {
    placeGlobals();
    SmallVector<LLVM::LLVMFuncOp> functions(module.getOps<LLVM::LLVMFuncOp>());
    for (LLVM::LLVMFuncOp function : functions)
      if (!function.isExternal() && failed(translate(function)))
        return failure();
    for (LLVM::LLVMFuncOp function : functions)
      if (!function.isExternal() &&
          function->hasAttr(NVVM::NVVMDialect::getKernelFuncAttrName())) {
        addEntry(function);
        addSizes(function);
      }
    for (LLVM::LLVMFuncOp function : functions)
      stripAttributes(function);
    for (auto &[global, offset] : offsets)
      global->erase();
    staticShared = end;
    return success();
  }

private:
  /// Static shared memory comes first, in order; dynamic memory is behind it.
  void placeGlobals() {
    SmallVector<LLVM::GlobalOp> dynamic;
    for (auto global : module.getOps<LLVM::GlobalOp>()) {
      if (global.getAddrSpace() != kShared)
        continue;
      int64_t size = layout.getTypeSize(global.getGlobalType());
      if (size == 0) {
        dynamic.push_back(global);
        continue;
      }
      int64_t alignment =
          std::max<int64_t>(global.getAlignment().value_or(1),
                            layout.getTypeABIAlignment(global.getGlobalType()));
      offsets[global] = llvm::alignTo(end, alignment);
      end = offsets[global] + size;
    }
    end = llvm::alignTo(end, 16);
    for (LLVM::GlobalOp global : dynamic)
      offsets[global] = end;
  }

  LogicalResult translate(LLVM::LLVMFuncOp function) {
    if (failed(checkPendingRegisters(function)))
      return failure();
    SmallVector<Operation *> ops;
    function.walk([&](Operation *op) { ops.push_back(op); });
    for (Operation *op : ops)
      if (failed(translate(op)))
        return failure();
    calls.finishFunction();
    return success();
  }

  LogicalResult translate(Operation *op) {
    if (auto assembly = dyn_cast<LLVM::InlineAsmOp>(op))
      return translateAssembly(calls, assembly);
    if (isa<NVVM::NVVMDialect>(op->getDialect()))
      return translateNVVM(calls, op);
    if (auto address = dyn_cast<LLVM::AddressOfOp>(op))
      return translateAddress(address), success();
    if (auto truncation = dyn_cast<LLVM::FPTruncOp>(op))
      return translateTruncation(truncation);
    if (auto call = dyn_cast<LLVM::CallOp>(op))
      return checkCall(call);
    if (auto call = dyn_cast<LLVM::CallIntrinsicOp>(op))
      if (call.getIntrin().starts_with("llvm.nvvm."))
        return op->emitError("the emulator does not know the intrinsic '")
               << call.getIntrin() << "'";
    if (auto load = dyn_cast<LLVM::LoadOp>(op))
      check(op, load.getAddr(), load.getType(), load.getAlignment(), kRead);
    else if (auto store = dyn_cast<LLVM::StoreOp>(op))
      check(op, store.getAddr(), store.getValue().getType(),
            store.getAlignment(), kWrite);
    else if (auto atomic = dyn_cast<LLVM::AtomicRMWOp>(op))
      check(op, atomic.getPtr(), atomic.getType(), atomic.getAlignment(),
            kAtomic);
    else if (auto atomic = dyn_cast<LLVM::AtomicCmpXchgOp>(op))
      check(op, atomic.getPtr(), atomic.getVal().getType(),
            atomic.getAlignment(), kAtomic);
    return success();
  }

  LogicalResult checkCall(LLVM::CallOp call) {
    std::optional<StringRef> callee = call.getCallee();
    auto function = callee ? module.lookupSymbol<LLVM::LLVMFuncOp>(*callee)
                           : LLVM::LLVMFuncOp();
    if (function && !function.isExternal())
      return success();
    return call.emitError("the emulator does not know the function ")
           << (callee ? "'" + callee->str() + "'" : "at a pointer");
  }

  /// To bf16, which instructions of the host may do without denormals.
  LogicalResult translateTruncation(LLVM::FPTruncOp op) {
    if (!isa<BFloat16Type>(getElementTypeOrSelf(op.getType())))
      return success();
    if (!op.getType().isBF16() || !op.getArg().getType().isF32())
      return op.emitError("the emulator does not know this conversion; "
                          "expected f32 to bf16");
    calls.startAt(op);
    FailureOr<SmallVector<Value>> bits =
        calls.emit({"cvt.rn.bf16.f32", {calls.toSlot(op.getArg())}, 1});
    op.replaceAllUsesWith(calls.fromSlot((*bits)[0], op.getType()));
    op.erase();
    return success();
  }

  void translateAddress(LLVM::AddressOfOp op) {
    auto found =
        offsets.find(module.lookupSymbol<LLVM::GlobalOp>(op.getGlobalName()));
    if (found == offsets.end())
      return;
    calls.startAt(op);
    OpBuilder &b = calls.builder();
    Value base = calls.emitRegister(kSharedStart);
    Value address =
        LLVM::AddOp::create(b, op.getLoc(), base, calls.i64(found->second));
    op.replaceAllUsesWith(calls.fromSlot(address, op.getType()));
    op.erase();
  }

  /// What a pointer was made from inside the function.
  static Operation *findOrigin(Value pointer) {
    for (Operation *op = pointer.getDefiningOp(); op;
         op = pointer.getDefiningOp()) {
      if (!isa<LLVM::GEPOp, LLVM::BitcastOp, LLVM::AddrSpaceCastOp>(op))
        return op;
      pointer = op->getOperand(0);
    }
    return nullptr;
  }

  /// A call before the access, unless it is of the thread's own memory or of a
  /// constant.
  void check(Operation *op, Value pointer, Type type,
             std::optional<uint64_t> alignment, AccessKind kind) {
    if (isa_and_nonnull<LLVM::AllocaOp, LLVM::AddressOfOp>(findOrigin(pointer)))
      return;
    unsigned space =
        cast<LLVM::LLVMPointerType>(pointer.getType()).getAddressSpace();
    StringRef name = space == kShared   ? "check_shared"
                     : space == kGlobal ? "check_global"
                                        : "check_generic";
    static constexpr StringRef kTexts[] = {"load", "store", "atomic"};
    calls.startAt(op);
    calls.emitCheck(
        name, kTexts[kind],
        {calls.toSlot(pointer), calls.i64(layout.getTypeSize(type)),
         calls.i64(alignment.value_or(layout.getTypeABIAlignment(type))),
         calls.i64(kind)});
  }

  /// NAME.entry(addresses of the parameters).
  void addEntry(LLVM::LLVMFuncOp kernel) {
    OpBuilder b = OpBuilder::atBlockEnd(module.getBody());
    Location loc = kernel.getLoc();
    auto pointer = LLVM::LLVMPointerType::get(b.getContext());
    auto type = LLVM::LLVMFunctionType::get(
        LLVM::LLVMVoidType::get(b.getContext()), {pointer});
    auto entry = LLVM::LLVMFuncOp::create(
        b, loc, (kernel.getName() + ".entry").str(), type);
    mlir::Block *block = entry.addEntryBlock(b);
    b.setInsertionPointToStart(block);
    SmallVector<Value> arguments;
    for (auto [i, given] : llvm::enumerate(kernel.getArgumentTypes())) {
      Value slot =
          LLVM::GEPOp::create(b, loc, pointer, pointer, block->getArgument(0),
                              LLVM::GEPArg(static_cast<int32_t>(i)));
      Value address = LLVM::LoadOp::create(b, loc, pointer, slot);
      auto byValue = kernel.getArgAttrOfType<TypeAttr>(
          i, LLVM::LLVMDialect::getByValAttrName());
      arguments.push_back(
          byValue ? copyParameter(b, loc, byValue.getValue(), address)
                  : LLVM::LoadOp::create(b, loc, given, address));
    }
    LLVM::CallOp::create(b, loc, kernel, arguments);
    LLVM::ReturnOp::create(b, loc, ValueRange());
  }

  /// NAME.parameters: their number, and the bytes of each.
  void addSizes(LLVM::LLVMFuncOp kernel) {
    SmallVector<int64_t> sizes{kernel.getNumArguments()};
    for (auto [i, given] : llvm::enumerate(kernel.getArgumentTypes())) {
      auto byValue = kernel.getArgAttrOfType<TypeAttr>(
          i, LLVM::LLVMDialect::getByValAttrName());
      sizes.push_back(
          layout.getTypeSize(byValue ? byValue.getValue() : Type(given)));
    }
    OpBuilder b = OpBuilder::atBlockEnd(module.getBody());
    LLVM::GlobalOp::create(
        b, kernel.getLoc(),
        LLVM::LLVMArrayType::get(b.getI64Type(), sizes.size()),
        /*isConstant=*/true, LLVM::Linkage::External,
        (kernel.getName() + ".parameters").str(), b.getI64TensorAttr(sizes));
  }

  /// A parameter in memory, aligned as tensor maps are.
  static Value copyParameter(OpBuilder &b, Location loc, Type type,
                             Value address) {
    Value one = LLVM::ConstantOp::create(b, loc, b.getI64Type(), 1);
    Value room = LLVM::AllocaOp::create(b, loc, address.getType(), type, one,
                                        /*alignment=*/64);
    Value value = LLVM::LoadOp::create(b, loc, type, address);
    LLVM::StoreOp::create(b, loc, value, room);
    return room;
  }

  /// Leaves nothing that is about a GPU.
  static void stripAttributes(LLVM::LLVMFuncOp function) {
    SmallVector<StringAttr> names;
    for (NamedAttribute attribute : function->getDiscardableAttrs())
      names.push_back(attribute.getName());
    for (StringAttr name : names)
      function->removeDiscardableAttr(name);
    function.removeArgAttrsAttr();
    function.setCConv(LLVM::CConv::C);
    if (!function.isExternal())
      function.setLinkage(LLVM::Linkage::Internal);
  }

  ModuleOp module;
  CallBuilder calls;
  DataLayout layout;
  llvm::MapVector<LLVM::GlobalOp, int64_t> offsets;
  int64_t end = 0;
};

} // namespace

FailureOr<HostModule> mx::emulator::translate(gpu::GPUModuleOp kernels) {
  HostModule host;
  host.module = ModuleOp::create(kernels.getLoc());
  for (Operation &op : *kernels.getBody())
    host.module->push_back(op.clone());
  if (failed(Translator(*host.module).run(host.staticShared)))
    return failure();
  return host;
}
