//===- fuzz.cpp - Random calls of the C ABI against lib/Support -----------===//
//
// runtime-fuzz [--seconds=N] [--shapes=N] [--seed=N] [--case=N] [--only=KIND]
// Runs cases until the time or the number is reached. A failure prints how to
// repeat its case; so does a fault, which is an access outside of an operand.
//
//===----------------------------------------------------------------------===//

#include "Fuzz.h"

#include <chrono>
#include <csignal>
#include <cstdlib>
#include <unistd.h>

using namespace mx::fuzz;

/// Of a sanitizer, if there is one: where its reports go.
extern "C" __attribute__((weak)) void __sanitizer_set_report_fd(void *fd);

namespace {

struct Options {
  double seconds = 60;
  long long shapes = -1, only = -1;
  uint64_t seed = 1;
  std::string kind;
};

struct Kind {
  const char *name;
  void (*run)(Random &random);
  int weight;
};
const Kind kKinds[] = {
    {"quantize", fuzzQuantize, 5}, {"twice", fuzzQuantizeTwice, 3},
    {"matmul", fuzzMatmul, 6},     {"hadamard", fuzzHadamard, 1},
    {"cast", fuzzCast, 1},         {"decode", fuzzDecode, 1},
    {"amax", fuzzAmax, 1},         {"relayout", fuzzRelayout, 1},
    {"packing", fuzzPacking, 1},   {"broken", fuzzBrokenRecords, 2}};

/// What the handler of a fault prints: made before the case, since a handler
/// may do little.
char theCase[256];

void onFault(int signal) {
  auto print = [](const char *text) {
    ssize_t written = write(1, text, std::strlen(text));
    (void)written;
  };
  print(signal == SIGSEGV || signal == SIGBUS
            ? "\nruntime-fuzz: access outside of an operand in "
            : "\nruntime-fuzz: stopped by a signal in ");
  print(mx::test::context().c_str());
  print("\n");
  print(theCase);
  _exit(1);
}

const Kind &pick(Random &random, const std::string &only) {
  int total = 0;
  for (const Kind &kind : kKinds) {
    if (only == kind.name)
      return kind;
    total += kind.weight;
  }
  int64_t at = random.below(total);
  for (const Kind &kind : kKinds)
    if ((at -= kind.weight) < 0)
      return kind;
  return kKinds[0];
}

void runCase(const Options &options, long long number) {
  Random random(options.seed * 1000003 + uint64_t(number));
  const Kind &kind = pick(random, options.kind);
  std::snprintf(theCase, sizeof theCase,
                "repeat with: runtime-fuzz --seed=%llu --case=%lld%s%s\n",
                static_cast<unsigned long long>(options.seed), number,
                options.kind.empty() ? "" : " --only=", options.kind.c_str());
  mx::test::context() =
      "case " + std::to_string(number) + ", " + std::string(kind.name);
  long long failed = mx::test::counts().failed;
  ++tally().shapes;
  kind.run(random);
  if (mx::test::counts().failed > failed && failed < 20)
    std::printf("  %s", theCase);
}

Options parse(int argc, char **argv) {
  Options options;
  for (int i = 1; i < argc; ++i) {
    std::string text = argv[i];
    size_t split = text.find('=');
    std::string name = text.substr(0, split);
    const char *value = split == text.npos ? "" : argv[i] + split + 1;
    if (name == "--seconds")
      options.seconds = std::atof(value);
    else if (name == "--shapes")
      options.shapes = std::atoll(value);
    else if (name == "--seed")
      options.seed = std::strtoull(value, nullptr, 10);
    else if (name == "--case")
      options.only = std::atoll(value);
    else if (name == "--only")
      options.kind = value;
    else {
      std::printf("usage: runtime-fuzz [--seconds=N] [--shapes=N] [--seed=N] "
                  "[--case=N] [--only=KIND]\n");
      std::exit(1);
    }
  }
  return options;
}

} // namespace

int main(int argc, char **argv) {
  Options options = parse(argc, argv);
  // Calls are traced with another stderr: reports go to the first one.
  if (__sanitizer_set_report_fd)
    __sanitizer_set_report_fd(reinterpret_cast<void *>(intptr_t(dup(2))));
  for (int signal : {SIGSEGV, SIGBUS, SIGILL, SIGFPE, SIGABRT})
    std::signal(signal, onFault);
  auto start = std::chrono::steady_clock::now();
  auto elapsed = [&] {
    return std::chrono::duration<double>(std::chrono::steady_clock::now() -
                                         start)
        .count();
  };
  if (options.only >= 0)
    runCase(options, options.only);
  else
    for (long long i = 0; i != options.shapes && elapsed() < options.seconds;
         ++i)
      runCase(options, i);
  std::printf("%lld random shapes with seed %llu in %.0f s, %lld broken "
              "records refused\n",
              tally().shapes, static_cast<unsigned long long>(options.seed),
              elapsed(), tally().refused);
  for (const auto &[kernel, runs] : tally().runs)
    std::printf("  %-26s %7lld calls, %7lld taken\n", kernel.c_str(),
                runs.calls, runs.taken);
  return mx::test::finish("runtime fuzz");
}
