//===- Peers.h - Other libraries on the same shapes -------------*- C++ -*-===//
//
// oneDNN and OpenBLAS from the distribution where they were found at configure
// time, called in this process and in the same rounds; OpenVINO from PyPI in a
// process of its own.
//
//===----------------------------------------------------------------------===//

#ifndef MX_RUNTIME_BENCH_PEERS_H
#define MX_RUNTIME_BENCH_PEERS_H

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

namespace mx::bench {

struct PeerShape {
  int64_t m, n, k;
};

/// A peer's product of dense operands [m, k] and [n, k] that it prepared
/// beforehand, on `threads` threads.
struct PeerCall {
  std::string name;
  std::function<void()> run;
};

/// Calls of every peer that is there.
std::vector<PeerCall> peerCalls(const PeerShape &shape, int threads);
/// One line for every peer that is not, with the reason.
std::vector<std::string> missingPeers();

// Of one library each; nothing where it was not found at configure time.
void addOneDNN(const PeerShape &shape, std::vector<PeerCall> &calls);
void addOpenBLAS(const PeerShape &shape, int threads,
                 std::vector<PeerCall> &calls);
bool hasOneDNN();
bool hasOpenBLAS();
/// Random f32 numbers, the same for all peers.
std::vector<float> peerOperand(int64_t count);

/// Times of OpenVINO's f32 x MXFP4 products with weights [n, k], in ms.
class OpenVINO {
public:
  /// Runs the script for all `m`; error() says what went wrong.
  OpenVINO(const std::vector<int64_t> &m, int64_t n, int64_t k, int threads);
  /// 0 where there is no time.
  double milliseconds(int64_t m) const;
  const std::string &error() const { return text; }

private:
  std::map<int64_t, double> times;
  std::string text;
};

} // namespace mx::bench

#endif // MX_RUNTIME_BENCH_PEERS_H
