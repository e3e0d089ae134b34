//===- Driver.h - The CUDA driver, opened when first used -------*- C++ -*-===//
//
// Declarations of the parts of the driver API that the runtime uses (CUDA
// Driver API reference, version 12), so that no CUDA header is needed.
//
//===----------------------------------------------------------------------===//

#ifndef MX_RUNTIME_CUDA_DRIVER_H
#define MX_RUNTIME_CUDA_DRIVER_H

#include <cstddef>
#include <cstdint>

namespace mx::cuda {

using Result = int; // CUresult; 0 is success
using DevicePtr = unsigned long long;
using Device = int;
struct ContextOpaque;
using Context = ContextOpaque *;
struct StreamOpaque;
using Stream = StreamOpaque *;
struct EventOpaque;
using Event = EventOpaque *;
struct ModuleOpaque;
using Module = ModuleOpaque *;
struct FunctionOpaque;
using Function = FunctionOpaque *;
struct PoolOpaque;
using Pool = PoolOpaque *;

/// CUlaunchAttribute: an id, padding to 8 bytes, a value of 64 bytes.
struct LaunchAttribute {
  uint32_t id;
  uint32_t padding;
  union {
    char bytes[64];
    struct {
      uint32_t x, y, z;
    } cluster;
    int isOverlapping;
  } value;
};
constexpr uint32_t kClusterDimension = 4; // CU_LAUNCH_ATTRIBUTE_CLUSTER_…
constexpr uint32_t kOverlapping = 6;      // …_PROGRAMMATIC_STREAM_SERIALIZATION

/// CUlaunchConfig.
struct LaunchConfig {
  uint32_t grid[3], block[3], sharedBytes;
  Stream stream;
  LaunchAttribute *attributes;
  uint32_t numAttributes;
};

constexpr int kMultiprocessors = 16;     // CU_DEVICE_ATTRIBUTE_MULTIPROCESSOR_…
constexpr int kUInt8 = 0;                // CU_TENSOR_MAP_DATA_TYPE_UINT8
constexpr int kNoSwizzle = 0;            // CU_TENSOR_MAP_SWIZZLE_NONE
constexpr int kSwizzle128 = 3;           // CU_TENSOR_MAP_SWIZZLE_128B
constexpr int kPromoteTo256 = 3;         // CU_TENSOR_MAP_L2_PROMOTION_L2_256B
constexpr int kMaxDynamicSharedSize = 8; // CU_FUNC_ATTRIBUTE_MAX_DYNAMIC_…
constexpr int kPoolReleaseThreshold = 4; // CU_MEMPOOL_ATTR_RELEASE_THRESHOLD
constexpr unsigned kNonBlocking = 1;     // CU_STREAM_NON_BLOCKING
constexpr int kJitErrorLog = 5;          // CU_JIT_ERROR_LOG_BUFFER
constexpr int kJitErrorLogSize = 6;      // CU_JIT_ERROR_LOG_BUFFER_SIZE_BYTES

/// The functions, with the suffix of the version that has these parameters.
struct Driver {
  Result (*cuInit)(unsigned flags);
  Result (*cuDeviceGetCount)(int *count);
  Result (*cuDeviceGet)(Device *device, int ordinal);
  Result (*cuDevicePrimaryCtxRetain)(Context *context, Device device);
  Result (*cuCtxSetCurrent)(Context context);
  Result (*cuCtxPushCurrent_v2)(Context context);
  Result (*cuCtxPopCurrent_v2)(Context *context);
  Result (*cuStreamCreate)(Stream *stream, unsigned flags);
  Result (*cuStreamSynchronize)(Stream stream);
  Result (*cuMemAllocAsync)(DevicePtr *address, size_t bytes, Stream stream);
  Result (*cuMemFreeAsync)(DevicePtr address, Stream stream);
  Result (*cuDeviceGetDefaultMemPool)(Pool *pool, Device device);
  Result (*cuMemPoolSetAttribute)(Pool pool, int attribute, void *value);
  Result (*cuMemcpyHtoDAsync_v2)(DevicePtr to, const void *from, size_t bytes,
                                 Stream stream);
  Result (*cuMemcpyDtoHAsync_v2)(void *to, DevicePtr from, size_t bytes,
                                 Stream stream);
  Result (*cuMemcpyDtoDAsync_v2)(DevicePtr to, DevicePtr from, size_t bytes,
                                 Stream stream);
  Result (*cuMemsetD8Async)(DevicePtr address, unsigned char value,
                            size_t bytes, Stream stream);
  Result (*cuDeviceGetAttribute)(int *value, int attribute, Device device);
  Result (*cuTensorMapEncodeTiled)(void *map, int type, uint32_t rank,
                                   void *address, const uint64_t *sizes,
                                   const uint64_t *strides, const uint32_t *box,
                                   const uint32_t *elementStrides,
                                   int interleave, int swizzle, int promotion,
                                   int fill);
  Result (*cuEventCreate)(Event *event, unsigned flags);
  Result (*cuEventRecord)(Event event, Stream stream);
  Result (*cuEventElapsedTime)(float *milliseconds, Event start, Event end);
  Result (*cuModuleLoadDataEx)(Module *module, const void *image,
                               unsigned numOptions, int *options,
                               void **values);
  Result (*cuModuleGetFunction)(Function *function, Module module,
                                const char *name);
  Result (*cuFuncSetAttribute)(Function function, int attribute, int value);
  Result (*cuLaunchKernelEx)(const LaunchConfig *config, Function function,
                             void **parameters, void **extra);
  Result (*cuGetErrorName)(Result result, const char **text);
  Result (*cuGetErrorString)(Result result, const char **text);
};

/// The driver with device 0's context, where work of this thread can go on;
/// null in a scope with an error. `what` is what is to be done.
const Driver *getDriver(const char *what);
/// The stream of the scope, else one of this thread's own.
Stream getStream();

/// Makes device 0's context this thread's until popContext; false where there
/// is no GPU.
bool pushContext();
void popContext();

/// Null, or why there is no GPU.
const char *findProblem();

/// Whether `result` is no error of `what`: of Scope.h's errors, otherwise.
bool check(Result result, const char *what, const char *detail = "");

} // namespace mx::cuda

#endif // MX_RUNTIME_CUDA_DRIVER_H
