//===- Quantize.cpp - Rates of the quantisers -----------------------------===//
//
// runtime-bench-quantize [--rows=…] [--cols=…] [--threads=…] [--repeats=…]
//   [--cpu] [--case=NAME] [--json]
// Quantisation of an f32 matrix that no cache holds: the first rows are
// compared with lib/Support, then the kernel is timed next to the rate at which
// the same threads read the same matrix. --cpu measures processor time, which
// other programs do not take part in, for one thread.
//
//===----------------------------------------------------------------------===//

#include "Peak.h"

#include "mx-runtime/mx_runtime.h"
#include "mx/Support/Pack.h"
#include "mx/Support/Quantize.h"

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <ctime>
#include <omp.h>
#include <random>
#include <string>
#include <sys/mman.h>
#include <vector>

using namespace mx::contract;

namespace {

bool useCpuTime = false;

double now() {
  if (!useCpuTime)
    return mx::bench::now();
  timespec time;
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
  return double(time.tv_sec) + 1e-9 * double(time.tv_nsec);
}

struct Options {
  int64_t rows = 4096, cols = 8192, threads = 1, repeats = 9;
  bool json = false;
  std::string only; ///< the case of this name
};

struct Case {
  const char *name;
  int64_t element, scale, block;
  int64_t rule, rounding, hadamard;
  bool tensorScale, transpose;
};

constexpr int64_t kEven = MX_ROUND_NEAREST_EVEN, kSR = MX_ROUND_STOCHASTIC;
const Case kCases[] = {
    {"mxfp4", MX_FORMAT_E2M1, MX_FORMAT_E8M0, 32, MX_RULE_FLOOR, kEven, 0,
     false, false},
    {"mxfp8_e4m3 rceil", MX_FORMAT_E4M3, MX_FORMAT_E8M0, 32, MX_RULE_RCEIL,
     kEven, 0, false, false},
    {"mxfp6_e2m3", MX_FORMAT_E2M3, MX_FORMAT_E8M0, 32, MX_RULE_FLOOR, kEven, 0,
     false, false},
    {"nvfp4", MX_FORMAT_E2M1, MX_FORMAT_E4M3, 16, MX_RULE_AMAX, kEven, 0, true,
     false},
    {"mxfp4 rht32", MX_FORMAT_E2M1, MX_FORMAT_E8M0, 32, MX_RULE_FLOOR, kEven,
     32, false, false},
    {"mxfp4 rht64 sr16", MX_FORMAT_E2M1, MX_FORMAT_E8M0, 32, MX_RULE_FLOOR, kSR,
     64, false, false},
    {"mxfp4 transposed", MX_FORMAT_E2M1, MX_FORMAT_E8M0, 32, MX_RULE_FLOOR,
     kEven, 0, false, true},
    {"mxfp4 quest rht32", MX_FORMAT_E2M1, MX_FORMAT_E8M0, 32, MX_RULE_QUEST,
     kEven, 32, false, false},
    {"nvfp4 four_over_six", MX_FORMAT_E2M1, MX_FORMAT_E4M3, 16,
     MX_RULE_FOUR_OVER_SIX, kEven, 0, true, false},
    {"nvfp4 ms_eden rht128", MX_FORMAT_E2M1, MX_FORMAT_E4M3, 16,
     MX_RULE_MS_EDEN, kEven, 128, true, false},
    {"mxfp4 rht32 transposed", MX_FORMAT_E2M1, MX_FORMAT_E8M0, 32,
     MX_RULE_FLOOR, kEven, 32, false, true},
};

/// In huge pages where the system has them: with small ones, columns of a large
/// matrix cost a page walk each.
template <typename T> struct Aligned {
  using value_type = T;
  T *allocate(size_t count) {
    constexpr size_t page = 1 << 21;
    size_t bytes = count * sizeof(T);
    size_t unit = bytes < page ? 64 : page;
    bytes = (bytes + unit - 1) / unit * unit;
    void *p = std::aligned_alloc(unit, bytes);
    if (unit == page)
      madvise(p, bytes, MADV_HUGEPAGE);
    return static_cast<T *>(p);
  }
  void deallocate(T *p, size_t) { std::free(p); }
  bool operator==(const Aligned &) const { return true; }
  bool operator!=(const Aligned &) const { return false; }
};
template <typename T> using Buffer = std::vector<T, Aligned<T>>;

struct Call {
  const Case &c;
  mx_quantize_spec spec{};
  int64_t inSizes[2], codeSizes[3], scaleSizes[2];
  Buffer<uint8_t> codes, scales;
  float tensorScale = 0, amax = 6;
  mx_tensor outCodes, outScales, outTensor, given;

