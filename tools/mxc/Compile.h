//===- Compile.h - What compile and generate share --------------*- C++ -*-===//

#ifndef MX_TOOLS_MXC_COMPILE_H
#define MX_TOOLS_MXC_COMPILE_H

#include "mx/Pipelines/Program.h"
#include "mx/Target/C/Dispatcher.h"

namespace mxc {

/// Where a program comes from.
class Source {
public:
  virtual ~Source() = default;
  virtual llvm::Expected<std::unique_ptr<mx::Program>>
  make(const mx::PipelineOptions &options) = 0;
  /// One line for a header, "made by …", once it is made.
  virtual std::string describe() const = 0;
  virtual std::vector<mx::c::Dispatcher> getDispatchers() const { return {}; }
};

/// Makes what the options (--target, --emit, --header, -o, …) ask for.
llvm::Error compile(Source &source);

} // namespace mxc

#endif // MX_TOOLS_MXC_COMPILE_H
