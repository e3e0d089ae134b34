//===- QuantizeProducer.h - What is computed to be quantised ----*- C++ -*-===//

#ifndef MX_LIB_TARGET_NVVM_KERNELS_QUANTIZEPRODUCER_H
#define MX_LIB_TARGET_NVVM_KERNELS_QUANTIZEPRODUCER_H

#include "Quantize.h"

namespace mx::nvvm::quantize {

/// The elements to quantise from those in memory: the form's producer, or what
/// is read as it is.
class Producer {
public:
  /// The operands of the producer after x are the kernel's parameters from
  /// `firstParam` on.
  Producer(Kernel &k, const Form &form, unsigned firstParam)
      : k(k), op(form.producer), firstParam(firstParam) {}

  explicit operator bool() const { return static_cast<bool>(op); }
  /// The element that x's, element number `at` (i64) of x and of row `row`
  /// (i64) of all its rows, becomes.
  Value compute(Value x, Int row, Int at) const;

private:
  Kernel &k;
  mutable mlir::linalg::GenericOp op;
  unsigned firstParam;
};

/// One pointer for each operand of the producer after x.
llvm::SmallVector<Param> getProducerParams(const Form &form);

} // namespace mx::nvvm::quantize

#endif // MX_LIB_TARGET_NVVM_KERNELS_QUANTIZEPRODUCER_H
