"""An independent model of the numeric contract in numpy, written from docs/contract.md and the papers'
formulas: formats, scale rules, rounding, Philox, Hadamard, quantisation and exact products. Exactness
comes from float64 (every f32 times a power of two, and every f32 times a 24-bit prescale in two parts)
and from Python integers."""

from fractions import Fraction

import numpy as np

F32 = np.float32
FLT_MAX = np.finfo(np.float32).max


class Float:
    """ExMy with a kind: 'ieee', 'fn' or 'finite'; i8 with `integer`."""

    def __init__(self, e, m, kind="finite", signed=True, integer=False):
        self.e, self.m, self.kind, self.signed, self.integer = e, m, kind, signed, integer
        self.bits = 8 if integer else e + m + signed
        self.bias = max(0, 2 ** (e - 1) - 1) if e else 0
        self.values = np.array([self.decode(c) for c in range(1 << self.bits)])

    def decode(self, code):
        if self.integer:
            return (code - 256 if code > 127 else code) / 64
        sign = -1.0 if self.signed and code >> (self.e + self.m) & 1 else 1.0
        field, mantissa = code >> self.m & ((1 << self.e) - 1), code & ((1 << self.m) - 1)
        if self.kind == "ieee" and field == (1 << self.e) - 1:
            return float("nan") if mantissa else sign * float("inf")
        if self.kind == "fn" and field == (1 << self.e) - 1 and mantissa == (1 << self.m) - 1:
            return float("nan")
        scale = 2.0 ** (max(field, 1) - self.bias - self.m)
        return sign * ((field > 0) * 2**self.m + mantissa) * scale

    @property
    def grid(self):
        """The numbers >= 0, ascending; position is the code."""
        if self.integer:
            return np.arange(128) / 64
        values = self.values[: 1 << (self.e + self.m)]
        return values[np.isfinite(values)]

    @property
    def max(self):
        return self.grid[-1]

    @property
    def emax(self):
        return int(np.floor(np.log2(self.max)))


E2M1, E2M3, E3M2 = Float(2, 1), Float(2, 3), Float(3, 2)
E4M3, E5M2, UE5M3 = Float(4, 3, "fn"), Float(5, 2, "ieee"), Float(5, 3, "fn", signed=False)
INT8 = Float(0, 7, integer=True)


def philox(c0, c1, c2, c3, k0, k1):
    """Philox4x32-10 on arrays of uint64 that hold 32-bit words."""
    mask = np.uint64(0xFFFFFFFF)
    c = [np.asarray(x, dtype=np.uint64) for x in np.broadcast_arrays(c0, c1, c2, c3)]
    k0, k1 = np.uint64(k0), np.uint64(k1)
    for _ in range(10):
        p0, p1 = np.uint64(0xD2511F53) * c[0], np.uint64(0xCD9E8D57) * c[2]
        c = [(p1 >> np.uint64(32)) ^ c[1] ^ k0, p1 & mask, (p0 >> np.uint64(32)) ^ c[3] ^ k1, p0 & mask]
        k0 = (k0 + np.uint64(0x9E3779B9)) & mask
        k1 = (k1 + np.uint64(0xBB67AE85)) & mask
    return c


def split(seed):
    seed = int(seed) & (2**64 - 1)
    return seed & 0xFFFFFFFF, seed >> 32


