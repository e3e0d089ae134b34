//===- Products.cpp - The listed products ---------------------------------===//
//
// Weight-only and fully quantised products of 4096 x 4096 weights: every ISA,
// the limits and the peers take turns.
//
//===----------------------------------------------------------------------===//

#include "Kernels.h"
#include "Suite.h"

#include <algorithm>
#include <iterator>

namespace mx::bench {

namespace {

constexpr int64_t kWeights = 4096; ///< rows and columns of b

struct Listed {
  const char *a, *b;
  int64_t accumulate;
  std::vector<int64_t> m;
  int64_t spread = 3;
  bool rotatedToo = false;
  bool quick = false; ///< part of --quick
};

std::vector<Listed> listedProducts() {
  constexpr int64_t kDefault = MX_ACCUMULATE_DEFAULT;
  constexpr int64_t kExact = MX_ACCUMULATE_EXACT, kFast = MX_ACCUMULATE_FAST;
  const std::vector<int64_t> all(std::begin(kListedRows),
                                 std::end(kListedRows));
  return {{"f32", "mxfp4", kDefault, all, 3, true, true},
          {"f32", "mxfp4", kFast, all},
          {"bf16", "mxfp4", kDefault, all, 3, true, true},
          {"f32", "mxfp4_16x4", kDefault, all, 3, true, true},
          {"bf16", "mxfp4_16x4", kDefault, all, 3, true, true},
          {"f32:bf16", "mxfp4", kDefault, all, 3, false, true},
          {"f32:bf16", "mxfp4_16x4", kDefault, all, 3, false, true},
          {"mxfp4", "mxfp4_16x4", kExact, {512, 2048}, 3, false, true},
          {"f32:mxfp4", "mxfp4_16x4", kExact, {512, 2048}, 3, false, true},
          {"mxfp4", "mxfp4", kExact, {512, 2048, 4096}, 3, false, true},
          {"mxfp4", "mxfp4", kDefault, {512, 2048, 4096}},
          {"mxfp4", "mxfp4", kExact, {512}, 12},
          {"mxfp8_e4m3", "mxfp8_e4m3", kDefault, {512}, 3, false, true},
          {"mxfp8_e5m2", "mxfp8_e4m3", kDefault, {512}, 3, false, true},
          {"nvfp4", "nvfp4", kDefault, {512}, 3, false, true},
          {"nvfp4", "nvfp4", kExact, {512}},
          {"mxfp6_e2m3", "mxfp6_e2m3", kDefault, {512}, 3, false, true},
          {"mxfp6_e3m2", "mxfp6_e3m2", kDefault, {512}, 3, false, true},
          {"mxint8", "mxint8", kDefault, {512}, 3, false, true}};
}

bool isQuickM(int64_t m) { return m == 1 || m == 16 || m == 512 || m == 2048; }

std::string nameOf(const Problem &problem, bool rotated) {
  const char *modes[] = {"", " exact", " fast"};
  std::string weights;
  if (problem.n != kWeights || problem.k != kWeights)
    weights = format(" N=%lld K=%lld", static_cast<long long>(problem.n),
                     static_cast<long long>(problem.k));
  return format("matmul %s x %s%s%s M=%lld%s %s", problem.a.c_str(),
                problem.b.c_str(), modes[problem.accumulate],
                problem.spread > 3 ? " wide" : "",
                static_cast<long long>(problem.m), weights.c_str(),
                rotated ? "DRAM" : "hot");
}

/// One of our kernels among the contenders.
struct Variant {
  std::string isa;
  double error;
  size_t contender;
  std::vector<double> leastMs; ///< what the limits allowed before each turn
  std::string limitName;       ///< of the last turn
};

/// Everything that takes turns on one shape.
class Group {
public:
  Group(Suite &suite, const Problem &problem, bool rotated)
      : suite(suite), name(nameOf(problem, rotated)), rotated(rotated),
        product(problem) {}

  void addVariants() {
    auto isas = isasOf(product.problem.accumulate == MX_ACCUMULATE_EXACT
                           ? "matmul_exact"
                           : "matmul_default");
    addVariant("");
    for (size_t i = isas.size(); i-- > 0;)
      addVariant(isas[i]);
  }

  void addPeers() {
    PeerShape shape{product.problem.m, product.problem.n, product.problem.k};
    for (PeerCall &call : peerCalls(shape, suite.threads())) {
      if (isTooSlow(call.name, timeOnce(call.run) * 1e-3))
        continue;
      peers.push_back(contenders.size());
      contenders.push_back({call.name, call.run, true, {}, {}});
    }
  }

  void run(double openvinoMs) {
    if (variants.empty())
      return;
    MemoryProbe probe(suite.threads(),
                      rotated ? beyondCaches() : product.bytes());
    interleave(contenders, suite.options.groupSeconds(), [&](size_t contender) {
      for (Variant &variant : variants)
        if (variant.contender == contender)
          measureLimit(variant, probe);
    });
    for (const Variant &variant : variants)
      reportVariant(variant, openvinoMs);
    for (size_t peer : peers)
      suite.report.add(resultOf(contenders[peer], contenders[peer].name));
    if (openvinoMs > 0) {
      Contender other{"openvino", nullptr, true, {openvinoMs}, {}};
      suite.report.add(resultOf(other, other.name));
    }
  }

private:
  bool isTooSlow(const std::string &contender, double seconds) const {
    if (seconds <= suite.options.callSeconds())
      return false;
    suite.report.note(format("  %s %s: left out, a call takes about %.1f s",
                             name.c_str(), contender.c_str(), seconds));
    return true;
  }

