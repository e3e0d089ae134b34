//===- threads.cpp - One result for every way of calling ------------------===//
//
// The same bits with one, two, seven and far too many threads, from within
// parallel regions, and from several threads of the program at once; with each
// ISA of the list that this CPU supports.
//
//===----------------------------------------------------------------------===//

#include "Buffers.h"

#include <algorithm>
#include <omp.h>
#include <set>
#include <thread>

using namespace mx::contract;
using namespace mx::test;

namespace {

/// MXFP4 on the right side, and on the left one if that `isScaled`.
mx_matmul_spec specOf(bool isScaled, int64_t accumulate) {
  mx_matmul_spec spec{};
  spec.version = MX_ABI_VERSION;
  spec.b_element = MX_FORMAT_E2M1;
  spec.b_scale = MX_FORMAT_E8M0;
  spec.b_block_rows = 1;
  spec.b_block_cols = 32;
  if (isScaled) {
    spec.a_element = spec.b_element;
    spec.a_scale = spec.b_scale;
    spec.a_block_rows = 1;
    spec.a_block_cols = 32;
  }
  spec.alpha = bitsOf(1.0f);
  spec.accumulate = accumulate;
  return spec;
}

constexpr int64_t kRows = 150, kOthers = 70, kCols = 320;

mx_quantize_spec quantizeRecord(bool random) {
  mx_quantize_spec spec{};
  spec.version = MX_ABI_VERSION;
  spec.element = MX_FORMAT_E2M1;
  spec.scale = MX_FORMAT_E8M0;
  spec.block_rows = 1;
  spec.block_cols = 32;
  spec.hadamard_size = random ? 64 : 0;
  spec.signs = random ? MX_SIGNS_SEED : MX_SIGNS_NONE;
  spec.rounding = random ? MX_ROUND_STOCHASTIC : MX_ROUND_NEAREST_EVEN;
  return spec;
}

/// Every operation once, on data of its own; run() may be called from several
/// threads at once and gives all results as bytes, and a last one that is 0 if
/// every call succeeded.
class Job {
public:
  explicit Job(uint64_t seed)
      : x(kRows * kCols), y(kOthers * kCols), near(kRows * kCols),
        weights(kOthers * kCols) {
    Random random(seed);
    for (auto *values : {&x, &y})
      for (float &value : *values)
        value = randomFloat(random, false);
    for (uint16_t &value : near) // nine octaves
      value = uint16_t(0x3C00 + random.below(0x480));
    for (float &value : weights)
      value = float(1 + random.below(6));
  }

  std::vector<uint8_t> run() const {
    Results results;
    std::vector<uint8_t> codes, scales, otherCodes, otherScales;
    quantize(x, kRows, true, results, codes, scales);
    quantize(y, kOthers, false, results, otherCodes, otherScales);
    elementwise(results);
    mx_operand a = scaled(results, codes, scales, kRows);
    mx_operand b = scaled(results, otherCodes, otherScales, kOthers);
    mx_operand plain{
        results.tensor(const_cast<float *>(x.data()), MX_F32, {kRows, kCols}),
        nullptr, nullptr};
    product(plain, false, b, MX_ACCUMULATE_DEFAULT, results);
    std::vector<uint8_t> nearCodes, nearScales;
    quantize(weights, kOthers, false, results, nearCodes, nearScales);
    product({results.tensor(const_cast<uint16_t *>(near.data()), MX_BF16,
                            {kRows, kCols}),
             nullptr, nullptr},
            false, scaled(results, nearCodes, nearScales, kOthers),
            MX_ACCUMULATE_DEFAULT, results);
    product(plain, false, b, MX_ACCUMULATE_FAST, results);
    product(a, true, b, MX_ACCUMULATE_DEFAULT, results);
    product(a, true, b, MX_ACCUMULATE_EXACT, results);
    shortProducts(otherCodes, otherScales, results);
    results.bytes.push_back(results.failed);
    return results.bytes;
  }

private:
  /// What a run wrote, and the tensors it described.
  struct Results {
    std::vector<uint8_t> bytes;
    uint8_t failed = 0;
    struct Description {
      mx_tensor tensor;
      std::vector<int64_t> sizes;
    };
    std::vector<std::unique_ptr<Description>> tensors;

