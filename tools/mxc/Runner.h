//===- Runner.h - Run one function of a program -----------------*- C++ -*-===//

#ifndef MX_TOOLS_MXC_RUNNER_H
#define MX_TOOLS_MXC_RUNNER_H

#include "Values.h"
#include "mx/Pipelines/Program.h"

namespace mx {
class JIT;
} // namespace mx

namespace mxc {

using NamedArrays = std::vector<std::pair<std::string, Array>>;

/// Takes a program through all stages and calls its entry point.
class Runner {
public:
  static llvm::Expected<std::unique_ptr<Runner>>
  create(std::unique_ptr<mx::Program> program, llvm::StringRef entry);
  ~Runner();

  llvm::ArrayRef<Port> getArguments() const { return arguments; }
  llvm::ArrayRef<Port> getResults() const { return results; }
  /// What each row of the results `statistics` and `amax_exponents` is about;
  /// empty without statistics.
  llvm::ArrayRef<std::string> getLabels() const { return labels; }

  /// Checks and takes the inputs, before the costly stages.
  llvm::Error setInputs(const Arrays &inputs, uint64_t seed);
  /// Compiles and runs.
  llvm::Expected<NamedArrays> run();

private:
  Runner(std::unique_ptr<mx::Program> program, llvm::StringRef entry);
  llvm::Error readSignature();
  llvm::Error readParts();
  llvm::Error checkExtents(const Arrays &arrays) const;

  std::unique_ptr<mx::Program> program;
  std::string entry;
  std::vector<Port> arguments, results;
  std::vector<std::string> labels;
  std::vector<Buffer> inputs;
};

} // namespace mxc

#endif // MX_TOOLS_MXC_RUNNER_H
