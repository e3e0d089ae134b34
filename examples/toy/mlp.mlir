func.func @main(%x: tensor<?x64xf32>, %w1: tensor<48x64xf32>, %b1: tensor<48xf32>,
                %w2: tensor<10x48xf32>, %b2: tensor<10xf32>) -> tensor<?x10xf32> {
  %0 = toy.linear %x, %w1, %b1
         : (tensor<?x64xf32>, tensor<48x64xf32>, tensor<48xf32>) -> tensor<?x48xf32>
  %1 = toy.relu %0 : tensor<?x48xf32>
  %2 = toy.linear %1, %w2, %b2 {mx.name = "head"}
         : (tensor<?x48xf32>, tensor<10x48xf32>, tensor<10xf32>) -> tensor<?x10xf32>
  return %2 : tensor<?x10xf32>
}
