// The plugin gives an unmodified mlir-opt the dialect: its types and ops parse, verify and print.

// RUN: mlir-opt --load-dialect-plugin=%mx_plugin %s | FileCheck %s

// CHECK-LABEL: func.func @quantize
// CHECK: mx.quantize {{.*}}!mx.mxfp4
func.func @quantize(%x: tensor<4x64xf32>) -> tensor<4x64x!mx.mxfp4> {
  %q = mx.quantize %x : tensor<4x64xf32> -> tensor<4x64x!mx.mxfp4>
  return %q : tensor<4x64x!mx.mxfp4>
}
