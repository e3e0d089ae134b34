//===- Run.cpp - mxc run --------------------------------------------------===//

#include "Commands.h"
#include "Compare.h"
#include "Elements.h"
#include "Runner.h"
#include "StatisticsFile.h"

#include "llvm/Support/Format.h"
#include "llvm/Support/raw_ostream.h"

using namespace llvm;
using namespace mxc;

cl::SubCommand &mxc::getRunCommand() {
  static cl::SubCommand command("run", "compile a function and run it");
  return command;
}
static cl::opt<std::string> entry("entry", cl::init("main"),
                                  cl::value_desc("function"),
                                  cl::desc("what to run (default: main)"),
                                  cl::sub(getRunCommand()));
static cl::list<std::string>
    inputsFiles("inputs", cl::CommaSeparated, cl::value_desc("file.npz,…"),
                cl::desc("arrays arg0… in argument order, without the seed; "
                         ".npz or safetensors"),
                cl::sub(getRunCommand()));
static cl::opt<std::string> expectFile("expect", cl::value_desc("file.npz"),
                                       cl::desc("expected results, out0…"),
                                       cl::sub(getRunCommand()));
static cl::opt<std::string> outputsFile("outputs", cl::value_desc("file.npz"),
                                        cl::desc("where results go, out0…"),
                                        cl::sub(getRunCommand()));
static cl::opt<std::string> statisticsFile(
    "statistics", cl::value_desc("file.json"),
    cl::desc("count what each quantisation clips, flushes and loses, and where "
             "the counts go"),
    cl::sub(getRunCommand()));
static cl::opt<double>
    rtol("rtol", cl::init(1e-5), cl::value_desc("x"),
         cl::desc("bound of the largest error over the largest expected value "
                  "(default: 1e-5)"),
         cl::sub(getRunCommand()));

/// The element type behind an array's name (out0, out0_codes, …), or null for
/// parts of scaled values, which are compared as they are stored.
static mlir::Type findType(ArrayRef<Port> results, StringRef name) {
  for (const Port &port : results)
    if (port.name == name)
      return getElementTypeOf(port.type);
  return {};
}

static Error checkExpected(const Arrays &expected, const NamedArrays &found) {
  for (const auto &[name, array] : found)
    if (!expected.count(name))
      return createStringError("'" + expectFile + "' lacks array '" + name +
                               "'");
  for (const auto &[name, array] : expected)
    if (StringRef(name).starts_with("out") &&
        none_of(found,
                [&, &name = name](const auto &f) { return f.first == name; }))
      return createStringError("array '" + name + "' of '" + expectFile +
                               "' is no result");
  return Error::success();
}

/// Prints one line; returns whether the result is as expected.
static Expected<bool> compareOne(StringRef name, const Array &found,
                                 const Array &expected, mlir::Type type) {
  if (!type) {
    bool equal = found.shape == expected.shape && found.data == expected.data;
    outs() << name << ": " << (equal ? "equal" : "different") << "\n";
    return equal;
  }
  Expected<Difference> difference = compare(found, expected, type);
  if (!difference)
    return createStringError("array '" + name + "' of '" + expectFile +
                             "': " + toString(difference.takeError()));
  // Written so that a NaN is beyond every bound.
  bool agrees = difference->relativeMax <= rtol && difference->numBadNaN == 0;
  outs() << name << ": relative L2 error "
         << format("%.3e", difference->relativeL2)
         << ", largest error / largest value "
         << format("%.3e", difference->relativeMax) << ", cosine "
         << format("%.9f", difference->cosine);
  if (difference->numBadNaN != 0)
    outs() << ", NaN in " << difference->numBadNaN
           << " elements of one side only";
  outs() << (agrees ? "\n" : ": beyond --rtol\n");
  return agrees;
}

static Expected<bool> compareAll(const Runner &runner, const Arrays &expected,
                                 const NamedArrays &found) {
  if (Error error = checkExpected(expected, found))
    return std::move(error);
  bool agrees = true;
  for (const auto &[name, array] : found) {
    Expected<bool> one = compareOne(name, array, expected.find(name)->second,
                                    findType(runner.getResults(), name));
    if (!one)
      return one.takeError();
    agrees &= *one;
  }
  return agrees;
}

/// The arrays of all files of --inputs.
static Expected<Arrays> readInputs() {
  Arrays all;
  for (StringRef path : inputsFiles) {
    Expected<Arrays> arrays = readArrays(path);
    if (!arrays)
      return arrays.takeError();
    for (auto &[name, array] : *arrays)
      // What `mxc convert` notes of a file is no argument.
      if (name != "mxc" && name != "mxc_header" &&
          !all.try_emplace(name, std::move(array)).second)
        return createStringError("array '" + name + "' of '" + path +
                                 "' is in another file of --inputs too");
  }
  return all;
}

/// The arrays of a file, or none where no file is named.
static Expected<Arrays> readOptional(StringRef path) {
  if (path.empty())
    return Arrays();
  return readArrays(path);
}

static Expected<std::unique_ptr<Runner>> prepare(const Arrays &inputs) {
  Expected<mx::PipelineOptions> options = getPipelineOptions();
  if (!options)
    return options.takeError();
  options->statistics = !statisticsFile.empty();
  auto program = mx::Program::fromFile(inputFile, *options);
  if (!program)
    return program.takeError();
  auto runner = Runner::create(std::move(*program), entry);
  if (!runner)
    return runner.takeError();
  if (Error error = (*runner)->setInputs(inputs, seed))
    return std::move(error);
  return runner;
}

static Error checkOptions() {
  if (!(rtol >= 0))
    return createStringError("--rtol must be a number from 0 up");
  if (rtol.getNumOccurrences() && expectFile.empty())
    return createStringError("--rtol needs --expect");
  return Error::success();
}

/// Writes the results where they are asked for.
static Error writeOutputs(const NamedArrays &results) {
  if (outputsFile.empty())
    return Error::success();
  Expected<OutputFile> file = OutputFile::create(outputsFile);
  if (!file)
    return file.takeError();
  return writeNpz(std::move(*file), results);
}

Error mxc::runMain(bool &agrees) {
  if (Error error = checkOptions())
    return error;
  Expected<Arrays> inputs = readInputs();
  if (!inputs)
    return inputs.takeError();
  Expected<Arrays> expected = readOptional(expectFile);
  if (!expected)
    return expected.takeError();
  auto runner = prepare(*inputs);
  if (!runner)
    return runner.takeError();
  enableTrace();
  Expected<NamedArrays> results = (*runner)->run();
  if (!results)
    return results.takeError();
  if (!statisticsFile.empty())
    if (Error error = writeStatistics(
            statisticsFile, takeStatistics((*runner)->getLabels(), *results)))
      return error;
  if (expectFile.empty()) {
    for (const auto &[name, array] : *results)
      outs() << name << ": " << array.getTypeName() << " "
             << formatShape(array.shape) << "\n";
    return writeOutputs(*results);
  }
  Expected<bool> same = compareAll(**runner, *expected, *results);
  if (!same)
    return same.takeError();
  agrees = *same;
  return writeOutputs(*results);
}