    const mx_tensor *tensor(void *data, int dtype,
                            const std::vector<int64_t> &sizes) {
      tensors.push_back(std::make_unique<Description>());
      Description &d = *tensors.back();
      d.sizes = sizes;
      d.tensor = {data, dtype, int64_t(sizes.size()), d.sizes.data(), nullptr};
      return &d.tensor;
    }
    template <typename T> void add(int status, const std::vector<T> &values) {
      failed |= status != MX_OK;
      const auto *data = reinterpret_cast<const uint8_t *>(values.data());
      bytes.insert(bytes.end(), data, data + values.size() * sizeof(T));
    }
  };

  static void quantize(const std::vector<float> &source, int64_t rows,
                       bool random, Results &results,
                       std::vector<uint8_t> &codes,
                       std::vector<uint8_t> &scales) {
    codes.resize(size_t(rows * kCols / 2));
    scales.resize(size_t(rows * kCols / 32));
    mx_quantize_spec spec = quantizeRecord(random);
    int status = mx_quantize(
        &spec,
        results.tensor(const_cast<float *>(source.data()), MX_F32,
                       {rows, kCols}),
        nullptr, 11, nullptr,
        results.tensor(codes.data(), MX_I8, {rows, kCols / 32, 16}),
        results.tensor(scales.data(), MX_I8, {rows, kCols / 32}), nullptr);
    results.add(status, codes);
    results.add(status, scales);
    std::vector<float> back(size_t(rows * kCols));
    status = mx_dequantize(
        &spec, results.tensor(codes.data(), MX_I8, {rows, kCols / 32, 16}),
        results.tensor(scales.data(), MX_I8, {rows, kCols / 32}), nullptr,
        results.tensor(back.data(), MX_F32, {rows, kCols}));
    results.add(status, back);
  }

  void elementwise(Results &results) const {
    std::vector<float> floats(x.size()), amax(1);
    std::vector<uint8_t> codes(x.size());
    mx_quantize_spec spec = quantizeRecord(true);
    const mx_tensor *in =
        results.tensor(const_cast<float *>(x.data()), MX_F32, {kRows, kCols});
    results.add(
        mx_hadamard(&spec, in, 11,
                    results.tensor(floats.data(), MX_F32, {kRows, kCols})),
        floats);
    results.add(mx_cast(&spec, in, 11, nullptr,
                        results.tensor(codes.data(), MX_I8, {kRows, kCols})),
                codes);
    results.add(mx_amax(in, results.tensor(amax.data(), MX_F32, {})), amax);
  }

  static mx_operand scaled(Results &results, std::vector<uint8_t> &codes,
                           std::vector<uint8_t> &scales, int64_t rows) {
    return {results.tensor(codes.data(), MX_I8, {rows, kCols / 32, 16}),
            results.tensor(scales.data(), MX_I8, {rows, kCols / 32}), nullptr};
  }

  /// The same numbers as more rows that are shorter, by many and by a few.
  void shortProducts(std::vector<uint8_t> &codes, std::vector<uint8_t> &scales,
                     Results &results) const {
    constexpr int64_t kBlocks = 3, kShort = 32 * kBlocks;
    const mx_operand plain{results.tensor(const_cast<float *>(x.data()), MX_F32,
                                          {kRows * kCols / kShort, kShort}),
                           nullptr, nullptr};
    for (int64_t others : {kOthers * kCols / kShort, int64_t(3)})
      product(plain, false,
              {results.tensor(codes.data(), MX_I8, {others, kBlocks, 16}),
               results.tensor(scales.data(), MX_I8, {others, kBlocks}),
               nullptr},
              MX_ACCUMULATE_DEFAULT, results);
  }

  static void product(const mx_operand &a, bool isScaled, const mx_operand &b,
                      int64_t accumulate, Results &results) {
    const int64_t rows = a.codes->sizes[0], others = b.codes->sizes[0];
    const mx_matmul_spec spec = specOf(isScaled, accumulate);
    std::vector<float> out(size_t(rows * others));
    int status = mx_matmul(&spec, &a, &b, nullptr,
                           results.tensor(out.data(), MX_F32, {rows, others}));
    results.add(status, out);
  }

