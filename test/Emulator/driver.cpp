//===- driver.cpp - The CUDA driver's functions on the emulator -----------===//
//
// libcuda.so.1 for programs that were compiled with `mxc --emulate`: what
// libmx_cuda_runtime and the tests call of the driver, with its conditions on
// contexts, launches and captures. Work is done when it is queued, or when the
// graph is launched that captured it.
//
//===----------------------------------------------------------------------===//

#include "Driver.h"

#include "mx-runtime/mx_cuda.h"
#include "mx/Emulator/Emulator.h"

#include "llvm/ADT/STLExtras.h"
#include <atomic>
#include <chrono>
#include <cstring>
#include <functional>
#include <memory>
#include <string>
#include <vector>

using namespace mx::cuda;

namespace {

constexpr Result kInvalidValue = 1, kInvalidContext = 201, kNotFound = 500,
                 kIllegalState = 401, kUnsupportedInCapture = 900;
constexpr uint32_t kSharedWithoutAsking = 48 << 10;

using Clock = std::chrono::steady_clock;

/// The emulator's own mx_cuda_NAME.
template <typename Signature> Signature *getEntry(llvm::StringRef name) {
  for (const mx::JIT::Symbol &symbol : mx::emulator::getEntryPoints())
    if (symbol.name == name)
      return reinterpret_cast<Signature *>(symbol.address);
  llvm::report_fatal_error("the emulator has no " + name);
}
#define MX_EMULATED(name) getEntry<decltype(name)>(#name)

std::vector<Context> &getContexts() {
  static thread_local std::vector<Context> contexts;
  return contexts;
}

bool hasContext() { return !getContexts().empty() && getContexts().back(); }

using Graph = std::vector<std::function<Result()>>;

/// Streams that are being captured, by whichever thread.
std::atomic<int> captures{0};

/// Work that a capture by any thread forbids, as its order is none of a
/// stream's.
template <typename Work> Result runAtOnce(Work work) {
  if (!hasContext())
    return kInvalidContext;
  return captures ? kUnsupportedInCapture : work();
}

void *toHost(DevicePtr address) { return reinterpret_cast<void *>(address); }

Result allocate(DevicePtr *address, size_t bytes) {
  if (bytes == 0)
    return kInvalidValue;
  *address = reinterpret_cast<DevicePtr>(
      MX_EMULATED(mx_cuda_alloc)(static_cast<int64_t>(bytes)));
  return 0;
}

Result release(DevicePtr address) {
  MX_EMULATED(mx_cuda_free)(toHost(address));
  return 0;
}

Result upload(DevicePtr to, const void *from, size_t bytes) {
  MX_EMULATED(mx_cuda_upload)(toHost(to), from, static_cast<int64_t>(bytes));
  return 0;
}

Result download(void *to, DevicePtr from, size_t bytes) {
  MX_EMULATED(mx_cuda_download)(to, toHost(from), static_cast<int64_t>(bytes));
  return 0;
}

/// By an upload, which checks the range.
Result fill(DevicePtr address, unsigned char value, size_t bytes) {
  return upload(address, std::string(bytes, static_cast<char>(value)).data(),
                bytes);
}

} // namespace

struct mx::cuda::StreamOpaque {
  std::unique_ptr<Graph> captured;
};
struct mx::cuda::EventOpaque {
  Clock::time_point time;
};
struct mx::cuda::ModuleOpaque {
  const char *code;
};
struct mx::cuda::FunctionOpaque {
  const char *code;
  std::string name;
  void *slot = nullptr;
  std::atomic<uint32_t> sharedBytes{kSharedWithoutAsking};
};

/// The graph that a stream's work goes to, if it is captured; the driver's own
/// streams are small numbers and never are.
static Graph *getCaptured(Stream stream) {
  return reinterpret_cast<uintptr_t>(stream) > 2 ? stream->captured.get()
                                                 : nullptr;
}

/// Does work of a stream, or keeps it for the graph.
static Result queue(Stream stream, std::function<Result()> work) {
  if (!hasContext())
    return kInvalidContext;
  Graph *graph = getCaptured(stream);
  if (!graph)
    return work();
  graph->push_back(std::move(work));
  return 0;
}

