#loc = loc(unknown)
#loc1 = loc("parameters['a']")
#loc2 = loc("parameters['b']")
#loc3 = loc("data[0]")
#loc4 = loc("generate.py":167:17 to :43)
#loc5 = loc("generate.py":179:0 to :6)
#loc6 = loc("generate.py":92:39 to :49)
#loc7 = loc("generate.py":95:32 to :65)
#loc8 = loc("generate.py":53:26 to :69)
#loc9 = loc("generate.py":92:23 to :50)
#loc10 = loc("generate.py":92:15 to :60)
#loc11 = loc("generate.py":92:23 to :59)
#loc12 = loc("generate.py":95:32 to :70)
#loc13 = loc("generate.py":95:24 to :75)
#loc14 = loc("generate.py":95:15 to :76)
#loc15 = loc("generate.py":54:45 to :52)
#loc16 = loc("generate.py":54:15 to :75)
#loc17 = loc("generate.py":54:41 to :52)
#loc18 = loc("max")
#loc19 = loc("sub")
#loc20 = loc("ne")
#loc21 = loc("add")
#loc22 = loc("abs")
#loc23 = loc("neg")
#loc24 = loc("exp")
#loc25 = loc("log1p")
#loc26 = loc("select_n")
#loc27 = loc("eq")
#loc28 = loc("mul")
#loc29 = loc("broadcast_in_dim")
#loc30 = loc("add_any")
#map = affine_map<(d0, d1) -> ()>
#map1 = affine_map<(d0, d1) -> (d0, d1)>
#map2 = affine_map<(d0, d1, d2) -> (d0, d2)>
#map3 = affine_map<(d0, d1, d2) -> (d1, d2)>
#map4 = affine_map<(d0, d1, d2) -> (d0, d1)>
#map5 = affine_map<(d0, d1) -> (d0)>
#map6 = affine_map<(d0) -> (d0)>
#map7 = affine_map<(d0) -> ()>
#map8 = affine_map<() -> ()>
#map9 = affine_map<(d0, d1, d2) -> (d2, d0)>
#map10 = affine_map<(d0, d1, d2) -> (d2, d1)>
#map11 = affine_map<(d0, d1) -> (d1, d0)>
#loc31 = loc("main"(#loc4))
#loc32 = loc("<module>"(#loc5))
#loc33 = loc("double_backward.<locals>.energy"(#loc6))
#loc34 = loc("double_backward.<locals>.loss"(#loc7))
#loc35 = loc("sgd.<locals>.step"(#loc8))
#loc36 = loc("double_backward.<locals>.energy"(#loc9))
#loc37 = loc("double_backward.<locals>.energy"(#loc10))
#loc38 = loc("double_backward.<locals>.energy"(#loc11))
#loc39 = loc("double_backward.<locals>.loss"(#loc12))
#loc40 = loc("double_backward.<locals>.loss"(#loc13))
#loc41 = loc("double_backward.<locals>.loss"(#loc14))
#loc42 = loc("sgd.<locals>.step.<locals>.<lambda>"(#loc15))
#loc43 = loc("sgd.<locals>.step"(#loc16))
#loc44 = loc("sgd.<locals>.step.<locals>.<lambda>"(#loc17))
#loc45 = loc(callsite(#loc31 at #loc32))
#loc46 = loc("jit(step)"(#loc45))
#loc47 = loc(callsite(#loc35 at #loc45))
#loc48 = loc(callsite(#loc43 at #loc45))
#loc49 = loc(callsite(#loc34 at #loc47))
#loc50 = loc(callsite(#loc39 at #loc47))
#loc51 = loc(callsite(#loc40 at #loc47))
#loc52 = loc(callsite(#loc41 at #loc47))
#loc53 = loc(callsite(#loc42 at #loc48))
#loc54 = loc(callsite(#loc44 at #loc48))
#loc55 = loc(callsite(#loc33 at #loc49))
#loc56 = loc(callsite(#loc36 at #loc49))
#loc57 = loc(callsite(#loc37 at #loc49))
#loc58 = loc(callsite(#loc38 at #loc49))
#loc59 = loc("jit(step)/jvp()/integer_pow"(#loc50))
#loc60 = loc("jit(step)/jvp()/mul"(#loc50))
#loc61 = loc("jit(step)/jvp()/reduce_sum"(#loc51))
#loc62 = loc("jit(step)/jvp()/reduce_sum"(#loc52))
#loc63 = loc("jit(step)/jvp()/div"(#loc52))
#loc64 = loc("jit(step)/transpose(jvp())/div"(#loc52))
#loc65 = loc("jit(step)/transpose(jvp())/broadcast_in_dim"(#loc52))
#loc66 = loc("jit(step)/transpose(jvp())/broadcast_in_dim"(#loc51))
#loc67 = loc("jit(step)/transpose(jvp())/mul"(#loc50))
#loc68 = loc("jit(step)/mul"(#loc53))
#loc69 = loc("jit(step)/sub"(#loc54))
#loc72 = loc("jit(step)/jvp(transpose(jvp()))/broadcast_in_dim"(#loc57))
#loc73 = loc("jit(step)/jvp(transpose(jvp()))/dot_general"(#loc58))
#loc74 = loc("jit(step)/jvp(transpose(jvp(jit(softplus))))"(#loc56))
#loc75 = loc("jit(step)/jvp(transpose(jvp()))/dot_general"(#loc55))
#loc76 = loc("jit(step)/transpose(jvp(transpose(jvp())))/dot_general"(#loc55))
#loc77 = loc("jit(step)/transpose(jvp(transpose(jvp(jit(softplus)))))"(#loc56))
#loc78 = loc("jit(step)/transpose(jvp(transpose(jvp())))/dot_general"(#loc58))
#loc79 = loc("jit(step)/transpose(jvp(jvp(jit(softplus))))"(#loc56))
#loc80 = loc("jit(step)/transpose(jvp(jvp()))/dot_general"(#loc55))
#loc81 = loc("jit(step)/transpose(jvp(jvp()))/transpose"(#loc55))
#loc82 = loc("jit(step)/transpose(jvp(jvp()))/add_any"(#loc55))
module @jit_step attributes {mhlo.num_partitions = 1 : i32, mhlo.num_replicas = 1 : i32} {
  func.func public @main(%arg0: tensor<48x40xf32> loc("parameters['a']"), %arg1: tensor<40x1xf32> loc("parameters['b']"), %arg2: tensor<12x48xf32> loc("data[0]")) -> (tensor<48x40xf32> {jax.result_info = "result[0]['a']"}, tensor<40x1xf32> {jax.result_info = "result[0]['b']"}, tensor<f32> {jax.result_info = "result[1]"}) {
    %cst = arith.constant 0.0833333358 : f32 loc(#loc)
    %cst_0 = arith.constant 1.200000e+01 : f32 loc(#loc)
    %cst_1 = arith.constant 0.000000e+00 : f32 loc(#loc)
    %cst_2 = arith.constant dense<1.000000e-01> : tensor<f32> loc(#loc)
    %cst_3 = arith.constant dense<2.000000e+00> : tensor<f32> loc(#loc46)
    %cst_4 = arith.constant dense<1.000000e+00> : tensor<f32> loc(#loc)
    %0 = tensor.empty() : tensor<12x40xf32> loc(#loc70)
    %1 = linalg.fill ins(%cst_1 : f32) outs(%0 : tensor<12x40xf32>) -> tensor<12x40xf32> loc(#loc70)
    %2 = linalg.matmul ins(%arg2, %arg0 : tensor<12x48xf32>, tensor<48x40xf32>) outs(%1 : tensor<12x40xf32>) -> tensor<12x40xf32> loc(#loc70)
    %3:12 = call @softplus(%2) : (tensor<12x40xf32>) -> (tensor<12x40xf32>, tensor<12x40xf32>, tensor<12x40xf32>, tensor<12x40xf32>, tensor<12x40xf32>, tensor<12x40xi1>, tensor<12x40xf32>, tensor<12x40xi1>, tensor<12x40xf32>, tensor<12x40xi1>, tensor<12x40xf32>, tensor<12x40xf32>) loc(#loc71)
    %4 = tensor.empty() : tensor<12x1xf32> loc(#loc72)
    %5 = linalg.generic {indexing_maps = [#map, #map1], iterator_types = ["parallel", "parallel"]} ins(%cst_4 : tensor<f32>) outs(%4 : tensor<12x1xf32>) {
    ^bb0(%in: f32 loc(unknown), %out: f32 loc("jit(step)/jvp(transpose(jvp()))/broadcast_in_dim"(#loc57))):
      linalg.yield %in : f32 loc(#loc72)
    } -> tensor<12x1xf32> loc(#loc72)
    %6 = linalg.generic {indexing_maps = [#map2, #map3, #map4], iterator_types = ["parallel", "parallel", "reduction"]} ins(%5, %arg1 : tensor<12x1xf32>, tensor<40x1xf32>) outs(%1 : tensor<12x40xf32>) {
    ^bb0(%in: f32 loc("jit(step)/jvp(transpose(jvp()))/broadcast_in_dim"(#loc57)), %in_5: f32 loc("parameters['b']"), %out: f32 loc("jit(step)/jvp(transpose(jvp()))/dot_general"(#loc58))):
      %45 = arith.mulf %in, %in_5 : f32 loc(#loc72)
      %46 = arith.addf %out, %45 : f32 loc(#loc73)
      linalg.yield %46 : f32 loc(#loc)
    } -> tensor<12x40xf32> loc(#loc73)
    %7 = call @softplus_0(%3#1, %3#2, %6) : (tensor<12x40xf32>, tensor<12x40xf32>, tensor<12x40xf32>) -> tensor<12x40xf32> loc(#loc74)
    %8 = tensor.empty() : tensor<12x48xf32> loc(#loc75)
    %9 = linalg.fill ins(%cst_1 : f32) outs(%8 : tensor<12x48xf32>) -> tensor<12x48xf32> loc(#loc75)
    %10 = linalg.generic {indexing_maps = [#map2, #map3, #map4], iterator_types = ["parallel", "parallel", "reduction"]} ins(%7, %arg0 : tensor<12x40xf32>, tensor<48x40xf32>) outs(%9 : tensor<12x48xf32>) {
    ^bb0(%in: f32 loc("jit(step)/jvp(transpose(jvp(jit(softplus))))"(#loc56)), %in_5: f32 loc("parameters['a']"), %out: f32 loc("jit(step)/jvp(transpose(jvp()))/dot_general"(#loc55))):
      %45 = arith.mulf %in, %in_5 : f32 loc(#loc74)
      %46 = arith.addf %out, %45 : f32 loc(#loc75)
      linalg.yield %46 : f32 loc(#loc)
    } -> tensor<12x48xf32> loc(#loc75)
    %11 = linalg.generic {indexing_maps = [#map1, #map1, #map1], iterator_types = ["parallel", "parallel"]} ins(%10, %10 : tensor<12x48xf32>, tensor<12x48xf32>) outs(%8 : tensor<12x48xf32>) {
    ^bb0(%in: f32 loc("jit(step)/jvp(transpose(jvp()))/dot_general"(#loc55)), %in_5: f32 loc("jit(step)/jvp(transpose(jvp()))/dot_general"(#loc55)), %out: f32 loc("jit(step)/jvp()/integer_pow"(#loc50))):
      %45 = arith.mulf %in, %in_5 : f32 loc(#loc59)
      linalg.yield %45 : f32 loc(#loc59)
    } -> tensor<12x48xf32> loc(#loc59)
    %12 = linalg.generic {indexing_maps = [#map, #map1], iterator_types = ["parallel", "parallel"]} ins(%cst_3 : tensor<f32>) outs(%8 : tensor<12x48xf32>) {
    ^bb0(%in: f32 loc("jit(step)"(#loc45)), %out: f32 loc("jit(step)/jvp()/mul"(#loc50))):
      linalg.yield %in : f32 loc(#loc60)
    } -> tensor<12x48xf32> loc(#loc60)
    %13 = linalg.generic {indexing_maps = [#map1, #map1, #map1], iterator_types = ["parallel", "parallel"]} ins(%12, %10 : tensor<12x48xf32>, tensor<12x48xf32>) outs(%8 : tensor<12x48xf32>) {
    ^bb0(%in: f32 loc("jit(step)/jvp()/mul"(#loc50)), %in_5: f32 loc("jit(step)/jvp(transpose(jvp()))/dot_general"(#loc55)), %out: f32 loc("jit(step)/jvp()/mul"(#loc50))):
      %45 = arith.mulf %in, %in_5 : f32 loc(#loc60)
      linalg.yield %45 : f32 loc(#loc60)
    } -> tensor<12x48xf32> loc(#loc60)
    %14 = tensor.empty() : tensor<12xf32> loc(#loc61)
    %15 = linalg.fill ins(%cst_1 : f32) outs(%14 : tensor<12xf32>) -> tensor<12xf32> loc(#loc61)
    %16 = linalg.generic {indexing_maps = [#map1, #map5], iterator_types = ["parallel", "reduction"]} ins(%11 : tensor<12x48xf32>) outs(%15 : tensor<12xf32>) {
    ^bb0(%in: f32 loc("jit(step)/jvp()/reduce_sum"(#loc51)), %out: f32 loc("jit(step)/jvp()/reduce_sum"(#loc51))):
      %45 = arith.addf %out, %in : f32 loc(#loc61)
      linalg.yield %45 : f32 loc(#loc61)
    } -> tensor<12xf32> loc(#loc61)
    %17 = tensor.empty() : tensor<f32> loc(#loc62)
    %18 = linalg.fill ins(%cst_1 : f32) outs(%17 : tensor<f32>) -> tensor<f32> loc(#loc62)
    %19 = linalg.generic {indexing_maps = [#map6, #map7], iterator_types = ["reduction"]} ins(%16 : tensor<12xf32>) outs(%18 : tensor<f32>) {
    ^bb0(%in: f32 loc("jit(step)/jvp()/reduce_sum"(#loc52)), %out: f32 loc("jit(step)/jvp()/reduce_sum"(#loc52))):
      %45 = arith.addf %out, %in : f32 loc(#loc62)
      linalg.yield %45 : f32 loc(#loc62)
    } -> tensor<f32> loc(#loc62)
    %20 = linalg.generic {indexing_maps = [#map8, #map8], iterator_types = []} ins(%19 : tensor<f32>) outs(%17 : tensor<f32>) {
    ^bb0(%in: f32 loc("jit(step)/jvp()/reduce_sum"(#loc52)), %out: f32 loc("jit(step)/jvp()/div"(#loc52))):
      %45 = arith.divf %in, %cst_0 : f32 loc(#loc63)
      linalg.yield %45 : f32 loc(#loc63)
    } -> tensor<f32> loc(#loc63)
    %21 = linalg.generic {indexing_maps = [#map8], iterator_types = []} outs(%17 : tensor<f32>) {
    ^bb0(%out: f32 loc("jit(step)/transpose(jvp())/div"(#loc52))):
      linalg.yield %cst : f32 loc(#loc64)
    } -> tensor<f32> loc(#loc64)
    %22 = linalg.generic {indexing_maps = [#map7, #map6], iterator_types = ["parallel"]} ins(%21 : tensor<f32>) outs(%14 : tensor<12xf32>) {
    ^bb0(%in: f32 loc("jit(step)/transpose(jvp())/div"(#loc52)), %out: f32 loc("jit(step)/transpose(jvp())/broadcast_in_dim"(#loc52))):
      linalg.yield %in : f32 loc(#loc65)
    } -> tensor<12xf32> loc(#loc65)
    %23 = linalg.generic {indexing_maps = [#map5, #map1], iterator_types = ["parallel", "parallel"]} ins(%22 : tensor<12xf32>) outs(%8 : tensor<12x48xf32>) {
    ^bb0(%in: f32 loc("jit(step)/transpose(jvp())/broadcast_in_dim"(#loc52)), %out: f32 loc("jit(step)/transpose(jvp())/broadcast_in_dim"(#loc51))):
      linalg.yield %in : f32 loc(#loc66)
    } -> tensor<12x48xf32> loc(#loc66)
    %24 = linalg.generic {indexing_maps = [#map1, #map1, #map1], iterator_types = ["parallel", "parallel"]} ins(%23, %13 : tensor<12x48xf32>, tensor<12x48xf32>) outs(%8 : tensor<12x48xf32>) {
    ^bb0(%in: f32 loc("jit(step)/transpose(jvp())/broadcast_in_dim"(#loc51)), %in_5: f32 loc("jit(step)/jvp()/mul"(#loc50)), %out: f32 loc("jit(step)/transpose(jvp())/mul"(#loc50))):
      %45 = arith.mulf %in, %in_5 : f32 loc(#loc67)
      linalg.yield %45 : f32 loc(#loc67)
    } -> tensor<12x48xf32> loc(#loc67)
    %25 = tensor.empty() : tensor<48x40xf32> loc(#loc76)
    %26 = linalg.fill ins(%cst_1 : f32) outs(%25 : tensor<48x40xf32>) -> tensor<48x40xf32> loc(#loc76)
    %27 = linalg.generic {indexing_maps = [#map9, #map10, #map4], iterator_types = ["parallel", "parallel", "reduction"]} ins(%24, %7 : tensor<12x48xf32>, tensor<12x40xf32>) outs(%26 : tensor<48x40xf32>) {
    ^bb0(%in: f32 loc("jit(step)/transpose(jvp())/mul"(#loc50)), %in_5: f32 loc("jit(step)/jvp(transpose(jvp(jit(softplus))))"(#loc56)), %out: f32 loc("jit(step)/transpose(jvp(transpose(jvp())))/dot_general"(#loc55))):
      %45 = arith.mulf %in, %in_5 : f32 loc(#loc67)
      %46 = arith.addf %out, %45 : f32 loc(#loc76)
      linalg.yield %46 : f32 loc(#loc)
    } -> tensor<48x40xf32> loc(#loc76)
    %28 = linalg.matmul ins(%24, %arg0 : tensor<12x48xf32>, tensor<48x40xf32>) outs(%1 : tensor<12x40xf32>) -> tensor<12x40xf32> loc(#loc76)
    %29:2 = call @softplus_1(%3#1, %6, %28) : (tensor<12x40xf32>, tensor<12x40xf32>, tensor<12x40xf32>) -> (tensor<12x40xf32>, tensor<12x40xf32>) loc(#loc77)
    %30 = tensor.empty() : tensor<40x1xf32> loc(#loc78)
    %31 = linalg.fill ins(%cst_1 : f32) outs(%30 : tensor<40x1xf32>) -> tensor<40x1xf32> loc(#loc78)
    %32 = linalg.generic {indexing_maps = [#map9, #map10, #map4], iterator_types = ["parallel", "parallel", "reduction"]} ins(%29#1, %5 : tensor<12x40xf32>, tensor<12x1xf32>) outs(%31 : tensor<40x1xf32>) {
    ^bb0(%in: f32 loc("jit(step)/transpose(jvp(transpose(jvp(jit(softplus)))))"(#loc56)), %in_5: f32 loc("jit(step)/jvp(transpose(jvp()))/broadcast_in_dim"(#loc57)), %out: f32 loc("jit(step)/transpose(jvp(transpose(jvp())))/dot_general"(#loc58))):
      %45 = arith.mulf %in, %in_5 : f32 loc(#loc77)
      %46 = arith.addf %out, %45 : f32 loc(#loc78)
      linalg.yield %46 : f32 loc(#loc)
    } -> tensor<40x1xf32> loc(#loc78)
    %33 = call @softplus_2(%3#3, %3#4, %3#5, %3#6, %3#7, %3#8, %3#1, %29#0) : (tensor<12x40xf32>, tensor<12x40xf32>, tensor<12x40xi1>, tensor<12x40xf32>, tensor<12x40xi1>, tensor<12x40xf32>, tensor<12x40xf32>, tensor<12x40xf32>) -> tensor<12x40xf32> loc(#loc79)
    %34 = tensor.empty() : tensor<40x48xf32> loc(#loc80)
    %35 = linalg.fill ins(%cst_1 : f32) outs(%34 : tensor<40x48xf32>) -> tensor<40x48xf32> loc(#loc80)
    %36 = linalg.generic {indexing_maps = [#map9, #map10, #map4], iterator_types = ["parallel", "parallel", "reduction"]} ins(%33, %arg2 : tensor<12x40xf32>, tensor<12x48xf32>) outs(%35 : tensor<40x48xf32>) {
    ^bb0(%in: f32 loc("jit(step)/transpose(jvp(jvp(jit(softplus))))"(#loc56)), %in_5: f32 loc("data[0]"), %out: f32 loc("jit(step)/transpose(jvp(jvp()))/dot_general"(#loc55))):
      %45 = arith.mulf %in, %in_5 : f32 loc(#loc79)
      %46 = arith.addf %out, %45 : f32 loc(#loc80)
      linalg.yield %46 : f32 loc(#loc)
    } -> tensor<40x48xf32> loc(#loc80)
    %37 = linalg.generic {indexing_maps = [#map11, #map1], iterator_types = ["parallel", "parallel"]} ins(%36 : tensor<40x48xf32>) outs(%25 : tensor<48x40xf32>) {
    ^bb0(%in: f32 loc("jit(step)/transpose(jvp(jvp()))/dot_general"(#loc55)), %out: f32 loc("jit(step)/transpose(jvp(jvp()))/transpose"(#loc55))):
      linalg.yield %in : f32 loc(#loc81)
    } -> tensor<48x40xf32> loc(#loc81)
    %38 = linalg.generic {indexing_maps = [#map1, #map1, #map1], iterator_types = ["parallel", "parallel"]} ins(%27, %37 : tensor<48x40xf32>, tensor<48x40xf32>) outs(%25 : tensor<48x40xf32>) {
    ^bb0(%in: f32 loc("jit(step)/transpose(jvp(transpose(jvp())))/dot_general"(#loc55)), %in_5: f32 loc("jit(step)/transpose(jvp(jvp()))/transpose"(#loc55)), %out: f32 loc("jit(step)/transpose(jvp(jvp()))/add_any"(#loc55))):
      %45 = arith.addf %in, %in_5 : f32 loc(#loc82)
      linalg.yield %45 : f32 loc(#loc82)
    } -> tensor<48x40xf32> loc(#loc82)
    %39 = linalg.generic {indexing_maps = [#map, #map1], iterator_types = ["parallel", "parallel"]} ins(%cst_2 : tensor<f32>) outs(%25 : tensor<48x40xf32>) {
    ^bb0(%in: f32 loc(unknown), %out: f32 loc("jit(step)/mul"(#loc53))):
      linalg.yield %in : f32 loc(#loc68)
    } -> tensor<48x40xf32> loc(#loc68)
    %40 = linalg.generic {indexing_maps = [#map1, #map1, #map1], iterator_types = ["parallel", "parallel"]} ins(%39, %38 : tensor<48x40xf32>, tensor<48x40xf32>) outs(%25 : tensor<48x40xf32>) {
    ^bb0(%in: f32 loc("jit(step)/mul"(#loc53)), %in_5: f32 loc("jit(step)/transpose(jvp(jvp()))/add_any"(#loc55)), %out: f32 loc("jit(step)/mul"(#loc53))):
      %45 = arith.mulf %in, %in_5 : f32 loc(#loc68)
      linalg.yield %45 : f32 loc(#loc68)
    } -> tensor<48x40xf32> loc(#loc68)
    %41 = linalg.generic {indexing_maps = [#map1, #map1, #map1], iterator_types = ["parallel", "parallel"]} ins(%arg0, %40 : tensor<48x40xf32>, tensor<48x40xf32>) outs(%25 : tensor<48x40xf32>) {
    ^bb0(%in: f32 loc("parameters['a']"), %in_5: f32 loc("jit(step)/mul"(#loc53)), %out: f32 loc("jit(step)/sub"(#loc54))):
      %45 = arith.subf %in, %in_5 : f32 loc(#loc69)
      linalg.yield %45 : f32 loc(#loc69)
    } -> tensor<48x40xf32> loc(#loc69)
    %42 = linalg.generic {indexing_maps = [#map, #map1], iterator_types = ["parallel", "parallel"]} ins(%cst_2 : tensor<f32>) outs(%30 : tensor<40x1xf32>) {
    ^bb0(%in: f32 loc(unknown), %out: f32 loc("jit(step)/mul"(#loc53))):
      linalg.yield %in : f32 loc(#loc68)
    } -> tensor<40x1xf32> loc(#loc68)
    %43 = linalg.generic {indexing_maps = [#map1, #map1, #map1], iterator_types = ["parallel", "parallel"]} ins(%42, %32 : tensor<40x1xf32>, tensor<40x1xf32>) outs(%30 : tensor<40x1xf32>) {
    ^bb0(%in: f32 loc("jit(step)/mul"(#loc53)), %in_5: f32 loc("jit(step)/transpose(jvp(transpose(jvp())))/dot_general"(#loc58)), %out: f32 loc("jit(step)/mul"(#loc53))):
      %45 = arith.mulf %in, %in_5 : f32 loc(#loc68)
      linalg.yield %45 : f32 loc(#loc68)
    } -> tensor<40x1xf32> loc(#loc68)
    %44 = linalg.generic {indexing_maps = [#map1, #map1, #map1], iterator_types = ["parallel", "parallel"]} ins(%arg1, %43 : tensor<40x1xf32>, tensor<40x1xf32>) outs(%30 : tensor<40x1xf32>) {
    ^bb0(%in: f32 loc("parameters['b']"), %in_5: f32 loc("jit(step)/mul"(#loc53)), %out: f32 loc("jit(step)/sub"(#loc54))):
      %45 = arith.subf %in, %in_5 : f32 loc(#loc69)
      linalg.yield %45 : f32 loc(#loc69)
    } -> tensor<40x1xf32> loc(#loc69)
    return %41, %44, %20 : tensor<48x40xf32>, tensor<40x1xf32>, tensor<f32> loc(#loc46)
  } loc(#loc)
  func.func private @softplus(%arg0: tensor<12x40xf32> loc(unknown)) -> (tensor<12x40xf32>, tensor<12x40xf32>, tensor<12x40xf32>, tensor<12x40xf32>, tensor<12x40xf32>, tensor<12x40xi1>, tensor<12x40xf32>, tensor<12x40xi1>, tensor<12x40xf32>, tensor<12x40xi1>, tensor<12x40xf32>, tensor<12x40xf32>) {
    %false = arith.constant false loc(#loc)
    %cst = arith.constant 0.000000e+00 : f32 loc(#loc)
    %cst_0 = arith.constant dense<0x7F800000> : tensor<f32> loc(#loc)
    %cst_1 = arith.constant dense<0.000000e+00> : tensor<f32> loc(#loc)
    %0 = tensor.empty() : tensor<12x40xf32> loc(#loc18)
    %1 = linalg.generic {indexing_maps = [#map, #map1], iterator_types = ["parallel", "parallel"]} ins(%cst_1 : tensor<f32>) outs(%0 : tensor<12x40xf32>) {
    ^bb0(%in: f32 loc(unknown), %out: f32 loc("max")):
      linalg.yield %in : f32 loc(#loc18)
    } -> tensor<12x40xf32> loc(#loc18)
    %2 = linalg.generic {indexing_maps = [#map1, #map1, #map1], iterator_types = ["parallel", "parallel"]} ins(%arg0, %1 : tensor<12x40xf32>, tensor<12x40xf32>) outs(%0 : tensor<12x40xf32>) {
    ^bb0(%in: f32 loc(unknown), %in_2: f32 loc("max"), %out: f32 loc("max")):
      %28 = arith.maximumf %in, %in_2 : f32 loc(#loc18)
      linalg.yield %28 : f32 loc(#loc18)
    } -> tensor<12x40xf32> loc(#loc18)
    %3 = linalg.generic {indexing_maps = [#map1, #map1, #map1], iterator_types = ["parallel", "parallel"]} ins(%arg0, %1 : tensor<12x40xf32>, tensor<12x40xf32>) outs(%0 : tensor<12x40xf32>) {
    ^bb0(%in: f32 loc(unknown), %in_2: f32 loc("max"), %out: f32 loc("sub")):
      %28 = arith.subf %in, %in_2 : f32 loc(#loc19)
      linalg.yield %28 : f32 loc(#loc19)
    } -> tensor<12x40xf32> loc(#loc19)
    %4 = tensor.empty() : tensor<12x40xi1> loc(#loc20)
    %5 = linalg.generic {indexing_maps = [#map1, #map1, #map1], iterator_types = ["parallel", "parallel"]} ins(%3, %3 : tensor<12x40xf32>, tensor<12x40xf32>) outs(%4 : tensor<12x40xi1>) {
    ^bb0(%in: f32 loc("sub"), %in_2: f32 loc("sub"), %out: i1 loc("ne")):
      %28 = arith.cmpf une, %in, %in_2 : f32 loc(#loc20)
      linalg.yield %28 : i1 loc(#loc20)
    } -> tensor<12x40xi1> loc(#loc20)
    %6 = linalg.generic {indexing_maps = [#map1, #map1, #map1], iterator_types = ["parallel", "parallel"]} ins(%arg0, %1 : tensor<12x40xf32>, tensor<12x40xf32>) outs(%0 : tensor<12x40xf32>) {
    ^bb0(%in: f32 loc(unknown), %in_2: f32 loc("max"), %out: f32 loc("add")):
      %28 = arith.addf %in, %in_2 : f32 loc(#loc21)
      linalg.yield %28 : f32 loc(#loc21)
    } -> tensor<12x40xf32> loc(#loc21)
    %7 = linalg.generic {indexing_maps = [#map1, #map1], iterator_types = ["parallel", "parallel"]} ins(%3 : tensor<12x40xf32>) outs(%0 : tensor<12x40xf32>) {
    ^bb0(%in: f32 loc("sub"), %out: f32 loc("abs")):
      %28 = math.absf %in : f32 loc(#loc22)
      linalg.yield %28 : f32 loc(#loc22)
    } -> tensor<12x40xf32> loc(#loc22)
    %8 = linalg.generic {indexing_maps = [#map1, #map1], iterator_types = ["parallel", "parallel"]} ins(%7 : tensor<12x40xf32>) outs(%0 : tensor<12x40xf32>) {
    ^bb0(%in: f32 loc("abs"), %out: f32 loc("neg")):
      %28 = arith.negf %in : f32 loc(#loc23)
      linalg.yield %28 : f32 loc(#loc23)
    } -> tensor<12x40xf32> loc(#loc23)
    %9 = linalg.generic {indexing_maps = [#map1, #map1], iterator_types = ["parallel", "parallel"]} ins(%8 : tensor<12x40xf32>) outs(%0 : tensor<12x40xf32>) {
    ^bb0(%in: f32 loc("neg"), %out: f32 loc("exp")):
      %28 = math.exp %in : f32 loc(#loc24)
      linalg.yield %28 : f32 loc(#loc24)
    } -> tensor<12x40xf32> loc(#loc24)
    %10 = linalg.generic {indexing_maps = [#map1, #map1], iterator_types = ["parallel", "parallel"]} ins(%9 : tensor<12x40xf32>) outs(%0 : tensor<12x40xf32>) {
    ^bb0(%in: f32 loc("exp"), %out: f32 loc("log1p")):
      %28 = math.log1p %in : f32 loc(#loc25)
      linalg.yield %28 : f32 loc(#loc25)
    } -> tensor<12x40xf32> loc(#loc25)
    %11 = linalg.generic {indexing_maps = [#map1, #map1, #map1], iterator_types = ["parallel", "parallel"]} ins(%2, %10 : tensor<12x40xf32>, tensor<12x40xf32>) outs(%0 : tensor<12x40xf32>) {
    ^bb0(%in: f32 loc("max"), %in_2: f32 loc("log1p"), %out: f32 loc("add")):
      %28 = arith.addf %in, %in_2 : f32 loc(#loc21)
      linalg.yield %28 : f32 loc(#loc21)
    } -> tensor<12x40xf32> loc(#loc21)
    %12 = linalg.generic {indexing_maps = [#map1, #map1, #map1, #map1], iterator_types = ["parallel", "parallel"]} ins(%5, %6, %11 : tensor<12x40xi1>, tensor<12x40xf32>, tensor<12x40xf32>) outs(%0 : tensor<12x40xf32>) {
    ^bb0(%in: i1 loc("ne"), %in_2: f32 loc("add"), %in_3: f32 loc("add"), %out: f32 loc("select_n")):
      %28 = arith.select %in, %in_2, %in_3 : f32 loc(#loc26)
      linalg.yield %28 : f32 loc(#loc26)
    } -> tensor<12x40xf32> loc(#loc26)
    %13 = linalg.generic {indexing_maps = [#map, #map1], iterator_types = ["parallel", "parallel"]} ins(%cst_0 : tensor<f32>) outs(%0 : tensor<12x40xf32>) {
    ^bb0(%in: f32 loc(unknown), %out: f32 loc("eq")):
      linalg.yield %in : f32 loc(#loc27)
    } -> tensor<12x40xf32> loc(#loc27)
    %14 = linalg.generic {indexing_maps = [#map1, #map1, #map1], iterator_types = ["parallel", "parallel"]} ins(%arg0, %13 : tensor<12x40xf32>, tensor<12x40xf32>) outs(%4 : tensor<12x40xi1>) {
    ^bb0(%in: f32 loc(unknown), %in_2: f32 loc("eq"), %out: i1 loc("eq")):
      %28 = arith.cmpf oeq, %in, %in_2 : f32 loc(#loc27)
      linalg.yield %28 : i1 loc(#loc27)
    } -> tensor<12x40xi1> loc(#loc27)
    %15 = linalg.generic {indexing_maps = [#map1, #map1, #map1, #map1], iterator_types = ["parallel", "parallel"]} ins(%14, %1, %arg0 : tensor<12x40xi1>, tensor<12x40xf32>, tensor<12x40xf32>) outs(%0 : tensor<12x40xf32>) {
    ^bb0(%in: i1 loc("eq"), %in_2: f32 loc("max"), %in_3: f32 loc(unknown), %out: f32 loc("select_n")):
      %28 = arith.select %in, %in_2, %in_3 : f32 loc(#loc26)
      linalg.yield %28 : f32 loc(#loc26)
    } -> tensor<12x40xf32> loc(#loc26)
    %16 = linalg.generic {indexing_maps = [#map1, #map1, #map1], iterator_types = ["parallel", "parallel"]} ins(%12, %13 : tensor<12x40xf32>, tensor<12x40xf32>) outs(%4 : tensor<12x40xi1>) {
    ^bb0(%in: f32 loc("select_n"), %in_2: f32 loc("eq"), %out: i1 loc("eq")):
      %28 = arith.cmpf oeq, %in, %in_2 : f32 loc(#loc27)
      linalg.yield %28 : i1 loc(#loc27)
    } -> tensor<12x40xi1> loc(#loc27)
    %17 = linalg.generic {indexing_maps = [#map1, #map1, #map1, #map1], iterator_types = ["parallel", "parallel"]} ins(%16, %1, %12 : tensor<12x40xi1>, tensor<12x40xf32>, tensor<12x40xf32>) outs(%0 : tensor<12x40xf32>) {
    ^bb0(%in: i1 loc("eq"), %in_2: f32 loc("max"), %in_3: f32 loc("select_n"), %out: f32 loc("select_n")):
      %28 = arith.select %in, %in_2, %in_3 : f32 loc(#loc26)
      linalg.yield %28 : f32 loc(#loc26)
    } -> tensor<12x40xf32> loc(#loc26)
    %18 = linalg.generic {indexing_maps = [#map1, #map1, #map1], iterator_types = ["parallel", "parallel"]} ins(%15, %17 : tensor<12x40xf32>, tensor<12x40xf32>) outs(%0 : tensor<12x40xf32>) {
    ^bb0(%in: f32 loc("select_n"), %in_2: f32 loc("select_n"), %out: f32 loc("sub")):
      %28 = arith.subf %in, %in_2 : f32 loc(#loc19)
      linalg.yield %28 : f32 loc(#loc19)
    } -> tensor<12x40xf32> loc(#loc19)
    %19 = linalg.generic {indexing_maps = [#map1, #map1], iterator_types = ["parallel", "parallel"]} ins(%18 : tensor<12x40xf32>) outs(%0 : tensor<12x40xf32>) {
    ^bb0(%in: f32 loc("sub"), %out: f32 loc("exp")):
      %28 = math.exp %in : f32 loc(#loc24)
      linalg.yield %28 : f32 loc(#loc24)
    } -> tensor<12x40xf32> loc(#loc24)
    %20 = tensor.empty() : tensor<i1> loc(#loc27)
    %21 = linalg.generic {indexing_maps = [#map8], iterator_types = []} outs(%20 : tensor<i1>) {
    ^bb0(%out: i1 loc("eq")):
      linalg.yield %false : i1 loc(#loc27)
    } -> tensor<i1> loc(#loc27)
    %22 = tensor.empty() : tensor<f32> loc(#loc26)
    %23 = linalg.generic {indexing_maps = [#map8, #map8], iterator_types = []} ins(%21 : tensor<i1>) outs(%22 : tensor<f32>) {
    ^bb0(%in: i1 loc("eq"), %out: f32 loc("select_n")):
      linalg.yield %cst : f32 loc(#loc26)
    } -> tensor<f32> loc(#loc26)
    %24 = linalg.generic {indexing_maps = [#map, #map1], iterator_types = ["parallel", "parallel"]} ins(%23 : tensor<f32>) outs(%0 : tensor<12x40xf32>) {
    ^bb0(%in: f32 loc("select_n"), %out: f32 loc("sub")):
      linalg.yield %in : f32 loc(#loc19)
    } -> tensor<12x40xf32> loc(#loc19)
    %25 = linalg.generic {indexing_maps = [#map1, #map1, #map1], iterator_types = ["parallel", "parallel"]} ins(%24, %17 : tensor<12x40xf32>, tensor<12x40xf32>) outs(%0 : tensor<12x40xf32>) {
    ^bb0(%in: f32 loc("sub"), %in_2: f32 loc("select_n"), %out: f32 loc("sub")):
      %28 = arith.subf %in, %in_2 : f32 loc(#loc19)
      linalg.yield %28 : f32 loc(#loc19)
    } -> tensor<12x40xf32> loc(#loc19)
    %26 = linalg.generic {indexing_maps = [#map1, #map1], iterator_types = ["parallel", "parallel"]} ins(%25 : tensor<12x40xf32>) outs(%0 : tensor<12x40xf32>) {
    ^bb0(%in: f32 loc("sub"), %out: f32 loc("exp")):
      %28 = math.exp %in : f32 loc(#loc24)
      linalg.yield %28 : f32 loc(#loc24)
    } -> tensor<12x40xf32> loc(#loc24)
    %27 = linalg.generic {indexing_maps = [#map1, #map1, #map1], iterator_types = ["parallel", "parallel"]} ins(%1, %26 : tensor<12x40xf32>, tensor<12x40xf32>) outs(%0 : tensor<12x40xf32>) {
    ^bb0(%in: f32 loc("max"), %in_2: f32 loc("exp"), %out: f32 loc("mul")):
      %28 = arith.mulf %in, %in_2 : f32 loc(#loc28)
      linalg.yield %28 : f32 loc(#loc28)
    } -> tensor<12x40xf32> loc(#loc28)
    return %12, %19, %27, %19, %27, %14, %1, %16, %1, %16, %1, %26 : tensor<12x40xf32>, tensor<12x40xf32>, tensor<12x40xf32>, tensor<12x40xf32>, tensor<12x40xf32>, tensor<12x40xi1>, tensor<12x40xf32>, tensor<12x40xi1>, tensor<12x40xf32>, tensor<12x40xi1>, tensor<12x40xf32>, tensor<12x40xf32> loc(#loc)
  } loc(#loc87)
  func.func private @softplus_0(%arg0: tensor<12x40xf32> loc(unknown), %arg1: tensor<12x40xf32> loc(unknown), %arg2: tensor<12x40xf32> loc(unknown)) -> tensor<12x40xf32> {
    %0 = tensor.empty() : tensor<12x40xf32> loc(#loc28)
    %1 = linalg.generic {indexing_maps = [#map1, #map1, #map1], iterator_types = ["parallel", "parallel"]} ins(%arg2, %arg0 : tensor<12x40xf32>, tensor<12x40xf32>) outs(%0 : tensor<12x40xf32>) {
    ^bb0(%in: f32 loc(unknown), %in_0: f32 loc(unknown), %out: f32 loc("mul")):
      %2 = arith.mulf %in, %in_0 : f32 loc(#loc28)
      linalg.yield %2 : f32 loc(#loc28)
    } -> tensor<12x40xf32> loc(#loc28)
    return %1 : tensor<12x40xf32> loc(#loc)
  } loc(#loc88)
  func.func private @softplus_1(%arg0: tensor<12x40xf32> loc(unknown), %arg1: tensor<12x40xf32> loc(unknown), %arg2: tensor<12x40xf32> loc(unknown)) -> (tensor<12x40xf32>, tensor<12x40xf32>) {
    %0 = tensor.empty() : tensor<12x40xf32> loc(#loc28)
    %1 = linalg.generic {indexing_maps = [#map1, #map1, #map1], iterator_types = ["parallel", "parallel"]} ins(%arg1, %arg2 : tensor<12x40xf32>, tensor<12x40xf32>) outs(%0 : tensor<12x40xf32>) {
    ^bb0(%in: f32 loc(unknown), %in_0: f32 loc(unknown), %out: f32 loc("mul")):
      %3 = arith.mulf %in, %in_0 : f32 loc(#loc28)
      linalg.yield %3 : f32 loc(#loc28)
    } -> tensor<12x40xf32> loc(#loc28)
    %2 = linalg.generic {indexing_maps = [#map1, #map1, #map1], iterator_types = ["parallel", "parallel"]} ins(%arg2, %arg0 : tensor<12x40xf32>, tensor<12x40xf32>) outs(%0 : tensor<12x40xf32>) {
    ^bb0(%in: f32 loc(unknown), %in_0: f32 loc(unknown), %out: f32 loc("mul")):
      %3 = arith.mulf %in, %in_0 : f32 loc(#loc28)
      linalg.yield %3 : f32 loc(#loc28)
    } -> tensor<12x40xf32> loc(#loc28)
    return %1, %2 : tensor<12x40xf32>, tensor<12x40xf32> loc(#loc)
  } loc(#loc89)
  func.func private @softplus_2(%arg0: tensor<12x40xf32> loc(unknown), %arg1: tensor<12x40xf32> loc(unknown), %arg2: tensor<12x40xi1> loc(unknown), %arg3: tensor<12x40xf32> loc(unknown), %arg4: tensor<12x40xi1> loc(unknown), %arg5: tensor<12x40xf32> loc(unknown), %arg6: tensor<12x40xf32> loc(unknown), %arg7: tensor<12x40xf32> loc(unknown)) -> tensor<12x40xf32> {
    %cst = arith.constant dense<0.000000e+00> : tensor<f32> loc(#loc)
    %0 = tensor.empty() : tensor<12x40xf32> loc(#loc28)
    %1 = linalg.generic {indexing_maps = [#map1, #map1, #map1], iterator_types = ["parallel", "parallel"]} ins(%arg7, %arg6 : tensor<12x40xf32>, tensor<12x40xf32>) outs(%0 : tensor<12x40xf32>) {
    ^bb0(%in: f32 loc(unknown), %in_0: f32 loc(unknown), %out: f32 loc("mul")):
      %8 = arith.mulf %in, %in_0 : f32 loc(#loc28)
      linalg.yield %8 : f32 loc(#loc28)
    } -> tensor<12x40xf32> loc(#loc28)
    %2 = linalg.generic {indexing_maps = [#map1, #map1], iterator_types = ["parallel", "parallel"]} ins(%1 : tensor<12x40xf32>) outs(%0 : tensor<12x40xf32>) {
    ^bb0(%in: f32 loc("mul"), %out: f32 loc("neg")):
      %8 = arith.negf %in : f32 loc(#loc23)
      linalg.yield %8 : f32 loc(#loc23)
    } -> tensor<12x40xf32> loc(#loc23)
    %3 = linalg.generic {indexing_maps = [#map, #map1], iterator_types = ["parallel", "parallel"]} ins(%cst : tensor<f32>) outs(%0 : tensor<12x40xf32>) {
    ^bb0(%in: f32 loc(unknown), %out: f32 loc("broadcast_in_dim")):
      linalg.yield %in : f32 loc(#loc29)
    } -> tensor<12x40xf32> loc(#loc29)
    %4 = linalg.generic {indexing_maps = [#map1, #map1, #map1, #map1], iterator_types = ["parallel", "parallel"]} ins(%arg4, %3, %2 : tensor<12x40xi1>, tensor<12x40xf32>, tensor<12x40xf32>) outs(%0 : tensor<12x40xf32>) {
    ^bb0(%in: i1 loc(unknown), %in_0: f32 loc("broadcast_in_dim"), %in_1: f32 loc("neg"), %out: f32 loc("select_n")):
      %8 = arith.select %in, %in_0, %in_1 : f32 loc(#loc26)
      linalg.yield %8 : f32 loc(#loc26)
    } -> tensor<12x40xf32> loc(#loc26)
    %5 = linalg.generic {indexing_maps = [#map1, #map1, #map1, #map1], iterator_types = ["parallel", "parallel"]} ins(%arg2, %3, %1 : tensor<12x40xi1>, tensor<12x40xf32>, tensor<12x40xf32>) outs(%0 : tensor<12x40xf32>) {
    ^bb0(%in: i1 loc(unknown), %in_0: f32 loc("broadcast_in_dim"), %in_1: f32 loc("mul"), %out: f32 loc("select_n")):
      %8 = arith.select %in, %in_0, %in_1 : f32 loc(#loc26)
      linalg.yield %8 : f32 loc(#loc26)
    } -> tensor<12x40xf32> loc(#loc26)
    %6 = linalg.generic {indexing_maps = [#map1, #map1, #map1], iterator_types = ["parallel", "parallel"]} ins(%4, %arg0 : tensor<12x40xf32>, tensor<12x40xf32>) outs(%0 : tensor<12x40xf32>) {
    ^bb0(%in: f32 loc("select_n"), %in_0: f32 loc(unknown), %out: f32 loc("mul")):
      %8 = arith.mulf %in, %in_0 : f32 loc(#loc28)
      linalg.yield %8 : f32 loc(#loc28)
    } -> tensor<12x40xf32> loc(#loc28)
    %7 = linalg.generic {indexing_maps = [#map1, #map1, #map1], iterator_types = ["parallel", "parallel"]} ins(%5, %6 : tensor<12x40xf32>, tensor<12x40xf32>) outs(%0 : tensor<12x40xf32>) {
    ^bb0(%in: f32 loc("select_n"), %in_0: f32 loc("mul"), %out: f32 loc("add_any")):
      %8 = arith.addf %in, %in_0 : f32 loc(#loc30)
      linalg.yield %8 : f32 loc(#loc30)
    } -> tensor<12x40xf32> loc(#loc30)
    return %7 : tensor<12x40xf32> loc(#loc)
  } loc(#loc90)
} loc(#loc)
#loc70 = loc("jit(step)/jvp(jvp())/dot_general"(#loc55))
#loc71 = loc("jit(step)/jvp(jvp(jit(softplus)))"(#loc56))
#loc83 = loc("jit(step)/jvp(jvp())/jit"(#loc56))
#loc84 = loc("jit(step)/jvp(transpose(jvp()))/jit"(#loc56))
#loc85 = loc("jit(step)/transpose(jvp(transpose(jvp())))/jit"(#loc56))
#loc86 = loc("jit(step)/transpose(jvp(jvp()))/jit"(#loc56))
#loc87 = loc("jit:"(#loc83))
#loc88 = loc("jit:"(#loc84))
#loc89 = loc("jit:"(#loc85))
#loc90 = loc("jit:"(#loc86))
