/*===- runtime.c - A program of the first release, libmx_runtime
------------===//
//
// Functions of mx-runtime/mx_runtime.h with that release's records. Never
// changed: what it does must stay possible.
//
//===----------------------------------------------------------------------===*/

#include "mx-runtime/mx_cuda.h"
#include "mx-runtime/mx_runtime.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define CHECK(condition)                                                       \
  do {                                                                         \
    if (!(condition)) {                                                        \
      fprintf(stderr, "line %d: %s: %s\n", __LINE__, #condition,               \
              mx_last_error());                                                \
      exit(1);                                                                 \
    }                                                                          \
  } while (0)

static void visit(void *user, const char *op, const char *isa, int supported) {
  *(int *)user += supported && *op && *isa;
}

/* The bits of an f32 as records hold them. */
static int64_t bits(float value) {
  uint32_t word;
  memcpy(&word, &value, sizeof word);
  return word;
}

int main(void) {
  enum { M = 2, K = 64 };
  float x[M * K], back[M * K], y[M * M], largest;
  int8_t codes[M * K / 2], scales[M * K / 32];
  const int64_t xs[] = {M, K}, cs[] = {M, 2, 16}, ss[] = {M, 2}, ys[] = {M, M};
  for (int i = 0; i < M * K; ++i)
    x[i] = (float)(i % 3); /* Codes of MXFP4 at every scale. */
  mx_tensor source = {x, MX_F32, 2, xs, NULL};
  mx_tensor packed = {codes, MX_I8, 3, cs, NULL};
  mx_tensor scale = {scales, MX_I8, 2, ss, NULL};
  mx_tensor values = {back, MX_F32, 2, xs, NULL};
  mx_tensor result = {y, MX_F32, 2, ys, NULL};
  mx_tensor one = {&largest, MX_F32, 0, NULL, NULL};

  mx_quantize_spec spec = {0};
  spec.version = MX_ABI_VERSION;
  spec.element = MX_FORMAT_E2M1;
  spec.scale = MX_FORMAT_E8M0;
  spec.block_rows = 1;
  spec.block_cols = 32;
  CHECK(MX_ABI_VERSION == 1);
  CHECK(!mx_quantize(&spec, &source, NULL, 0, NULL, &packed, &scale, NULL));
  CHECK(!mx_dequantize(&spec, &packed, &scale, NULL, &values));
  CHECK(!memcmp(x, back, sizeof x));
  CHECK(!mx_amax(&source, &one) && largest == 2);

  mx_matmul_spec product = {0};
  product.version = MX_ABI_VERSION;
  product.a_element = MX_FORMAT_E2M1;
  product.a_scale = MX_FORMAT_E8M0;
  product.a_block_rows = 1;
  product.a_block_cols = 32;
  product.k = K;
  product.alpha = bits(1);
  product.accumulate = MX_ACCUMULATE_EXACT;
  mx_operand a = {&packed, &scale, NULL}, b = {&source, NULL, NULL};
  CHECK(!mx_matmul(&product, &a, &b, NULL, &result));
  for (int i = 0; i < M; ++i)
    for (int j = 0; j < M; ++j) {
      float sum = 0;
      for (int k = 0; k < K; ++k)
        sum += x[i * K + k] * x[j * K + k];
      CHECK(y[i * M + j] == sum);
    }

  int supported = 0;
  CHECK(mx_runtime_kernels(visit, &supported) > 0 && supported > 0);
  CHECK(strstr(mx_runtime_describe(), "isa="));
  CHECK(mx_amax(NULL, &one) == MX_ERROR_ARGUMENT && *mx_last_error());
  const char *reason = "";
  CHECK(mx_cuda_available(&reason) || *reason);
  puts("as expected");
  return 0;
}
