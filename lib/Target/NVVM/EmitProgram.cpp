//===- EmitProgram.cpp - The kernels of a program as one file -------------===//

#include "mx/Target/NVVM/EmitPTX.h"

#include "mlir/Dialect/LLVMIR/NVVMDialect.h"
#include "mlir/IR/BuiltinOps.h"
#include "llvm/ADT/ScopeExit.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/Process.h"
#include "llvm/Support/Program.h"

using namespace mlir;
using namespace mx::nvvm;

LogicalResult mx::nvvm::printPTX(ModuleOp program, llvm::raw_ostream &os) {
  bool isFirst = true;
  for (auto binary : program.getOps<gpu::BinaryOp>()) {
    auto object = cast<gpu::ObjectAttr>(binary.getObjects()[0]);
    StringRef ptx = object.getObject().getValue().rtrim('\0');
    os << (isFirst ? ptx : dropHeader(ptx)) << "\n";
    isFirst = false;
  }
  if (isFirst)
    return program.emitError("there are no kernels; expected a program for "
                             "target nvvm with at least one loop nest");
  return success();
}

static std::string findPtxas() {
  SmallVector<std::string> folders;
  if (auto home = llvm::sys::Process::GetEnv("CUDA_HOME"))
    folders.push_back(*home + "/bin");
  for (StringRef folder : {StringRef(), StringRef("/usr/local/cuda/bin")}) {
    SmallVector<StringRef> paths(folders.begin(), folders.end());
    if (!folder.empty())
      paths.push_back(folder);
    auto found = llvm::sys::findProgramByName("ptxas", paths);
    if (found)
      return *found;
  }
  return "";
}

static StringRef getChipName(ModuleOp program) {
  for (auto binary : program.getOps<gpu::BinaryOp>())
    if (auto target = dyn_cast<NVVM::NVVMTargetAttr>(
            cast<gpu::ObjectAttr>(binary.getObjects()[0]).getTarget()))
      return target.getChip();
  return "";
}

LogicalResult mx::nvvm::printCubin(ModuleOp program, llvm::raw_ostream &os) {
  std::string ptxas = findPtxas();
  if (ptxas.empty())
    return program.emitError("ptxas is not in CUDA_HOME/bin, PATH or "
                             "/usr/local/cuda/bin; install CUDA, or emit ptx");
  SmallString<64> input, output, log;
  llvm::scope_exit remove([&] {
    for (StringRef path : {input, output, log})
      if (!path.empty())
        llvm::sys::fs::remove(path);
  });
  int descriptor = -1;
  if (llvm::sys::fs::createTemporaryFile("mx", "ptx", descriptor, input) ||
      llvm::sys::fs::createTemporaryFile("mx", "cubin", output) ||
      llvm::sys::fs::createTemporaryFile("mx", "log", log))
    return program.emitError("cannot create a temporary file");
  {
    llvm::raw_fd_ostream file(descriptor, /*shouldClose=*/true);
    if (failed(printPTX(program, file)))
      return failure();
  }
  std::string arch = ("-arch=" + getChipName(program)).str();
  StringRef arguments[] = {ptxas, arch, input, "-o", output};
  std::optional<StringRef> redirects[] = {StringRef(), StringRef(log),
                                          StringRef(log)};
  if (llvm::sys::ExecuteAndWait(ptxas, arguments, std::nullopt, redirects)) {
    auto text = llvm::MemoryBuffer::getFile(log);
    return program.emitError("ptxas failed: ")
           << (text ? (*text)->getBuffer() : StringRef("no message"));
  }
  auto cubin = llvm::MemoryBuffer::getFile(output);
  if (!cubin)
    return program.emitError("ptxas wrote nothing");
  os << (*cubin)->getBuffer();
  return success();
}
