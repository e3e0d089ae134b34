//===- Dispatchers.cpp - Functions that choose a kernel by shape ----------===//

#include "mx/Generate/Dispatchers.h"

using namespace mlir;
using namespace mx;

static c::Dispatcher makeDispatcher(const KernelSpec &first) {
  c::Dispatcher dispatcher;
  dispatcher.name = first.family;
  for (auto [name, extent] : first.getExtents())
    dispatcher.extents.push_back(name.str());
  return dispatcher;
}

static size_t countDynamic(const c::Dispatcher::Choice &choice) {
  return llvm::count(choice.extents, ShapedType::kDynamic);
}

std::vector<c::Dispatcher> mx::makeDispatchers(ArrayRef<KernelSpec> kernels) {
  std::vector<c::Dispatcher> dispatchers;
  for (const KernelSpec &spec : kernels) {
    auto it = llvm::find_if(dispatchers, [&](const c::Dispatcher &dispatcher) {
      return dispatcher.name == spec.family;
    });
    if (it == dispatchers.end())
      it = dispatchers.insert(it, makeDispatcher(spec));
    c::Dispatcher::Choice choice{spec.name, {}};
    for (auto [name, extent] : spec.getExtents())
      choice.extents.push_back(extent);
    auto after = llvm::find_if(it->choices, [&](const auto &other) {
      return countDynamic(other) > countDynamic(choice);
    });
    it->choices.insert(after, std::move(choice));
  }
  return dispatchers;
}
