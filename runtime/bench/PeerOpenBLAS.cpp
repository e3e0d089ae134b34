//===- PeerOpenBLAS.cpp - OpenBLAS' sgemm ---------------------------------===//
//
// f32 x f32, the second operand transposed as our products have it.
//
//===----------------------------------------------------------------------===//

#include "Peers.h"

#ifdef MX_BENCH_OPENBLAS
#include <cblas.h>
#endif

namespace mx::bench {

#ifdef MX_BENCH_OPENBLAS

bool hasOpenBLAS() { return true; }

void addOpenBLAS(const PeerShape &shape, int threads,
                 std::vector<PeerCall> &calls) {
  struct Operands {
    std::vector<float> a, b, c;
  };
  auto data = std::make_shared<Operands>();
  data->a = peerOperand(shape.m * shape.k);
  data->b = peerOperand(shape.n * shape.k);
  data->c.resize(static_cast<size_t>(shape.m * shape.n));
  auto m = static_cast<int>(shape.m), n = static_cast<int>(shape.n),
       k = static_cast<int>(shape.k);
  calls.push_back({"openblas-f32", [data, m, n, k, threads] {
                     openblas_set_num_threads(threads);
                     cblas_sgemm(CblasRowMajor, CblasNoTrans, CblasTrans, m, n,
                                 k, 1.0f, data->a.data(), k, data->b.data(), k,
                                 0.0f, data->c.data(), n);
                   }});
}

#else

bool hasOpenBLAS() { return false; }
void addOpenBLAS(const PeerShape &, int, std::vector<PeerCall> &) {}

#endif

} // namespace mx::bench
