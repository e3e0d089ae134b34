#loc = loc(unknown)
#loc1 = loc("p[0]")
#loc2 = loc("p[1]")
#loc3 = loc("x")
#loc4 = loc("y")
#loc5 = loc("generate.py":105:12 to :67)
#loc6 = loc("generate.py":110:26 to :59)
#loc7 = loc("generate.py":167:17 to :43)
#loc8 = loc("generate.py":179:0 to :6)
#loc9 = loc("generate.py":106:12 to :29)
#loc10 = loc("generate.py":106:12 to :50)
#loc11 = loc("generate.py":107:25 to :80)
#loc12 = loc("generate.py":107:25 to :84)
#loc13 = loc("generate.py":107:24 to :90)
#loc14 = loc("generate.py":107:15 to :91)
#loc15 = loc("generate.py":111:38 to :59)
#loc16 = loc("generate.py":111:15 to :70)
#map = affine_map<(d0, d1) -> ()>
#map1 = affine_map<(d0, d1) -> (d0, d1)>
#map2 = affine_map<() -> ()>
#map3 = affine_map<(d0, d1, d2) -> (d2, d0)>
#map4 = affine_map<(d0, d1, d2) -> (d2, d1)>
#map5 = affine_map<(d0, d1, d2) -> (d0, d1)>
#map6 = affine_map<(d0, d1) -> (d1, d0)>
#map7 = affine_map<(d0, d1, d2) -> (d0, d2)>
#map8 = affine_map<(d0, d1, d2) -> (d1, d2)>
#loc17 = loc("bfloat.<locals>.loss"(#loc5))
#loc18 = loc("bfloat.<locals>.step"(#loc6))
#loc19 = loc("main"(#loc7))
#loc20 = loc("<module>"(#loc8))
#loc21 = loc("bfloat.<locals>.loss"(#loc9))
#loc22 = loc("bfloat.<locals>.loss"(#loc10))
#loc23 = loc("bfloat.<locals>.loss"(#loc11))
#loc24 = loc("bfloat.<locals>.loss"(#loc12))
#loc25 = loc("bfloat.<locals>.loss"(#loc13))
#loc26 = loc("bfloat.<locals>.loss"(#loc14))
#loc27 = loc("bfloat.<locals>.step.<locals>.<lambda>"(#loc15))
#loc28 = loc("bfloat.<locals>.step"(#loc16))
#loc29 = loc(callsite(#loc19 at #loc20))
#loc30 = loc(callsite(#loc18 at #loc29))
#loc31 = loc(callsite(#loc28 at #loc29))
#loc33 = loc(callsite(#loc17 at #loc30))
#loc34 = loc(callsite(#loc21 at #loc30))
#loc35 = loc(callsite(#loc22 at #loc30))
#loc36 = loc(callsite(#loc23 at #loc30))
#loc37 = loc(callsite(#loc24 at #loc30))
#loc38 = loc(callsite(#loc25 at #loc30))
#loc39 = loc(callsite(#loc26 at #loc30))
#loc40 = loc(callsite(#loc27 at #loc31))
#loc41 = loc("jit(step)/jvp()/dot_general"(#loc33))
#loc42 = loc("jit(step)/jvp()/max"(#loc34))
#loc43 = loc("jit(step)/jvp()/eq"(#loc34))
#loc44 = loc("jit(step)/jvp()/broadcast_in_dim"(#loc34))
#loc45 = loc("jit(step)/jvp()/select_n"(#loc34))
#loc46 = loc("jit(step)/jvp()/div"(#loc34))
#loc47 = loc("jit(step)/jvp()/convert_element_type"(#loc35))
#loc48 = loc("jit(step)/jvp()/dot_general"(#loc36))
#loc49 = loc("jit(step)/jvp()/sub"(#loc37))
#loc50 = loc("jit(step)/jvp()/integer_pow"(#loc38))
#loc51 = loc("jit(step)/jvp()/mul"(#loc38))
#loc52 = loc("jit(step)/jvp()/reduce_sum"(#loc39))
#loc53 = loc("jit(step)/jvp()/div"(#loc39))
#loc54 = loc("jit(step)/transpose(jvp())/div"(#loc39))
#loc55 = loc("jit(step)/transpose(jvp())/broadcast_in_dim"(#loc39))
#loc56 = loc("jit(step)/transpose(jvp())/mul"(#loc38))
#loc57 = loc("jit(step)/transpose(jvp())/dot_general"(#loc36))
#loc58 = loc("jit(step)/transpose(jvp())/transpose"(#loc36))
#loc59 = loc("jit(step)/transpose(jvp())/convert_element_type"(#loc36))
#loc60 = loc("jit(step)/transpose(jvp())/convert_element_type"(#loc35))
#loc61 = loc("jit(step)/transpose(jvp())/mul"(#loc34))
#loc62 = loc("jit(step)/transpose(jvp())/dot_general"(#loc33))
#loc63 = loc("jit(step)/transpose(jvp())/transpose"(#loc33))
#loc64 = loc("jit(step)/transpose(jvp())/convert_element_type"(#loc33))
#loc65 = loc("jit(step)/convert_element_type"(#loc40))
module @jit_step attributes {mhlo.num_partitions = 1 : i32, mhlo.num_replicas = 1 : i32} {
  func.func public @main(%arg0: tensor<64x96xbf16> loc("p[0]"), %arg1: tensor<96x32xbf16> loc("p[1]"), %arg2: tensor<40x64xbf16> loc("x"), %arg3: tensor<40x32xf32> loc("y")) -> (tensor<64x96xf32> {jax.result_info = "result[0][0]"}, tensor<96x32xf32> {jax.result_info = "result[0][1]"}, tensor<f32> {jax.result_info = "result[1]"}) {
    %cst = arith.constant 7.812500e-04 : f32 loc(#loc)
    %cst_0 = arith.constant 1.280000e+03 : f32 loc(#loc)
    %cst_1 = arith.constant 0.000000e+00 : f32 loc(#loc)
    %cst_2 = arith.constant dense<2.000000e+00> : tensor<f32> loc(#loc)
    %cst_3 = arith.constant dense<1.000000e+00> : tensor<f32> loc(#loc)
    %cst_4 = arith.constant dense<0.000000e+00> : tensor<f32> loc(#loc)
    %0 = tensor.empty() : tensor<40x96xf32> loc(#loc41)
    %1 = linalg.fill ins(%cst_1 : f32) outs(%0 : tensor<40x96xf32>) -> tensor<40x96xf32> loc(#loc41)
    %2 = linalg.matmul ins(%arg2, %arg0 : tensor<40x64xbf16>, tensor<64x96xbf16>) outs(%1 : tensor<40x96xf32>) -> tensor<40x96xf32> loc(#loc41)
    %3 = linalg.generic {indexing_maps = [#map, #map1], iterator_types = ["parallel", "parallel"]} ins(%cst_4 : tensor<f32>) outs(%0 : tensor<40x96xf32>) {
    ^bb0(%in: f32 loc(unknown), %out: f32 loc("jit(step)/jvp()/max"(#loc34))):
      linalg.yield %in : f32 loc(#loc42)
    } -> tensor<40x96xf32> loc(#loc42)
    %4 = linalg.generic {indexing_maps = [#map1, #map1, #map1], iterator_types = ["parallel", "parallel"]} ins(%2, %3 : tensor<40x96xf32>, tensor<40x96xf32>) outs(%0 : tensor<40x96xf32>) {
    ^bb0(%in: f32 loc("jit(step)/jvp()/dot_general"(#loc33)), %in_5: f32 loc("jit(step)/jvp()/max"(#loc34)), %out: f32 loc("jit(step)/jvp()/max"(#loc34))):
      %53 = arith.maximumf %in, %in_5 : f32 loc(#loc42)
      linalg.yield %53 : f32 loc(#loc42)
    } -> tensor<40x96xf32> loc(#loc42)
    %5 = tensor.empty() : tensor<40x96xi1> loc(#loc43)
    %6 = linalg.generic {indexing_maps = [#map1, #map1, #map1], iterator_types = ["parallel", "parallel"]} ins(%2, %4 : tensor<40x96xf32>, tensor<40x96xf32>) outs(%5 : tensor<40x96xi1>) {
    ^bb0(%in: f32 loc("jit(step)/jvp()/dot_general"(#loc33)), %in_5: f32 loc("jit(step)/jvp()/max"(#loc34)), %out: i1 loc("jit(step)/jvp()/eq"(#loc34))):
      %53 = arith.cmpf oeq, %in, %in_5 : f32 loc(#loc43)
      linalg.yield %53 : i1 loc(#loc43)
    } -> tensor<40x96xi1> loc(#loc43)
    %7 = linalg.generic {indexing_maps = [#map, #map1], iterator_types = ["parallel", "parallel"]} ins(%cst_3 : tensor<f32>) outs(%0 : tensor<40x96xf32>) {
    ^bb0(%in: f32 loc(unknown), %out: f32 loc("jit(step)/jvp()/broadcast_in_dim"(#loc34))):
      linalg.yield %in : f32 loc(#loc44)
    } -> tensor<40x96xf32> loc(#loc44)
    %8 = linalg.generic {indexing_maps = [#map1, #map1, #map1, #map1], iterator_types = ["parallel", "parallel"]} ins(%6, %7, %3 : tensor<40x96xi1>, tensor<40x96xf32>, tensor<40x96xf32>) outs(%0 : tensor<40x96xf32>) {
    ^bb0(%in: i1 loc("jit(step)/jvp()/eq"(#loc34)), %in_5: f32 loc("jit(step)/jvp()/broadcast_in_dim"(#loc34)), %in_6: f32 loc("jit(step)/jvp()/max"(#loc34)), %out: f32 loc("jit(step)/jvp()/select_n"(#loc34))):
      %53 = arith.select %in, %in_5, %in_6 : f32 loc(#loc45)
      linalg.yield %53 : f32 loc(#loc45)
    } -> tensor<40x96xf32> loc(#loc45)
    %9 = linalg.generic {indexing_maps = [#map1, #map1, #map1], iterator_types = ["parallel", "parallel"]} ins(%3, %4 : tensor<40x96xf32>, tensor<40x96xf32>) outs(%5 : tensor<40x96xi1>) {
    ^bb0(%in: f32 loc("jit(step)/jvp()/max"(#loc34)), %in_5: f32 loc("jit(step)/jvp()/max"(#loc34)), %out: i1 loc("jit(step)/jvp()/eq"(#loc34))):
      %53 = arith.cmpf oeq, %in, %in_5 : f32 loc(#loc43)
      linalg.yield %53 : i1 loc(#loc43)
    } -> tensor<40x96xi1> loc(#loc43)
    %10 = linalg.generic {indexing_maps = [#map, #map1], iterator_types = ["parallel", "parallel"]} ins(%cst_2 : tensor<f32>) outs(%0 : tensor<40x96xf32>) {
    ^bb0(%in: f32 loc(unknown), %out: f32 loc("jit(step)/jvp()/broadcast_in_dim"(#loc34))):
      linalg.yield %in : f32 loc(#loc44)
    } -> tensor<40x96xf32> loc(#loc44)
    %11 = linalg.generic {indexing_maps = [#map1, #map1, #map1, #map1], iterator_types = ["parallel", "parallel"]} ins(%9, %10, %7 : tensor<40x96xi1>, tensor<40x96xf32>, tensor<40x96xf32>) outs(%0 : tensor<40x96xf32>) {
    ^bb0(%in: i1 loc("jit(step)/jvp()/eq"(#loc34)), %in_5: f32 loc("jit(step)/jvp()/broadcast_in_dim"(#loc34)), %in_6: f32 loc("jit(step)/jvp()/broadcast_in_dim"(#loc34)), %out: f32 loc("jit(step)/jvp()/select_n"(#loc34))):
      %53 = arith.select %in, %in_5, %in_6 : f32 loc(#loc45)
      linalg.yield %53 : f32 loc(#loc45)
    } -> tensor<40x96xf32> loc(#loc45)
    %12 = linalg.generic {indexing_maps = [#map1, #map1, #map1], iterator_types = ["parallel", "parallel"]} ins(%8, %11 : tensor<40x96xf32>, tensor<40x96xf32>) outs(%0 : tensor<40x96xf32>) {
    ^bb0(%in: f32 loc("jit(step)/jvp()/select_n"(#loc34)), %in_5: f32 loc("jit(step)/jvp()/select_n"(#loc34)), %out: f32 loc("jit(step)/jvp()/div"(#loc34))):
      %53 = arith.divf %in, %in_5 : f32 loc(#loc46)
      linalg.yield %53 : f32 loc(#loc46)
    } -> tensor<40x96xf32> loc(#loc46)
    %13 = tensor.empty() : tensor<40x96xbf16> loc(#loc47)
    %14 = linalg.generic {indexing_maps = [#map1, #map1], iterator_types = ["parallel", "parallel"]} ins(%4 : tensor<40x96xf32>) outs(%13 : tensor<40x96xbf16>) {
    ^bb0(%in: f32 loc("jit(step)/jvp()/max"(#loc34)), %out: bf16 loc("jit(step)/jvp()/convert_element_type"(#loc35))):
      %53 = arith.truncf %in : f32 to bf16 loc(#loc47)
      linalg.yield %53 : bf16 loc(#loc47)
    } -> tensor<40x96xbf16> loc(#loc47)
    %15 = tensor.empty() : tensor<40x32xf32> loc(#loc48)
    %16 = linalg.fill ins(%cst_1 : f32) outs(%15 : tensor<40x32xf32>) -> tensor<40x32xf32> loc(#loc48)
    %17 = linalg.matmul ins(%14, %arg1 : tensor<40x96xbf16>, tensor<96x32xbf16>) outs(%16 : tensor<40x32xf32>) -> tensor<40x32xf32> loc(#loc48)
    %18 = linalg.generic {indexing_maps = [#map1, #map1, #map1], iterator_types = ["parallel", "parallel"]} ins(%17, %arg3 : tensor<40x32xf32>, tensor<40x32xf32>) outs(%15 : tensor<40x32xf32>) {
    ^bb0(%in: f32 loc("jit(step)/jvp()/dot_general"(#loc36)), %in_5: f32 loc("y"), %out: f32 loc("jit(step)/jvp()/sub"(#loc37))):
      %53 = arith.subf %in, %in_5 : f32 loc(#loc49)
      linalg.yield %53 : f32 loc(#loc49)
    } -> tensor<40x32xf32> loc(#loc49)
    %19 = linalg.generic {indexing_maps = [#map1, #map1, #map1], iterator_types = ["parallel", "parallel"]} ins(%18, %18 : tensor<40x32xf32>, tensor<40x32xf32>) outs(%15 : tensor<40x32xf32>) {
    ^bb0(%in: f32 loc("jit(step)/jvp()/sub"(#loc37)), %in_5: f32 loc("jit(step)/jvp()/sub"(#loc37)), %out: f32 loc("jit(step)/jvp()/integer_pow"(#loc38))):
      %53 = arith.mulf %in, %in_5 : f32 loc(#loc50)
      linalg.yield %53 : f32 loc(#loc50)
    } -> tensor<40x32xf32> loc(#loc50)
    %20 = linalg.generic {indexing_maps = [#map, #map1], iterator_types = ["parallel", "parallel"]} ins(%cst_2 : tensor<f32>) outs(%15 : tensor<40x32xf32>) {
    ^bb0(%in: f32 loc(unknown), %out: f32 loc("jit(step)/jvp()/mul"(#loc38))):
      linalg.yield %in : f32 loc(#loc51)
    } -> tensor<40x32xf32> loc(#loc51)
    %21 = linalg.generic {indexing_maps = [#map1, #map1, #map1], iterator_types = ["parallel", "parallel"]} ins(%20, %18 : tensor<40x32xf32>, tensor<40x32xf32>) outs(%15 : tensor<40x32xf32>) {
    ^bb0(%in: f32 loc("jit(step)/jvp()/mul"(#loc38)), %in_5: f32 loc("jit(step)/jvp()/sub"(#loc37)), %out: f32 loc("jit(step)/jvp()/mul"(#loc38))):
      %53 = arith.mulf %in, %in_5 : f32 loc(#loc51)
      linalg.yield %53 : f32 loc(#loc51)
    } -> tensor<40x32xf32> loc(#loc51)
    %22 = tensor.empty() : tensor<f32> loc(#loc52)
    %23 = linalg.fill ins(%cst_1 : f32) outs(%22 : tensor<f32>) -> tensor<f32> loc(#loc52)
    %24 = linalg.generic {indexing_maps = [#map1, #map], iterator_types = ["reduction", "reduction"]} ins(%19 : tensor<40x32xf32>) outs(%23 : tensor<f32>) {
    ^bb0(%in: f32 loc("jit(step)/jvp()/reduce_sum"(#loc39)), %out: f32 loc("jit(step)/jvp()/reduce_sum"(#loc39))):
      %53 = arith.addf %out, %in : f32 loc(#loc52)
      linalg.yield %53 : f32 loc(#loc52)
    } -> tensor<f32> loc(#loc52)
    %25 = linalg.generic {indexing_maps = [#map2, #map2], iterator_types = []} ins(%24 : tensor<f32>) outs(%22 : tensor<f32>) {
    ^bb0(%in: f32 loc("jit(step)/jvp()/reduce_sum"(#loc39)), %out: f32 loc("jit(step)/jvp()/div"(#loc39))):
      %53 = arith.divf %in, %cst_0 : f32 loc(#loc53)
      linalg.yield %53 : f32 loc(#loc53)
    } -> tensor<f32> loc(#loc53)
    %26 = linalg.generic {indexing_maps = [#map2], iterator_types = []} outs(%22 : tensor<f32>) {
    ^bb0(%out: f32 loc("jit(step)/transpose(jvp())/div"(#loc39))):
      linalg.yield %cst : f32 loc(#loc54)
    } -> tensor<f32> loc(#loc54)
    %27 = linalg.generic {indexing_maps = [#map, #map1], iterator_types = ["parallel", "parallel"]} ins(%26 : tensor<f32>) outs(%15 : tensor<40x32xf32>) {
    ^bb0(%in: f32 loc("jit(step)/transpose(jvp())/div"(#loc39)), %out: f32 loc("jit(step)/transpose(jvp())/broadcast_in_dim"(#loc39))):
      linalg.yield %in : f32 loc(#loc55)
    } -> tensor<40x32xf32> loc(#loc55)
    %28 = linalg.generic {indexing_maps = [#map1, #map1, #map1], iterator_types = ["parallel", "parallel"]} ins(%27, %21 : tensor<40x32xf32>, tensor<40x32xf32>) outs(%15 : tensor<40x32xf32>) {
    ^bb0(%in: f32 loc("jit(step)/transpose(jvp())/broadcast_in_dim"(#loc39)), %in_5: f32 loc("jit(step)/jvp()/mul"(#loc38)), %out: f32 loc("jit(step)/transpose(jvp())/mul"(#loc38))):
      %53 = arith.mulf %in, %in_5 : f32 loc(#loc56)
      linalg.yield %53 : f32 loc(#loc56)
    } -> tensor<40x32xf32> loc(#loc56)
    %29 = linalg.generic {indexing_maps = [#map1, #map1], iterator_types = ["parallel", "parallel"]} ins(%14 : tensor<40x96xbf16>) outs(%0 : tensor<40x96xf32>) {
    ^bb0(%in: bf16 loc("jit(step)/jvp()/convert_element_type"(#loc35)), %out: f32 loc("jit(step)/transpose(jvp())/dot_general"(#loc36))):
      %53 = arith.extf %in : bf16 to f32 loc(#loc57)
      linalg.yield %53 : f32 loc(#loc57)
    } -> tensor<40x96xf32> loc(#loc57)
    %30 = tensor.empty() : tensor<32x96xf32> loc(#loc57)
    %31 = linalg.fill ins(%cst_1 : f32) outs(%30 : tensor<32x96xf32>) -> tensor<32x96xf32> loc(#loc57)
    %32 = linalg.generic {indexing_maps = [#map3, #map4, #map5], iterator_types = ["parallel", "parallel", "reduction"]} ins(%28, %29 : tensor<40x32xf32>, tensor<40x96xf32>) outs(%31 : tensor<32x96xf32>) {
    ^bb0(%in: f32 loc("jit(step)/transpose(jvp())/dot_general"(#loc36)), %in_5: f32 loc("jit(step)/transpose(jvp())/dot_general"(#loc36)), %out: f32 loc("jit(step)/transpose(jvp())/dot_general"(#loc36))):
      %53 = arith.mulf %in, %in_5 : f32 loc(#loc57)
      %54 = arith.addf %out, %53 : f32 loc(#loc57)
      linalg.yield %54 : f32 loc(#loc)
    } -> tensor<32x96xf32> loc(#loc57)
    %33 = tensor.empty() : tensor<96x32xf32> loc(#loc58)
    %34 = linalg.generic {indexing_maps = [#map6, #map1], iterator_types = ["parallel", "parallel"]} ins(%32 : tensor<32x96xf32>) outs(%33 : tensor<96x32xf32>) {
    ^bb0(%in: f32 loc("jit(step)/transpose(jvp())/dot_general"(#loc36)), %out: f32 loc("jit(step)/transpose(jvp())/transpose"(#loc36))):
      linalg.yield %in : f32 loc(#loc58)
    } -> tensor<96x32xf32> loc(#loc58)
    %35 = tensor.empty() : tensor<96x32xbf16> loc(#loc59)
    %36 = linalg.generic {indexing_maps = [#map1, #map1], iterator_types = ["parallel", "parallel"]} ins(%34 : tensor<96x32xf32>) outs(%35 : tensor<96x32xbf16>) {
    ^bb0(%in: f32 loc("jit(step)/transpose(jvp())/transpose"(#loc36)), %out: bf16 loc("jit(step)/transpose(jvp())/convert_element_type"(#loc36))):
      %53 = arith.truncf %in : f32 to bf16 loc(#loc59)
      linalg.yield %53 : bf16 loc(#loc59)
    } -> tensor<96x32xbf16> loc(#loc59)
    %37 = linalg.generic {indexing_maps = [#map1, #map1], iterator_types = ["parallel", "parallel"]} ins(%arg1 : tensor<96x32xbf16>) outs(%33 : tensor<96x32xf32>) {
    ^bb0(%in: bf16 loc("p[1]"), %out: f32 loc("jit(step)/transpose(jvp())/dot_general"(#loc36))):
      %53 = arith.extf %in : bf16 to f32 loc(#loc57)
      linalg.yield %53 : f32 loc(#loc57)
    } -> tensor<96x32xf32> loc(#loc57)
    %38 = linalg.generic {indexing_maps = [#map7, #map8, #map5], iterator_types = ["parallel", "parallel", "reduction"]} ins(%28, %37 : tensor<40x32xf32>, tensor<96x32xf32>) outs(%1 : tensor<40x96xf32>) {
    ^bb0(%in: f32 loc("jit(step)/transpose(jvp())/dot_general"(#loc36)), %in_5: f32 loc("jit(step)/transpose(jvp())/dot_general"(#loc36)), %out: f32 loc("jit(step)/transpose(jvp())/dot_general"(#loc36))):
      %53 = arith.mulf %in, %in_5 : f32 loc(#loc57)
      %54 = arith.addf %out, %53 : f32 loc(#loc57)
      linalg.yield %54 : f32 loc(#loc)
    } -> tensor<40x96xf32> loc(#loc57)
    %39 = linalg.generic {indexing_maps = [#map1, #map1], iterator_types = ["parallel", "parallel"]} ins(%38 : tensor<40x96xf32>) outs(%13 : tensor<40x96xbf16>) {
    ^bb0(%in: f32 loc("jit(step)/transpose(jvp())/dot_general"(#loc36)), %out: bf16 loc("jit(step)/transpose(jvp())/convert_element_type"(#loc36))):
      %53 = arith.truncf %in : f32 to bf16 loc(#loc59)
      linalg.yield %53 : bf16 loc(#loc59)
    } -> tensor<40x96xbf16> loc(#loc59)
    %40 = linalg.generic {indexing_maps = [#map1, #map1], iterator_types = ["parallel", "parallel"]} ins(%39 : tensor<40x96xbf16>) outs(%0 : tensor<40x96xf32>) {
    ^bb0(%in: bf16 loc("jit(step)/transpose(jvp())/convert_element_type"(#loc36)), %out: f32 loc("jit(step)/transpose(jvp())/convert_element_type"(#loc35))):
      %53 = arith.extf %in : bf16 to f32 loc(#loc60)
      linalg.yield %53 : f32 loc(#loc60)
    } -> tensor<40x96xf32> loc(#loc60)
    %41 = linalg.generic {indexing_maps = [#map1, #map1, #map1], iterator_types = ["parallel", "parallel"]} ins(%40, %12 : tensor<40x96xf32>, tensor<40x96xf32>) outs(%0 : tensor<40x96xf32>) {
    ^bb0(%in: f32 loc("jit(step)/transpose(jvp())/convert_element_type"(#loc35)), %in_5: f32 loc("jit(step)/jvp()/div"(#loc34)), %out: f32 loc("jit(step)/transpose(jvp())/mul"(#loc34))):
      %53 = arith.mulf %in, %in_5 : f32 loc(#loc61)
      linalg.yield %53 : f32 loc(#loc61)
    } -> tensor<40x96xf32> loc(#loc61)
    %42 = tensor.empty() : tensor<40x64xf32> loc(#loc62)
    %43 = linalg.generic {indexing_maps = [#map1, #map1], iterator_types = ["parallel", "parallel"]} ins(%arg2 : tensor<40x64xbf16>) outs(%42 : tensor<40x64xf32>) {
    ^bb0(%in: bf16 loc("x"), %out: f32 loc("jit(step)/transpose(jvp())/dot_general"(#loc33))):
      %53 = arith.extf %in : bf16 to f32 loc(#loc62)
      linalg.yield %53 : f32 loc(#loc62)
    } -> tensor<40x64xf32> loc(#loc62)
    %44 = tensor.empty() : tensor<96x64xf32> loc(#loc62)
    %45 = linalg.fill ins(%cst_1 : f32) outs(%44 : tensor<96x64xf32>) -> tensor<96x64xf32> loc(#loc62)
    %46 = linalg.generic {indexing_maps = [#map3, #map4, #map5], iterator_types = ["parallel", "parallel", "reduction"]} ins(%41, %43 : tensor<40x96xf32>, tensor<40x64xf32>) outs(%45 : tensor<96x64xf32>) {
    ^bb0(%in: f32 loc("jit(step)/transpose(jvp())/dot_general"(#loc33)), %in_5: f32 loc("jit(step)/transpose(jvp())/dot_general"(#loc33)), %out: f32 loc("jit(step)/transpose(jvp())/dot_general"(#loc33))):
      %53 = arith.mulf %in, %in_5 : f32 loc(#loc62)
      %54 = arith.addf %out, %53 : f32 loc(#loc62)
      linalg.yield %54 : f32 loc(#loc)
    } -> tensor<96x64xf32> loc(#loc62)
    %47 = tensor.empty() : tensor<64x96xf32> loc(#loc63)
    %48 = linalg.generic {indexing_maps = [#map6, #map1], iterator_types = ["parallel", "parallel"]} ins(%46 : tensor<96x64xf32>) outs(%47 : tensor<64x96xf32>) {
    ^bb0(%in: f32 loc("jit(step)/transpose(jvp())/dot_general"(#loc33)), %out: f32 loc("jit(step)/transpose(jvp())/transpose"(#loc33))):
      linalg.yield %in : f32 loc(#loc63)
    } -> tensor<64x96xf32> loc(#loc63)
    %49 = tensor.empty() : tensor<64x96xbf16> loc(#loc64)
    %50 = linalg.generic {indexing_maps = [#map1, #map1], iterator_types = ["parallel", "parallel"]} ins(%48 : tensor<64x96xf32>) outs(%49 : tensor<64x96xbf16>) {
    ^bb0(%in: f32 loc("jit(step)/transpose(jvp())/transpose"(#loc33)), %out: bf16 loc("jit(step)/transpose(jvp())/convert_element_type"(#loc33))):
      %53 = arith.truncf %in : f32 to bf16 loc(#loc64)
      linalg.yield %53 : bf16 loc(#loc64)
    } -> tensor<64x96xbf16> loc(#loc64)
    %51 = linalg.generic {indexing_maps = [#map1, #map1], iterator_types = ["parallel", "parallel"]} ins(%50 : tensor<64x96xbf16>) outs(%47 : tensor<64x96xf32>) {
    ^bb0(%in: bf16 loc("jit(step)/transpose(jvp())/convert_element_type"(#loc33)), %out: f32 loc("jit(step)/convert_element_type"(#loc40))):
      %53 = arith.extf %in : bf16 to f32 loc(#loc65)
      linalg.yield %53 : f32 loc(#loc65)
    } -> tensor<64x96xf32> loc(#loc65)
    %52 = linalg.generic {indexing_maps = [#map1, #map1], iterator_types = ["parallel", "parallel"]} ins(%36 : tensor<96x32xbf16>) outs(%33 : tensor<96x32xf32>) {
    ^bb0(%in: bf16 loc("jit(step)/transpose(jvp())/convert_element_type"(#loc36)), %out: f32 loc("jit(step)/convert_element_type"(#loc40))):
      %53 = arith.extf %in : bf16 to f32 loc(#loc65)
      linalg.yield %53 : f32 loc(#loc65)
    } -> tensor<96x32xf32> loc(#loc65)
    return %51, %52, %25 : tensor<64x96xf32>, tensor<96x32xf32>, tensor<f32> loc(#loc32)
  } loc(#loc)
} loc(#loc)
#loc32 = loc("jit(step)"(#loc29))
