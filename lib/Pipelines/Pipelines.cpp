//===- Pipelines.cpp - From input IR to LLVM, stage by stage --------------===//

#include "mx/Pipelines/Pipelines.h"

#include "Copies.h"
#include "FuseAddends.h"
#include "FuseElementwise.h"
#include "InlineCalls.h"
#include "Interfaces.h"
#include "OutParameters.h"
#include "Outline.h"
#include "RaiseShapes.h"
#include "RoundProducts.h"
#include "StripAttributes.h"
#include "Workspace.h"
#include "WriteInPlace.h"
#include "mlir/Conversion/Passes.h"
#include "mlir/Dialect/Arith/Transforms/Passes.h"
#include "mlir/Dialect/Bufferization/Transforms/OneShotAnalysis.h"
#include "mlir/Dialect/Bufferization/Transforms/Passes.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/GPU/IR/GPUDialect.h"
#include "mlir/Dialect/GPU/Transforms/Passes.h"
#include "mlir/Dialect/Linalg/Passes.h"
#include "mlir/Dialect/MemRef/Transforms/Passes.h"
#include "mlir/Dialect/Tosa/Transforms/Passes.h"
#include "mlir/Pass/PassRegistry.h"
#include "mlir/Transforms/Passes.h"
#include "mx/Conversion/Passes.h"
#include "mx/Dialect/MX/Transforms/Passes.h"
#include "llvm/ADT/STLExtras.h"

using namespace mlir;
using namespace mx;

static constexpr StringRef kStageNames[] = {"imported", "quantized", "packed",
                                            "lowered", "llvm"};
static constexpr StringRef kTargetNames[] = {"reference", "cpu", "nvvm"};

ArrayRef<StringRef> mx::getStageNames() { return kStageNames; }
ArrayRef<StringRef> mx::getTargetNames() { return kTargetNames; }

std::optional<Stage> mx::parseStage(StringRef name) {
  const auto *it = llvm::find(kStageNames, name);
  if (it == std::end(kStageNames))
    return std::nullopt;
  return static_cast<Stage>(it - std::begin(kStageNames));
}

std::optional<TargetKind> mx::parseTarget(StringRef name) {
  const auto *it = llvm::find(kTargetNames, name);
  if (it == std::end(kTargetNames))
    return std::nullopt;
  return static_cast<TargetKind>(it - std::begin(kTargetNames));
}

void mx::buildImportedPipeline(OpPassManager &pm, const PipelineOptions &) {
  // Upstream has no lowering of TOSA's block-scaled ops.
  pm.addPass(createMXLowerTosaBlockScaled());
  OpPassManager &function = pm.nest<func::FuncOp>();
  function.addPass(tosa::createTosaInferShapesPass());
  function.addPass(tosa::createTosaMakeBroadcastablePass());
  function.addPass(tosa::createTosaToLinalgNamed());
  function.addPass(createCanonicalizerPass());
  function.addPass(tosa::createTosaToLinalg());
  pm.addPass(createTosaToArithPass());
  pm.addPass(createTosaToTensorPass());
  pm.addPass(createTosaToSCFPass());
  pm.addPass(createConvertElementwiseToLinalgPass());
  pm.addPass(createCanonicalizerPass());
  pm.addPass(createCSEPass());
  // What relates products, and the name stack of a call, ends at a function.
  // Equal calls stay so many products, which draw bits of their own.
  pm.addPass(createInlineCallsPass());
  pm.addNestedPass<func::FuncOp>(createRaiseShapesPass());
}

void mx::buildQuantizedPipeline(OpPassManager &pm,
                                const PipelineOptions &options) {
  pm.addPass(createMXInferRoles());
  pm.addPass(createMXApplyRecipe({options.recipe, options.reportSaved}));
  pm.addPass(createCanonicalizerPass());
  pm.addPass(createCSEPass());
  pm.addPass(createMXShareQuantizations());
  if (options.statistics)
    pm.addPass(createMXStatistics());
}

void mx::buildPackedPipeline(OpPassManager &pm, const PipelineOptions &) {
  pm.addPass(createMXPack());
  pm.addPass(createCanonicalizerPass());
  pm.addPass(createMXFoldConstants());
  pm.addPass(createCSEPass());
}

