//===- ProductOpInterface.td - Products of other dialects --*- tablegen -*-===//

#ifndef MX_INTERFACES_PRODUCTOPINTERFACE_TD
#define MX_INTERFACES_PRODUCTOPINTERFACE_TD

include "mlir/IR/OpBase.td"

def MX_ProductOpInterface : OpInterface<"ProductOpInterface"> {
  let cppNamespace = "::mx";
  let description = [{
    A matrix product of any dialect. `mx-infer-roles` and `mx-apply-recipe`
    take an op with this interface as they take `linalg.matmul`; where a recipe
    leaves it float, the op stays for its own compiler to lower.

    The op has one result, and without side effects it is

        finish(Σ_k lhs[lhsMap(d)] · rhs[rhsMap(d)])

    over its loops d, those of the contraction being the ones that both operands
    have and the product has not. Operands and product are ranked tensors of
    f32, bf16 or f16. Maps are projected permutations. A linear layer that keeps
    its weight as [out, in] says

        (m, n, k) -> (m, k),  (m, n, k) -> (n, k),  (m, n, k) -> (m, n)

    An op that cannot be rewritten (a vector instead of a matrix, other element
    types, maps that do not fit the types) is left with a remark that says why.
  }];
  let methods = [
    InterfaceMethod<
      "The left operand of the product. Default: operand 0.",
      "::mlir::OpOperand &", "getLhsOperand", (ins), /*methodBody=*/"",
      /*defaultImplementation=*/"return $_op->getOpOperand(0);">,
    InterfaceMethod<
      "The right operand of the product. Default: operand 1.",
      "::mlir::OpOperand &", "getRhsOperand", (ins), /*methodBody=*/"",
      /*defaultImplementation=*/"return $_op->getOpOperand(1);">,
    InterfaceMethod<
      "From the loops to the axes of lhs, rhs and product, in this order.",
      "::mlir::SmallVector<::mlir::AffineMap>", "getProductMaps">,
    InterfaceMethod<
      "The type of the bare product. Default: the result's.",
      "::mlir::RankedTensorType", "getProductType", (ins), /*methodBody=*/"",
      /*defaultImplementation=*/[{
        return ::mlir::dyn_cast<::mlir::RankedTensorType>(
            $_op->getResult(0).getType());
      }]>,
    InterfaceMethod<
      "Builds the op's result of the bare product, which has the type of "
      "getProductType: adds a bias, applies an activation. Default: the "
      "product is the result.",
      "::mlir::Value", "finishProduct",
      (ins "::mlir::OpBuilder &":$builder, "::mlir::Value":$product),
      /*methodBody=*/"", /*defaultImplementation=*/"return product;">
  ];
}

#endif // MX_INTERFACES_PRODUCTOPINTERFACE_TD