  Call(const Case &c, int64_t rows, int64_t cols) : c(c), inSizes{rows, cols} {
    spec.version = MX_ABI_VERSION;
    spec.element = c.element;
    spec.scale = c.scale;
    spec.block_rows = 1;
    spec.block_cols = c.block;
    spec.has_tensor_scale = c.tensorScale;
    spec.scale_rule = c.rule;
    spec.rounding = c.rounding;
    spec.random_bits = 16;
    spec.hadamard_size = c.hadamard;
    spec.signs = c.hadamard ? MX_SIGNS_SEED : MX_SIGNS_NONE;
    spec.transpose = c.transpose;
    if (c.rounding == kSR) {
      const float threeQuarters = 0.75f;
      uint32_t bits;
      std::memcpy(&bits, &threeQuarters, 4);
      spec.prescale = bits;
    }
    int64_t m = c.transpose ? cols : rows, k = c.transpose ? rows : cols;
    int64_t width = (c.element & 0xFF) + (c.element >> 8 & 0xFF) + 1;
    codeSizes[0] = scaleSizes[0] = m;
    codeSizes[1] = scaleSizes[1] = k / c.block;
    codeSizes[2] = c.block * width / 8;
    codes.resize(size_t(m * codeSizes[1] * codeSizes[2]));
    scales.resize(size_t(m * scaleSizes[1]));
  }

  mx_tensor input(const float *x) const {
    return {const_cast<float *>(x), MX_F32, 2, inSizes, nullptr};
  }
  mx_quantizer quantizer() {
    outCodes = {codes.data(), MX_I8, 3, codeSizes, nullptr};
    outScales = {scales.data(), MX_I8, 2, scaleSizes, nullptr};
    outTensor = {&tensorScale, MX_F32, 0, nullptr, nullptr};
    given = {&amax, MX_F32, 0, nullptr, nullptr};
    return {
        &spec,      c.tensorScale ? &given : nullptr,    7, nullptr, &outCodes,
        &outScales, c.tensorScale ? &outTensor : nullptr};
  }
  int run(const float *x) {
    mx_tensor in = input(x);
    mx_quantizer q = quantizer();
    return mx_quantize(q.spec, &in, q.tensor_amax, q.seed, q.origin, q.codes,
                       q.scale, q.tensor_scale);
  }