extern "C" {

// Devices and contexts.

Result cuInit(unsigned) { return 0; }
Result cuDeviceGetCount(int *count) {
  *count = 1;
  return 0;
}
Result cuDeviceGet(Device *device, int ordinal) {
  *device = ordinal;
  return ordinal == 0 ? 0 : kInvalidValue;
}
Result cuDeviceGetAttribute(int *value, int attribute, Device) {
  if (attribute != kMultiprocessors)
    return kInvalidValue;
  *value = static_cast<int>(MX_EMULATED(mx_cuda_multiprocessors)());
  return 0;
}
Result cuDevicePrimaryCtxRetain(Context *context, Device) {
  static char primary;
  *context = reinterpret_cast<Context>(&primary);
  return 0;
}
Result cuCtxSetCurrent(Context context) {
  getContexts().assign(1, context);
  return 0;
}
Result cuCtxPushCurrent_v2(Context context) {
  getContexts().push_back(context);
  return 0;
}
Result cuCtxPopCurrent_v2(Context *context) {
  if (!hasContext())
    return kInvalidContext;
  *context = getContexts().back();
  getContexts().pop_back();
  return 0;
}
Result cuCtxSynchronize() {
  return runAtOnce([] { return 0; });
}

// Streams, graphs and events.

Result cuStreamCreate(Stream *stream, unsigned) {
  *stream = new StreamOpaque;
  return hasContext() ? 0 : kInvalidContext;
}
Result cuStreamSynchronize(Stream stream) {
  if (getCaptured(stream))
    return kUnsupportedInCapture;
  return hasContext() ? 0 : kInvalidContext;
}
Result cuStreamBeginCapture_v2(Stream stream, int) {
  if (reinterpret_cast<uintptr_t>(stream) <= 2 || stream->captured)
    return kIllegalState;
  stream->captured = std::make_unique<Graph>();
  ++captures;
  return 0;
}
Result cuStreamEndCapture(Stream stream, Graph **graph) {
  if (!getCaptured(stream))
    return kIllegalState;
  *graph = stream->captured.release();
  --captures;
  return 0;
}
Result cuGraphInstantiateWithFlags(Graph **executable, Graph *graph,
                                   unsigned long long) {
  *executable = graph;
  return 0;
}
Result cuGraphLaunch(Graph *executable, Stream stream) {
  return queue(stream, [executable] {
    for (const std::function<Result()> &work : *executable)
      if (Result result = work())
        return result;
    return 0;
  });
}
Result cuEventCreate(Event *event, unsigned) {
  *event = new EventOpaque;
  return hasContext() ? 0 : kInvalidContext;
}
Result cuEventRecord(Event event, Stream stream) {
  return queue(stream, [event] {
    event->time = Clock::now();
    return 0;
  });
}
Result cuEventElapsedTime(float *milliseconds, Event start, Event end) {
  *milliseconds =
      std::chrono::duration<float, std::milli>(end->time - start->time).count();
  return 0;
}

// Memory. A graph keeps what is allocated in it.

Result cuDeviceGetDefaultMemPool(Pool *, Device) { return kNotFound; }
Result cuMemPoolSetAttribute(Pool, int, void *) { return kInvalidValue; }
Result cuMemAlloc_v2(DevicePtr *address, size_t bytes) {
  return runAtOnce([=] { return allocate(address, bytes); });
}
Result cuMemAllocAsync(DevicePtr *address, size_t bytes, Stream) {
  return hasContext() ? allocate(address, bytes) : kInvalidContext;
}
Result cuMemFree_v2(DevicePtr address) {
  return runAtOnce([=] { return release(address); });
}
Result cuMemFreeAsync(DevicePtr address, Stream stream) {
  return getCaptured(stream) ? 0
                             : queue(stream, [=] { return release(address); });
}
Result cuMemcpyHtoD_v2(DevicePtr to, const void *from, size_t bytes) {
  return runAtOnce([=] { return upload(to, from, bytes); });
}
Result cuMemcpyHtoDAsync_v2(DevicePtr to, const void *from, size_t bytes,
                            Stream stream) {
  return queue(stream, [=] { return upload(to, from, bytes); });
}
Result cuMemcpyDtoH_v2(void *to, DevicePtr from, size_t bytes) {
  return runAtOnce([=] { return download(to, from, bytes); });
}
Result cuMemcpyDtoHAsync_v2(void *to, DevicePtr from, size_t bytes,
                            Stream stream) {
  return queue(stream, [=] { return download(to, from, bytes); });
}
Result cuMemcpyDtoDAsync_v2(DevicePtr to, DevicePtr from, size_t bytes,
                            Stream stream) {
  return queue(stream, [=] {
    MX_EMULATED(mx_cuda_copy)(toHost(to), toHost(from),
                              static_cast<int64_t>(bytes));
    return 0;
  });
}
Result cuMemsetD8_v2(DevicePtr address, unsigned char value, size_t bytes) {
  return runAtOnce([=] { return fill(address, value, bytes); });
}
Result cuMemsetD8Async(DevicePtr address, unsigned char value, size_t bytes,
                       Stream stream) {
  return queue(stream, [=] { return fill(address, value, bytes); });
}

/// The maps that mx_cuda_map_bytes and mx_cuda_map_lines make.
Result cuTensorMapEncodeTiled(void *map, int type, uint32_t rank, void *address,
                              const uint64_t *sizes, const uint64_t *strides,
                              const uint32_t *box, const uint32_t *steps,
                              int interleave, int swizzle, int, int nans) {
  bool isKnown = type == kUInt8 && rank == 3 &&
                 (swizzle == kSwizzle128 || swizzle == kNoSwizzle) &&
                 interleave == 0 && nans == 0 && strides[0] == sizes[0] &&
                 strides[1] == sizes[0] * sizes[1] && box[2] == 1;
  for (unsigned i = 0; i < 3; ++i)
    isKnown &= steps[i] == 1;
  if (!isKnown || reinterpret_cast<uint64_t>(map) % 64 != 0)
    return kInvalidValue;
  auto encode = swizzle == kNoSwizzle ? MX_EMULATED(mx_cuda_map_lines)
                                      : MX_EMULATED(mx_cuda_map_bytes);
  encode(map, address, static_cast<int64_t>(sizes[2]),
         static_cast<int64_t>(sizes[1]), static_cast<int64_t>(sizes[0]), box[1],
         box[0]);
  return 0;
}

// Kernels.

Result cuModuleLoadDataEx(Module *module, const void *image, unsigned, int *,
                          void **) {
  if (!hasContext())
    return kInvalidContext;
  *module = new ModuleOpaque{static_cast<const char *>(image)};
  return 0;
}
Result cuModuleGetFunction(Function *function, Module module,
                           const char *name) {
  *function = new FunctionOpaque{module->code, name};
  return 0;
}
Result cuFuncSetAttribute(Function function, int attribute, int value) {
  if (attribute != kMaxDynamicSharedSize || value < 0)
    return kInvalidValue;
  function->sharedBytes = static_cast<uint32_t>(value);
  return 0;
}
Result cuLaunchKernelEx(const LaunchConfig *config, Function function,
                        void **parameters, void **) {
  if (!hasContext())
    return kInvalidContext;
  if (config->sharedBytes > function->sharedBytes)
    return kInvalidValue;
  mx_cuda_launch_config launch{};
  for (int i = 0; i < 3; ++i) {
    launch.grid[i] = config->grid[i];
    launch.block[i] = config->block[i];
    launch.cluster[i] = 1;
  }
  for (unsigned i = 0; i < config->numAttributes; ++i) {
    if (config->attributes[i].id == kOverlapping)
      continue;
    if (config->attributes[i].id != kClusterDimension)
      return kInvalidValue;
    const auto &cluster = config->attributes[i].value.cluster;
    launch.cluster[0] = cluster.x;
    launch.cluster[1] = cluster.y;
    launch.cluster[2] = cluster.z;
  }
  launch.shared_bytes = config->sharedBytes;
  llvm::ArrayRef<uint64_t> sizes =
      mx::emulator::getParameterBytes(function->code, function->name.c_str());
  std::vector<std::string> values;
  for (auto [i, size] : llvm::enumerate(sizes))
    values.emplace_back(static_cast<const char *>(parameters[i]), size);
  return queue(config->stream, [=]() mutable {
    std::vector<void *> addresses;
    for (std::string &value : values)
      addresses.push_back(value.data());
    MX_EMULATED(mx_cuda_launch)
    (&function->slot, function->code, function->name.c_str(), &launch,
     addresses.data());
    return 0;
  });
}

// Errors.

Result cuGetErrorName(Result, const char **text) {
  *text = "CUDA_ERROR";
  return 0;
}
Result cuGetErrorString(Result result, const char **text) {
  *text = result == kInvalidContext ? "no context is current"
          : result == kUnsupportedInCapture
              ? "not permitted while a stream is captured"
              : "an argument is invalid";
  return 0;
}
}
