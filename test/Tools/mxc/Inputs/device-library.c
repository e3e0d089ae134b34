#define _POSIX_C_SOURCE 2
/* Calls functions for a GPU with wrong arguments, and with right ones where there is no GPU. */

#include "device.h"
#include <stdio.h>

enum { M = 4, N = 64, K = 256 };

static void print(int code) {
  printf("code %d: %s\n", code % 16, device_error_text(code));
}

static int has_gpu(void) {
  FILE *list = popen("nvidia-smi -L 2>/dev/null", "r");
  int first = list ? fgetc(list) : EOF;
  if (list)
    pclose(list);
  return first != EOF;
}

int main(void) {
  /* Addresses of no memory: what is wrong with them shows before any work. */
  uint8_t *a_codes = (uint8_t *)0x1000, *a_scale = (uint8_t *)0x2000;
  uint8_t *b_codes = (uint8_t *)0x3000, *b_scale = (uint8_t *)0x4000;
  float *y = (float *)0x5000;
  void *work = (void *)0x6000;
  print(device_gemm_mxfp4_mxfp4_m_dynamic_n64_k256(0, a_scale, b_codes, b_scale, y, M, work, 0));
  print(device_gemm_mxfp4_mxfp4_m_dynamic_n64_k256(a_codes, a_scale, b_codes, b_scale + 8, y, M, work, 0));
  print(device_gemm_mxfp4_mxfp4_m_dynamic_n64_k256(a_codes, a_scale, b_codes, b_scale, y, -1, work, 0));
  printf("workspace of %d bytes\n", (int)device_gemm_mxfp4_mxfp4_m_dynamic_n64_k256_workspace_bytes(-1));
  print(device_gemm_mxfp4_mxfp4(a_codes, a_scale, b_codes, b_scale, y, M, N + 1, K, work, 0));
  if (has_gpu())
    printf("there is a GPU\n");
  else
    print(device_gemm_mxfp4_mxfp4(a_codes, a_scale, b_codes, b_scale, y, M, N, K, work, 0));
}