  /// The same call by the portable kernel, byte by byte: those are the bits of
  /// lib/Support (test/Runtime).
  bool agrees(const float *x) {
    Buffer<uint8_t> fastCodes, fastScales;
    if (run(x) != MX_OK)
      return false;
    fastCodes.swap(codes);
    fastScales.swap(scales);
    codes.resize(fastCodes.size());
    scales.resize(fastScales.size());
    const char *isa = std::getenv("MX_RUNTIME_ISA");
    std::string wanted = isa ? isa : "";
    setenv("MX_RUNTIME_ISA", "portable", 1);
    int status = run(x);
    setenv("MX_RUNTIME_ISA", wanted.c_str(), 1); // empty: any
    return status == MX_OK && codes == fastCodes && scales == fastScales;
  }
};

double median(std::vector<double> times) {
  std::sort(times.begin(), times.end());
  return times[times.size() / 2];
}

/// Seconds to read the matrix once.
double readOnce(const Buffer<float> &x, int64_t threads) {
  double start = now();
  uint64_t sum = 0;
  const auto *words = reinterpret_cast<const uint64_t *>(x.data());
  auto count = int64_t(x.size() / 2);
#pragma omp parallel for num_threads(int(threads)) reduction(+ : sum)
  for (int64_t i = 0; i < count; ++i)
    sum += words[i];
  double seconds = now() - start;
  volatile uint64_t keep = sum;
  (void)keep;
  return seconds;
}

void report(const Options &options, const Case &c, std::vector<double> times,
            double readSeconds) {
  double bytes = double(options.rows) * double(options.cols) * 4;
  double seconds = median(times);
  auto [low, high] = std::minmax_element(times.begin(), times.end());
  double rate = bytes / seconds * 1e-9, limit = bytes / readSeconds * 1e-9;
  if (options.json)
    std::printf("{\"name\": \"quantize %s\", \"m\": %lld, \"k\": %lld, "
                "\"threads\": %lld, \"ms\": [%.3f, %.3f, %.3f], "
                "\"gbytes_per_s\": %.2f, \"limit\": %.2f, "
                "\"fraction_of_limit\": %.3f, \"error\": 0}\n",
                c.name, static_cast<long long>(options.rows),
                static_cast<long long>(options.cols),
                static_cast<long long>(options.threads), *low * 1e3,
                seconds * 1e3, *high * 1e3, rate, limit, rate / limit);
  else
    std::printf("%-18s %7.2f ms  %6.2f GB/s of input, %.2f of reading it "
                "(%.1f GB/s)\n",
                c.name, seconds * 1e3, rate, rate / limit, limit);
}

/// Both results of a case, along and across, in one call and in two.
void comparePair(const Options &options, const Case &c,
                 const Buffer<float> &x) {
  Case along = c, across = c;
  across.transpose = !along.transpose;
  Call a(along, options.rows, options.cols);
  Call b(across, options.rows, options.cols);
  mx_tensor in = a.input(x.data());
  mx_quantizer first = a.quantizer(), second = b.quantizer();
  std::vector<double> one, two;
  for (int64_t i = 0; i <= options.repeats; ++i) {
    double start = now();
    mx_quantize2(&in, &first, &second);
    double middle = now();
    a.run(x.data());
    b.run(x.data());
    one.push_back(middle - start);
    two.push_back(now() - middle);
  }
  std::printf("%-18s %7.2f ms  along and across in one call, %.2f of two\n",
              c.name, median(one) * 1e3, median(one) / median(two));
}

/// Back to f32, next to a copy of as many bytes: all that are read or written.
void measureDequantize(const Options &options, Call &call,
                       const Buffer<float> &x) {
  Buffer<float> y(x.size());
  mx_tensor out = call.input(y.data());
  mx_quantizer q = call.quantizer();
  std::vector<double> times, copies;
  for (int64_t i = 0; i <= options.repeats; ++i) {
    double start = now();
    mx_dequantize(q.spec, q.codes, q.scale, q.tensor_scale, &out);
    double middle = now();
    std::memcpy(y.data(), x.data(), x.size() * 4);
    times.push_back(middle - start);
    copies.push_back(now() - middle);
  }
  double bytes = double(x.size()) * 4;
  double moved = bytes + double(call.codes.size() + call.scales.size());
  double rate = moved / median(times) * 1e-9;
  double limit = 2 * bytes / median(copies) * 1e-9;
  std::printf("%-18s %7.2f ms  %6.2f GB/s dequantised, %.2f of copying (%.1f "
              "GB/s)\n",
              call.c.name, median(times) * 1e3, rate, rate / limit, limit);
}

bool parse(int argc, char **argv, Options &options) {
  for (int i = 1; i < argc; ++i) {
    std::string text = argv[i];
    size_t at = text.find('=');
    int64_t *value = nullptr;
    std::string key = text.substr(0, at);
    if (key == "--rows")
      value = &options.rows;
    else if (key == "--cols")
      value = &options.cols;
    else if (key == "--threads")
      value = &options.threads;
    else if (key == "--repeats")
      value = &options.repeats;
    else if (text == "--json")
      options.json = true;
    else if (key == "--case" && at != std::string::npos)
      options.only = text.substr(at + 1);
    else if (text == "--cpu")
      useCpuTime = true;
    else
      return false;
    if (value && (at == std::string::npos ||
                  (*value = std::atoll(text.c_str() + at + 1)) <= 0))
      return false;
  }
  return options.rows % 64 == 0 && options.cols % 64 == 0;
}

} // namespace

int main(int argc, char **argv) {
  Options options;
  if (!parse(argc, argv, options)) {
    std::fprintf(
        stderr,
        "usage: runtime-bench-quantize [--rows=N] [--cols=N] "
        "[--threads=N] [--repeats=N] [--cpu] [--case=NAME] [--json]; rows and "
        "columns are multiples of 64\n");
    return 1;
  }
  omp_set_num_threads(int(options.threads));
  Buffer<float> x(size_t(options.rows * options.cols));
  std::mt19937 random(1);
  std::normal_distribution<float> normal;
  for (float &value : x)
    value = normal(random);
  for (const Case &c : kCases) {
    if (!options.only.empty() && options.only != c.name)
      continue;
    int64_t few = std::min<int64_t>(options.rows, 64);
    if (!Call(c, few, options.cols).agrees(x.data())) {
      std::fprintf(stderr, "%s: wrong: %s\n", c.name, mx_last_error());
      return 1;
    }
    Call call(c, options.rows, options.cols);
    std::vector<double> times, reads;
    for (int64_t i = 0; i <= options.repeats; ++i) {
      reads.push_back(readOnce(x, options.threads));
      double start = now();
      call.run(x.data());
      if (i > 0)
        times.push_back(now() - start);
    }
    report(options, c, times, median(reads));
    if (options.json)
      continue;
    if (!c.transpose)
      comparePair(options, c, x);
    if (c.hadamard == 0)
      measureDequantize(options, call, x);
  }
  return 0;
}
