//===- Describe.cpp - Signatures and products as JSON ---------------------===//

#include "Handles.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/IR/TypeUtilities.h"
#include "mx/Conversion/NVVM/Explain.h"
#include "mx/Dialect/MX/Transforms/Products.h"

using namespace mlir;
namespace json = llvm::json;

static std::string print(Type type) {
  std::string text;
  llvm::raw_string_ostream(text) << type;
  return text;
}

static json::Value describe(const std::optional<SmallVector<int64_t>> &shape) {
  if (!shape)
    return nullptr;
  json::Array extents;
  for (int64_t extent : *shape)
    extents.push_back(ShapedType::isDynamic(extent) ? -1 : extent);
  return extents;
}

static json::Object describe(const mx::ValueSignature &signature) {
  json::Object value{{"type", signature.type},
                     {"element", signature.element},
                     {"shape", describe(signature.shape)}};
  if (signature.isSeed)
    value["seed"] = true;
  json::Array parts;
  for (const mx::ValueSignature &part : signature.parts)
    parts.push_back(json::Object{{"part", part.type},
                                 {"element", part.element},
                                 {"shape", describe(part.shape)}});
  if (!parts.empty())
    value["parts"] = std::move(parts);
  return value;
}

template <typename Range> static json::Array describeAll(const Range &values) {
  json::Array array;
  for (const auto &value : values)
    array.push_back(describe(value));
  return array;
}

json::Array mx::capi::describe(ArrayRef<FunctionSignature> functions) {
  json::Array array;
  for (const FunctionSignature &function : functions) {
    json::Array equal;
    for (ArrayRef<ArgumentExtent> set : function.equal) {
      json::Array extents;
      for (const ArgumentExtent &extent : set)
        extents.push_back(json::Array{extent.argument, extent.axis});
      equal.push_back(std::move(extents));
    }
    array.push_back(json::Object{{"name", function.name},
                                 {"arguments", describeAll(function.arguments)},
                                 {"results", describeAll(function.results)},
                                 {"equal", std::move(equal)}});
  }
  return array;
}

json::Array mx::capi::describeFloatProducts(ModuleOp module) {
  json::Array products;
  ProductAnalysis analysis(module);
  for (const Product &product : analysis.getProducts()) {
    Operation *op = product.getOperation();
    auto element = [&](unsigned operand) {
      return print(getElementTypeOrSelf(op->getOperand(operand).getType()));
    };
    products.push_back(
        json::Object{{"location", nvvm::getPlace(op->getLoc())},
                     {"a", element(0)},
                     {"b", element(1)},
                     {"result", print(op->getResult(0).getType())},
                     {"family", "float"}});
  }
  return products;
}
