//===- Options.cpp - Command line of mx-bench -----------------------------===//
//
// Plain --name=value arguments.
//
//===----------------------------------------------------------------------===//

#include "Options.h"

#include <cstdio>
#include <cstdlib>
#include <thread>

namespace mx::bench {

static const char kUsage[] =
    R"(usage: mx-bench [--threads=1,2] [--filter=REGEX] [--quick] [--peers]
                [--product=A,B,MxNxK[,exact|fast]]... [--seed=N]
                [--json=FILE] [--svg=FILE]

Checks the kernels of libmx_runtime against the contract and then times them,
next to this machine's limits and to other libraries, in one run.

  --threads=N,M   thread counts (default: 1 and all processors)
  --filter=REGEX  measurements whose name matches; names are the first column;
                  not with --product
  --quick         fewer shapes and rounds
  --product=...   this product instead of all measurements: formats of both
                  sides, shape, sums unless by default; f32:bf16 for A: f32
                  that each call casts or quantises
  --seed=N        of the random shapes (default: 20)
  --peers         also OpenVINO from the environment that ./dev bench cpu made
  --json=FILE     one object a line for every measurement
  --svg=FILE      the growth plot: rate over M*N*K

formats:)";

void stop(const std::string &text) {
  std::fprintf(stderr, "mx-bench: %s\n", text.c_str());
  std::exit(1);
}

static void printUsage() {
  std::fputs(kUsage, stdout);
  for (const std::string &name : formatNames())
    std::printf(" %s", name.c_str());
  std::puts("");
}

static std::vector<int> parseThreads(const std::string &text) {
  std::vector<int> result;
  const char *at = text.c_str();
  while (*at) {
    char *end = nullptr;
    long value = std::strtol(at, &end, 10);
    if (end == at || value < 1 || value > 4096 || (*end && *end != ','))
      stop("--threads expects numbers like 1,2, found '" + text + "'");
    result.push_back(static_cast<int>(value));
    at = *end ? end + 1 : end;
  }
  if (result.empty())
    stop("--threads expects at least one number");
  return result;
}

static std::vector<std::string> split(const std::string &text, char by) {
  std::vector<std::string> parts(1);
  for (char c : text)
    if (c == by)
      parts.emplace_back();
    else
      parts.back() += c;
  return parts;
}

static uint32_t parseSeed(const std::string &text) {
  char *end = nullptr;
  unsigned long long value = std::strtoull(text.c_str(), &end, 10);
  if (text.empty() || text[0] == '-' || *end || value > UINT32_MAX)
    stop("--seed expects a number below 2^32, found '" + text + "'");
  return static_cast<uint32_t>(value);
}

static int64_t parseLength(const std::string &text) {
  char *end = nullptr;
  long long value = std::strtoll(text.c_str(), &end, 10);
  if (text.empty() || *end || value < 1 || value > 1 << 20)
    stop("--product expects lengths of 1 to 2^20, found '" + text + "'");
  return value;
}

/// A,B,MxNxK[,exact|fast]
static Problem parseProduct(const std::string &text) {
  std::vector<std::string> parts = split(text, ',');
  std::vector<std::string> shape =
      parts.size() > 2 ? split(parts[2], 'x') : parts;
  std::string sums = parts.size() == 4 ? parts[3] : "";
  if (parts.size() < 3 || parts.size() > 4 || shape.size() != 3 ||
      (parts.size() == 4 && sums != "exact" && sums != "fast"))
    stop("--product expects A,B,MxNxK[,exact|fast], like "
         "bf16,mxfp4,512x4096x4096; found '" +
         text + "'");
  if (isFromF32(parts[1]))
    stop("only the left side can be made of f32, found '" + parts[1] + "'");
  formatOf(parts[0]), formatOf(parts[1]); // they exist
  Problem problem{parseLength(shape[0]), parseLength(shape[1]),
                  parseLength(shape[2]), parts[0], parts[1]};
  if (!sums.empty())
    problem.accumulate =
        sums == "exact" ? MX_ACCUMULATE_EXACT : MX_ACCUMULATE_FAST;
  return problem;
}

Options parseOptions(int argc, char **argv) {
  Options options;
  int processors = static_cast<int>(std::thread::hardware_concurrency());
  options.threads = {1};
  if (processors > 1)
    options.threads.push_back(processors);
  for (int i = 1; i < argc; ++i) {
    std::string text = argv[i];
    size_t split = text.find('=');
    std::string name = text.substr(0, split);
    std::string value = split == text.npos ? "" : text.substr(split + 1);
    if (text == "--help" || text == "-h") {
      printUsage();
      std::exit(0);
    } else if (text == "--quick")
      options.quick = true;
    else if (text == "--peers")
      options.peers = true;
    else if (name == "--threads")
      options.threads = parseThreads(value);
    else if (name == "--filter")
      options.filterText = value;
    else if (name == "--product")
      options.products.push_back(parseProduct(value));
    else if (name == "--seed")
      options.seed = parseSeed(value);
    else if (name == "--json")
      options.json = value;
    else if (name == "--svg")
      options.svg = value;
    else
      stop("unknown argument '" + text + "'; see --help");
  }
  if (!options.products.empty() && !options.filterText.empty())
    stop("--filter chooses among the listed measurements, which --product "
         "leaves out");
  try {
    options.filter = std::regex(options.filterText);
  } catch (const std::regex_error &error) {
    stop("--filter is not a regular expression: " + std::string(error.what()));
  }
  return options;
}

} // namespace mx::bench
