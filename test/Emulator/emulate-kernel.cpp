//===- emulate-kernel.cpp - Launch one kernel of a file -------------------===//
//
// emulate-kernel FILE --block=64 --arg=zeros:64: the first kernel of the first
// gpu.module, in the scf, arith, llvm and nvvm dialects, runs on the emulator;
// buffers of zeros are printed afterwards.
//
//===----------------------------------------------------------------------===//

#include "mx/Emulator/Emulator.h"

#include "mlir/Conversion/Passes.h"
#include "mlir/Dialect/LLVMIR/NVVMDialect.h"
#include "mlir/InitAllDialects.h"
#include "mlir/InitAllExtensions.h"
#include "mlir/Parser/Parser.h"
#include "mlir/Pass/PassManager.h"
#include "mlir/Support/FileUtilities.h"
#include "mlir/Target/LLVMIR/Dialect/All.h"
#include "mx-runtime/mx_cuda.h"
#include "mx/Conversion/Passes.h"
#include "mx/InitAll.h"
#include "mx/Target/NVVM/TargetInfo.h"
#include "llvm/Support/CommandLine.h"
#include "llvm/Support/SourceMgr.h"

using namespace mlir;
namespace cl = llvm::cl;

static cl::opt<std::string> input(cl::Positional, cl::Required);
static cl::opt<int64_t> blocks("grid", cl::init(1));
static cl::opt<int64_t> threads("block", cl::init(32));
static cl::opt<int64_t> cluster("cluster", cl::init(1));
static cl::opt<int64_t> shared("shared", cl::init(0));
static cl::list<std::string> arguments(
    "arg",
    cl::desc(
        "zeros:N or count:N, N words of i32; bytes:N; file:PATH; "
        "i32:VALUE; map:BUFFER:S0xS1xS2:B1xB2, with swizzle; lines:, without"));

template <typename T> static T *find(StringRef name) {
  for (const mx::JIT::Symbol &symbol : mx::emulator::getEntryPoints())
    if (symbol.name == name)
      return reinterpret_cast<T *>(symbol.address);
  llvm::report_fatal_error("the emulator lacks a function of mx_cuda.h");
}

[[noreturn]] static void fail(const Twine &text) {
  llvm::errs() << "emulate-kernel: error: " << text << "\n";
  std::exit(1);
}

static SmallVector<int64_t> readNumbers(StringRef text) {
  SmallVector<int64_t> numbers;
  for (StringRef part : llvm::split(text, 'x'))
    if (part.getAsInteger(10, numbers.emplace_back()))
      fail("expected a number, found '" + part + "'");
  return numbers;
}

namespace {
struct Argument {
  StringRef kind;
  int64_t words = 0;
  alignas(64) char value[128] = {};

  void *getBuffer() const {
    void *address;
    std::memcpy(&address, value, sizeof address);
    return address;
  }
};
} // namespace

static void upload(Argument &argument, ArrayRef<uint32_t> content) {
  auto bytes = static_cast<int64_t>(4 * content.size());
  argument.words = static_cast<int64_t>(content.size());
  void *address = find<decltype(mx_cuda_alloc)>("mx_cuda_alloc")(bytes);
  find<decltype(mx_cuda_upload)>("mx_cuda_upload")(address, content.data(),
                                                   bytes);
  std::memcpy(argument.value, &address, sizeof address);
}

static void makeBuffer(Argument &argument, int64_t count) {
  bool isBytes = argument.kind == "bytes";
  argument.words = isBytes ? count / 4 : count;
  std::vector<uint32_t> content(argument.words);
  for (auto [i, word] : llvm::enumerate(content)) {
    if (argument.kind == "count")
      word = static_cast<uint32_t>(i);
    for (size_t byte = 0; isBytes && byte < 4; ++byte)
      word |= static_cast<uint32_t>((4 * i + byte) * 37 % 251) << (8 * byte);
  }
  upload(argument, content);
}

