//===- Kernels.cpp - Kernels loaded from code -----------------------------===//

#include "Kernels.h"

#include "KernelCode.h"
#include "Symbols.h"

#include "llvm/ExecutionEngine/Orc/AbsoluteSymbols.h"
#include "llvm/ExecutionEngine/Orc/ExecutionUtils.h"
#include "llvm/ExecutionEngine/Orc/LLJIT.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/TargetSelect.h"
#include "llvm/Support/xxhash.h"
#include <cstring>
#include <map>

using namespace mx::emulator;
using namespace llvm;

static Expected<orc::LLJIT *> getEngine() {
  static orc::LLJIT *engine = nullptr;
  if (engine)
    return engine;
  InitializeNativeTarget();
  InitializeNativeTargetAsmPrinter();
  auto made = orc::LLJITBuilder().create();
  if (!made)
    return made.takeError();
  orc::JITDylib &dylib = (*made)->getMainJITDylib();
  orc::SymbolMap symbols;
  for (const Symbol &symbol : getSymbols())
    symbols[(*made)->mangleAndIntern(symbol.name)] = {
        orc::ExecutorAddr::fromPtr(symbol.address), JITSymbolFlags::Exported};
  if (Error error = dylib.define(orc::absoluteSymbols(std::move(symbols))))
    return std::move(error);
  engine = made->release(); // the code must stay
  return engine;
}

/// A library of its own, for names may come again.
static Expected<orc::JITDylib *> link(orc::LLJIT &engine, StringRef object) {
  static unsigned count = 0;
  auto dylib = engine.createJITDylib("kernels" + std::to_string(count++));
  if (!dylib)
    return dylib.takeError();
  dylib->addToLinkOrder(engine.getMainJITDylib());
  if (Error error =
          engine.addObjectFile(*dylib, MemoryBuffer::getMemBufferCopy(object)))
    return std::move(error);
  return &*dylib;
}

Expected<LoadedKernel *> mx::emulator::loadKernel(const char *code,
                                                  const char *name) {
  Expected<orc::LLJIT *> engine = getEngine();
  if (!engine)
    return engine.takeError();
  KernelCode header;
  std::memcpy(&header, code, sizeof header);
  if (header.magic != KernelCode::kMagic)
    return createStringError("the kernels were not compiled for the emulator");
  StringRef object(code + sizeof header, header.bytes);
  static auto &linked = *new std::map<uint64_t, orc::JITDylib *>;
  orc::JITDylib *&dylib = linked[xxh3_64bits(object)];
  if (!dylib) {
    Expected<orc::JITDylib *> made = link(**engine, object);
    if (!made)
      return made.takeError();
    dylib = *made;
  }
  auto entry = (*engine)->lookup(*dylib, std::string(name) + ".entry");
  if (!entry)
    return entry.takeError();
  auto sizes = (*engine)->lookup(*dylib, std::string(name) + ".parameters");
  if (!sizes)
    return sizes.takeError();
  const auto *bytes = sizes->toPtr<const uint64_t *>();
  return new LoadedKernel{entry->toPtr<void (*)(void **)>(),
                          header.staticShared, header.sharedMemory,
                          ArrayRef(bytes + 1, bytes[0])};
}
