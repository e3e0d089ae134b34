//===- LowerHadamard.cpp - Launches of the hadamard kernels ---------------===//

#include "Lowerings.h"

#include "../../Target/NVVM/Kernels/Hadamard.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/raw_ostream.h"
#include "llvm/Support/xxhash.h"

using namespace mlir;
using namespace mx;
using namespace mx::nvvm;
using hadamard::Form;

/// The same for equal kernels.
static std::string getModuleName(const Form &form) {
  std::string text, type;
  llvm::raw_string_ostream(text)
      << form.transform << form.getUnit() << form.isWhole();
  llvm::raw_string_ostream(type) << form.source;
  return "mx_hadamard_" + type + "_" +
         llvm::utohexstr(llvm::xxh3_64bits(text), /*LowerCase=*/true);
}

void mx::nvvm::lowerHadamard(HostCode &host, HadamardOp op) {
  Value input = host.makeContiguous(op.getInput());
  Value out = host.makeContiguousOutput(op.getInit());
  auto type = cast<MemRefType>(input.getType());
  int64_t rank = type.getRank(), columns = type.getShape().back();
  Form form{op.getTransform(), type.getElementType(),
            ShapedType::isDynamic(columns) ? -1 : columns};
  gpu::GPUModuleOp kernels = host.getKernels(
      getModuleName(form), [&](OpBuilder &b, gpu::GPUModuleOp module) {
        hadamard::build(b, module, form);
      });
  Value rows = host.sizes(input, 0, rank - 1);
  Value cols = host.size(input, rank - 1);
  SmallVector<Value> operands = {host.address(input), host.toI32(rows),
                                 host.toI32(cols), host.address(out)};
  for (Int word : host.drawSigns(op.getSeed(), int64_t(op.getSignStream()),
                                 hadamard::countSignWords(form.transform)))
    operands.push_back(word.get());
  Value units = host.multiply(rows, host.ceilDiv(cols, form.getUnit()));
  host.launch(kernels, "hadamard", host.ceilDiv(units, hadamard::kThreads / 32),
              hadamard::kThreads, operands);
  host.freeAll();
}
