//===- Pipelines.h - From input IR to LLVM, stage by stage ------*- C++ -*-===//
//
// One function for each stage of the road `imported`, `quantized`, `packed`,
// `lowered`, `llvm`, used alike by mx-opt (as `mx-STAGE-pipeline`), by mxc and
// by embedders. Each takes a module that the stage before it left.
//
//===----------------------------------------------------------------------===//

#ifndef MX_PIPELINES_PIPELINES_H
#define MX_PIPELINES_PIPELINES_H

#include "mlir/Pass/PassManager.h"
#include "llvm/ADT/ArrayRef.h"
#include <optional>
#include <string>

namespace mx {

enum class Stage { Imported, Quantized, Packed, Lowered, LLVM };

/// The stages in order, and their names as in `--stop-after=`.
llvm::ArrayRef<llvm::StringRef> getStageNames();
std::optional<Stage> parseStage(llvm::StringRef name);

enum class TargetKind { Reference, CPU, NVVM };

/// The targets, and their names as in `--target=`.
llvm::ArrayRef<llvm::StringRef> getTargetNames();
std::optional<TargetKind> parseTarget(llvm::StringRef name);

struct PipelineOptions {
  /// A built-in recipe's name or a file, with overrides: `NAME[,key=value…]`.
  std::string recipe = "none";
  TargetKind target = TargetKind::Reference;
  /// The NVIDIA chip of the nvvm target, as in `--chip=`.
  std::string chip = "sm_90a";
  /// Kernels of the nvvm target are compiled for the emulator
  /// (mx/Emulator/Emulator.h) instead of the chip.
  bool emulate = false;
  /// Results and temporaries of public functions lie in memory of the caller:
  /// CallerMemory.h.
  bool callerMemory = false;
  /// Arrays of public functions of the nvvm target lie in GPU memory, those
  /// that a caller gives and those that it gets; else in host memory, and each
  /// call copies them.
  bool deviceArrays = false;
  /// Whether mx-statistics counts what quantisations do.
  bool statistics = false;
  /// Whether mx-apply-recipe says how many bytes are kept for backward
  /// products.
  bool reportSaved = false;
};

/// TOSA and named linalg ops to linalg on tensors.
void buildImportedPipeline(mlir::OpPassManager &pm,
                           const PipelineOptions &options);
/// Roles are inferred and the recipe is applied: mx ops on scaled tensors.
void buildQuantizedPipeline(mlir::OpPassManager &pm,
                            const PipelineOptions &options);
/// Scaled tensors become tensors of i8 codes and scales.
void buildPackedPipeline(mlir::OpPassManager &pm,
                         const PipelineOptions &options);
/// No mx op is left: linalg and arith on memrefs, and for the cpu target calls
/// into libmx_runtime. Results of functions belong to the caller.
void buildLoweredPipeline(mlir::OpPassManager &pm,
                          const PipelineOptions &options);
/// The llvm dialect, with C interfaces for public functions.
void buildLLVMPipeline(mlir::OpPassManager &pm, const PipelineOptions &options);

/// From packed, for a compiler that goes on by itself: no op, type or attribute
/// of mx is left, but linalg, arith, math, scf and tensor ops on tensors of
/// common types, with the bits of the reference target.
void buildExpandedPipeline(mlir::OpPassManager &pm,
                           const PipelineOptions &options);

/// The pipelines of all stages after `from` (nothing: from the input) up to
/// `to`.
void buildPipelineTo(mlir::OpPassManager &pm, Stage to,
                     const PipelineOptions &options,
                     std::optional<Stage> from = std::nullopt);

/// A pipeline as text names it, and what it does in a line.
struct PipelineName {
  llvm::StringRef name, summary;
};
llvm::SmallVector<PipelineName> getPipelineNames();

/// Registers every pipeline for textual use.
void registerMxPipelines();

} // namespace mx

#endif // MX_PIPELINES_PIPELINES_H
