//===- OptionReader.cpp - Values of a kernel's options --------------------===//

#include "OptionReader.h"

#include "mx/Dialect/MX/IR/Formats.h"

#include "mlir/IR/Builders.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/MathExtras.h"
#include <cmath>

using namespace mlir;
using namespace mx;

/// Whether `list`, of words with blanks between, has `word`.
static bool hasWord(StringRef list, StringRef word) {
  SmallVector<StringRef> words;
  list.split(words, ' ');
  return llvm::is_contained(words, word);
}

static std::string listOptions(StringRef kind) {
  SmallVector<std::string> names;
  for (const KernelOption &option : getKernelOptions())
    if (hasWord(option.kinds, kind))
      names.push_back(("--" + option.name).str());
  return llvm::join(names, ", ");
}

OptionReader::OptionReader(StringRef kind, ArrayRef<KernelWord> words,
                           MLIRContext &context)
    : kind(kind), context(context) {
  for (const auto &[name, value] : words) {
    const auto *option =
        llvm::find_if(getKernelOptions(), [&, &name = name](const auto &o) {
          return o.name == name && hasWord(o.kinds, kind);
        });
    if (option == getKernelOptions().end()) {
      fail(kind + " has no option --" + name + "; it takes " +
           listOptions(kind));
      continue;
    }
    if (option->value.empty() && !value.empty())
      fail("--" + name + " takes no value, but got '" + value + "'");
    if (!option->value.empty() && value.empty())
      fail("--" + name + " needs a value, --" + name + "=<" + option->value +
           ">");
    if (!values.try_emplace(name, value).second)
      fail("--" + name + " is given twice");
  }
}

StringRef OptionReader::get(StringRef name) const {
  auto it = values.find(name);
  return it == values.end() ? StringRef() : StringRef(it->second);
}

void OptionReader::fail(const Twine &text) {
  if (message.empty())
    message = text.str();
}

llvm::Error OptionReader::takeError() {
  if (message.empty())
    return llvm::Error::success();
  return llvm::createStringError(message);
}

bool OptionReader::require(StringRef name, StringRef expected) {
  if (!has(name))
    fail(kind + " needs --" + name + ", " + expected);
  return has(name);
}

void OptionReader::failValue(StringRef name, StringRef expected) {
  fail("--" + name + " must be " + expected + ", but is '" + get(name) + "'");
}

int64_t OptionReader::getExtent(StringRef name) {
  // Philox counters and the runtime's loops have 32 bits for an index.
  constexpr StringLiteral expected =
      "a number from 1 to 2147483647, or 'dynamic'";
  int64_t value = 1;
  if (!require(name, expected))
    return value;
  if (get(name) == "dynamic")
    return ShapedType::kDynamic;
  if (get(name).getAsInteger(10, value) || value < 1 || value > INT32_MAX) {
    failValue(name, expected);
    return 1;
  }
  return value;
}

int64_t OptionReader::getNumber(StringRef name, int64_t byDefault,
                                int64_t last) {
  int64_t value = byDefault;
  if (has(name) &&
      (get(name).getAsInteger(10, value) || value < 0 || value > last))
    failValue(name, "a number from 0 to " + std::to_string(last));
  return value;
}

FloatAttr OptionReader::getFactor(StringRef name) {
  double value = 1;
  if (has(name) && get(name).getAsDouble(value))
    failValue(name, "a number");
  float narrow = static_cast<float>(value);
  if (!std::isfinite(narrow) || narrow == 0)
    failValue(name, "a finite number other than 0 in f32");
  return Builder(&context).getF32FloatAttr(narrow);
}

Type OptionReader::findFloat(StringRef word) const {
  Builder builder(&context);
  if (word == "f32")
    return builder.getF32Type();
  if (word == "bf16")
    return builder.getBF16Type();
  if (word == "f16")
    return builder.getF16Type();
  return {};
}

Type OptionReader::getFloat(StringRef name) {
  if (has(name))
    if (Type type = findFloat(get(name)))
      return type;
  if (has(name))
    failValue(name, "f32, bf16 or f16");
  return findFloat("f32");
}

ScaledType OptionReader::getFormat(StringRef name) {
  ScaledType fallback = ScaledType::getNamed(&context, "mxfp4");
  if (!require(name, "a format: " + llvm::join(ScaledType::getNames(), ", ") +
                         ", or a type, !mx.scaled<…>"))
    return fallback;
  llvm::Expected<ScaledType> format = parseFormat(get(name), context);
  if (format)
    return *format;
  fail("--" + name + ": " + llvm::toString(format.takeError()));
  return fallback;
}

Type OptionReader::getOperand(StringRef name) {
  if (has(name))
    if (Type type = findFloat(get(name)))
      return type;
  return getFormat(name);
}

unsigned OptionReader::getChoice(StringRef name, ArrayRef<StringRef> choices) {
  if (!has(name))
    return 0;
  const auto *it = llvm::find(choices, get(name));
  if (it != choices.end())
    return it - choices.begin();
  failValue(name, "one of " + llvm::join(choices, ", "));
  return 0;
}

SmallVector<int32_t> OptionReader::getFixedSigns(int64_t size) {
  SmallVector<StringRef> words;
  get("signs").split(words, ',');
  SmallVector<int32_t> signs;
  for (StringRef word : words)
    if (word == "1" || word == "-1")
      signs.push_back(word == "1" ? 1 : -1);
  if (words.size() != signs.size() || int64_t(signs.size()) != size) {
    failValue("signs", "none, seed, or " + std::to_string(size) +
                           " numbers 1 or -1 with commas between");
    return {};
  }
  return signs;
}

HadamardAttr OptionReader::getHadamard() {
  for (StringRef name : {"signs", "sign-stream"})
    if (has(name) && !has("hadamard"))
      fail("--" + name + " needs --hadamard, the size of the transform");
  if (!has("hadamard"))
    return {};
  int64_t size = 0;
  if (get("hadamard").getAsInteger(10, size) || size < 2 || size > 1024 ||
      !llvm::isPowerOf2_64(size)) {
    failValue("hadamard", "a power of two from 2 to 1024");
    return {};
  }
  Signs signs = Signs::None;
  SmallVector<int32_t> fixed;
  if (get("signs") == "seed") {
    signs = Signs::Seed;
  } else if (has("signs") && get("signs") != "none") {
    signs = Signs::Fixed;
    fixed = getFixedSigns(size);
  }
  if (has("sign-stream") && signs != Signs::Seed)
    fail("--sign-stream needs --signs=seed");
  if (!message.empty())
    return {};
  return HadamardAttr::get(&context, size, signs, fixed);
}
