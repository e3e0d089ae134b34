//===- Tensor.cpp - Tensor memory and its matrix unit ---------------------===//

#include "Tensor.h"

#include "Assembly.h"
#include "mlir/Dialect/LLVMIR/NVVMDialect.h"
#include "llvm/ADT/StringExtras.h"

using namespace mlir;
using namespace mx;
using namespace mx::nvvm;

static constexpr unsigned kShared = 3, kTensor = 6;

static NVVM::CTAGroupKind getGroup(int blocks) {
  return blocks == 1 ? NVVM::CTAGroupKind::CTA_1 : NVVM::CTAGroupKind::CTA_2;
}

static Value toPointer(Kernel &k, Int address, unsigned space) {
  OpBuilder &b = k.builder();
  return LLVM::IntToPtrOp::create(
      b, k.emitter().loc, LLVM::LLVMPointerType::get(b.getContext(), space),
      address.get());
}

void mx::nvvm::allocateTensor(Kernel &k, Int target, int columns, int group) {
  NVVM::Tcgen05AllocOp::create(k.builder(), k.emitter().loc,
                               toPointer(k, target, kShared),
                               k.i32(columns).get(), getGroup(group));
  NVVM::Tcgen05RelinquishAllocPermitOp::create(k.builder(), k.emitter().loc,
                                               getGroup(group));
}

void mx::nvvm::freeTensor(Kernel &k, Int address, int columns, int group) {
  NVVM::Tcgen05DeallocOp::create(k.builder(), k.emitter().loc,
                                 toPointer(k, address, kTensor),
                                 k.i32(columns).get(), getGroup(group));
}

void mx::nvvm::fenceTensorBefore(Kernel &k) {
  NVVM::Tcgen05FenceOp::create(k.builder(), k.emitter().loc,
                               NVVM::Tcgen05FenceKind::BEFORE_THREAD_SYNC);
}
void mx::nvvm::fenceTensorAfter(Kernel &k) {
  NVVM::Tcgen05FenceOp::create(k.builder(), k.emitter().loc,
                               NVVM::Tcgen05FenceKind::AFTER_THREAD_SYNC);
}

void mx::nvvm::commitTensor(Kernel &k, Barrier barrier, int group,
                            unsigned clusterMask) {
  Value mask = clusterMask ? k.i32(clusterMask).zext(16).get() : Value();
  NVVM::Tcgen05CommitOp::create(k.builder(), k.emitter().loc,
                                toPointer(k, barrier.address, kShared), mask,
                                getGroup(group));
}

/// The descriptor of what begins at an address of shared memory.
static Value describe(Kernel &k, Int address, uint64_t fields) {
  Int start = ((address & 0x3FFFF) >> 4).zext(64);
  return (start | static_cast<int64_t>(fields)).get();
}

void mx::nvvm::copyScales(Kernel &k, Int target, Int source, int group) {
  NVVM::Tcgen05CpOp::create(
      k.builder(), k.emitter().loc, NVVM::Tcgen05CpShape::SHAPE_32x128b,
      getGroup(group), NVVM::Tcgen05CpMulticast::WARPX4,
      /*srcFormat=*/NVVM::Tcgen05CpSrcFormatAttr(),
      toPointer(k, target, kTensor), describe(k, source, kScalesDescriptor));
}

static NVVM::MMABlockScaleKind getKind(TensorKind kind) {
  switch (kind) {
  case TensorKind::MXF8F6F4:
    return NVVM::MMABlockScaleKind::MXF8F6F4;
  case TensorKind::MXF4:
    return NVVM::MMABlockScaleKind::MXF4;
  case TensorKind::MXF4NVF4:
    return NVVM::MMABlockScaleKind::MXF4NVF4;
  }
  llvm_unreachable("all cases return");
}

void mx::nvvm::multiplyTensor(Kernel &k, const TensorInstruction &form,
                              const TensorOperands &operands, Int isAdded) {
  bool is16 = form.kind == TensorKind::MXF4NVF4;
  NVVM::Tcgen05MMABlockScaleOp::create(
      k.builder(), k.emitter().loc, getKind(form.kind), getGroup(form.group),
      is16 ? NVVM::Tcgen05MMABlockScale::BLOCK16
           : NVVM::Tcgen05MMABlockScale::BLOCK32,
      NVVM::Tcgen05MMACollectorOp::DISCARD,
      toPointer(k, operands.target, kTensor),
      describe(k, operands.a, kRowsDescriptor),
      describe(k, operands.b, kRowsDescriptor),
      k.i32(static_cast<int32_t>(encodeInstruction(form))).get(), isAdded.get(),
      toPointer(k, operands.scalesA, kTensor),
      toPointer(k, operands.scalesB, kTensor));
}

SmallVector<Value> mx::nvvm::loadTensor(Kernel &k, Int address, int columns) {
  // Not nvvm.tcgen05.ld: nothing ties its registers to the wait, and LLVM may
  // move what reads them before it.
  std::string registers =
      llvm::join(llvm::map_range(llvm::seq(columns),
                                 [](int i) { return "$" + std::to_string(i); }),
                 ",");
  std::string constraints;
  for (int i = 0; i < columns; ++i)
    constraints += "=f,";
  std::string count = std::to_string(columns);
  return assembly(k,
                  "tcgen05.ld.sync.aligned.32x32b.x" + count + ".b32 {" +
                      registers + "}, [$" + count +
                      "];\ntcgen05.wait::ld.sync.aligned;",
                  constraints + "r,~{memory}",
                  SmallVector<Type>(columns, k.f32Type()), {address.get()});
}
