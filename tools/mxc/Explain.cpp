//===- Explain.cpp - mxc explain ------------------------------------------===//
//
// Which kernel family of target nvvm each product takes, and what keeps it from
// the others.
//
//===----------------------------------------------------------------------===//

#include "Commands.h"
#include "Program.h"

#include "mx/Conversion/NVVM/Families.h"
#include "llvm/Support/JSON.h"

using namespace llvm;
using namespace mxc;

cl::SubCommand &mxc::getExplainCommand() {
  static cl::SubCommand command("explain",
                                "print which kernels each product takes");
  return command;
}
static cl::opt<bool> asJSON("json", cl::desc("print JSON, one object a line"),
                            cl::sub(getExplainCommand()));

static std::string print(mlir::Type type) {
  std::string text;
  raw_string_ostream(text) << type;
  return text;
}

static std::string getFormat(mlir::OperandRange operand, mx::ScaledType type) {
  if (type)
    return print(type);
  return print(cast<mlir::ShapedType>(operand[0].getType()).getElementType());
}

/// `file:line:column` of the first place that the location names.
static std::string getPlace(mlir::Location location) {
  auto file = location->findInstanceOf<mlir::FileLineColLoc>();
  if (!file)
    return "unknown";
  return (file.getFilename().getValue() + ":" + Twine(file.getLine()) + ":" +
          Twine(file.getColumn()))
      .str();
}

/// The portable kernels take whatever no family does.
static constexpr StringLiteral kPortable("portable");

static json::Object describe(mx::PackedMatmulOp op,
                             ArrayRef<mx::nvvm::Verdict> verdicts) {
  std::string family = kPortable.str(), schedule;
  json::Array rejected;
  for (const mx::nvvm::Verdict &verdict : verdicts) {
    if (verdict.schedule) {
      family = verdict.family.str();
      raw_string_ostream(schedule) << verdict.schedule;
      break;
    }
    rejected.push_back(json::Object{{"family", verdict.family.str()},
                                    {"condition", verdict.problem}});
  }
  return json::Object{{"location", getPlace(op.getLoc())},
                      {"a", getFormat(op.getA(), op.getAScaledFormat())},
                      {"b", getFormat(op.getB(), op.getBScaledFormat())},
                      {"result", print(op.getInit().getType())},
                      {"family", std::move(family)},
                      {"schedule", std::move(schedule)},
                      {"rejected", std::move(rejected)}};
}

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
  auto program = Program::fromFile(inputFile, *options);
  if (!program)
    return program.takeError();
  if (Error error = (*program)->lowerTo(mx::Stage::Packed))
    return error;
  const mx::nvvm::Chip &chip = *mx::nvvm::findChip(options->chip);
  (*program)->getModule().walk([&](mx::PackedMatmulOp op) {
    json::Object product = describe(op, mx::nvvm::judge(op, chip));
    if (asJSON)
      outs() << json::Value(std::move(product)) << "\n";
    else
      printText(product);
  });
  return Error::success();
}
