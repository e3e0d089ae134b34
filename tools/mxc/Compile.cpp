//===- Compile.cpp - mxc compile ------------------------------------------===//

#include "Commands.h"
#include "Npz.h"
#include "mx/Pipelines/Program.h"

#include "mx/Target/Emit.h"
#include "mx/Target/NVVM/EmitPTX.h"
#include "llvm/ADT/SmallString.h"
#include "llvm/Support/raw_ostream.h"

using namespace llvm;
using namespace mxc;

cl::SubCommand &mxc::getCompileCommand() {
  static cl::SubCommand command("compile",
                                "rewrite a module and emit IR or code");
  return command;
}
static cl::opt<std::string>
    stopAfter("stop-after", cl::value_desc("stage"),
              cl::desc("last stage: imported, quantized, packed, lowered or "
                       "llvm (default), for --emit=mlir"),
              cl::sub(getCompileCommand()));
static cl::opt<std::string>
    emitKind("emit", cl::init("mlir"),
             cl::value_desc("mlir|llvm|obj|ptx|cubin"),
             cl::desc("MLIR (default), LLVM IR, an object file, or the kernels "
                      "of target nvvm as PTX or, with ptxas, as a cubin"),
             cl::sub(getCompileCommand()));

static cl::opt<std::string>
    cpuName("mcpu", cl::value_desc("cpu"),
            cl::desc("CPU to make host code for, as LLVM spells it (default: "
                     "this machine's)"),
            cl::sub(getCompileCommand()));
static cl::opt<std::string>
    cpuFeatures("mattr", cl::value_desc("+a,-b"),
                cl::desc("features to add to the CPU's or take away"),
                cl::sub(getCompileCommand()));

/// The stage that the options ask for.
static Expected<mx::Stage> getStage() {
  if (Error error = checkChoice("--emit", emitKind,
                                {"mlir", "llvm", "obj", "ptx", "cubin"}))
    return std::move(error);
  if ((emitKind == "ptx" || emitKind == "cubin") && targetName != "nvvm")
    return createStringError("--emit=" + emitKind +
                             " needs --target=nvvm, but the target is " +
                             targetName);
  if (emitKind != "llvm" && emitKind != "obj" &&
      (cpuName.getNumOccurrences() || cpuFeatures.getNumOccurrences()))
    return createStringError("--mcpu and --mattr are for --emit=llvm and "
                             "--emit=obj, but the kind is " +
                             emitKind);
  if (stopAfter.getNumOccurrences() == 0)
    return mx::Stage::LLVM;
  if (Error error = checkChoice("stage", stopAfter, mx::getStageNames()))
    return std::move(error);
  mx::Stage stage = *mx::parseStage(stopAfter);
  if (emitKind != "mlir" && stage != mx::Stage::LLVM)
    return createStringError("--emit=" + emitKind +
                             " needs the stage llvm, but --stop-after=" +
                             stopAfter + " ends before it");
  return stage;
}

static Error emitTo(mlir::ModuleOp module, SmallVectorImpl<char> &bytes) {
  raw_svector_ostream os(bytes);
  mlir::LogicalResult result = mlir::success();
  if (emitKind == "mlir")
    os << module << "\n";
  else if (emitKind == "llvm")
    result = mx::emitLLVMIR(module, {cpuName, cpuFeatures}, os);
  else if (emitKind == "obj")
    result = mx::emitObject(module, {cpuName, cpuFeatures}, os);
  else if (emitKind == "ptx")
    result = mx::nvvm::printPTX(module, os);
  else
    result = mx::nvvm::printCubin(module, os);
  return failed(result) ? make_error<mx::ReportedError>() : Error::success();
}

Error mxc::compileMain() {
  Expected<mx::PipelineOptions> options = getPipelineOptions();
  if (!options)
    return options.takeError();
  Expected<mx::Stage> stage = getStage();
  if (!stage)
    return stage.takeError();
  Expected<std::unique_ptr<mx::Program>> program =
      mx::Program::fromFile(inputFile, *options);
  if (!program)
    return program.takeError();
  if (Error error = (*program)->lowerTo(*stage))
    return error;
  SmallString<0> bytes;
  if (Error error = emitTo((*program)->getModule(), bytes))
    return error;
  return writeFile(outputFile, bytes);
}
