//===- TranslateNVVM.cpp - nvvm ops to calls of the emulator --------------===//
//
// Each op is the PTX instruction that it stands for.
//
//===----------------------------------------------------------------------===//

#include "CallBuilder.h"

#include "mlir/Dialect/LLVMIR/NVVMDialect.h"
#include "llvm/ADT/StringSwitch.h"
#include "llvm/ADT/TypeSwitch.h"

using namespace mlir;
using namespace mx::emulator;

/// -1 where the op reads no special register that is known.
static int64_t findRegister(StringRef name) {
  if (!name.consume_front("nvvm.read.ptx.sreg."))
    return -1;
  auto [base, axis] = name.rsplit('.');
  int64_t first = llvm::StringSwitch<int64_t>(base)
                      .Case("tid", kThreadId)
                      .Case("ntid", kBlockDim)
                      .Case("ctaid", kBlockId)
                      .Case("nctaid", kGridDim)
                      .Case("cluster.ctaid", kBlockInCluster)
                      .Case("cluster.nctaid", kClusterDim)
                      .Case("clusterid", kClusterId)
                      .Case("nclusterid", kClusterCount)
                      .Default(-1);
  if (first >= 0 && axis.size() == 1 && axis >= "x" && axis <= "z")
    return first + (axis[0] - 'x');
  return llvm::StringSwitch<int64_t>(name)
      .Case("laneid", kLaneId)
      .Case("warpid", kWarpId)
      .Case("cluster.ctarank", kClusterRank)
      .Default(-1);
}

static Form translateShuffle(NVVM::ShflOp op) {
  return {
      "shfl.sync." + NVVM::stringifyShflKind(op.getKind()).str() + ".b32",
      {op.getVal(), op.getOffset(), op.getMaskAndClamp(), op.getThreadMask()},
      2};
}

static Form translateReduction(NVVM::ReduxOp op) {
  StringRef kind = NVVM::stringifyReduxKind(op.getKind());
  bool isUnsigned = kind.consume_front("u");
  bool isBits = kind == "and" || kind == "or" || kind == "xor";
  return {("redux.sync." + kind +
           (isBits       ? ".b32"
            : isUnsigned ? ".u32"
                         : ".s32"))
              .str(),
          {op.getVal(), op.getMaskAndClamp()},
          1};
}

static StringRef nameGroup(NVVM::CTAGroupKind group) {
  return group == NVVM::CTAGroupKind::CTA_1 ? ".cta_group::1" : ".cta_group::2";
}

/// With A in shared memory.
static std::optional<Form> translateTensorMma(NVVM::Tcgen05MMABlockScaleOp op) {
  if (!op.getMatrixA().getType().isInteger())
    return std::nullopt;
  std::string opcode =
      ("tcgen05.mma" + nameGroup(op.getCtaGroup()) + ".kind::" +
       NVVM::stringifyMMABlockScaleKind(op.getKind()) + ".block_scale")
          .str();
  if (op.getBlockScale() != NVVM::Tcgen05MMABlockScale::DEFAULT)
    opcode +=
        ("." + NVVM::stringifyTcgen05MMABlockScale(op.getBlockScale())).str();
  return Form{opcode,
              {op.getMatrixD(), op.getMatrixA(), op.getMatrixB(), op.getIdesc(),
               op.getScaleA(), op.getScaleB(), op.getEnableInputD()}};
}

static Form translateTensorCopy(NVVM::Tcgen05CpOp op) {
  std::string opcode = ("tcgen05.cp" + nameGroup(op.getGroup()) + "." +
                        NVVM::stringifyTcgen05CpShape(op.getShape())
                            .drop_front(StringRef("shape_").size()))
                           .str();
  if (op.getMulticast() != NVVM::Tcgen05CpMulticast::NONE)
    opcode +=
        ("." + NVVM::stringifyTcgen05CpMulticast(op.getMulticast())).str();
  if (op.getSrcFormat())
    opcode += ".b8x16";
  return {opcode, {op.getTaddr(), op.getSmemDesc()}};
}

