//===- MXOps.td - All ops, types and attributes of mx -------*- tablegen -*-===//

#ifndef MX_DIALECT_MX_IR_MXOPS_TD
#define MX_DIALECT_MX_IR_MXOPS_TD

include "mx/Dialect/MX/IR/MXAttrs.td"
include "mx/Dialect/MX/IR/MXMatmulOps.td"
include "mx/Dialect/MX/IR/MXPackedOps.td"
include "mx/Dialect/MX/IR/MXQuantizeOps.td"
include "mx/Dialect/MX/IR/MXTransformOps.td"

#endif // MX_DIALECT_MX_IR_MXOPS_TD
