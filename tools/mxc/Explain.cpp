//===- Explain.cpp - mxc explain ------------------------------------------===//
//
// Which kernel family of target nvvm each product takes, and what keeps it from
// the others.
//
//===----------------------------------------------------------------------===//

#include "mx/Conversion/NVVM/Explain.h"
#include "Commands.h"
#include "mx/Pipelines/Program.h"

using namespace llvm;
using namespace mxc;

cl::SubCommand &mxc::getExplainCommand() {
  static cl::SubCommand command("explain",
                                "print which kernels each product takes");
  return command;
}
static cl::opt<bool> asJSON("json", cl::desc("print JSON, one object a line"),
                            cl::sub(getExplainCommand()));

static void printText(const json::Object &product) {
  auto get = [&](StringRef key) { return *product.getString(key); };
  outs() << get("location") << ": " << get("a") << " x " << get("b") << " -> "
         << get("result") << ": " << get("family");
  if (!get("schedule").empty())
    outs() << " " << get("schedule");
  outs() << "\n";
  for (const json::Value &rejected : *product.getArray("rejected")) {
    const json::Object &other = *rejected.getAsObject();
    outs() << "  not " << *other.getString("family") << ": "
           << *other.getString("condition") << "\n";
  }
}

Error mxc::explainMain() {
  Expected<mx::PipelineOptions> options = getPipelineOptions();
  if (!options)
    return options.takeError();
  options->target = mx::TargetKind::NVVM;
  auto program = mx::Program::fromFile(inputFile, *options);
  if (!program)
    return program.takeError();
  if (Error error = (*program)->lowerTo(mx::Stage::Packed))
    return error;
  const mx::nvvm::Chip &chip = *mx::nvvm::findChip(options->chip);
  (*program)->getModule().walk([&](mx::PackedMatmulOp op) {
    json::Object product = mx::nvvm::explain(op, chip);
    if (asJSON)
      outs() << json::Value(std::move(product)) << "\n";
    else
      printText(product);
  });
  return Error::success();
}
