// {"width": 32, "layers": 1, "heads": 2, "length": 16, "batch": 2, "steps": 2, "parameters": [["embedding", [256, 32], 1.0], ["positions", [16, 32], 0.1], ["layer0.qkv", [32, 96], 0.1767766952966369], ["layer0.out", [32, 32], 0.12500000000000003], ["layer0.up", [32, 128], 0.1767766952966369], ["layer0.down", [128, 32], 0.06250000000000001], ["head", [32, 256], 0.1767766952966369]], "beta1": 0.9, "beta2": 0.95}
#map = affine_map<(d0) -> ()>
#map1 = affine_map<(d0) -> (d0)>
#map2 = affine_map<() -> ()>
#map3 = affine_map<(d0, d1, d2, d3) -> (0, d1, d2, d3)>
#map4 = affine_map<(d0, d1, d2, d3) -> (d0, d1, d2, d3)>
#map5 = affine_map<(d0, d1) -> (d0, d1)>
#map6 = affine_map<(d0, d1) -> (d0)>
#map7 = affine_map<(d0, d1) -> ()>
#map8 = affine_map<(d0, d1) -> (d0, 0)>
#map9 = affine_map<(d0, d1, d2, d3, d4) -> (d1, d3, d0, d2, d4)>
#map10 = affine_map<(d0, d1, d2, d3, d4) -> (d0, d1, d2, d3, d4)>
#map11 = affine_map<(d0, d1, d2, d3, d4) -> (d0, d1, d2, d4)>
#map12 = affine_map<(d0, d1, d2, d3, d4) -> (d0, d1, d3, d4)>
#map13 = affine_map<(d0, d1, d2, d3, d4) -> (d0, d1, d2, d3)>
#map14 = affine_map<(d0, d1, d2, d3) -> ()>
#map15 = affine_map<(d0, d1) -> (d1)>
#map16 = affine_map<(d0, d1) -> (0, d1)>
#map17 = affine_map<(d0, d1, d2, d3) -> (d0, d1, d2)>
#map18 = affine_map<(d0, d1, d2) -> ()>
#map19 = affine_map<(d0, d1, d2) -> (d0, d1, d2)>
#map20 = affine_map<(d0, d1, d2, d3) -> (d0, d1, d2, 0)>
#map21 = affine_map<(d0, d1, d2, d3, d4) -> (d0, d1, d4, d3)>
#map22 = affine_map<(d0, d1, d2, d3) -> (d0, d2, d1, d3)>
#map23 = affine_map<(d0, d1, d2) -> (d2, d0)>
#map24 = affine_map<(d0, d1, d2) -> (d2, d1)>
#map25 = affine_map<(d0, d1, d2) -> (d0, d1)>
#map26 = affine_map<(d0, d1) -> (d1, d0)>
#map27 = affine_map<(d0, d1, d2) -> (d0, d2)>
#map28 = affine_map<(d0, d1, d2) -> (d1, d2)>
#map29 = affine_map<(d0, d1, d2, d3, d4) -> (d0, d1, d4, d2)>
#map30 = affine_map<(d0, d1, d2, d3) -> (d0, d1, d3, d2)>
#map31 = affine_map<(d0, d1, d2, d3, d4) -> (d1, d2, d3, d4)>
#map32 = affine_map<(d0, d1, d2, d3, d4) -> (d2, d0, d3, d1, d4)>
#map33 = affine_map<(d0, d1, d2, d3) -> (d2, d0, d3, d1)>
#map34 = affine_map<(d0, d1, d2, d3) -> (d0, d1)>
#map35 = affine_map<(d0, d1, d2, d3) -> (d2, d3)>
module @jit_train attributes {mhlo.num_partitions = 1 : i32, mhlo.num_replicas = 1 : i32} {
  func.func public @main(%arg0: tensor<3x29184xf32>, %arg1: tensor<2x2x17xi32>, %arg2: tensor<2x3xf32>) -> (tensor<3x29184xf32> {jax.result_info = "result[0]"}, tensor<2xf32> {jax.result_info = "result[1]"}) {
    %c1_i32 = arith.constant 1 : i32
    %c1 = arith.constant 1 : index
    %c2 = arith.constant 2 : index
    %c0 = arith.constant 0 : index
    %cst = arith.constant dense<0> : tensor<i32>
    %cst_0 = arith.constant dense<0.000000e+00> : tensor<f32>
    %0 = tensor.empty() : tensor<2xf32>
    %1 = linalg.generic {indexing_maps = [#map, #map1], iterator_types = ["parallel"]} ins(%cst_0 : tensor<f32>) outs(%0 : tensor<2xf32>) {
    ^bb0(%in: f32, %out: f32):
      linalg.yield %in : f32
    } -> tensor<2xf32>
    %2:3 = scf.for %arg3 = %c0 to %c2 step %c1 iter_args(%arg4 = %cst, %arg5 = %arg0, %arg6 = %1) -> (tensor<i32>, tensor<3x29184xf32>, tensor<2xf32>) {
      %3 = func.call @dynamic_index_in_dim(%arg1, %arg4) : (tensor<2x2x17xi32>, tensor<i32>) -> tensor<2x17xi32>
      %4 = func.call @dynamic_index_in_dim_0(%arg2, %arg4) : (tensor<2x3xf32>, tensor<i32>) -> tensor<3xf32>
      %5:2 = func.call @closed_call(%arg5, %3, %4) : (tensor<3x29184xf32>, tensor<2x17xi32>, tensor<3xf32>) -> (tensor<3x29184xf32>, tensor<f32>)
      %6 = func.call @dynamic_update_index_in_dim(%arg6, %5#1, %arg4) : (tensor<2xf32>, tensor<f32>, tensor<i32>) -> tensor<2xf32>
      %7 = tensor.empty() : tensor<i32>
      %8 = linalg.generic {indexing_maps = [#map2, #map2], iterator_types = []} ins(%arg4 : tensor<i32>) outs(%7 : tensor<i32>) {
      ^bb0(%in: i32, %out: i32):
        %9 = arith.addi %in, %c1_i32 : i32
        linalg.yield %9 : i32
      } -> tensor<i32>
      scf.yield %8, %5#0, %6 : tensor<i32>, tensor<3x29184xf32>, tensor<2xf32>
    }
    return %2#1, %2#2 : tensor<3x29184xf32>, tensor<2xf32>
  }
  func.func private @dynamic_index_in_dim(%arg0: tensor<2x2x17xi32>, %arg1: tensor<i32>) -> tensor<2x17xi32> {
    %c1 = arith.constant 1 : index
    %c0 = arith.constant 0 : index
    %extracted = tensor.extract %arg1[] : tensor<i32>
    %0 = arith.index_cast %extracted : i32 to index
    %1 = arith.maxsi %0, %c0 : index
    %2 = arith.minsi %1, %c1 : index
    %extracted_slice = tensor.extract_slice %arg0[%2, 0, 0] [1, 2, 17] [1, 1, 1] : tensor<2x2x17xi32> to tensor<1x2x17xi32>
    %collapsed = tensor.collapse_shape %extracted_slice [[0, 1], [2]] : tensor<1x2x17xi32> into tensor<2x17xi32>
    return %collapsed : tensor<2x17xi32>
  }
  func.func private @dynamic_index_in_dim_0(%arg0: tensor<2x3xf32>, %arg1: tensor<i32>) -> tensor<3xf32> {
    %c1 = arith.constant 1 : index
    %c0 = arith.constant 0 : index
    %extracted = tensor.extract %arg1[] : tensor<i32>
    %0 = arith.index_cast %extracted : i32 to index
    %1 = arith.maxsi %0, %c0 : index
    %2 = arith.minsi %1, %c1 : index
    %extracted_slice = tensor.extract_slice %arg0[%2, 0] [1, 3] [1, 1] : tensor<2x3xf32> to tensor<1x3xf32>
    %collapsed = tensor.collapse_shape %extracted_slice [[0, 1]] : tensor<1x3xf32> into tensor<3xf32>
    return %collapsed : tensor<3xf32>
  }
  func.func private @closed_call(%arg0: tensor<3x29184xf32>, %arg1: tensor<2x17xi32>, %arg2: tensor<3xf32>) -> (tensor<3x29184xf32>, tensor<f32>) {
    %c2 = arith.constant 2 : index
    %c1 = arith.constant 1 : index
    %c20992 = arith.constant 20992 : index
    %c16896 = arith.constant 16896 : index
    %c12800 = arith.constant 12800 : index
    %c11776 = arith.constant 11776 : index
    %c8704 = arith.constant 8704 : index
    %c8192 = arith.constant 8192 : index
    %cst = arith.constant -1.000000e+00 : f32
    %cst_0 = arith.constant 9.99999997E-7 : f32
    %cst_1 = arith.constant 0.000000e+00 : bf16
    %cst_2 = arith.constant 1.000000e+00 : f32
    %cst_3 = arith.constant 3.200000e+01 : f32
    %cst_4 = arith.constant 0xFF800000 : f32
    %cst_5 = arith.constant 0.000000e+00 : f32
    %cst_6 = arith.constant dense<9.99999993E-9> : tensor<f32>
    %cst_7 = arith.constant dense<5.000000e-02> : tensor<f32>
    %cst_8 = arith.constant dense<0.949999988> : tensor<f32>
    %cst_9 = arith.constant dense<1.000000e-01> : tensor<f32>
    %cst_10 = arith.constant dense<0.899999976> : tensor<f32>
    %cst_11 = arith.constant dense<5.000000e-01> : tensor<f32>
    %cst_12 = arith.constant dense<0.797884583> : tensor<f32>
    %cst_13 = arith.constant dense<4.471500e-02> : tensor<f32>
    %cst_14 = arith.constant dense<3.000000e+00> : tensor<f32>
    %cst_15 = arith.constant dense<1.000000e+00> : tensor<f32>
    %cst_16 = arith.constant dense<0xFF800000> : tensor<f32>
    %cst_17 = arith.constant dense<-1.000000e+30> : tensor<f32>
    %cst_18 = arith.constant dense<2.500000e-01> : tensor<f32>
    %cst_19 = arith.constant dense<-5.000000e-01> : tensor<f32>
    %cst_20 = arith.constant dense<9.99999974E-6> : tensor<f32>
    %cst_21 = arith.constant dense<3.200000e+01> : tensor<f32>
    %extracted_slice = tensor.extract_slice %arg0[0, 0] [1, 29184] [1, 1] : tensor<3x29184xf32> to tensor<1x29184xf32>
    %collapsed = tensor.collapse_shape %extracted_slice [[0, 1]] : tensor<1x29184xf32> into tensor<29184xf32>
    %extracted_slice_22 = tensor.extract_slice %collapsed[0] [8192] [1] : tensor<29184xf32> to tensor<8192xf32>
    %expanded = tensor.expand_shape %extracted_slice_22 [[0, 1]] output_shape [256, 32] : tensor<8192xf32> into tensor<256x32xf32>
    %extracted_slice_23 = tensor.extract_slice %collapsed[8192] [512] [1] : tensor<29184xf32> to tensor<512xf32>
    %extracted_slice_24 = tensor.extract_slice %collapsed[8704] [3072] [1] : tensor<29184xf32> to tensor<3072xf32>
    %expanded_25 = tensor.expand_shape %extracted_slice_24 [[0, 1]] output_shape [32, 96] : tensor<3072xf32> into tensor<32x96xf32>
    %extracted_slice_26 = tensor.extract_slice %collapsed[11776] [1024] [1] : tensor<29184xf32> to tensor<1024xf32>
    %expanded_27 = tensor.expand_shape %extracted_slice_26 [[0, 1]] output_shape [32, 32] : tensor<1024xf32> into tensor<32x32xf32>
    %extracted_slice_28 = tensor.extract_slice %collapsed[12800] [4096] [1] : tensor<29184xf32> to tensor<4096xf32>
    %expanded_29 = tensor.expand_shape %extracted_slice_28 [[0, 1]] output_shape [32, 128] : tensor<4096xf32> into tensor<32x128xf32>
    %extracted_slice_30 = tensor.extract_slice %collapsed[16896] [4096] [1] : tensor<29184xf32> to tensor<4096xf32>
    %expanded_31 = tensor.expand_shape %extracted_slice_30 [[0, 1]] output_shape [128, 32] : tensor<4096xf32> into tensor<128x32xf32>
    %extracted_slice_32 = tensor.extract_slice %collapsed[20992] [8192] [1] : tensor<29184xf32> to tensor<8192xf32>
    %expanded_33 = tensor.expand_shape %extracted_slice_32 [[0, 1]] output_shape [32, 256] : tensor<8192xf32> into tensor<32x256xf32>
    %expanded_34 = tensor.expand_shape %extracted_slice_23 [[0, 1, 2, 3]] output_shape [1, 16, 1, 32] : tensor<512xf32> into tensor<1x16x1x32xf32>
    %0 = tensor.empty() : tensor<2x16x1x32xf32>
    %1 = linalg.generic {indexing_maps = [#map3, #map4], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%expanded_34 : tensor<1x16x1x32xf32>) outs(%0 : tensor<2x16x1x32xf32>) {
    ^bb0(%in: f32, %out: f32):
      linalg.yield %in : f32
    } -> tensor<2x16x1x32xf32>
    %collapsed_35 = tensor.collapse_shape %1 [[0, 1], [2, 3]] : tensor<2x16x1x32xf32> into tensor<32x32xf32>
    %extracted_slice_36 = tensor.extract_slice %arg1[0, 0] [2, 16] [1, 1] : tensor<2x17xi32> to tensor<2x16xi32>
    %collapsed_37 = tensor.collapse_shape %extracted_slice_36 [[0, 1]] : tensor<2x16xi32> into tensor<32xi32>
    %2 = call @_one_hot(%collapsed_37) : (tensor<32xi32>) -> tensor<32x256xbf16>
    %3 = tensor.empty() : tensor<256x32xbf16>
    %4 = linalg.generic {indexing_maps = [#map5, #map5], iterator_types = ["parallel", "parallel"]} ins(%expanded : tensor<256x32xf32>) outs(%3 : tensor<256x32xbf16>) {
    ^bb0(%in: f32, %out: bf16):
      %334 = arith.truncf %in : f32 to bf16
      linalg.yield %334 : bf16
    } -> tensor<256x32xbf16>
    %5 = tensor.empty() : tensor<32x32xf32>
    %6 = linalg.fill ins(%cst_5 : f32) outs(%5 : tensor<32x32xf32>) -> tensor<32x32xf32>
    %7 = linalg.matmul ins(%2, %4 : tensor<32x256xbf16>, tensor<256x32xbf16>) outs(%6 : tensor<32x32xf32>) -> tensor<32x32xf32>
    %8 = tensor.empty() : tensor<32x32xbf16>
    %9 = linalg.generic {indexing_maps = [#map5, #map5], iterator_types = ["parallel", "parallel"]} ins(%7 : tensor<32x32xf32>) outs(%8 : tensor<32x32xbf16>) {
    ^bb0(%in: f32, %out: bf16):
      %334 = arith.truncf %in : f32 to bf16
      linalg.yield %334 : bf16
    } -> tensor<32x32xbf16>
    %10 = linalg.generic {indexing_maps = [#map5, #map5], iterator_types = ["parallel", "parallel"]} ins(%9 : tensor<32x32xbf16>) outs(%5 : tensor<32x32xf32>) {
    ^bb0(%in: bf16, %out: f32):
      %334 = arith.extf %in : bf16 to f32
      linalg.yield %334 : f32
    } -> tensor<32x32xf32>
    %11 = linalg.generic {indexing_maps = [#map5, #map5, #map5], iterator_types = ["parallel", "parallel"]} ins(%10, %collapsed_35 : tensor<32x32xf32>, tensor<32x32xf32>) outs(%5 : tensor<32x32xf32>) {
    ^bb0(%in: f32, %in_75: f32, %out: f32):
      %334 = arith.addf %in, %in_75 : f32
      linalg.yield %334 : f32
    } -> tensor<32x32xf32>
    %12 = linalg.generic {indexing_maps = [#map5, #map5, #map5], iterator_types = ["parallel", "parallel"]} ins(%11, %11 : tensor<32x32xf32>, tensor<32x32xf32>) outs(%5 : tensor<32x32xf32>) {
    ^bb0(%in: f32, %in_75: f32, %out: f32):
      %334 = arith.mulf %in, %in_75 : f32
      linalg.yield %334 : f32
    } -> tensor<32x32xf32>
    %13 = tensor.empty() : tensor<32xf32>
    %14 = linalg.fill ins(%cst_5 : f32) outs(%13 : tensor<32xf32>) -> tensor<32xf32>
    %15 = linalg.generic {indexing_maps = [#map5, #map6], iterator_types = ["parallel", "reduction"]} ins(%12 : tensor<32x32xf32>) outs(%14 : tensor<32xf32>) {
    ^bb0(%in: f32, %out: f32):
      %334 = arith.addf %out, %in : f32
      linalg.yield %334 : f32
    } -> tensor<32xf32>
    %16 = tensor.empty() : tensor<32x1xf32>
    %17 = linalg.generic {indexing_maps = [#map6, #map5], iterator_types = ["parallel", "parallel"]} ins(%15 : tensor<32xf32>) outs(%16 : tensor<32x1xf32>) {
    ^bb0(%in: f32, %out: f32):
      linalg.yield %in : f32
    } -> tensor<32x1xf32>
    %18 = linalg.generic {indexing_maps = [#map7, #map5], iterator_types = ["parallel", "parallel"]} ins(%cst_21 : tensor<f32>) outs(%16 : tensor<32x1xf32>) {
    ^bb0(%in: f32, %out: f32):
      linalg.yield %in : f32
    } -> tensor<32x1xf32>
    %19 = linalg.generic {indexing_maps = [#map5, #map5, #map5], iterator_types = ["parallel", "parallel"]} ins(%17, %18 : tensor<32x1xf32>, tensor<32x1xf32>) outs(%16 : tensor<32x1xf32>) {
    ^bb0(%in: f32, %in_75: f32, %out: f32):
      %334 = arith.divf %in, %in_75 : f32
      linalg.yield %334 : f32
    } -> tensor<32x1xf32>
    %20 = linalg.generic {indexing_maps = [#map7, #map5], iterator_types = ["parallel", "parallel"]} ins(%cst_20 : tensor<f32>) outs(%16 : tensor<32x1xf32>) {
    ^bb0(%in: f32, %out: f32):
      linalg.yield %in : f32
    } -> tensor<32x1xf32>
    %21 = linalg.generic {indexing_maps = [#map5, #map5, #map5], iterator_types = ["parallel", "parallel"]} ins(%19, %20 : tensor<32x1xf32>, tensor<32x1xf32>) outs(%16 : tensor<32x1xf32>) {
    ^bb0(%in: f32, %in_75: f32, %out: f32):
      %334 = arith.addf %in, %in_75 : f32
      linalg.yield %334 : f32
    } -> tensor<32x1xf32>
    %22 = linalg.generic {indexing_maps = [#map5, #map5], iterator_types = ["parallel", "parallel"]} ins(%21 : tensor<32x1xf32>) outs(%16 : tensor<32x1xf32>) {
    ^bb0(%in: f32, %out: f32):
      %334 = math.rsqrt %in : f32
      linalg.yield %334 : f32
    } -> tensor<32x1xf32>
    %23 = linalg.generic {indexing_maps = [#map5, #map5, #map5], iterator_types = ["parallel", "parallel"]} ins(%22, %21 : tensor<32x1xf32>, tensor<32x1xf32>) outs(%16 : tensor<32x1xf32>) {
    ^bb0(%in: f32, %in_75: f32, %out: f32):
      %334 = arith.divf %in, %in_75 : f32
      linalg.yield %334 : f32
    } -> tensor<32x1xf32>
    %24 = linalg.generic {indexing_maps = [#map7, #map5], iterator_types = ["parallel", "parallel"]} ins(%cst_19 : tensor<f32>) outs(%16 : tensor<32x1xf32>) {
    ^bb0(%in: f32, %out: f32):
      linalg.yield %in : f32
    } -> tensor<32x1xf32>
    %25 = linalg.generic {indexing_maps = [#map5, #map5, #map5], iterator_types = ["parallel", "parallel"]} ins(%24, %23 : tensor<32x1xf32>, tensor<32x1xf32>) outs(%16 : tensor<32x1xf32>) {
    ^bb0(%in: f32, %in_75: f32, %out: f32):
      %334 = arith.mulf %in, %in_75 : f32
      linalg.yield %334 : f32
    } -> tensor<32x1xf32>
    %26 = linalg.generic {indexing_maps = [#map8, #map5], iterator_types = ["parallel", "parallel"]} ins(%22 : tensor<32x1xf32>) outs(%5 : tensor<32x32xf32>) {
    ^bb0(%in: f32, %out: f32):
      linalg.yield %in : f32
    } -> tensor<32x32xf32>
    %27 = linalg.generic {indexing_maps = [#map5, #map5, #map5], iterator_types = ["parallel", "parallel"]} ins(%11, %26 : tensor<32x32xf32>, tensor<32x32xf32>) outs(%5 : tensor<32x32xf32>) {
    ^bb0(%in: f32, %in_75: f32, %out: f32):
      %334 = arith.mulf %in, %in_75 : f32
      linalg.yield %334 : f32
    } -> tensor<32x32xf32>
    %28 = linalg.generic {indexing_maps = [#map5, #map5], iterator_types = ["parallel", "parallel"]} ins(%27 : tensor<32x32xf32>) outs(%8 : tensor<32x32xbf16>) {
    ^bb0(%in: f32, %out: bf16):
      %334 = arith.truncf %in : f32 to bf16
      linalg.yield %334 : bf16
    } -> tensor<32x32xbf16>
    %29 = tensor.empty() : tensor<32x96xbf16>
    %30 = linalg.generic {indexing_maps = [#map5, #map5], iterator_types = ["parallel", "parallel"]} ins(%expanded_25 : tensor<32x96xf32>) outs(%29 : tensor<32x96xbf16>) {
    ^bb0(%in: f32, %out: bf16):
      %334 = arith.truncf %in : f32 to bf16
      linalg.yield %334 : bf16
    } -> tensor<32x96xbf16>
    %31 = tensor.empty() : tensor<32x96xf32>
    %32 = linalg.fill ins(%cst_5 : f32) outs(%31 : tensor<32x96xf32>) -> tensor<32x96xf32>
    %33 = linalg.matmul ins(%28, %30 : tensor<32x32xbf16>, tensor<32x96xbf16>) outs(%32 : tensor<32x96xf32>) -> tensor<32x96xf32>
    %34 = linalg.generic {indexing_maps = [#map5, #map5], iterator_types = ["parallel", "parallel"]} ins(%33 : tensor<32x96xf32>) outs(%29 : tensor<32x96xbf16>) {
    ^bb0(%in: f32, %out: bf16):
      %334 = arith.truncf %in : f32 to bf16
      linalg.yield %334 : bf16
    } -> tensor<32x96xbf16>
    %expanded_38 = tensor.expand_shape %34 [[0, 1], [2, 3, 4]] output_shape [2, 16, 3, 2, 16] : tensor<32x96xbf16> into tensor<2x16x3x2x16xbf16>
    %35 = tensor.empty() : tensor<3x2x2x16x16xbf16>
    %36 = linalg.generic {indexing_maps = [#map9, #map10], iterator_types = ["parallel", "parallel", "parallel", "parallel", "parallel"]} ins(%expanded_38 : tensor<2x16x3x2x16xbf16>) outs(%35 : tensor<3x2x2x16x16xbf16>) {
    ^bb0(%in: bf16, %out: bf16):
      linalg.yield %in : bf16
    } -> tensor<3x2x2x16x16xbf16>
    %extracted_slice_39 = tensor.extract_slice %36[0, 0, 0, 0, 0] [1, 2, 2, 16, 16] [1, 1, 1, 1, 1] : tensor<3x2x2x16x16xbf16> to tensor<1x2x2x16x16xbf16>
    %collapsed_40 = tensor.collapse_shape %extracted_slice_39 [[0, 1], [2], [3], [4]] : tensor<1x2x2x16x16xbf16> into tensor<2x2x16x16xbf16>
    %extracted_slice_41 = tensor.extract_slice %36[1, 0, 0, 0, 0] [1, 2, 2, 16, 16] [1, 1, 1, 1, 1] : tensor<3x2x2x16x16xbf16> to tensor<1x2x2x16x16xbf16>
    %collapsed_42 = tensor.collapse_shape %extracted_slice_41 [[0, 1], [2], [3], [4]] : tensor<1x2x2x16x16xbf16> into tensor<2x2x16x16xbf16>
    %extracted_slice_43 = tensor.extract_slice %36[2, 0, 0, 0, 0] [1, 2, 2, 16, 16] [1, 1, 1, 1, 1] : tensor<3x2x2x16x16xbf16> to tensor<1x2x2x16x16xbf16>
    %collapsed_44 = tensor.collapse_shape %extracted_slice_43 [[0, 1], [2], [3], [4]] : tensor<1x2x2x16x16xbf16> into tensor<2x2x16x16xbf16>
    %37 = tensor.empty() : tensor<2x2x16x16xf32>
    %38 = linalg.fill ins(%cst_5 : f32) outs(%37 : tensor<2x2x16x16xf32>) -> tensor<2x2x16x16xf32>
    %39 = linalg.generic {indexing_maps = [#map11, #map12, #map13], iterator_types = ["parallel", "parallel", "parallel", "parallel", "reduction"]} ins(%collapsed_40, %collapsed_42 : tensor<2x2x16x16xbf16>, tensor<2x2x16x16xbf16>) outs(%38 : tensor<2x2x16x16xf32>) {
    ^bb0(%in: bf16, %in_75: bf16, %out: f32):
      %334 = arith.extf %in : bf16 to f32
      %335 = arith.extf %in_75 : bf16 to f32
      %336 = arith.mulf %334, %335 : f32
      %337 = arith.addf %out, %336 : f32
      linalg.yield %337 : f32
    } -> tensor<2x2x16x16xf32>
    %40 = tensor.empty() : tensor<2x2x16x16xbf16>
    %41 = linalg.generic {indexing_maps = [#map4, #map4], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%39 : tensor<2x2x16x16xf32>) outs(%40 : tensor<2x2x16x16xbf16>) {
    ^bb0(%in: f32, %out: bf16):
      %334 = arith.truncf %in : f32 to bf16
      linalg.yield %334 : bf16
    } -> tensor<2x2x16x16xbf16>
    %42 = linalg.generic {indexing_maps = [#map4, #map4], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%41 : tensor<2x2x16x16xbf16>) outs(%37 : tensor<2x2x16x16xf32>) {
    ^bb0(%in: bf16, %out: f32):
      %334 = arith.extf %in : bf16 to f32
      linalg.yield %334 : f32
    } -> tensor<2x2x16x16xf32>
    %43 = linalg.generic {indexing_maps = [#map14, #map4], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%cst_18 : tensor<f32>) outs(%37 : tensor<2x2x16x16xf32>) {
    ^bb0(%in: f32, %out: f32):
      linalg.yield %in : f32
    } -> tensor<2x2x16x16xf32>
    %44 = linalg.generic {indexing_maps = [#map4, #map4, #map4], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%42, %43 : tensor<2x2x16x16xf32>, tensor<2x2x16x16xf32>) outs(%37 : tensor<2x2x16x16xf32>) {
    ^bb0(%in: f32, %in_75: f32, %out: f32):
      %334 = arith.mulf %in, %in_75 : f32
      linalg.yield %334 : f32
    } -> tensor<2x2x16x16xf32>
    %45 = tensor.empty() : tensor<16xi32>
    %46 = linalg.generic {indexing_maps = [#map1], iterator_types = ["parallel"]} outs(%45 : tensor<16xi32>) {
    ^bb0(%out: i32):
      %334 = linalg.index 0 : index
      %335 = arith.index_cast %334 : index to i32
      linalg.yield %335 : i32
    } -> tensor<16xi32>
    %47 = tensor.empty() : tensor<16x1xi32>
    %48 = linalg.generic {indexing_maps = [#map6, #map5], iterator_types = ["parallel", "parallel"]} ins(%46 : tensor<16xi32>) outs(%47 : tensor<16x1xi32>) {
    ^bb0(%in: i32, %out: i32):
      linalg.yield %in : i32
    } -> tensor<16x1xi32>
    %49 = tensor.empty() : tensor<1x16xi32>
    %50 = linalg.generic {indexing_maps = [#map15, #map5], iterator_types = ["parallel", "parallel"]} ins(%46 : tensor<16xi32>) outs(%49 : tensor<1x16xi32>) {
    ^bb0(%in: i32, %out: i32):
      linalg.yield %in : i32
    } -> tensor<1x16xi32>
    %51 = tensor.empty() : tensor<16x16xi32>
    %52 = linalg.generic {indexing_maps = [#map8, #map5], iterator_types = ["parallel", "parallel"]} ins(%48 : tensor<16x1xi32>) outs(%51 : tensor<16x16xi32>) {
    ^bb0(%in: i32, %out: i32):
      linalg.yield %in : i32
    } -> tensor<16x16xi32>
    %53 = linalg.generic {indexing_maps = [#map16, #map5], iterator_types = ["parallel", "parallel"]} ins(%50 : tensor<1x16xi32>) outs(%51 : tensor<16x16xi32>) {
    ^bb0(%in: i32, %out: i32):
      linalg.yield %in : i32
    } -> tensor<16x16xi32>
    %54 = tensor.empty() : tensor<16x16xi1>
    %55 = linalg.generic {indexing_maps = [#map5, #map5, #map5], iterator_types = ["parallel", "parallel"]} ins(%52, %53 : tensor<16x16xi32>, tensor<16x16xi32>) outs(%54 : tensor<16x16xi1>) {
    ^bb0(%in: i32, %in_75: i32, %out: i1):
      %334 = arith.cmpi sge, %in, %in_75 : i32
      linalg.yield %334 : i1
    } -> tensor<16x16xi1>
    %56:3 = call @_where(%55, %44, %cst_17) : (tensor<16x16xi1>, tensor<2x2x16x16xf32>, tensor<f32>) -> (tensor<2x2x16x16xf32>, tensor<2x2x16x16xi1>, tensor<2x2x16x16xf32>)
    %57 = tensor.empty() : tensor<2x2x16xf32>
    %58 = linalg.fill ins(%cst_4 : f32) outs(%57 : tensor<2x2x16xf32>) -> tensor<2x2x16xf32>
    %59 = linalg.generic {indexing_maps = [#map4, #map17], iterator_types = ["parallel", "parallel", "parallel", "reduction"]} ins(%56#0 : tensor<2x2x16x16xf32>) outs(%58 : tensor<2x2x16xf32>) {
    ^bb0(%in: f32, %out: f32):
      %334 = arith.maximumf %out, %in : f32
      linalg.yield %334 : f32
    } -> tensor<2x2x16xf32>
    %60 = linalg.generic {indexing_maps = [#map18, #map19], iterator_types = ["parallel", "parallel", "parallel"]} ins(%cst_16 : tensor<f32>) outs(%57 : tensor<2x2x16xf32>) {
    ^bb0(%in: f32, %out: f32):
      linalg.yield %in : f32
    } -> tensor<2x2x16xf32>
    %61 = linalg.generic {indexing_maps = [#map19, #map19, #map19], iterator_types = ["parallel", "parallel", "parallel"]} ins(%60, %59 : tensor<2x2x16xf32>, tensor<2x2x16xf32>) outs(%57 : tensor<2x2x16xf32>) {
    ^bb0(%in: f32, %in_75: f32, %out: f32):
      %334 = arith.maximumf %in, %in_75 : f32
      linalg.yield %334 : f32
    } -> tensor<2x2x16xf32>
    %62 = tensor.empty() : tensor<2x2x16x1xf32>
    %63 = linalg.generic {indexing_maps = [#map17, #map4], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%61 : tensor<2x2x16xf32>) outs(%62 : tensor<2x2x16x1xf32>) {
    ^bb0(%in: f32, %out: f32):
      linalg.yield %in : f32
    } -> tensor<2x2x16x1xf32>
    %64 = linalg.generic {indexing_maps = [#map20, #map4], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%63 : tensor<2x2x16x1xf32>) outs(%37 : tensor<2x2x16x16xf32>) {
    ^bb0(%in: f32, %out: f32):
      linalg.yield %in : f32
    } -> tensor<2x2x16x16xf32>
    %65 = linalg.generic {indexing_maps = [#map4, #map4, #map4], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%56#0, %64 : tensor<2x2x16x16xf32>, tensor<2x2x16x16xf32>) outs(%37 : tensor<2x2x16x16xf32>) {
    ^bb0(%in: f32, %in_75: f32, %out: f32):
      %334 = arith.subf %in, %in_75 : f32
      linalg.yield %334 : f32
    } -> tensor<2x2x16x16xf32>
    %66 = linalg.generic {indexing_maps = [#map4, #map4], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%65 : tensor<2x2x16x16xf32>) outs(%37 : tensor<2x2x16x16xf32>) {
    ^bb0(%in: f32, %out: f32):
      %334 = math.exp %in : f32
      linalg.yield %334 : f32
    } -> tensor<2x2x16x16xf32>
    %67 = linalg.fill ins(%cst_5 : f32) outs(%57 : tensor<2x2x16xf32>) -> tensor<2x2x16xf32>
    %68 = linalg.generic {indexing_maps = [#map4, #map17], iterator_types = ["parallel", "parallel", "parallel", "reduction"]} ins(%66 : tensor<2x2x16x16xf32>) outs(%67 : tensor<2x2x16xf32>) {
    ^bb0(%in: f32, %out: f32):
      %334 = arith.addf %out, %in : f32
      linalg.yield %334 : f32
    } -> tensor<2x2x16xf32>
    %69 = linalg.generic {indexing_maps = [#map17, #map4], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%68 : tensor<2x2x16xf32>) outs(%62 : tensor<2x2x16x1xf32>) {
    ^bb0(%in: f32, %out: f32):
      linalg.yield %in : f32
    } -> tensor<2x2x16x1xf32>
    %70 = linalg.generic {indexing_maps = [#map20, #map4], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%69 : tensor<2x2x16x1xf32>) outs(%37 : tensor<2x2x16x16xf32>) {
    ^bb0(%in: f32, %out: f32):
      linalg.yield %in : f32
    } -> tensor<2x2x16x16xf32>
    %71 = linalg.generic {indexing_maps = [#map4, #map4, #map4], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%66, %70 : tensor<2x2x16x16xf32>, tensor<2x2x16x16xf32>) outs(%37 : tensor<2x2x16x16xf32>) {
    ^bb0(%in: f32, %in_75: f32, %out: f32):
      %334 = arith.divf %in, %in_75 : f32
      linalg.yield %334 : f32
    } -> tensor<2x2x16x16xf32>
    %72 = linalg.generic {indexing_maps = [#map4, #map4, #map4], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%69, %69 : tensor<2x2x16x1xf32>, tensor<2x2x16x1xf32>) outs(%62 : tensor<2x2x16x1xf32>) {
    ^bb0(%in: f32, %in_75: f32, %out: f32):
      %334 = arith.mulf %in, %in_75 : f32
      linalg.yield %334 : f32
    } -> tensor<2x2x16x1xf32>
    %73 = linalg.generic {indexing_maps = [#map14, #map4], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%cst_15 : tensor<f32>) outs(%62 : tensor<2x2x16x1xf32>) {
    ^bb0(%in: f32, %out: f32):
      linalg.yield %in : f32
    } -> tensor<2x2x16x1xf32>
    %74 = linalg.generic {indexing_maps = [#map4, #map4, #map4], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%73, %72 : tensor<2x2x16x1xf32>, tensor<2x2x16x1xf32>) outs(%62 : tensor<2x2x16x1xf32>) {
    ^bb0(%in: f32, %in_75: f32, %out: f32):
      %334 = arith.divf %in, %in_75 : f32
      linalg.yield %334 : f32
    } -> tensor<2x2x16x1xf32>
    %75 = linalg.generic {indexing_maps = [#map4, #map4], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%71 : tensor<2x2x16x16xf32>) outs(%40 : tensor<2x2x16x16xbf16>) {
    ^bb0(%in: f32, %out: bf16):
      %334 = arith.truncf %in : f32 to bf16
      linalg.yield %334 : bf16
    } -> tensor<2x2x16x16xbf16>
    %76 = linalg.generic {indexing_maps = [#map11, #map21, #map13], iterator_types = ["parallel", "parallel", "parallel", "parallel", "reduction"]} ins(%75, %collapsed_44 : tensor<2x2x16x16xbf16>, tensor<2x2x16x16xbf16>) outs(%38 : tensor<2x2x16x16xf32>) {
    ^bb0(%in: bf16, %in_75: bf16, %out: f32):
      %334 = arith.extf %in : bf16 to f32
      %335 = arith.extf %in_75 : bf16 to f32
      %336 = arith.mulf %334, %335 : f32
      %337 = arith.addf %out, %336 : f32
      linalg.yield %337 : f32
    } -> tensor<2x2x16x16xf32>
    %77 = linalg.generic {indexing_maps = [#map4, #map4], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%76 : tensor<2x2x16x16xf32>) outs(%40 : tensor<2x2x16x16xbf16>) {
    ^bb0(%in: f32, %out: bf16):
      %334 = arith.truncf %in : f32 to bf16
      linalg.yield %334 : bf16
    } -> tensor<2x2x16x16xbf16>
    %78 = tensor.empty() : tensor<2x16x2x16xbf16>
    %79 = linalg.generic {indexing_maps = [#map22, #map4], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%77 : tensor<2x2x16x16xbf16>) outs(%78 : tensor<2x16x2x16xbf16>) {
    ^bb0(%in: bf16, %out: bf16):
      linalg.yield %in : bf16
    } -> tensor<2x16x2x16xbf16>
    %collapsed_45 = tensor.collapse_shape %79 [[0, 1], [2, 3]] : tensor<2x16x2x16xbf16> into tensor<32x32xbf16>
    %80 = linalg.generic {indexing_maps = [#map5, #map5], iterator_types = ["parallel", "parallel"]} ins(%expanded_27 : tensor<32x32xf32>) outs(%8 : tensor<32x32xbf16>) {
    ^bb0(%in: f32, %out: bf16):
      %334 = arith.truncf %in : f32 to bf16
      linalg.yield %334 : bf16
    } -> tensor<32x32xbf16>
    %81 = linalg.matmul ins(%collapsed_45, %80 : tensor<32x32xbf16>, tensor<32x32xbf16>) outs(%6 : tensor<32x32xf32>) -> tensor<32x32xf32>
    %82 = linalg.generic {indexing_maps = [#map5, #map5], iterator_types = ["parallel", "parallel"]} ins(%81 : tensor<32x32xf32>) outs(%8 : tensor<32x32xbf16>) {
    ^bb0(%in: f32, %out: bf16):
      %334 = arith.truncf %in : f32 to bf16
      linalg.yield %334 : bf16
    } -> tensor<32x32xbf16>
    %83 = linalg.generic {indexing_maps = [#map5, #map5], iterator_types = ["parallel", "parallel"]} ins(%82 : tensor<32x32xbf16>) outs(%5 : tensor<32x32xf32>) {
    ^bb0(%in: bf16, %out: f32):
      %334 = arith.extf %in : bf16 to f32
      linalg.yield %334 : f32
    } -> tensor<32x32xf32>
    %84 = linalg.generic {indexing_maps = [#map5, #map5, #map5], iterator_types = ["parallel", "parallel"]} ins(%11, %83 : tensor<32x32xf32>, tensor<32x32xf32>) outs(%5 : tensor<32x32xf32>) {
    ^bb0(%in: f32, %in_75: f32, %out: f32):
      %334 = arith.addf %in, %in_75 : f32
      linalg.yield %334 : f32
    } -> tensor<32x32xf32>
    %85 = linalg.generic {indexing_maps = [#map5, #map5, #map5], iterator_types = ["parallel", "parallel"]} ins(%84, %84 : tensor<32x32xf32>, tensor<32x32xf32>) outs(%5 : tensor<32x32xf32>) {
    ^bb0(%in: f32, %in_75: f32, %out: f32):
      %334 = arith.mulf %in, %in_75 : f32
      linalg.yield %334 : f32
    } -> tensor<32x32xf32>
    %86 = linalg.generic {indexing_maps = [#map5, #map6], iterator_types = ["parallel", "reduction"]} ins(%85 : tensor<32x32xf32>) outs(%14 : tensor<32xf32>) {
    ^bb0(%in: f32, %out: f32):
      %334 = arith.addf %out, %in : f32
      linalg.yield %334 : f32
    } -> tensor<32xf32>
    %87 = linalg.generic {indexing_maps = [#map6, #map5], iterator_types = ["parallel", "parallel"]} ins(%86 : tensor<32xf32>) outs(%16 : tensor<32x1xf32>) {
    ^bb0(%in: f32, %out: f32):
      linalg.yield %in : f32
    } -> tensor<32x1xf32>
    %88 = linalg.generic {indexing_maps = [#map5, #map5, #map5], iterator_types = ["parallel", "parallel"]} ins(%87, %18 : tensor<32x1xf32>, tensor<32x1xf32>) outs(%16 : tensor<32x1xf32>) {
    ^bb0(%in: f32, %in_75: f32, %out: f32):
      %334 = arith.divf %in, %in_75 : f32
      linalg.yield %334 : f32
    } -> tensor<32x1xf32>
    %89 = linalg.generic {indexing_maps = [#map5, #map5, #map5], iterator_types = ["parallel", "parallel"]} ins(%88, %20 : tensor<32x1xf32>, tensor<32x1xf32>) outs(%16 : tensor<32x1xf32>) {
    ^bb0(%in: f32, %in_75: f32, %out: f32):
      %334 = arith.addf %in, %in_75 : f32
      linalg.yield %334 : f32
    } -> tensor<32x1xf32>
    %90 = linalg.generic {indexing_maps = [#map5, #map5], iterator_types = ["parallel", "parallel"]} ins(%89 : tensor<32x1xf32>) outs(%16 : tensor<32x1xf32>) {
    ^bb0(%in: f32, %out: f32):
      %334 = math.rsqrt %in : f32
      linalg.yield %334 : f32
    } -> tensor<32x1xf32>
    %91 = linalg.generic {indexing_maps = [#map5, #map5, #map5], iterator_types = ["parallel", "parallel"]} ins(%90, %89 : tensor<32x1xf32>, tensor<32x1xf32>) outs(%16 : tensor<32x1xf32>) {
    ^bb0(%in: f32, %in_75: f32, %out: f32):
      %334 = arith.divf %in, %in_75 : f32
      linalg.yield %334 : f32
    } -> tensor<32x1xf32>
    %92 = linalg.generic {indexing_maps = [#map5, #map5, #map5], iterator_types = ["parallel", "parallel"]} ins(%24, %91 : tensor<32x1xf32>, tensor<32x1xf32>) outs(%16 : tensor<32x1xf32>) {
    ^bb0(%in: f32, %in_75: f32, %out: f32):
      %334 = arith.mulf %in, %in_75 : f32
      linalg.yield %334 : f32
    } -> tensor<32x1xf32>
    %93 = linalg.generic {indexing_maps = [#map8, #map5], iterator_types = ["parallel", "parallel"]} ins(%90 : tensor<32x1xf32>) outs(%5 : tensor<32x32xf32>) {
    ^bb0(%in: f32, %out: f32):
      linalg.yield %in : f32
    } -> tensor<32x32xf32>
    %94 = linalg.generic {indexing_maps = [#map5, #map5, #map5], iterator_types = ["parallel", "parallel"]} ins(%84, %93 : tensor<32x32xf32>, tensor<32x32xf32>) outs(%5 : tensor<32x32xf32>) {
    ^bb0(%in: f32, %in_75: f32, %out: f32):
      %334 = arith.mulf %in, %in_75 : f32
      linalg.yield %334 : f32
    } -> tensor<32x32xf32>
    %95 = linalg.generic {indexing_maps = [#map5, #map5], iterator_types = ["parallel", "parallel"]} ins(%94 : tensor<32x32xf32>) outs(%8 : tensor<32x32xbf16>) {
    ^bb0(%in: f32, %out: bf16):
      %334 = arith.truncf %in : f32 to bf16
      linalg.yield %334 : bf16
    } -> tensor<32x32xbf16>
    %96 = tensor.empty() : tensor<32x128xbf16>
    %97 = linalg.generic {indexing_maps = [#map5, #map5], iterator_types = ["parallel", "parallel"]} ins(%expanded_29 : tensor<32x128xf32>) outs(%96 : tensor<32x128xbf16>) {
    ^bb0(%in: f32, %out: bf16):
      %334 = arith.truncf %in : f32 to bf16
      linalg.yield %334 : bf16
    } -> tensor<32x128xbf16>
    %98 = tensor.empty() : tensor<32x128xf32>
    %99 = linalg.fill ins(%cst_5 : f32) outs(%98 : tensor<32x128xf32>) -> tensor<32x128xf32>
    %100 = linalg.matmul ins(%95, %97 : tensor<32x32xbf16>, tensor<32x128xbf16>) outs(%99 : tensor<32x128xf32>) -> tensor<32x128xf32>
    %101 = linalg.generic {indexing_maps = [#map5, #map5], iterator_types = ["parallel", "parallel"]} ins(%100 : tensor<32x128xf32>) outs(%96 : tensor<32x128xbf16>) {
    ^bb0(%in: f32, %out: bf16):
      %334 = arith.truncf %in : f32 to bf16
      linalg.yield %334 : bf16
    } -> tensor<32x128xbf16>
    %102 = linalg.generic {indexing_maps = [#map5, #map5], iterator_types = ["parallel", "parallel"]} ins(%101 : tensor<32x128xbf16>) outs(%98 : tensor<32x128xf32>) {
    ^bb0(%in: bf16, %out: f32):
      %334 = arith.extf %in : bf16 to f32
      linalg.yield %334 : f32
    } -> tensor<32x128xf32>
    %103 = linalg.generic {indexing_maps = [#map5, #map5, #map5], iterator_types = ["parallel", "parallel"]} ins(%102, %102 : tensor<32x128xf32>, tensor<32x128xf32>) outs(%98 : tensor<32x128xf32>) {
    ^bb0(%in: f32, %in_75: f32, %out: f32):
      %334 = arith.mulf %in, %in_75 : f32
      linalg.yield %334 : f32
    } -> tensor<32x128xf32>
    %104 = linalg.generic {indexing_maps = [#map5, #map5, #map5], iterator_types = ["parallel", "parallel"]} ins(%103, %102 : tensor<32x128xf32>, tensor<32x128xf32>) outs(%98 : tensor<32x128xf32>) {
    ^bb0(%in: f32, %in_75: f32, %out: f32):
      %334 = arith.mulf %in, %in_75 : f32
      linalg.yield %334 : f32
    } -> tensor<32x128xf32>
    %105 = linalg.generic {indexing_maps = [#map7, #map5], iterator_types = ["parallel", "parallel"]} ins(%cst_14 : tensor<f32>) outs(%98 : tensor<32x128xf32>) {
    ^bb0(%in: f32, %out: f32):
      linalg.yield %in : f32
    } -> tensor<32x128xf32>
    %106 = linalg.generic {indexing_maps = [#map5, #map5, #map5], iterator_types = ["parallel", "parallel"]} ins(%105, %103 : tensor<32x128xf32>, tensor<32x128xf32>) outs(%98 : tensor<32x128xf32>) {
    ^bb0(%in: f32, %in_75: f32, %out: f32):
      %334 = arith.mulf %in, %in_75 : f32
      linalg.yield %334 : f32
    } -> tensor<32x128xf32>
    %107 = linalg.generic {indexing_maps = [#map7, #map5], iterator_types = ["parallel", "parallel"]} ins(%cst_13 : tensor<f32>) outs(%98 : tensor<32x128xf32>) {
    ^bb0(%in: f32, %out: f32):
      linalg.yield %in : f32
    } -> tensor<32x128xf32>
    %108 = linalg.generic {indexing_maps = [#map5, #map5, #map5], iterator_types = ["parallel", "parallel"]} ins(%107, %104 : tensor<32x128xf32>, tensor<32x128xf32>) outs(%98 : tensor<32x128xf32>) {
    ^bb0(%in: f32, %in_75: f32, %out: f32):
      %334 = arith.mulf %in, %in_75 : f32
      linalg.yield %334 : f32
    } -> tensor<32x128xf32>
    %109 = linalg.generic {indexing_maps = [#map5, #map5, #map5], iterator_types = ["parallel", "parallel"]} ins(%102, %108 : tensor<32x128xf32>, tensor<32x128xf32>) outs(%98 : tensor<32x128xf32>) {
    ^bb0(%in: f32, %in_75: f32, %out: f32):
      %334 = arith.addf %in, %in_75 : f32
      linalg.yield %334 : f32
    } -> tensor<32x128xf32>
    %110 = linalg.generic {indexing_maps = [#map7, #map5], iterator_types = ["parallel", "parallel"]} ins(%cst_12 : tensor<f32>) outs(%98 : tensor<32x128xf32>) {
    ^bb0(%in: f32, %out: f32):
      linalg.yield %in : f32
    } -> tensor<32x128xf32>
    %111 = linalg.generic {indexing_maps = [#map5, #map5, #map5], iterator_types = ["parallel", "parallel"]} ins(%110, %109 : tensor<32x128xf32>, tensor<32x128xf32>) outs(%98 : tensor<32x128xf32>) {
    ^bb0(%in: f32, %in_75: f32, %out: f32):
      %334 = arith.mulf %in, %in_75 : f32
      linalg.yield %334 : f32
    } -> tensor<32x128xf32>
    %112 = linalg.generic {indexing_maps = [#map5, #map5], iterator_types = ["parallel", "parallel"]} ins(%111 : tensor<32x128xf32>) outs(%98 : tensor<32x128xf32>) {
    ^bb0(%in: f32, %out: f32):
      %334 = math.tanh %in : f32
      linalg.yield %334 : f32
    } -> tensor<32x128xf32>
    %113 = linalg.generic {indexing_maps = [#map7, #map5], iterator_types = ["parallel", "parallel"]} ins(%cst_15 : tensor<f32>) outs(%98 : tensor<32x128xf32>) {
    ^bb0(%in: f32, %out: f32):
      linalg.yield %in : f32
    } -> tensor<32x128xf32>
    %114 = linalg.generic {indexing_maps = [#map5, #map5, #map5], iterator_types = ["parallel", "parallel"]} ins(%113, %112 : tensor<32x128xf32>, tensor<32x128xf32>) outs(%98 : tensor<32x128xf32>) {
    ^bb0(%in: f32, %in_75: f32, %out: f32):
      %334 = arith.subf %in, %in_75 : f32
      linalg.yield %334 : f32
    } -> tensor<32x128xf32>
    %115 = linalg.generic {indexing_maps = [#map5, #map5, #map5], iterator_types = ["parallel", "parallel"]} ins(%113, %112 : tensor<32x128xf32>, tensor<32x128xf32>) outs(%98 : tensor<32x128xf32>) {
    ^bb0(%in: f32, %in_75: f32, %out: f32):
      %334 = arith.addf %in, %in_75 : f32
      linalg.yield %334 : f32
    } -> tensor<32x128xf32>
    %116 = linalg.generic {indexing_maps = [#map7, #map5], iterator_types = ["parallel", "parallel"]} ins(%cst_11 : tensor<f32>) outs(%98 : tensor<32x128xf32>) {
    ^bb0(%in: f32, %out: f32):
      linalg.yield %in : f32
    } -> tensor<32x128xf32>
    %117 = linalg.generic {indexing_maps = [#map5, #map5, #map5], iterator_types = ["parallel", "parallel"]} ins(%116, %115 : tensor<32x128xf32>, tensor<32x128xf32>) outs(%98 : tensor<32x128xf32>) {
    ^bb0(%in: f32, %in_75: f32, %out: f32):
      %334 = arith.mulf %in, %in_75 : f32
      linalg.yield %334 : f32
    } -> tensor<32x128xf32>
    %118 = linalg.generic {indexing_maps = [#map5, #map5, #map5], iterator_types = ["parallel", "parallel"]} ins(%102, %117 : tensor<32x128xf32>, tensor<32x128xf32>) outs(%98 : tensor<32x128xf32>) {
    ^bb0(%in: f32, %in_75: f32, %out: f32):
      %334 = arith.mulf %in, %in_75 : f32
      linalg.yield %334 : f32
    } -> tensor<32x128xf32>
    %119 = linalg.generic {indexing_maps = [#map5, #map5], iterator_types = ["parallel", "parallel"]} ins(%118 : tensor<32x128xf32>) outs(%96 : tensor<32x128xbf16>) {
    ^bb0(%in: f32, %out: bf16):
      %334 = arith.truncf %in : f32 to bf16
      linalg.yield %334 : bf16
    } -> tensor<32x128xbf16>
    %120 = tensor.empty() : tensor<128x32xbf16>
    %121 = linalg.generic {indexing_maps = [#map5, #map5], iterator_types = ["parallel", "parallel"]} ins(%expanded_31 : tensor<128x32xf32>) outs(%120 : tensor<128x32xbf16>) {
    ^bb0(%in: f32, %out: bf16):
      %334 = arith.truncf %in : f32 to bf16
      linalg.yield %334 : bf16
    } -> tensor<128x32xbf16>
    %122 = linalg.matmul ins(%119, %121 : tensor<32x128xbf16>, tensor<128x32xbf16>) outs(%6 : tensor<32x32xf32>) -> tensor<32x32xf32>
    %123 = linalg.generic {indexing_maps = [#map5, #map5], iterator_types = ["parallel", "parallel"]} ins(%122 : tensor<32x32xf32>) outs(%8 : tensor<32x32xbf16>) {
    ^bb0(%in: f32, %out: bf16):
      %334 = arith.truncf %in : f32 to bf16
      linalg.yield %334 : bf16
    } -> tensor<32x32xbf16>
    %124 = linalg.generic {indexing_maps = [#map5, #map5], iterator_types = ["parallel", "parallel"]} ins(%123 : tensor<32x32xbf16>) outs(%5 : tensor<32x32xf32>) {
    ^bb0(%in: bf16, %out: f32):
      %334 = arith.extf %in : bf16 to f32
      linalg.yield %334 : f32
    } -> tensor<32x32xf32>
    %125 = linalg.generic {indexing_maps = [#map5, #map5, #map5], iterator_types = ["parallel", "parallel"]} ins(%84, %124 : tensor<32x32xf32>, tensor<32x32xf32>) outs(%5 : tensor<32x32xf32>) {
    ^bb0(%in: f32, %in_75: f32, %out: f32):
      %334 = arith.addf %in, %in_75 : f32
      linalg.yield %334 : f32
    } -> tensor<32x32xf32>
    %126 = linalg.generic {indexing_maps = [#map5, #map5, #map5], iterator_types = ["parallel", "parallel"]} ins(%125, %125 : tensor<32x32xf32>, tensor<32x32xf32>) outs(%5 : tensor<32x32xf32>) {
    ^bb0(%in: f32, %in_75: f32, %out: f32):
      %334 = arith.mulf %in, %in_75 : f32
      linalg.yield %334 : f32
    } -> tensor<32x32xf32>
    %127 = linalg.generic {indexing_maps = [#map5, #map6], iterator_types = ["parallel", "reduction"]} ins(%126 : tensor<32x32xf32>) outs(%14 : tensor<32xf32>) {
    ^bb0(%in: f32, %out: f32):
      %334 = arith.addf %out, %in : f32
      linalg.yield %334 : f32
    } -> tensor<32xf32>
    %128 = linalg.generic {indexing_maps = [#map6, #map5], iterator_types = ["parallel", "parallel"]} ins(%127 : tensor<32xf32>) outs(%16 : tensor<32x1xf32>) {
    ^bb0(%in: f32, %out: f32):
      linalg.yield %in : f32
    } -> tensor<32x1xf32>
    %129 = linalg.generic {indexing_maps = [#map5, #map5, #map5], iterator_types = ["parallel", "parallel"]} ins(%128, %18 : tensor<32x1xf32>, tensor<32x1xf32>) outs(%16 : tensor<32x1xf32>) {
    ^bb0(%in: f32, %in_75: f32, %out: f32):
      %334 = arith.divf %in, %in_75 : f32
      linalg.yield %334 : f32
    } -> tensor<32x1xf32>
    %130 = linalg.generic {indexing_maps = [#map5, #map5, #map5], iterator_types = ["parallel", "parallel"]} ins(%129, %20 : tensor<32x1xf32>, tensor<32x1xf32>) outs(%16 : tensor<32x1xf32>) {
    ^bb0(%in: f32, %in_75: f32, %out: f32):
      %334 = arith.addf %in, %in_75 : f32
      linalg.yield %334 : f32
    } -> tensor<32x1xf32>
    %131 = linalg.generic {indexing_maps = [#map5, #map5], iterator_types = ["parallel", "parallel"]} ins(%130 : tensor<32x1xf32>) outs(%16 : tensor<32x1xf32>) {
    ^bb0(%in: f32, %out: f32):
      %334 = math.rsqrt %in : f32
      linalg.yield %334 : f32
    } -> tensor<32x1xf32>
    %132 = linalg.generic {indexing_maps = [#map5, #map5, #map5], iterator_types = ["parallel", "parallel"]} ins(%131, %130 : tensor<32x1xf32>, tensor<32x1xf32>) outs(%16 : tensor<32x1xf32>) {
    ^bb0(%in: f32, %in_75: f32, %out: f32):
      %334 = arith.divf %in, %in_75 : f32
      linalg.yield %334 : f32
    } -> tensor<32x1xf32>
    %133 = linalg.generic {indexing_maps = [#map5, #map5, #map5], iterator_types = ["parallel", "parallel"]} ins(%24, %132 : tensor<32x1xf32>, tensor<32x1xf32>) outs(%16 : tensor<32x1xf32>) {
    ^bb0(%in: f32, %in_75: f32, %out: f32):
      %334 = arith.mulf %in, %in_75 : f32
      linalg.yield %334 : f32
    } -> tensor<32x1xf32>
    %134 = linalg.generic {indexing_maps = [#map8, #map5], iterator_types = ["parallel", "parallel"]} ins(%131 : tensor<32x1xf32>) outs(%5 : tensor<32x32xf32>) {
    ^bb0(%in: f32, %out: f32):
      linalg.yield %in : f32
    } -> tensor<32x32xf32>
    %135 = linalg.generic {indexing_maps = [#map5, #map5, #map5], iterator_types = ["parallel", "parallel"]} ins(%125, %134 : tensor<32x32xf32>, tensor<32x32xf32>) outs(%5 : tensor<32x32xf32>) {
    ^bb0(%in: f32, %in_75: f32, %out: f32):
      %334 = arith.mulf %in, %in_75 : f32
      linalg.yield %334 : f32
    } -> tensor<32x32xf32>
    %136 = linalg.generic {indexing_maps = [#map5, #map5], iterator_types = ["parallel", "parallel"]} ins(%135 : tensor<32x32xf32>) outs(%8 : tensor<32x32xbf16>) {
    ^bb0(%in: f32, %out: bf16):
      %334 = arith.truncf %in : f32 to bf16
      linalg.yield %334 : bf16
    } -> tensor<32x32xbf16>
    %137 = tensor.empty() : tensor<32x256xbf16>
    %138 = linalg.generic {indexing_maps = [#map5, #map5], iterator_types = ["parallel", "parallel"]} ins(%expanded_33 : tensor<32x256xf32>) outs(%137 : tensor<32x256xbf16>) {
    ^bb0(%in: f32, %out: bf16):
      %334 = arith.truncf %in : f32 to bf16
      linalg.yield %334 : bf16
    } -> tensor<32x256xbf16>
    %139 = tensor.empty() : tensor<32x256xf32>
    %140 = linalg.fill ins(%cst_5 : f32) outs(%139 : tensor<32x256xf32>) -> tensor<32x256xf32>
    %141 = linalg.matmul ins(%136, %138 : tensor<32x32xbf16>, tensor<32x256xbf16>) outs(%140 : tensor<32x256xf32>) -> tensor<32x256xf32>
    %142 = linalg.generic {indexing_maps = [#map5, #map5], iterator_types = ["parallel", "parallel"]} ins(%141 : tensor<32x256xf32>) outs(%137 : tensor<32x256xbf16>) {
    ^bb0(%in: f32, %out: bf16):
      %334 = arith.truncf %in : f32 to bf16
      linalg.yield %334 : bf16
    } -> tensor<32x256xbf16>
    %143 = linalg.generic {indexing_maps = [#map5, #map5], iterator_types = ["parallel", "parallel"]} ins(%142 : tensor<32x256xbf16>) outs(%139 : tensor<32x256xf32>) {
    ^bb0(%in: bf16, %out: f32):
      %334 = arith.extf %in : bf16 to f32
      linalg.yield %334 : f32
    } -> tensor<32x256xf32>
    %extracted_slice_46 = tensor.extract_slice %arg1[0, 1] [2, 16] [1, 1] : tensor<2x17xi32> to tensor<2x16xi32>
    %collapsed_47 = tensor.collapse_shape %extracted_slice_46 [[0, 1]] : tensor<2x16xi32> into tensor<32xi32>
    %144 = call @_one_hot_1(%collapsed_47) : (tensor<32xi32>) -> tensor<32x256xf32>
    %145:3 = call @log_softmax(%143) : (tensor<32x256xf32>) -> (tensor<32x256xf32>, tensor<32x256xf32>, tensor<32x1xf32>)
    %146 = linalg.generic {indexing_maps = [#map5, #map5, #map5], iterator_types = ["parallel", "parallel"]} ins(%144, %145#0 : tensor<32x256xf32>, tensor<32x256xf32>) outs(%139 : tensor<32x256xf32>) {
    ^bb0(%in: f32, %in_75: f32, %out: f32):
      %334 = arith.mulf %in, %in_75 : f32
      linalg.yield %334 : f32
    } -> tensor<32x256xf32>
    %147 = linalg.generic {indexing_maps = [#map5, #map6], iterator_types = ["parallel", "reduction"]} ins(%146 : tensor<32x256xf32>) outs(%14 : tensor<32xf32>) {
    ^bb0(%in: f32, %out: f32):
      %334 = arith.addf %out, %in : f32
      linalg.yield %334 : f32
    } -> tensor<32xf32>
    %148 = tensor.empty() : tensor<f32>
    %149 = linalg.fill ins(%cst_5 : f32) outs(%148 : tensor<f32>) -> tensor<f32>
    %150 = linalg.generic {indexing_maps = [#map1, #map], iterator_types = ["reduction"]} ins(%147 : tensor<32xf32>) outs(%149 : tensor<f32>) {
    ^bb0(%in: f32, %out: f32):
      %334 = arith.addf %out, %in : f32
      linalg.yield %334 : f32
    } -> tensor<f32>
    %151 = linalg.generic {indexing_maps = [#map2, #map2], iterator_types = []} ins(%150 : tensor<f32>) outs(%148 : tensor<f32>) {
    ^bb0(%in: f32, %out: f32):
      %334 = arith.divf %in, %cst_3 : f32
      linalg.yield %334 : f32
    } -> tensor<f32>
    %152 = linalg.generic {indexing_maps = [#map2, #map2], iterator_types = []} ins(%151 : tensor<f32>) outs(%148 : tensor<f32>) {
    ^bb0(%in: f32, %out: f32):
      %334 = arith.negf %in : f32
      linalg.yield %334 : f32
    } -> tensor<f32>
    %153 = linalg.generic {indexing_maps = [#map2], iterator_types = []} outs(%148 : tensor<f32>) {
    ^bb0(%out: f32):
      linalg.yield %cst : f32
    } -> tensor<f32>
    %154 = linalg.generic {indexing_maps = [#map2, #map2], iterator_types = []} ins(%153 : tensor<f32>) outs(%148 : tensor<f32>) {
    ^bb0(%in: f32, %out: f32):
      %334 = arith.divf %in, %cst_3 : f32
      linalg.yield %334 : f32
    } -> tensor<f32>
    %155 = linalg.generic {indexing_maps = [#map, #map1], iterator_types = ["parallel"]} ins(%154 : tensor<f32>) outs(%13 : tensor<32xf32>) {
    ^bb0(%in: f32, %out: f32):
      linalg.yield %in : f32
    } -> tensor<32xf32>
    %156 = linalg.generic {indexing_maps = [#map6, #map5], iterator_types = ["parallel", "parallel"]} ins(%155 : tensor<32xf32>) outs(%139 : tensor<32x256xf32>) {
    ^bb0(%in: f32, %out: f32):
      linalg.yield %in : f32
    } -> tensor<32x256xf32>
    %157 = linalg.generic {indexing_maps = [#map5, #map5, #map5], iterator_types = ["parallel", "parallel"]} ins(%144, %156 : tensor<32x256xf32>, tensor<32x256xf32>) outs(%139 : tensor<32x256xf32>) {
    ^bb0(%in: f32, %in_75: f32, %out: f32):
      %334 = arith.mulf %in, %in_75 : f32
      linalg.yield %334 : f32
    } -> tensor<32x256xf32>
    %158 = call @log_softmax_2(%145#1, %145#2, %157) : (tensor<32x256xf32>, tensor<32x1xf32>, tensor<32x256xf32>) -> tensor<32x256xf32>
    %159 = linalg.generic {indexing_maps = [#map5, #map5], iterator_types = ["parallel", "parallel"]} ins(%158 : tensor<32x256xf32>) outs(%137 : tensor<32x256xbf16>) {
    ^bb0(%in: f32, %out: bf16):
      %334 = arith.truncf %in : f32 to bf16
      linalg.yield %334 : bf16
    } -> tensor<32x256xbf16>
    %160 = tensor.empty() : tensor<256x32xf32>
    %161 = linalg.fill ins(%cst_5 : f32) outs(%160 : tensor<256x32xf32>) -> tensor<256x32xf32>
    %162 = linalg.generic {indexing_maps = [#map23, #map24, #map25], iterator_types = ["parallel", "parallel", "reduction"]} ins(%159, %136 : tensor<32x256xbf16>, tensor<32x32xbf16>) outs(%161 : tensor<256x32xf32>) {
    ^bb0(%in: bf16, %in_75: bf16, %out: f32):
      %334 = arith.extf %in : bf16 to f32
      %335 = arith.extf %in_75 : bf16 to f32
      %336 = arith.mulf %334, %335 : f32
      %337 = arith.addf %out, %336 : f32
      linalg.yield %337 : f32
    } -> tensor<256x32xf32>
    %163 = linalg.generic {indexing_maps = [#map5, #map5], iterator_types = ["parallel", "parallel"]} ins(%162 : tensor<256x32xf32>) outs(%3 : tensor<256x32xbf16>) {
    ^bb0(%in: f32, %out: bf16):
      %334 = arith.truncf %in : f32 to bf16
      linalg.yield %334 : bf16
    } -> tensor<256x32xbf16>
    %164 = linalg.generic {indexing_maps = [#map26, #map5], iterator_types = ["parallel", "parallel"]} ins(%163 : tensor<256x32xbf16>) outs(%137 : tensor<32x256xbf16>) {
    ^bb0(%in: bf16, %out: bf16):
      linalg.yield %in : bf16
    } -> tensor<32x256xbf16>
    %165 = linalg.generic {indexing_maps = [#map27, #map28, #map25], iterator_types = ["parallel", "parallel", "reduction"]} ins(%159, %138 : tensor<32x256xbf16>, tensor<32x256xbf16>) outs(%6 : tensor<32x32xf32>) {
    ^bb0(%in: bf16, %in_75: bf16, %out: f32):
      %334 = arith.extf %in : bf16 to f32
      %335 = arith.extf %in_75 : bf16 to f32
      %336 = arith.mulf %334, %335 : f32
      %337 = arith.addf %out, %336 : f32
      linalg.yield %337 : f32
    } -> tensor<32x32xf32>
    %166 = linalg.generic {indexing_maps = [#map5, #map5], iterator_types = ["parallel", "parallel"]} ins(%165 : tensor<32x32xf32>) outs(%8 : tensor<32x32xbf16>) {
    ^bb0(%in: f32, %out: bf16):
      %334 = arith.truncf %in : f32 to bf16
      linalg.yield %334 : bf16
    } -> tensor<32x32xbf16>
    %167 = linalg.generic {indexing_maps = [#map5, #map5], iterator_types = ["parallel", "parallel"]} ins(%164 : tensor<32x256xbf16>) outs(%139 : tensor<32x256xf32>) {
    ^bb0(%in: bf16, %out: f32):
      %334 = arith.extf %in : bf16 to f32
      linalg.yield %334 : f32
    } -> tensor<32x256xf32>
    %168 = linalg.generic {indexing_maps = [#map5, #map5], iterator_types = ["parallel", "parallel"]} ins(%166 : tensor<32x32xbf16>) outs(%5 : tensor<32x32xf32>) {
    ^bb0(%in: bf16, %out: f32):
      %334 = arith.extf %in : bf16 to f32
      linalg.yield %334 : f32
    } -> tensor<32x32xf32>
    %169 = linalg.generic {indexing_maps = [#map5, #map5, #map5], iterator_types = ["parallel", "parallel"]} ins(%125, %168 : tensor<32x32xf32>, tensor<32x32xf32>) outs(%5 : tensor<32x32xf32>) {
    ^bb0(%in: f32, %in_75: f32, %out: f32):
      %334 = arith.mulf %in, %in_75 : f32
      linalg.yield %334 : f32
    } -> tensor<32x32xf32>
    %170 = linalg.generic {indexing_maps = [#map5, #map6], iterator_types = ["parallel", "reduction"]} ins(%169 : tensor<32x32xf32>) outs(%14 : tensor<32xf32>) {
    ^bb0(%in: f32, %out: f32):
      %334 = arith.addf %out, %in : f32
      linalg.yield %334 : f32
    } -> tensor<32xf32>
    %expanded_48 = tensor.expand_shape %170 [[0, 1]] output_shape [32, 1] : tensor<32xf32> into tensor<32x1xf32>
    %171 = linalg.generic {indexing_maps = [#map5, #map5, #map5], iterator_types = ["parallel", "parallel"]} ins(%168, %134 : tensor<32x32xf32>, tensor<32x32xf32>) outs(%5 : tensor<32x32xf32>) {
    ^bb0(%in: f32, %in_75: f32, %out: f32):
      %334 = arith.mulf %in, %in_75 : f32
      linalg.yield %334 : f32
    } -> tensor<32x32xf32>
    %172 = linalg.generic {indexing_maps = [#map5, #map5, #map5], iterator_types = ["parallel", "parallel"]} ins(%expanded_48, %133 : tensor<32x1xf32>, tensor<32x1xf32>) outs(%16 : tensor<32x1xf32>) {
    ^bb0(%in: f32, %in_75: f32, %out: f32):
      %334 = arith.mulf %in, %in_75 : f32
      linalg.yield %334 : f32
    } -> tensor<32x1xf32>
    %173 = linalg.generic {indexing_maps = [#map5, #map5, #map5], iterator_types = ["parallel", "parallel"]} ins(%172, %18 : tensor<32x1xf32>, tensor<32x1xf32>) outs(%16 : tensor<32x1xf32>) {
    ^bb0(%in: f32, %in_75: f32, %out: f32):
      %334 = arith.divf %in, %in_75 : f32
      linalg.yield %334 : f32
    } -> tensor<32x1xf32>
    %174 = linalg.generic {indexing_maps = [#map5, #map6], iterator_types = ["parallel", "reduction"]} ins(%173 : tensor<32x1xf32>) outs(%14 : tensor<32xf32>) {
    ^bb0(%in: f32, %out: f32):
      %334 = arith.addf %out, %in : f32
      linalg.yield %334 : f32
    } -> tensor<32xf32>
    %175 = linalg.generic {indexing_maps = [#map6, #map5], iterator_types = ["parallel", "parallel"]} ins(%174 : tensor<32xf32>) outs(%5 : tensor<32x32xf32>) {
    ^bb0(%in: f32, %out: f32):
      linalg.yield %in : f32
    } -> tensor<32x32xf32>
    %176 = linalg.generic {indexing_maps = [#map5, #map5, #map5], iterator_types = ["parallel", "parallel"]} ins(%125, %175 : tensor<32x32xf32>, tensor<32x32xf32>) outs(%5 : tensor<32x32xf32>) {
    ^bb0(%in: f32, %in_75: f32, %out: f32):
      %334 = arith.mulf %in, %in_75 : f32
      linalg.yield %334 : f32
    } -> tensor<32x32xf32>
    %177 = linalg.generic {indexing_maps = [#map5, #map5, #map5], iterator_types = ["parallel", "parallel"]} ins(%171, %176 : tensor<32x32xf32>, tensor<32x32xf32>) outs(%5 : tensor<32x32xf32>) {
    ^bb0(%in: f32, %in_75: f32, %out: f32):
      %334 = arith.addf %in, %in_75 : f32
      linalg.yield %334 : f32
    } -> tensor<32x32xf32>
    %178 = linalg.generic {indexing_maps = [#map5, #map5, #map5], iterator_types = ["parallel", "parallel"]} ins(%175, %125 : tensor<32x32xf32>, tensor<32x32xf32>) outs(%5 : tensor<32x32xf32>) {
    ^bb0(%in: f32, %in_75: f32, %out: f32):
      %334 = arith.mulf %in, %in_75 : f32
      linalg.yield %334 : f32
    } -> tensor<32x32xf32>
    %179 = linalg.generic {indexing_maps = [#map5, #map5, #map5], iterator_types = ["parallel", "parallel"]} ins(%177, %178 : tensor<32x32xf32>, tensor<32x32xf32>) outs(%5 : tensor<32x32xf32>) {
    ^bb0(%in: f32, %in_75: f32, %out: f32):
      %334 = arith.addf %in, %in_75 : f32
      linalg.yield %334 : f32
    } -> tensor<32x32xf32>
    %180 = linalg.generic {indexing_maps = [#map5, #map5], iterator_types = ["parallel", "parallel"]} ins(%179 : tensor<32x32xf32>) outs(%8 : tensor<32x32xbf16>) {
    ^bb0(%in: f32, %out: bf16):
      %334 = arith.truncf %in : f32 to bf16
      linalg.yield %334 : bf16
    } -> tensor<32x32xbf16>
    %181 = linalg.generic {indexing_maps = [#map23, #map24, #map25], iterator_types = ["parallel", "parallel", "reduction"]} ins(%180, %119 : tensor<32x32xbf16>, tensor<32x128xbf16>) outs(%99 : tensor<32x128xf32>) {
    ^bb0(%in: bf16, %in_75: bf16, %out: f32):
      %334 = arith.extf %in : bf16 to f32
      %335 = arith.extf %in_75 : bf16 to f32
      %336 = arith.mulf %334, %335 : f32
      %337 = arith.addf %out, %336 : f32
      linalg.yield %337 : f32
    } -> tensor<32x128xf32>
    %182 = linalg.generic {indexing_maps = [#map5, #map5], iterator_types = ["parallel", "parallel"]} ins(%181 : tensor<32x128xf32>) outs(%96 : tensor<32x128xbf16>) {
    ^bb0(%in: f32, %out: bf16):
      %334 = arith.truncf %in : f32 to bf16
      linalg.yield %334 : bf16
    } -> tensor<32x128xbf16>
    %183 = linalg.generic {indexing_maps = [#map26, #map5], iterator_types = ["parallel", "parallel"]} ins(%182 : tensor<32x128xbf16>) outs(%120 : tensor<128x32xbf16>) {
    ^bb0(%in: bf16, %out: bf16):
      linalg.yield %in : bf16
    } -> tensor<128x32xbf16>
    %184 = linalg.generic {indexing_maps = [#map27, #map28, #map25], iterator_types = ["parallel", "parallel", "reduction"]} ins(%180, %121 : tensor<32x32xbf16>, tensor<128x32xbf16>) outs(%99 : tensor<32x128xf32>) {
    ^bb0(%in: bf16, %in_75: bf16, %out: f32):
      %334 = arith.extf %in : bf16 to f32
      %335 = arith.extf %in_75 : bf16 to f32
      %336 = arith.mulf %334, %335 : f32
      %337 = arith.addf %out, %336 : f32
      linalg.yield %337 : f32
    } -> tensor<32x128xf32>
    %185 = linalg.generic {indexing_maps = [#map5, #map5], iterator_types = ["parallel", "parallel"]} ins(%184 : tensor<32x128xf32>) outs(%96 : tensor<32x128xbf16>) {
    ^bb0(%in: f32, %out: bf16):
      %334 = arith.truncf %in : f32 to bf16
      linalg.yield %334 : bf16
    } -> tensor<32x128xbf16>
    %186 = tensor.empty() : tensor<128x32xf32>
    %187 = linalg.generic {indexing_maps = [#map5, #map5], iterator_types = ["parallel", "parallel"]} ins(%183 : tensor<128x32xbf16>) outs(%186 : tensor<128x32xf32>) {
    ^bb0(%in: bf16, %out: f32):
      %334 = arith.extf %in : bf16 to f32
      linalg.yield %334 : f32
    } -> tensor<128x32xf32>
    %188 = linalg.generic {indexing_maps = [#map5, #map5], iterator_types = ["parallel", "parallel"]} ins(%185 : tensor<32x128xbf16>) outs(%98 : tensor<32x128xf32>) {
    ^bb0(%in: bf16, %out: f32):
      %334 = arith.extf %in : bf16 to f32
      linalg.yield %334 : f32
    } -> tensor<32x128xf32>
    %189 = linalg.generic {indexing_maps = [#map5, #map5, #map5], iterator_types = ["parallel", "parallel"]} ins(%102, %188 : tensor<32x128xf32>, tensor<32x128xf32>) outs(%98 : tensor<32x128xf32>) {
    ^bb0(%in: f32, %in_75: f32, %out: f32):
      %334 = arith.mulf %in, %in_75 : f32
      linalg.yield %334 : f32
    } -> tensor<32x128xf32>
    %190 = linalg.generic {indexing_maps = [#map5, #map5, #map5], iterator_types = ["parallel", "parallel"]} ins(%188, %117 : tensor<32x128xf32>, tensor<32x128xf32>) outs(%98 : tensor<32x128xf32>) {
    ^bb0(%in: f32, %in_75: f32, %out: f32):
      %334 = arith.mulf %in, %in_75 : f32
      linalg.yield %334 : f32
    } -> tensor<32x128xf32>
    %191 = linalg.generic {indexing_maps = [#map5, #map5, #map5], iterator_types = ["parallel", "parallel"]} ins(%116, %189 : tensor<32x128xf32>, tensor<32x128xf32>) outs(%98 : tensor<32x128xf32>) {
    ^bb0(%in: f32, %in_75: f32, %out: f32):
      %334 = arith.mulf %in, %in_75 : f32
      linalg.yield %334 : f32
    } -> tensor<32x128xf32>
    %192 = linalg.generic {indexing_maps = [#map5, #map5, #map5], iterator_types = ["parallel", "parallel"]} ins(%191, %114 : tensor<32x128xf32>, tensor<32x128xf32>) outs(%98 : tensor<32x128xf32>) {
    ^bb0(%in: f32, %in_75: f32, %out: f32):
      %334 = arith.mulf %in, %in_75 : f32
      linalg.yield %334 : f32
    } -> tensor<32x128xf32>
    %193 = linalg.generic {indexing_maps = [#map5, #map5, #map5], iterator_types = ["parallel", "parallel"]} ins(%192, %112 : tensor<32x128xf32>, tensor<32x128xf32>) outs(%98 : tensor<32x128xf32>) {
    ^bb0(%in: f32, %in_75: f32, %out: f32):
      %334 = arith.mulf %in, %in_75 : f32
      linalg.yield %334 : f32
    } -> tensor<32x128xf32>
    %194 = linalg.generic {indexing_maps = [#map5, #map5, #map5], iterator_types = ["parallel", "parallel"]} ins(%192, %193 : tensor<32x128xf32>, tensor<32x128xf32>) outs(%98 : tensor<32x128xf32>) {
    ^bb0(%in: f32, %in_75: f32, %out: f32):
      %334 = arith.addf %in, %in_75 : f32
      linalg.yield %334 : f32
    } -> tensor<32x128xf32>
    %195 = linalg.generic {indexing_maps = [#map5, #map5, #map5], iterator_types = ["parallel", "parallel"]} ins(%110, %194 : tensor<32x128xf32>, tensor<32x128xf32>) outs(%98 : tensor<32x128xf32>) {
    ^bb0(%in: f32, %in_75: f32, %out: f32):
      %334 = arith.mulf %in, %in_75 : f32
      linalg.yield %334 : f32
    } -> tensor<32x128xf32>
    %196 = linalg.generic {indexing_maps = [#map5, #map5, #map5], iterator_types = ["parallel", "parallel"]} ins(%190, %195 : tensor<32x128xf32>, tensor<32x128xf32>) outs(%98 : tensor<32x128xf32>) {
    ^bb0(%in: f32, %in_75: f32, %out: f32):
      %334 = arith.addf %in, %in_75 : f32
      linalg.yield %334 : f32
    } -> tensor<32x128xf32>
    %197 = linalg.generic {indexing_maps = [#map5, #map5, #map5], iterator_types = ["parallel", "parallel"]} ins(%107, %195 : tensor<32x128xf32>, tensor<32x128xf32>) outs(%98 : tensor<32x128xf32>) {
    ^bb0(%in: f32, %in_75: f32, %out: f32):
      %334 = arith.mulf %in, %in_75 : f32
      linalg.yield %334 : f32
    } -> tensor<32x128xf32>
    %198 = linalg.generic {indexing_maps = [#map5, #map5, #map5], iterator_types = ["parallel", "parallel"]} ins(%197, %106 : tensor<32x128xf32>, tensor<32x128xf32>) outs(%98 : tensor<32x128xf32>) {
    ^bb0(%in: f32, %in_75: f32, %out: f32):
      %334 = arith.mulf %in, %in_75 : f32
      linalg.yield %334 : f32
    } -> tensor<32x128xf32>
    %199 = linalg.generic {indexing_maps = [#map5, #map5, #map5], iterator_types = ["parallel", "parallel"]} ins(%196, %198 : tensor<32x128xf32>, tensor<32x128xf32>) outs(%98 : tensor<32x128xf32>) {
    ^bb0(%in: f32, %in_75: f32, %out: f32):
      %334 = arith.addf %in, %in_75 : f32
      linalg.yield %334 : f32
    } -> tensor<32x128xf32>
    %200 = linalg.generic {indexing_maps = [#map5, #map5], iterator_types = ["parallel", "parallel"]} ins(%199 : tensor<32x128xf32>) outs(%96 : tensor<32x128xbf16>) {
    ^bb0(%in: f32, %out: bf16):
      %334 = arith.truncf %in : f32 to bf16
      linalg.yield %334 : bf16
    } -> tensor<32x128xbf16>
    %201 = linalg.fill ins(%cst_5 : f32) outs(%186 : tensor<128x32xf32>) -> tensor<128x32xf32>
    %202 = linalg.generic {indexing_maps = [#map23, #map24, #map25], iterator_types = ["parallel", "parallel", "reduction"]} ins(%200, %95 : tensor<32x128xbf16>, tensor<32x32xbf16>) outs(%201 : tensor<128x32xf32>) {
    ^bb0(%in: bf16, %in_75: bf16, %out: f32):
      %334 = arith.extf %in : bf16 to f32
      %335 = arith.extf %in_75 : bf16 to f32
      %336 = arith.mulf %334, %335 : f32
      %337 = arith.addf %out, %336 : f32
      linalg.yield %337 : f32
    } -> tensor<128x32xf32>
    %203 = linalg.generic {indexing_maps = [#map5, #map5], iterator_types = ["parallel", "parallel"]} ins(%202 : tensor<128x32xf32>) outs(%120 : tensor<128x32xbf16>) {
    ^bb0(%in: f32, %out: bf16):
      %334 = arith.truncf %in : f32 to bf16
      linalg.yield %334 : bf16
    } -> tensor<128x32xbf16>
    %204 = linalg.generic {indexing_maps = [#map26, #map5], iterator_types = ["parallel", "parallel"]} ins(%203 : tensor<128x32xbf16>) outs(%96 : tensor<32x128xbf16>) {
    ^bb0(%in: bf16, %out: bf16):
      linalg.yield %in : bf16
    } -> tensor<32x128xbf16>
    %205 = linalg.generic {indexing_maps = [#map27, #map28, #map25], iterator_types = ["parallel", "parallel", "reduction"]} ins(%200, %97 : tensor<32x128xbf16>, tensor<32x128xbf16>) outs(%6 : tensor<32x32xf32>) {
    ^bb0(%in: bf16, %in_75: bf16, %out: f32):
      %334 = arith.extf %in : bf16 to f32
      %335 = arith.extf %in_75 : bf16 to f32
      %336 = arith.mulf %334, %335 : f32
      %337 = arith.addf %out, %336 : f32
      linalg.yield %337 : f32
    } -> tensor<32x32xf32>
    %206 = linalg.generic {indexing_maps = [#map5, #map5], iterator_types = ["parallel", "parallel"]} ins(%205 : tensor<32x32xf32>) outs(%8 : tensor<32x32xbf16>) {
    ^bb0(%in: f32, %out: bf16):
      %334 = arith.truncf %in : f32 to bf16
      linalg.yield %334 : bf16
    } -> tensor<32x32xbf16>
    %207 = linalg.generic {indexing_maps = [#map5, #map5], iterator_types = ["parallel", "parallel"]} ins(%204 : tensor<32x128xbf16>) outs(%98 : tensor<32x128xf32>) {
    ^bb0(%in: bf16, %out: f32):
      %334 = arith.extf %in : bf16 to f32
      linalg.yield %334 : f32
    } -> tensor<32x128xf32>
    %208 = linalg.generic {indexing_maps = [#map5, #map5], iterator_types = ["parallel", "parallel"]} ins(%206 : tensor<32x32xbf16>) outs(%5 : tensor<32x32xf32>) {
    ^bb0(%in: bf16, %out: f32):
      %334 = arith.extf %in : bf16 to f32
      linalg.yield %334 : f32
    } -> tensor<32x32xf32>
    %209 = linalg.generic {indexing_maps = [#map5, #map5, #map5], iterator_types = ["parallel", "parallel"]} ins(%84, %208 : tensor<32x32xf32>, tensor<32x32xf32>) outs(%5 : tensor<32x32xf32>) {
    ^bb0(%in: f32, %in_75: f32, %out: f32):
      %334 = arith.mulf %in, %in_75 : f32
      linalg.yield %334 : f32
    } -> tensor<32x32xf32>
    %210 = linalg.generic {indexing_maps = [#map5, #map6], iterator_types = ["parallel", "reduction"]} ins(%209 : tensor<32x32xf32>) outs(%14 : tensor<32xf32>) {
    ^bb0(%in: f32, %out: f32):
      %334 = arith.addf %out, %in : f32
      linalg.yield %334 : f32
    } -> tensor<32xf32>
    %expanded_49 = tensor.expand_shape %210 [[0, 1]] output_shape [32, 1] : tensor<32xf32> into tensor<32x1xf32>
    %211 = linalg.generic {indexing_maps = [#map5, #map5, #map5], iterator_types = ["parallel", "parallel"]} ins(%208, %93 : tensor<32x32xf32>, tensor<32x32xf32>) outs(%5 : tensor<32x32xf32>) {
    ^bb0(%in: f32, %in_75: f32, %out: f32):
      %334 = arith.mulf %in, %in_75 : f32
      linalg.yield %334 : f32
    } -> tensor<32x32xf32>
    %212 = linalg.generic {indexing_maps = [#map5, #map5, #map5], iterator_types = ["parallel", "parallel"]} ins(%179, %211 : tensor<32x32xf32>, tensor<32x32xf32>) outs(%5 : tensor<32x32xf32>) {
    ^bb0(%in: f32, %in_75: f32, %out: f32):
      %334 = arith.addf %in, %in_75 : f32
      linalg.yield %334 : f32
    } -> tensor<32x32xf32>
    %213 = linalg.generic {indexing_maps = [#map5, #map5, #map5], iterator_types = ["parallel", "parallel"]} ins(%expanded_49, %92 : tensor<32x1xf32>, tensor<32x1xf32>) outs(%16 : tensor<32x1xf32>) {
    ^bb0(%in: f32, %in_75: f32, %out: f32):
      %334 = arith.mulf %in, %in_75 : f32
      linalg.yield %334 : f32
    } -> tensor<32x1xf32>
    %214 = linalg.generic {indexing_maps = [#map5, #map5, #map5], iterator_types = ["parallel", "parallel"]} ins(%213, %18 : tensor<32x1xf32>, tensor<32x1xf32>) outs(%16 : tensor<32x1xf32>) {
    ^bb0(%in: f32, %in_75: f32, %out: f32):
      %334 = arith.divf %in, %in_75 : f32
      linalg.yield %334 : f32
    } -> tensor<32x1xf32>
    %215 = linalg.generic {indexing_maps = [#map5, #map6], iterator_types = ["parallel", "reduction"]} ins(%214 : tensor<32x1xf32>) outs(%14 : tensor<32xf32>) {
    ^bb0(%in: f32, %out: f32):
      %334 = arith.addf %out, %in : f32
      linalg.yield %334 : f32
    } -> tensor<32xf32>
    %216 = linalg.generic {indexing_maps = [#map6, #map5], iterator_types = ["parallel", "parallel"]} ins(%215 : tensor<32xf32>) outs(%5 : tensor<32x32xf32>) {
    ^bb0(%in: f32, %out: f32):
      linalg.yield %in : f32
    } -> tensor<32x32xf32>
    %217 = linalg.generic {indexing_maps = [#map5, #map5, #map5], iterator_types = ["parallel", "parallel"]} ins(%84, %216 : tensor<32x32xf32>, tensor<32x32xf32>) outs(%5 : tensor<32x32xf32>) {
    ^bb0(%in: f32, %in_75: f32, %out: f32):
      %334 = arith.mulf %in, %in_75 : f32
      linalg.yield %334 : f32
    } -> tensor<32x32xf32>
    %218 = linalg.generic {indexing_maps = [#map5, #map5, #map5], iterator_types = ["parallel", "parallel"]} ins(%212, %217 : tensor<32x32xf32>, tensor<32x32xf32>) outs(%5 : tensor<32x32xf32>) {
    ^bb0(%in: f32, %in_75: f32, %out: f32):
      %334 = arith.addf %in, %in_75 : f32
      linalg.yield %334 : f32
    } -> tensor<32x32xf32>
    %219 = linalg.generic {indexing_maps = [#map5, #map5, #map5], iterator_types = ["parallel", "parallel"]} ins(%216, %84 : tensor<32x32xf32>, tensor<32x32xf32>) outs(%5 : tensor<32x32xf32>) {
    ^bb0(%in: f32, %in_75: f32, %out: f32):
      %334 = arith.mulf %in, %in_75 : f32
      linalg.yield %334 : f32
    } -> tensor<32x32xf32>
    %220 = linalg.generic {indexing_maps = [#map5, #map5, #map5], iterator_types = ["parallel", "parallel"]} ins(%218, %219 : tensor<32x32xf32>, tensor<32x32xf32>) outs(%5 : tensor<32x32xf32>) {
    ^bb0(%in: f32, %in_75: f32, %out: f32):
      %334 = arith.addf %in, %in_75 : f32
      linalg.yield %334 : f32
    } -> tensor<32x32xf32>
    %221 = linalg.generic {indexing_maps = [#map5, #map5], iterator_types = ["parallel", "parallel"]} ins(%220 : tensor<32x32xf32>) outs(%8 : tensor<32x32xbf16>) {
    ^bb0(%in: f32, %out: bf16):
      %334 = arith.truncf %in : f32 to bf16
      linalg.yield %334 : bf16
    } -> tensor<32x32xbf16>
    %222 = linalg.generic {indexing_maps = [#map23, #map24, #map25], iterator_types = ["parallel", "parallel", "reduction"]} ins(%221, %collapsed_45 : tensor<32x32xbf16>, tensor<32x32xbf16>) outs(%6 : tensor<32x32xf32>) {
    ^bb0(%in: bf16, %in_75: bf16, %out: f32):
      %334 = arith.extf %in : bf16 to f32
      %335 = arith.extf %in_75 : bf16 to f32
      %336 = arith.mulf %334, %335 : f32
      %337 = arith.addf %out, %336 : f32
      linalg.yield %337 : f32
    } -> tensor<32x32xf32>
    %223 = linalg.generic {indexing_maps = [#map5, #map5], iterator_types = ["parallel", "parallel"]} ins(%222 : tensor<32x32xf32>) outs(%8 : tensor<32x32xbf16>) {
    ^bb0(%in: f32, %out: bf16):
      %334 = arith.truncf %in : f32 to bf16
      linalg.yield %334 : bf16
    } -> tensor<32x32xbf16>
    %224 = linalg.generic {indexing_maps = [#map26, #map5], iterator_types = ["parallel", "parallel"]} ins(%223 : tensor<32x32xbf16>) outs(%8 : tensor<32x32xbf16>) {
    ^bb0(%in: bf16, %out: bf16):
      linalg.yield %in : bf16
    } -> tensor<32x32xbf16>
    %225 = linalg.generic {indexing_maps = [#map27, #map28, #map25], iterator_types = ["parallel", "parallel", "reduction"]} ins(%221, %80 : tensor<32x32xbf16>, tensor<32x32xbf16>) outs(%6 : tensor<32x32xf32>) {
    ^bb0(%in: bf16, %in_75: bf16, %out: f32):
      %334 = arith.extf %in : bf16 to f32
      %335 = arith.extf %in_75 : bf16 to f32
      %336 = arith.mulf %334, %335 : f32
      %337 = arith.addf %out, %336 : f32
      linalg.yield %337 : f32
    } -> tensor<32x32xf32>
    %226 = linalg.generic {indexing_maps = [#map5, #map5], iterator_types = ["parallel", "parallel"]} ins(%225 : tensor<32x32xf32>) outs(%8 : tensor<32x32xbf16>) {
    ^bb0(%in: f32, %out: bf16):
      %334 = arith.truncf %in : f32 to bf16
      linalg.yield %334 : bf16
    } -> tensor<32x32xbf16>
    %227 = linalg.generic {indexing_maps = [#map5, #map5], iterator_types = ["parallel", "parallel"]} ins(%224 : tensor<32x32xbf16>) outs(%5 : tensor<32x32xf32>) {
    ^bb0(%in: bf16, %out: f32):
      %334 = arith.extf %in : bf16 to f32
      linalg.yield %334 : f32
    } -> tensor<32x32xf32>
    %expanded_50 = tensor.expand_shape %226 [[0, 1], [2, 3]] output_shape [2, 16, 2, 16] : tensor<32x32xbf16> into tensor<2x16x2x16xbf16>
    %228 = linalg.generic {indexing_maps = [#map22, #map4], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%expanded_50 : tensor<2x16x2x16xbf16>) outs(%40 : tensor<2x2x16x16xbf16>) {
    ^bb0(%in: bf16, %out: bf16):
      linalg.yield %in : bf16
    } -> tensor<2x2x16x16xbf16>
    %229 = linalg.generic {indexing_maps = [#map29, #map21, #map13], iterator_types = ["parallel", "parallel", "parallel", "parallel", "reduction"]} ins(%228, %75 : tensor<2x2x16x16xbf16>, tensor<2x2x16x16xbf16>) outs(%38 : tensor<2x2x16x16xf32>) {
    ^bb0(%in: bf16, %in_75: bf16, %out: f32):
      %334 = arith.extf %in : bf16 to f32
      %335 = arith.extf %in_75 : bf16 to f32
      %336 = arith.mulf %334, %335 : f32
      %337 = arith.addf %out, %336 : f32
      linalg.yield %337 : f32
    } -> tensor<2x2x16x16xf32>
    %230 = linalg.generic {indexing_maps = [#map4, #map4], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%229 : tensor<2x2x16x16xf32>) outs(%40 : tensor<2x2x16x16xbf16>) {
    ^bb0(%in: f32, %out: bf16):
      %334 = arith.truncf %in : f32 to bf16
      linalg.yield %334 : bf16
    } -> tensor<2x2x16x16xbf16>
    %231 = linalg.generic {indexing_maps = [#map30, #map4], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%230 : tensor<2x2x16x16xbf16>) outs(%40 : tensor<2x2x16x16xbf16>) {
    ^bb0(%in: bf16, %out: bf16):
      linalg.yield %in : bf16
    } -> tensor<2x2x16x16xbf16>
    %232 = linalg.generic {indexing_maps = [#map11, #map12, #map13], iterator_types = ["parallel", "parallel", "parallel", "parallel", "reduction"]} ins(%228, %collapsed_44 : tensor<2x2x16x16xbf16>, tensor<2x2x16x16xbf16>) outs(%38 : tensor<2x2x16x16xf32>) {
    ^bb0(%in: bf16, %in_75: bf16, %out: f32):
      %334 = arith.extf %in : bf16 to f32
      %335 = arith.extf %in_75 : bf16 to f32
      %336 = arith.mulf %334, %335 : f32
      %337 = arith.addf %out, %336 : f32
      linalg.yield %337 : f32
    } -> tensor<2x2x16x16xf32>
    %233 = linalg.generic {indexing_maps = [#map4, #map4], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%232 : tensor<2x2x16x16xf32>) outs(%40 : tensor<2x2x16x16xbf16>) {
    ^bb0(%in: f32, %out: bf16):
      %334 = arith.truncf %in : f32 to bf16
      linalg.yield %334 : bf16
    } -> tensor<2x2x16x16xbf16>
    %234 = linalg.generic {indexing_maps = [#map4, #map4], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%233 : tensor<2x2x16x16xbf16>) outs(%37 : tensor<2x2x16x16xf32>) {
    ^bb0(%in: bf16, %out: f32):
      %334 = arith.extf %in : bf16 to f32
      linalg.yield %334 : f32
    } -> tensor<2x2x16x16xf32>
    %235 = linalg.generic {indexing_maps = [#map20, #map4], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%74 : tensor<2x2x16x1xf32>) outs(%37 : tensor<2x2x16x16xf32>) {
    ^bb0(%in: f32, %out: f32):
      linalg.yield %in : f32
    } -> tensor<2x2x16x16xf32>
    %236 = linalg.generic {indexing_maps = [#map4, #map4, #map4], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%234, %235 : tensor<2x2x16x16xf32>, tensor<2x2x16x16xf32>) outs(%37 : tensor<2x2x16x16xf32>) {
    ^bb0(%in: f32, %in_75: f32, %out: f32):
      %334 = arith.mulf %in, %in_75 : f32
      linalg.yield %334 : f32
    } -> tensor<2x2x16x16xf32>
    %237 = linalg.generic {indexing_maps = [#map4, #map4, #map4], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%236, %66 : tensor<2x2x16x16xf32>, tensor<2x2x16x16xf32>) outs(%37 : tensor<2x2x16x16xf32>) {
    ^bb0(%in: f32, %in_75: f32, %out: f32):
      %334 = arith.mulf %in, %in_75 : f32
      linalg.yield %334 : f32
    } -> tensor<2x2x16x16xf32>
    %238 = linalg.generic {indexing_maps = [#map4, #map17], iterator_types = ["parallel", "parallel", "parallel", "reduction"]} ins(%237 : tensor<2x2x16x16xf32>) outs(%67 : tensor<2x2x16xf32>) {
    ^bb0(%in: f32, %out: f32):
      %334 = arith.addf %out, %in : f32
      linalg.yield %334 : f32
    } -> tensor<2x2x16xf32>
    %expanded_51 = tensor.expand_shape %238 [[0], [1], [2, 3]] output_shape [2, 2, 16, 1] : tensor<2x2x16xf32> into tensor<2x2x16x1xf32>
    %239 = linalg.generic {indexing_maps = [#map4, #map4], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%expanded_51 : tensor<2x2x16x1xf32>) outs(%62 : tensor<2x2x16x1xf32>) {
    ^bb0(%in: f32, %out: f32):
      %334 = arith.negf %in : f32
      linalg.yield %334 : f32
    } -> tensor<2x2x16x1xf32>
    %240 = linalg.generic {indexing_maps = [#map4, #map4, #map4], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%234, %70 : tensor<2x2x16x16xf32>, tensor<2x2x16x16xf32>) outs(%37 : tensor<2x2x16x16xf32>) {
    ^bb0(%in: f32, %in_75: f32, %out: f32):
      %334 = arith.divf %in, %in_75 : f32
      linalg.yield %334 : f32
    } -> tensor<2x2x16x16xf32>
    %241 = linalg.generic {indexing_maps = [#map4, #map17], iterator_types = ["parallel", "parallel", "parallel", "reduction"]} ins(%239 : tensor<2x2x16x1xf32>) outs(%67 : tensor<2x2x16xf32>) {
    ^bb0(%in: f32, %out: f32):
      %334 = arith.addf %out, %in : f32
      linalg.yield %334 : f32
    } -> tensor<2x2x16xf32>
    %242 = linalg.generic {indexing_maps = [#map17, #map4], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%241 : tensor<2x2x16xf32>) outs(%37 : tensor<2x2x16x16xf32>) {
    ^bb0(%in: f32, %out: f32):
      linalg.yield %in : f32
    } -> tensor<2x2x16x16xf32>
    %243 = linalg.generic {indexing_maps = [#map4, #map4, #map4], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%240, %242 : tensor<2x2x16x16xf32>, tensor<2x2x16x16xf32>) outs(%37 : tensor<2x2x16x16xf32>) {
    ^bb0(%in: f32, %in_75: f32, %out: f32):
      %334 = arith.addf %in, %in_75 : f32
      linalg.yield %334 : f32
    } -> tensor<2x2x16x16xf32>
    %244 = linalg.generic {indexing_maps = [#map4, #map4, #map4], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%243, %66 : tensor<2x2x16x16xf32>, tensor<2x2x16x16xf32>) outs(%37 : tensor<2x2x16x16xf32>) {
    ^bb0(%in: f32, %in_75: f32, %out: f32):
      %334 = arith.mulf %in, %in_75 : f32
      linalg.yield %334 : f32
    } -> tensor<2x2x16x16xf32>
    %245 = call @_where_3(%56#1, %56#2, %244) : (tensor<2x2x16x16xi1>, tensor<2x2x16x16xf32>, tensor<2x2x16x16xf32>) -> tensor<2x2x16x16xf32>
    %246 = linalg.generic {indexing_maps = [#map4, #map4, #map4], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%245, %43 : tensor<2x2x16x16xf32>, tensor<2x2x16x16xf32>) outs(%37 : tensor<2x2x16x16xf32>) {
    ^bb0(%in: f32, %in_75: f32, %out: f32):
      %334 = arith.mulf %in, %in_75 : f32
      linalg.yield %334 : f32
    } -> tensor<2x2x16x16xf32>
    %247 = linalg.generic {indexing_maps = [#map4, #map4], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%246 : tensor<2x2x16x16xf32>) outs(%40 : tensor<2x2x16x16xbf16>) {
    ^bb0(%in: f32, %out: bf16):
      %334 = arith.truncf %in : f32 to bf16
      linalg.yield %334 : bf16
    } -> tensor<2x2x16x16xbf16>
    %248 = linalg.generic {indexing_maps = [#map29, #map21, #map13], iterator_types = ["parallel", "parallel", "parallel", "parallel", "reduction"]} ins(%247, %collapsed_40 : tensor<2x2x16x16xbf16>, tensor<2x2x16x16xbf16>) outs(%38 : tensor<2x2x16x16xf32>) {
    ^bb0(%in: bf16, %in_75: bf16, %out: f32):
      %334 = arith.extf %in : bf16 to f32
      %335 = arith.extf %in_75 : bf16 to f32
      %336 = arith.mulf %334, %335 : f32
      %337 = arith.addf %out, %336 : f32
      linalg.yield %337 : f32
    } -> tensor<2x2x16x16xf32>
    %249 = linalg.generic {indexing_maps = [#map4, #map4], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%248 : tensor<2x2x16x16xf32>) outs(%40 : tensor<2x2x16x16xbf16>) {
    ^bb0(%in: f32, %out: bf16):
      %334 = arith.truncf %in : f32 to bf16
      linalg.yield %334 : bf16
    } -> tensor<2x2x16x16xbf16>
    %250 = linalg.generic {indexing_maps = [#map11, #map21, #map13], iterator_types = ["parallel", "parallel", "parallel", "parallel", "reduction"]} ins(%247, %collapsed_42 : tensor<2x2x16x16xbf16>, tensor<2x2x16x16xbf16>) outs(%38 : tensor<2x2x16x16xf32>) {
    ^bb0(%in: bf16, %in_75: bf16, %out: f32):
      %334 = arith.extf %in : bf16 to f32
      %335 = arith.extf %in_75 : bf16 to f32
      %336 = arith.mulf %334, %335 : f32
      %337 = arith.addf %out, %336 : f32
      linalg.yield %337 : f32
    } -> tensor<2x2x16x16xf32>
    %251 = linalg.generic {indexing_maps = [#map4, #map4], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%250 : tensor<2x2x16x16xf32>) outs(%40 : tensor<2x2x16x16xbf16>) {
    ^bb0(%in: f32, %out: bf16):
      %334 = arith.truncf %in : f32 to bf16
      linalg.yield %334 : bf16
    } -> tensor<2x2x16x16xbf16>
    %252 = tensor.empty() : tensor<1x2x2x16x16xbf16>
    %253 = linalg.generic {indexing_maps = [#map31, #map10], iterator_types = ["parallel", "parallel", "parallel", "parallel", "parallel"]} ins(%231 : tensor<2x2x16x16xbf16>) outs(%252 : tensor<1x2x2x16x16xbf16>) {
    ^bb0(%in: bf16, %out: bf16):
      linalg.yield %in : bf16
    } -> tensor<1x2x2x16x16xbf16>
    %padded = tensor.pad %253 low[2, 0, 0, 0, 0] high[0, 0, 0, 0, 0] {
    ^bb0(%arg3: index, %arg4: index, %arg5: index, %arg6: index, %arg7: index):
      tensor.yield %cst_1 : bf16
    } : tensor<1x2x2x16x16xbf16> to tensor<3x2x2x16x16xbf16>
    %254 = linalg.generic {indexing_maps = [#map31, #map10], iterator_types = ["parallel", "parallel", "parallel", "parallel", "parallel"]} ins(%249 : tensor<2x2x16x16xbf16>) outs(%252 : tensor<1x2x2x16x16xbf16>) {
    ^bb0(%in: bf16, %out: bf16):
      linalg.yield %in : bf16
    } -> tensor<1x2x2x16x16xbf16>
    %padded_52 = tensor.pad %254 low[1, 0, 0, 0, 0] high[1, 0, 0, 0, 0] {
    ^bb0(%arg3: index, %arg4: index, %arg5: index, %arg6: index, %arg7: index):
      tensor.yield %cst_1 : bf16
    } : tensor<1x2x2x16x16xbf16> to tensor<3x2x2x16x16xbf16>
    %255 = linalg.generic {indexing_maps = [#map10, #map10, #map10], iterator_types = ["parallel", "parallel", "parallel", "parallel", "parallel"]} ins(%padded, %padded_52 : tensor<3x2x2x16x16xbf16>, tensor<3x2x2x16x16xbf16>) outs(%35 : tensor<3x2x2x16x16xbf16>) {
    ^bb0(%in: bf16, %in_75: bf16, %out: bf16):
      %334 = arith.addf %in, %in_75 : bf16
      linalg.yield %334 : bf16
    } -> tensor<3x2x2x16x16xbf16>
    %256 = linalg.generic {indexing_maps = [#map31, #map10], iterator_types = ["parallel", "parallel", "parallel", "parallel", "parallel"]} ins(%251 : tensor<2x2x16x16xbf16>) outs(%252 : tensor<1x2x2x16x16xbf16>) {
    ^bb0(%in: bf16, %out: bf16):
      linalg.yield %in : bf16
    } -> tensor<1x2x2x16x16xbf16>
    %padded_53 = tensor.pad %256 low[0, 0, 0, 0, 0] high[2, 0, 0, 0, 0] {
    ^bb0(%arg3: index, %arg4: index, %arg5: index, %arg6: index, %arg7: index):
      tensor.yield %cst_1 : bf16
    } : tensor<1x2x2x16x16xbf16> to tensor<3x2x2x16x16xbf16>
    %257 = linalg.generic {indexing_maps = [#map10, #map10, #map10], iterator_types = ["parallel", "parallel", "parallel", "parallel", "parallel"]} ins(%255, %padded_53 : tensor<3x2x2x16x16xbf16>, tensor<3x2x2x16x16xbf16>) outs(%35 : tensor<3x2x2x16x16xbf16>) {
    ^bb0(%in: bf16, %in_75: bf16, %out: bf16):
      %334 = arith.addf %in, %in_75 : bf16
      linalg.yield %334 : bf16
    } -> tensor<3x2x2x16x16xbf16>
    %258 = tensor.empty() : tensor<2x16x3x2x16xbf16>
    %259 = linalg.generic {indexing_maps = [#map32, #map10], iterator_types = ["parallel", "parallel", "parallel", "parallel", "parallel"]} ins(%257 : tensor<3x2x2x16x16xbf16>) outs(%258 : tensor<2x16x3x2x16xbf16>) {
    ^bb0(%in: bf16, %out: bf16):
      linalg.yield %in : bf16
    } -> tensor<2x16x3x2x16xbf16>
    %collapsed_54 = tensor.collapse_shape %259 [[0, 1], [2, 3, 4]] : tensor<2x16x3x2x16xbf16> into tensor<32x96xbf16>
    %260 = tensor.empty() : tensor<96x32xf32>
    %261 = linalg.fill ins(%cst_5 : f32) outs(%260 : tensor<96x32xf32>) -> tensor<96x32xf32>
    %262 = linalg.generic {indexing_maps = [#map23, #map24, #map25], iterator_types = ["parallel", "parallel", "reduction"]} ins(%collapsed_54, %28 : tensor<32x96xbf16>, tensor<32x32xbf16>) outs(%261 : tensor<96x32xf32>) {
    ^bb0(%in: bf16, %in_75: bf16, %out: f32):
      %334 = arith.extf %in : bf16 to f32
      %335 = arith.extf %in_75 : bf16 to f32
      %336 = arith.mulf %334, %335 : f32
      %337 = arith.addf %out, %336 : f32
      linalg.yield %337 : f32
    } -> tensor<96x32xf32>
    %263 = tensor.empty() : tensor<96x32xbf16>
    %264 = linalg.generic {indexing_maps = [#map5, #map5], iterator_types = ["parallel", "parallel"]} ins(%262 : tensor<96x32xf32>) outs(%263 : tensor<96x32xbf16>) {
    ^bb0(%in: f32, %out: bf16):
      %334 = arith.truncf %in : f32 to bf16
      linalg.yield %334 : bf16
    } -> tensor<96x32xbf16>
    %265 = linalg.generic {indexing_maps = [#map26, #map5], iterator_types = ["parallel", "parallel"]} ins(%264 : tensor<96x32xbf16>) outs(%29 : tensor<32x96xbf16>) {
    ^bb0(%in: bf16, %out: bf16):
      linalg.yield %in : bf16
    } -> tensor<32x96xbf16>
    %266 = linalg.generic {indexing_maps = [#map27, #map28, #map25], iterator_types = ["parallel", "parallel", "reduction"]} ins(%collapsed_54, %30 : tensor<32x96xbf16>, tensor<32x96xbf16>) outs(%6 : tensor<32x32xf32>) {
    ^bb0(%in: bf16, %in_75: bf16, %out: f32):
      %334 = arith.extf %in : bf16 to f32
      %335 = arith.extf %in_75 : bf16 to f32
      %336 = arith.mulf %334, %335 : f32
      %337 = arith.addf %out, %336 : f32
      linalg.yield %337 : f32
    } -> tensor<32x32xf32>
    %267 = linalg.generic {indexing_maps = [#map5, #map5], iterator_types = ["parallel", "parallel"]} ins(%266 : tensor<32x32xf32>) outs(%8 : tensor<32x32xbf16>) {
    ^bb0(%in: f32, %out: bf16):
      %334 = arith.truncf %in : f32 to bf16
      linalg.yield %334 : bf16
    } -> tensor<32x32xbf16>
    %268 = linalg.generic {indexing_maps = [#map5, #map5], iterator_types = ["parallel", "parallel"]} ins(%265 : tensor<32x96xbf16>) outs(%31 : tensor<32x96xf32>) {
    ^bb0(%in: bf16, %out: f32):
      %334 = arith.extf %in : bf16 to f32
      linalg.yield %334 : f32
    } -> tensor<32x96xf32>
    %269 = linalg.generic {indexing_maps = [#map5, #map5], iterator_types = ["parallel", "parallel"]} ins(%267 : tensor<32x32xbf16>) outs(%5 : tensor<32x32xf32>) {
    ^bb0(%in: bf16, %out: f32):
      %334 = arith.extf %in : bf16 to f32
      linalg.yield %334 : f32
    } -> tensor<32x32xf32>
    %270 = linalg.generic {indexing_maps = [#map5, #map5, #map5], iterator_types = ["parallel", "parallel"]} ins(%11, %269 : tensor<32x32xf32>, tensor<32x32xf32>) outs(%5 : tensor<32x32xf32>) {
    ^bb0(%in: f32, %in_75: f32, %out: f32):
      %334 = arith.mulf %in, %in_75 : f32
      linalg.yield %334 : f32
    } -> tensor<32x32xf32>
    %271 = linalg.generic {indexing_maps = [#map5, #map6], iterator_types = ["parallel", "reduction"]} ins(%270 : tensor<32x32xf32>) outs(%14 : tensor<32xf32>) {
    ^bb0(%in: f32, %out: f32):
      %334 = arith.addf %out, %in : f32
      linalg.yield %334 : f32
    } -> tensor<32xf32>
    %expanded_55 = tensor.expand_shape %271 [[0, 1]] output_shape [32, 1] : tensor<32xf32> into tensor<32x1xf32>
    %272 = linalg.generic {indexing_maps = [#map5, #map5, #map5], iterator_types = ["parallel", "parallel"]} ins(%269, %26 : tensor<32x32xf32>, tensor<32x32xf32>) outs(%5 : tensor<32x32xf32>) {
    ^bb0(%in: f32, %in_75: f32, %out: f32):
      %334 = arith.mulf %in, %in_75 : f32
      linalg.yield %334 : f32
    } -> tensor<32x32xf32>
    %273 = linalg.generic {indexing_maps = [#map5, #map5, #map5], iterator_types = ["parallel", "parallel"]} ins(%220, %272 : tensor<32x32xf32>, tensor<32x32xf32>) outs(%5 : tensor<32x32xf32>) {
    ^bb0(%in: f32, %in_75: f32, %out: f32):
      %334 = arith.addf %in, %in_75 : f32
      linalg.yield %334 : f32
    } -> tensor<32x32xf32>
    %274 = linalg.generic {indexing_maps = [#map5, #map5, #map5], iterator_types = ["parallel", "parallel"]} ins(%expanded_55, %25 : tensor<32x1xf32>, tensor<32x1xf32>) outs(%16 : tensor<32x1xf32>) {
    ^bb0(%in: f32, %in_75: f32, %out: f32):
      %334 = arith.mulf %in, %in_75 : f32
      linalg.yield %334 : f32
    } -> tensor<32x1xf32>
    %275 = linalg.generic {indexing_maps = [#map5, #map5, #map5], iterator_types = ["parallel", "parallel"]} ins(%274, %18 : tensor<32x1xf32>, tensor<32x1xf32>) outs(%16 : tensor<32x1xf32>) {
    ^bb0(%in: f32, %in_75: f32, %out: f32):
      %334 = arith.divf %in, %in_75 : f32
      linalg.yield %334 : f32
    } -> tensor<32x1xf32>
    %276 = linalg.generic {indexing_maps = [#map5, #map6], iterator_types = ["parallel", "reduction"]} ins(%275 : tensor<32x1xf32>) outs(%14 : tensor<32xf32>) {
    ^bb0(%in: f32, %out: f32):
      %334 = arith.addf %out, %in : f32
      linalg.yield %334 : f32
    } -> tensor<32xf32>
    %277 = linalg.generic {indexing_maps = [#map6, #map5], iterator_types = ["parallel", "parallel"]} ins(%276 : tensor<32xf32>) outs(%5 : tensor<32x32xf32>) {
    ^bb0(%in: f32, %out: f32):
      linalg.yield %in : f32
    } -> tensor<32x32xf32>
    %278 = linalg.generic {indexing_maps = [#map5, #map5, #map5], iterator_types = ["parallel", "parallel"]} ins(%11, %277 : tensor<32x32xf32>, tensor<32x32xf32>) outs(%5 : tensor<32x32xf32>) {
    ^bb0(%in: f32, %in_75: f32, %out: f32):
      %334 = arith.mulf %in, %in_75 : f32
      linalg.yield %334 : f32
    } -> tensor<32x32xf32>
    %279 = linalg.generic {indexing_maps = [#map5, #map5, #map5], iterator_types = ["parallel", "parallel"]} ins(%273, %278 : tensor<32x32xf32>, tensor<32x32xf32>) outs(%5 : tensor<32x32xf32>) {
    ^bb0(%in: f32, %in_75: f32, %out: f32):
      %334 = arith.addf %in, %in_75 : f32
      linalg.yield %334 : f32
    } -> tensor<32x32xf32>
    %280 = linalg.generic {indexing_maps = [#map5, #map5, #map5], iterator_types = ["parallel", "parallel"]} ins(%277, %11 : tensor<32x32xf32>, tensor<32x32xf32>) outs(%5 : tensor<32x32xf32>) {
    ^bb0(%in: f32, %in_75: f32, %out: f32):
      %334 = arith.mulf %in, %in_75 : f32
      linalg.yield %334 : f32
    } -> tensor<32x32xf32>
    %281 = linalg.generic {indexing_maps = [#map5, #map5, #map5], iterator_types = ["parallel", "parallel"]} ins(%279, %280 : tensor<32x32xf32>, tensor<32x32xf32>) outs(%5 : tensor<32x32xf32>) {
    ^bb0(%in: f32, %in_75: f32, %out: f32):
      %334 = arith.addf %in, %in_75 : f32
      linalg.yield %334 : f32
    } -> tensor<32x32xf32>
    %282 = linalg.generic {indexing_maps = [#map5, #map5], iterator_types = ["parallel", "parallel"]} ins(%281 : tensor<32x32xf32>) outs(%8 : tensor<32x32xbf16>) {
    ^bb0(%in: f32, %out: bf16):
      %334 = arith.truncf %in : f32 to bf16
      linalg.yield %334 : bf16
    } -> tensor<32x32xbf16>
    %283 = linalg.generic {indexing_maps = [#map23, #map24, #map25], iterator_types = ["parallel", "parallel", "reduction"]} ins(%282, %2 : tensor<32x32xbf16>, tensor<32x256xbf16>) outs(%140 : tensor<32x256xf32>) {
    ^bb0(%in: bf16, %in_75: bf16, %out: f32):
      %334 = arith.extf %in : bf16 to f32
      %335 = arith.extf %in_75 : bf16 to f32
      %336 = arith.mulf %334, %335 : f32
      %337 = arith.addf %out, %336 : f32
      linalg.yield %337 : f32
    } -> tensor<32x256xf32>
    %284 = linalg.generic {indexing_maps = [#map5, #map5], iterator_types = ["parallel", "parallel"]} ins(%283 : tensor<32x256xf32>) outs(%137 : tensor<32x256xbf16>) {
    ^bb0(%in: f32, %out: bf16):
      %334 = arith.truncf %in : f32 to bf16
      linalg.yield %334 : bf16
    } -> tensor<32x256xbf16>
    %285 = linalg.generic {indexing_maps = [#map26, #map5], iterator_types = ["parallel", "parallel"]} ins(%284 : tensor<32x256xbf16>) outs(%3 : tensor<256x32xbf16>) {
    ^bb0(%in: bf16, %out: bf16):
      linalg.yield %in : bf16
    } -> tensor<256x32xbf16>
    %286 = linalg.generic {indexing_maps = [#map5, #map5], iterator_types = ["parallel", "parallel"]} ins(%285 : tensor<256x32xbf16>) outs(%160 : tensor<256x32xf32>) {
    ^bb0(%in: bf16, %out: f32):
      %334 = arith.extf %in : bf16 to f32
      linalg.yield %334 : f32
    } -> tensor<256x32xf32>
    %expanded_56 = tensor.expand_shape %281 [[0, 1], [2, 3]] output_shape [2, 16, 1, 32] : tensor<32x32xf32> into tensor<2x16x1x32xf32>
    %287 = tensor.empty() : tensor<16x32xf32>
    %288 = linalg.fill ins(%cst_5 : f32) outs(%287 : tensor<16x32xf32>) -> tensor<16x32xf32>
    %289 = linalg.generic {indexing_maps = [#map33, #map34], iterator_types = ["parallel", "parallel", "reduction", "reduction"]} ins(%expanded_56 : tensor<2x16x1x32xf32>) outs(%288 : tensor<16x32xf32>) {
    ^bb0(%in: f32, %out: f32):
      %334 = arith.addf %out, %in : f32
      linalg.yield %334 : f32
    } -> tensor<16x32xf32>
    %collapsed_57 = tensor.collapse_shape %286 [[0, 1]] : tensor<256x32xf32> into tensor<8192xf32>
    %collapsed_58 = tensor.collapse_shape %289 [[0, 1]] : tensor<16x32xf32> into tensor<512xf32>
    %collapsed_59 = tensor.collapse_shape %268 [[0, 1]] : tensor<32x96xf32> into tensor<3072xf32>
    %collapsed_60 = tensor.collapse_shape %227 [[0, 1]] : tensor<32x32xf32> into tensor<1024xf32>
    %collapsed_61 = tensor.collapse_shape %207 [[0, 1]] : tensor<32x128xf32> into tensor<4096xf32>
    %collapsed_62 = tensor.collapse_shape %187 [[0, 1]] : tensor<128x32xf32> into tensor<4096xf32>
    %collapsed_63 = tensor.collapse_shape %167 [[0, 1]] : tensor<32x256xf32> into tensor<8192xf32>
    %290 = tensor.empty() : tensor<29184xf32>
    %291 = linalg.generic {indexing_maps = [#map1], iterator_types = ["parallel"]} outs(%290 : tensor<29184xf32>) {
    ^bb0(%out: f32):
      %334 = linalg.index 0 : index
      %335 = arith.cmpi ult, %334, %c8192 : index
      %336 = scf.if %335 -> (f32) {
        %extracted = tensor.extract %collapsed_57[%334] : tensor<8192xf32>
        scf.yield %extracted : f32
      } else {
        %337 = arith.cmpi ult, %334, %c8704 : index
        %338 = scf.if %337 -> (f32) {
          %339 = arith.subi %334, %c8192 : index
          %extracted = tensor.extract %collapsed_58[%339] : tensor<512xf32>
          scf.yield %extracted : f32
        } else {
          %339 = arith.cmpi ult, %334, %c11776 : index
          %340 = scf.if %339 -> (f32) {
            %341 = arith.subi %334, %c8704 : index
            %extracted = tensor.extract %collapsed_59[%341] : tensor<3072xf32>
            scf.yield %extracted : f32
          } else {
            %341 = arith.cmpi ult, %334, %c12800 : index
            %342 = scf.if %341 -> (f32) {
              %343 = arith.subi %334, %c11776 : index
              %extracted = tensor.extract %collapsed_60[%343] : tensor<1024xf32>
              scf.yield %extracted : f32
            } else {
              %343 = arith.cmpi ult, %334, %c16896 : index
              %344 = scf.if %343 -> (f32) {
                %345 = arith.subi %334, %c12800 : index
                %extracted = tensor.extract %collapsed_61[%345] : tensor<4096xf32>
                scf.yield %extracted : f32
              } else {
                %345 = arith.cmpi ult, %334, %c20992 : index
                %346 = scf.if %345 -> (f32) {
                  %347 = arith.subi %334, %c16896 : index
                  %extracted = tensor.extract %collapsed_62[%347] : tensor<4096xf32>
                  scf.yield %extracted : f32
                } else {
                  %347 = arith.subi %334, %c20992 : index
                  %extracted = tensor.extract %collapsed_63[%347] : tensor<8192xf32>
                  scf.yield %extracted : f32
                }
                scf.yield %346 : f32
              }
              scf.yield %344 : f32
            }
            scf.yield %342 : f32
          }
          scf.yield %340 : f32
        }
        scf.yield %338 : f32
      }
      linalg.yield %336 : f32
    } -> tensor<29184xf32>
    %expanded_64 = tensor.expand_shape %291 [[0, 1]] output_shape [114, 256] : tensor<29184xf32> into tensor<114x256xf32>
    %292 = tensor.empty() : tensor<114x256xf32>
    %293 = linalg.generic {indexing_maps = [#map5, #map5, #map5], iterator_types = ["parallel", "parallel"]} ins(%expanded_64, %expanded_64 : tensor<114x256xf32>, tensor<114x256xf32>) outs(%292 : tensor<114x256xf32>) {
    ^bb0(%in: f32, %in_75: f32, %out: f32):
      %334 = arith.mulf %in, %in_75 : f32
      linalg.yield %334 : f32
    } -> tensor<114x256xf32>
    %294 = tensor.empty() : tensor<114xf32>
    %295 = linalg.fill ins(%cst_5 : f32) outs(%294 : tensor<114xf32>) -> tensor<114xf32>
    %296 = linalg.generic {indexing_maps = [#map5, #map6], iterator_types = ["parallel", "reduction"]} ins(%293 : tensor<114x256xf32>) outs(%295 : tensor<114xf32>) {
    ^bb0(%in: f32, %out: f32):
      %334 = arith.addf %out, %in : f32
      linalg.yield %334 : f32
    } -> tensor<114xf32>
    %297 = linalg.generic {indexing_maps = [#map1, #map], iterator_types = ["reduction"]} ins(%296 : tensor<114xf32>) outs(%149 : tensor<f32>) {
    ^bb0(%in: f32, %out: f32):
      %334 = arith.addf %out, %in : f32
      linalg.yield %334 : f32
    } -> tensor<f32>
    %298 = linalg.generic {indexing_maps = [#map2, #map2], iterator_types = []} ins(%297 : tensor<f32>) outs(%148 : tensor<f32>) {
    ^bb0(%in: f32, %out: f32):
      %334 = math.sqrt %in : f32
      linalg.yield %334 : f32
    } -> tensor<f32>
    %299 = linalg.generic {indexing_maps = [#map2, #map2], iterator_types = []} ins(%298 : tensor<f32>) outs(%148 : tensor<f32>) {
    ^bb0(%in: f32, %out: f32):
      %334 = arith.addf %in, %cst_0 : f32
      linalg.yield %334 : f32
    } -> tensor<f32>
    %300 = linalg.generic {indexing_maps = [#map2, #map2], iterator_types = []} ins(%299 : tensor<f32>) outs(%148 : tensor<f32>) {
    ^bb0(%in: f32, %out: f32):
      %334 = arith.divf %cst_2, %in : f32
      linalg.yield %334 : f32
    } -> tensor<f32>
    %301 = linalg.generic {indexing_maps = [#map2, #map2], iterator_types = []} ins(%300 : tensor<f32>) outs(%148 : tensor<f32>) {
    ^bb0(%in: f32, %out: f32):
      %334 = arith.minimumf %in, %cst_2 : f32
      linalg.yield %334 : f32
    } -> tensor<f32>
    %302 = linalg.generic {indexing_maps = [#map, #map1], iterator_types = ["parallel"]} ins(%301 : tensor<f32>) outs(%290 : tensor<29184xf32>) {
    ^bb0(%in: f32, %out: f32):
      linalg.yield %in : f32
    } -> tensor<29184xf32>
    %303 = linalg.generic {indexing_maps = [#map1, #map1, #map1], iterator_types = ["parallel"]} ins(%291, %302 : tensor<29184xf32>, tensor<29184xf32>) outs(%290 : tensor<29184xf32>) {
    ^bb0(%in: f32, %in_75: f32, %out: f32):
      %334 = arith.mulf %in, %in_75 : f32
      linalg.yield %334 : f32
    } -> tensor<29184xf32>
    %extracted_slice_65 = tensor.extract_slice %arg0[1, 0] [1, 29184] [1, 1] : tensor<3x29184xf32> to tensor<1x29184xf32>
    %collapsed_66 = tensor.collapse_shape %extracted_slice_65 [[0, 1]] : tensor<1x29184xf32> into tensor<29184xf32>
    %304 = linalg.generic {indexing_maps = [#map, #map1], iterator_types = ["parallel"]} ins(%cst_10 : tensor<f32>) outs(%290 : tensor<29184xf32>) {
    ^bb0(%in: f32, %out: f32):
      linalg.yield %in : f32
    } -> tensor<29184xf32>
    %305 = linalg.generic {indexing_maps = [#map1, #map1, #map1], iterator_types = ["parallel"]} ins(%304, %collapsed_66 : tensor<29184xf32>, tensor<29184xf32>) outs(%290 : tensor<29184xf32>) {
    ^bb0(%in: f32, %in_75: f32, %out: f32):
      %334 = arith.mulf %in, %in_75 : f32
      linalg.yield %334 : f32
    } -> tensor<29184xf32>
    %306 = linalg.generic {indexing_maps = [#map, #map1], iterator_types = ["parallel"]} ins(%cst_9 : tensor<f32>) outs(%290 : tensor<29184xf32>) {
    ^bb0(%in: f32, %out: f32):
      linalg.yield %in : f32
    } -> tensor<29184xf32>
    %307 = linalg.generic {indexing_maps = [#map1, #map1, #map1], iterator_types = ["parallel"]} ins(%306, %303 : tensor<29184xf32>, tensor<29184xf32>) outs(%290 : tensor<29184xf32>) {
    ^bb0(%in: f32, %in_75: f32, %out: f32):
      %334 = arith.mulf %in, %in_75 : f32
      linalg.yield %334 : f32
    } -> tensor<29184xf32>
    %308 = linalg.generic {indexing_maps = [#map1, #map1, #map1], iterator_types = ["parallel"]} ins(%305, %307 : tensor<29184xf32>, tensor<29184xf32>) outs(%290 : tensor<29184xf32>) {
    ^bb0(%in: f32, %in_75: f32, %out: f32):
      %334 = arith.addf %in, %in_75 : f32
      linalg.yield %334 : f32
    } -> tensor<29184xf32>
    %extracted_slice_67 = tensor.extract_slice %arg0[2, 0] [1, 29184] [1, 1] : tensor<3x29184xf32> to tensor<1x29184xf32>
    %collapsed_68 = tensor.collapse_shape %extracted_slice_67 [[0, 1]] : tensor<1x29184xf32> into tensor<29184xf32>
    %309 = linalg.generic {indexing_maps = [#map, #map1], iterator_types = ["parallel"]} ins(%cst_8 : tensor<f32>) outs(%290 : tensor<29184xf32>) {
    ^bb0(%in: f32, %out: f32):
      linalg.yield %in : f32
    } -> tensor<29184xf32>
    %310 = linalg.generic {indexing_maps = [#map1, #map1, #map1], iterator_types = ["parallel"]} ins(%309, %collapsed_68 : tensor<29184xf32>, tensor<29184xf32>) outs(%290 : tensor<29184xf32>) {
    ^bb0(%in: f32, %in_75: f32, %out: f32):
      %334 = arith.mulf %in, %in_75 : f32
      linalg.yield %334 : f32
    } -> tensor<29184xf32>
    %311 = linalg.generic {indexing_maps = [#map, #map1], iterator_types = ["parallel"]} ins(%cst_7 : tensor<f32>) outs(%290 : tensor<29184xf32>) {
    ^bb0(%in: f32, %out: f32):
      linalg.yield %in : f32
    } -> tensor<29184xf32>
    %312 = linalg.generic {indexing_maps = [#map1, #map1, #map1], iterator_types = ["parallel"]} ins(%311, %303 : tensor<29184xf32>, tensor<29184xf32>) outs(%290 : tensor<29184xf32>) {
    ^bb0(%in: f32, %in_75: f32, %out: f32):
      %334 = arith.mulf %in, %in_75 : f32
      linalg.yield %334 : f32
    } -> tensor<29184xf32>
    %313 = linalg.generic {indexing_maps = [#map1, #map1, #map1], iterator_types = ["parallel"]} ins(%312, %303 : tensor<29184xf32>, tensor<29184xf32>) outs(%290 : tensor<29184xf32>) {
    ^bb0(%in: f32, %in_75: f32, %out: f32):
      %334 = arith.mulf %in, %in_75 : f32
      linalg.yield %334 : f32
    } -> tensor<29184xf32>
    %314 = linalg.generic {indexing_maps = [#map1, #map1, #map1], iterator_types = ["parallel"]} ins(%310, %313 : tensor<29184xf32>, tensor<29184xf32>) outs(%290 : tensor<29184xf32>) {
    ^bb0(%in: f32, %in_75: f32, %out: f32):
      %334 = arith.addf %in, %in_75 : f32
      linalg.yield %334 : f32
    } -> tensor<29184xf32>
    %extracted_slice_69 = tensor.extract_slice %arg2[1] [1] [1] : tensor<3xf32> to tensor<1xf32>
    %collapsed_70 = tensor.collapse_shape %extracted_slice_69 [] : tensor<1xf32> into tensor<f32>
    %315 = linalg.generic {indexing_maps = [#map, #map1], iterator_types = ["parallel"]} ins(%collapsed_70 : tensor<f32>) outs(%290 : tensor<29184xf32>) {
    ^bb0(%in: f32, %out: f32):
      linalg.yield %in : f32
    } -> tensor<29184xf32>
    %316 = linalg.generic {indexing_maps = [#map1, #map1, #map1], iterator_types = ["parallel"]} ins(%308, %315 : tensor<29184xf32>, tensor<29184xf32>) outs(%290 : tensor<29184xf32>) {
    ^bb0(%in: f32, %in_75: f32, %out: f32):
      %334 = arith.mulf %in, %in_75 : f32
      linalg.yield %334 : f32
    } -> tensor<29184xf32>
    %extracted_slice_71 = tensor.extract_slice %arg2[2] [1] [1] : tensor<3xf32> to tensor<1xf32>
    %collapsed_72 = tensor.collapse_shape %extracted_slice_71 [] : tensor<1xf32> into tensor<f32>
    %317 = linalg.generic {indexing_maps = [#map, #map1], iterator_types = ["parallel"]} ins(%collapsed_72 : tensor<f32>) outs(%290 : tensor<29184xf32>) {
    ^bb0(%in: f32, %out: f32):
      linalg.yield %in : f32
    } -> tensor<29184xf32>
    %318 = linalg.generic {indexing_maps = [#map1, #map1, #map1], iterator_types = ["parallel"]} ins(%314, %317 : tensor<29184xf32>, tensor<29184xf32>) outs(%290 : tensor<29184xf32>) {
    ^bb0(%in: f32, %in_75: f32, %out: f32):
      %334 = arith.mulf %in, %in_75 : f32
      linalg.yield %334 : f32
    } -> tensor<29184xf32>
    %319 = linalg.generic {indexing_maps = [#map1, #map1], iterator_types = ["parallel"]} ins(%318 : tensor<29184xf32>) outs(%290 : tensor<29184xf32>) {
    ^bb0(%in: f32, %out: f32):
      %334 = math.sqrt %in : f32
      linalg.yield %334 : f32
    } -> tensor<29184xf32>
    %320 = linalg.generic {indexing_maps = [#map, #map1], iterator_types = ["parallel"]} ins(%cst_6 : tensor<f32>) outs(%290 : tensor<29184xf32>) {
    ^bb0(%in: f32, %out: f32):
      linalg.yield %in : f32
    } -> tensor<29184xf32>
    %321 = linalg.generic {indexing_maps = [#map1, #map1, #map1], iterator_types = ["parallel"]} ins(%319, %320 : tensor<29184xf32>, tensor<29184xf32>) outs(%290 : tensor<29184xf32>) {
    ^bb0(%in: f32, %in_75: f32, %out: f32):
      %334 = arith.addf %in, %in_75 : f32
      linalg.yield %334 : f32
    } -> tensor<29184xf32>
    %322 = linalg.generic {indexing_maps = [#map1, #map1, #map1], iterator_types = ["parallel"]} ins(%316, %321 : tensor<29184xf32>, tensor<29184xf32>) outs(%290 : tensor<29184xf32>) {
    ^bb0(%in: f32, %in_75: f32, %out: f32):
      %334 = arith.divf %in, %in_75 : f32
      linalg.yield %334 : f32
    } -> tensor<29184xf32>
    %323 = linalg.generic {indexing_maps = [#map1, #map1, #map1], iterator_types = ["parallel"]} ins(%306, %collapsed : tensor<29184xf32>, tensor<29184xf32>) outs(%290 : tensor<29184xf32>) {
    ^bb0(%in: f32, %in_75: f32, %out: f32):
      %334 = arith.mulf %in, %in_75 : f32
      linalg.yield %334 : f32
    } -> tensor<29184xf32>
    %324 = linalg.generic {indexing_maps = [#map1, #map1, #map1], iterator_types = ["parallel"]} ins(%322, %323 : tensor<29184xf32>, tensor<29184xf32>) outs(%290 : tensor<29184xf32>) {
    ^bb0(%in: f32, %in_75: f32, %out: f32):
      %334 = arith.addf %in, %in_75 : f32
      linalg.yield %334 : f32
    } -> tensor<29184xf32>
    %extracted_slice_73 = tensor.extract_slice %arg2[0] [1] [1] : tensor<3xf32> to tensor<1xf32>
    %collapsed_74 = tensor.collapse_shape %extracted_slice_73 [] : tensor<1xf32> into tensor<f32>
    %325 = linalg.generic {indexing_maps = [#map, #map1], iterator_types = ["parallel"]} ins(%collapsed_74 : tensor<f32>) outs(%290 : tensor<29184xf32>) {
    ^bb0(%in: f32, %out: f32):
      linalg.yield %in : f32
    } -> tensor<29184xf32>
    %326 = linalg.generic {indexing_maps = [#map1, #map1, #map1], iterator_types = ["parallel"]} ins(%325, %324 : tensor<29184xf32>, tensor<29184xf32>) outs(%290 : tensor<29184xf32>) {
    ^bb0(%in: f32, %in_75: f32, %out: f32):
      %334 = arith.mulf %in, %in_75 : f32
      linalg.yield %334 : f32
    } -> tensor<29184xf32>
    %327 = linalg.generic {indexing_maps = [#map1, #map1, #map1], iterator_types = ["parallel"]} ins(%collapsed, %326 : tensor<29184xf32>, tensor<29184xf32>) outs(%290 : tensor<29184xf32>) {
    ^bb0(%in: f32, %in_75: f32, %out: f32):
      %334 = arith.subf %in, %in_75 : f32
      linalg.yield %334 : f32
    } -> tensor<29184xf32>
    %328 = tensor.empty() : tensor<1x29184xf32>
    %329 = linalg.generic {indexing_maps = [#map15, #map5], iterator_types = ["parallel", "parallel"]} ins(%327 : tensor<29184xf32>) outs(%328 : tensor<1x29184xf32>) {
    ^bb0(%in: f32, %out: f32):
      linalg.yield %in : f32
    } -> tensor<1x29184xf32>
    %330 = linalg.generic {indexing_maps = [#map15, #map5], iterator_types = ["parallel", "parallel"]} ins(%308 : tensor<29184xf32>) outs(%328 : tensor<1x29184xf32>) {
    ^bb0(%in: f32, %out: f32):
      linalg.yield %in : f32
    } -> tensor<1x29184xf32>
    %331 = linalg.generic {indexing_maps = [#map15, #map5], iterator_types = ["parallel", "parallel"]} ins(%314 : tensor<29184xf32>) outs(%328 : tensor<1x29184xf32>) {
    ^bb0(%in: f32, %out: f32):
      linalg.yield %in : f32
    } -> tensor<1x29184xf32>
    %332 = tensor.empty() : tensor<3x29184xf32>
    %333 = linalg.generic {indexing_maps = [#map5], iterator_types = ["parallel", "parallel"]} outs(%332 : tensor<3x29184xf32>) {
    ^bb0(%out: f32):
      %334 = linalg.index 1 : index
      %335 = linalg.index 0 : index
      %336 = arith.cmpi ult, %335, %c1 : index
      %337 = scf.if %336 -> (f32) {
        %extracted = tensor.extract %329[%335, %334] : tensor<1x29184xf32>
        scf.yield %extracted : f32
      } else {
        %338 = arith.cmpi ult, %335, %c2 : index
        %339 = scf.if %338 -> (f32) {
          %340 = arith.subi %335, %c1 : index
          %extracted = tensor.extract %330[%340, %334] : tensor<1x29184xf32>
          scf.yield %extracted : f32
        } else {
          %340 = arith.subi %335, %c2 : index
          %extracted = tensor.extract %331[%340, %334] : tensor<1x29184xf32>
          scf.yield %extracted : f32
        }
        scf.yield %339 : f32
      }
      linalg.yield %337 : f32
    } -> tensor<3x29184xf32>
    return %333, %152 : tensor<3x29184xf32>, tensor<f32>
  }
  func.func private @_one_hot(%arg0: tensor<32xi32>) -> tensor<32x256xbf16> {
    %0 = tensor.empty() : tensor<32x1xi32>
    %1 = linalg.generic {indexing_maps = [#map6, #map5], iterator_types = ["parallel", "parallel"]} ins(%arg0 : tensor<32xi32>) outs(%0 : tensor<32x1xi32>) {
    ^bb0(%in: i32, %out: i32):
      linalg.yield %in : i32
    } -> tensor<32x1xi32>
    %2 = tensor.empty() : tensor<1x256xi32>
    %3 = linalg.generic {indexing_maps = [#map5], iterator_types = ["parallel", "parallel"]} outs(%2 : tensor<1x256xi32>) {
    ^bb0(%out: i32):
      %11 = linalg.index 1 : index
      %12 = arith.index_cast %11 : index to i32
      linalg.yield %12 : i32
    } -> tensor<1x256xi32>
    %4 = tensor.empty() : tensor<32x256xi32>
    %5 = linalg.generic {indexing_maps = [#map8, #map5], iterator_types = ["parallel", "parallel"]} ins(%1 : tensor<32x1xi32>) outs(%4 : tensor<32x256xi32>) {
    ^bb0(%in: i32, %out: i32):
      linalg.yield %in : i32
    } -> tensor<32x256xi32>
    %6 = linalg.generic {indexing_maps = [#map16, #map5], iterator_types = ["parallel", "parallel"]} ins(%3 : tensor<1x256xi32>) outs(%4 : tensor<32x256xi32>) {
    ^bb0(%in: i32, %out: i32):
      linalg.yield %in : i32
    } -> tensor<32x256xi32>
    %7 = tensor.empty() : tensor<32x256xi1>
    %8 = linalg.generic {indexing_maps = [#map5, #map5, #map5], iterator_types = ["parallel", "parallel"]} ins(%5, %6 : tensor<32x256xi32>, tensor<32x256xi32>) outs(%7 : tensor<32x256xi1>) {
    ^bb0(%in: i32, %in_0: i32, %out: i1):
      %11 = arith.cmpi eq, %in, %in_0 : i32
      linalg.yield %11 : i1
    } -> tensor<32x256xi1>
    %9 = tensor.empty() : tensor<32x256xbf16>
    %10 = linalg.generic {indexing_maps = [#map5, #map5], iterator_types = ["parallel", "parallel"]} ins(%8 : tensor<32x256xi1>) outs(%9 : tensor<32x256xbf16>) {
    ^bb0(%in: i1, %out: bf16):
      %11 = arith.uitofp %in : i1 to bf16
      linalg.yield %11 : bf16
    } -> tensor<32x256xbf16>
    return %10 : tensor<32x256xbf16>
  }
  func.func private @_where(%arg0: tensor<16x16xi1>, %arg1: tensor<2x2x16x16xf32>, %arg2: tensor<f32>) -> (tensor<2x2x16x16xf32>, tensor<2x2x16x16xi1>, tensor<2x2x16x16xf32>) {
    %cst = arith.constant dense<0.000000e+00> : tensor<f32>
    %0 = tensor.empty() : tensor<2x2x16x16xi1>
    %1 = linalg.generic {indexing_maps = [#map35, #map4], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%arg0 : tensor<16x16xi1>) outs(%0 : tensor<2x2x16x16xi1>) {
    ^bb0(%in: i1, %out: i1):
      linalg.yield %in : i1
    } -> tensor<2x2x16x16xi1>
    %2 = tensor.empty() : tensor<2x2x16x16xf32>
    %3 = linalg.generic {indexing_maps = [#map14, #map4], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%arg2 : tensor<f32>) outs(%2 : tensor<2x2x16x16xf32>) {
    ^bb0(%in: f32, %out: f32):
      linalg.yield %in : f32
    } -> tensor<2x2x16x16xf32>
    %4 = linalg.generic {indexing_maps = [#map4, #map4, #map4, #map4], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%1, %arg1, %3 : tensor<2x2x16x16xi1>, tensor<2x2x16x16xf32>, tensor<2x2x16x16xf32>) outs(%2 : tensor<2x2x16x16xf32>) {
    ^bb0(%in: i1, %in_0: f32, %in_1: f32, %out: f32):
      %6 = arith.select %in, %in_0, %in_1 : f32
      linalg.yield %6 : f32
    } -> tensor<2x2x16x16xf32>
    %5 = linalg.generic {indexing_maps = [#map14, #map4], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%cst : tensor<f32>) outs(%2 : tensor<2x2x16x16xf32>) {
    ^bb0(%in: f32, %out: f32):
      linalg.yield %in : f32
    } -> tensor<2x2x16x16xf32>
    return %4, %1, %5 : tensor<2x2x16x16xf32>, tensor<2x2x16x16xi1>, tensor<2x2x16x16xf32>
  }
  func.func private @_one_hot_1(%arg0: tensor<32xi32>) -> tensor<32x256xf32> {
    %0 = tensor.empty() : tensor<32x1xi32>
    %1 = linalg.generic {indexing_maps = [#map6, #map5], iterator_types = ["parallel", "parallel"]} ins(%arg0 : tensor<32xi32>) outs(%0 : tensor<32x1xi32>) {
    ^bb0(%in: i32, %out: i32):
      linalg.yield %in : i32
    } -> tensor<32x1xi32>
    %2 = tensor.empty() : tensor<1x256xi32>
    %3 = linalg.generic {indexing_maps = [#map5], iterator_types = ["parallel", "parallel"]} outs(%2 : tensor<1x256xi32>) {
    ^bb0(%out: i32):
      %11 = linalg.index 1 : index
      %12 = arith.index_cast %11 : index to i32
      linalg.yield %12 : i32
    } -> tensor<1x256xi32>
    %4 = tensor.empty() : tensor<32x256xi32>
    %5 = linalg.generic {indexing_maps = [#map8, #map5], iterator_types = ["parallel", "parallel"]} ins(%1 : tensor<32x1xi32>) outs(%4 : tensor<32x256xi32>) {
    ^bb0(%in: i32, %out: i32):
      linalg.yield %in : i32
    } -> tensor<32x256xi32>
    %6 = linalg.generic {indexing_maps = [#map16, #map5], iterator_types = ["parallel", "parallel"]} ins(%3 : tensor<1x256xi32>) outs(%4 : tensor<32x256xi32>) {
    ^bb0(%in: i32, %out: i32):
      linalg.yield %in : i32
    } -> tensor<32x256xi32>
    %7 = tensor.empty() : tensor<32x256xi1>
    %8 = linalg.generic {indexing_maps = [#map5, #map5, #map5], iterator_types = ["parallel", "parallel"]} ins(%5, %6 : tensor<32x256xi32>, tensor<32x256xi32>) outs(%7 : tensor<32x256xi1>) {
    ^bb0(%in: i32, %in_0: i32, %out: i1):
      %11 = arith.cmpi eq, %in, %in_0 : i32
      linalg.yield %11 : i1
    } -> tensor<32x256xi1>
    %9 = tensor.empty() : tensor<32x256xf32>
    %10 = linalg.generic {indexing_maps = [#map5, #map5], iterator_types = ["parallel", "parallel"]} ins(%8 : tensor<32x256xi1>) outs(%9 : tensor<32x256xf32>) {
    ^bb0(%in: i1, %out: f32):
      %11 = arith.uitofp %in : i1 to f32
      linalg.yield %11 : f32
    } -> tensor<32x256xf32>
    return %10 : tensor<32x256xf32>
  }
  func.func private @log_softmax(%arg0: tensor<32x256xf32>) -> (tensor<32x256xf32>, tensor<32x256xf32>, tensor<32x1xf32>) {
    %cst = arith.constant 0.000000e+00 : f32
    %cst_0 = arith.constant dense<0xFF800000> : tensor<f32>
    %cst_1 = arith.constant 0xFF800000 : f32
    %0 = tensor.empty() : tensor<32xf32>
    %1 = linalg.fill ins(%cst_1 : f32) outs(%0 : tensor<32xf32>) -> tensor<32xf32>
    %2 = linalg.generic {indexing_maps = [#map5, #map6], iterator_types = ["parallel", "reduction"]} ins(%arg0 : tensor<32x256xf32>) outs(%1 : tensor<32xf32>) {
    ^bb0(%in: f32, %out: f32):
      %17 = arith.maximumf %out, %in : f32
      linalg.yield %17 : f32
    } -> tensor<32xf32>
    %3 = linalg.generic {indexing_maps = [#map, #map1], iterator_types = ["parallel"]} ins(%cst_0 : tensor<f32>) outs(%0 : tensor<32xf32>) {
    ^bb0(%in: f32, %out: f32):
      linalg.yield %in : f32
    } -> tensor<32xf32>
    %4 = linalg.generic {indexing_maps = [#map1, #map1, #map1], iterator_types = ["parallel"]} ins(%3, %2 : tensor<32xf32>, tensor<32xf32>) outs(%0 : tensor<32xf32>) {
    ^bb0(%in: f32, %in_2: f32, %out: f32):
      %17 = arith.maximumf %in, %in_2 : f32
      linalg.yield %17 : f32
    } -> tensor<32xf32>
    %5 = tensor.empty() : tensor<32x1xf32>
    %6 = linalg.generic {indexing_maps = [#map6, #map5], iterator_types = ["parallel", "parallel"]} ins(%4 : tensor<32xf32>) outs(%5 : tensor<32x1xf32>) {
    ^bb0(%in: f32, %out: f32):
      linalg.yield %in : f32
    } -> tensor<32x1xf32>
    %7 = tensor.empty() : tensor<32x256xf32>
    %8 = linalg.generic {indexing_maps = [#map8, #map5], iterator_types = ["parallel", "parallel"]} ins(%6 : tensor<32x1xf32>) outs(%7 : tensor<32x256xf32>) {
    ^bb0(%in: f32, %out: f32):
      linalg.yield %in : f32
    } -> tensor<32x256xf32>
    %9 = linalg.generic {indexing_maps = [#map5, #map5, #map5], iterator_types = ["parallel", "parallel"]} ins(%arg0, %8 : tensor<32x256xf32>, tensor<32x256xf32>) outs(%7 : tensor<32x256xf32>) {
    ^bb0(%in: f32, %in_2: f32, %out: f32):
      %17 = arith.subf %in, %in_2 : f32
      linalg.yield %17 : f32
    } -> tensor<32x256xf32>
    %10 = linalg.generic {indexing_maps = [#map5, #map5], iterator_types = ["parallel", "parallel"]} ins(%9 : tensor<32x256xf32>) outs(%7 : tensor<32x256xf32>) {
    ^bb0(%in: f32, %out: f32):
      %17 = math.exp %in : f32
      linalg.yield %17 : f32
    } -> tensor<32x256xf32>
    %11 = linalg.fill ins(%cst : f32) outs(%0 : tensor<32xf32>) -> tensor<32xf32>
    %12 = linalg.generic {indexing_maps = [#map5, #map6], iterator_types = ["parallel", "reduction"]} ins(%10 : tensor<32x256xf32>) outs(%11 : tensor<32xf32>) {
    ^bb0(%in: f32, %out: f32):
      %17 = arith.addf %out, %in : f32
      linalg.yield %17 : f32
    } -> tensor<32xf32>
    %13 = linalg.generic {indexing_maps = [#map6, #map5], iterator_types = ["parallel", "parallel"]} ins(%12 : tensor<32xf32>) outs(%5 : tensor<32x1xf32>) {
    ^bb0(%in: f32, %out: f32):
      linalg.yield %in : f32
    } -> tensor<32x1xf32>
    %14 = linalg.generic {indexing_maps = [#map5, #map5], iterator_types = ["parallel", "parallel"]} ins(%13 : tensor<32x1xf32>) outs(%5 : tensor<32x1xf32>) {
    ^bb0(%in: f32, %out: f32):
      %17 = math.log %in : f32
      linalg.yield %17 : f32
    } -> tensor<32x1xf32>
    %15 = linalg.generic {indexing_maps = [#map8, #map5], iterator_types = ["parallel", "parallel"]} ins(%14 : tensor<32x1xf32>) outs(%7 : tensor<32x256xf32>) {
    ^bb0(%in: f32, %out: f32):
      linalg.yield %in : f32
    } -> tensor<32x256xf32>
    %16 = linalg.generic {indexing_maps = [#map5, #map5, #map5], iterator_types = ["parallel", "parallel"]} ins(%9, %15 : tensor<32x256xf32>, tensor<32x256xf32>) outs(%7 : tensor<32x256xf32>) {
    ^bb0(%in: f32, %in_2: f32, %out: f32):
      %17 = arith.subf %in, %in_2 : f32
      linalg.yield %17 : f32
    } -> tensor<32x256xf32>
    return %16, %10, %13 : tensor<32x256xf32>, tensor<32x256xf32>, tensor<32x1xf32>
  }
  func.func private @log_softmax_2(%arg0: tensor<32x256xf32>, %arg1: tensor<32x1xf32>, %arg2: tensor<32x256xf32>) -> tensor<32x256xf32> {
    %cst = arith.constant 0.000000e+00 : f32
    %0 = tensor.empty() : tensor<32x256xf32>
    %1 = linalg.generic {indexing_maps = [#map5, #map5], iterator_types = ["parallel", "parallel"]} ins(%arg2 : tensor<32x256xf32>) outs(%0 : tensor<32x256xf32>) {
    ^bb0(%in: f32, %out: f32):
      %11 = arith.negf %in : f32
      linalg.yield %11 : f32
    } -> tensor<32x256xf32>
    %2 = tensor.empty() : tensor<32xf32>
    %3 = linalg.fill ins(%cst : f32) outs(%2 : tensor<32xf32>) -> tensor<32xf32>
    %4 = linalg.generic {indexing_maps = [#map5, #map6], iterator_types = ["parallel", "reduction"]} ins(%1 : tensor<32x256xf32>) outs(%3 : tensor<32xf32>) {
    ^bb0(%in: f32, %out: f32):
      %11 = arith.addf %out, %in : f32
      linalg.yield %11 : f32
    } -> tensor<32xf32>
    %expanded = tensor.expand_shape %4 [[0, 1]] output_shape [32, 1] : tensor<32xf32> into tensor<32x1xf32>
    %5 = tensor.empty() : tensor<32x1xf32>
    %6 = linalg.generic {indexing_maps = [#map5, #map5, #map5], iterator_types = ["parallel", "parallel"]} ins(%expanded, %arg1 : tensor<32x1xf32>, tensor<32x1xf32>) outs(%5 : tensor<32x1xf32>) {
    ^bb0(%in: f32, %in_0: f32, %out: f32):
      %11 = arith.divf %in, %in_0 : f32
      linalg.yield %11 : f32
    } -> tensor<32x1xf32>
    %7 = linalg.generic {indexing_maps = [#map5, #map6], iterator_types = ["parallel", "reduction"]} ins(%6 : tensor<32x1xf32>) outs(%3 : tensor<32xf32>) {
    ^bb0(%in: f32, %out: f32):
      %11 = arith.addf %out, %in : f32
      linalg.yield %11 : f32
    } -> tensor<32xf32>
    %8 = linalg.generic {indexing_maps = [#map6, #map5], iterator_types = ["parallel", "parallel"]} ins(%7 : tensor<32xf32>) outs(%0 : tensor<32x256xf32>) {
    ^bb0(%in: f32, %out: f32):
      linalg.yield %in : f32
    } -> tensor<32x256xf32>
    %9 = linalg.generic {indexing_maps = [#map5, #map5, #map5], iterator_types = ["parallel", "parallel"]} ins(%8, %arg0 : tensor<32x256xf32>, tensor<32x256xf32>) outs(%0 : tensor<32x256xf32>) {
    ^bb0(%in: f32, %in_0: f32, %out: f32):
      %11 = arith.mulf %in, %in_0 : f32
      linalg.yield %11 : f32
    } -> tensor<32x256xf32>
    %10 = linalg.generic {indexing_maps = [#map5, #map5, #map5], iterator_types = ["parallel", "parallel"]} ins(%arg2, %9 : tensor<32x256xf32>, tensor<32x256xf32>) outs(%0 : tensor<32x256xf32>) {
    ^bb0(%in: f32, %in_0: f32, %out: f32):
      %11 = arith.addf %in, %in_0 : f32
      linalg.yield %11 : f32
    } -> tensor<32x256xf32>
    return %10 : tensor<32x256xf32>
  }
  func.func private @_where_3(%arg0: tensor<2x2x16x16xi1>, %arg1: tensor<2x2x16x16xf32>, %arg2: tensor<2x2x16x16xf32>) -> tensor<2x2x16x16xf32> {
    %cst = arith.constant dense<0.000000e+00> : tensor<f32>
    %0 = tensor.empty() : tensor<2x2x16x16xf32>
    %1 = linalg.generic {indexing_maps = [#map14, #map4], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%cst : tensor<f32>) outs(%0 : tensor<2x2x16x16xf32>) {
    ^bb0(%in: f32, %out: f32):
      linalg.yield %in : f32
    } -> tensor<2x2x16x16xf32>
    %2 = linalg.generic {indexing_maps = [#map4, #map4, #map4, #map4], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%arg0, %arg2, %1 : tensor<2x2x16x16xi1>, tensor<2x2x16x16xf32>, tensor<2x2x16x16xf32>) outs(%0 : tensor<2x2x16x16xf32>) {
    ^bb0(%in: i1, %in_0: f32, %in_1: f32, %out: f32):
      %3 = arith.select %in, %in_0, %in_1 : f32
      linalg.yield %3 : f32
    } -> tensor<2x2x16x16xf32>
    return %2 : tensor<2x2x16x16xf32>
  }
  func.func private @dynamic_update_index_in_dim(%arg0: tensor<2xf32>, %arg1: tensor<f32>, %arg2: tensor<i32>) -> tensor<2xf32> {
    %c1 = arith.constant 1 : index
    %c0 = arith.constant 0 : index
    %0 = tensor.empty() : tensor<1xf32>
    %1 = linalg.generic {indexing_maps = [#map, #map1], iterator_types = ["parallel"]} ins(%arg1 : tensor<f32>) outs(%0 : tensor<1xf32>) {
    ^bb0(%in: f32, %out: f32):
      linalg.yield %in : f32
    } -> tensor<1xf32>
    %extracted = tensor.extract %arg2[] : tensor<i32>
    %2 = arith.index_cast %extracted : i32 to index
    %3 = arith.maxsi %2, %c0 : index
    %4 = arith.minsi %3, %c1 : index
    %inserted_slice = tensor.insert_slice %1 into %arg0[%4] [1] [1] : tensor<1xf32> into tensor<2xf32>
    return %inserted_slice : tensor<2xf32>
  }
}
// -----
#map = affine_map<(d0) -> ()>
#map1 = affine_map<(d0) -> (d0)>
#map2 = affine_map<() -> ()>
#map3 = affine_map<(d0, d1, d2, d3) -> (0, d1, d2, d3)>
#map4 = affine_map<(d0, d1, d2, d3) -> (d0, d1, d2, d3)>
#map5 = affine_map<(d0, d1) -> (d0, d1)>
#map6 = affine_map<(d0, d1) -> (d0)>
#map7 = affine_map<(d0, d1) -> ()>
#map8 = affine_map<(d0, d1) -> (d0, 0)>
#map9 = affine_map<(d0, d1, d2, d3, d4) -> (d1, d3, d0, d2, d4)>
#map10 = affine_map<(d0, d1, d2, d3, d4) -> (d0, d1, d2, d3, d4)>
#map11 = affine_map<(d0, d1, d2, d3, d4) -> (d0, d1, d2, d4)>
#map12 = affine_map<(d0, d1, d2, d3, d4) -> (d0, d1, d3, d4)>
#map13 = affine_map<(d0, d1, d2, d3, d4) -> (d0, d1, d2, d3)>
#map14 = affine_map<(d0, d1, d2, d3) -> ()>
#map15 = affine_map<(d0, d1) -> (d1)>
#map16 = affine_map<(d0, d1) -> (0, d1)>
#map17 = affine_map<(d0, d1, d2, d3) -> (d0, d1, d2)>
#map18 = affine_map<(d0, d1, d2) -> ()>
#map19 = affine_map<(d0, d1, d2) -> (d0, d1, d2)>
#map20 = affine_map<(d0, d1, d2, d3) -> (d0, d1, d2, 0)>
#map21 = affine_map<(d0, d1, d2, d3, d4) -> (d0, d1, d4, d3)>
#map22 = affine_map<(d0, d1, d2, d3) -> (d0, d2, d1, d3)>
#map23 = affine_map<(d0, d1, d2, d3) -> (d2, d3)>
module @jit_evaluate attributes {mhlo.num_partitions = 1 : i32, mhlo.num_replicas = 1 : i32} {
  func.func public @main(%arg0: tensor<3x29184xf32>, %arg1: tensor<2x2x17xi32>) -> (tensor<2xf32> {jax.result_info = "result"}) {
    %c1_i32 = arith.constant 1 : i32
    %c1 = arith.constant 1 : index
    %c2 = arith.constant 2 : index
    %c0 = arith.constant 0 : index
    %cst = arith.constant dense<0> : tensor<i32>
    %cst_0 = arith.constant dense<0.000000e+00> : tensor<f32>
    %extracted_slice = tensor.extract_slice %arg0[0, 0] [1, 29184] [1, 1] : tensor<3x29184xf32> to tensor<1x29184xf32>
    %collapsed = tensor.collapse_shape %extracted_slice [[0, 1]] : tensor<1x29184xf32> into tensor<29184xf32>
    %extracted_slice_1 = tensor.extract_slice %collapsed[0] [8192] [1] : tensor<29184xf32> to tensor<8192xf32>
    %expanded = tensor.expand_shape %extracted_slice_1 [[0, 1]] output_shape [256, 32] : tensor<8192xf32> into tensor<256x32xf32>
    %extracted_slice_2 = tensor.extract_slice %collapsed[8192] [512] [1] : tensor<29184xf32> to tensor<512xf32>
    %expanded_3 = tensor.expand_shape %extracted_slice_2 [[0, 1]] output_shape [16, 32] : tensor<512xf32> into tensor<16x32xf32>
    %extracted_slice_4 = tensor.extract_slice %collapsed[8704] [3072] [1] : tensor<29184xf32> to tensor<3072xf32>
    %expanded_5 = tensor.expand_shape %extracted_slice_4 [[0, 1]] output_shape [32, 96] : tensor<3072xf32> into tensor<32x96xf32>
    %extracted_slice_6 = tensor.extract_slice %collapsed[11776] [1024] [1] : tensor<29184xf32> to tensor<1024xf32>
    %expanded_7 = tensor.expand_shape %extracted_slice_6 [[0, 1]] output_shape [32, 32] : tensor<1024xf32> into tensor<32x32xf32>
    %extracted_slice_8 = tensor.extract_slice %collapsed[12800] [4096] [1] : tensor<29184xf32> to tensor<4096xf32>
    %expanded_9 = tensor.expand_shape %extracted_slice_8 [[0, 1]] output_shape [32, 128] : tensor<4096xf32> into tensor<32x128xf32>
    %extracted_slice_10 = tensor.extract_slice %collapsed[16896] [4096] [1] : tensor<29184xf32> to tensor<4096xf32>
    %expanded_11 = tensor.expand_shape %extracted_slice_10 [[0, 1]] output_shape [128, 32] : tensor<4096xf32> into tensor<128x32xf32>
    %extracted_slice_12 = tensor.extract_slice %collapsed[20992] [8192] [1] : tensor<29184xf32> to tensor<8192xf32>
    %expanded_13 = tensor.expand_shape %extracted_slice_12 [[0, 1]] output_shape [32, 256] : tensor<8192xf32> into tensor<32x256xf32>
    %0 = tensor.empty() : tensor<2xf32>
    %1 = linalg.generic {indexing_maps = [#map, #map1], iterator_types = ["parallel"]} ins(%cst_0 : tensor<f32>) outs(%0 : tensor<2xf32>) {
    ^bb0(%in: f32, %out: f32):
      linalg.yield %in : f32
    } -> tensor<2xf32>
    %2:2 = scf.for %arg2 = %c0 to %c2 step %c1 iter_args(%arg3 = %cst, %arg4 = %1) -> (tensor<i32>, tensor<2xf32>) {
      %3 = func.call @dynamic_index_in_dim(%arg1, %arg3) : (tensor<2x2x17xi32>, tensor<i32>) -> tensor<2x17xi32>
      %4 = func.call @closed_call(%expanded_3, %expanded, %expanded_5, %expanded_7, %expanded_9, %expanded_11, %expanded_13, %3) : (tensor<16x32xf32>, tensor<256x32xf32>, tensor<32x96xf32>, tensor<32x32xf32>, tensor<32x128xf32>, tensor<128x32xf32>, tensor<32x256xf32>, tensor<2x17xi32>) -> tensor<f32>
      %5 = func.call @dynamic_update_index_in_dim(%arg4, %4, %arg3) : (tensor<2xf32>, tensor<f32>, tensor<i32>) -> tensor<2xf32>
      %6 = tensor.empty() : tensor<i32>
      %7 = linalg.generic {indexing_maps = [#map2, #map2], iterator_types = []} ins(%arg3 : tensor<i32>) outs(%6 : tensor<i32>) {
      ^bb0(%in: i32, %out: i32):
        %8 = arith.addi %in, %c1_i32 : i32
        linalg.yield %8 : i32
      } -> tensor<i32>
      scf.yield %7, %5 : tensor<i32>, tensor<2xf32>
    }
    return %2#1 : tensor<2xf32>
  }
  func.func private @dynamic_index_in_dim(%arg0: tensor<2x2x17xi32>, %arg1: tensor<i32>) -> tensor<2x17xi32> {
    %c1 = arith.constant 1 : index
    %c0 = arith.constant 0 : index
    %extracted = tensor.extract %arg1[] : tensor<i32>
    %0 = arith.index_cast %extracted : i32 to index
    %1 = arith.maxsi %0, %c0 : index
    %2 = arith.minsi %1, %c1 : index
    %extracted_slice = tensor.extract_slice %arg0[%2, 0, 0] [1, 2, 17] [1, 1, 1] : tensor<2x2x17xi32> to tensor<1x2x17xi32>
    %collapsed = tensor.collapse_shape %extracted_slice [[0, 1], [2]] : tensor<1x2x17xi32> into tensor<2x17xi32>
    return %collapsed : tensor<2x17xi32>
  }
  func.func private @closed_call(%arg0: tensor<16x32xf32>, %arg1: tensor<256x32xf32>, %arg2: tensor<32x96xf32>, %arg3: tensor<32x32xf32>, %arg4: tensor<32x128xf32>, %arg5: tensor<128x32xf32>, %arg6: tensor<32x256xf32>, %arg7: tensor<2x17xi32>) -> tensor<f32> {
    %cst = arith.constant 3.200000e+01 : f32
    %cst_0 = arith.constant 0xFF800000 : f32
    %cst_1 = arith.constant 0.000000e+00 : f32
    %cst_2 = arith.constant dense<5.000000e-01> : tensor<f32>
    %cst_3 = arith.constant dense<1.000000e+00> : tensor<f32>
    %cst_4 = arith.constant dense<0.797884583> : tensor<f32>
    %cst_5 = arith.constant dense<4.471500e-02> : tensor<f32>
    %cst_6 = arith.constant dense<0xFF800000> : tensor<f32>
    %cst_7 = arith.constant dense<-1.000000e+30> : tensor<f32>
    %cst_8 = arith.constant dense<2.500000e-01> : tensor<f32>
    %cst_9 = arith.constant dense<9.99999974E-6> : tensor<f32>
    %cst_10 = arith.constant dense<3.200000e+01> : tensor<f32>
    %expanded = tensor.expand_shape %arg0 [[0, 1], [2, 3]] output_shape [1, 16, 1, 32] : tensor<16x32xf32> into tensor<1x16x1x32xf32>
    %0 = tensor.empty() : tensor<2x16x1x32xf32>
    %1 = linalg.generic {indexing_maps = [#map3, #map4], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%expanded : tensor<1x16x1x32xf32>) outs(%0 : tensor<2x16x1x32xf32>) {
    ^bb0(%in: f32, %out: f32):
      linalg.yield %in : f32
    } -> tensor<2x16x1x32xf32>
    %collapsed = tensor.collapse_shape %1 [[0, 1], [2, 3]] : tensor<2x16x1x32xf32> into tensor<32x32xf32>
    %extracted_slice = tensor.extract_slice %arg7[0, 0] [2, 16] [1, 1] : tensor<2x17xi32> to tensor<2x16xi32>
    %collapsed_11 = tensor.collapse_shape %extracted_slice [[0, 1]] : tensor<2x16xi32> into tensor<32xi32>
    %2 = call @_one_hot(%collapsed_11) : (tensor<32xi32>) -> tensor<32x256xbf16>
    %3 = tensor.empty() : tensor<256x32xbf16>
    %4 = linalg.generic {indexing_maps = [#map5, #map5], iterator_types = ["parallel", "parallel"]} ins(%arg1 : tensor<256x32xf32>) outs(%3 : tensor<256x32xbf16>) {
    ^bb0(%in: f32, %out: bf16):
      %140 = arith.truncf %in : f32 to bf16
      linalg.yield %140 : bf16
    } -> tensor<256x32xbf16>
    %5 = tensor.empty() : tensor<32x32xf32>
    %6 = linalg.fill ins(%cst_1 : f32) outs(%5 : tensor<32x32xf32>) -> tensor<32x32xf32>
    %7 = linalg.matmul ins(%2, %4 : tensor<32x256xbf16>, tensor<256x32xbf16>) outs(%6 : tensor<32x32xf32>) -> tensor<32x32xf32>
    %8 = tensor.empty() : tensor<32x32xbf16>
    %9 = linalg.generic {indexing_maps = [#map5, #map5], iterator_types = ["parallel", "parallel"]} ins(%7 : tensor<32x32xf32>) outs(%8 : tensor<32x32xbf16>) {
    ^bb0(%in: f32, %out: bf16):
      %140 = arith.truncf %in : f32 to bf16
      linalg.yield %140 : bf16
    } -> tensor<32x32xbf16>
    %10 = linalg.generic {indexing_maps = [#map5, #map5], iterator_types = ["parallel", "parallel"]} ins(%9 : tensor<32x32xbf16>) outs(%5 : tensor<32x32xf32>) {
    ^bb0(%in: bf16, %out: f32):
      %140 = arith.extf %in : bf16 to f32
      linalg.yield %140 : f32
    } -> tensor<32x32xf32>
    %11 = linalg.generic {indexing_maps = [#map5, #map5, #map5], iterator_types = ["parallel", "parallel"]} ins(%10, %collapsed : tensor<32x32xf32>, tensor<32x32xf32>) outs(%5 : tensor<32x32xf32>) {
    ^bb0(%in: f32, %in_22: f32, %out: f32):
      %140 = arith.addf %in, %in_22 : f32
      linalg.yield %140 : f32
    } -> tensor<32x32xf32>
    %12 = linalg.generic {indexing_maps = [#map5, #map5, #map5], iterator_types = ["parallel", "parallel"]} ins(%11, %11 : tensor<32x32xf32>, tensor<32x32xf32>) outs(%5 : tensor<32x32xf32>) {
    ^bb0(%in: f32, %in_22: f32, %out: f32):
      %140 = arith.mulf %in, %in_22 : f32
      linalg.yield %140 : f32
    } -> tensor<32x32xf32>
    %13 = tensor.empty() : tensor<32xf32>
    %14 = linalg.fill ins(%cst_1 : f32) outs(%13 : tensor<32xf32>) -> tensor<32xf32>
    %15 = linalg.generic {indexing_maps = [#map5, #map6], iterator_types = ["parallel", "reduction"]} ins(%12 : tensor<32x32xf32>) outs(%14 : tensor<32xf32>) {
    ^bb0(%in: f32, %out: f32):
      %140 = arith.addf %out, %in : f32
      linalg.yield %140 : f32
    } -> tensor<32xf32>
    %16 = tensor.empty() : tensor<32x1xf32>
    %17 = linalg.generic {indexing_maps = [#map6, #map5], iterator_types = ["parallel", "parallel"]} ins(%15 : tensor<32xf32>) outs(%16 : tensor<32x1xf32>) {
    ^bb0(%in: f32, %out: f32):
      linalg.yield %in : f32
    } -> tensor<32x1xf32>
    %18 = linalg.generic {indexing_maps = [#map7, #map5], iterator_types = ["parallel", "parallel"]} ins(%cst_10 : tensor<f32>) outs(%16 : tensor<32x1xf32>) {
    ^bb0(%in: f32, %out: f32):
      linalg.yield %in : f32
    } -> tensor<32x1xf32>
    %19 = linalg.generic {indexing_maps = [#map5, #map5, #map5], iterator_types = ["parallel", "parallel"]} ins(%17, %18 : tensor<32x1xf32>, tensor<32x1xf32>) outs(%16 : tensor<32x1xf32>) {
    ^bb0(%in: f32, %in_22: f32, %out: f32):
      %140 = arith.divf %in, %in_22 : f32
      linalg.yield %140 : f32
    } -> tensor<32x1xf32>
    %20 = linalg.generic {indexing_maps = [#map7, #map5], iterator_types = ["parallel", "parallel"]} ins(%cst_9 : tensor<f32>) outs(%16 : tensor<32x1xf32>) {
    ^bb0(%in: f32, %out: f32):
      linalg.yield %in : f32
    } -> tensor<32x1xf32>
    %21 = linalg.generic {indexing_maps = [#map5, #map5, #map5], iterator_types = ["parallel", "parallel"]} ins(%19, %20 : tensor<32x1xf32>, tensor<32x1xf32>) outs(%16 : tensor<32x1xf32>) {
    ^bb0(%in: f32, %in_22: f32, %out: f32):
      %140 = arith.addf %in, %in_22 : f32
      linalg.yield %140 : f32
    } -> tensor<32x1xf32>
    %22 = linalg.generic {indexing_maps = [#map5, #map5], iterator_types = ["parallel", "parallel"]} ins(%21 : tensor<32x1xf32>) outs(%16 : tensor<32x1xf32>) {
    ^bb0(%in: f32, %out: f32):
      %140 = math.rsqrt %in : f32
      linalg.yield %140 : f32
    } -> tensor<32x1xf32>
    %23 = linalg.generic {indexing_maps = [#map8, #map5], iterator_types = ["parallel", "parallel"]} ins(%22 : tensor<32x1xf32>) outs(%5 : tensor<32x32xf32>) {
    ^bb0(%in: f32, %out: f32):
      linalg.yield %in : f32
    } -> tensor<32x32xf32>
    %24 = linalg.generic {indexing_maps = [#map5, #map5, #map5], iterator_types = ["parallel", "parallel"]} ins(%11, %23 : tensor<32x32xf32>, tensor<32x32xf32>) outs(%5 : tensor<32x32xf32>) {
    ^bb0(%in: f32, %in_22: f32, %out: f32):
      %140 = arith.mulf %in, %in_22 : f32
      linalg.yield %140 : f32
    } -> tensor<32x32xf32>
    %25 = linalg.generic {indexing_maps = [#map5, #map5], iterator_types = ["parallel", "parallel"]} ins(%24 : tensor<32x32xf32>) outs(%8 : tensor<32x32xbf16>) {
    ^bb0(%in: f32, %out: bf16):
      %140 = arith.truncf %in : f32 to bf16
      linalg.yield %140 : bf16
    } -> tensor<32x32xbf16>
    %26 = tensor.empty() : tensor<32x96xbf16>
    %27 = linalg.generic {indexing_maps = [#map5, #map5], iterator_types = ["parallel", "parallel"]} ins(%arg2 : tensor<32x96xf32>) outs(%26 : tensor<32x96xbf16>) {
    ^bb0(%in: f32, %out: bf16):
      %140 = arith.truncf %in : f32 to bf16
      linalg.yield %140 : bf16
    } -> tensor<32x96xbf16>
    %28 = tensor.empty() : tensor<32x96xf32>
    %29 = linalg.fill ins(%cst_1 : f32) outs(%28 : tensor<32x96xf32>) -> tensor<32x96xf32>
    %30 = linalg.matmul ins(%25, %27 : tensor<32x32xbf16>, tensor<32x96xbf16>) outs(%29 : tensor<32x96xf32>) -> tensor<32x96xf32>
    %31 = linalg.generic {indexing_maps = [#map5, #map5], iterator_types = ["parallel", "parallel"]} ins(%30 : tensor<32x96xf32>) outs(%26 : tensor<32x96xbf16>) {
    ^bb0(%in: f32, %out: bf16):
      %140 = arith.truncf %in : f32 to bf16
      linalg.yield %140 : bf16
    } -> tensor<32x96xbf16>
    %expanded_12 = tensor.expand_shape %31 [[0, 1], [2, 3, 4]] output_shape [2, 16, 3, 2, 16] : tensor<32x96xbf16> into tensor<2x16x3x2x16xbf16>
    %32 = tensor.empty() : tensor<3x2x2x16x16xbf16>
    %33 = linalg.generic {indexing_maps = [#map9, #map10], iterator_types = ["parallel", "parallel", "parallel", "parallel", "parallel"]} ins(%expanded_12 : tensor<2x16x3x2x16xbf16>) outs(%32 : tensor<3x2x2x16x16xbf16>) {
    ^bb0(%in: bf16, %out: bf16):
      linalg.yield %in : bf16
    } -> tensor<3x2x2x16x16xbf16>
    %extracted_slice_13 = tensor.extract_slice %33[0, 0, 0, 0, 0] [1, 2, 2, 16, 16] [1, 1, 1, 1, 1] : tensor<3x2x2x16x16xbf16> to tensor<1x2x2x16x16xbf16>
    %collapsed_14 = tensor.collapse_shape %extracted_slice_13 [[0, 1], [2], [3], [4]] : tensor<1x2x2x16x16xbf16> into tensor<2x2x16x16xbf16>
    %extracted_slice_15 = tensor.extract_slice %33[1, 0, 0, 0, 0] [1, 2, 2, 16, 16] [1, 1, 1, 1, 1] : tensor<3x2x2x16x16xbf16> to tensor<1x2x2x16x16xbf16>
    %collapsed_16 = tensor.collapse_shape %extracted_slice_15 [[0, 1], [2], [3], [4]] : tensor<1x2x2x16x16xbf16> into tensor<2x2x16x16xbf16>
    %extracted_slice_17 = tensor.extract_slice %33[2, 0, 0, 0, 0] [1, 2, 2, 16, 16] [1, 1, 1, 1, 1] : tensor<3x2x2x16x16xbf16> to tensor<1x2x2x16x16xbf16>
    %collapsed_18 = tensor.collapse_shape %extracted_slice_17 [[0, 1], [2], [3], [4]] : tensor<1x2x2x16x16xbf16> into tensor<2x2x16x16xbf16>
    %34 = tensor.empty() : tensor<2x2x16x16xf32>
    %35 = linalg.fill ins(%cst_1 : f32) outs(%34 : tensor<2x2x16x16xf32>) -> tensor<2x2x16x16xf32>
    %36 = linalg.generic {indexing_maps = [#map11, #map12, #map13], iterator_types = ["parallel", "parallel", "parallel", "parallel", "reduction"]} ins(%collapsed_14, %collapsed_16 : tensor<2x2x16x16xbf16>, tensor<2x2x16x16xbf16>) outs(%35 : tensor<2x2x16x16xf32>) {
    ^bb0(%in: bf16, %in_22: bf16, %out: f32):
      %140 = arith.extf %in : bf16 to f32
      %141 = arith.extf %in_22 : bf16 to f32
      %142 = arith.mulf %140, %141 : f32
      %143 = arith.addf %out, %142 : f32
      linalg.yield %143 : f32
    } -> tensor<2x2x16x16xf32>
    %37 = tensor.empty() : tensor<2x2x16x16xbf16>
    %38 = linalg.generic {indexing_maps = [#map4, #map4], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%36 : tensor<2x2x16x16xf32>) outs(%37 : tensor<2x2x16x16xbf16>) {
    ^bb0(%in: f32, %out: bf16):
      %140 = arith.truncf %in : f32 to bf16
      linalg.yield %140 : bf16
    } -> tensor<2x2x16x16xbf16>
    %39 = linalg.generic {indexing_maps = [#map4, #map4], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%38 : tensor<2x2x16x16xbf16>) outs(%34 : tensor<2x2x16x16xf32>) {
    ^bb0(%in: bf16, %out: f32):
      %140 = arith.extf %in : bf16 to f32
      linalg.yield %140 : f32
    } -> tensor<2x2x16x16xf32>
    %40 = linalg.generic {indexing_maps = [#map14, #map4], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%cst_8 : tensor<f32>) outs(%34 : tensor<2x2x16x16xf32>) {
    ^bb0(%in: f32, %out: f32):
      linalg.yield %in : f32
    } -> tensor<2x2x16x16xf32>
    %41 = linalg.generic {indexing_maps = [#map4, #map4, #map4], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%39, %40 : tensor<2x2x16x16xf32>, tensor<2x2x16x16xf32>) outs(%34 : tensor<2x2x16x16xf32>) {
    ^bb0(%in: f32, %in_22: f32, %out: f32):
      %140 = arith.mulf %in, %in_22 : f32
      linalg.yield %140 : f32
    } -> tensor<2x2x16x16xf32>
    %42 = tensor.empty() : tensor<16xi32>
    %43 = linalg.generic {indexing_maps = [#map1], iterator_types = ["parallel"]} outs(%42 : tensor<16xi32>) {
    ^bb0(%out: i32):
      %140 = linalg.index 0 : index
      %141 = arith.index_cast %140 : index to i32
      linalg.yield %141 : i32
    } -> tensor<16xi32>
    %44 = tensor.empty() : tensor<16x1xi32>
    %45 = linalg.generic {indexing_maps = [#map6, #map5], iterator_types = ["parallel", "parallel"]} ins(%43 : tensor<16xi32>) outs(%44 : tensor<16x1xi32>) {
    ^bb0(%in: i32, %out: i32):
      linalg.yield %in : i32
    } -> tensor<16x1xi32>
    %46 = tensor.empty() : tensor<1x16xi32>
    %47 = linalg.generic {indexing_maps = [#map15, #map5], iterator_types = ["parallel", "parallel"]} ins(%43 : tensor<16xi32>) outs(%46 : tensor<1x16xi32>) {
    ^bb0(%in: i32, %out: i32):
      linalg.yield %in : i32
    } -> tensor<1x16xi32>
    %48 = tensor.empty() : tensor<16x16xi32>
    %49 = linalg.generic {indexing_maps = [#map8, #map5], iterator_types = ["parallel", "parallel"]} ins(%45 : tensor<16x1xi32>) outs(%48 : tensor<16x16xi32>) {
    ^bb0(%in: i32, %out: i32):
      linalg.yield %in : i32
    } -> tensor<16x16xi32>
    %50 = linalg.generic {indexing_maps = [#map16, #map5], iterator_types = ["parallel", "parallel"]} ins(%47 : tensor<1x16xi32>) outs(%48 : tensor<16x16xi32>) {
    ^bb0(%in: i32, %out: i32):
      linalg.yield %in : i32
    } -> tensor<16x16xi32>
    %51 = tensor.empty() : tensor<16x16xi1>
    %52 = linalg.generic {indexing_maps = [#map5, #map5, #map5], iterator_types = ["parallel", "parallel"]} ins(%49, %50 : tensor<16x16xi32>, tensor<16x16xi32>) outs(%51 : tensor<16x16xi1>) {
    ^bb0(%in: i32, %in_22: i32, %out: i1):
      %140 = arith.cmpi sge, %in, %in_22 : i32
      linalg.yield %140 : i1
    } -> tensor<16x16xi1>
    %53 = call @_where(%52, %41, %cst_7) : (tensor<16x16xi1>, tensor<2x2x16x16xf32>, tensor<f32>) -> tensor<2x2x16x16xf32>
    %54 = tensor.empty() : tensor<2x2x16xf32>
    %55 = linalg.fill ins(%cst_0 : f32) outs(%54 : tensor<2x2x16xf32>) -> tensor<2x2x16xf32>
    %56 = linalg.generic {indexing_maps = [#map4, #map17], iterator_types = ["parallel", "parallel", "parallel", "reduction"]} ins(%53 : tensor<2x2x16x16xf32>) outs(%55 : tensor<2x2x16xf32>) {
    ^bb0(%in: f32, %out: f32):
      %140 = arith.maximumf %out, %in : f32
      linalg.yield %140 : f32
    } -> tensor<2x2x16xf32>
    %57 = linalg.generic {indexing_maps = [#map18, #map19], iterator_types = ["parallel", "parallel", "parallel"]} ins(%cst_6 : tensor<f32>) outs(%54 : tensor<2x2x16xf32>) {
    ^bb0(%in: f32, %out: f32):
      linalg.yield %in : f32
    } -> tensor<2x2x16xf32>
    %58 = linalg.generic {indexing_maps = [#map19, #map19, #map19], iterator_types = ["parallel", "parallel", "parallel"]} ins(%57, %56 : tensor<2x2x16xf32>, tensor<2x2x16xf32>) outs(%54 : tensor<2x2x16xf32>) {
    ^bb0(%in: f32, %in_22: f32, %out: f32):
      %140 = arith.maximumf %in, %in_22 : f32
      linalg.yield %140 : f32
    } -> tensor<2x2x16xf32>
    %59 = tensor.empty() : tensor<2x2x16x1xf32>
    %60 = linalg.generic {indexing_maps = [#map17, #map4], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%58 : tensor<2x2x16xf32>) outs(%59 : tensor<2x2x16x1xf32>) {
    ^bb0(%in: f32, %out: f32):
      linalg.yield %in : f32
    } -> tensor<2x2x16x1xf32>
    %61 = linalg.generic {indexing_maps = [#map20, #map4], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%60 : tensor<2x2x16x1xf32>) outs(%34 : tensor<2x2x16x16xf32>) {
    ^bb0(%in: f32, %out: f32):
      linalg.yield %in : f32
    } -> tensor<2x2x16x16xf32>
    %62 = linalg.generic {indexing_maps = [#map4, #map4, #map4], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%53, %61 : tensor<2x2x16x16xf32>, tensor<2x2x16x16xf32>) outs(%34 : tensor<2x2x16x16xf32>) {
    ^bb0(%in: f32, %in_22: f32, %out: f32):
      %140 = arith.subf %in, %in_22 : f32
      linalg.yield %140 : f32
    } -> tensor<2x2x16x16xf32>
    %63 = linalg.generic {indexing_maps = [#map4, #map4], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%62 : tensor<2x2x16x16xf32>) outs(%34 : tensor<2x2x16x16xf32>) {
    ^bb0(%in: f32, %out: f32):
      %140 = math.exp %in : f32
      linalg.yield %140 : f32
    } -> tensor<2x2x16x16xf32>
    %64 = linalg.fill ins(%cst_1 : f32) outs(%54 : tensor<2x2x16xf32>) -> tensor<2x2x16xf32>
    %65 = linalg.generic {indexing_maps = [#map4, #map17], iterator_types = ["parallel", "parallel", "parallel", "reduction"]} ins(%63 : tensor<2x2x16x16xf32>) outs(%64 : tensor<2x2x16xf32>) {
    ^bb0(%in: f32, %out: f32):
      %140 = arith.addf %out, %in : f32
      linalg.yield %140 : f32
    } -> tensor<2x2x16xf32>
    %66 = linalg.generic {indexing_maps = [#map17, #map4], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%65 : tensor<2x2x16xf32>) outs(%59 : tensor<2x2x16x1xf32>) {
    ^bb0(%in: f32, %out: f32):
      linalg.yield %in : f32
    } -> tensor<2x2x16x1xf32>
    %67 = linalg.generic {indexing_maps = [#map20, #map4], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%66 : tensor<2x2x16x1xf32>) outs(%34 : tensor<2x2x16x16xf32>) {
    ^bb0(%in: f32, %out: f32):
      linalg.yield %in : f32
    } -> tensor<2x2x16x16xf32>
    %68 = linalg.generic {indexing_maps = [#map4, #map4, #map4], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%63, %67 : tensor<2x2x16x16xf32>, tensor<2x2x16x16xf32>) outs(%34 : tensor<2x2x16x16xf32>) {
    ^bb0(%in: f32, %in_22: f32, %out: f32):
      %140 = arith.divf %in, %in_22 : f32
      linalg.yield %140 : f32
    } -> tensor<2x2x16x16xf32>
    %69 = linalg.generic {indexing_maps = [#map4, #map4], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%68 : tensor<2x2x16x16xf32>) outs(%37 : tensor<2x2x16x16xbf16>) {
    ^bb0(%in: f32, %out: bf16):
      %140 = arith.truncf %in : f32 to bf16
      linalg.yield %140 : bf16
    } -> tensor<2x2x16x16xbf16>
    %70 = linalg.generic {indexing_maps = [#map11, #map21, #map13], iterator_types = ["parallel", "parallel", "parallel", "parallel", "reduction"]} ins(%69, %collapsed_18 : tensor<2x2x16x16xbf16>, tensor<2x2x16x16xbf16>) outs(%35 : tensor<2x2x16x16xf32>) {
    ^bb0(%in: bf16, %in_22: bf16, %out: f32):
      %140 = arith.extf %in : bf16 to f32
      %141 = arith.extf %in_22 : bf16 to f32
      %142 = arith.mulf %140, %141 : f32
      %143 = arith.addf %out, %142 : f32
      linalg.yield %143 : f32
    } -> tensor<2x2x16x16xf32>
    %71 = linalg.generic {indexing_maps = [#map4, #map4], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%70 : tensor<2x2x16x16xf32>) outs(%37 : tensor<2x2x16x16xbf16>) {
    ^bb0(%in: f32, %out: bf16):
      %140 = arith.truncf %in : f32 to bf16
      linalg.yield %140 : bf16
    } -> tensor<2x2x16x16xbf16>
    %72 = tensor.empty() : tensor<2x16x2x16xbf16>
    %73 = linalg.generic {indexing_maps = [#map22, #map4], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%71 : tensor<2x2x16x16xbf16>) outs(%72 : tensor<2x16x2x16xbf16>) {
    ^bb0(%in: bf16, %out: bf16):
      linalg.yield %in : bf16
    } -> tensor<2x16x2x16xbf16>
    %collapsed_19 = tensor.collapse_shape %73 [[0, 1], [2, 3]] : tensor<2x16x2x16xbf16> into tensor<32x32xbf16>
    %74 = linalg.generic {indexing_maps = [#map5, #map5], iterator_types = ["parallel", "parallel"]} ins(%arg3 : tensor<32x32xf32>) outs(%8 : tensor<32x32xbf16>) {
    ^bb0(%in: f32, %out: bf16):
      %140 = arith.truncf %in : f32 to bf16
      linalg.yield %140 : bf16
    } -> tensor<32x32xbf16>
    %75 = linalg.matmul ins(%collapsed_19, %74 : tensor<32x32xbf16>, tensor<32x32xbf16>) outs(%6 : tensor<32x32xf32>) -> tensor<32x32xf32>
    %76 = linalg.generic {indexing_maps = [#map5, #map5], iterator_types = ["parallel", "parallel"]} ins(%75 : tensor<32x32xf32>) outs(%8 : tensor<32x32xbf16>) {
    ^bb0(%in: f32, %out: bf16):
      %140 = arith.truncf %in : f32 to bf16
      linalg.yield %140 : bf16
    } -> tensor<32x32xbf16>
    %77 = linalg.generic {indexing_maps = [#map5, #map5], iterator_types = ["parallel", "parallel"]} ins(%76 : tensor<32x32xbf16>) outs(%5 : tensor<32x32xf32>) {
    ^bb0(%in: bf16, %out: f32):
      %140 = arith.extf %in : bf16 to f32
      linalg.yield %140 : f32
    } -> tensor<32x32xf32>
    %78 = linalg.generic {indexing_maps = [#map5, #map5, #map5], iterator_types = ["parallel", "parallel"]} ins(%11, %77 : tensor<32x32xf32>, tensor<32x32xf32>) outs(%5 : tensor<32x32xf32>) {
    ^bb0(%in: f32, %in_22: f32, %out: f32):
      %140 = arith.addf %in, %in_22 : f32
      linalg.yield %140 : f32
    } -> tensor<32x32xf32>
    %79 = linalg.generic {indexing_maps = [#map5, #map5, #map5], iterator_types = ["parallel", "parallel"]} ins(%78, %78 : tensor<32x32xf32>, tensor<32x32xf32>) outs(%5 : tensor<32x32xf32>) {
    ^bb0(%in: f32, %in_22: f32, %out: f32):
      %140 = arith.mulf %in, %in_22 : f32
      linalg.yield %140 : f32
    } -> tensor<32x32xf32>
    %80 = linalg.generic {indexing_maps = [#map5, #map6], iterator_types = ["parallel", "reduction"]} ins(%79 : tensor<32x32xf32>) outs(%14 : tensor<32xf32>) {
    ^bb0(%in: f32, %out: f32):
      %140 = arith.addf %out, %in : f32
      linalg.yield %140 : f32
    } -> tensor<32xf32>
    %81 = linalg.generic {indexing_maps = [#map6, #map5], iterator_types = ["parallel", "parallel"]} ins(%80 : tensor<32xf32>) outs(%16 : tensor<32x1xf32>) {
    ^bb0(%in: f32, %out: f32):
      linalg.yield %in : f32
    } -> tensor<32x1xf32>
    %82 = linalg.generic {indexing_maps = [#map5, #map5, #map5], iterator_types = ["parallel", "parallel"]} ins(%81, %18 : tensor<32x1xf32>, tensor<32x1xf32>) outs(%16 : tensor<32x1xf32>) {
    ^bb0(%in: f32, %in_22: f32, %out: f32):
      %140 = arith.divf %in, %in_22 : f32
      linalg.yield %140 : f32
    } -> tensor<32x1xf32>
    %83 = linalg.generic {indexing_maps = [#map5, #map5, #map5], iterator_types = ["parallel", "parallel"]} ins(%82, %20 : tensor<32x1xf32>, tensor<32x1xf32>) outs(%16 : tensor<32x1xf32>) {
    ^bb0(%in: f32, %in_22: f32, %out: f32):
      %140 = arith.addf %in, %in_22 : f32
      linalg.yield %140 : f32
    } -> tensor<32x1xf32>
    %84 = linalg.generic {indexing_maps = [#map5, #map5], iterator_types = ["parallel", "parallel"]} ins(%83 : tensor<32x1xf32>) outs(%16 : tensor<32x1xf32>) {
    ^bb0(%in: f32, %out: f32):
      %140 = math.rsqrt %in : f32
      linalg.yield %140 : f32
    } -> tensor<32x1xf32>
    %85 = linalg.generic {indexing_maps = [#map8, #map5], iterator_types = ["parallel", "parallel"]} ins(%84 : tensor<32x1xf32>) outs(%5 : tensor<32x32xf32>) {
    ^bb0(%in: f32, %out: f32):
      linalg.yield %in : f32
    } -> tensor<32x32xf32>
    %86 = linalg.generic {indexing_maps = [#map5, #map5, #map5], iterator_types = ["parallel", "parallel"]} ins(%78, %85 : tensor<32x32xf32>, tensor<32x32xf32>) outs(%5 : tensor<32x32xf32>) {
    ^bb0(%in: f32, %in_22: f32, %out: f32):
      %140 = arith.mulf %in, %in_22 : f32
      linalg.yield %140 : f32
    } -> tensor<32x32xf32>
    %87 = linalg.generic {indexing_maps = [#map5, #map5], iterator_types = ["parallel", "parallel"]} ins(%86 : tensor<32x32xf32>) outs(%8 : tensor<32x32xbf16>) {
    ^bb0(%in: f32, %out: bf16):
      %140 = arith.truncf %in : f32 to bf16
      linalg.yield %140 : bf16
    } -> tensor<32x32xbf16>
    %88 = tensor.empty() : tensor<32x128xbf16>
    %89 = linalg.generic {indexing_maps = [#map5, #map5], iterator_types = ["parallel", "parallel"]} ins(%arg4 : tensor<32x128xf32>) outs(%88 : tensor<32x128xbf16>) {
    ^bb0(%in: f32, %out: bf16):
      %140 = arith.truncf %in : f32 to bf16
      linalg.yield %140 : bf16
    } -> tensor<32x128xbf16>
    %90 = tensor.empty() : tensor<32x128xf32>
    %91 = linalg.fill ins(%cst_1 : f32) outs(%90 : tensor<32x128xf32>) -> tensor<32x128xf32>
    %92 = linalg.matmul ins(%87, %89 : tensor<32x32xbf16>, tensor<32x128xbf16>) outs(%91 : tensor<32x128xf32>) -> tensor<32x128xf32>
    %93 = linalg.generic {indexing_maps = [#map5, #map5], iterator_types = ["parallel", "parallel"]} ins(%92 : tensor<32x128xf32>) outs(%88 : tensor<32x128xbf16>) {
    ^bb0(%in: f32, %out: bf16):
      %140 = arith.truncf %in : f32 to bf16
      linalg.yield %140 : bf16
    } -> tensor<32x128xbf16>
    %94 = linalg.generic {indexing_maps = [#map5, #map5], iterator_types = ["parallel", "parallel"]} ins(%93 : tensor<32x128xbf16>) outs(%90 : tensor<32x128xf32>) {
    ^bb0(%in: bf16, %out: f32):
      %140 = arith.extf %in : bf16 to f32
      linalg.yield %140 : f32
    } -> tensor<32x128xf32>
    %95 = linalg.generic {indexing_maps = [#map5, #map5, #map5], iterator_types = ["parallel", "parallel"]} ins(%94, %94 : tensor<32x128xf32>, tensor<32x128xf32>) outs(%90 : tensor<32x128xf32>) {
    ^bb0(%in: f32, %in_22: f32, %out: f32):
      %140 = arith.mulf %in, %in_22 : f32
      linalg.yield %140 : f32
    } -> tensor<32x128xf32>
    %96 = linalg.generic {indexing_maps = [#map5, #map5, #map5], iterator_types = ["parallel", "parallel"]} ins(%95, %94 : tensor<32x128xf32>, tensor<32x128xf32>) outs(%90 : tensor<32x128xf32>) {
    ^bb0(%in: f32, %in_22: f32, %out: f32):
      %140 = arith.mulf %in, %in_22 : f32
      linalg.yield %140 : f32
    } -> tensor<32x128xf32>
    %97 = linalg.generic {indexing_maps = [#map7, #map5], iterator_types = ["parallel", "parallel"]} ins(%cst_5 : tensor<f32>) outs(%90 : tensor<32x128xf32>) {
    ^bb0(%in: f32, %out: f32):
      linalg.yield %in : f32
    } -> tensor<32x128xf32>
    %98 = linalg.generic {indexing_maps = [#map5, #map5, #map5], iterator_types = ["parallel", "parallel"]} ins(%97, %96 : tensor<32x128xf32>, tensor<32x128xf32>) outs(%90 : tensor<32x128xf32>) {
    ^bb0(%in: f32, %in_22: f32, %out: f32):
      %140 = arith.mulf %in, %in_22 : f32
      linalg.yield %140 : f32
    } -> tensor<32x128xf32>
    %99 = linalg.generic {indexing_maps = [#map5, #map5, #map5], iterator_types = ["parallel", "parallel"]} ins(%94, %98 : tensor<32x128xf32>, tensor<32x128xf32>) outs(%90 : tensor<32x128xf32>) {
    ^bb0(%in: f32, %in_22: f32, %out: f32):
      %140 = arith.addf %in, %in_22 : f32
      linalg.yield %140 : f32
    } -> tensor<32x128xf32>
    %100 = linalg.generic {indexing_maps = [#map7, #map5], iterator_types = ["parallel", "parallel"]} ins(%cst_4 : tensor<f32>) outs(%90 : tensor<32x128xf32>) {
    ^bb0(%in: f32, %out: f32):
      linalg.yield %in : f32
    } -> tensor<32x128xf32>
    %101 = linalg.generic {indexing_maps = [#map5, #map5, #map5], iterator_types = ["parallel", "parallel"]} ins(%100, %99 : tensor<32x128xf32>, tensor<32x128xf32>) outs(%90 : tensor<32x128xf32>) {
    ^bb0(%in: f32, %in_22: f32, %out: f32):
      %140 = arith.mulf %in, %in_22 : f32
      linalg.yield %140 : f32
    } -> tensor<32x128xf32>
    %102 = linalg.generic {indexing_maps = [#map5, #map5], iterator_types = ["parallel", "parallel"]} ins(%101 : tensor<32x128xf32>) outs(%90 : tensor<32x128xf32>) {
    ^bb0(%in: f32, %out: f32):
      %140 = math.tanh %in : f32
      linalg.yield %140 : f32
    } -> tensor<32x128xf32>
    %103 = linalg.generic {indexing_maps = [#map7, #map5], iterator_types = ["parallel", "parallel"]} ins(%cst_3 : tensor<f32>) outs(%90 : tensor<32x128xf32>) {
    ^bb0(%in: f32, %out: f32):
      linalg.yield %in : f32
    } -> tensor<32x128xf32>
    %104 = linalg.generic {indexing_maps = [#map5, #map5, #map5], iterator_types = ["parallel", "parallel"]} ins(%103, %102 : tensor<32x128xf32>, tensor<32x128xf32>) outs(%90 : tensor<32x128xf32>) {
    ^bb0(%in: f32, %in_22: f32, %out: f32):
      %140 = arith.addf %in, %in_22 : f32
      linalg.yield %140 : f32
    } -> tensor<32x128xf32>
    %105 = linalg.generic {indexing_maps = [#map7, #map5], iterator_types = ["parallel", "parallel"]} ins(%cst_2 : tensor<f32>) outs(%90 : tensor<32x128xf32>) {
    ^bb0(%in: f32, %out: f32):
      linalg.yield %in : f32
    } -> tensor<32x128xf32>
    %106 = linalg.generic {indexing_maps = [#map5, #map5, #map5], iterator_types = ["parallel", "parallel"]} ins(%105, %104 : tensor<32x128xf32>, tensor<32x128xf32>) outs(%90 : tensor<32x128xf32>) {
    ^bb0(%in: f32, %in_22: f32, %out: f32):
      %140 = arith.mulf %in, %in_22 : f32
      linalg.yield %140 : f32
    } -> tensor<32x128xf32>
    %107 = linalg.generic {indexing_maps = [#map5, #map5, #map5], iterator_types = ["parallel", "parallel"]} ins(%94, %106 : tensor<32x128xf32>, tensor<32x128xf32>) outs(%90 : tensor<32x128xf32>) {
    ^bb0(%in: f32, %in_22: f32, %out: f32):
      %140 = arith.mulf %in, %in_22 : f32
      linalg.yield %140 : f32
    } -> tensor<32x128xf32>
    %108 = linalg.generic {indexing_maps = [#map5, #map5], iterator_types = ["parallel", "parallel"]} ins(%107 : tensor<32x128xf32>) outs(%88 : tensor<32x128xbf16>) {
    ^bb0(%in: f32, %out: bf16):
      %140 = arith.truncf %in : f32 to bf16
      linalg.yield %140 : bf16
    } -> tensor<32x128xbf16>
    %109 = tensor.empty() : tensor<128x32xbf16>
    %110 = linalg.generic {indexing_maps = [#map5, #map5], iterator_types = ["parallel", "parallel"]} ins(%arg5 : tensor<128x32xf32>) outs(%109 : tensor<128x32xbf16>) {
    ^bb0(%in: f32, %out: bf16):
      %140 = arith.truncf %in : f32 to bf16
      linalg.yield %140 : bf16
    } -> tensor<128x32xbf16>
    %111 = linalg.matmul ins(%108, %110 : tensor<32x128xbf16>, tensor<128x32xbf16>) outs(%6 : tensor<32x32xf32>) -> tensor<32x32xf32>
    %112 = linalg.generic {indexing_maps = [#map5, #map5], iterator_types = ["parallel", "parallel"]} ins(%111 : tensor<32x32xf32>) outs(%8 : tensor<32x32xbf16>) {
    ^bb0(%in: f32, %out: bf16):
      %140 = arith.truncf %in : f32 to bf16
      linalg.yield %140 : bf16
    } -> tensor<32x32xbf16>
    %113 = linalg.generic {indexing_maps = [#map5, #map5], iterator_types = ["parallel", "parallel"]} ins(%112 : tensor<32x32xbf16>) outs(%5 : tensor<32x32xf32>) {
    ^bb0(%in: bf16, %out: f32):
      %140 = arith.extf %in : bf16 to f32
      linalg.yield %140 : f32
    } -> tensor<32x32xf32>
    %114 = linalg.generic {indexing_maps = [#map5, #map5, #map5], iterator_types = ["parallel", "parallel"]} ins(%78, %113 : tensor<32x32xf32>, tensor<32x32xf32>) outs(%5 : tensor<32x32xf32>) {
    ^bb0(%in: f32, %in_22: f32, %out: f32):
      %140 = arith.addf %in, %in_22 : f32
      linalg.yield %140 : f32
    } -> tensor<32x32xf32>
    %115 = linalg.generic {indexing_maps = [#map5, #map5, #map5], iterator_types = ["parallel", "parallel"]} ins(%114, %114 : tensor<32x32xf32>, tensor<32x32xf32>) outs(%5 : tensor<32x32xf32>) {
    ^bb0(%in: f32, %in_22: f32, %out: f32):
      %140 = arith.mulf %in, %in_22 : f32
      linalg.yield %140 : f32
    } -> tensor<32x32xf32>
    %116 = linalg.generic {indexing_maps = [#map5, #map6], iterator_types = ["parallel", "reduction"]} ins(%115 : tensor<32x32xf32>) outs(%14 : tensor<32xf32>) {
    ^bb0(%in: f32, %out: f32):
      %140 = arith.addf %out, %in : f32
      linalg.yield %140 : f32
    } -> tensor<32xf32>
    %117 = linalg.generic {indexing_maps = [#map6, #map5], iterator_types = ["parallel", "parallel"]} ins(%116 : tensor<32xf32>) outs(%16 : tensor<32x1xf32>) {
    ^bb0(%in: f32, %out: f32):
      linalg.yield %in : f32
    } -> tensor<32x1xf32>
    %118 = linalg.generic {indexing_maps = [#map5, #map5, #map5], iterator_types = ["parallel", "parallel"]} ins(%117, %18 : tensor<32x1xf32>, tensor<32x1xf32>) outs(%16 : tensor<32x1xf32>) {
    ^bb0(%in: f32, %in_22: f32, %out: f32):
      %140 = arith.divf %in, %in_22 : f32
      linalg.yield %140 : f32
    } -> tensor<32x1xf32>
    %119 = linalg.generic {indexing_maps = [#map5, #map5, #map5], iterator_types = ["parallel", "parallel"]} ins(%118, %20 : tensor<32x1xf32>, tensor<32x1xf32>) outs(%16 : tensor<32x1xf32>) {
    ^bb0(%in: f32, %in_22: f32, %out: f32):
      %140 = arith.addf %in, %in_22 : f32
      linalg.yield %140 : f32
    } -> tensor<32x1xf32>
    %120 = linalg.generic {indexing_maps = [#map5, #map5], iterator_types = ["parallel", "parallel"]} ins(%119 : tensor<32x1xf32>) outs(%16 : tensor<32x1xf32>) {
    ^bb0(%in: f32, %out: f32):
      %140 = math.rsqrt %in : f32
      linalg.yield %140 : f32
    } -> tensor<32x1xf32>
    %121 = linalg.generic {indexing_maps = [#map8, #map5], iterator_types = ["parallel", "parallel"]} ins(%120 : tensor<32x1xf32>) outs(%5 : tensor<32x32xf32>) {
    ^bb0(%in: f32, %out: f32):
      linalg.yield %in : f32
    } -> tensor<32x32xf32>
    %122 = linalg.generic {indexing_maps = [#map5, #map5, #map5], iterator_types = ["parallel", "parallel"]} ins(%114, %121 : tensor<32x32xf32>, tensor<32x32xf32>) outs(%5 : tensor<32x32xf32>) {
    ^bb0(%in: f32, %in_22: f32, %out: f32):
      %140 = arith.mulf %in, %in_22 : f32
      linalg.yield %140 : f32
    } -> tensor<32x32xf32>
    %123 = linalg.generic {indexing_maps = [#map5, #map5], iterator_types = ["parallel", "parallel"]} ins(%122 : tensor<32x32xf32>) outs(%8 : tensor<32x32xbf16>) {
    ^bb0(%in: f32, %out: bf16):
      %140 = arith.truncf %in : f32 to bf16
      linalg.yield %140 : bf16
    } -> tensor<32x32xbf16>
    %124 = tensor.empty() : tensor<32x256xbf16>
    %125 = linalg.generic {indexing_maps = [#map5, #map5], iterator_types = ["parallel", "parallel"]} ins(%arg6 : tensor<32x256xf32>) outs(%124 : tensor<32x256xbf16>) {
    ^bb0(%in: f32, %out: bf16):
      %140 = arith.truncf %in : f32 to bf16
      linalg.yield %140 : bf16
    } -> tensor<32x256xbf16>
    %126 = tensor.empty() : tensor<32x256xf32>
    %127 = linalg.fill ins(%cst_1 : f32) outs(%126 : tensor<32x256xf32>) -> tensor<32x256xf32>
    %128 = linalg.matmul ins(%123, %125 : tensor<32x32xbf16>, tensor<32x256xbf16>) outs(%127 : tensor<32x256xf32>) -> tensor<32x256xf32>
    %129 = linalg.generic {indexing_maps = [#map5, #map5], iterator_types = ["parallel", "parallel"]} ins(%128 : tensor<32x256xf32>) outs(%124 : tensor<32x256xbf16>) {
    ^bb0(%in: f32, %out: bf16):
      %140 = arith.truncf %in : f32 to bf16
      linalg.yield %140 : bf16
    } -> tensor<32x256xbf16>
    %130 = linalg.generic {indexing_maps = [#map5, #map5], iterator_types = ["parallel", "parallel"]} ins(%129 : tensor<32x256xbf16>) outs(%126 : tensor<32x256xf32>) {
    ^bb0(%in: bf16, %out: f32):
      %140 = arith.extf %in : bf16 to f32
      linalg.yield %140 : f32
    } -> tensor<32x256xf32>
    %extracted_slice_20 = tensor.extract_slice %arg7[0, 1] [2, 16] [1, 1] : tensor<2x17xi32> to tensor<2x16xi32>
    %collapsed_21 = tensor.collapse_shape %extracted_slice_20 [[0, 1]] : tensor<2x16xi32> into tensor<32xi32>
    %131 = call @_one_hot_0(%collapsed_21) : (tensor<32xi32>) -> tensor<32x256xf32>
    %132 = call @log_softmax(%130) : (tensor<32x256xf32>) -> tensor<32x256xf32>
    %133 = linalg.generic {indexing_maps = [#map5, #map5, #map5], iterator_types = ["parallel", "parallel"]} ins(%131, %132 : tensor<32x256xf32>, tensor<32x256xf32>) outs(%126 : tensor<32x256xf32>) {
    ^bb0(%in: f32, %in_22: f32, %out: f32):
      %140 = arith.mulf %in, %in_22 : f32
      linalg.yield %140 : f32
    } -> tensor<32x256xf32>
    %134 = linalg.generic {indexing_maps = [#map5, #map6], iterator_types = ["parallel", "reduction"]} ins(%133 : tensor<32x256xf32>) outs(%14 : tensor<32xf32>) {
    ^bb0(%in: f32, %out: f32):
      %140 = arith.addf %out, %in : f32
      linalg.yield %140 : f32
    } -> tensor<32xf32>
    %135 = tensor.empty() : tensor<f32>
    %136 = linalg.fill ins(%cst_1 : f32) outs(%135 : tensor<f32>) -> tensor<f32>
    %137 = linalg.generic {indexing_maps = [#map1, #map], iterator_types = ["reduction"]} ins(%134 : tensor<32xf32>) outs(%136 : tensor<f32>) {
    ^bb0(%in: f32, %out: f32):
      %140 = arith.addf %out, %in : f32
      linalg.yield %140 : f32
    } -> tensor<f32>
    %138 = linalg.generic {indexing_maps = [#map2, #map2], iterator_types = []} ins(%137 : tensor<f32>) outs(%135 : tensor<f32>) {
    ^bb0(%in: f32, %out: f32):
      %140 = arith.divf %in, %cst : f32
      linalg.yield %140 : f32
    } -> tensor<f32>
    %139 = linalg.generic {indexing_maps = [#map2, #map2], iterator_types = []} ins(%138 : tensor<f32>) outs(%135 : tensor<f32>) {
    ^bb0(%in: f32, %out: f32):
      %140 = arith.negf %in : f32
      linalg.yield %140 : f32
    } -> tensor<f32>
    return %139 : tensor<f32>
  }
  func.func private @_one_hot(%arg0: tensor<32xi32>) -> tensor<32x256xbf16> {
    %0 = tensor.empty() : tensor<32x1xi32>
    %1 = linalg.generic {indexing_maps = [#map6, #map5], iterator_types = ["parallel", "parallel"]} ins(%arg0 : tensor<32xi32>) outs(%0 : tensor<32x1xi32>) {
    ^bb0(%in: i32, %out: i32):
      linalg.yield %in : i32
    } -> tensor<32x1xi32>
    %2 = tensor.empty() : tensor<1x256xi32>
    %3 = linalg.generic {indexing_maps = [#map5], iterator_types = ["parallel", "parallel"]} outs(%2 : tensor<1x256xi32>) {
    ^bb0(%out: i32):
      %11 = linalg.index 1 : index
      %12 = arith.index_cast %11 : index to i32
      linalg.yield %12 : i32
    } -> tensor<1x256xi32>
    %4 = tensor.empty() : tensor<32x256xi32>
    %5 = linalg.generic {indexing_maps = [#map8, #map5], iterator_types = ["parallel", "parallel"]} ins(%1 : tensor<32x1xi32>) outs(%4 : tensor<32x256xi32>) {
    ^bb0(%in: i32, %out: i32):
      linalg.yield %in : i32
    } -> tensor<32x256xi32>
    %6 = linalg.generic {indexing_maps = [#map16, #map5], iterator_types = ["parallel", "parallel"]} ins(%3 : tensor<1x256xi32>) outs(%4 : tensor<32x256xi32>) {
    ^bb0(%in: i32, %out: i32):
      linalg.yield %in : i32
    } -> tensor<32x256xi32>
    %7 = tensor.empty() : tensor<32x256xi1>
    %8 = linalg.generic {indexing_maps = [#map5, #map5, #map5], iterator_types = ["parallel", "parallel"]} ins(%5, %6 : tensor<32x256xi32>, tensor<32x256xi32>) outs(%7 : tensor<32x256xi1>) {
    ^bb0(%in: i32, %in_0: i32, %out: i1):
      %11 = arith.cmpi eq, %in, %in_0 : i32
      linalg.yield %11 : i1
    } -> tensor<32x256xi1>
    %9 = tensor.empty() : tensor<32x256xbf16>
    %10 = linalg.generic {indexing_maps = [#map5, #map5], iterator_types = ["parallel", "parallel"]} ins(%8 : tensor<32x256xi1>) outs(%9 : tensor<32x256xbf16>) {
    ^bb0(%in: i1, %out: bf16):
      %11 = arith.uitofp %in : i1 to bf16
      linalg.yield %11 : bf16
    } -> tensor<32x256xbf16>
    return %10 : tensor<32x256xbf16>
  }
  func.func private @_where(%arg0: tensor<16x16xi1>, %arg1: tensor<2x2x16x16xf32>, %arg2: tensor<f32>) -> tensor<2x2x16x16xf32> {
    %0 = tensor.empty() : tensor<2x2x16x16xi1>
    %1 = linalg.generic {indexing_maps = [#map23, #map4], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%arg0 : tensor<16x16xi1>) outs(%0 : tensor<2x2x16x16xi1>) {
    ^bb0(%in: i1, %out: i1):
      linalg.yield %in : i1
    } -> tensor<2x2x16x16xi1>
    %2 = tensor.empty() : tensor<2x2x16x16xf32>
    %3 = linalg.generic {indexing_maps = [#map14, #map4], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%arg2 : tensor<f32>) outs(%2 : tensor<2x2x16x16xf32>) {
    ^bb0(%in: f32, %out: f32):
      linalg.yield %in : f32
    } -> tensor<2x2x16x16xf32>
    %4 = linalg.generic {indexing_maps = [#map4, #map4, #map4, #map4], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%1, %arg1, %3 : tensor<2x2x16x16xi1>, tensor<2x2x16x16xf32>, tensor<2x2x16x16xf32>) outs(%2 : tensor<2x2x16x16xf32>) {
    ^bb0(%in: i1, %in_0: f32, %in_1: f32, %out: f32):
      %5 = arith.select %in, %in_0, %in_1 : f32
      linalg.yield %5 : f32
    } -> tensor<2x2x16x16xf32>
    return %4 : tensor<2x2x16x16xf32>
  }
  func.func private @_one_hot_0(%arg0: tensor<32xi32>) -> tensor<32x256xf32> {
    %0 = tensor.empty() : tensor<32x1xi32>
    %1 = linalg.generic {indexing_maps = [#map6, #map5], iterator_types = ["parallel", "parallel"]} ins(%arg0 : tensor<32xi32>) outs(%0 : tensor<32x1xi32>) {
    ^bb0(%in: i32, %out: i32):
      linalg.yield %in : i32
    } -> tensor<32x1xi32>
    %2 = tensor.empty() : tensor<1x256xi32>
    %3 = linalg.generic {indexing_maps = [#map5], iterator_types = ["parallel", "parallel"]} outs(%2 : tensor<1x256xi32>) {
    ^bb0(%out: i32):
      %11 = linalg.index 1 : index
      %12 = arith.index_cast %11 : index to i32
      linalg.yield %12 : i32
    } -> tensor<1x256xi32>
    %4 = tensor.empty() : tensor<32x256xi32>
    %5 = linalg.generic {indexing_maps = [#map8, #map5], iterator_types = ["parallel", "parallel"]} ins(%1 : tensor<32x1xi32>) outs(%4 : tensor<32x256xi32>) {
    ^bb0(%in: i32, %out: i32):
      linalg.yield %in : i32
    } -> tensor<32x256xi32>
    %6 = linalg.generic {indexing_maps = [#map16, #map5], iterator_types = ["parallel", "parallel"]} ins(%3 : tensor<1x256xi32>) outs(%4 : tensor<32x256xi32>) {
    ^bb0(%in: i32, %out: i32):
      linalg.yield %in : i32
    } -> tensor<32x256xi32>
    %7 = tensor.empty() : tensor<32x256xi1>
    %8 = linalg.generic {indexing_maps = [#map5, #map5, #map5], iterator_types = ["parallel", "parallel"]} ins(%5, %6 : tensor<32x256xi32>, tensor<32x256xi32>) outs(%7 : tensor<32x256xi1>) {
    ^bb0(%in: i32, %in_0: i32, %out: i1):
      %11 = arith.cmpi eq, %in, %in_0 : i32
      linalg.yield %11 : i1
    } -> tensor<32x256xi1>
    %9 = tensor.empty() : tensor<32x256xf32>
    %10 = linalg.generic {indexing_maps = [#map5, #map5], iterator_types = ["parallel", "parallel"]} ins(%8 : tensor<32x256xi1>) outs(%9 : tensor<32x256xf32>) {
    ^bb0(%in: i1, %out: f32):
      %11 = arith.uitofp %in : i1 to f32
      linalg.yield %11 : f32
    } -> tensor<32x256xf32>
    return %10 : tensor<32x256xf32>
  }
  func.func private @log_softmax(%arg0: tensor<32x256xf32>) -> tensor<32x256xf32> {
    %cst = arith.constant 0.000000e+00 : f32
    %cst_0 = arith.constant dense<0xFF800000> : tensor<f32>
    %cst_1 = arith.constant 0xFF800000 : f32
    %0 = tensor.empty() : tensor<32xf32>
    %1 = linalg.fill ins(%cst_1 : f32) outs(%0 : tensor<32xf32>) -> tensor<32xf32>
    %2 = linalg.generic {indexing_maps = [#map5, #map6], iterator_types = ["parallel", "reduction"]} ins(%arg0 : tensor<32x256xf32>) outs(%1 : tensor<32xf32>) {
    ^bb0(%in: f32, %out: f32):
      %17 = arith.maximumf %out, %in : f32
      linalg.yield %17 : f32
    } -> tensor<32xf32>
    %3 = linalg.generic {indexing_maps = [#map, #map1], iterator_types = ["parallel"]} ins(%cst_0 : tensor<f32>) outs(%0 : tensor<32xf32>) {
    ^bb0(%in: f32, %out: f32):
      linalg.yield %in : f32
    } -> tensor<32xf32>
    %4 = linalg.generic {indexing_maps = [#map1, #map1, #map1], iterator_types = ["parallel"]} ins(%3, %2 : tensor<32xf32>, tensor<32xf32>) outs(%0 : tensor<32xf32>) {
    ^bb0(%in: f32, %in_2: f32, %out: f32):
      %17 = arith.maximumf %in, %in_2 : f32
      linalg.yield %17 : f32
    } -> tensor<32xf32>
    %5 = tensor.empty() : tensor<32x1xf32>
    %6 = linalg.generic {indexing_maps = [#map6, #map5], iterator_types = ["parallel", "parallel"]} ins(%4 : tensor<32xf32>) outs(%5 : tensor<32x1xf32>) {
    ^bb0(%in: f32, %out: f32):
      linalg.yield %in : f32
    } -> tensor<32x1xf32>
    %7 = tensor.empty() : tensor<32x256xf32>
    %8 = linalg.generic {indexing_maps = [#map8, #map5], iterator_types = ["parallel", "parallel"]} ins(%6 : tensor<32x1xf32>) outs(%7 : tensor<32x256xf32>) {
    ^bb0(%in: f32, %out: f32):
      linalg.yield %in : f32
    } -> tensor<32x256xf32>
    %9 = linalg.generic {indexing_maps = [#map5, #map5, #map5], iterator_types = ["parallel", "parallel"]} ins(%arg0, %8 : tensor<32x256xf32>, tensor<32x256xf32>) outs(%7 : tensor<32x256xf32>) {
    ^bb0(%in: f32, %in_2: f32, %out: f32):
      %17 = arith.subf %in, %in_2 : f32
      linalg.yield %17 : f32
    } -> tensor<32x256xf32>
    %10 = linalg.generic {indexing_maps = [#map5, #map5], iterator_types = ["parallel", "parallel"]} ins(%9 : tensor<32x256xf32>) outs(%7 : tensor<32x256xf32>) {
    ^bb0(%in: f32, %out: f32):
      %17 = math.exp %in : f32
      linalg.yield %17 : f32
    } -> tensor<32x256xf32>
    %11 = linalg.fill ins(%cst : f32) outs(%0 : tensor<32xf32>) -> tensor<32xf32>
    %12 = linalg.generic {indexing_maps = [#map5, #map6], iterator_types = ["parallel", "reduction"]} ins(%10 : tensor<32x256xf32>) outs(%11 : tensor<32xf32>) {
    ^bb0(%in: f32, %out: f32):
      %17 = arith.addf %out, %in : f32
      linalg.yield %17 : f32
    } -> tensor<32xf32>
    %13 = linalg.generic {indexing_maps = [#map6, #map5], iterator_types = ["parallel", "parallel"]} ins(%12 : tensor<32xf32>) outs(%5 : tensor<32x1xf32>) {
    ^bb0(%in: f32, %out: f32):
      linalg.yield %in : f32
    } -> tensor<32x1xf32>
    %14 = linalg.generic {indexing_maps = [#map5, #map5], iterator_types = ["parallel", "parallel"]} ins(%13 : tensor<32x1xf32>) outs(%5 : tensor<32x1xf32>) {
    ^bb0(%in: f32, %out: f32):
      %17 = math.log %in : f32
      linalg.yield %17 : f32
    } -> tensor<32x1xf32>
    %15 = linalg.generic {indexing_maps = [#map8, #map5], iterator_types = ["parallel", "parallel"]} ins(%14 : tensor<32x1xf32>) outs(%7 : tensor<32x256xf32>) {
    ^bb0(%in: f32, %out: f32):
      linalg.yield %in : f32
    } -> tensor<32x256xf32>
    %16 = linalg.generic {indexing_maps = [#map5, #map5, #map5], iterator_types = ["parallel", "parallel"]} ins(%9, %15 : tensor<32x256xf32>, tensor<32x256xf32>) outs(%7 : tensor<32x256xf32>) {
    ^bb0(%in: f32, %in_2: f32, %out: f32):
      %17 = arith.subf %in, %in_2 : f32
      linalg.yield %17 : f32
    } -> tensor<32x256xf32>
    return %16 : tensor<32x256xf32>
  }
  func.func private @dynamic_update_index_in_dim(%arg0: tensor<2xf32>, %arg1: tensor<f32>, %arg2: tensor<i32>) -> tensor<2xf32> {
    %c1 = arith.constant 1 : index
    %c0 = arith.constant 0 : index
    %0 = tensor.empty() : tensor<1xf32>
    %1 = linalg.generic {indexing_maps = [#map, #map1], iterator_types = ["parallel"]} ins(%arg1 : tensor<f32>) outs(%0 : tensor<1xf32>) {
    ^bb0(%in: f32, %out: f32):
      linalg.yield %in : f32
    } -> tensor<1xf32>
    %extracted = tensor.extract %arg2[] : tensor<i32>
    %2 = arith.index_cast %extracted : i32 to index
    %3 = arith.maxsi %2, %c0 : index
    %4 = arith.minsi %3, %c1 : index
    %inserted_slice = tensor.insert_slice %1 into %arg0[%4] [1] [1] : tensor<1xf32> into tensor<2xf32>
    return %inserted_slice : tensor<2xf32>
  }
}