  std::vector<float> x, y;
  std::vector<uint16_t> near; ///< bf16, for products of 16-bit integers
  std::vector<float> weights; ///< of one band of scales
};

using Bytes = std::vector<uint8_t>;

void checkCounts(const Job &job, const Bytes &expected) {
  for (int threads : {2, 7, 100, 1}) {
    mx_set_num_threads(threads);
    CHECK(job.run() == expected);
  }
  mx_set_num_threads(0);
  for (int threads : {5, 1}) {
    omp_set_num_threads(threads);
    CHECK(job.run() == expected);
  }
  omp_set_num_threads(omp_get_num_procs());
}

/// Calls from within parallel regions, with inner regions of their own or not.
void checkNested(const std::vector<Job> &jobs,
                 const std::vector<Bytes> &expected) {
  for (int levels : {1, 3}) {
    omp_set_max_active_levels(levels);
    int right = 0;
#pragma omp parallel num_threads(3) reduction(+ : right)
    {
      auto mine = size_t(omp_get_thread_num()) % jobs.size();
      mx_set_num_threads(2);
      for (int i = 0; i < 2; ++i)
        right += jobs[mine].run() == expected[mine];
      mx_set_num_threads(0);
    }
    CHECK(right == 2 * 3);
  }
  omp_set_max_active_levels(1);
}

/// Several threads of the program, each with its own number of threads.
void checkConcurrent(const std::vector<Job> &jobs,
                     const std::vector<Bytes> &expected) {
  std::vector<std::thread> threads;
  std::vector<int> right(6, 0);
  for (size_t i = 0; i < right.size(); ++i)
    threads.emplace_back([&, i] {
      mx_set_num_threads(int64_t(i % 4));
      for (size_t round = 0; round < 3; ++round) {
        size_t mine = (i + round) % jobs.size();
        right[i] += jobs[mine].run() == expected[mine];
      }
    });
  for (std::thread &thread : threads)
    thread.join();
  for (int count : right)
    CHECK_EQ(count, 3);
}

/// An error is that of the thread which made it.
void checkErrors() {
  mx_quantize_spec spec = quantizeRecord(false);
  spec.version = 99;
  CHECK(mx_hadamard(&spec, nullptr, 0, nullptr) == MX_ERROR_VERSION);
  std::string ours = mx_last_error(), fresh = "unset", theirs;
  std::thread([&] {
    fresh = mx_last_error();
    spec.version = MX_ABI_VERSION;
    CHECK(mx_hadamard(&spec, nullptr, 0, nullptr) == MX_ERROR_ARGUMENT);
    theirs = mx_last_error();
  }).join();
  CHECK(fresh.empty());
  CHECK(theirs.find("'x' is missing") != std::string::npos);
  CHECK(ours.find("99") != std::string::npos && ours == mx_last_error());
}

/// Products of so many rows that each thread packs some of its own: exact ones
/// have the bits of the ISA before, others those of one thread.
class Large {
public:
  Large()
      : codes(kLargest * kBlocks * 16), scales(kLargest * kBlocks),
        words(kM * kK) {
    Random random(4);
    for (uint8_t &code : codes)
      code = uint8_t(random.below(256));
    for (uint8_t &scale : scales)
      scale = uint8_t(120 + random.below(4));
    for (uint16_t &word : words)
      word = uint16_t(0x3C00 + random.below(0x480));
  }

  void check() {
    std::vector<float> bf16, ofFew, ofMore;
    for (int threads : {1, 2, 3}) {
      mx_set_num_threads(threads);
      expect(run(true, kM), exact);
      expect(run(false, kM), bf16);
      expect(run(false, kFew), ofFew);
      expect(run(false, 2 * kFew), ofMore);
    }
    mx_set_num_threads(0);
  }

private:
  static constexpr int64_t kM = 1100, kFew = 13, kN = 2080, kBlocks = 35,
                           kK = 32 * kBlocks, kLargest = std::max(kM, kN);

  static void expect(const std::vector<float> &found,
                     std::vector<float> &expected) {
    if (expected.empty())
      expected = found;
    CHECK(std::memcmp(found.data(), expected.data(),
                      found.size() * sizeof(float)) == 0);
  }

