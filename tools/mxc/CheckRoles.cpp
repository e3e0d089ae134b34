//===- CheckRoles.cpp - Which array of a dump is what ---------------------===//

#include "CheckRoles.h"

#include "CheckReadings.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"

using namespace llvm;
using namespace mxc;

namespace {
/// A role and the names that libraries give it, ours first.
struct Role {
  StringRef what, option;
  std::vector<StringRef> names;
};
} // namespace

static const Role kSource{
    "source tensor",
    "source",
    {"x", "source", "input", "values", "tensor", "data_hp", "weight"}};
// ModelOpt calls codes `weight`; then the source has another name.
static const Role kCodes{"codes",
                         "codes",
                         {"codes", "qdata", "q", "elements", "data_lp", "data",
                          "weight_packed", "blocks", "weight"}};
static const Role kScale{"scales",
                         "scale",
                         {"scale", "scales", "scale_e8m0", "block_scale",
                          "shared_exp", "weight_scale"}};
static const Role kTensorScale{"tensor scale",
                               "tensor-scale",
                               {"tensor_scale", "per_tensor_scale",
                                "global_scale", "scale_2", "s_dec",
                                "weight_global_scale", "weight_scale_2"}};
static const Role kDequantized{
    "dequantised values", "codes", {"dequantized", "dequantised", "dq"}};
static const Role *const kRoles[] = {&kSource, &kCodes, &kScale, &kTensorScale,
                                     &kDequantized};

static std::string listNames(const Arrays &arrays) {
  std::vector<std::string> names;
  for (const auto &[name, array] : arrays)
    names.push_back("'" + name + "' " + array.getTypeName() + " " +
                    formatShape(array.shape));
  return join(names, ", ");
}

/// How much of `name` is a name of `role`: all of it, or its end after a
/// separator. 0: nothing.
static size_t match(const Role &role, StringRef name, const Array &array) {
  size_t longest = 0;
  for (StringRef known : role.names) {
    // Bytes and numbers may both be called weight.
    if (known == "weight" && isFloats(array) != (&role == &kSource))
      continue;
    if (!name.ends_with_insensitive(known))
      continue;
    StringRef prefix = name.drop_back(known.size());
    if (prefix.empty() || StringRef("._/").contains(prefix.back()))
      longest = std::max(longest, known.size());
  }
  return longest;
}

/// Whether no other role claims more of the name: `weight_scale_2` is no scale.
static bool isOf(const Role &role, StringRef name, const Array &array) {
  size_t length = match(role, name, array);
  return length > 0 && all_of(kRoles, [&](const Role *other) {
           return match(*other, name, array) <= length;
         });
}

/// The name of the array in a role, or "" where an optional one is absent.
static Expected<std::string> findRole(const Arrays &arrays, const Role &role,
                                      const std::string &asked, bool optional) {
  if (!asked.empty()) {
    if (arrays.count(asked))
      return asked;
    return createStringError("there is no array '" + asked + "'; found " +
                             listNames(arrays));
  }
  for (StringRef known : role.names)
    for (const auto &[name, array] : arrays)
      if (known.equals_insensitive(name) && isOf(role, name, array))
        return name;
  std::vector<std::string> prefixed;
  for (const auto &[name, array] : arrays)
    if (isOf(role, name, array))
      prefixed.push_back(name);
  if (prefixed.size() == 1)
    return prefixed.front();
  if (optional && prefixed.empty())
    return std::string();
  return createStringError(
      Twine(prefixed.empty() ? "no array" : "several arrays") + " for the " +
      role.what + ": expected one named " + join(role.names, ", ") + ", or --" +
      role.option + "=NAME; found " + listNames(arrays));
}

Expected<Roles> mxc::findRoles(const Arrays &arrays,
                               const DumpOptions &options) {
  Roles roles;
  auto find = [&](const Role &role, const std::string &asked, bool optional,
                  const Array *&array) -> Error {
    Expected<std::string> found = findRole(arrays, role, asked, optional);
    if (!found)
      return found.takeError();
    if (!found->empty())
      array = &arrays.at(*found);
    if (&role == &kSource)
      roles.sourceName = *found;
    return Error::success();
  };
  if (Error error = find(kSource, options.source, false, roles.source))
    return std::move(error);
  if (Error error = find(kDequantized, "", true, roles.dequantized))
    return std::move(error);
  bool isOptional = roles.dequantized != nullptr;
  if (Error error = find(kCodes, options.codes, isOptional, roles.codes))
    return std::move(error);
  if (Error error = find(kScale, options.scale, false, roles.scale))
    return std::move(error);
  if (Error error =
          find(kTensorScale, options.tensorScale, true, roles.tensorScale))
    return std::move(error);
  return roles;
}
