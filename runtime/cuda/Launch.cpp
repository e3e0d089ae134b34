//===- Launch.cpp - Kernels loaded and queued -----------------------------===//

#include "Driver.h"

#include "mx-runtime/mx_cuda.h"

#include <mutex>

using namespace mx::cuda;

static Function loadKernel(const Driver &driver, const char *code,
                           const char *kernel) {
  char log[4096] = "";
  int options[] = {kJitErrorLog, kJitErrorLogSize};
  void *values[] = {log, reinterpret_cast<void *>(sizeof(log))};
  Module module = nullptr;
  Function function = nullptr;
  check(driver.cuModuleLoadDataEx(&module, code, 2, options, values), kernel,
        log);
  check(driver.cuModuleGetFunction(&function, module, kernel), kernel);
  return function;
}

static Function getKernel(const Driver &driver, void **slot, const char *code,
                          const char *kernel) {
  static std::mutex &mutex = *new std::mutex;
  std::lock_guard<std::mutex> lock(mutex);
  if (!*slot)
    *slot = loadKernel(driver, code, kernel);
  return static_cast<Function>(*slot);
}

void mx_cuda_launch(void **slot, const char *code, const char *kernel,
                    const mx_cuda_launch_config *config, void **parameters) {
  const Driver &driver = getDriver(kernel);
  Function function = getKernel(driver, slot, code, kernel);
  LaunchConfig launch{};
  LaunchAttribute cluster{};
  for (int i = 0; i < 3; ++i) {
    launch.grid[i] = static_cast<uint32_t>(config->grid[i]);
    launch.block[i] = static_cast<uint32_t>(config->block[i]);
  }
  launch.sharedBytes = static_cast<uint32_t>(config->shared_bytes);
  launch.stream = getStream();
  if (config->cluster[0] * config->cluster[1] * config->cluster[2] > 1) {
    cluster.id = kClusterDimension;
    cluster.value.cluster = {static_cast<uint32_t>(config->cluster[0]),
                             static_cast<uint32_t>(config->cluster[1]),
                             static_cast<uint32_t>(config->cluster[2])};
    launch.attributes = &cluster;
    launch.numAttributes = 1;
  }
  if (config->shared_bytes > 48 << 10)
    check(driver.cuFuncSetAttribute(function, kMaxDynamicSharedSize,
                                    static_cast<int>(config->shared_bytes)),
          kernel);
  check(driver.cuLaunchKernelEx(&launch, function, parameters, nullptr),
        kernel);
}
