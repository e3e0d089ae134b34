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

static json::Object describe(Type type) {
  json::Object value{{"type", print(type)},
                     {"element", print(getElementTypeOrSelf(type))},
                     {"shape", nullptr}};
  if (auto tensor = dyn_cast<RankedTensorType>(type)) {
    json::Array shape;
    for (int64_t extent : tensor.getShape())
      shape.push_back(ShapedType::isDynamic(extent) ? -1 : extent);
    value["shape"] = std::move(shape);
  }
  return value;
}

json::Array mx::capi::describeFunctions(ModuleOp module) {
  json::Array functions;
  for (auto function : module.getOps<func::FuncOp>()) {
    if (!function.isPublic() || function.isExternal())
      continue;
    json::Array arguments, results;
    for (auto [i, type] : llvm::enumerate(function.getArgumentTypes())) {
      json::Object argument = describe(type);
      if (function.getArgAttr(i, MXDialect::kSeedAttrName))
        argument["seed"] = true;
      arguments.push_back(std::move(argument));
    }
    for (Type type : function.getResultTypes())
      results.push_back(describe(type));
    functions.push_back(json::Object{{"name", function.getSymName()},
                                     {"arguments", std::move(arguments)},
                                     {"results", std::move(results)}});
  }
  return functions;
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
