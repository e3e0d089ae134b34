"""Kernels for the emulator's tests: a product by TMA, mbarrier and wgmma as the families do it, and smaller ones."""

REGISTERS = 32  # of a thread, for m64n64


def wgmma_types(count=REGISTERS):
    return f"!llvm.struct<({', '.join(['i32'] * count)})>"


def tie(count=REGISTERS):
    return ",".join(["=r"] * count + [str(i) for i in range(count)])


def names(stem, count=REGISTERS):
    return ", ".join(f"%{stem}{i}" for i in range(count))


def multiply():
    """One commit group of four m64n64k32; it waits itself."""
    registers = "{" + ",".join(f"${i}" for i in range(REGISTERS)) + "}"
    lines = [".reg .pred add;", ".reg .b64 a;", "setp.eq.u32 add, 0, 0;", "wgmma.fence.sync.aligned;"]
    for step in range(4):
        lines.append(f"add.s64 a, ${2 * REGISTERS}, {2 * step};")
        lines.append(f"wgmma.mma_async.sync.aligned.m64n64k32.s32.s8.s8 {registers}, a, a, add;")
    lines += ["wgmma.commit_group.sync.aligned;", "wgmma.wait_group.sync.aligned 0;"]
    return "{ " + " ".join(lines) + " }"


def assembly(text, constraints, operands="", types="", result=""):
    arrow = f" -> {result}" if result else " -> ()"
    return f'llvm.inline_asm has_side_effects "{text}", "{constraints}" {operands} : ({types}){arrow}'


WAIT = "{ .reg .pred p; WAIT: mbarrier.try_wait.parity.shared::cta.b64 p, [$0], $1; @p bra DONE; bra WAIT; DONE: }"
COPY = ("cp.async.bulk.tensor.3d.shared::cluster.global.mbarrier::complete_tx::bytes "
        "[$0], [$1, {$2, $3, $4}], [$5];")
SHARED = "llvm.mlir.global external @memory() {addr_space = 3 : i32, alignment = 16 : i64} : !llvm.array<0 x i8>"


def constants(*values):
    return "\n    ".join(f"%c{value} = arith.constant {value} : i32" for value in values)


def start():
    """%base: dynamic shared memory, aligned to 1024."""
    return f"""{constants(0, 1, 2, 3, 4, 8, 16, 32, 63, 64, 128, 1023, 8192)}
    %cm1024 = arith.constant -1024 : i32
    %tid = nvvm.read.ptx.sreg.tid.x : i32
    %memory = llvm.mlir.addressof @memory : !llvm.ptr<3>
    %raw = llvm.ptrtoint %memory : !llvm.ptr<3> to i32
    %up = arith.addi %raw, %c1023 : i32
    %base = arith.andi %up, %cm1024 : i32"""


