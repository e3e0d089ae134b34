//===- Memory.cpp - Device memory and copies ------------------------------===//

#include "Lock.h"
#include "Scope.h"

#include "mx-runtime/mx_cuda.h"

#include <algorithm>
#include <cstring>

using namespace mx::cuda;

static DevicePtr toDevice(const void *pointer) {
  return reinterpret_cast<DevicePtr>(pointer);
}

void *mx_cuda_alloc(int64_t bytes) {
  DevicePtr address = 0;
  auto size = static_cast<size_t>(std::max<int64_t>(bytes, 1));
  if (const Driver *driver = getDriver("alloc"))
    check(driver->cuMemAllocAsync(&address, size, getStream()), "alloc");
  return reinterpret_cast<void *>(address);
}

void mx_cuda_free(void *device) {
  if (const Driver *driver = device ? getDriver("free") : nullptr)
    check(driver->cuMemFreeAsync(toDevice(device), getStream()), "free");
}

void mx_cuda_synchronize(void) {
  if (const Driver *driver = getDriver("synchronize"))
    check(driver->cuStreamSynchronize(getStream()), "synchronize");
}

void mx_cuda_clear(void *device, int64_t bytes) {
  if (const Driver *driver = getDriver("clear"))
    check(driver->cuMemsetD8Async(toDevice(device), 0,
                                  static_cast<size_t>(bytes), getStream()),
          "clear");
}

void mx_cuda_copy(void *to, const void *from, int64_t bytes) {
  if (const Driver *driver = bytes > 0 ? getDriver("copy") : nullptr)
    check(driver->cuMemcpyDtoDAsync_v2(toDevice(to), toDevice(from),
                                       static_cast<size_t>(bytes), getStream()),
          "copy");
}

void mx_cuda_upload(void *device, const void *host, int64_t bytes) {
  const Driver *driver = bytes > 0 ? getDriver("upload") : nullptr;
  if (driver && check(driver->cuMemcpyHtoDAsync_v2(toDevice(device), host,
                                                   static_cast<size_t>(bytes),
                                                   getStream()),
                      "upload"))
    mx_cuda_synchronize();
}

/// Whether all of `bytes` came.
static bool download(void *host, const void *device, size_t bytes) {
  const Driver *driver = getDriver("download");
  if (!driver || !check(driver->cuMemcpyDtoHAsync_v2(host, toDevice(device),
                                                     bytes, getStream()),
                        "download"))
    return false;
  mx_cuda_synchronize();
  return !getScope().failed;
}

void mx_cuda_download(void *host, const void *device, int64_t bytes) {
  // Zeros let compiled code, whose loops may wait for what comes, end.
  if (bytes > 0 && !download(host, device, static_cast<size_t>(bytes)))
    std::memset(host, 0, static_cast<size_t>(bytes));
}

void *mx_cuda_constant(void **slot, const void *host, int64_t bytes) {
  static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
  Lock lock(mutex);
  if (*slot)
    return *slot;
  void *device = mx_cuda_alloc(bytes);
  mx_cuda_upload(device, host, bytes);
  if (!getScope().failed)
    *slot = device;
  return device;
}