  std::vector<float> run(bool isExact, int64_t rows) {
    const int64_t codesOfA[] = {rows, kBlocks, 16},
                  codesOfB[] = {kN, kBlocks, 16}, outSizes[] = {rows, kN},
                  plain[] = {rows, kK};
    const mx_tensor a = {codes.data(), MX_I8, 3, codesOfA, nullptr},
                    b = {codes.data(), MX_I8, 3, codesOfB, nullptr},
                    scalesOfA = {scales.data(), MX_I8, 2, codesOfA, nullptr},
                    scalesOfB = {scales.data(), MX_I8, 2, codesOfB, nullptr},
                    floats = {words.data(), MX_BF16, 2, plain, nullptr};
    const mx_matmul_spec spec =
        specOf(isExact, isExact ? MX_ACCUMULATE_EXACT : MX_ACCUMULATE_DEFAULT);
    std::vector<float> out(size_t(rows * kN));
    const mx_tensor result = {out.data(), MX_F32, 2, outSizes, nullptr};
    const mx_operand left = {isExact ? &a : &floats,
                             isExact ? &scalesOfA : nullptr, nullptr},
                     right = {&b, &scalesOfB, nullptr};
    CHECK(mx_matmul(&spec, &left, &right, nullptr, &result) == MX_OK);
    return out;
  }

  std::vector<uint8_t> codes, scales; ///< both sides start with the same rows
  std::vector<uint16_t> words;
  std::vector<float> exact;
};

/// Rows of f32 near 1 whose largest numbers meet zeros. Kernels may multiply
/// what is far below these as it is or by a power of two, which differ in bits
/// that are lost, but with any number of threads alike.
void checkNearRows(int64_t m, int64_t n, int64_t k) {
  std::vector<uint32_t> rows(size_t(m * k));
  std::vector<uint16_t> columns(size_t(n * k));
  Random random(5);
  auto field = [&](int64_t col) {
    return uint32_t(col == 0 ? 108 : 9 + random.below(8));
  };
  for (int64_t i = 0; i < m * k; ++i)
    rows[size_t(i)] = field(i % k) << 23 | uint32_t(random.below(1 << 23));
  for (int64_t i = 0; i < n * k; ++i)
    columns[size_t(i)] = uint16_t(i % k == 0 ? 0 : 0x3F80 + random.below(128));
  const int64_t rowSizes[] = {m, k}, columnSizes[] = {n, k}, sizes[] = {m, n};
  const mx_tensor a = {rows.data(), MX_F32, 2, rowSizes, nullptr},
                  b = {columns.data(), MX_BF16, 2, columnSizes, nullptr};
  const mx_operand left = {&a, nullptr, nullptr},
                   right = {&b, nullptr, nullptr};
  mx_matmul_spec spec{};
  spec.version = MX_ABI_VERSION;
  spec.alpha = bitsOf(1.0f);
  std::vector<uint32_t> expected;
  for (int threads : {1, 2, 5}) {
    mx_set_num_threads(threads);
    std::vector<uint32_t> found(size_t(m * n));
    const mx_tensor out = {found.data(), MX_F32, 2, sizes, nullptr};
    CHECK(mx_matmul(&spec, &left, &right, nullptr, &out) == MX_OK);
    if (expected.empty())
      expected = found;
    CHECK(found == expected);
  }
  mx_set_num_threads(0);
}

std::set<std::string> supportedISAs() {
  std::set<std::string> isas;
  mx_runtime_kernels(
      [](void *user, const char *op, const char *isa, int supported) {
        if (supported)
          static_cast<std::set<std::string> *>(user)->insert(isa);
        else
          std::printf("SKIPPED %s.%s: this CPU lacks its features\n", op, isa);
      },
      &isas);
  return isas;
}

} // namespace

int main() {
  std::vector<Job> jobs;
  for (uint64_t seed : {1, 2, 3})
    jobs.emplace_back(seed);
  Large large;
  for (const std::string &isa : supportedISAs()) {
    setenv("MX_RUNTIME_ISA", isa.c_str(), 1);
    std::printf("running %s\n", isa.c_str());
    context() = isa;
    mx_set_num_threads(1);
    std::vector<Bytes> expected;
    for (const Job &job : jobs)
      expected.push_back(job.run());
    mx_set_num_threads(0);
    CHECK(expected[0].back() == 0);
    CHECK(expected[0] != expected[1]);
    checkCounts(jobs[0], expected[0]);
    checkNested(jobs, expected);
    checkConcurrent(jobs, expected);
    if (isa == "portable") // which takes seconds
      continue;
    large.check();
    checkNearRows(4096, 800, 129);
    checkNearRows(50, 2500, 128);
  }
  unsetenv("MX_RUNTIME_ISA");
  checkErrors();
  return finish("runtime threads");
}
