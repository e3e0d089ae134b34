//===- Quantizers.cpp - The listed passes over memory ---------------------===//
//
// Quantise, dequantise, Hadamard, cast and amax from DRAM, next to the rate at
// which the same threads read and write as many bytes.
//
//===----------------------------------------------------------------------===//

#include "Kernels.h"
#include "Streams.h"
#include "Suite.h"

#include <algorithm>
#include <functional>

namespace mx::bench {

namespace {

constexpr int64_t kCols = 8192;

constexpr int64_t kEven = MX_ROUND_NEAREST_EVEN, kSR = MX_ROUND_STOCHASTIC;
const QuantizeCase kQuantizers[] = {
    {"mxfp4", MX_FORMAT_E2M1, MX_FORMAT_E8M0, 32, MX_RULE_FLOOR, kEven, 0},
    {"nvfp4", MX_FORMAT_E2M1, MX_FORMAT_E4M3, 16, MX_RULE_AMAX, kEven, 0, true,
     true},
    {"nvfp4 own amax", MX_FORMAT_E2M1, MX_FORMAT_E4M3, 16, MX_RULE_AMAX, kEven,
     0, true},
    {"mxfp8 rceil", MX_FORMAT_E4M3, MX_FORMAT_E8M0, 32, MX_RULE_RCEIL, kEven,
     0},
    {"mxfp4 rht32", MX_FORMAT_E2M1, MX_FORMAT_E8M0, 32, MX_RULE_FLOOR, kEven,
     32},
    {"mxfp4 rht64 sr16", MX_FORMAT_E2M1, MX_FORMAT_E8M0, 32, MX_RULE_FLOOR, kSR,
     64},
    {"mxfp4 transposed", MX_FORMAT_E2M1, MX_FORMAT_E8M0, 32, MX_RULE_FLOOR,
     kEven, 0, false, false, true},
    {"mxfp4 both ways", MX_FORMAT_E2M1, MX_FORMAT_E8M0, 32, MX_RULE_FLOOR,
     kEven, 0, false, false, false, true},
    {"mxfp4 rht64 sr16 both ways", MX_FORMAT_E2M1, MX_FORMAT_E8M0, 32,
     MX_RULE_FLOOR, kSR, 64, false, false, false, true}};

using Maker =
    std::function<std::unique_ptr<StreamCall>(const Source &, int64_t rows)>;

struct Listed {
  std::string name, op, formats;
  Maker make;
  std::vector<Maker> passes = {}; ///< that do the same one after the other
};

Maker quantizer(const QuantizeCase &c) {
  return [c](const Source &source, int64_t rows) {
    return quantizeCall(c, source, rows);
  };
}

std::vector<Listed> listedStreams() {
  std::vector<Listed> result;
  for (const QuantizeCase &c : kQuantizers) {
    result.push_back({std::string("quantize ") + c.name, "quantize",
                      std::string("f32 -> ") + c.name, quantizer(c)});
    if (!c.both)
      continue;
    QuantizeCase pass = c;
    pass.both = false;
    for (bool transposes : {false, true}) {
      pass.transpose = transposes;
      result.back().passes.push_back(quantizer(pass));
    }
  }
  for (int dtype : {MX_F32, MX_BF16}) {
    const char *to = dtype == MX_F32 ? "f32" : "bf16";
    result.push_back({std::string("dequantize mxfp4 to ") + to, "dequantize",
                      std::string("mxfp4 -> ") + to,
                      [dtype](const Source &source, int64_t rows) {
                        return dequantizeCall(dtype, source, rows);
                      }});
  }
  for (int64_t size : {32, 64})
    result.push_back({format("hadamard %lld", static_cast<long long>(size)),
                      "hadamard", "f32 -> f32",
                      [size](const Source &source, int64_t rows) {
                        return hadamardCall(size, source, rows);
                      }});
  result.push_back({"cast bf16", "cast", "f32 -> bf16",
                    [](const Source &source, int64_t rows) {
                      return castCall(MX_FORMAT_BF16, MX_BF16, source, rows);
                    }});
  result.push_back({"cast e4m3", "cast", "f32 -> e4m3",
                    [](const Source &source, int64_t rows) {
                      return castCall(MX_FORMAT_E4M3, MX_I8, source, rows);
                    }});
  result.push_back({"amax", "amax", "f32 -> f32", amaxCall});
  return result;
}

/// The variants of one operation, taking turns.
class Group {
public:
  Group(Suite &suite, const Listed &listed, const Source &source,
        const MemoryProbe &probe)
      : suite(suite), listed(listed), source(source), probe(probe),
        call(listed.make(source, source.rows)) {}

