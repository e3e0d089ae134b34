//===- Compare.cpp - Results against expected arrays ----------------------===//

#include "Compare.h"

#include "Elements.h"
#include "mlir/IR/Builders.h"
#include <cmath>
#include <limits>

using namespace mlir;
using namespace mxc;

/// The type of the expected elements: the result's own, or a wider float.
static llvm::Expected<Type> getExpectedType(const Array &expected, Type type) {
  llvm::Error error = checkElements(expected, type);
  if (!error)
    return type;
  Builder builder(type.getContext());
  if (isa<FloatType>(type))
    for (Type wide : {Type(builder.getF32Type()), Type(builder.getF64Type())})
      if (expected.getTypeName() == makeArray(wide, {}).getTypeName()) {
        llvm::consumeError(std::move(error));
        return wide;
      }
  return std::move(error);
}

/// x / y, where 0 / 0 is `none`.
static double ratio(double x, double y, double none = 0) {
  return x == 0 && y == 0 ? none : x / y;
}

llvm::Expected<Difference> mxc::compare(const Array &found,
                                        const Array &expected, Type type) {
  if (found.shape != expected.shape)
    return llvm::createStringError("expected shape " +
                                   formatShape(expected.shape) + ", found " +
                                   formatShape(found.shape));
  llvm::Expected<Type> expectedType = getExpectedType(expected, type);
  if (!expectedType)
    return expectedType.takeError();
  Difference result;
  double errors = 0, wanted = 0, got = 0, product = 0;
  double maxError = 0, maxWanted = 0;
  for (int64_t i = 0, e = found.getNumElements(); i < e; ++i) {
    double x = getElement(found, type, i);
    double y = getElement(expected, *expectedType, i);
    if (std::isnan(x) || std::isnan(y)) {
      result.numBadNaN += std::isnan(x) != std::isnan(y);
      continue;
    }
    if (std::isinf(x) || std::isinf(y)) {
      if (x != y)
        maxError = errors = std::numeric_limits<double>::infinity();
      continue;
    }
    errors += (x - y) * (x - y);
    wanted += y * y;
    got += x * x;
    product += x * y;
    maxError = std::max(maxError, std::fabs(x - y));
    maxWanted = std::max(maxWanted, std::fabs(y));
  }
  result.relativeL2 = ratio(std::sqrt(errors), std::sqrt(wanted));
  result.relativeMax = ratio(maxError, maxWanted);
  // Two zero vectors point the same way.
  double norms = std::sqrt(wanted) * std::sqrt(got);
  result.cosine = norms == 0 ? wanted == got : product / norms;
  return result;
}