static void readArgument(StringRef text, std::vector<Argument> &all) {
  SmallVector<StringRef> parts;
  text.split(parts, ':');
  Argument &argument = all.emplace_back();
  argument.kind = parts[0];
  if (parts[0] == "map" || parts[0] == "lines") {
    const Argument &buffer = all[readNumbers(parts[1])[0]];
    SmallVector<int64_t> s = readNumbers(parts[2]), box = readNumbers(parts[3]);
    find<decltype(mx_cuda_map_bytes)>(parts[0] == "map" ? "mx_cuda_map_bytes"
                                                        : "mx_cuda_map_lines")(
        argument.value, buffer.getBuffer(), s[0], s[1], s[2], box[0], box[1]);
  } else if (parts[0] == "file") {
    auto file = llvm::MemoryBuffer::getFile(parts[1]);
    if (!file)
      fail("cannot read '" + parts[1] + "'");
    StringRef bytes = (*file)->getBuffer();
    std::vector<uint32_t> content(bytes.size() / 4);
    std::memcpy(content.data(), bytes.data(), 4 * content.size());
    upload(argument, content);
  } else if (parts[0] == "i32") {
    auto value = static_cast<int32_t>(readNumbers(parts[1])[0]);
    std::memcpy(argument.value, &value, sizeof value);
  } else {
    makeBuffer(argument, readNumbers(parts[1])[0]);
  }
}

static void printBuffer(const Argument &argument, size_t number) {
  std::vector<int32_t> content(argument.words);
  find<decltype(mx_cuda_download)>("mx_cuda_download")(
      content.data(), argument.getBuffer(), 4 * argument.words);
  llvm::outs() << "arg" << number << ":";
  for (int32_t word : content)
    llvm::outs() << " " << word;
  llvm::outs() << "\n";
}

static void run(gpu::GPUModuleOp kernels, StringRef code) {
  std::string name;
  for (auto function : kernels.getOps<LLVM::LLVMFuncOp>())
    if (function->hasAttr(NVVM::NVVMDialect::getKernelFuncAttrName()))
      name = function.getName();
  std::vector<Argument> all;
  all.reserve(arguments.size());
  for (StringRef text : arguments)
    readArgument(text, all);
  std::vector<void *> addresses;
  for (Argument &argument : all)
    addresses.push_back(argument.value);
  mx_cuda_launch_config config = {
      {blocks, 1, 1}, {threads, 1, 1}, {cluster, 1, 1}, shared};
  void *slot = nullptr;
  find<decltype(mx_cuda_launch)>("mx_cuda_launch")(
      &slot, code.data(), name.c_str(), &config, addresses.data());
  for (auto [i, argument] : llvm::enumerate(all))
    if (argument.kind == "zeros")
      printBuffer(argument, i);
}

int main(int argc, char **argv) {
  cl::ParseCommandLineOptions(argc, argv, "launch a kernel on the emulator\n");
  DialectRegistry registry;
  registerAllDialects(registry);
  registerAllExtensions(registry);
  registerAllToLLVMIRTranslations(registry);
  mx::registerMx(registry);
  MLIRContext context(registry);
  context.printOpOnDiagnostic(false);
  llvm::SourceMgr sources;
  SourceMgrDiagnosticHandler diagnostics(sources, &context);
  auto module = parseSourceFile<ModuleOp>(input, sources, &context);
  if (!module)
    return 1;
  PassManager pm(&context);
  OpPassManager &nested = pm.nest<gpu::GPUModuleOp>();
  nested.addPass(createSCFToControlFlowPass());
  nested.addPass(mx::createMXKernelsToNVVM());
  if (failed(pm.run(*module)))
    return 1;
  auto kernels = *module->getOps<gpu::GPUModuleOp>().begin();
  auto code =
      mx::emulator::compileKernels(kernels, *mx::nvvm::findChip("sm_90a"));
  if (failed(code))
    return 1;
  run(kernels, *code);
  return 0;
}
