//===- Lock.h - Mutual exclusion without C++'s own library ------*- C++ -*-===//

#ifndef MX_RUNTIME_CUDA_LOCK_H
#define MX_RUNTIME_CUDA_LOCK_H

#include <pthread.h>

namespace mx::cuda {

/// Holds a mutex as long as it lives.
class Lock {
public:
  explicit Lock(pthread_mutex_t &mutex) : mutex(mutex) {
    pthread_mutex_lock(&mutex);
  }
  ~Lock() { pthread_mutex_unlock(&mutex); }
  Lock(const Lock &) = delete;
  Lock &operator=(const Lock &) = delete;

private:
  pthread_mutex_t &mutex;
};

} // namespace mx::cuda

#endif // MX_RUNTIME_CUDA_LOCK_H
