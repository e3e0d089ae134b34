//===- ToyOps.td - A dialect of layers ----------------------*- tablegen -*-===//

#ifndef TOY_OPS
#define TOY_OPS

include "mlir/IR/OpBase.td"
include "mlir/Interfaces/SideEffectInterfaces.td"
include "mx/Interfaces/ProductOpInterface.td"

def Toy_Dialect : Dialect {
  let name = "toy";
  let cppNamespace = "::toy";
}

class Toy_Op<string mnemonic, list<Trait> traits = []>
    : Op<Toy_Dialect, mnemonic, [Pure] # traits> {
  let results = (outs RankedTensorOf<[F32]>:$result);
}

/// The interface makes it a product that recipes rewrite.
def Toy_LinearOp
    : Toy_Op<"linear", [DeclareOpInterfaceMethods<MX_ProductOpInterface,
                                                  ["finishProduct"]>]> {
  let summary = "x · weightᵀ + bias";
  let arguments = (ins RankedTensorOf<[F32]>:$x, RankedTensorOf<[F32]>:$weight,
                       RankedTensorOf<[F32]>:$bias);
  let assemblyFormat = [{
    $x `,` $weight `,` $bias attr-dict `:` functional-type(operands, results)
  }];
}

def Toy_BiasOp : Toy_Op<"bias"> {
  let summary = "x + bias, for each row";
  let arguments = (ins RankedTensorOf<[F32]>:$x, RankedTensorOf<[F32]>:$bias);
  let assemblyFormat = [{
    $x `,` $bias attr-dict `:` functional-type(operands, results)
  }];
}

def Toy_ReluOp : Toy_Op<"relu", [AllTypesMatch<["x", "result"]>]> {
  let summary = "max(x, 0)";
  let arguments = (ins RankedTensorOf<[F32]>:$x);
  let assemblyFormat = "$x attr-dict `:` type($x)";
}

#endif // TOY_OPS