def rounding_bits(rows, cols, seed, stream, r, purpose=0):
    """R of contract 22 for rows × cols; of contract 29 for scales, with purpose 3."""
    n = {8: 16, 16: 8, 24: 4}[r]
    row, k = np.meshgrid(np.arange(rows), np.arange(cols), indexing="ij")
    words = np.stack(philox(k // n, row, stream, purpose, *split(seed)))
    byte = (k % n) * (4 if r == 24 else r // 8)
    word = np.take_along_axis(words, (byte // 4)[None], 0)[0]
    if r == 24:
        return word >> np.uint64(8)
    return word >> (8 * (byte % 4)).astype(np.uint64) & np.uint64((1 << r) - 1)


def sign_vector(g, seed, sign_stream):
    j = np.arange(g)
    words = np.stack(philox(j // 128, 0, sign_stream, 1, *split(seed)))
    word = np.take_along_axis(words, (j // 32 % 4)[None], 0)[0]
    return np.where(word >> (j % 32).astype(np.uint64) & np.uint64(1), -1.0, 1.0).astype(F32)


def derive_seed(seed, identifier):
    low, high = split(identifier)
    w = philox(low, high, 0, 2, *split(seed))
    return int(w[0]) | int(w[1]) << 32


def hadamard(x, g, signs):
    x = np.asarray(x, F32)
    y = (x.reshape(-1, g) * signs).astype(F32) if signs is not None else x.reshape(-1, g).copy()
    stride = 1
    with np.errstate(all="ignore"):
        while stride < g:
            y = y.reshape(-1, g // (2 * stride), 2, stride)
            y = np.stack([y[:, :, 0] + y[:, :, 1], y[:, :, 0] - y[:, :, 1]], 2).reshape(-1, g)
            stride *= 2
        y = y * F32(1 / np.sqrt(g))
    return y.reshape(x.shape)


def round_to_grid(t, fmt, rounding, random=None, r=16):
    """Codes of |t| (float64, exact) and its sign: rounded once, saturated."""
    grid = fmt.grid
    a = np.abs(t)
    finite = np.minimum(a, grid[-1])
    lo = np.clip(np.searchsorted(grid, finite, side="right") - 1, 0, len(grid) - 1)
    hi = np.minimum(lo + 1, len(grid) - 1)
    gap = np.where(hi > lo, grid[hi] - grid[lo], 1)
    f = np.where(hi > lo, (finite - grid[lo]) / gap, 0)  # exact: the gap is a power of two
    if rounding == "nearest_even":
        up = (f > 0.5) | ((f == 0.5) & (lo % 2 == 1))
    elif rounding == "nearest_away":
        up = f >= 0.5
    elif rounding == "toward_zero":
        up = np.zeros_like(f, bool)
    else:
        up = np.floor(f * 2**r) + random >= 2**r
    code = lo + up
    negative = np.signbit(t)
    if fmt.integer:
        return np.where(negative, -code, code) & 0xFF
    return code | np.where(negative, 1 << (fmt.e + fmt.m), 0)


def field(bits):
    return (bits >> 23 & 0xFF).astype(np.int64)


def e8m0_exponent(amax, fmt, rule):
    bits = amax.view(np.uint32)
    above = lambda b: ((b & 0x7FFFFF) > np.where(field(b) == 0, 0x400000, 0)).astype(np.int64)
    if rule == "floor":
        e = field(bits) - 127 - fmt.emax
    elif rule == "ceil":
        e = field(bits) + above(bits) - 127 - fmt.emax
    elif rule == "rceil":
        d = (amax / F32(fmt.max)).view(np.uint32)
        e = field(d) + above(d) - 127
    else:
        e = field(bits + np.uint32(1 << (22 - fmt.m))) - 127 - fmt.emax
    return np.clip(e, -127, 127)


def encode_scale(s, fmt):
    """Positive f32 scales to codes, nearest even."""
    return round_to_grid(s.astype(np.float64), fmt, "nearest_even")


class Format:
    def __init__(self, element, scale="e8m0", block=(1, 32), tensor_scale=False):
        self.element, self.scale, self.block, self.tensor_scale = element, scale, block, tensor_scale


NAMED = {
    "mxfp4": Format(E2M1), "mxfp6_e2m3": Format(E2M3), "mxfp6_e3m2": Format(E3M2), "mxfp8_e4m3": Format(E4M3),
    "mxfp8_e5m2": Format(E5M2), "mxint8": Format(INT8), "nvfp4": Format(E2M1, E4M3, (1, 16), True),
}


class Quantized:
    pass


QUEST_FACTOR = F32(2.92247856 / 6)
EDEN_TARGET = F32(6 * (16 / 17) / 0.93)


class Blocks:
    """A matrix cut into blocks, short at its ends."""

    def __init__(self, shape, block):
        self.shape, self.block = shape, block
        self.grid = (-(-shape[0] // block[0]), -(-shape[1] // block[1]))

    def cut(self, x):
        """[rows of blocks, columns of blocks, elements in row-major order], zeros beyond the ends."""
        (m, k), (r, c), (nr, nc) = self.shape, self.block, self.grid
        padded = np.pad(x, ((0, nr * r - m), (0, nc * c - k)))
        return padded.reshape(nr, r, nc, c).transpose(0, 2, 1, 3).reshape(nr, nc, -1)

    def sum(self, x):
        """In f32, one element after the other."""
        cut = self.cut(x.astype(F32))
        total = np.zeros(cut.shape[:2], F32)
        for i in range(cut.shape[2]):
            total = total + cut[:, :, i]
        return total

    def spread(self, scales):
        return expand(scales, self.block, self.shape)


def quest_exponent(x, blocks):
    """Contract 27: floor(log2(c·std + 1e-8))."""
    count = blocks.sum(np.ones_like(x))
    mean = blocks.sum(x) / count
    variance = blocks.sum(x * x) / count - mean * mean
    wanted = np.sqrt(np.maximum(variance, F32(0))) * QUEST_FACTOR + F32(1e-8)
    return np.where(np.isfinite(wanted), np.floor(np.log2(wanted.astype(np.float64))), 127).astype(np.int64)


class TwoLevel:
    """NVFP4's scales: from the wanted block scale to what elements are multiplied by, and back."""

    def __init__(self, fmt, blocks, decode):
        self.fmt, self.blocks, self.decode = fmt, blocks, decode

    def __call__(self, wanted):
        codes = encode_scale(np.minimum(wanted, F32(self.fmt.scale.max)), self.fmt.scale)
        stored = self.fmt.scale.grid[codes].astype(F32)
        return codes, stored, np.minimum(F32(1) / (stored * self.decode), FLT_MAX).astype(F32)

    def values(self, x, stored, inverse, rounding="nearest_even"):
        """Scaled elements and what they are rounded to, both in units of the scale."""
        t = (x * self.blocks.spread(inverse)).astype(F32)
        return t, self.fmt.element.values[round_to_grid(t.astype(np.float64), self.fmt.element, rounding)].astype(F32)

    def four_over_six(self, x, amax, encode):
        """Contract 28: the scale that maps the largest element to 6 or, if its squared error is smaller, to 4."""
        six = (amax / F32(6)) * encode
        found = []
        for wanted in (six, six * F32(1.5)):
            codes, stored, inverse = self(wanted)
            q = self.values(x, stored, inverse)[1]
            difference = (q * self.blocks.spread(stored)) * self.decode - x
            found.append((codes, self.blocks.sum(difference * difference)))
        return np.where(found[1][1] < found[0][1], found[1][0], found[0][0])

    def eden(self, x, codes, stored, inverse, seed, stream, r):
        """Contract 29: the scale times <t, t>/<t, q>, rounded stochastically."""
        t, q = self.values(x, stored, inverse)
        energy, overlap = self.blocks.sum(t * t), self.blocks.sum(t * q)
        correction = np.where(overlap > 0, energy / overlap, F32(1)).astype(F32)
        random = rounding_bits(*self.blocks.grid, seed, stream, r, purpose=3)
        new = round_to_grid((correction * stored).astype(np.float64), self.fmt.scale, "stochastic", random, r)
        return np.where(codes == 0, 0, new)


def expand(scales, block, shape):
    return np.repeat(np.repeat(scales, block[0], 0), block[1], 1)[: shape[0], : shape[1]]


def quantize(x, fmt, rule=None, rounding="nearest_even", prescale=1.0, seed=0, stream=0, r=16, hadamard_size=0,
             sign_stream=0, amax_tensor=None, scale_min_normal=False):
    """x [M, K] f32, K innermost. Returns codes, scale codes (or f32), tensor scale and values (float64)."""
    x = np.asarray(x, F32)
    if hadamard_size:
        k = -(-x.shape[1] // hadamard_size) * hadamard_size
        x = np.pad(x, ((0, 0), (0, k - x.shape[1])))
        x = hadamard(x, hadamard_size, sign_vector(hadamard_size, seed, sign_stream))
    m, k = x.shape
    block = (m if fmt.block[0] == "full" else fmt.block[0]), (k if fmt.block[1] == "full" else fmt.block[1])
    blocks = Blocks((m, k), block)
    spread = blocks.spread
    magnitudes = blocks.cut(np.abs(x))
    bad = ~np.isfinite(magnitudes).all(-1)
    amax = np.where(bad, F32(0), np.nan_to_num(magnitudes, nan=0, posinf=0).max(-1)).astype(F32)
    q = Quantized()
    element = fmt.element
    random = rounding_bits(m, k, seed, stream, r) if rounding == "stochastic" else None
    # float64 holds v·prescale exactly only for short prescales, so SR thresholds of long ones would need more; the
    # tests use prescales of at most 29 bits.
    prescale = np.float64(prescale)
    with np.errstate(all="ignore"):
        if fmt.scale == "e8m0":
            e = quest_exponent(x, blocks) if rule == "quest" else e8m0_exponent(amax, element, rule or "floor")
            q.scale = np.where(bad, 255, e + 127).astype(np.uint8)
            t = np.ldexp(np.nan_to_num(x.astype(np.float64), nan=0, posinf=0, neginf=0) * prescale, -spread(e))
            scale_values = np.ldexp(1.0, e)
            q.tensor_scale = None
        elif fmt.tensor_scale:
            if amax_tensor is None:
                finite = np.abs(x[np.isfinite(x)])
                amax_tensor = finite.max() if finite.size else F32(0)
            target = {"ms_eden": EDEN_TARGET, "headroom": F32(6 * 16 / 17)}.get(rule, F32(element.max))
            cap = F32(256) if rule in ("ms_eden", "four_over_six") else F32(fmt.scale.max)
            encode = F32(1) if amax_tensor == 0 else F32(min(target * cap / F32(amax_tensor), FLT_MAX))
            q.tensor_scale = F32(1) / encode
            level = TwoLevel(fmt, blocks, q.tensor_scale)
            s = np.minimum(amax * (encode * (F32(1) / target)), cap)
            if scale_min_normal:
                s = np.maximum(s, F32(2.0 ** (1 - fmt.scale.bias)))
            codes, stored, inverse = level(s)
            if rule == "four_over_six":
                codes = level.four_over_six(x, amax, encode)
                stored = fmt.scale.grid[codes].astype(F32)
                inverse = np.minimum(F32(1) / (stored * q.tensor_scale), FLT_MAX).astype(F32)
            t = np.nan_to_num((x * spread(inverse)).astype(F32).astype(np.float64), nan=0) * prescale
            if rule == "ms_eden":
                codes = level.eden(x, codes, stored, inverse, seed, stream, r)
                stored = fmt.scale.grid[codes].astype(F32)
            nan = (1 << (fmt.scale.e + fmt.scale.m)) - 1
            q.scale = np.where(bad, nan, codes).astype(np.uint8)
            scale_values = stored.astype(np.float64)
        else:
            q.tensor_scale = None
            if fmt.scale == "f32":
                stored = np.minimum(amax / F32(element.max), FLT_MAX)
                q.scale = np.where(bad, F32("nan"), stored)
            else:
                codes = encode_scale(np.minimum(amax / F32(element.max), F32(fmt.scale.max)), fmt.scale)
                nan = (1 << (fmt.scale.e + fmt.scale.m)) - 1
                q.scale = np.where(bad, nan, codes).astype(np.uint8)
                stored = fmt.scale.grid[codes].astype(F32)
            inverse = np.minimum(F32(1) / stored, FLT_MAX).astype(F32)
            t = np.nan_to_num((x * spread(inverse)).astype(F32).astype(np.float64), nan=0) * prescale
            scale_values = stored.astype(np.float64)
    codes = round_to_grid(t, element, rounding, random, r)
    q.codes = np.where(spread(bad), 0, codes)
    q.scale_values = np.where(bad, np.nan, scale_values)
    q.values = element.values[q.codes] * spread(q.scale_values)
    return q


def matmul(a, b, alpha=1.0, tensor_scales=()):
    """Of f32 quality and better: float64 sums of exact products, then contract 25's steps in f32."""
    r = (a @ b.T).astype(F32)
    for s in tensor_scales:
        if s is not None:
            r = r * F32(s)
    return r * F32(alpha) if alpha != 1.0 else r


def exact_dot(a, b):
    """The sum of products rounded once to f32, by fractions. a, b float64 vectors of exact values."""
    total = sum((Fraction(float(x)) * Fraction(float(y)) for x, y in zip(a, b)), Fraction(0))
    return round_fraction(total)


def round_fraction(value):
    """Nearest-even f32 of a fraction; an exact zero is +0, overflow is infinite."""
    if value == 0:
        return F32(0)
    sign, magnitude = (-1 if value < 0 else 1), abs(value)
    exponent = magnitude.numerator.bit_length() - magnitude.denominator.bit_length()
    if Fraction(2) ** exponent > magnitude:
        exponent -= 1
    quantum = max(exponent, -126) - 23
    scaled = magnitude / Fraction(2) ** quantum
    low = scaled.numerator // scaled.denominator
    rest = scaled - low
    low += rest > Fraction(1, 2) or (rest == Fraction(1, 2) and low & 1)
    result = Fraction(low) * Fraction(2) ** quantum
    if result >= Fraction(2) ** 128:
        return F32(sign * np.inf)
    return F32(sign * float(result))


def self_test():
    known = [((0,) * 4, (0, 0), (0x6627E8D5, 0xE169C58D, 0xBC57AC4C, 0x9B00DBD8)),
             ((0xFFFFFFFF,) * 4, (0xFFFFFFFF,) * 2, (0x408F276D, 0x41C83B0E, 0xA20BC7C6, 0x6D5451FD)),
             ((0x243F6A88, 0x85A308D3, 0x13198A2E, 0x03707344), (0xA4093822, 0x299F31D0),
              (0xD16CFE09, 0x94FDCCEB, 0x5001E420, 0x24126EA1))]
    for counter, key, words in known:
        assert tuple(int(w) for w in philox(*counter, *key)) == words
    table = {1.5: (-2, -1, -2, -2), 1.6: (-2, -1, -1, -2), 1.75: (-2, -1, -1, -1), 3: (-1, 0, -1, -1), 6: (0, 1, 0, 0),
             7: (0, 1, 1, 1)}
    for amax, expected in table.items():
        found = tuple(int(e8m0_exponent(np.array([amax], F32), E2M1, rule)[0])
                      for rule in ("floor", "ceil", "rceil", "even"))
        assert found == expected, (amax, found)
    x = np.random.default_rng(0).standard_normal((3, 128)).astype(F32)
    s = sign_vector(64, 5, 1)
    assert np.abs(hadamard(x, 64, s) @ hadamard(x, 64, s).T - x @ x.T).max() < 1e-4
    return len(known) + 4 * len(table) + 1
