"""What earlier releases export and declare is there today: nothing is removed, nothing changes."""
# RUN: %python %s %mx_obj %mx_src/include

import os
import sys

import compatibility

HEADERS = ("mx-c/mx.h", "mx-runtime/mx_abi.h", "mx-runtime/mx_runtime.h", "mx-runtime/mx_cuda.h")
#: Structs that later releases may add members to; each says how large it is.
GROWING = ("mx_program_options", "mx_quantize_spec", "mx_matmul_spec", "mx_relayout_spec")


def check_exports(release, library):
    with open(f"{release}/symbols/{library}", encoding="ascii") as file:
        stored = file.read().split()
    today = set(compatibility.exports(f"{sys.argv[1]}/lib/{library}"))
    return [f"{library} no longer exports {symbol}" for symbol in stored if symbol not in today]


def check_members(stored, today):
    """A struct's members keep their places, an enum's values their numbers; more may follow where a struct grows."""
    name, had = stored
    have = today.get(name)
    if have is None:
        return [f"{name} is gone"]
    if "enum" in name:
        return [f"{name} no longer has {value}" for value in had if value not in have]
    grows = any(name.endswith(" " + each + each) for each in GROWING)
    if have[: len(had)] != had or (not grows and len(have) != len(had)):
        return [f"{name} was {had}, is {have}"]
    return []


def check_header(release, header):
    stored = compatibility.declarations(f"{release}/include", header)
    today = compatibility.declarations(sys.argv[2], header)
    named = dict(filter(None, map(compatibility.members, today)))
    problems = []
    for declaration in stored:
        members = compatibility.members(declaration)
        if members:
            problems += check_members(members, named)
        elif declaration not in today:
            problems.append(f"{header} no longer declares: {declaration}")
    macros = compatibility.macros(sys.argv[2], header)
    for name, value in compatibility.macros(f"{release}/include", header).items():
        if macros.get(name) != value:
            problems.append(f"{header}: {name} was {value}, is {macros.get(name)}")
    return len(stored), problems


def check_the_check():
    """The comparison sees what it is for: a member moved, a value changed, a function with another signature."""
    struct = "typedef struct mx_array { void * data ; int64_t rank } mx_array"
    name, had = compatibility.members(struct)
    assert (name, had) == ("typedef struct mx_arraymx_array", ["void * data", "int64_t rank"]), (name, had)
    assert not check_members((name, had), {name: had})
    assert check_members((name, had), {name: had[::-1]}) and check_members((name, had), {})
    assert check_members((name, had), {name: had + ["int more"]})
    grown = "typedef struct mx_program_optionsmx_program_options"
    assert not check_members((grown, had), {grown: had + ["int more"]})
    enum = ("enum mx_dtype", ["MX_F32 = 0"])
    assert check_members(enum, {"enum mx_dtype": ["MX_F32 = 1"]})
    assert not check_members(enum, {"enum mx_dtype": ["MX_F32 = 0", "MX_F64 = 9"]})


def main():
    check_the_check()
    count, problems = 0, []
    assert compatibility.releases(), "no release is stored"
    for release in compatibility.releases():
        for library in compatibility.LIBRARIES:
            problems += check_exports(release, library)
        for header in HEADERS:
            found, wrong = check_header(release, header)
            count += found
            problems += [f"since {os.path.basename(release)}: {problem}" for problem in wrong]
    print("\n".join(problems) or f"{count} declarations are as they were")
    sys.exit(1 if problems or count < 60 else 0)


if __name__ == "__main__":
    main()
