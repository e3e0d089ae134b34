//===- Driver.cpp - The CUDA driver, opened when first used ---------------===//

#include "Driver.h"

#include "Scope.h"
#include "mx-runtime/mx_cuda.h"

#include <cstdio>
#include <dlfcn.h>

namespace mx::cuda {
namespace {

struct State {
  Driver driver{};
  Context context = nullptr;
  char problem[512] = ""; ///< why there is no GPU, if there is none

  State() {
    if (!open())
      return;
    Device device = 0;
    int count = 0;
    bool ready = is(driver.cuInit(0), "cuInit") &&
                 is(driver.cuDeviceGetCount(&count), "cuDeviceGetCount");
    if (ready && count == 0)
      note("the CUDA driver finds no GPU", "", "");
    ready = ready && count > 0 &&
            is(driver.cuDeviceGet(&device, 0), "cuDeviceGet") &&
            is(driver.cuDevicePrimaryCtxRetain(&context, device),
               "cuDevicePrimaryCtxRetain");
    if (ready)
      keepPool(device);
  }

private:
  bool note(const char *first, const char *second, const char *third) {
    std::snprintf(problem, sizeof problem, "%s%s%s", first, second, third);
    return false;
  }

  bool is(Result result, const char *what) {
    if (result == 0)
      return true;
    const char *text = nullptr;
    driver.cuGetErrorString(result, &text);
    return note(what, ": ", text ? text : "unknown error");
  }

  bool open() {
    void *library = dlopen("libcuda.so.1", RTLD_NOW | RTLD_LOCAL);
    if (!library)
      return note("libcuda.so.1 of the NVIDIA driver cannot be opened; install "
                  "the driver, or use --target=cpu",
                  "", "");
#define MX_LOAD(name)                                                          \
  if (!load(library, #name, reinterpret_cast<void **>(&driver.name)))          \
  return false
    MX_LOAD(cuInit);
    MX_LOAD(cuDeviceGetCount);
    MX_LOAD(cuDeviceGet);
    MX_LOAD(cuDevicePrimaryCtxRetain);
    MX_LOAD(cuCtxSetCurrent);
    MX_LOAD(cuCtxPushCurrent_v2);
    MX_LOAD(cuCtxPopCurrent_v2);
    MX_LOAD(cuStreamCreate);
    MX_LOAD(cuStreamSynchronize);
    MX_LOAD(cuMemAllocAsync);
    MX_LOAD(cuMemFreeAsync);
    MX_LOAD(cuDeviceGetDefaultMemPool);
    MX_LOAD(cuMemPoolSetAttribute);
    MX_LOAD(cuMemcpyHtoDAsync_v2);
    MX_LOAD(cuMemcpyDtoHAsync_v2);
    MX_LOAD(cuMemcpyDtoDAsync_v2);
    MX_LOAD(cuMemsetD8Async);
    MX_LOAD(cuDeviceGetAttribute);
    MX_LOAD(cuTensorMapEncodeTiled);
    MX_LOAD(cuEventCreate);
    MX_LOAD(cuEventRecord);
    MX_LOAD(cuEventElapsedTime);
    MX_LOAD(cuModuleLoadDataEx);
    MX_LOAD(cuModuleGetFunction);
    MX_LOAD(cuFuncSetAttribute);
    MX_LOAD(cuLaunchKernelEx);
    MX_LOAD(cuGetErrorName);
    MX_LOAD(cuGetErrorString);
#undef MX_LOAD
    return true;
  }

  bool load(void *library, const char *name, void **function) {
    *function = dlsym(library, name);
    return *function || note("the NVIDIA driver has no ", name,
                             "; expected CUDA 12 or newer");
  }

  /// Freed memory stays in the pool.
  void keepPool(Device device) {
    Pool pool = nullptr;
    uint64_t all = UINT64_MAX;
    if (driver.cuDeviceGetDefaultMemPool(&pool, device) == 0)
      driver.cuMemPoolSetAttribute(pool, kPoolReleaseThreshold, &all);
  }
};

/// Never destroyed: the driver may be gone at exit.
State &getState() {
  static State &state = *new State;
  return state;
}

} // namespace

const char *findProblem() {
  State &state = getState();
  return *state.problem ? state.problem : nullptr;
}

bool pushContext() {
  State &state = getState();
  if (*state.problem) {
    fail("context", state.problem, "");
    return false;
  }
  return check(state.driver.cuCtxPushCurrent_v2(state.context), "context");
}

void popContext() {
  Context context;
  getState().driver.cuCtxPopCurrent_v2(&context);
}

const Driver *getDriver(const char *what) {
  State &state = getState();
  const Scope &scope = getScope();
  if (scope.active)
    return scope.failed ? nullptr : &state.driver;
  if (*state.problem)
    fail(what, state.problem, "");
  static thread_local bool current = false;
  if (!current)
    check(state.driver.cuCtxSetCurrent(state.context), what);
  current = true;
  return &state.driver;
}

bool check(Result result, const char *what, const char *detail) {
  if (result == 0)
    return true;
  const char *text = nullptr;
  getState().driver.cuGetErrorString(result, &text);
  fail(what, text ? text : "unknown error", detail);
  return false;
}

Stream getStream() {
  if (getScope().active)
    return getScope().stream;
  static thread_local Stream stream = nullptr;
  if (!stream)
    check(getDriver("stream")->cuStreamCreate(&stream, kNonBlocking), "stream");
  return stream;
}

} // namespace mx::cuda

int mx_cuda_available(const char **reason) {
  const char *problem = mx::cuda::findProblem();
  if (problem && reason)
    *reason = problem;
  return problem == nullptr;
}
