//===- Streams.h - Operations that pass over memory once --------*- C++ -*-===//
//
// Quantisers, dequantisers, Hadamards and casts of a matrix that no cache
// holds; each call knows its bytes and checks itself against lib/Support.
//
//===----------------------------------------------------------------------===//

#ifndef MX_RUNTIME_BENCH_STREAMS_H
#define MX_RUNTIME_BENCH_STREAMS_H

#include "mx-runtime/mx_runtime.h"

#include <cstdint>
#include <memory>
#include <vector>

namespace mx::bench {

/// The source: f32 [rows, cols], normal numbers.
struct Source {
  Source(int64_t rows, int64_t cols);
  int64_t rows, cols;
  std::vector<float> values;
};

class StreamCall {
public:
  virtual ~StreamCall() = default;
  /// A failing call ends the process.
  virtual void run() = 0;
  /// Whether what run() wrote is the contract's, on samples of rows.
  virtual bool isRight() const = 0;
  virtual int64_t bytesRead() const = 0;
  virtual int64_t bytesWritten() const = 0;
};

struct QuantizeCase {
  const char *name;
  int64_t element, scale, block;
  int64_t rule, rounding, hadamard;
  bool twoLevels = false, givenAmax = false;
  bool transpose = false;
  bool both = false; ///< row-wise and transposed by one entry point
};

/// Of the first `rows` rows of `source`, which must outlive the call.
std::unique_ptr<StreamCall> quantizeCall(const QuantizeCase &c,
                                         const Source &source, int64_t rows);
/// MXFP4 codes to f32 or bf16.
std::unique_ptr<StreamCall> dequantizeCall(int dtype, const Source &source,
                                           int64_t rows);
std::unique_ptr<StreamCall> hadamardCall(int64_t size, const Source &source,
                                         int64_t rows);
/// To `element` in a buffer of `dtype`.
std::unique_ptr<StreamCall> castCall(int64_t element, int dtype,
                                     const Source &source, int64_t rows);
std::unique_ptr<StreamCall> amaxCall(const Source &source, int64_t rows);

} // namespace mx::bench

#endif // MX_RUNTIME_BENCH_STREAMS_H
