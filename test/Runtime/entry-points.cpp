//===- entry-points.cpp - The symbols of compiled code --------------------===//
//
// Calls _mlir_ciface_mx_runtime_* with memref descriptors as compiled code
// does, compares with the plain C functions, and checks that an error ends the
// process with status 1, or in a scope becomes its status.
//
//===----------------------------------------------------------------------===//

#include "Buffers.h"
#include "mx/Support/Philox.h"

#include <sys/wait.h>
#include <unistd.h>

using namespace mx::contract;
using namespace mx::test;

namespace {

/// memref<*x…> over memory that the caller owns.
struct MemRef {
  struct {
    void *allocated, *aligned;
    int64_t offset, sizesAndStrides[8];
  } descriptor;
  struct {
    int64_t rank;
    void *descriptor;
  } unranked;

  MemRef(void *data, std::vector<int64_t> sizes, int64_t offset = 0) {
    auto rank = static_cast<int64_t>(sizes.size());
    descriptor.allocated = descriptor.aligned = data;
    descriptor.offset = offset;
    int64_t stride = 1;
    for (int64_t i = rank; i-- > 0;) {
      descriptor.sizesAndStrides[i] = sizes[size_t(i)];
      descriptor.sizesAndStrides[rank + i] = stride;
      stride *= sizes[size_t(i)];
    }
    unranked = {rank, &descriptor};
  }
  MemRef(const MemRef &) = delete;
  operator void *() { return &unranked; }
};

} // namespace

extern "C" {
void _mlir_ciface_mx_runtime_quantize_f32_s8(void *, void *, void *, int64_t,
                                             void *, void *, void *, void *);
void _mlir_ciface_mx_runtime_quantize2_f32_s8(void *, void *, void *, int64_t,
                                              void *, void *, void *, void *,
                                              void *, void *, int64_t, void *,
                                              void *, void *, void *);
void _mlir_ciface_mx_runtime_dequantize_f32_s8(void *, void *, void *, void *,
                                               void *);
void _mlir_ciface_mx_runtime_matmul_s8_s8_f32(void *, void *, void *, void *,
                                              void *, void *, void *, void *,
                                              void *);
void _mlir_ciface_mx_runtime_matmul_f32_f32_f32(void *, void *, void *, void *,
                                                void *, void *, void *, void *,
                                                void *);
void _mlir_ciface_mx_runtime_cast_f32_i8(void *, void *, int64_t, void *,
                                         void *);
void _mlir_ciface_mx_runtime_hadamard_f32(void *, void *, int64_t, void *);
void _mlir_ciface_mx_runtime_amax_f32(void *, void *);
int64_t _mlir_ciface_mx_runtime_derive_seed(int64_t, int64_t);
}

namespace {

constexpr int64_t kRows = 32, kCols = 64;

struct Program {
  std::vector<float> x = std::vector<float>(kRows * kCols + 4);
  std::vector<int64_t> record;
  MemRef absent{nullptr, {0}};
  MemRef xRef{x.data(), {kRows, kCols}, 4}; // an offset, as a subview has

