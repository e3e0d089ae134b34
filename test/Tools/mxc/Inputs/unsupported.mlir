//--- type.mlir
func.func @f(%z: tensor<4xcomplex<f32>> {mx.name = "z"}, %x: f32) -> f32 {
  return %x : f32
}
//--- extent.mlir
func.func @f(%n: tensor<index>) -> tensor<?xf32> {
  %extent = tensor.extract %n[] : tensor<index>
  %zero = arith.constant 0.0 : f32
  %empty = tensor.empty(%extent) : tensor<?xf32>
  %0 = linalg.fill ins(%zero : f32) outs(%empty : tensor<?xf32>) -> tensor<?xf32>
  return %0 : tensor<?xf32>
}
//--- names.mlir
func.func @f_x(%x: f32) -> f32 {
  return %x : f32
}
func.func @f.x(%x: f32) -> f32 {
  return %x : f32
}
//--- empty.mlir
func.func private @f(%x: f32) -> f32 {
  return %x : f32
}
