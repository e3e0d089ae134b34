//===- Matmul.cpp - Rates of the product kernels --------------------------===//
//
// runtime-bench-matmul [--m=…] [--n=…] [--k=…] [--a=FORMAT] [--b=FORMAT]
//   [--accumulate=default|exact|fast] [--threads=…] [--spread=…] [--copies=…]
//   [--repeats=…] [--json]
// One product, checked on a sample of its results before it is timed, next to
// the rate of the machine's multipliers in the same run. `spread`: steps that
// the block scales of a row span; `copies` of B are used in turn, so that it
// comes from memory and not from a cache.
//
//===----------------------------------------------------------------------===//

#include "Peak.h"

#include "mx-runtime/mx_runtime.h"
#include "mx/Support/Matmul.h"
#include "mx/Support/Pack.h"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string>
#include <vector>

using namespace mx::contract;
using mx::bench::now;

namespace {

struct Options {
  int64_t m = 512, n = 4096, k = 4096, threads = 1, spread = 3, copies = 1;
  int64_t repeats = 15;
  std::string a = "bf16", b = "mxfp4", accumulate = "default";
  bool json = false;
};

struct NamedFormat {
  const char *name;
  ScaledFormat format; ///< scaled ones
  int dtype;           ///< of plain ones, -1
};

const NamedFormat kFormats[] = {
    {"f32", {}, MX_F32},
    {"bf16", {}, MX_BF16},
    {"f16", {}, MX_F16},
    {"mxfp4", {kE2M1, kE8M0, 1, 32}, -1},
    {"mxfp8", {kE4M3, kE8M0, 1, 32}, -1},
    {"mxfp8_e5m2", {kE5M2, kE8M0, 1, 32}, -1},
    {"mxfp6", {kE2M3, kE8M0, 1, 32}, -1},
    {"mxfp6_e3m2", {kE3M2, kE8M0, 1, 32}, -1},
    {"mxint8", {kInt8, kE8M0, 1, 32}, -1},
    {"nvfp4", {kE2M1, kE4M3, 1, 16, true}, -1},
};

[[noreturn]] void stop(const std::string &text) {
  std::fprintf(stderr, "runtime-bench-matmul: %s\n", text.c_str());
  std::exit(1);
}

/// Numbers that need not be good, but the same everywhere.
struct Generator {
  uint64_t state = 1;
  uint32_t operator()() {
    state = state * 6364136223846793005u + 1442695040888963407u;
    return static_cast<uint32_t>(state >> 33);
  }
};

/// A random operand [rows, k] and its values row by row.
struct Operand {
  const NamedFormat *type = nullptr;
  int64_t rows, k;
  std::vector<std::vector<uint8_t>> codes; ///< one per copy
  std::vector<uint8_t> scales;
  float tensorScale = 0.5f;
  int64_t codeSizes[3], scaleSizes[2], one = 1;
  mx_tensor codeTensor{}, scaleTensor{}, tensorTensor{};