/// PTX ISA 9.7.16, tcgen05.
static std::optional<Form> translateTensorOp(Operation *op) {
  return llvm::TypeSwitch<Operation *, std::optional<Form>>(op)
      .Case([](NVVM::Tcgen05AllocOp op) {
        return Form{("tcgen05.alloc" + nameGroup(op.getGroup())).str(),
                    {op.getAddr(), op.getNCols()}};
      })
      .Case([](NVVM::Tcgen05DeallocOp op) {
        return Form{("tcgen05.dealloc" + nameGroup(op.getGroup())).str(),
                    {op.getTaddr(), op.getNCols()}};
      })
      .Case([](NVVM::Tcgen05RelinquishAllocPermitOp op) {
        return Form{
            ("tcgen05.relinquish_alloc_permit" + nameGroup(op.getGroup()))
                .str(),
            {}};
      })
      .Case([](NVVM::Tcgen05FenceOp op) {
        bool isBefore =
            op.getKind() == NVVM::Tcgen05FenceKind::BEFORE_THREAD_SYNC;
        return Form{isBefore ? "tcgen05.fence::before_thread_sync"
                             : "tcgen05.fence::after_thread_sync",
                    {}};
      })
      .Case([](NVVM::Tcgen05CommitOp op) {
        Form form = {("tcgen05.commit" + nameGroup(op.getGroup()) +
                      ".mbarrier::arrive::one.shared::cluster")
                         .str(),
                     {op.getAddr()}};
        if (Value mask = op.getMulticastMask()) {
          form.opcode += ".multicast::cluster";
          form.operands.push_back(mask);
        }
        return form;
      })
      .Case([](NVVM::Tcgen05WaitOp op) {
        return Form{op.getKind() == NVVM::Tcgen05WaitKind::LOAD
                        ? "tcgen05.wait::ld"
                        : "tcgen05.wait::st",
                    {}};
      })
      .Case([](NVVM::Tcgen05CpOp op) { return translateTensorCopy(op); })
      .Case([](NVVM::Tcgen05MMABlockScaleOp op) {
        return translateTensorMma(op);
      })
      .Default([](Operation *) { return std::nullopt; });
}

static std::optional<Form> translateOp(CallBuilder &calls, Operation *op) {
  auto orZero = [&](Value value) { return value ? value : calls.i64(0); };
  return llvm::TypeSwitch<Operation *, std::optional<Form>>(op)
      .Case([&](NVVM::Barrier0Op) {
        return Form{"bar.sync", {calls.i64(0), calls.i64(0)}};
      })
      .Case([&](NVVM::BarrierOp op) -> std::optional<Form> {
        if (op->getNumResults())
          return std::nullopt;
        return Form{
            "bar.sync",
            {orZero(op.getBarrierId()), orZero(op.getNumberOfThreads())}};
      })
      .Case([&](NVVM::SetMaxRegisterOp op) {
        bool isIncrease =
            op.getAction() == NVVM::SetMaxRegisterAction::increase;
        return Form{isIncrease ? "setmaxnreg.inc" : "setmaxnreg.dec",
                    {calls.i64(op.getRegCount())}};
      })
      .Case([&](NVVM::SyncWarpOp op) {
        return Form{"bar.warp.sync", {op.getMask()}};
      })
      .Case([&](NVVM::ClusterArriveOp) {
        return Form{"barrier.cluster.arrive", {}};
      })
      .Case([&](NVVM::ClusterArriveRelaxedOp) {
        return Form{"barrier.cluster.arrive.relaxed", {}};
      })
      .Case(
          [&](NVVM::ClusterWaitOp) { return Form{"barrier.cluster.wait", {}}; })
      .Case([&](NVVM::FenceMbarrierInitOp) {
        return Form{"fence.mbarrier_init.release.cluster", {}};
      })
      .Case([&](NVVM::ShflOp op) { return translateShuffle(op); })
      .Case([&](NVVM::ReduxOp op) { return translateReduction(op); })
      .Default([&](Operation *op) {
        std::optional<Form> form = translateConversion(calls, op);
        return form ? form : translateTensorOp(op);
      });
}

/// The results of an instruction as those of the op: one, or all in a struct.
static Value packResults(CallBuilder &calls, Operation *op,
                         ArrayRef<Value> slots) {
  Type type = op->getResult(0).getType();
  auto structure = dyn_cast<LLVM::LLVMStructType>(type);
  if (!structure)
    return calls.fromSlot(slots[0], type);
  OpBuilder &b = calls.builder();
  Value result = LLVM::PoisonOp::create(b, op->getLoc(), type);
  for (auto [i, element] : llvm::enumerate(structure.getBody()))
    result = LLVM::InsertValueOp::create(
        b, op->getLoc(), result, calls.fromSlot(slots[i], element), int64_t(i));
  return result;
}

LogicalResult mx::emulator::translateNVVM(CallBuilder &calls, Operation *op) {
  calls.startAt(op);
  int64_t number = findRegister(op->getName().getStringRef());
  if (number >= 0) {
    Value value = calls.emitRegister(number);
    op->getResult(0).replaceAllUsesWith(
        calls.fromSlot(value, op->getResult(0).getType()));
    op->erase();
    return success();
  }
  std::optional<Form> form = translateOp(calls, op);
  if (!form)
    return op->emitError("the emulator does not know '")
           << op->getName() << "'; expected an op of TranslateNVVM.cpp";
  Call call{form->opcode, {}, form->results};
  for (Value operand : form->operands)
    call.operands.push_back(calls.toSlot(operand));
  FailureOr<SmallVector<Value>> results = calls.emit(call);
  if (failed(results))
    return failure();
  if (op->getNumResults())
    op->getResult(0).replaceAllUsesWith(packResults(calls, op, *results));
  op->erase();
  return success();
}
