//===- Suite.cpp - What the measurements share ----------------------------===//
//
// The roofline of a product, and estimates that keep slow kernels out of large
// shapes.
//
//===----------------------------------------------------------------------===//

#include "Suite.h"

#include "Kernels.h"

#include <algorithm>

namespace mx::bench {

namespace {

/// Elements that integer units multiply as they are.
bool isInteger(const NamedFormat &type) {
  return type.isScaled() && type.format.scale.isE8M0 &&
         (type.format.element == contract::kE2M1 ||
          type.format.element == contract::kInt8);
}

/// Numbers that words hold, with weights that they are multiplied with: at half
/// of the rate of bytes.
bool hasWords(const Problem &problem) {
  const NamedFormat &a = formatOf(problem.a), &b = formatOf(problem.b);
  return (a.dtype == MX_BF16 || a.dtype == MX_F16) && isInteger(b) &&
         b.format.element == contract::kE2M1;
}

bool isE2M1(const std::string &name) {
  const NamedFormat &type = formatOf(name);
  return type.isScaled() && type.format.element == contract::kE2M1;
}

std::string unitOf(const Problem &problem, const std::string &isa,
                   const Limits &limits) {
  bool integers =
      isInteger(formatOf(problem.a)) && isInteger(formatOf(problem.b));
  if (isa == "amx") // MXINT8's blocks do not fold into bytes
    return isE2M1(problem.a) && isE2M1(problem.b) && integers ? "amx int8"
                                                              : "amx bf16";
  // Only the f32 units hold f32 as it is.
  if (isa == "avx512_bf16" && formatOf(problem.a).dtype != MX_F32 &&
      formatOf(problem.b).dtype != MX_F32)
    return integers && (isE2M1(problem.a) || isE2M1(problem.b)) ? "vnni zmm"
                                                                : "bf16 zmm";
  if (isa.rfind("avx512", 0) == 0)
    return integers || hasWords(problem) ? "vnni zmm" : "fma zmm";
  return isa != "portable" && integers && limits["vnni ymm"] > 0 ? "vnni ymm"
                                                                 : "fma ymm";
}

} // namespace

std::string Suite::readName(const Product &product, bool rotated) const {
  return "read " + (rotated ? "DRAM" : limits.levelOf(product.bytes()));
}

double Suite::productSeconds(const Product &product, const std::string &isa,
                             bool rotated, std::string &name) const {
  name = unitOf(product.problem, isa, limits);
  double unit = limits[name];
  double seconds = unit > 0 ? product.problem.flops() / unit * 1e-9 : 0;
  std::string level = readName(product, rotated);
  double bandwidth = limits[level];
  double reading =
      bandwidth > 0 ? double(product.bytes()) / bandwidth * 1e-9 : 0;
  if (reading > seconds)
    name = level;
  return std::max(seconds, reading);
}

bool Suite::isRight(const std::string &name, double error) {
  if (error <= 1)
    return true;
  ++wrong;
  report.note(format("  %s: WRONG, %g times the bound", name.c_str(), error));
  return false;
}

double Suite::estimateSeconds(const Problem &problem,
                              const std::string &isa) const {
  Problem part = problem;
  part.m = std::min<int64_t>(problem.m, 128); // enough rows to fill tiles
  part.n = std::min<int64_t>(problem.n, 256 * threads());
  part.copies = 1;
  Product product(part);
  forceISA(isa);
  mx_set_num_threads(threads());
  product.run(); // first touch of memory and code
  double ms = timeOnce([&] { product.run(); });
  return ms * 1e-3 * problem.flops() / part.flops();
}

std::unique_ptr<Product> Suite::checkedProduct(const std::string &name,
                                               const Problem &problem,
                                               Result &result) {
  result.name = name;
  result.formats = problem.a + " x " + problem.b + " -> f32";
  result.m = problem.m;
  result.n = problem.n;
  result.k = problem.k;
  result.threads = threads();
  result.isa = "left out";
  if (estimateSeconds(problem, "") > options.callSeconds())
    return nullptr;
  auto product = std::make_unique<Product>(problem);
  forceISA("");
  mx_set_num_threads(threads());
  result.isa = tracedISA([&] { product->run(); });
  result.error = product->check(8);
  result.isChosen = true;
  if (!isRight(format("%s M=%lld N=%lld K=%lld", name.c_str(),
                      static_cast<long long>(problem.m),
                      static_cast<long long>(problem.n),
                      static_cast<long long>(problem.k)),
               result.error))
    return nullptr;
  return product;
}

Result Suite::measureQuickly(const std::string &name, const Problem &problem) {
  Result result;
  std::unique_ptr<Product> product = checkedProduct(name, problem, result);
  if (!product)
    return result;
  result.ms = timesOf([&] { product->run(); }, options.quickSeconds());
  result.rate = problem.flops() / result.ms.median * 1e-6;
  report.record(result);
  return result;
}

} // namespace mx::bench