  Operand(const std::string &name, int64_t rows, int64_t k, int64_t spread,
          int64_t copies, Generator &random);
  mx_operand use(int64_t copy) {
    codeTensor.data = codes[static_cast<size_t>(copy) % codes.size()].data();
    bool scaled = type->dtype < 0;
    return {&codeTensor, scaled ? &scaleTensor : nullptr,
            scaled && type->format.hasTensorScale ? &tensorTensor : nullptr};
  }
  std::vector<double> values(int64_t row) const;
  bool isScaled() const { return type->dtype < 0; }
};

Operand::Operand(const std::string &name, int64_t rows, int64_t k,
                 int64_t spread, int64_t copies, Generator &random)
    : rows(rows), k(k) {
  for (const NamedFormat &format : kFormats)
    if (name == format.name)
      type = &format;
  if (!type)
    stop("unknown format " + name);
  const ScaledFormat &format = type->format;
  int64_t blocks = isScaled() ? format.numBlocks(k) : 0;
  int64_t bytes = isScaled() ? format.bytesPerBlock(k) : 0;
  std::vector<uint8_t> data;
  if (isScaled()) {
    data.resize(static_cast<size_t>(rows * blocks * bytes));
    for (auto &byte : data) {
      byte = static_cast<uint8_t>(random());
      if (format.element.bits() == 8 && !format.element.isInteger)
        byte &= 0xBB; // neither NaN nor Inf
    }
    scales.resize(static_cast<size_t>(rows * blocks));
    for (auto &scale : scales)
      scale = static_cast<uint8_t>(format.scale.isE8M0
                                       ? 120 + random() % uint32_t(spread + 1)
                                       : random() % 0x70);
  } else {
    data.resize(
        static_cast<size_t>(rows * k * (type->dtype == MX_F32 ? 4 : 2)));
    for (int64_t i = 0; i < rows * k; ++i) {
      float value = float(int32_t(random() << 1)) * 0x1p-30f;
      uint16_t half = type->dtype == MX_BF16 ? toBF16(value) : toF16(value);
      if (type->dtype == MX_F32)
        std::memcpy(&data[static_cast<size_t>(4 * i)], &value, 4);
      else
        std::memcpy(&data[static_cast<size_t>(2 * i)], &half, 2);
    }
  }
  codes.assign(static_cast<size_t>(copies), data);
  codeSizes[0] = scaleSizes[0] = rows;
  codeSizes[1] = isScaled() ? blocks : k;
  codeSizes[2] = bytes;
  scaleSizes[1] = blocks;
  codeTensor = {nullptr, isScaled() ? MX_I8 : type->dtype, isScaled() ? 3 : 2,
                codeSizes, nullptr};
  scaleTensor = {scales.data(), MX_I8, 2, scaleSizes, nullptr};
  tensorTensor = {&tensorScale, MX_F32, 1, &one, nullptr};
}

std::vector<double> Operand::values(int64_t row) const {
  std::vector<double> result(static_cast<size_t>(k));
  const uint8_t *data = codes[0].data();
  for (int64_t col = 0; col < k; ++col) {
    double &value = result[static_cast<size_t>(col)];
    int64_t at = row * k + col;
    if (!isScaled()) {
      uint32_t bits = 0;
      int64_t width = type->dtype == MX_F32 ? 4 : 2;
      std::memcpy(&bits, data + width * at, static_cast<size_t>(width));
      value = type->dtype == MX_F32    ? floatOf(bits)
              : type->dtype == MX_BF16 ? fromBF16(uint16_t(bits))
                                       : fromF16(uint16_t(bits));
      continue;
    }
    const ScaledFormat &format = type->format;
    int64_t block = row * codeSizes[1] + col / format.blockCols;
    std::vector<uint16_t> block16(static_cast<size_t>(format.blockCols));
    unpackCodes(format.element.bits(), data + block * codeSizes[2],
                format.blockCols, block16.data());
    value = decode(format.element,
                   block16[static_cast<size_t>(col % format.blockCols)]) *
            scaleValue(format.scale, scales[static_cast<size_t>(block)]);
  }
  return result;
}

mx_matmul_spec specOf(const Operand &a, const Operand &b,
                      const Options &options) {
  mx_matmul_spec spec{};
  spec.version = MX_ABI_VERSION;
  auto word = [](const FloatFormat &f) {
    return MX_FORMAT(f.exponentBits, f.mantissaBits, int(f.kind), f.isSigned,
                     f.isInteger, f.isE8M0);
  };
  if (a.isScaled()) {
    spec.a_element = word(a.type->format.element);
    spec.a_scale = word(a.type->format.scale);
    spec.a_block_rows = 1;
    spec.a_block_cols = a.type->format.blockCols;
    spec.a_has_tensor_scale = a.type->format.hasTensorScale;
  }
  if (b.isScaled()) {
    spec.b_element = word(b.type->format.element);
    spec.b_scale = word(b.type->format.scale);
    spec.b_block_rows = 1;
    spec.b_block_cols = b.type->format.blockCols;
    spec.b_has_tensor_scale = b.type->format.hasTensorScale;
  }
  spec.k = options.k;
  spec.alpha = bitsOf(1.0f);
  spec.accumulate = options.accumulate == "exact"  ? MX_ACCUMULATE_EXACT
                    : options.accumulate == "fast" ? MX_ACCUMULATE_FAST
                                                   : MX_ACCUMULATE_DEFAULT;
  return spec;
}

/// The largest error of a sample of results in units of Σ|a·b|.
double errorOf(const Operand &a, const Operand &b, const float *out) {
  double worst = 0;
  Generator random;
  double scale = (a.isScaled() && a.type->format.hasTensorScale ? 0.5 : 1) *
                 (b.isScaled() && b.type->format.hasTensorScale ? 0.5 : 1);
  for (int sample = 0; sample < 48; ++sample) {
    int64_t m = random() % uint64_t(a.rows), n = random() % uint64_t(b.rows);
    std::vector<double> x = a.values(m), y = b.values(n);
    double sum = 0, size = 1e-300;
    for (size_t i = 0; i < x.size(); ++i) {
      sum += x[i] * y[i];
      size += std::fabs(x[i] * y[i]);
    }
    double got = out[m * b.rows + n];
    double error = std::fabs(got - sum * scale) / (size * scale);
    worst = error >= 0 ? std::max(worst, error) : INFINITY;
  }
  return worst;
}

Options parse(int argc, char **argv) {
  Options options;
  struct {
    const char *name;
    int64_t *number;
    std::string *text;
  } known[] = {{"--m=", &options.m, nullptr},
               {"--n=", &options.n, nullptr},
               {"--k=", &options.k, nullptr},
               {"--threads=", &options.threads, nullptr},
               {"--spread=", &options.spread, nullptr},
               {"--copies=", &options.copies, nullptr},
               {"--repeats=", &options.repeats, nullptr},
               {"--a=", nullptr, &options.a},
               {"--b=", nullptr, &options.b},
               {"--accumulate=", nullptr, &options.accumulate}};
  for (int i = 1; i < argc; ++i) {
    bool found = std::strcmp(argv[i], "--json") == 0;
    options.json |= found;
    for (auto &option : known) {
      size_t length = std::strlen(option.name);
      if (std::strncmp(argv[i], option.name, length) != 0)
        continue;
      found = true;
      if (option.number)
        *option.number = std::atoll(argv[i] + length);
      else
        *option.text = argv[i] + length;
    }
    if (!found)
      stop(std::string("unknown argument ") + argv[i]);
  }
  return options;
}

} // namespace

