// RUN: mx-opt %s --mx-linalg-to-runtime | FileCheck %s
// RUN: sed 's/accumulate exact //' %s | mx-opt --mx-linalg-to-runtime | FileCheck %s --check-prefix=DEFAULT

// Beside an exact product, which has the same bits on every target, float products keep the order of their loops.
// CHECK-NOT: call
// CHECK: linalg.matmul
// DEFAULT: call @mx_call_matmul_bf16_bf16_f32_
func.func @both(%codes: memref<8x2x32xi8>, %scale: memref<8x2xi8>, %b: memref<16x64xbf16>, %o: memref<8x16xf32>, %k: index,
                %x: memref<32x64xbf16>, %w: memref<64x16xbf16>, %y: memref<32x16xf32>) {
  mx.packed.matmul a(%codes, %scale : memref<8x2x32xi8>, memref<8x2xi8>) b(%b : memref<16x64xbf16>) k %k
    outs(%o : memref<8x16xf32>) accumulate exact {a_format = !mx.mxfp8_e4m3}
  linalg.matmul ins(%x, %w : memref<32x64xbf16>, memref<64x16xbf16>) outs(%y : memref<32x16xf32>)
  return
}
