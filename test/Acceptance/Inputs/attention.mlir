#loc = loc(unknown)
#loc1 = loc("x")
#loc2 = loc("q")
#loc3 = loc("k")
#loc4 = loc("v")
#loc5 = loc("generate.py":132:17 to :77)
#loc6 = loc("generate.py":167:17 to :43)
#loc7 = loc("generate.py":179:0 to :6)
#loc8 = loc("generate.py":130:16 to :51)
#loc9 = loc("generate.py":131:23 to :56)
#loc10 = loc("generate.py":131:58 to :91)
#loc11 = loc("generate.py":132:32 to :76)
#loc12 = loc("generate.py":133:15 to :62)
#map = affine_map<(d0, d1, d2, d3, d4, d5) -> (d0, d1, d5)>
#map1 = affine_map<(d0, d1, d2, d3, d4, d5) -> (d5, d2, d3, d4)>
#map2 = affine_map<(d0, d1, d2, d3, d4, d5) -> (d0, d1, d2, d3, d4)>
#map3 = affine_map<(d0, d1, d2, d3, d4) -> (d0, d1, d4)>
#map4 = affine_map<(d0, d1, d2, d3, d4) -> (d4, d2, d3)>
#map5 = affine_map<(d0, d1, d2, d3, d4) -> (d0, d1, d2, d3)>
#map6 = affine_map<(d0, d1, d2, d3, d4, d5) -> (d0, d2, d1, d5)>
#map7 = affine_map<(d0, d1, d2, d3, d4, d5) -> (d0, d3, d1, d4, d5)>
#map8 = affine_map<(d0, d1, d2, d3, d4) -> (d0, d1, d4, d3, d2)>
#map9 = affine_map<(d0, d1, d2, d3, d4) -> (d0, d1, d2, d3, d4)>
#map10 = affine_map<(d0, d1, d2, d3) -> ()>
#map11 = affine_map<(d0, d1, d2, d3) -> (d0, d1, d2, d3)>
#map12 = affine_map<(d0, d1, d2, d3, d4) -> (d0, d1, d2, d3, 0)>
#map13 = affine_map<(d0, d1, d2, d3, d4, d5) -> (d0, d5, d1, d2)>
#map14 = affine_map<(d0, d1, d2, d3, d4, d5) -> (d0, d1, d3, d4, d5)>
#map15 = affine_map<(d0, d1, d2, d3, d4) -> (d0, d2, d4, d3, d1)>
#loc13 = loc("attention.<locals>.step"(#loc5))
#loc14 = loc("main"(#loc6))
#loc15 = loc("<module>"(#loc7))
#loc16 = loc("attention.<locals>.step"(#loc8))
#loc17 = loc("attention.<locals>.step"(#loc9))
#loc18 = loc("attention.<locals>.step"(#loc10))
#loc19 = loc("attention.<locals>.step"(#loc11))
#loc20 = loc("attention.<locals>.step"(#loc12))
#loc21 = loc(callsite(#loc14 at #loc15))
#loc22 = loc(callsite(#loc13 at #loc21))
#loc23 = loc(callsite(#loc16 at #loc21))
#loc24 = loc(callsite(#loc17 at #loc21))
#loc25 = loc(callsite(#loc18 at #loc21))
#loc26 = loc(callsite(#loc19 at #loc21))
#loc27 = loc(callsite(#loc20 at #loc21))
#loc29 = loc("jit(step)/reduce_max"(#loc22))
#loc30 = loc("jit(step)/btd,dghk->btghk/dot_general"(#loc23))
#loc31 = loc("jit(step)/btd,dgk->btgk/dot_general"(#loc24))
#loc32 = loc("jit(step)/btd,dgk->btgk/dot_general"(#loc25))
#loc33 = loc("jit(step)/btghk,bsgk->bghts/dot_general"(#loc26))
#loc34 = loc("jit(step)/btghk,bsgk->bghts/transpose"(#loc26))
#loc35 = loc("jit(step)/max"(#loc22))
#loc36 = loc("jit(step)/broadcast_in_dim"(#loc22))
#loc37 = loc("jit(step)/sub"(#loc22))
#loc38 = loc("jit(step)/exp"(#loc22))
#loc39 = loc("jit(step)/reduce_sum"(#loc22))
#loc40 = loc("jit(step)/div"(#loc22))
#loc41 = loc("jit(step)/bghts,bsgk->btghk/dot_general"(#loc27))
#loc42 = loc("jit(step)/bghts,bsgk->btghk/transpose"(#loc27))
module @jit_step attributes {mhlo.num_partitions = 1 : i32, mhlo.num_replicas = 1 : i32} {
  func.func public @main(%arg0: tensor<2x11x48xf32> loc("x"), %arg1: tensor<48x2x2x20xf32> loc("q"), %arg2: tensor<48x2x20xf32> loc("k"), %arg3: tensor<48x2x20xf32> loc("v")) -> (tensor<2x11x2x2x20xf32> {jax.result_info = "result"}) {
    %cst = arith.constant 0xFF800000 : f32 loc(#loc29)
    %cst_0 = arith.constant 0.000000e+00 : f32 loc(#loc)
    %cst_1 = arith.constant dense<0xFF800000> : tensor<f32> loc(#loc)
    %0 = tensor.empty() : tensor<2x11x2x2x20xf32> loc(#loc30)
    %1 = linalg.fill ins(%cst_0 : f32) outs(%0 : tensor<2x11x2x2x20xf32>) -> tensor<2x11x2x2x20xf32> loc(#loc30)
    %2 = linalg.generic {indexing_maps = [#map, #map1, #map2], iterator_types = ["parallel", "parallel", "parallel", "parallel", "parallel", "reduction"]} ins(%arg0, %arg1 : tensor<2x11x48xf32>, tensor<48x2x2x20xf32>) outs(%1 : tensor<2x11x2x2x20xf32>) {
    ^bb0(%in: f32 loc("x"), %in_2: f32 loc("q"), %out: f32 loc("jit(step)/btd,dghk->btghk/dot_general"(#loc23))):
      %31 = arith.mulf %in, %in_2 : f32 loc(#loc1)
      %32 = arith.addf %out, %31 : f32 loc(#loc30)
      linalg.yield %32 : f32 loc(#loc)
    } -> tensor<2x11x2x2x20xf32> loc(#loc30)
    %3 = tensor.empty() : tensor<2x11x2x20xf32> loc(#loc31)
    %4 = linalg.fill ins(%cst_0 : f32) outs(%3 : tensor<2x11x2x20xf32>) -> tensor<2x11x2x20xf32> loc(#loc31)
    %5 = linalg.generic {indexing_maps = [#map3, #map4, #map5], iterator_types = ["parallel", "parallel", "parallel", "parallel", "reduction"]} ins(%arg0, %arg2 : tensor<2x11x48xf32>, tensor<48x2x20xf32>) outs(%4 : tensor<2x11x2x20xf32>) {
    ^bb0(%in: f32 loc("x"), %in_2: f32 loc("k"), %out: f32 loc("jit(step)/btd,dgk->btgk/dot_general"(#loc24))):
      %31 = arith.mulf %in, %in_2 : f32 loc(#loc1)
      %32 = arith.addf %out, %31 : f32 loc(#loc31)
      linalg.yield %32 : f32 loc(#loc)
    } -> tensor<2x11x2x20xf32> loc(#loc31)
    %6 = linalg.generic {indexing_maps = [#map3, #map4, #map5], iterator_types = ["parallel", "parallel", "parallel", "parallel", "reduction"]} ins(%arg0, %arg3 : tensor<2x11x48xf32>, tensor<48x2x20xf32>) outs(%4 : tensor<2x11x2x20xf32>) {
    ^bb0(%in: f32 loc("x"), %in_2: f32 loc("v"), %out: f32 loc("jit(step)/btd,dgk->btgk/dot_general"(#loc25))):
      %31 = arith.mulf %in, %in_2 : f32 loc(#loc1)
      %32 = arith.addf %out, %31 : f32 loc(#loc32)
      linalg.yield %32 : f32 loc(#loc)
    } -> tensor<2x11x2x20xf32> loc(#loc32)
    %7 = tensor.empty() : tensor<2x2x11x11x2xf32> loc(#loc33)
    %8 = linalg.fill ins(%cst_0 : f32) outs(%7 : tensor<2x2x11x11x2xf32>) -> tensor<2x2x11x11x2xf32> loc(#loc33)
    %9 = linalg.generic {indexing_maps = [#map6, #map7, #map2], iterator_types = ["parallel", "parallel", "parallel", "parallel", "parallel", "reduction"]} ins(%5, %2 : tensor<2x11x2x20xf32>, tensor<2x11x2x2x20xf32>) outs(%8 : tensor<2x2x11x11x2xf32>) {
    ^bb0(%in: f32 loc("jit(step)/btd,dgk->btgk/dot_general"(#loc24)), %in_2: f32 loc("jit(step)/btd,dghk->btghk/dot_general"(#loc23)), %out: f32 loc("jit(step)/btghk,bsgk->bghts/dot_general"(#loc26))):
      %31 = arith.mulf %in, %in_2 : f32 loc(#loc31)
      %32 = arith.addf %out, %31 : f32 loc(#loc33)
      linalg.yield %32 : f32 loc(#loc)
    } -> tensor<2x2x11x11x2xf32> loc(#loc33)
    %10 = tensor.empty() : tensor<2x2x2x11x11xf32> loc(#loc34)
    %11 = linalg.generic {indexing_maps = [#map8, #map9], iterator_types = ["parallel", "parallel", "parallel", "parallel", "parallel"]} ins(%9 : tensor<2x2x11x11x2xf32>) outs(%10 : tensor<2x2x2x11x11xf32>) {
    ^bb0(%in: f32 loc("jit(step)/btghk,bsgk->bghts/dot_general"(#loc26)), %out: f32 loc("jit(step)/btghk,bsgk->bghts/transpose"(#loc26))):
      linalg.yield %in : f32 loc(#loc34)
    } -> tensor<2x2x2x11x11xf32> loc(#loc34)
    %12 = tensor.empty() : tensor<2x2x2x11xf32> loc(#loc29)
    %13 = linalg.fill ins(%cst : f32) outs(%12 : tensor<2x2x2x11xf32>) -> tensor<2x2x2x11xf32> loc(#loc29)
    %14 = linalg.generic {indexing_maps = [#map9, #map5], iterator_types = ["parallel", "parallel", "parallel", "parallel", "reduction"]} ins(%11 : tensor<2x2x2x11x11xf32>) outs(%13 : tensor<2x2x2x11xf32>) {
    ^bb0(%in: f32 loc("jit(step)/reduce_max"(#loc22)), %out: f32 loc("jit(step)/reduce_max"(#loc22))):
      %31 = arith.maximumf %out, %in : f32 loc(#loc29)
      linalg.yield %31 : f32 loc(#loc29)
    } -> tensor<2x2x2x11xf32> loc(#loc29)
    %15 = linalg.generic {indexing_maps = [#map10, #map11], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%cst_1 : tensor<f32>) outs(%12 : tensor<2x2x2x11xf32>) {
    ^bb0(%in: f32 loc(unknown), %out: f32 loc("jit(step)/max"(#loc22))):
      linalg.yield %in : f32 loc(#loc35)
    } -> tensor<2x2x2x11xf32> loc(#loc35)
    %16 = linalg.generic {indexing_maps = [#map11, #map11, #map11], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%15, %14 : tensor<2x2x2x11xf32>, tensor<2x2x2x11xf32>) outs(%12 : tensor<2x2x2x11xf32>) {
    ^bb0(%in: f32 loc("jit(step)/max"(#loc22)), %in_2: f32 loc("jit(step)/reduce_max"(#loc22)), %out: f32 loc("jit(step)/max"(#loc22))):
      %31 = arith.maximumf %in, %in_2 : f32 loc(#loc35)
      linalg.yield %31 : f32 loc(#loc35)
    } -> tensor<2x2x2x11xf32> loc(#loc35)
    %17 = tensor.empty() : tensor<2x2x2x11x1xf32> loc(#loc36)
    %18 = linalg.generic {indexing_maps = [#map5, #map9], iterator_types = ["parallel", "parallel", "parallel", "parallel", "parallel"]} ins(%16 : tensor<2x2x2x11xf32>) outs(%17 : tensor<2x2x2x11x1xf32>) {
    ^bb0(%in: f32 loc("jit(step)/max"(#loc22)), %out: f32 loc("jit(step)/broadcast_in_dim"(#loc22))):
      linalg.yield %in : f32 loc(#loc36)
    } -> tensor<2x2x2x11x1xf32> loc(#loc36)
    %19 = linalg.generic {indexing_maps = [#map12, #map9], iterator_types = ["parallel", "parallel", "parallel", "parallel", "parallel"]} ins(%18 : tensor<2x2x2x11x1xf32>) outs(%10 : tensor<2x2x2x11x11xf32>) {
    ^bb0(%in: f32 loc("jit(step)/broadcast_in_dim"(#loc22)), %out: f32 loc("jit(step)/sub"(#loc22))):
      linalg.yield %in : f32 loc(#loc37)
    } -> tensor<2x2x2x11x11xf32> loc(#loc37)
    %20 = linalg.generic {indexing_maps = [#map9, #map9, #map9], iterator_types = ["parallel", "parallel", "parallel", "parallel", "parallel"]} ins(%11, %19 : tensor<2x2x2x11x11xf32>, tensor<2x2x2x11x11xf32>) outs(%10 : tensor<2x2x2x11x11xf32>) {
    ^bb0(%in: f32 loc("jit(step)/btghk,bsgk->bghts/transpose"(#loc26)), %in_2: f32 loc("jit(step)/sub"(#loc22)), %out: f32 loc("jit(step)/sub"(#loc22))):
      %31 = arith.subf %in, %in_2 : f32 loc(#loc37)
      linalg.yield %31 : f32 loc(#loc37)
    } -> tensor<2x2x2x11x11xf32> loc(#loc37)
    %21 = linalg.generic {indexing_maps = [#map9, #map9], iterator_types = ["parallel", "parallel", "parallel", "parallel", "parallel"]} ins(%20 : tensor<2x2x2x11x11xf32>) outs(%10 : tensor<2x2x2x11x11xf32>) {
    ^bb0(%in: f32 loc("jit(step)/sub"(#loc22)), %out: f32 loc("jit(step)/exp"(#loc22))):
      %31 = math.exp %in : f32 loc(#loc38)
      linalg.yield %31 : f32 loc(#loc38)
    } -> tensor<2x2x2x11x11xf32> loc(#loc38)
    %22 = linalg.fill ins(%cst_0 : f32) outs(%12 : tensor<2x2x2x11xf32>) -> tensor<2x2x2x11xf32> loc(#loc39)
    %23 = linalg.generic {indexing_maps = [#map9, #map5], iterator_types = ["parallel", "parallel", "parallel", "parallel", "reduction"]} ins(%21 : tensor<2x2x2x11x11xf32>) outs(%22 : tensor<2x2x2x11xf32>) {
    ^bb0(%in: f32 loc("jit(step)/reduce_sum"(#loc22)), %out: f32 loc("jit(step)/reduce_sum"(#loc22))):
      %31 = arith.addf %out, %in : f32 loc(#loc39)
      linalg.yield %31 : f32 loc(#loc39)
    } -> tensor<2x2x2x11xf32> loc(#loc39)
    %24 = linalg.generic {indexing_maps = [#map5, #map9], iterator_types = ["parallel", "parallel", "parallel", "parallel", "parallel"]} ins(%23 : tensor<2x2x2x11xf32>) outs(%17 : tensor<2x2x2x11x1xf32>) {
    ^bb0(%in: f32 loc("jit(step)/reduce_sum"(#loc22)), %out: f32 loc("jit(step)/broadcast_in_dim"(#loc22))):
      linalg.yield %in : f32 loc(#loc36)
    } -> tensor<2x2x2x11x1xf32> loc(#loc36)
    %25 = linalg.generic {indexing_maps = [#map12, #map9], iterator_types = ["parallel", "parallel", "parallel", "parallel", "parallel"]} ins(%24 : tensor<2x2x2x11x1xf32>) outs(%10 : tensor<2x2x2x11x11xf32>) {
    ^bb0(%in: f32 loc("jit(step)/broadcast_in_dim"(#loc22)), %out: f32 loc("jit(step)/div"(#loc22))):
      linalg.yield %in : f32 loc(#loc40)
    } -> tensor<2x2x2x11x11xf32> loc(#loc40)
    %26 = linalg.generic {indexing_maps = [#map9, #map9, #map9], iterator_types = ["parallel", "parallel", "parallel", "parallel", "parallel"]} ins(%21, %25 : tensor<2x2x2x11x11xf32>, tensor<2x2x2x11x11xf32>) outs(%10 : tensor<2x2x2x11x11xf32>) {
    ^bb0(%in: f32 loc("jit(step)/exp"(#loc22)), %in_2: f32 loc("jit(step)/div"(#loc22)), %out: f32 loc("jit(step)/div"(#loc22))):
      %31 = arith.divf %in, %in_2 : f32 loc(#loc40)
      linalg.yield %31 : f32 loc(#loc40)
    } -> tensor<2x2x2x11x11xf32> loc(#loc40)
    %27 = tensor.empty() : tensor<2x2x20x2x11xf32> loc(#loc41)
    %28 = linalg.fill ins(%cst_0 : f32) outs(%27 : tensor<2x2x20x2x11xf32>) -> tensor<2x2x20x2x11xf32> loc(#loc41)
    %29 = linalg.generic {indexing_maps = [#map13, #map14, #map2], iterator_types = ["parallel", "parallel", "parallel", "parallel", "parallel", "reduction"]} ins(%6, %26 : tensor<2x11x2x20xf32>, tensor<2x2x2x11x11xf32>) outs(%28 : tensor<2x2x20x2x11xf32>) {
    ^bb0(%in: f32 loc("jit(step)/btd,dgk->btgk/dot_general"(#loc25)), %in_2: f32 loc("jit(step)/div"(#loc22)), %out: f32 loc("jit(step)/bghts,bsgk->btghk/dot_general"(#loc27))):
      %31 = arith.mulf %in, %in_2 : f32 loc(#loc32)
      %32 = arith.addf %out, %31 : f32 loc(#loc41)
      linalg.yield %32 : f32 loc(#loc)
    } -> tensor<2x2x20x2x11xf32> loc(#loc41)
    %30 = linalg.generic {indexing_maps = [#map15, #map9], iterator_types = ["parallel", "parallel", "parallel", "parallel", "parallel"]} ins(%29 : tensor<2x2x20x2x11xf32>) outs(%0 : tensor<2x11x2x2x20xf32>) {
    ^bb0(%in: f32 loc("jit(step)/bghts,bsgk->btghk/dot_general"(#loc27)), %out: f32 loc("jit(step)/bghts,bsgk->btghk/transpose"(#loc27))):
      linalg.yield %in : f32 loc(#loc42)
    } -> tensor<2x11x2x2x20xf32> loc(#loc42)
    return %30 : tensor<2x11x2x2x20xf32> loc(#loc28)
  } loc(#loc)
} loc(#loc)
#loc28 = loc("jit(step)"(#loc21))
