//===- Epilogue.h - What follows a product ----------------------*- C++ -*-===//
//
// mx_epilogue of mx_runtime.h, on lines of results that are in f32 yet.
//
//===----------------------------------------------------------------------===//

#ifndef MX_RUNTIME_LIB_EPILOGUE_H
#define MX_RUNTIME_LIB_EPILOGUE_H

#include "Tensor.h"
#include "mx/Support/Activation.h"

namespace mx::runtime {

/// A term with the shape of the result, strides of 0 where it broadcasts.
struct Addend {
  bool isPresent = false;
  Matrix x;
};

struct Epilogue {
  int activation = MX_ACTIVATION_NONE;
  Addend bias, residual;

  bool isIdle() const {
    return activation == MX_ACTIVATION_NONE && !bias.isPresent &&
           !residual.isPresent;
  }
};

/// Neighbouring results: along n, or along m.
struct ResultLine {
  int64_t m, n;
  int count;
  bool alongM = false;
};

// Inlined, so that a kernel's ISA serves here too.
#define MX_EPILOGUE inline __attribute__((always_inline))

MX_EPILOGUE void addTerm(const Addend &term, int64_t item,
                         const ResultLine &line, float *values) {
  const Matrix &x = term.x;
  int64_t at = x.itemOffset(item) + line.m * x.rowStride + line.n * x.colStride;
  int64_t stride = line.alongM ? x.rowStride : x.colStride;
  if (x.tensor.dtype == MX_F32 && stride == 1) {
    const float *source = static_cast<const float *>(x.tensor.data) + at;
    for (int i = 0; i < line.count; ++i)
      values[i] += source[i];
    return;
  }
  for (int i = 0; i < line.count; ++i)
    values[i] += loadFloat(x.tensor.data, x.tensor.dtype, at + i * stride);
}

MX_EPILOGUE void activate(int activation, int count, float *values) {
  switch (activation) {
  case MX_ACTIVATION_RELU:
    for (int i = 0; i < count; ++i)
      values[i] = contract::relu(values[i]);
    break;
  case MX_ACTIVATION_GELU:
    for (int i = 0; i < count; ++i)
      values[i] = contract::gelu(values[i]);
    break;
  case MX_ACTIVATION_GELU_TANH:
    for (int i = 0; i < count; ++i)
      values[i] = contract::geluTanh(values[i]);
    break;
  case MX_ACTIVATION_SILU:
    for (int i = 0; i < count; ++i)
      values[i] = contract::silu(values[i]);
    break;
  }
}

/// values = activation(values + bias) + residual.
MX_EPILOGUE void applyEpilogue(const Epilogue &epilogue, int64_t item,
                               const ResultLine &line, float *values) {
  if (epilogue.bias.isPresent)
    addTerm(epilogue.bias, item, line, values);
  activate(epilogue.activation, line.count, values);
  if (epilogue.residual.isPresent)
    addTerm(epilogue.residual, item, line, values);
}

#undef MX_EPILOGUE

} // namespace mx::runtime

#endif // MX_RUNTIME_LIB_EPILOGUE_H
