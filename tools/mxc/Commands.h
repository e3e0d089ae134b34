//===- Commands.h - Subcommands of mxc and what they share ------*- C++ -*-===//

#ifndef MX_TOOLS_MXC_COMMANDS_H
#define MX_TOOLS_MXC_COMMANDS_H

#include "mx/Pipelines/Pipelines.h"
#include "llvm/Support/CommandLine.h"
#include "llvm/Support/Error.h"

namespace mxc {

// The subcommands, each in the file of its name. (Functions, since options
// of other files refer to them while static objects are being made.)
llvm::cl::SubCommand &getCompileCommand();
llvm::cl::SubCommand &getRunCommand();
llvm::cl::SubCommand &getQuantizeCommand();
llvm::cl::SubCommand &getExplainCommand();
llvm::cl::SubCommand &getGenerateCommand();
llvm::cl::SubCommand &getListCommand();
llvm::cl::SubCommand &getPlanCommand();
llvm::cl::SubCommand &getCheckCommand();
llvm::cl::SubCommand &getConvertCommand();
llvm::cl::SubCommand &getReportCommand();
llvm::Error compileMain();
/// Sets `agrees` to false where results are not as expected.
llvm::Error runMain(bool &agrees);
llvm::Error quantizeMain();
llvm::Error explainMain();
llvm::Error generateMain();
llvm::Error listMain();
/// Sets `agrees` to false where a published number is not ours.
llvm::Error planMain(bool &agrees);
/// Sets `follows` to false where no rule fits entirely.
llvm::Error checkMain(bool &follows);
llvm::Error convertMain();
llvm::Error reportMain();

// Options that several of them have.
extern llvm::cl::opt<std::string> inputFile, outputFile, headerFile, recipe,
    targetName;
extern llvm::cl::opt<uint64_t> seed;
extern llvm::cl::opt<bool> trace;

/// What --recipe and --target say.
llvm::Expected<mx::PipelineOptions> getPipelineOptions();

/// Fails unless `value` is one of `choices`; `what` names it.
llvm::Error checkChoice(llvm::StringRef what, llvm::StringRef value,
                        llvm::ArrayRef<llvm::StringRef> choices);

/// Lets libmx_runtime name the kernels that it runs, as --trace asks.
void enableTrace();

} // namespace mxc

#endif // MX_TOOLS_MXC_COMMANDS_H
