/*===- code.c - Calls what the first release compiled
-----------------------===//
//
// code.ll is Inputs/product.mlir, compiled for target cpu; it calls
// libmx_runtime. Ones times twos: every result is 128.
//
//===----------------------------------------------------------------------===*/

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

typedef struct matrix {
  float *allocated, *aligned;
  int64_t offset, sizes[2], strides[2];
} matrix;

void _mlir_ciface_product(matrix *result, matrix *x, matrix *w);

int main(void) {
  float x[2 * 64], w[64 * 3];
  for (int i = 0; i < 2 * 64; ++i)
    x[i] = 1;
  for (int i = 0; i < 64 * 3; ++i)
    w[i] = 2;
  matrix mx = {x, x, 0, {2, 64}, {64, 1}}, mw = {w, w, 0, {64, 3}, {3, 1}}, y;
  _mlir_ciface_product(&y, &mx, &mw);
  for (int64_t i = 0; i < 2; ++i)
    for (int64_t j = 0; j < 3; ++j)
      if (y.aligned[y.offset + i * y.strides[0] + j * y.strides[1]] != 128)
        return 1;
  free(y.allocated);
  puts("as expected");
  return 0;
}
