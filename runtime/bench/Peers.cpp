//===- Peers.cpp - Other libraries on the same shapes ---------------------===//
//
// The list of peers, and OpenVINO through its Python script.
//
//===----------------------------------------------------------------------===//

#include "Peers.h"

#include "Options.h"
#include "Report.h"

#include <cstdio>
#include <omp.h>
#include <unistd.h>

namespace mx::bench {

std::vector<float> peerOperand(int64_t count) {
  std::vector<float> result(static_cast<size_t>(count));
  uint32_t state = 7;
  for (float &value : result) {
    state = state * 1664525 + 1013904223;
    value = float(int32_t(state)) * 0x1p-31f;
  }
  return result;
}

std::vector<PeerCall> peerCalls(const PeerShape &shape, int threads) {
  std::vector<PeerCall> calls;
  omp_set_num_threads(threads);
  addOneDNN(shape, calls);
  addOpenBLAS(shape, threads, calls);
  for (PeerCall &call : calls)
    call.run = [run = call.run, threads] {
      omp_set_num_threads(threads);
      run();
    };
  return calls;
}

std::vector<std::string> missingPeers() {
  std::vector<std::string> result;
  if (!hasOneDNN())
    result.push_back("oneDNN: no libdnnl-dev when this was configured");
  if (!hasOpenBLAS())
    result.push_back(
        "OpenBLAS: no libopenblas-openmp-dev when this was configured");
  return result;
}

OpenVINO::OpenVINO(const std::vector<int64_t> &m, int64_t n, int64_t k,
                   int threads) {
  const std::string python = MX_BENCH_PEER_PYTHON;
  if (access(python.c_str(), X_OK) != 0) {
    text = "OpenVINO: no Python environment; run ./dev bench cpu --peers";
    return;
  }
  std::string command = python + " " + MX_BENCH_PEER_SCRIPT;
  command += format(" --threads=%d --n=%lld --k=%lld --m=", threads,
                    static_cast<long long>(n), static_cast<long long>(k));
  for (size_t i = 0; i < m.size(); ++i)
    command += (i ? "," : "") + std::to_string(m[i]);
  std::FILE *pipe = popen(command.c_str(), "r");
  char line[512];
  while (pipe && std::fgets(line, sizeof line, pipe)) {
    long long rows = 0;
    double ms = 0;
    if (std::sscanf(line, "{\"m\": %lld, \"ms\": %lf", &rows, &ms) == 2)
      times[rows] = ms;
  }
  int status = pipe ? pclose(pipe) : -1;
  if (status != 0 || times.empty())
    text = "OpenVINO: its script failed";
}

double OpenVINO::milliseconds(int64_t m) const {
  auto found = times.find(m);
  return found == times.end() ? 0 : found->second;
}

} // namespace mx::bench
