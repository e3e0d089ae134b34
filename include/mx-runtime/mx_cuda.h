/*===- mx_cuda.h - Entry points of compiled code for NVIDIA GPUs --*- C -*-===//
//
// The C ABI of libmx_cuda_runtime, which opens the CUDA driver (libcuda.so.1)
// when it is first called: programs link and start on machines without CUDA.
//
// Work is queued in order, on one stream per thread or on a scope's. The GPU is
// the driver's first. All functions are thread-safe. Where the driver or a GPU
// is missing, or a call fails, the function prints `mx-cuda: error in WHAT:
// TEXT` to stderr and ends the process with status 1, except mx_cuda_available
// and in a scope.
//
//===----------------------------------------------------------------------===*/

#ifndef MX_RUNTIME_MX_CUDA_H
#define MX_RUNTIME_MX_CUDA_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Whether a GPU can be used; if not and `reason` is not null, *reason is a text
 * of static lifetime that says what is missing. */
int mx_cuda_available(const char **reason);

/* What a scope leaves behind. */
typedef struct mx_cuda_scope {
  void *stream;
  int64_t active, failed, entered;
} mx_cuda_scope;

/* From mx_cuda_enter to mx_cuda_leave, work of this thread is queued on
 * `stream` (a CUstream or cudaStream_t; null is the default stream), and an
 * error ends nothing: it is kept, and no more work is queued. mx_cuda_leave
 * returns 0, or 1 where there was an error, whose text is mx_cuda_last_error's
 * until this thread's next one. Scopes nest. */
void mx_cuda_enter(mx_cuda_scope *outer, void *stream);
int mx_cuda_leave(const mx_cuda_scope *outer);
const char *mx_cuda_last_error(void);

/* Device memory from a pool, in stream order; 0 bytes give a valid address too.
 * Uninitialised. Aligned to 256 bytes. */
void *mx_cuda_alloc(int64_t bytes);
void mx_cuda_free(void *device);

/* Copies `bytes` between host and device. Both wait for the work queued so far
 * and return when the copy is complete. */
void mx_cuda_upload(void *device, const void *host, int64_t bytes);
void mx_cuda_download(void *host, const void *device, int64_t bytes);

/* Queues a copy of `bytes` from one place in device memory to another. */
void mx_cuda_copy(void *to, const void *from, int64_t bytes);

/* The device copy of constant host data, made at the first call with a slot
 * that is null and kept in it. */
void *mx_cuda_constant(void **slot, const void *host, int64_t bytes);

/* Queues setting `bytes` of device memory to 0. */
void mx_cuda_clear(void *device, int64_t bytes);

/* Multiprocessors of the GPU. */
int64_t mx_cuda_multiprocessors(void);

/* Writes to `map`, 128 bytes of host memory aligned to 64, the tensor map of
 * row-major bytes [size0, size1, size2] at `device`, for boxes of
 * [1, box1, box2] that lie in shared memory with the 128-byte swizzle. What a
 * box has outside reads as 0. size2 must be a multiple of 16, box2 at most 128.
 */
void mx_cuda_map_bytes(void *map, void *device, int64_t size0, int64_t size1,
                       int64_t size2, int64_t box1, int64_t box2);

/* The same for boxes whose rows lie one after the other, without a swizzle. */
void mx_cuda_map_lines(void *map, void *device, int64_t size0, int64_t size1,
                       int64_t size2, int64_t box1, int64_t box2);

/* Waits for all queued work of this thread. */
void mx_cuda_synchronize(void);

/* Sizes of a launch; `shared_bytes` is dynamic shared memory. */
typedef struct mx_cuda_launch_config {
  int64_t grid[3], block[3], cluster[3];
  int64_t shared_bytes;
} mx_cuda_launch_config;

/* Queues a kernel. `code` is PTX (text with a closing 0) or a cubin, loaded at
 * the first call with a slot that is null; `parameters` are addresses of the
 * kernel's arguments in order. An empty grid queues nothing. */
void mx_cuda_launch(void **slot, const char *code, const char *kernel,
                    const mx_cuda_launch_config *config, void **parameters);

/* The same for a kernel that begins with griddepcontrol.wait (sm_90 and later):
 * its blocks may be started before the kernel queued before it is complete. */
void mx_cuda_launch_overlapping(void **slot, const char *code,
                                const char *kernel,
                                const mx_cuda_launch_config *config,
                                void **parameters);

#ifdef __cplusplus
}
#endif

#endif /* MX_RUNTIME_MX_CUDA_H */
