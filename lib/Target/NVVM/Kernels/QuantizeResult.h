//===- QuantizeResult.h - Results of products, quantised --------*- C++ -*-===//

#ifndef MX_LIB_TARGET_NVVM_KERNELS_QUANTIZERESULT_H
#define MX_LIB_TARGET_NVVM_KERNELS_QUANTIZERESULT_H

#include "Epilogue.h"
#include "QuantizeUnit.h"

namespace mx::nvvm::quantize {

/// Elements of a row of a product's result that a thread has at a time.
constexpr int64_t kResultUnit = 32;

/// Why a product's kernel does not quantise its result so; empty if it does.
std::string findProblemOfResult(const Form &form);

/// What a kernel takes for it: seed, codes, scales, columns, stream.
llvm::SmallVector<Param> getResultParams();

/// The code that stores a product's result as codes and scales, not as it is.
class QuantizedResult {
public:
  /// Parameters from `firstParam` on; an item of the product is [m, n].
  QuantizedResult(Kernel &k, const Form &form, unsigned firstParam, Int m,
                  Int n);

  /// Of kResultUnit elements of a row of an item from `column` on, a multiple
  /// of kResultUnit, where there is one: `get` gives those of neighbours, all
  /// in the result's type, and what it gives past the end does not count.
  void
  store(Int item, Int row, Int column,
        llvm::function_ref<std::array<Value, 2>(Int column, int64_t i)> get);

private:
  Kernel &k;
  const Form &form;
  Int m, n;
  Unit unit;
};

} // namespace mx::nvvm::quantize

#endif // MX_LIB_TARGET_NVVM_KERNELS_QUANTIZERESULT_H
