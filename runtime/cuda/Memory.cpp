//===- Memory.cpp - Device memory and copies ------------------------------===//

#include "Driver.h"

#include "mx-runtime/mx_cuda.h"

#include <algorithm>
#include <mutex>

using namespace mx::cuda;

static DevicePtr toDevice(const void *pointer) {
  return reinterpret_cast<DevicePtr>(pointer);
}

void *mx_cuda_alloc(int64_t bytes) {
  const Driver &driver = getDriver("alloc");
  DevicePtr address = 0;
  auto size = static_cast<size_t>(std::max<int64_t>(bytes, 1));
  check(driver.cuMemAllocAsync(&address, size, getStream()), "alloc");
  return reinterpret_cast<void *>(address);
}

void mx_cuda_free(void *device) {
  if (device)
    check(getDriver("free").cuMemFreeAsync(toDevice(device), getStream()),
          "free");
}

void mx_cuda_synchronize(void) {
  check(getDriver("synchronize").cuStreamSynchronize(getStream()),
        "synchronize");
}

void mx_cuda_clear(void *device, int64_t bytes) {
  check(getDriver("clear").cuMemsetD8Async(
            toDevice(device), 0, static_cast<size_t>(bytes), getStream()),
        "clear");
}

void mx_cuda_upload(void *device, const void *host, int64_t bytes) {
  if (bytes <= 0)
    return;
  check(getDriver("upload").cuMemcpyHtoDAsync_v2(
            toDevice(device), host, static_cast<size_t>(bytes), getStream()),
        "upload");
  mx_cuda_synchronize();
}

void mx_cuda_download(void *host, const void *device, int64_t bytes) {
  if (bytes <= 0)
    return;
  check(getDriver("download")
            .cuMemcpyDtoHAsync_v2(host, toDevice(device),
                                  static_cast<size_t>(bytes), getStream()),
        "download");
  mx_cuda_synchronize();
}

void *mx_cuda_constant(void **slot, const void *host, int64_t bytes) {
  static std::mutex &mutex = *new std::mutex;
  std::lock_guard<std::mutex> lock(mutex);
  if (!*slot) {
    *slot = mx_cuda_alloc(bytes);
    mx_cuda_upload(*slot, host, bytes);
  }
  return *slot;
}