  void run() {
    auto isas = isasOf(listed.op);
    addVariant("");
    for (size_t i = isas.size(); i-- > 0;)
      addVariant(isas[i]);
    if (contenders.empty())
      return;
    const size_t variants = contenders.size();
    addPasses();
    std::vector<std::vector<double>> leastMs(variants);
    interleave(contenders, suite.options.groupSeconds() / 4,
               [&](size_t contender) {
                 if (contender < variants)
                   leastMs[contender].push_back(measureLeastMs());
               });
    for (size_t i = 0; i < variants; ++i)
      report(contenders[i], leastMs[i]);
  }

private:
  void addVariant(const std::string &isa) {
    forceISA(isa);
    mx_set_num_threads(suite.threads());
    constexpr int64_t kFew = 64;
    auto probe = listed.make(source, kFew);
    std::string ran = tracedISA([&] { probe->run(); });
    auto isRan = [&](const Contender &c) { return c.name == ran; };
    if (std::any_of(contenders.begin(), contenders.end(), isRan) ||
        (!isa.empty() && ran != isa))
      return;
    double seconds = timeOnce([&] { probe->run(); }) * 1e-3 *
                     double(source.rows) / double(kFew);
    if (seconds > suite.options.callSeconds())
      return suite.report.note(
          format("  %s %s: left out, a call takes about %.1f s",
                 listed.name.c_str(), ran.c_str(), seconds));
    call->run();
    if (!suite.isRight(listed.name + " " + ran, call->isRight() ? 0 : 2))
      return;
    contenders.push_back({ran,
                          [this, isa] {
                            forceISA(isa);
                            mx_set_num_threads(suite.threads());
                            call->run();
                          },
                          false,
                          {},
                          {}});
  }

  /// What the chosen variant is compared with.
  void addPasses() {
    for (const Maker &make : listed.passes)
      passes.push_back(make(source, source.rows));
    if (passes.empty())
      return;
    for (auto &pass : passes)
      pass->run();
    contenders.push_back({"two passes",
                          [this] {
                            forceISA("");
                            mx_set_num_threads(suite.threads());
                            for (auto &pass : passes)
                              pass->run();
                          },
                          false,
                          {},
                          {}});
  }

  /// Reading and writing what the call does.
  double measureLeastMs() const {
    return 1e-6 * (double(call->bytesRead()) / probe.read(1) +
                   double(call->bytesWritten()) / probe.write(1));
  }

  void report(const Contender &contender, const std::vector<double> &leastMs) {
    // The side in floats counts: x of a quantiser, the result of its inverse.
    auto bytes = double(std::max(call->bytesRead(), call->bytesWritten()));
    Result result;
    result.name = listed.name;
    result.formats = listed.formats;
    result.m = source.rows;
    result.k = source.cols;
    result.threads = suite.threads();
    result.isa = contender.name;
    result.ms = contender.times();
    result.rate = bytes / result.ms.median * 1e-6;
    result.isBandwidth = true;
    result.limitName = "DRAM";
    result.limit = bytes / medianOf(leastMs) * 1e-6;
    result.fraction = medianOfRatios(leastMs, contender.turns);
    result.error = 0;
    result.isChosen = &contender == &contenders[0]; // addVariant("") was first
    if (result.isChosen && !passes.empty())
      result.ratios.push_back(
          {"two passes",
           medianOfRatios(contenders.back().turns, contender.turns)});
    suite.report.add(result);
  }

  Suite &suite;
  const Listed &listed;
  const Source &source;
  const MemoryProbe &probe; ///< as large
  std::unique_ptr<StreamCall> call;
  std::vector<std::unique_ptr<StreamCall>> passes;
  std::vector<Contender> contenders;
};

} // namespace

void benchQuantizers(Suite &suite) {
  std::vector<Listed> all = listedStreams();
  all.erase(std::remove_if(all.begin(), all.end(),
                           [&](const Listed &listed) {
                             return !suite.options.wants(listed.name);
                           }),
            all.end());
  if (all.empty())
    return;
  int64_t rows = (beyondCaches() / (4 * kCols) + 63) / 64 * 64;
  Source source(rows, kCols);
  MemoryProbe probe(suite.threads(), rows * kCols * 4);
  suite.report.note(format("\nPasses over f32 %lld x %lld in DRAM, %d thread%s",
                           static_cast<long long>(rows),
                           static_cast<long long>(kCols), suite.threads(),
                           suite.threads() > 1 ? "s" : ""));
  for (const Listed &listed : all)
    Group(suite, listed, source, probe).run();
  forceISA("");
}

} // namespace mx::bench
