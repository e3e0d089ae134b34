//===- Explain.cpp - mxc explain ------------------------------------------===//
//
// Which kernel family of target nvvm each product takes, and what keeps it from
// the others; or the bytes that products move before and after the recipe.
//
//===----------------------------------------------------------------------===//

#include "mx/Conversion/NVVM/Explain.h"
#include "Commands.h"
#include "mx/Dialect/MX/Transforms/BytesMoved.h"
#include "mx/Dialect/MX/Transforms/Contraction.h"
#include "mx/Pipelines/Program.h"
#include "llvm/Support/Format.h"

using namespace llvm;
using namespace mxc;

cl::SubCommand &mxc::getExplainCommand() {
  static cl::SubCommand command("explain",
                                "print which kernels each product takes");
  return command;
}
static cl::opt<bool> asJSON("json", cl::desc("print JSON, one object a line"),
                            cl::sub(getExplainCommand()));

static cl::opt<bool>
    bytes("bytes",
          cl::desc("print the bytes that products and what prepares their "
                   "operands read and write, before and after the recipe, and "
                   "remark what is kept for backward products"),
          cl::sub(getExplainCommand()));

static void printText(const json::Object &product) {
  auto get = [&](StringRef key) { return *product.getString(key); };
  outs() << get("location") << ": " << get("a") << " x " << get("b") << " -> "
         << get("result") << ": " << get("family");
  if (!get("schedule").empty())
    outs() << " " << get("schedule");
  if (const json::Array *epilogue = product.getArray("epilogue")) {
    outs() << ", then ";
    interleave(
        *epilogue, outs(),
        [](const json::Value &name) { outs() << *name.getAsString(); }, ", ");
  }
  outs() << "\n";
  for (const json::Value &rejected : *product.getArray("rejected")) {
    const json::Object &other = *rejected.getAsObject();
    outs() << "  not " << *other.getString("family") << ": "
           << *other.getString("condition") << "\n";
  }
}

using Kinds = ArrayRef<std::pair<StringRef, mx::MovedBytes>>;

static void printBytes(StringRef stage, Kinds kinds) {
  for (const auto &[name, moved] : kinds) {
    outs() << left_justify(stage, 8) << left_justify(name, 14)
           << format("%5d  %12.6g  %12.6g", int(moved.ops),
                     double(moved.reads) * 1e-6, double(moved.writes) * 1e-6);
    if (moved.uncounted)
      outs() << "  without " << moved.uncounted << " of dynamic extents";
    outs() << "\n";
  }
}

static json::Object toJson(StringRef stage, Kinds kinds) {
  json::Object object{{"stage", stage}};
  for (const auto &[name, moved] : kinds)
    object[name] = json::Object{{"ops", moved.ops},
                                {"reads", moved.reads},
                                {"writes", moved.writes},
                                {"uncounted", moved.uncounted}};
  return object;
}

/// At the imported and the packed stage.
static Error explainBytes(mx::Program &program) {
  if (!asJSON)
    outs() << "                       ops       MB read    MB written\n";
  int64_t before = 0;
  for (auto [stage, name] : {std::pair(mx::Stage::Imported, "before"),
                             std::pair(mx::Stage::Packed, "after")}) {
    if (Error error = program.lowerTo(stage))
      return error;
    mx::BytesMoved moved = mx::countBytesMoved(program.getModule());
    std::pair<StringRef, mx::MovedBytes> kinds[] = {
        {"products", moved.products},
        {"preparations", moved.preparations},
        {"transposes", moved.transposes}};
    if (asJSON)
      outs() << json::Value(toJson(name, kinds)) << "\n";
    else
      printBytes(name, kinds);
    if (stage == mx::Stage::Imported)
      before = moved.getTotal();
    else if (!asJSON && before > 0)
      outs() << format("in all, after over before: %.3f\n",
                       double(moved.getTotal()) / double(before));
  }
  return Error::success();
}

Error mxc::explainMain() {
  Expected<mx::PipelineOptions> options = getPipelineOptions();
  if (!options)
    return options.takeError();
  options->target = mx::TargetKind::NVVM;
  options->reportSaved = bytes;
  auto program = mx::Program::fromFile(inputFile, *options);
  if (!program)
    return program.takeError();
  if (bytes)
    return explainBytes(**program);
  if (Error error = (*program)->lowerTo(mx::Stage::Packed))
    return error;
  const mx::nvvm::Chip &chip = *mx::nvvm::findChip(options->chip);
  auto printProduct = [&](json::Object product) {
    if (asJSON)
      outs() << json::Value(std::move(product)) << "\n";
    else
      printText(product);
  };
  SmallVector<mlir::Operation *> products;
  (*program)->getModule().walk([&](mlir::Operation *op) {
    if (isa<mx::PackedMatmulOp>(op) || mx::isProductLike(op))
      products.push_back(op);
  });
  for (mlir::Operation *op : products) {
    if (auto packed = dyn_cast<mx::PackedMatmulOp>(op))
      printProduct(mx::nvvm::explain(packed, chip));
    else if (auto floats = dyn_cast<mlir::linalg::LinalgOp>(op))
      if (auto product = mx::nvvm::explain(floats, chip))
        printProduct(std::move(*product));
  }
  return Error::success();
}
