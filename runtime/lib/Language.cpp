//===- Language.cpp - What C++ code asks of its own library ---------------===//
//
// Memory, the start of static objects and errors of containers, on libc: a user
// of the runtime needs no libstdc++. The names are the C++ ABI's; they are
// hidden in the shared library and local in the archive, so that a program's
// own operator new stays its own. Nothing here throws: out of memory ends the
// process.
//
//===----------------------------------------------------------------------===//

#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <pthread.h>

// Declared under other names than C++'s, which compilers know things about.
#define MX_LANGUAGE(result, name, symbol)                                      \
  extern "C" __attribute__((visibility("hidden"))) result name __asm__(symbol)

//===----------------------------------------------------------------------===//
// Memory
//===----------------------------------------------------------------------===//

static void *orAbort(void *data, size_t size) {
  if (data)
    return data;
  std::fprintf(stderr, "mx-runtime: out of memory (%zu bytes)\n", size);
  std::abort();
}

static void *allocate(size_t size) {
  size = size ? size : 1;
  return orAbort(std::malloc(size), size);
}

MX_LANGUAGE(void *, newObject(size_t), "_Znwm");
void *newObject(size_t size) { return allocate(size); }
MX_LANGUAGE(void *, newArray(size_t), "_Znam");
void *newArray(size_t size) { return allocate(size); }
MX_LANGUAGE(void *, newAligned(size_t, size_t), "_ZnwmSt11align_val_t");
void *newAligned(size_t size, size_t alignment) {
  size_t rounded = (size + alignment - 1) / alignment * alignment;
  return orAbort(std::aligned_alloc(alignment, rounded), rounded);
}

MX_LANGUAGE(void, deleteObject(void *), "_ZdlPv");
void deleteObject(void *data) { std::free(data); }
MX_LANGUAGE(void, deleteSized(void *, size_t), "_ZdlPvm");
void deleteSized(void *data, size_t) { std::free(data); }
MX_LANGUAGE(void, deleteArray(void *), "_ZdaPv");
void deleteArray(void *data) { std::free(data); }
MX_LANGUAGE(void, deleteSizedArray(void *, size_t), "_ZdaPvm");
void deleteSizedArray(void *data, size_t) { std::free(data); }
MX_LANGUAGE(void, deleteAligned(void *, size_t, size_t),
            "_ZdlPvmSt11align_val_t");
void deleteAligned(void *data, size_t, size_t) { std::free(data); }

//===----------------------------------------------------------------------===//
// Static objects
//===----------------------------------------------------------------------===//

// Recursive: one object's initialiser may start another's.
static pthread_mutex_t startLock = PTHREAD_RECURSIVE_MUTEX_INITIALIZER_NP;

/// The first byte of a guard is set once its object is ready; compiled code
/// looks at it before it calls.
MX_LANGUAGE(int, acquireGuard(uint8_t *), "__cxa_guard_acquire");
int acquireGuard(uint8_t *guard) {
  pthread_mutex_lock(&startLock);
  if (!*guard)
    return 1;
  pthread_mutex_unlock(&startLock);
  return 0;
}
MX_LANGUAGE(void, releaseGuard(uint8_t *), "__cxa_guard_release");
void releaseGuard(uint8_t *guard) {
  __atomic_store_n(guard, 1, __ATOMIC_RELEASE);
  pthread_mutex_unlock(&startLock);
}

/// Destructors of a thread's objects, as the C library runs them.
extern "C" int __cxa_thread_atexit_impl(void (*)(void *), void *, void *);
MX_LANGUAGE(int, atThreadExit(void (*)(void *), void *, void *),
            "__cxa_thread_atexit");
int atThreadExit(void (*destroy)(void *), void *object, void *library) {
  return __cxa_thread_atexit_impl(destroy, object, library);
}

//===----------------------------------------------------------------------===//
// Errors
//===----------------------------------------------------------------------===//

MX_LANGUAGE(void, pureVirtual(), "__cxa_pure_virtual");
void pureVirtual() { std::abort(); }
MX_LANGUAGE(void, throwLengthError(const char *),
            "_ZSt20__throw_length_errorPKc");
void throwLengthError(const char *what) {
  std::fprintf(stderr, "mx-runtime: out of memory (%s)\n", what);
  std::abort();
}