  Program() {
    Random random(61);
    for (float &value : x)
      value = randomFloat(random, false);
    mx_quantize_spec spec{};
    spec.version = MX_ABI_VERSION;
    spec.element = MX_FORMAT_E2M1;
    spec.scale = MX_FORMAT_E8M0;
    spec.block_rows = 1;
    spec.block_cols = 32;
    spec.rounding = MX_ROUND_STOCHASTIC;
    spec.stream = 6;
    spec.hadamard_size = 32;
    const auto *words = reinterpret_cast<const int64_t *>(&spec);
    record.assign(words, words + sizeof spec / sizeof(int64_t));
  }
};

/// Codes and scales of lib/Support for the program's record.
Quantized reference(const Program &p, bool transposed) {
  QuantizeSpec spec;
  spec.format = {kE2M1, kE8M0, 1, 32};
  spec.rounding = Rounding::Stochastic;
  spec.stream = 6;
  spec.seed = 5;
  spec.hadamardSize = 32;
  MatrixView view{p.x.data() + 4, 1, kRows, kCols, 0, kCols, 1};
  Quantized q;
  CHECK(quantize(spec, transposed ? view.transposed() : view, nullptr, q) ==
        nullptr);
  return q;
}

bool samePacked(const Quantized &q, const std::vector<uint8_t> &codes,
                const std::vector<uint8_t> &scale) {
  bool same = true;
  for (size_t i = 0; i < q.codes.size(); ++i)
    same &= (codes[i / 2] >> (4 * (i % 2)) & 15) == q.codes[i];
  for (size_t i = 0; i < q.scales.size(); ++i)
    same &= scale[i] == q.scales[i];
  return same;
}

void checkQuantize(Program &p) {
  std::vector<uint8_t> codes(kRows * kCols / 2), scale(kRows * 2);
  std::vector<uint8_t> codesT(kRows * kCols / 2), scaleT(kCols);
  MemRef record(p.record.data(), {int64_t(p.record.size())});
  MemRef codesRef(codes.data(), {kRows, 2, 16}),
      scaleRef(scale.data(), {kRows, 2});
  _mlir_ciface_mx_runtime_quantize_f32_s8(record, p.xRef, p.absent, 5, p.absent,
                                          codesRef, scaleRef, p.absent);
  Quantized q = reference(p, false), qT = reference(p, true);
  CHECK(samePacked(q, codes, scale));
  // A shorter record of an older compiler: missing fields are 0.
  std::vector<int64_t> swapped = p.record;
  swapped[12] = 1; // transpose
  swapped.resize(18);
  MemRef recordT(swapped.data(), {18});
  MemRef codesTRef(codesT.data(), {kCols, 1, 16});
  MemRef scaleTRef(scaleT.data(), {kCols, 1});
  std::fill(codes.begin(), codes.end(), uint8_t(0));
  _mlir_ciface_mx_runtime_quantize2_f32_s8(
      p.xRef, record, p.absent, 5, p.absent, codesRef, scaleRef, p.absent,
      recordT, p.absent, 5, p.absent, codesTRef, scaleTRef, p.absent);
  CHECK(samePacked(q, codes, scale));
  CHECK(samePacked(qT, codesT, scaleT));

  std::vector<float> back(kRows * kCols);
  MemRef backRef(back.data(), {kRows, kCols});
  _mlir_ciface_mx_runtime_dequantize_f32_s8(record, codesRef, scaleRef,
                                            p.absent, backRef);
  std::vector<uint32_t> bits;
  dequantize(q, kF32, bits);
  for (size_t i = 0; i < back.size(); ++i)
    CHECK(bitsOf(back[i]) == bits[i]);

  // x·xᵀ of the codes is that of the decoded numbers, exactly.
  mx_matmul_spec spec{};
  spec.version = MX_ABI_VERSION;
  spec.a_element = spec.b_element = MX_FORMAT_E2M1;
  spec.a_scale = spec.b_scale = MX_FORMAT_E8M0;
  spec.a_block_rows = spec.b_block_rows = 1;
  spec.a_block_cols = spec.b_block_cols = 32;
  spec.alpha = bitsOf(1.0f);
  spec.accumulate = MX_ACCUMULATE_EXACT;
  mx_matmul_spec plain = spec;
  plain.a_element = plain.b_element = 0;
  std::vector<float> c(kRows * kRows), d(kRows * kRows);
  MemRef specRef(&spec, {14}), plainRef(&plain, {14});
  MemRef cRef(c.data(), {kRows, kRows}), dRef(d.data(), {kRows, kRows});
  _mlir_ciface_mx_runtime_matmul_s8_s8_f32(specRef, codesRef, scaleRef,
                                           p.absent, codesRef, scaleRef,
                                           p.absent, p.absent, cRef);
  _mlir_ciface_mx_runtime_matmul_f32_f32_f32(plainRef, backRef, p.absent,
                                             p.absent, backRef, p.absent,
                                             p.absent, p.absent, dRef);
  for (size_t i = 0; i < c.size(); ++i)
    CHECK(bitsOf(c[i]) == bitsOf(d[i]));
}

void checkOthers(Program &p) {
  MemRef record(p.record.data(), {int64_t(p.record.size())});
  std::vector<uint8_t> codes(kRows * kCols);
  std::vector<float> out(kRows * kCols);
  float amax = 0;
  MemRef codesRef(codes.data(), {kRows, kCols}),
      outRef(out.data(), {kRows, kCols});
  MemRef amaxRef(&amax, {});
  _mlir_ciface_mx_runtime_cast_f32_i8(record, p.xRef, 5, p.absent, codesRef);
  RoundingBits draw(5, 6, 16);
  CHECK(codes[65] == castTo(kE2M1, p.x[69], Rounding::Stochastic, draw(1, 1)));
  _mlir_ciface_mx_runtime_hadamard_f32(record, p.xRef, 5, outRef);
  std::vector<float> group(p.x.begin() + 4, p.x.begin() + 36);
  hadamard(group.data(), 32, SignBits{});
  for (size_t i = 0; i < 32; ++i)
    CHECK(bitsOf(group[i]) == bitsOf(out[i]));
  _mlir_ciface_mx_runtime_amax_f32(p.xRef, amaxRef);
  MatrixView view{p.x.data() + 4, 1, kRows, kCols, 0, kCols, 1};
  CHECK_EQ(amax, finiteAmax(view));
  CHECK_EQ(uint64_t(_mlir_ciface_mx_runtime_derive_seed(7, 8)),
           deriveSeed(7, 8));
}

/// The process ends with status 1, its stderr naming the trouble.
void checkExit(Program &p) {
  std::fflush(stdout);
  int pipes[2];
  CHECK(pipe(pipes) == 0);
  pid_t child = fork();
  if (child == 0) {
    dup2(pipes[1], 2);
    p.record[0] = 99; // version
    MemRef record(p.record.data(), {int64_t(p.record.size())});
    _mlir_ciface_mx_runtime_hadamard_f32(record, p.xRef, 5, p.xRef);
    _exit(0);
  }
  close(pipes[1]);
  char text[512] = {};
  CHECK(read(pipes[0], text, sizeof text - 1) > 0);
  close(pipes[0]);
  int status = 0;
  waitpid(child, &status, 0);
  CHECK(WIFEXITED(status) && WEXITSTATUS(status) == 1);
  CHECK(std::strstr(text, "mx-runtime: error in hadamard: expected a record"));
}

/// In a scope the first error is its status, and the calls after it do nothing;
/// a scope inside another has errors of its own.
void checkScope(Program &p) {
  std::vector<int64_t> wrong = p.record;
  wrong[0] = 99; // version
  MemRef record(wrong.data(), {int64_t(wrong.size())});
  float amax = -1;
  MemRef amaxRef(&amax, {});
  mx_scope outer, inner;
  mx_set_num_threads(3);
  mx_enter(&outer, 2);
  mx_enter(&inner, 0);
  CHECK(std::strstr(mx_runtime_describe(), "threads=2") != nullptr);
  _mlir_ciface_mx_runtime_hadamard_f32(record, p.xRef, 5, p.xRef);
  CHECK(std::strstr(mx_last_error(), "expected a record") != nullptr);
  _mlir_ciface_mx_runtime_amax_f32(p.xRef, amaxRef);
  CHECK_EQ(amax, -1.0f);
  CHECK_EQ(mx_leave(&inner), int(MX_ERROR_VERSION));
  _mlir_ciface_mx_runtime_amax_f32(p.xRef, amaxRef);
  CHECK(amax > 0);
  CHECK_EQ(mx_leave(&outer), int(MX_OK));
  CHECK(std::strstr(mx_runtime_describe(), "threads=3") != nullptr);
  mx_set_num_threads(0);
}

} // namespace

int main() {
  Program program;
  checkExit(program); // before any thread exists
  checkQuantize(program);
  checkOthers(program);
  checkScope(program);
  return finish("runtime entry-points");
}
