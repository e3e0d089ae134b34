//===- EntryPoints.cpp - mx_cuda.h on the emulator ------------------------===//

#include "mx/Emulator/Emulator.h"

#include "Kernels.h"
#include "Memory.h"
#include "TensorMap.h"

#include "mx-runtime/mx_cuda.h"
#include "llvm/Support/Format.h"
#include "llvm/Support/raw_ostream.h"
#include <chrono>
#include <cstdlib>
#include <cstring>
#include <mutex>

using namespace mx::emulator;
using llvm::Twine;

namespace {

/// One host thread at a time is in the emulator.
std::lock_guard<std::recursive_mutex> lock() {
  static auto &mutex = *new std::recursive_mutex;
  return std::lock_guard<std::recursive_mutex>(mutex);
}

[[noreturn]] void fail(llvm::StringRef what, const Twine &text) {
  llvm::outs().flush();
  llvm::errs() << "mx-emulator: error in " << what << ": " << text << "\n";
  std::exit(1);
}

int available(const char **) { return 1; }

void *alloc(int64_t bytes) {
  auto guard = lock();
  void *address = getGlobalMemory().allocate(
      static_cast<size_t>(std::max<int64_t>(bytes, 1)));
  if (!address)
    fail("alloc", "no memory of " + Twine(bytes) + " bytes");
  return address;
}

void release(void *device) {
  auto guard = lock();
  if (device && !getGlobalMemory().free(device))
    fail("free", "there is no such allocation");
}

/// Device memory that the host names.
void checkRange(llvm::StringRef what, const void *device, int64_t bytes) {
  auto address = reinterpret_cast<uint64_t>(device);
  auto size = static_cast<uint64_t>(bytes);
  if (bytes > 0 && !getGlobalMemory().contains(address, size))
    fail(what, getGlobalMemory().describe(address, size));
}

void upload(void *device, const void *host, int64_t bytes) {
  auto guard = lock();
  checkRange("upload", device, bytes);
  if (bytes > 0)
    std::memcpy(device, host, static_cast<size_t>(bytes));
}

void download(void *host, const void *device, int64_t bytes) {
  auto guard = lock();
  checkRange("download", device, bytes);
  if (bytes > 0)
    std::memcpy(host, device, static_cast<size_t>(bytes));
}

void *constant(void **slot, const void *host, int64_t bytes) {
  auto guard = lock();
  if (!*slot) {
    *slot = alloc(bytes);
    upload(*slot, host, bytes);
  }
  return *slot;
}

void clear(void *device, int64_t bytes) {
  auto guard = lock();
  checkRange("clear", device, bytes);
  if (bytes > 0)
    std::memset(device, 0, static_cast<size_t>(bytes));
}

void copy(void *to, const void *from, int64_t bytes) {
  auto guard = lock();
  checkRange("copy", to, bytes);
  checkRange("copy", from, bytes);
  if (bytes > 0)
    std::memmove(to, from, static_cast<size_t>(bytes));
}

void synchronize() {}

/// Few, so that persistent kernels take several tiles a block.
int64_t multiprocessors() { return 4; }

/// cuTensorMapEncodeTiled's conditions.
void encodeMap(void *place, void *device, int64_t size0, int64_t size1,
               int64_t size2, int64_t box1, int64_t box2, int32_t swizzle) {
  auto guard = lock();
  std::memset(place, 0, 128);
  if (size0 * size1 * size2 == 0)
    return;
  if (size2 % 16 != 0 || reinterpret_cast<uint64_t>(device) % 16 != 0)
    fail("map", "rows of " + Twine(size2) +
                    " bytes, or where they are; expected multiples of 16");
  if (box1 < 1 || box1 > 256 || box2 < 16 || box2 > 128 || box2 % 16 != 0)
    fail("map", "boxes of " + Twine(box1) + " x " + Twine(box2) +
                    " bytes; expected at most 256 x 128, in rows of whole 16 "
                    "bytes");
  checkRange("map", device, size0 * size1 * size2);
  TensorMap map;
  map.address = reinterpret_cast<uint64_t>(device);
  map.swizzleBytes = swizzle;
  const int64_t sizes[] = {size2, size1, size0}, boxes[] = {box2, box1, 1};
  int64_t stride = 1;
  for (unsigned i = 0; i < TensorMap::kRank; ++i) {
    map.sizes[i] = sizes[i];
    map.strides[i] = stride;
    map.box[i] = static_cast<int32_t>(boxes[i]);
    stride *= sizes[i];
  }
  std::memcpy(place, &map, sizeof map);
}

void mapBytes(void *place, void *device, int64_t size0, int64_t size1,
              int64_t size2, int64_t box1, int64_t box2) {
  encodeMap(place, device, size0, size1, size2, box1, box2, /*swizzle=*/128);
}
void mapLines(void *place, void *device, int64_t size0, int64_t size1,
              int64_t size2, int64_t box1, int64_t box2) {
  encodeMap(place, device, size0, size1, size2, box1, box2, /*swizzle=*/0);
}

void checkLaunch(const Launch &launch, const LoadedKernel &kernel) {
  unsigned threads = launch.countThreads();
  if (threads == 0 || threads > 1024)
    fail(launch.kernel, Twine(threads) + " threads; expected 1 to 1024");
  unsigned blocks = launch.countBlocks();
  if (blocks == 0 || blocks > 8)
    fail(launch.kernel, Twine(blocks) + " blocks a cluster; expected 1 to 8");
  for (int axis = 0; axis < 3; ++axis)
    if (launch.grid[axis] % launch.cluster[axis] != 0)
      fail(launch.kernel, "the grid is no multiple of the cluster");
  uint64_t shared = uint64_t(launch.staticShared) + launch.dynamicShared;
  if (shared > kernel.sharedMemory)
    fail(launch.kernel, Twine(shared) +
                            " bytes of shared memory; the chip has " +
                            Twine(kernel.sharedMemory));
}

LoadedKernel *load(const char *code, const char *name) {
  auto loaded = loadKernel(code, name);
  if (!loaded)
    fail(name, llvm::toString(loaded.takeError()));
  return *loaded;
}

void launchKernel(void **slot, const char *code, const char *name,
                  const mx_cuda_launch_config *config, void **parameters) {
  auto guard = lock();
  if (config->grid[0] * config->grid[1] * config->grid[2] == 0)
    return;
  if (!*slot)
    *slot = load(code, name);
  const auto &kernel = *static_cast<const LoadedKernel *>(*slot);
  Launch launch{};
  launch.kernel = name;
  launch.entry = kernel.entry;
  launch.parameters = parameters;
  launch.staticShared = kernel.staticShared;
  launch.dynamicShared = static_cast<uint32_t>(config->shared_bytes);
  for (int axis = 0; axis < 3; ++axis) {
    launch.grid[axis] = static_cast<uint32_t>(config->grid[axis]);
    launch.threads[axis] = static_cast<uint32_t>(config->block[axis]);
    launch.cluster[axis] = static_cast<uint32_t>(config->cluster[axis]);
  }
  checkLaunch(launch, kernel);
  auto start = std::chrono::steady_clock::now();
  getMachine().run(launch);
  std::chrono::duration<double, std::milli> time =
      std::chrono::steady_clock::now() - start;
  static const bool isTraced = [] {
    const char *value = std::getenv("MX_RUNTIME_TRACE");
    return value && std::strcmp(value, "1") == 0;
  }();
  if (isTraced)
    llvm::errs() << "mx-emulator: " << name << " blocks=" << config->grid[0]
                 << " threads=" << config->block[0] << " "
                 << llvm::format("%.1f", time.count()) << " ms of the CPU\n";
}

} // namespace

llvm::ArrayRef<uint64_t> mx::emulator::getParameterBytes(const char *code,
                                                         const char *name) {
  auto guard = lock();
  return load(code, name)->parameterBytes;
}

llvm::ArrayRef<mx::JIT::Symbol> mx::emulator::getEntryPoints() {
  auto at = [](auto *function) { return reinterpret_cast<void *>(function); };
  static const JIT::Symbol points[] = {
      {"mx_cuda_available", at(available)},
      {"mx_cuda_alloc", at(alloc)},
      {"mx_cuda_free", at(release)},
      {"mx_cuda_upload", at(upload)},
      {"mx_cuda_download", at(download)},
      {"mx_cuda_constant", at(constant)},
      {"mx_cuda_clear", at(clear)},
      {"mx_cuda_copy", at(copy)},
      {"mx_cuda_multiprocessors", at(multiprocessors)},
      {"mx_cuda_map_bytes", at(mapBytes)},
      {"mx_cuda_map_lines", at(mapLines)},
      {"mx_cuda_synchronize", at(synchronize)},
      {"mx_cuda_launch", at(launchKernel)},
      {"mx_cuda_launch_overlapping", at(launchKernel)},
  };
  return points;
}
