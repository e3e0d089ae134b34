#loc = loc(unknown)
#loc1 = loc("parameters[0]")
#loc2 = loc("parameters[1]")
#loc3 = loc("parameters[2]")
#loc4 = loc("data[0]")
#loc5 = loc("data[1]")
#loc6 = loc("generate.py":167:17 to :43)
#loc7 = loc("generate.py":179:0 to :6)
#loc8 = loc("generate.py":83:25 to :30)
#loc9 = loc("generate.py":53:26 to :69)
#loc10 = loc("generate.py":83:16 to :31)
#loc11 = loc("generate.py":84:25 to :34)
#loc12 = loc("generate.py":84:25 to :38)
#loc13 = loc("generate.py":84:24 to :44)
#loc14 = loc("generate.py":84:15 to :45)
#loc15 = loc("generate.py":54:45 to :52)
#loc16 = loc("generate.py":54:15 to :75)
#loc17 = loc("generate.py":54:41 to :52)
#map = affine_map<(d0, d1, d2, d3) -> (d0, d1, d3)>
#map1 = affine_map<(d0, d1, d2, d3) -> (d3, d2)>
#map2 = affine_map<(d0, d1, d2, d3) -> (d0, d1, d2)>
#map3 = affine_map<(d0, d1, d2) -> (d0, d1, d2)>
#map4 = affine_map<(d0, d1, d2) -> ()>
#map5 = affine_map<() -> ()>
#map6 = affine_map<(d0, d1, d2, d3) -> (d2, d3, d0)>
#map7 = affine_map<(d0, d1, d2, d3) -> (d2, d3, d1)>
#map8 = affine_map<(d0, d1, d2, d3) -> (d0, d1)>
#map9 = affine_map<(d0, d1) -> (d1, d0)>
#map10 = affine_map<(d0, d1) -> (d0, d1)>
#map11 = affine_map<(d0, d1, d2, d3) -> (d2, d3)>
#map12 = affine_map<(d0, d1) -> ()>
#loc18 = loc("main"(#loc6))
#loc19 = loc("<module>"(#loc7))
#loc20 = loc("odd.<locals>.loss"(#loc8))
#loc21 = loc("sgd.<locals>.step"(#loc9))
#loc22 = loc("odd.<locals>.loss"(#loc10))
#loc23 = loc("odd.<locals>.loss"(#loc11))
#loc24 = loc("odd.<locals>.loss"(#loc12))
#loc25 = loc("odd.<locals>.loss"(#loc13))
#loc26 = loc("odd.<locals>.loss"(#loc14))
#loc27 = loc("sgd.<locals>.step.<locals>.<lambda>"(#loc15))
#loc28 = loc("sgd.<locals>.step"(#loc16))
#loc29 = loc("sgd.<locals>.step.<locals>.<lambda>"(#loc17))
#loc30 = loc(callsite(#loc18 at #loc19))
#loc31 = loc("jit(step)"(#loc30))
#loc32 = loc(callsite(#loc21 at #loc30))
#loc33 = loc(callsite(#loc28 at #loc30))
#loc34 = loc(callsite(#loc20 at #loc32))
#loc35 = loc(callsite(#loc22 at #loc32))
#loc36 = loc(callsite(#loc23 at #loc32))
#loc37 = loc(callsite(#loc24 at #loc32))
#loc38 = loc(callsite(#loc25 at #loc32))
#loc39 = loc(callsite(#loc26 at #loc32))
#loc40 = loc(callsite(#loc27 at #loc33))
#loc41 = loc(callsite(#loc29 at #loc33))
#loc42 = loc("jit(step)/jvp()/dot_general"(#loc34))
#loc43 = loc("jit(step)/jvp()/tanh"(#loc35))
#loc44 = loc("jit(step)/jvp()/sub"(#loc35))
#loc45 = loc("jit(step)/jvp()/dot_general"(#loc36))
#loc46 = loc("jit(step)/jvp()/sub"(#loc37))
#loc47 = loc("jit(step)/jvp()/integer_pow"(#loc38))
#loc48 = loc("jit(step)/jvp()/mul"(#loc38))
#loc49 = loc("jit(step)/jvp()/reduce_sum"(#loc39))
#loc50 = loc("jit(step)/jvp()/div"(#loc39))
#loc51 = loc("jit(step)/transpose(jvp())/div"(#loc39))
#loc52 = loc("jit(step)/transpose(jvp())/broadcast_in_dim"(#loc39))
#loc53 = loc("jit(step)/transpose(jvp())/mul"(#loc38))
#loc54 = loc("jit(step)/transpose(jvp())/dot_general"(#loc36))
#loc55 = loc("jit(step)/transpose(jvp())/transpose"(#loc36))
#loc56 = loc("jit(step)/transpose(jvp())/mul"(#loc35))
#loc57 = loc("jit(step)/transpose(jvp())/add_any"(#loc35))
#loc58 = loc("jit(step)/transpose(jvp())/dot_general"(#loc34))
#loc59 = loc("jit(step)/transpose(jvp())/transpose"(#loc34))
#loc60 = loc("jit(step)/mul"(#loc40))
#loc61 = loc("jit(step)/sub"(#loc41))
module @jit_step attributes {mhlo.num_partitions = 1 : i32, mhlo.num_replicas = 1 : i32} {
  func.func public @main(%arg0: tensor<37x71xf32> loc("parameters[0]"), %arg1: tensor<71x33xf32> loc("parameters[1]"), %arg2: tensor<33x3xf32> loc("parameters[2]"), %arg3: tensor<5x7x37xf32> loc("data[0]"), %arg4: tensor<5x7x3xf32> loc("data[1]")) -> (tensor<37x71xf32> {jax.result_info = "result[0][0]"}, tensor<71x33xf32> {jax.result_info = "result[0][1]"}, tensor<33x3xf32> {jax.result_info = "result[0][2]"}, tensor<f32> {jax.result_info = "result[1]"}) {
    %cst = arith.constant 9.523810e-03 : f32 loc(#loc)
    %cst_0 = arith.constant 1.050000e+02 : f32 loc(#loc)
    %cst_1 = arith.constant 0.000000e+00 : f32 loc(#loc)
    %cst_2 = arith.constant dense<1.000000e-01> : tensor<f32> loc(#loc)
    %cst_3 = arith.constant dense<2.000000e+00> : tensor<f32> loc(#loc31)
    %cst_4 = arith.constant dense<1.000000e+00> : tensor<f32> loc(#loc)
    %0 = tensor.empty() : tensor<5x7x71xf32> loc(#loc42)
    %1 = linalg.fill ins(%cst_1 : f32) outs(%0 : tensor<5x7x71xf32>) -> tensor<5x7x71xf32> loc(#loc42)
    %2 = linalg.generic {indexing_maps = [#map, #map1, #map2], iterator_types = ["parallel", "parallel", "parallel", "reduction"]} ins(%arg3, %arg0 : tensor<5x7x37xf32>, tensor<37x71xf32>) outs(%1 : tensor<5x7x71xf32>) {
    ^bb0(%in: f32 loc("data[0]"), %in_5: f32 loc("parameters[0]"), %out: f32 loc("jit(step)/jvp()/dot_general"(#loc34))):
      %58 = arith.mulf %in, %in_5 : f32 loc(#loc4)
      %59 = arith.addf %out, %58 : f32 loc(#loc42)
      linalg.yield %59 : f32 loc(#loc)
    } -> tensor<5x7x71xf32> loc(#loc42)
    %3 = linalg.generic {indexing_maps = [#map3, #map3], iterator_types = ["parallel", "parallel", "parallel"]} ins(%2 : tensor<5x7x71xf32>) outs(%0 : tensor<5x7x71xf32>) {
    ^bb0(%in: f32 loc("jit(step)/jvp()/dot_general"(#loc34)), %out: f32 loc("jit(step)/jvp()/tanh"(#loc35))):
      %58 = math.tanh %in : f32 loc(#loc43)
      linalg.yield %58 : f32 loc(#loc43)
    } -> tensor<5x7x71xf32> loc(#loc43)
    %4 = linalg.generic {indexing_maps = [#map4, #map3], iterator_types = ["parallel", "parallel", "parallel"]} ins(%cst_4 : tensor<f32>) outs(%0 : tensor<5x7x71xf32>) {
    ^bb0(%in: f32 loc(unknown), %out: f32 loc("jit(step)/jvp()/sub"(#loc35))):
      linalg.yield %in : f32 loc(#loc44)
    } -> tensor<5x7x71xf32> loc(#loc44)
    %5 = linalg.generic {indexing_maps = [#map3, #map3, #map3], iterator_types = ["parallel", "parallel", "parallel"]} ins(%4, %3 : tensor<5x7x71xf32>, tensor<5x7x71xf32>) outs(%0 : tensor<5x7x71xf32>) {
    ^bb0(%in: f32 loc("jit(step)/jvp()/sub"(#loc35)), %in_5: f32 loc("jit(step)/jvp()/tanh"(#loc35)), %out: f32 loc("jit(step)/jvp()/sub"(#loc35))):
      %58 = arith.subf %in, %in_5 : f32 loc(#loc44)
      linalg.yield %58 : f32 loc(#loc44)
    } -> tensor<5x7x71xf32> loc(#loc44)
    %6 = tensor.empty() : tensor<5x7x33xf32> loc(#loc42)
    %7 = linalg.fill ins(%cst_1 : f32) outs(%6 : tensor<5x7x33xf32>) -> tensor<5x7x33xf32> loc(#loc42)
    %8 = linalg.generic {indexing_maps = [#map, #map1, #map2], iterator_types = ["parallel", "parallel", "parallel", "reduction"]} ins(%3, %arg1 : tensor<5x7x71xf32>, tensor<71x33xf32>) outs(%7 : tensor<5x7x33xf32>) {
    ^bb0(%in: f32 loc("jit(step)/jvp()/tanh"(#loc35)), %in_5: f32 loc("parameters[1]"), %out: f32 loc("jit(step)/jvp()/dot_general"(#loc34))):
      %58 = arith.mulf %in, %in_5 : f32 loc(#loc43)
      %59 = arith.addf %out, %58 : f32 loc(#loc42)
      linalg.yield %59 : f32 loc(#loc)
    } -> tensor<5x7x33xf32> loc(#loc42)
    %9 = linalg.generic {indexing_maps = [#map3, #map3], iterator_types = ["parallel", "parallel", "parallel"]} ins(%8 : tensor<5x7x33xf32>) outs(%6 : tensor<5x7x33xf32>) {
    ^bb0(%in: f32 loc("jit(step)/jvp()/dot_general"(#loc34)), %out: f32 loc("jit(step)/jvp()/tanh"(#loc35))):
      %58 = math.tanh %in : f32 loc(#loc43)
      linalg.yield %58 : f32 loc(#loc43)
    } -> tensor<5x7x33xf32> loc(#loc43)
    %10 = linalg.generic {indexing_maps = [#map4, #map3], iterator_types = ["parallel", "parallel", "parallel"]} ins(%cst_4 : tensor<f32>) outs(%6 : tensor<5x7x33xf32>) {
    ^bb0(%in: f32 loc(unknown), %out: f32 loc("jit(step)/jvp()/sub"(#loc35))):
      linalg.yield %in : f32 loc(#loc44)
    } -> tensor<5x7x33xf32> loc(#loc44)
    %11 = linalg.generic {indexing_maps = [#map3, #map3, #map3], iterator_types = ["parallel", "parallel", "parallel"]} ins(%10, %9 : tensor<5x7x33xf32>, tensor<5x7x33xf32>) outs(%6 : tensor<5x7x33xf32>) {
    ^bb0(%in: f32 loc("jit(step)/jvp()/sub"(#loc35)), %in_5: f32 loc("jit(step)/jvp()/tanh"(#loc35)), %out: f32 loc("jit(step)/jvp()/sub"(#loc35))):
      %58 = arith.subf %in, %in_5 : f32 loc(#loc44)
      linalg.yield %58 : f32 loc(#loc44)
    } -> tensor<5x7x33xf32> loc(#loc44)
    %12 = tensor.empty() : tensor<5x7x3xf32> loc(#loc45)
    %13 = linalg.fill ins(%cst_1 : f32) outs(%12 : tensor<5x7x3xf32>) -> tensor<5x7x3xf32> loc(#loc45)
    %14 = linalg.generic {indexing_maps = [#map, #map1, #map2], iterator_types = ["parallel", "parallel", "parallel", "reduction"]} ins(%9, %arg2 : tensor<5x7x33xf32>, tensor<33x3xf32>) outs(%13 : tensor<5x7x3xf32>) {
    ^bb0(%in: f32 loc("jit(step)/jvp()/tanh"(#loc35)), %in_5: f32 loc("parameters[2]"), %out: f32 loc("jit(step)/jvp()/dot_general"(#loc36))):
      %58 = arith.mulf %in, %in_5 : f32 loc(#loc43)
      %59 = arith.addf %out, %58 : f32 loc(#loc45)
      linalg.yield %59 : f32 loc(#loc)
    } -> tensor<5x7x3xf32> loc(#loc45)
    %15 = linalg.generic {indexing_maps = [#map3, #map3, #map3], iterator_types = ["parallel", "parallel", "parallel"]} ins(%14, %arg4 : tensor<5x7x3xf32>, tensor<5x7x3xf32>) outs(%12 : tensor<5x7x3xf32>) {
    ^bb0(%in: f32 loc("jit(step)/jvp()/dot_general"(#loc36)), %in_5: f32 loc("data[1]"), %out: f32 loc("jit(step)/jvp()/sub"(#loc37))):
      %58 = arith.subf %in, %in_5 : f32 loc(#loc46)
      linalg.yield %58 : f32 loc(#loc46)
    } -> tensor<5x7x3xf32> loc(#loc46)
    %16 = linalg.generic {indexing_maps = [#map3, #map3, #map3], iterator_types = ["parallel", "parallel", "parallel"]} ins(%15, %15 : tensor<5x7x3xf32>, tensor<5x7x3xf32>) outs(%12 : tensor<5x7x3xf32>) {
    ^bb0(%in: f32 loc("jit(step)/jvp()/sub"(#loc37)), %in_5: f32 loc("jit(step)/jvp()/sub"(#loc37)), %out: f32 loc("jit(step)/jvp()/integer_pow"(#loc38))):
      %58 = arith.mulf %in, %in_5 : f32 loc(#loc47)
      linalg.yield %58 : f32 loc(#loc47)
    } -> tensor<5x7x3xf32> loc(#loc47)
    %17 = linalg.generic {indexing_maps = [#map4, #map3], iterator_types = ["parallel", "parallel", "parallel"]} ins(%cst_3 : tensor<f32>) outs(%12 : tensor<5x7x3xf32>) {
    ^bb0(%in: f32 loc("jit(step)"(#loc30)), %out: f32 loc("jit(step)/jvp()/mul"(#loc38))):
      linalg.yield %in : f32 loc(#loc48)
    } -> tensor<5x7x3xf32> loc(#loc48)
    %18 = linalg.generic {indexing_maps = [#map3, #map3, #map3], iterator_types = ["parallel", "parallel", "parallel"]} ins(%17, %15 : tensor<5x7x3xf32>, tensor<5x7x3xf32>) outs(%12 : tensor<5x7x3xf32>) {
    ^bb0(%in: f32 loc("jit(step)/jvp()/mul"(#loc38)), %in_5: f32 loc("jit(step)/jvp()/sub"(#loc37)), %out: f32 loc("jit(step)/jvp()/mul"(#loc38))):
      %58 = arith.mulf %in, %in_5 : f32 loc(#loc48)
      linalg.yield %58 : f32 loc(#loc48)
    } -> tensor<5x7x3xf32> loc(#loc48)
    %19 = tensor.empty() : tensor<f32> loc(#loc49)
    %20 = linalg.fill ins(%cst_1 : f32) outs(%19 : tensor<f32>) -> tensor<f32> loc(#loc49)
    %21 = linalg.generic {indexing_maps = [#map3, #map4], iterator_types = ["reduction", "reduction", "reduction"]} ins(%16 : tensor<5x7x3xf32>) outs(%20 : tensor<f32>) {
    ^bb0(%in: f32 loc("jit(step)/jvp()/reduce_sum"(#loc39)), %out: f32 loc("jit(step)/jvp()/reduce_sum"(#loc39))):
      %58 = arith.addf %out, %in : f32 loc(#loc49)
      linalg.yield %58 : f32 loc(#loc49)
    } -> tensor<f32> loc(#loc49)
    %22 = linalg.generic {indexing_maps = [#map5, #map5], iterator_types = []} ins(%21 : tensor<f32>) outs(%19 : tensor<f32>) {
    ^bb0(%in: f32 loc("jit(step)/jvp()/reduce_sum"(#loc39)), %out: f32 loc("jit(step)/jvp()/div"(#loc39))):
      %58 = arith.divf %in, %cst_0 : f32 loc(#loc50)
      linalg.yield %58 : f32 loc(#loc50)
    } -> tensor<f32> loc(#loc50)
    %23 = linalg.generic {indexing_maps = [#map5], iterator_types = []} outs(%19 : tensor<f32>) {
    ^bb0(%out: f32 loc("jit(step)/transpose(jvp())/div"(#loc39))):
      linalg.yield %cst : f32 loc(#loc51)
    } -> tensor<f32> loc(#loc51)
    %24 = linalg.generic {indexing_maps = [#map4, #map3], iterator_types = ["parallel", "parallel", "parallel"]} ins(%23 : tensor<f32>) outs(%12 : tensor<5x7x3xf32>) {
    ^bb0(%in: f32 loc("jit(step)/transpose(jvp())/div"(#loc39)), %out: f32 loc("jit(step)/transpose(jvp())/broadcast_in_dim"(#loc39))):
      linalg.yield %in : f32 loc(#loc52)
    } -> tensor<5x7x3xf32> loc(#loc52)
    %25 = linalg.generic {indexing_maps = [#map3, #map3, #map3], iterator_types = ["parallel", "parallel", "parallel"]} ins(%24, %18 : tensor<5x7x3xf32>, tensor<5x7x3xf32>) outs(%12 : tensor<5x7x3xf32>) {
    ^bb0(%in: f32 loc("jit(step)/transpose(jvp())/broadcast_in_dim"(#loc39)), %in_5: f32 loc("jit(step)/jvp()/mul"(#loc38)), %out: f32 loc("jit(step)/transpose(jvp())/mul"(#loc38))):
      %58 = arith.mulf %in, %in_5 : f32 loc(#loc53)
      linalg.yield %58 : f32 loc(#loc53)
    } -> tensor<5x7x3xf32> loc(#loc53)
    %26 = tensor.empty() : tensor<3x33xf32> loc(#loc54)
    %27 = linalg.fill ins(%cst_1 : f32) outs(%26 : tensor<3x33xf32>) -> tensor<3x33xf32> loc(#loc54)
    %28 = linalg.generic {indexing_maps = [#map6, #map7, #map8], iterator_types = ["parallel", "parallel", "reduction", "reduction"]} ins(%25, %9 : tensor<5x7x3xf32>, tensor<5x7x33xf32>) outs(%27 : tensor<3x33xf32>) {
    ^bb0(%in: f32 loc("jit(step)/transpose(jvp())/mul"(#loc38)), %in_5: f32 loc("jit(step)/jvp()/tanh"(#loc35)), %out: f32 loc("jit(step)/transpose(jvp())/dot_general"(#loc36))):
      %58 = arith.mulf %in, %in_5 : f32 loc(#loc53)
      %59 = arith.addf %out, %58 : f32 loc(#loc54)
      linalg.yield %59 : f32 loc(#loc)
    } -> tensor<3x33xf32> loc(#loc54)
    %29 = tensor.empty() : tensor<33x3xf32> loc(#loc55)
    %30 = linalg.generic {indexing_maps = [#map9, #map10], iterator_types = ["parallel", "parallel"]} ins(%28 : tensor<3x33xf32>) outs(%29 : tensor<33x3xf32>) {
    ^bb0(%in: f32 loc("jit(step)/transpose(jvp())/dot_general"(#loc36)), %out: f32 loc("jit(step)/transpose(jvp())/transpose"(#loc36))):
      linalg.yield %in : f32 loc(#loc55)
    } -> tensor<33x3xf32> loc(#loc55)
    %31 = linalg.generic {indexing_maps = [#map, #map11, #map2], iterator_types = ["parallel", "parallel", "parallel", "reduction"]} ins(%25, %arg2 : tensor<5x7x3xf32>, tensor<33x3xf32>) outs(%7 : tensor<5x7x33xf32>) {
    ^bb0(%in: f32 loc("jit(step)/transpose(jvp())/mul"(#loc38)), %in_5: f32 loc("parameters[2]"), %out: f32 loc("jit(step)/transpose(jvp())/dot_general"(#loc36))):
      %58 = arith.mulf %in, %in_5 : f32 loc(#loc53)
      %59 = arith.addf %out, %58 : f32 loc(#loc54)
      linalg.yield %59 : f32 loc(#loc)
    } -> tensor<5x7x33xf32> loc(#loc54)
    %32 = linalg.generic {indexing_maps = [#map3, #map3, #map3], iterator_types = ["parallel", "parallel", "parallel"]} ins(%31, %11 : tensor<5x7x33xf32>, tensor<5x7x33xf32>) outs(%6 : tensor<5x7x33xf32>) {
    ^bb0(%in: f32 loc("jit(step)/transpose(jvp())/dot_general"(#loc36)), %in_5: f32 loc("jit(step)/jvp()/sub"(#loc35)), %out: f32 loc("jit(step)/transpose(jvp())/mul"(#loc35))):
      %58 = arith.mulf %in, %in_5 : f32 loc(#loc56)
      linalg.yield %58 : f32 loc(#loc56)
    } -> tensor<5x7x33xf32> loc(#loc56)
    %33 = linalg.generic {indexing_maps = [#map3, #map3, #map3], iterator_types = ["parallel", "parallel", "parallel"]} ins(%32, %9 : tensor<5x7x33xf32>, tensor<5x7x33xf32>) outs(%6 : tensor<5x7x33xf32>) {
    ^bb0(%in: f32 loc("jit(step)/transpose(jvp())/mul"(#loc35)), %in_5: f32 loc("jit(step)/jvp()/tanh"(#loc35)), %out: f32 loc("jit(step)/transpose(jvp())/mul"(#loc35))):
      %58 = arith.mulf %in, %in_5 : f32 loc(#loc56)
      linalg.yield %58 : f32 loc(#loc56)
    } -> tensor<5x7x33xf32> loc(#loc56)
    %34 = linalg.generic {indexing_maps = [#map3, #map3, #map3], iterator_types = ["parallel", "parallel", "parallel"]} ins(%32, %33 : tensor<5x7x33xf32>, tensor<5x7x33xf32>) outs(%6 : tensor<5x7x33xf32>) {
    ^bb0(%in: f32 loc("jit(step)/transpose(jvp())/mul"(#loc35)), %in_5: f32 loc("jit(step)/transpose(jvp())/mul"(#loc35)), %out: f32 loc("jit(step)/transpose(jvp())/add_any"(#loc35))):
      %58 = arith.addf %in, %in_5 : f32 loc(#loc57)
      linalg.yield %58 : f32 loc(#loc57)
    } -> tensor<5x7x33xf32> loc(#loc57)
    %35 = tensor.empty() : tensor<33x71xf32> loc(#loc58)
    %36 = linalg.fill ins(%cst_1 : f32) outs(%35 : tensor<33x71xf32>) -> tensor<33x71xf32> loc(#loc58)
    %37 = linalg.generic {indexing_maps = [#map6, #map7, #map8], iterator_types = ["parallel", "parallel", "reduction", "reduction"]} ins(%34, %3 : tensor<5x7x33xf32>, tensor<5x7x71xf32>) outs(%36 : tensor<33x71xf32>) {
    ^bb0(%in: f32 loc("jit(step)/transpose(jvp())/add_any"(#loc35)), %in_5: f32 loc("jit(step)/jvp()/tanh"(#loc35)), %out: f32 loc("jit(step)/transpose(jvp())/dot_general"(#loc34))):
      %58 = arith.mulf %in, %in_5 : f32 loc(#loc57)
      %59 = arith.addf %out, %58 : f32 loc(#loc58)
      linalg.yield %59 : f32 loc(#loc)
    } -> tensor<33x71xf32> loc(#loc58)
    %38 = tensor.empty() : tensor<71x33xf32> loc(#loc59)
    %39 = linalg.generic {indexing_maps = [#map9, #map10], iterator_types = ["parallel", "parallel"]} ins(%37 : tensor<33x71xf32>) outs(%38 : tensor<71x33xf32>) {
    ^bb0(%in: f32 loc("jit(step)/transpose(jvp())/dot_general"(#loc34)), %out: f32 loc("jit(step)/transpose(jvp())/transpose"(#loc34))):
      linalg.yield %in : f32 loc(#loc59)
    } -> tensor<71x33xf32> loc(#loc59)
    %40 = linalg.generic {indexing_maps = [#map, #map11, #map2], iterator_types = ["parallel", "parallel", "parallel", "reduction"]} ins(%34, %arg1 : tensor<5x7x33xf32>, tensor<71x33xf32>) outs(%1 : tensor<5x7x71xf32>) {
    ^bb0(%in: f32 loc("jit(step)/transpose(jvp())/add_any"(#loc35)), %in_5: f32 loc("parameters[1]"), %out: f32 loc("jit(step)/transpose(jvp())/dot_general"(#loc34))):
      %58 = arith.mulf %in, %in_5 : f32 loc(#loc57)
      %59 = arith.addf %out, %58 : f32 loc(#loc58)
      linalg.yield %59 : f32 loc(#loc)
    } -> tensor<5x7x71xf32> loc(#loc58)
    %41 = linalg.generic {indexing_maps = [#map3, #map3, #map3], iterator_types = ["parallel", "parallel", "parallel"]} ins(%40, %5 : tensor<5x7x71xf32>, tensor<5x7x71xf32>) outs(%0 : tensor<5x7x71xf32>) {
    ^bb0(%in: f32 loc("jit(step)/transpose(jvp())/dot_general"(#loc34)), %in_5: f32 loc("jit(step)/jvp()/sub"(#loc35)), %out: f32 loc("jit(step)/transpose(jvp())/mul"(#loc35))):
      %58 = arith.mulf %in, %in_5 : f32 loc(#loc56)
      linalg.yield %58 : f32 loc(#loc56)
    } -> tensor<5x7x71xf32> loc(#loc56)
    %42 = linalg.generic {indexing_maps = [#map3, #map3, #map3], iterator_types = ["parallel", "parallel", "parallel"]} ins(%41, %3 : tensor<5x7x71xf32>, tensor<5x7x71xf32>) outs(%0 : tensor<5x7x71xf32>) {
    ^bb0(%in: f32 loc("jit(step)/transpose(jvp())/mul"(#loc35)), %in_5: f32 loc("jit(step)/jvp()/tanh"(#loc35)), %out: f32 loc("jit(step)/transpose(jvp())/mul"(#loc35))):
      %58 = arith.mulf %in, %in_5 : f32 loc(#loc56)
      linalg.yield %58 : f32 loc(#loc56)
    } -> tensor<5x7x71xf32> loc(#loc56)
    %43 = linalg.generic {indexing_maps = [#map3, #map3, #map3], iterator_types = ["parallel", "parallel", "parallel"]} ins(%41, %42 : tensor<5x7x71xf32>, tensor<5x7x71xf32>) outs(%0 : tensor<5x7x71xf32>) {
    ^bb0(%in: f32 loc("jit(step)/transpose(jvp())/mul"(#loc35)), %in_5: f32 loc("jit(step)/transpose(jvp())/mul"(#loc35)), %out: f32 loc("jit(step)/transpose(jvp())/add_any"(#loc35))):
      %58 = arith.addf %in, %in_5 : f32 loc(#loc57)
      linalg.yield %58 : f32 loc(#loc57)
    } -> tensor<5x7x71xf32> loc(#loc57)
    %44 = tensor.empty() : tensor<71x37xf32> loc(#loc58)
    %45 = linalg.fill ins(%cst_1 : f32) outs(%44 : tensor<71x37xf32>) -> tensor<71x37xf32> loc(#loc58)
    %46 = linalg.generic {indexing_maps = [#map6, #map7, #map8], iterator_types = ["parallel", "parallel", "reduction", "reduction"]} ins(%43, %arg3 : tensor<5x7x71xf32>, tensor<5x7x37xf32>) outs(%45 : tensor<71x37xf32>) {
    ^bb0(%in: f32 loc("jit(step)/transpose(jvp())/add_any"(#loc35)), %in_5: f32 loc("data[0]"), %out: f32 loc("jit(step)/transpose(jvp())/dot_general"(#loc34))):
      %58 = arith.mulf %in, %in_5 : f32 loc(#loc57)
      %59 = arith.addf %out, %58 : f32 loc(#loc58)
      linalg.yield %59 : f32 loc(#loc)
    } -> tensor<71x37xf32> loc(#loc58)
    %47 = tensor.empty() : tensor<37x71xf32> loc(#loc59)
    %48 = linalg.generic {indexing_maps = [#map9, #map10], iterator_types = ["parallel", "parallel"]} ins(%46 : tensor<71x37xf32>) outs(%47 : tensor<37x71xf32>) {
    ^bb0(%in: f32 loc("jit(step)/transpose(jvp())/dot_general"(#loc34)), %out: f32 loc("jit(step)/transpose(jvp())/transpose"(#loc34))):
      linalg.yield %in : f32 loc(#loc59)
    } -> tensor<37x71xf32> loc(#loc59)
    %49 = linalg.generic {indexing_maps = [#map12, #map10], iterator_types = ["parallel", "parallel"]} ins(%cst_2 : tensor<f32>) outs(%47 : tensor<37x71xf32>) {
    ^bb0(%in: f32 loc(unknown), %out: f32 loc("jit(step)/mul"(#loc40))):
      linalg.yield %in : f32 loc(#loc60)
    } -> tensor<37x71xf32> loc(#loc60)
    %50 = linalg.generic {indexing_maps = [#map10, #map10, #map10], iterator_types = ["parallel", "parallel"]} ins(%49, %48 : tensor<37x71xf32>, tensor<37x71xf32>) outs(%47 : tensor<37x71xf32>) {
    ^bb0(%in: f32 loc("jit(step)/mul"(#loc40)), %in_5: f32 loc("jit(step)/transpose(jvp())/transpose"(#loc34)), %out: f32 loc("jit(step)/mul"(#loc40))):
      %58 = arith.mulf %in, %in_5 : f32 loc(#loc60)
      linalg.yield %58 : f32 loc(#loc60)
    } -> tensor<37x71xf32> loc(#loc60)
    %51 = linalg.generic {indexing_maps = [#map10, #map10, #map10], iterator_types = ["parallel", "parallel"]} ins(%arg0, %50 : tensor<37x71xf32>, tensor<37x71xf32>) outs(%47 : tensor<37x71xf32>) {
    ^bb0(%in: f32 loc("parameters[0]"), %in_5: f32 loc("jit(step)/mul"(#loc40)), %out: f32 loc("jit(step)/sub"(#loc41))):
      %58 = arith.subf %in, %in_5 : f32 loc(#loc61)
      linalg.yield %58 : f32 loc(#loc61)
    } -> tensor<37x71xf32> loc(#loc61)
    %52 = linalg.generic {indexing_maps = [#map12, #map10], iterator_types = ["parallel", "parallel"]} ins(%cst_2 : tensor<f32>) outs(%38 : tensor<71x33xf32>) {
    ^bb0(%in: f32 loc(unknown), %out: f32 loc("jit(step)/mul"(#loc40))):
      linalg.yield %in : f32 loc(#loc60)
    } -> tensor<71x33xf32> loc(#loc60)
    %53 = linalg.generic {indexing_maps = [#map10, #map10, #map10], iterator_types = ["parallel", "parallel"]} ins(%52, %39 : tensor<71x33xf32>, tensor<71x33xf32>) outs(%38 : tensor<71x33xf32>) {
    ^bb0(%in: f32 loc("jit(step)/mul"(#loc40)), %in_5: f32 loc("jit(step)/transpose(jvp())/transpose"(#loc34)), %out: f32 loc("jit(step)/mul"(#loc40))):
      %58 = arith.mulf %in, %in_5 : f32 loc(#loc60)
      linalg.yield %58 : f32 loc(#loc60)
    } -> tensor<71x33xf32> loc(#loc60)
    %54 = linalg.generic {indexing_maps = [#map10, #map10, #map10], iterator_types = ["parallel", "parallel"]} ins(%arg1, %53 : tensor<71x33xf32>, tensor<71x33xf32>) outs(%38 : tensor<71x33xf32>) {
    ^bb0(%in: f32 loc("parameters[1]"), %in_5: f32 loc("jit(step)/mul"(#loc40)), %out: f32 loc("jit(step)/sub"(#loc41))):
      %58 = arith.subf %in, %in_5 : f32 loc(#loc61)
      linalg.yield %58 : f32 loc(#loc61)
    } -> tensor<71x33xf32> loc(#loc61)
    %55 = linalg.generic {indexing_maps = [#map12, #map10], iterator_types = ["parallel", "parallel"]} ins(%cst_2 : tensor<f32>) outs(%29 : tensor<33x3xf32>) {
    ^bb0(%in: f32 loc(unknown), %out: f32 loc("jit(step)/mul"(#loc40))):
      linalg.yield %in : f32 loc(#loc60)
    } -> tensor<33x3xf32> loc(#loc60)
    %56 = linalg.generic {indexing_maps = [#map10, #map10, #map10], iterator_types = ["parallel", "parallel"]} ins(%55, %30 : tensor<33x3xf32>, tensor<33x3xf32>) outs(%29 : tensor<33x3xf32>) {
    ^bb0(%in: f32 loc("jit(step)/mul"(#loc40)), %in_5: f32 loc("jit(step)/transpose(jvp())/transpose"(#loc36)), %out: f32 loc("jit(step)/mul"(#loc40))):
      %58 = arith.mulf %in, %in_5 : f32 loc(#loc60)
      linalg.yield %58 : f32 loc(#loc60)
    } -> tensor<33x3xf32> loc(#loc60)
    %57 = linalg.generic {indexing_maps = [#map10, #map10, #map10], iterator_types = ["parallel", "parallel"]} ins(%arg2, %56 : tensor<33x3xf32>, tensor<33x3xf32>) outs(%29 : tensor<33x3xf32>) {
    ^bb0(%in: f32 loc("parameters[2]"), %in_5: f32 loc("jit(step)/mul"(#loc40)), %out: f32 loc("jit(step)/sub"(#loc41))):
      %58 = arith.subf %in, %in_5 : f32 loc(#loc61)
      linalg.yield %58 : f32 loc(#loc61)
    } -> tensor<33x3xf32> loc(#loc61)
    return %51, %54, %57, %22 : tensor<37x71xf32>, tensor<71x33xf32>, tensor<33x3xf32>, tensor<f32> loc(#loc31)
  } loc(#loc)
} loc(#loc)