/// Tensors to memrefs. A function owns nothing of its arguments, and its caller
/// owns the results: deallocation clones what would alias.
static void addBufferization(OpPassManager &pm, const PipelineOptions &given) {
  pm.addNestedPass<func::FuncOp>(createProtectArgumentsPass());
  pm.addPass(bufferization::createEmptyTensorToAllocTensorPass());
  bufferization::OneShotBufferizePassOptions options;
  options.allowReturnAllocsFromLoops = true;
  options.bufferizeFunctionBoundaries = true;
  options.functionBoundaryTypeConversion =
      bufferization::LayoutMapOption::IdentityLayoutMap;
  pm.addPass(bufferization::createOneShotBufferizePass(options));
  if (given.callerMemory) {
    pm.addPass(createCanonicalizerPass()); // loops that return what they took
    pm.addPass(createOutParametersPass());
  }
  pm.addPass(bufferization::createOwnershipBasedBufferDeallocationPass());
  pm.addPass(createCanonicalizerPass());
  pm.addPass(bufferization::createBufferDeallocationSimplificationPass());
  pm.addPass(bufferization::createLowerDeallocationsPass());
  pm.addPass(createCSEPass());
  pm.addPass(createCanonicalizerPass());
}

void mx::buildExpandedPipeline(OpPassManager &pm, const PipelineOptions &) {
  pm.addPass(createMXLowerReference());
  pm.addPass(createMXExpandSmallFloats());
  pm.addPass(createStripAttributesPass());
  pm.addPass(createCanonicalizerPass());
  pm.addPass(createCSEPass());
}

void mx::buildLoweredPipeline(OpPassManager &pm,
                              const PipelineOptions &options) {
  if (options.target == TargetKind::NVVM) {
    pm.addNestedPass<func::FuncOp>(createRoundProductsPass());
    pm.addPass(createMXSelectSchedule({options.chip}));
    pm.addPass(createMXLowerNVVMCasts({options.chip}));
  }
  if (options.target != TargetKind::CPU)
    pm.addPass(createMXLowerReference());
  if (options.target == TargetKind::NVVM)
    pm.addNestedPass<func::FuncOp>(createFuseElementwisePass());
  if (options.target == TargetKind::CPU) {
    pm.addPass(createMXPrepack());
    pm.addPass(createMXFoldConstants());
    pm.addNestedPass<func::FuncOp>(createFuseAddendsPass());
  }
  // A function's own temporaries are planned; those of its callees become its.
  if (options.callerMemory)
    pm.addPass(createInlinerPass());
  addBufferization(pm, options);
  if (options.target == TargetKind::NVVM)
    pm.addNestedPass<func::FuncOp>(createWriteInPlacePass());
  // While every use of a buffer is seen: targets take addresses.
  if (options.callerMemory)
    pm.addNestedPass<func::FuncOp>(
        bufferization::createOptimizeAllocationLivenessPass());
  if (options.target == TargetKind::CPU) {
    pm.addPass(createMXLinalgToRuntime());
    pm.addPass(createMXLowerCPU());
  }
  if (options.target == TargetKind::NVVM)
    pm.addPass(createMXLowerNVVM({options.chip}));
  pm.addPass(createMXExpandSmallFloats());
  if (options.callerMemory)
    pm.addPass(createPlanWorkspacePass());
}

/// Loop nests to kernels in PTX, or for the emulator, and the host's part to
/// calls of libmx_cuda_runtime.
static void addKernels(OpPassManager &pm, const PipelineOptions &options) {
  pm.addNestedPass<func::FuncOp>(createMXLinalgToKernels());
  pm.addPass(createCanonicalizerPass());
  pm.addPass(createGpuLaunchSinkIndexComputationsPass());
  pm.addPass(createGpuKernelOutliningPass());
  pm.addPass(createMXDeviceMemory({options.deviceArrays}));
  OpPassManager &kernels = pm.nest<gpu::GPUModuleOp>();
  kernels.addPass(memref::createExpandStridedMetadataPass());
  kernels.addPass(createLowerAffinePass());
  kernels.addPass(arith::createArithExpandOpsPass());
  kernels.addPass(createSCFToControlFlowPass());
  kernels.addPass(createMXKernelsToNVVM());
  if (options.emulate)
    pm.addPass(createMXKernelsToHost({options.chip}));
  else
    pm.addPass(createMXKernelsToPTX({options.chip}));
  pm.addPass(createMXDeviceCalls());
}

