//===- mx-lsp-server.cpp - The mx dialect for editors ---------------------===//
//
// MLIR's language server with the mx dialect; where one hovers over a value of
// a block-scaled type, its layout and bytes are told too.
//
// MLIR's server has no hook for hover texts. So it runs in a child process with
// the editor's requests as they are, and its replies pass through this one.
//
//===----------------------------------------------------------------------===//

#include "HoverFilter.h"

#include "mlir/IR/DialectRegistry.h"
#include "mlir/InitAllDialects.h"
#include "mlir/InitAllExtensions.h"
#include "mlir/Tools/mlir-lsp-server/MlirLspServerMain.h"
#include "mx/InitAll.h"

#include <csignal>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

/// The child: the server, which writes to `output`.
static int serve(int argc, char **argv, int output) {
  prctl(PR_SET_PDEATHSIG, SIGTERM); // no server outlives the editor's process
  if (dup2(output, STDOUT_FILENO) < 0) {
    perror("mx-lsp-server: dup2");
    return 1;
  }
  close(output);
  mlir::DialectRegistry registry;
  mlir::registerAllDialects(registry);
  mlir::registerAllExtensions(registry);
  mx::registerMx(registry);
  return failed(mlir::MlirLspServerMain(argc, argv, registry));
}

int main(int argc, char **argv) {
  int ends[2];
  if (pipe(ends) != 0) {
    perror("mx-lsp-server: pipe");
    return 1;
  }
  pid_t child = fork();
  if (child < 0) {
    perror("mx-lsp-server: fork");
    return 1;
  }
  if (child == 0) {
    close(ends[0]);
    return serve(argc, argv, ends[1]);
  }
  close(ends[1]);
  mx::filterHovers(fdopen(ends[0], "r"), stdout);

  int status = 0;
  if (waitpid(child, &status, 0) < 0) {
    perror("mx-lsp-server: waitpid");
    return 1;
  }
  return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}
