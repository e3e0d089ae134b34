/* Calls examples/product.mlir, compiled by mxc: README.md says how. */
#include "product.h"

#include <stdio.h>
#include <stdlib.h>

int main(void) {
  float x[4 * 64], w[64 * 8], y[4 * 8];
  for (int i = 0; i < 4 * 64; ++i)
    x[i] = (float)(1 << i / 64); /* row r holds 2 to the power of r */
  for (int i = 0; i < 64 * 8; ++i)
    w[i] = 0.5f;

  void *workspace = malloc((size_t)product_main_workspace_bytes());
  int error = product_main(x, w, y, workspace);
  free(workspace);
  if (error) {
    fprintf(stderr, "%s\n", product_error_text(error));
    return 1;
  }
  for (int row = 0; row < 4; ++row)
    printf("row %d: %g ... %g\n", row, y[row * 8], y[row * 8 + 7]);
  return 0;
}