int main(int argc, char **argv) {
  Options options = parse(argc, argv);
  Generator random;
  Operand a(options.a, options.m, options.k, options.spread, 1, random);
  Operand b(options.b, options.n, options.k, options.spread, options.copies,
            random);
  // Aligned to a cache line, as compiled code allocates its results.
  std::vector<float> buffer(static_cast<size_t>(options.m * options.n + 16));
  auto misaligned = reinterpret_cast<uintptr_t>(buffer.data()) / 4 % 16;
  float *out = buffer.data() + (16 - misaligned) % 16;
  int64_t outSizes[2] = {options.m, options.n};
  mx_tensor result{out, MX_F32, 2, outSizes, nullptr};
  mx_matmul_spec spec = specOf(a, b, options);
  mx_set_num_threads(options.threads);
  auto call = [&](int64_t copy) {
    mx_operand left = a.use(0), right = b.use(copy);
    if (mx_matmul(&spec, &left, &right, nullptr, &result) != MX_OK)
      stop(mx_last_error());
  };
  call(0);
  double error = errorOf(a, b, out);
  double bound =
      options.accumulate == "fast" ? 1e-4 : double(options.k + 32) * 0x1p-24;
  if (!(error <= bound))
    stop("error " + std::to_string(error) + " of the sum of magnitudes");
  std::vector<double> seconds;
  std::vector<mx::bench::Peaks> allPeaks;
  for (int64_t i = 0; i < options.repeats + options.copies; ++i) {
    if (i % 5 == 0) // the clock follows the load: measure close to each other
      allPeaks.push_back(
          mx::bench::measurePeaks(static_cast<int>(options.threads)));
    double start = now();
    call(i);
    if (i >= options.copies)
      seconds.push_back(now() - start);
  }
  std::sort(seconds.begin(), seconds.end());
  mx::bench::Peaks peaks = mx::bench::medianOf(allPeaks);
  double ms = seconds[seconds.size() / 2] * 1e3;
  double gflops =
      2e-6 * double(options.m) * double(options.n) * double(options.k) / ms;
  const char *isa = std::getenv("MX_RUNTIME_ISA");
  std::printf(
      options.json
          ? "{\"name\": \"matmul\", \"a\": \"%s\", \"b\": \"%s\", "
            "\"accumulate\": "
            "\"%s\", \"m\": %lld, \"n\": %lld, \"k\": %lld, \"threads\": %lld, "
            "\"isa\": \"%s\", \"ms\": [%.4f, %.4f, %.4f], \"gflops\": %.1f, "
            "\"of_amx_bf16\": %.3f, \"of_amx_s8\": %.3f, \"of_vnni\": %.3f, "
            "\"of_fma\": %.3f, \"error\": %.2e}\n"
          : "%s x %s %s  M=%lld N=%lld K=%lld threads=%lld isa=%s  ms min %.4f "
            "median %.4f max %.4f  GFLOP/s %.1f  of AMX bf16 %.3f, AMX s8 "
            "%.3f, "
            "VNNI %.3f, FMA %.3f  error %.2e\n",
      options.a.c_str(), options.b.c_str(), options.accumulate.c_str(),
      static_cast<long long>(options.m), static_cast<long long>(options.n),
      static_cast<long long>(options.k),
      static_cast<long long>(options.threads), isa ? isa : "auto",
      seconds.front() * 1e3, ms, seconds.back() * 1e3, gflops,
      peaks.amxBF16 > 0 ? gflops / peaks.amxBF16 : 0.0,
      peaks.amxS8 > 0 ? gflops / peaks.amxS8 : 0.0,
      peaks.vnni > 0 ? gflops / peaks.vnni : 0.0,
      peaks.fma > 0 ? gflops / peaks.fma : 0.0, error);
  return 0;
}