def product():
    """arg0 the map of the bytes [1, 64, 128 * steps], arg1 the 64 x 64 sums, arg2 steps: A times A transposed. Warp 4
    copies tiles into two stages, warps 0 to 3 multiply. Lines end in names that tests break or expect."""
    sums = names("s")
    extracted = "\n        ".join(f"%m{i} = llvm.extractvalue %m[{i}] : {wgmma_types()}" for i in range(REGISTERS))
    stores = []
    for i in range(REGISTERS):
        column, row = 8 * (i // 4) + i % 2, i // 2 % 2 * 8
        stores.append(f"""%o{i} = arith.constant {row * 64 + column} : i32
      %p{i} = arith.addi %first, %o{i} : i32
      %q{i} = llvm.getelementptr %out[%p{i}] : (!llvm.ptr<1>, i32) -> !llvm.ptr<1>, i32
      llvm.store %r#{i}, %q{i} : i32, !llvm.ptr<1> // store""")
    return f"""gpu.module @kernels {{
  {SHARED}
  llvm.func @product(%map: !llvm.ptr {{llvm.byval = !llvm.array<16 x i64>, llvm.align = 64 : i64, nvvm.grid_constant}}, %out: !llvm.ptr<1>, %steps: i32) attributes {{gpu.kernel, nvvm.kernel}} {{
    {start()}
    %c16384 = arith.constant 16384 : i32
    %c16400 = arith.constant 16400 : i32
    %fulls = arith.addi %base, %c16384 : i32
    %empties = arith.addi %base, %c16400 : i32
    %isFirst = arith.cmpi eq, %tid, %c0 : i32
    scf.if %isFirst {{
      scf.for %i = %c0 to %c2 step %c1 : i32 {{
        %offset = arith.muli %i, %c8 : i32
        %full = arith.addi %fulls, %offset : i32
        %empty = arith.addi %empties, %offset : i32
        {assembly("mbarrier.init.shared::cta.b64 [$0], 1;", "r", "%full", "i32")} // init full
        {assembly("mbarrier.init.shared::cta.b64 [$0], 1;", "r", "%empty", "i32")} // init empty
      }}
      {assembly("fence.mbarrier_init.release.cluster;", "~{{memory}}".replace("{{", "{").replace("}}", "}"))} // fence init
    }}
    nvvm.barrier0 // sync init
    %isProducer = arith.cmpi uge, %tid, %c128 : i32
    scf.if %isProducer {{
      %isCopying = arith.cmpi eq, %tid, %c128 : i32
      scf.if %isCopying {{
        scf.for %step = %c0 to %steps step %c1 : i32 {{
          %stage = arith.andi %step, %c1 : i32
          %round = arith.shrui %step, %c1 : i32
          %parity = arith.andi %round, %c1 : i32
          %other = arith.xori %parity, %c1 : i32
          %offset = arith.muli %stage, %c8 : i32
          %full = arith.addi %fulls, %offset : i32
          %empty = arith.addi %empties, %offset : i32
          {assembly(WAIT, "r,r", "%empty, %other", "i32, i32")} // wait empty
          {assembly("mbarrier.arrive.expect_tx.shared::cta.b64 _, [$0], $1;", "r,r", "%full, %c8192", "i32, i32")} // expect
          %place = arith.muli %stage, %c8192 : i32
          %target = arith.addi %base, %place : i32
          %column = arith.muli %step, %c128 : i32
          {assembly(COPY, "r,l,r,r,r,r", "%target, %map, %column, %c0, %c0, %full", "i32, !llvm.ptr, i32, i32, i32, i32")} // copy
        }}
      }}
    }} else {{
      %r:{REGISTERS} = scf.for %step = %c0 to %steps step %c1 iter_args({", ".join(f"%s{i} = %c0" for i in range(REGISTERS))}) -> ({", ".join(["i32"] * REGISTERS)}) : i32 {{
        %stage = arith.andi %step, %c1 : i32
        %round = arith.shrui %step, %c1 : i32
        %parity = arith.andi %round, %c1 : i32
        %offset = arith.muli %stage, %c8 : i32
        %full = arith.addi %fulls, %offset : i32
        %empty = arith.addi %empties, %offset : i32
        {assembly(WAIT, "r,r", "%full, %parity", "i32, i32")} // wait full
        %place = arith.muli %stage, %c8192 : i32
        %tile = arith.addi %base, %place : i32
        %cmask = arith.constant 262143 : i32
        %low = arith.andi %tile, %cmask : i32
        %start = arith.shrui %low, %c4 : i32
        %wide = arith.extui %start : i32 to i64
        %fields = arith.constant 4611686293305360384 : i64 // fields
        %descriptor = arith.ori %wide, %fields : i64
        %m = {assembly(multiply(), tie() + ",l", sums + ", %descriptor", ", ".join(["i32"] * REGISTERS) + ", i64", wgmma_types())} // multiply
        {extracted}
        %lane = arith.andi %tid, %c63 : i32
        scf.if %isFirst {{
          {assembly("mbarrier.arrive.shared::cta.b64 _, [$0];", "r", "%empty", "i32")} // arrive
        }}
        scf.yield {names("m")} : {", ".join(["i32"] * REGISTERS)}
      }}
      %warp = arith.shrui %tid, %c5 : i32
      %inWarp = arith.andi %tid, %c31 : i32
      %group = arith.shrui %inWarp, %c2 : i32
      %pair = arith.andi %inWarp, %c3 : i32
      %warpRow = arith.muli %warp, %c16 : i32
      %row = arith.addi %warpRow, %group : i32
      %line = arith.muli %row, %c64 : i32
      %two = arith.muli %pair, %c2 : i32
      %first = arith.addi %line, %two : i32
      {chr(10).join(stores)}
    }}
    llvm.return
  }}
}}
""".replace("%c1023 = ", "%c31 = arith.constant 31 : i32\n    %c5 = arith.constant 5 : i32\n    %c1023 = ")


def small(body, arguments="%out: !llvm.ptr<1>"):
    """A kernel that begins as the product does; %mine is a word of shared memory for each thread."""
    return f"""gpu.module @kernels {{
  {SHARED}
  llvm.func @small({arguments}) attributes {{gpu.kernel, nvvm.kernel}} {{
    {start()}
    %bytes = arith.muli %tid, %c4 : i32
    %mine = arith.addi %base, %bytes : i32
    %place = llvm.getelementptr %out[%tid] : (!llvm.ptr<1>, i32) -> !llvm.ptr<1>, i32
{body}
    llvm.return
  }}
}}
"""


def shared_store(value, address, mark):
    return f"""    %p_{mark} = llvm.inttoptr {address} : i32 to !llvm.ptr<3>
    llvm.store {value}, %p_{mark} : i32, !llvm.ptr<3> // {mark}"""


def shared_load(result, address, mark):
    return f"""    %p_{mark} = llvm.inttoptr {address} : i32 to !llvm.ptr<3>
    {result} = llvm.load %p_{mark} : !llvm.ptr<3> -> i32 // {mark}"""


def store(value, mark="result"):
    return f"    llvm.store {value}, %place : i32, !llvm.ptr<1> // {mark}"


def scaled_sums(reads):
    """Warp 0 writes three scales for each of 32 rows; every thread adds up (block + 1) << scale of its row."""
    reads = {"right": lambda block: (4, block), "exchanged blocks": lambda block: (4, (1, 0, 2)[block]),
             "rows for blocks": lambda block: (1, 32 * block)}[reads]

    def place(name, row_words, first):
        return f"""    %{name}f = arith.constant {4 * row_words} : i32
    %{name}c = arith.constant {4 * first} : i32
    %{name}r = arith.muli %row, %{name}f : i32
    %{name}s = arith.addi %{name}r, %{name}c : i32
    %{name} = arith.addi %base, %{name}s : i32"""

    writes, sums = [], ["    %sum0 = arith.addi %c0, %c0 : i32"]
    for block in range(3):
        writes += [place(f"to{block}", 4, block), f"    %five{block} = arith.constant {5 * block} : i32\n    %drawn{block} = arith.addi %row, %five{block} : i32",
                   f"    %scale{block} = arith.andi %drawn{block}, %seven : i32", shared_store(f"%scale{block}", f"%to{block}", f"write{block}")]
        sums += [place(f"from{block}", *reads(block)), shared_load(f"%x{block}", f"%from{block}", "read").replace("%p_read", f"%p_read{block}"),
                 f"    %part{block} = arith.constant {block + 1} : i32\n    %scaled{block} = arith.shli %part{block}, %x{block} : i32",
                 f"    %sum{block + 1} = arith.addi %sum{block}, %scaled{block} : i32"]
    lines = "\n".join
    return small(f"""    %seven = arith.constant 7 : i32
    %last = arith.constant 31 : i32
    %row = arith.andi %tid, %last : i32
    %isWriting = arith.cmpi ult, %tid, %c32 : i32
    scf.if %isWriting {{
{lines(writes)}
    }}
    nvvm.barrier0
{lines(sums)}
{store("%sum3")}""")
