//===- Launch.cpp - Kernels loaded and queued -----------------------------===//

#include "Driver.h"
#include "Lock.h"

#include "mx-runtime/mx_cuda.h"

#include <cstdio>
#include <cstdlib>
#include <cstring>

using namespace mx::cuda;

static Function loadKernel(const Driver &driver, const char *code,
                           const char *kernel) {
  char log[4096] = "";
  int options[] = {kJitErrorLog, kJitErrorLogSize};
  void *values[] = {log, reinterpret_cast<void *>(sizeof(log))};
  Module module = nullptr;
  Function function = nullptr;
  if (check(driver.cuModuleLoadDataEx(&module, code, 2, options, values),
            kernel, log))
    check(driver.cuModuleGetFunction(&function, module, kernel), kernel);
  return function;
}

static Function getKernel(const Driver &driver, void **slot, const char *code,
                          const char *kernel) {
  static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
  Lock lock(mutex);
  if (!*slot)
    *slot = loadKernel(driver, code, kernel);
  return static_cast<Function>(*slot);
}

namespace {

bool isTraced() {
  static const bool traced = [] {
    const char *value = std::getenv("MX_RUNTIME_TRACE");
    return value && std::strcmp(value, "1") == 0;
  }();
  return traced;
}

/// Prints a line for one kernel, with the time it took by itself.
class Trace {
public:
  explicit Trace(const Driver &driver) : driver(driver) {
    if (!isTraced())
      return;
    static thread_local Event events[2] = {};
    for (Event &event : events)
      if (!event)
        check(driver.cuEventCreate(&event, 0), "trace");
    start = events[0];
    end = events[1];
    check(driver.cuEventRecord(start, getStream()), "trace");
  }

  void print(const char *kernel, const mx_cuda_launch_config &config) {
    if (!start)
      return;
    float milliseconds = 0;
    check(driver.cuEventRecord(end, getStream()), "trace");
    check(driver.cuStreamSynchronize(getStream()), kernel);
    check(driver.cuEventElapsedTime(&milliseconds, start, end), "trace");
    std::fprintf(stderr, "mx-cuda: %s blocks=%lld threads=%lld %.4f ms\n",
                 kernel, static_cast<long long>(config.grid[0]),
                 static_cast<long long>(config.block[0]),
                 static_cast<double>(milliseconds));
  }

private:
  const Driver &driver;
  Event start = nullptr, end = nullptr;
};

} // namespace

static void launchKernel(void **slot, const char *code, const char *kernel,
                         const mx_cuda_launch_config *config, void **parameters,
                         bool isOverlapping) {
  // Nothing to do, and an error of the driver.
  if (config->grid[0] * config->grid[1] * config->grid[2] == 0)
    return;
  const Driver *found = getDriver(kernel);
  if (!found)
    return;
  const Driver &driver = *found;
  Function function = getKernel(driver, slot, code, kernel);
  if (!function)
    return;
  LaunchConfig launch{};
  LaunchAttribute attributes[2] = {};
  launch.attributes = attributes;
  for (int i = 0; i < 3; ++i) {
    launch.grid[i] = static_cast<uint32_t>(config->grid[i]);
    launch.block[i] = static_cast<uint32_t>(config->block[i]);
  }
  launch.sharedBytes = static_cast<uint32_t>(config->shared_bytes);
  launch.stream = getStream();
  if (config->cluster[0] * config->cluster[1] * config->cluster[2] > 1) {
    LaunchAttribute &cluster = attributes[launch.numAttributes++];
    cluster.id = kClusterDimension;
    cluster.value.cluster = {static_cast<uint32_t>(config->cluster[0]),
                             static_cast<uint32_t>(config->cluster[1]),
                             static_cast<uint32_t>(config->cluster[2])};
  }
  if (isOverlapping) {
    LaunchAttribute &attribute = attributes[launch.numAttributes++];
    attribute.id = kOverlapping;
    attribute.value.isOverlapping = 1;
  }
  if (config->shared_bytes > 48 << 10)
    check(driver.cuFuncSetAttribute(function, kMaxDynamicSharedSize,
                                    static_cast<int>(config->shared_bytes)),
          kernel);
  Trace trace(driver);
  check(driver.cuLaunchKernelEx(&launch, function, parameters, nullptr),
        kernel);
  trace.print(kernel, *config);
}

void mx_cuda_launch(void **slot, const char *code, const char *kernel,
                    const mx_cuda_launch_config *config, void **parameters) {
  launchKernel(slot, code, kernel, config, parameters, /*isOverlapping=*/false);
}

void mx_cuda_launch_overlapping(void **slot, const char *code,
                                const char *kernel,
                                const mx_cuda_launch_config *config,
                                void **parameters) {
  // Times of single kernels are taken between complete ones.
  launchKernel(slot, code, kernel, config, parameters, !isTraced());
}

int64_t mx_cuda_multiprocessors(void) {
  int count = 1;
  if (const Driver *driver = getDriver("multiprocessors"))
    check(driver->cuDeviceGetAttribute(&count, kMultiprocessors, /*device=*/0),
          "multiprocessors");
  return count;
}

/// Sizes and the box in bytes, from the outermost axis on.
static void encodeMap(void *map, void *device, int64_t size0, int64_t size1,
                      int64_t size2, int64_t box1, int64_t box2, int swizzle) {
  // No box of an empty tensor is ever copied.
  const Driver *driver =
      size0 * size1 * size2 == 0 ? nullptr : getDriver("map");
  if (!driver) {
    std::memset(map, 0, 128);
    return;
  }
  const uint64_t sizes[] = {static_cast<uint64_t>(size2),
                            static_cast<uint64_t>(size1),
                            static_cast<uint64_t>(size0)};
  const uint64_t strides[] = {sizes[0], sizes[0] * sizes[1]};
  const uint32_t box[] = {static_cast<uint32_t>(box2),
                          static_cast<uint32_t>(box1), 1};
  const uint32_t steps[] = {1, 1, 1};
  check(driver->cuTensorMapEncodeTiled(
            map, kUInt8, 3, device, sizes, strides, box, steps,
            /*interleave=*/0, swizzle, kPromoteTo256, /*fill=*/0),
        "map");
}

void mx_cuda_map_bytes(void *map, void *device, int64_t size0, int64_t size1,
                       int64_t size2, int64_t box1, int64_t box2) {
  encodeMap(map, device, size0, size1, size2, box1, box2, kSwizzle128);
}

void mx_cuda_map_lines(void *map, void *device, int64_t size0, int64_t size1,
                       int64_t size2, int64_t box1, int64_t box2) {
  encodeMap(map, device, size0, size1, size2, box1, box2, kNoSwizzle);
}