  void addVariant(const std::string &isa) {
    auto seen = [&](const std::string &ran) {
      return std::any_of(variants.begin(), variants.end(),
                         [&](const Variant &v) { return v.isa == ran; });
    };
    if (seen(isa))
      return;
    if (isTooSlow(isa.empty() ? "auto" : isa,
                  suite.estimateSeconds(product.problem, isa)))
      return;
    forceISA(isa);
    mx_set_num_threads(suite.threads());
    std::string ran = tracedISA([&] { product.run(); });
    // A kernel that declines these formats leaves them to an older one.
    if (seen(ran) || (!isa.empty() && ran != isa))
      return;
    double error = product.check();
    if (!suite.isRight(name + " " + ran, error))
      return;
    variants.push_back({ran, error, contenders.size(), {}, ""});
    contenders.push_back({ran,
                          [this, isa] {
                            forceISA(isa);
                            mx_set_num_threads(suite.threads());
                            product.run(call++);
                          },
                          !rotated,
                          {},
                          {}});
  }

  void measureLimit(Variant &variant, const MemoryProbe &probe) {
    suite.limits.setUnits(measurePeaks(suite.threads()));
    suite.limits.set(suite.readName(product, rotated), probe.read(), true);
    variant.leastMs.push_back(1e3 * suite.productSeconds(product, variant.isa,
                                                         rotated,
                                                         variant.limitName));
  }

  Result resultOf(const Contender &contender, const std::string &isa) const {
    const Problem &p = product.problem;
    Result result;
    result.name = name;
    result.formats = p.a + " x " + p.b + " -> f32";
    result.m = p.m;
    result.n = p.n;
    result.k = p.k;
    result.threads = suite.threads();
    result.isa = isa;
    result.ms = contender.times();
    result.rate = p.flops() / result.ms.median * 1e-6;
    return result;
  }

  void reportVariant(const Variant &variant, double openvinoMs) {
    Result result = resultOf(contenders[variant.contender], variant.isa);
    result.limitName = variant.limitName;
    double least = medianOf(variant.leastMs);
    result.limit = least > 0 ? product.problem.flops() / least * 1e-6 : 0;
    result.fraction =
        medianOfRatios(variant.leastMs, contenders[variant.contender].turns);
    result.error = variant.error;
    result.isChosen = variant.contender == 0; // addVariant("") came first
    for (size_t peer : peers)
      result.ratios.push_back(
          {contenders[peer].name,
           contenders[peer].times().median / result.ms.median});
    if (openvinoMs > 0)
      result.ratios.push_back({"openvino", openvinoMs / result.ms.median});
    suite.report.add(result);
  }

  Suite &suite;
  std::string name;
  bool rotated;
  Product product;
  int64_t call = 0;
  std::vector<Contender> contenders;
  std::vector<Variant> variants;
  std::vector<size_t> peers;
};

/// One product.
struct Choice {
  Problem problem;
  bool rotated = false;
  bool hasOpenVINO() const {
    return !rotated && !formatOf(problem.a).isScaled() &&
           problem.b.rfind("mxfp4", 0) == 0 && problem.n == kWeights &&
           problem.k == kWeights;
  }
};

std::vector<Choice> chosen(const Options &options,
                           const std::vector<Listed> &all) {
  int64_t weightBytes = kWeights * kWeights * 17 / 32;
  int64_t copies = std::min<int64_t>(beyondCaches() / weightBytes + 1, 128);
  std::vector<Choice> result;
  for (const Problem &problem : options.products)
    result.push_back({problem});
  for (const Listed &listed : all)
    for (int64_t m : listed.m)
      for (bool rotated : {false, true}) {
        Problem problem{
            m,        kWeights,          kWeights,      listed.a,
            listed.b, listed.accumulate, listed.spread, rotated ? copies : 1};
        bool isQuick = listed.quick && isQuickM(m) && (!rotated || m == 1);
        if ((!rotated || listed.rotatedToo) && (!options.quick || isQuick) &&
            options.wants(nameOf(problem, rotated)))
          result.push_back({problem, rotated});
      }
  return result;
}

/// OpenVINO's times of the weight-only shapes, if they are wanted.
std::unique_ptr<OpenVINO> runOpenVINO(const Suite &suite,
                                      const std::vector<Choice> &choices) {
  std::vector<int64_t> m;
  for (const Choice &choice : choices)
    if (choice.hasOpenVINO() &&
        std::find(m.begin(), m.end(), choice.problem.m) == m.end())
      m.push_back(choice.problem.m);
  if (!suite.options.peers || m.empty())
    return nullptr;
  auto peer =
      std::make_unique<OpenVINO>(m, kWeights, kWeights, suite.threads());
  if (!peer->error().empty())
    suite.report.note("  peer left out: " + peer->error());
  return peer;
}

} // namespace

void benchProducts(Suite &suite) {
  const std::vector<Listed> all = listedProducts();
  std::vector<Choice> choices = chosen(suite.options, all);
  if (choices.empty())
    return;
  suite.report.note(
      format("\nProducts%s, %d thread%s",
             suite.options.products.empty() ? " with 4096 x 4096 weights" : "",
             suite.threads(), suite.threads() > 1 ? "s" : ""));
  auto openvino = runOpenVINO(suite, choices);
  for (const Choice &choice : choices) {
    Group group(suite, choice.problem, choice.rotated);
    group.addVariants();
    if (!choice.rotated && choice.problem.accumulate != MX_ACCUMULATE_FAST)
      group.addPeers();
    group.run(openvino && choice.hasOpenVINO()
                  ? openvino->milliseconds(choice.problem.m)
                  : 0);
  }
  forceISA("");
}

} // namespace mx::bench
