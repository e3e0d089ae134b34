"""What is added to a product in a program has the bits of the two steps: one pass on target cpu, two on reference."""
# RUN: %python %s

import mxc
from checks import normal, same

TEXT = """
#all = affine_map<(i, j) -> (i, j)>
func.func @main(%x: tensor<5x70xf32>, %w: tensor<70x19xf32>, %r: tensor<5x19xf32>) -> tensor<5x19xf32> {
  %zero = arith.constant 0.0 : f32
  %e = tensor.empty() : tensor<5x19xf32>
  %y = linalg.fill ins(%zero : f32) outs(%e : tensor<5x19xf32>) -> tensor<5x19xf32>
  %0 = linalg.matmul ins(%x, %w : tensor<5x70xf32>, tensor<70x19xf32>) outs(%y : tensor<5x19xf32>) -> tensor<5x19xf32>
  %1 = linalg.generic {indexing_maps = [#all, #all, #all], iterator_types = ["parallel", "parallel"]}
      ins(%0, %r : tensor<5x19xf32>, tensor<5x19xf32>) outs(%e : tensor<5x19xf32>) {
  ^bb0(%a: f32, %b: f32, %o: f32):
    %s = arith.addf %a, %b : f32
    linalg.yield %s : f32
  } -> tensor<5x19xf32>
  return %1 : tensor<5x19xf32>
}
"""

for element in ("mxfp4", "nvfp4"):
    operand = mxc.Operand(element)
    recipe = mxc.Recipe("exact", forward=mxc.Product(lhs=operand, rhs=operand, accumulate="exact"))
    arguments = normal((5, 70)), normal((70, 19)), normal((5, 19))
    cpu, reference = (mxc.compile(TEXT, recipe=recipe, target=target) for target in ("cpu", "reference"))
    same(cpu(*arguments), reference(*arguments), f"product and sum, {element}")
    lowered = cpu.ir("lowered")
    assert ("linalg.generic" in lowered) == (element == "nvfp4"), element  # tensor scales are between the two steps