void mx::buildLLVMPipeline(OpPassManager &pm, const PipelineOptions &options) {
  pm.addPass(createConvertBufferizationToMemRefPass());
  pm.addNestedPass<func::FuncOp>(createExpandCopiesPass());
  pm.addPass(createOutlineLinalgPass());
  if (options.target == TargetKind::NVVM)
    addKernels(pm, options);
  pm.addNestedPass<func::FuncOp>(createRequestInterfacesPass());
  pm.addNestedPass<func::FuncOp>(createConvertLinalgToLoopsPass());
  pm.addPass(memref::createExpandOpsPass());
  pm.addPass(memref::createExpandStridedMetadataPass());
  pm.addPass(createLowerAffinePass());
  pm.addPass(createSCFToControlFlowPass());
  pm.addPass(createConvertComplexToStandardPass());
  pm.addPass(createConvertMathToFuncs());
  pm.addPass(createConvertMathToLLVMPass());
  pm.addPass(createConvertMathToLibmPass());
  pm.addPass(arith::createArithExpandOpsPass());
  pm.addPass(createArithToLLVMConversionPass());
  pm.addPass(createConvertIndexToLLVMPass());
  pm.addPass(createConvertControlFlowToLLVMPass());
  pm.addPass(createConvertComplexToLLVMPass());
  pm.addPass(createFinalizeMemRefToLLVMConversionPass());
  pm.addPass(createConvertFuncToLLVMPass());
  pm.addPass(createReconcileUnrealizedCastsPass());
  pm.addPass(createCanonicalizerPass());
  pm.addPass(createCSEPass());
}

namespace {
using Builder = void (*)(OpPassManager &, const PipelineOptions &);

struct StagePipeline {
  StringRef name;
  StringRef summary;
  Builder build;
};

/// The options of a pipeline as text.
struct TextualOptions : PassPipelineOptions<TextualOptions> {
  Option<std::string> recipe{
      *this, "recipe", llvm::cl::init("none"),
      llvm::cl::desc("built-in recipe or file, with overrides")};
  Option<TargetKind> target{
      *this, "target", llvm::cl::init(TargetKind::Reference),
      llvm::cl::desc("what is lowered to"),
      llvm::cl::values(
          clEnumValN(TargetKind::Reference, "reference", "linalg and arith"),
          clEnumValN(TargetKind::CPU, "cpu", "calls of libmx_runtime"),
          clEnumValN(TargetKind::NVVM, "nvvm", "kernels for NVIDIA GPUs"))};
  Option<std::string> chip{*this, "chip", llvm::cl::init("sm_90a"),
                           llvm::cl::desc("NVIDIA chip of the nvvm target")};
  Option<bool> callerMemory{
      *this, "caller-memory", llvm::cl::init(false),
      llvm::cl::desc("results and temporaries in memory of the caller")};
  Option<bool> deviceArrays{
      *this, "device-arrays", llvm::cl::init(false),
      llvm::cl::desc("arrays of the nvvm target's callers in GPU memory")};

  PipelineOptions get() const {
    PipelineOptions options;
    options.recipe = recipe;
    options.target = target;
    options.chip = chip;
    options.callerMemory = callerMemory;
    options.deviceArrays = deviceArrays;
    return options;
  }
};
} // namespace

/// In the order of Stage; then what leaves the road.
static const StagePipeline kPipelines[] = {
    {"mx-imported-pipeline",
     "inlined calls; TOSA and elementwise tensor ops to linalg",
     buildImportedPipeline},
    {"mx-quantized-pipeline", "infer roles and apply a recipe",
     buildQuantizedPipeline},
    {"mx-packed-pipeline", "scaled tensors to packed codes and scales",
     buildPackedPipeline},
    {"mx-lowered-pipeline", "packed mx ops to a target, tensors to memrefs",
     buildLoweredPipeline},
    {"mx-llvm-pipeline", "lowered IR to the llvm dialect", buildLLVMPipeline},
    {"mx-expanded-pipeline",
     "packed mx ops to linalg and arith on tensors, for another compiler",
     buildExpandedPipeline},
};

void mx::buildPipelineTo(OpPassManager &pm, Stage to,
                         const PipelineOptions &options,
                         std::optional<Stage> from) {
  unsigned first = from ? static_cast<unsigned>(*from) + 1 : 0;
  for (unsigned i = first; i <= static_cast<unsigned>(to); ++i)
    kPipelines[i].build(pm, options);
}

SmallVector<PipelineName> mx::getPipelineNames() {
  return llvm::map_to_vector(kPipelines, [](const StagePipeline &stage) {
    return PipelineName{stage.name, stage.summary};
  });
}

void mx::registerMxPipelines() {
  for (const StagePipeline &stage : kPipelines)
    PassPipelineRegistration<TextualOptions>(
        stage.name, stage.summary,
        [build = stage.build](OpPassManager &pm, const TextualOptions &o) {
          build(pm, o.get());
        });
}
