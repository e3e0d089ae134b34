/* A C program on the runtime alone: 64 ones in MXFP4 and back. */
#include "mx-runtime/mx_runtime.h"

#include <stdio.h>

int main(void) {
  float x[64], back[64];
  int8_t codes[32], scales[2];
  int64_t shape[2] = {1, 64}, codesShape[3] = {1, 2, 16},
          scaleShape[2] = {1, 2};
  mx_tensor in = {0}, out, packed = {0}, scale = {0};
  mx_quantize_spec spec = {0};
  int i;
  for (i = 0; i < 64; ++i)
    x[i] = 1.0f;
  in.data = x, in.dtype = MX_F32, in.rank = 2, in.sizes = shape;
  out = in, out.data = back;
  packed.data = codes, packed.dtype = MX_I8, packed.rank = 3;
  packed.sizes = codesShape;
  scale.data = scales, scale.dtype = MX_I8, scale.rank = 2;
  scale.sizes = scaleShape;
  spec.version = MX_ABI_VERSION, spec.element = MX_FORMAT_E2M1;
  spec.scale = MX_FORMAT_E8M0, spec.block_rows = 1, spec.block_cols = 32;
  if (mx_quantize(&spec, &in, NULL, 0, NULL, &packed, &scale, NULL) != MX_OK ||
      mx_dequantize(&spec, &packed, &scale, NULL, &out) != MX_OK) {
    printf("%s\n", mx_last_error());
    return 1;
  }
  for (i = 0; i < 64; ++i)
    if (back[i] != 1.0f)
      return 1;
  printf("64 ones\n");
  return 0;
}
