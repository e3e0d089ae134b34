/* gemm.c: calls a kernel of `mxc generate`, as README.md shows. */

#include "kernels.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { M = 3, N = 4096, K = 4096 };

int main(void) {
  /* MXFP4: a code is 4 bits, here 1 (0.5); a scale is 2^(byte - 127). */
  uint8_t *codes = malloc(M * K / 2), *scale = malloc(M * K / 32);
  memset(codes, 0x11, M * K / 2);
  memset(scale, 127, M * K / 32);
  /* bf16: the upper half of a float, here 1. */
  uint16_t *weights = malloc(sizeof *weights * N * K);
  for (long i = 0; i < (long)N * K; ++i)
    weights[i] = 0x3F80;
  float *out = malloc(sizeof *out * M * N);
  void *workspace = malloc(
      kernels_gemm_mxfp4_bf16_m_dynamic_n4096_k4096_workspace_bytes(M));

  int code = kernels_gemm_mxfp4_bf16_m_dynamic_n4096_k4096(
      codes, scale, weights, out, M, workspace);
  if (code != KERNELS_OK) {
    fprintf(stderr, "%s\n", kernels_error_text(code));
    return 1;
  }
  printf("%d x %d: %g ... %g\n", M, N, out[0], out[M * N - 1]);
  free(workspace), free(out), free(weights), free(scale), free(codes);
  return 0;
}
