//===- matmul-threads.cpp - Products from many threads at once ------------===//
//
// Calls from several threads of the caller, each with more threads than there
// are processors, and from inside a parallel region: the bits are those of one
// thread alone, for every kernel.
//
//===----------------------------------------------------------------------===//

#include "Operands.h"

#include <omp.h>
#include <thread>

using namespace mx::contract;
using namespace mx::test;

namespace {

Side randomSide(ScaledFormat format, int64_t rows, int64_t cols,
                Random &random) {
  Quantized q;
  q.format = format;
  q.rows = rows, q.cols = cols;
  q.scaleRows = rows, q.scaleCols = format.numBlocks(cols);
  for (int64_t i = 0; i < rows * cols; ++i)
    q.codes.push_back(uint16_t(random.below(1 << format.element.bits())));
  for (int64_t i = 0; i < rows * q.scaleCols; ++i)
    q.scales.push_back(uint32_t(120 + random.below(6)));
  Side side;
  setScaled(side, q, random);
  return side;
}

struct Product {
  Side a, b;
  int64_t accumulate;

  std::vector<uint32_t> run(int64_t threads) const {
    int64_t m = a.exact.rows, n = b.exact.rows;
    Buffer out(MX_F32, {1, m, n}, Layout::Contiguous);
    mx_matmul_spec spec = recordOf(a, b);
    spec.accumulate = accumulate;
    mx_operand left = a.operand(), right = b.operand();
    mx_set_num_threads(threads);
    int status = mx_matmul(&spec, &left, &right, nullptr, out.pointer());
    mx_set_num_threads(0);
    std::vector<uint32_t> bits;
    for (int64_t i = 0; status == MX_OK && i < m * n; ++i)
      bits.push_back(out.bits(i));
    return bits;
  }
};

/// Small and large results, few rows, and one wider than a task.
std::vector<Product> makeProducts(int64_t accumulate) {
  Random random(91);
  const ScaledFormat fp4{kE2M1, kE8M0, 1, 32}, int8{kInt8, kE8M0, 1, 32};
  const int64_t shapes[][3] = {{3, 200, 300}, {70, 90, 257}, {40, 1100, 160}};
  std::vector<Product> products;
  for (auto &shape : shapes)
    for (const ScaledFormat &format : {fp4, int8}) {
      Side a = randomSide(fp4, shape[0], shape[2], random);
      products.push_back({std::move(a),
                          randomSide(format, shape[1], shape[2], random),
                          accumulate});
    }
  return products;
}

void checkThreads(int64_t accumulate) {
  constexpr int kCallers = 4, kRounds = 3;
  std::vector<Product> products = makeProducts(accumulate);
  std::vector<std::vector<uint32_t>> expected;
  for (const Product &product : products)
    expected.push_back(product.run(1));
  for (const auto &bits : expected)
    CHECK(!bits.empty());
  std::vector<int> wrong(kCallers, 0);
  auto call = [&](int caller, int64_t threads) {
    for (size_t i = 0; i < kRounds * products.size(); ++i) {
      size_t which = (i + size_t(caller)) % products.size();
      wrong[size_t(caller)] += products[which].run(threads) != expected[which];
    }
  };
  std::vector<std::thread> callers;
  for (int caller = 0; caller < kCallers; ++caller)
    callers.emplace_back(call, caller, 2 * caller + 1);
  for (std::thread &caller : callers)
    caller.join();
  for (int levels : {1, 2}) { // inner regions of one thread, and of several
    omp_set_max_active_levels(levels);
#pragma omp parallel num_threads(kCallers)
    call(omp_get_thread_num(), 3);
  }
  for (int count : wrong)
    CHECK_EQ(count, 0);
}

} // namespace

int main() {
  forEachKernel("matmul_exact", [] { checkThreads(MX_ACCUMULATE_EXACT); });
  forEachKernel("matmul_default", [] { checkThreads(MX_ACCUMULATE_DEFAULT); });
  return finish("runtime matmul-threads");
}
