"""JAX functions with block-scaled products: `mxc.jax.jit`."""

from __future__ import annotations

import functools
import inspect
import itertools
import os
import threading
from collections import defaultdict, deque
from typing import Any, Callable, Iterable, Optional, Sequence, Union

import numpy as np

from . import _abi, _device
from ._compile import Compiled, compile
from ._progress import Progress, Reporter
from ._recipe import Recipe

try:
    import jax
    import jax.numpy as jnp
except ImportError as error:
    raise ImportError(f"mxc.jax needs JAX ({error}): install it with `pip install 'mxc[jax]'`") from None

try:
    from . import _jax_rules, _stablehlo, _xla_ffi
    from jax._src import source_info_util
    from jax.extend.core import jaxprs_in_params
    from jax._src.interpreters.mlir import LoweringParameters
except (ImportError, AttributeError) as error:
    raise ImportError(
        f"mxc.jax does not know JAX {jax.__version__} ({error}): install a version it is tested with, `pip install 'mxc[jax]'`"
    ) from None

_TARGETS = {"cuda": "nvvm"}
_SEED = "_mxc_seed"


def jit(
    fun: Optional[Callable[..., Any]] = None,
    *,
    recipe: Union[str, Recipe, "os.PathLike[str]"] = "none",
    target: str = "cpu",
    chip: Optional[str] = None,
    seed: int = 0,
    progress: Progress = None,
    static_argnums: Union[int, Sequence[int], None] = None,
    static_argnames: Union[str, Iterable[str], None] = None,
    donate_argnums: Union[int, Sequence[int], None] = None,
    donate_argnames: Union[str, Iterable[str], None] = None,
) -> Any:
    """Compiles a function as jax.jit does, with its matrix products rewritten by a recipe.

    fun : any function that jax.jit takes; pytrees in and out
    recipe, target, chip : as of mxc.compile; target "cuda" is nvvm, for arrays on
        an NVIDIA GPU or the CPU
    seed : of stochastic rounding; the n-th call uses seed + n, unless it gives a `seed=` itself
    progress : None says on stderr what a compile is at once that takes long, True at once, False
        never; or a function that is told each stage
    static_argnums, static_argnames, donate_argnums, donate_argnames : as of jax.jit; results take
        the memory of donated arguments

    Returns an mxc.jax.Jitted, which compiles at the first call with arguments of new types. Without
    `fun`, a decorator. Raises mxc.CompileError, with the place in the user's code, for ops that
    have no lowering.
    """
    if fun is None:
        return functools.partial(
            jit, recipe=recipe, target=target, chip=chip, seed=seed, progress=progress, static_argnums=static_argnums,
            static_argnames=static_argnames, donate_argnums=donate_argnums, donate_argnames=donate_argnames,
        )  # fmt: skip
    options = {"recipe": recipe, "target": _TARGETS.get(target, target), "chip": chip}
    which = {
        "static_argnums": static_argnums,
        "static_argnames": static_argnames,
        "donate_argnums": donate_argnums,
        "donate_argnames": donate_argnames,
    }
    return Jitted(fun, options, which, seed, progress)


class Jitted:
    """A function compiled for each kind of arguments that it meets; jax.jit dispatches its calls."""

    def __init__(
        self, fun: Callable[..., Any], options: dict[str, Any], which: dict[str, Any], seed: int, progress: Progress
    ) -> None:
        functools.update_wrapper(self, fun)
        _abi.seed_bits(seed)
        self._options, self._progress = options, progress
        self._seeds = itertools.count(seed)
        self._takes_seed = _has_parameter(fun, "seed")
        self._traced = jax.jit(fun, keep_unused=True, **which)
        self._programs: dict[str, _xla_ffi.Program] = {}
        self._lock = threading.Lock()

        @functools.wraps(fun)
        def run(*args: Any, **kwargs: Any) -> Any:
            return self._bind(kwargs.pop(_SEED), args, kwargs)

        _xla_ffi.register()
        self._run = jax.jit(run, keep_unused=True, **which)

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """Runs the function; `seed=` (64 bits) is the compiler's unless the function takes one."""
        if self._options["target"] == "nvvm":
            _device.check_gpu()
        seed = next(self._seeds) if self._takes_seed or "seed" not in kwargs else kwargs.pop("seed")
        words = np.array([_abi.seed_bits(seed)], np.uint64).view(np.uint32)
        return self._run(*args, **kwargs, **{_SEED: words})

    @property
    def _arrays(self) -> str:
        """Where JAX has its arrays: code for that is made at once."""
        return "device" if self._options["target"] == "nvvm" and jax.default_backend() == "gpu" else "host"

    def program(self, *args: Any, **kwargs: Any) -> Compiled:
        """The program for such arguments (arrays or jax.ShapeDtypeStruct), without running it."""
        return self._compile(self._traced.trace(*args, **kwargs)).compiled

    def explain(self, *args: Any, **kwargs: Any) -> str:
        """A line for each matrix product, and why one was left alone: see mxc.Compiled.explain."""
        return self.program(*args, **kwargs).explain()

    def mlir(self, *args: Any, **kwargs: Any) -> str:
        """The function for such arguments in MLIR with its places in the user's code, not yet rewritten.

        mxc.compile takes it where there is no JAX; the recipe is given there.
        """
        return self._lower(self._traced.trace(*args, **kwargs))

    def __repr__(self) -> str:
        name = getattr(self, "__qualname__", "function")
        return f"mxc.jax.jit({name}, recipe={str(self._options['recipe'])!r}, target={self._options['target']!r})"

    # --- Compiling ---------------------------------------------------------------------------------

    def _bind(self, seed: Any, args: Any, kwargs: Any) -> Any:
        """The call in JAX's trace: a custom call of the program."""
        leaves = [leaf for leaf in jax.tree.leaves((args, kwargs)) if isinstance(leaf, jax.core.Tracer)]
        args, kwargs = jax.tree.map(_described, (args, kwargs))
        traced = self._traced.trace(*args, **kwargs)
        program = self._compile(traced)
        outputs, tree = jax.tree.flatten(traced.out_info)
        donated = [info.donated for info in jax.tree.leaves(traced.args_info, is_leaf=lambda x: hasattr(x, "donated"))]
        inputs = [_plain(leaf) for leaf in leaves]
        kinds = [jax.eval_shape(_plain, output) for output in outputs]
        call = jax.ffi.ffi_call(_xla_ffi.TARGET, kinds, has_side_effect=False, input_output_aliases=_aliases(donated, inputs, kinds))
        results = call(*inputs, seed, program=np.int64(program.number))
        return jax.tree.unflatten(tree, [_like(output, result) for output, result in zip(outputs, results)])

    @staticmethod
    def _lower(traced: Any) -> str:
        parameters = LoweringParameters(override_lowering_rules=_jax_rules.rules(), hoist_constants_as_args=False)
        lowered = traced.lower(lowering_platforms=("cpu",), _private_parameters=parameters)
        return _stablehlo.lower(lowered.compiler_ir("stablehlo"), lambda name: _place_of(traced.jaxpr.jaxpr, name))

    def _compile(self, traced: Any) -> _xla_ffi.Program:
        with Reporter(getattr(self, "__name__", "function"), self._progress) as report:
            report("traced")
            text = self._lower(traced)
            with self._lock:
                if text not in self._programs:
                    self._programs[text] = _xla_ffi.Program(compile(text, progress=report, arrays=self._arrays, **self._options))
                return self._programs[text]


def _place_of(jaxpr: Any, primitive: str) -> Optional[str]:
    """Where the user's code first calls a primitive, perhaps within a function of JAX's."""
    for equation in jaxpr.eqns:
        place = source_info_util.summarize(equation.source_info)
        if equation.primitive.name == primitive:
            return place
        for inner in jaxprs_in_params(equation.params):
            found = _place_of(inner, primitive)
            if found is not None:
                return found or place
    return None


def _has_parameter(fun: Callable[..., Any], name: str) -> bool:
    try:
        parameters = inspect.signature(fun).parameters
    except (TypeError, ValueError):
        return False
    return name in parameters


def _described(leaf: Any) -> Any:
    """A traced value by its type; a static one as it is."""
    if not isinstance(leaf, jax.core.Tracer):
        return leaf
    return jax.ShapeDtypeStruct(leaf.shape, leaf.dtype, weak_type=getattr(leaf.aval, "weak_type", False))


def _is_key(value: Any) -> bool:
    return jnp.issubdtype(value.dtype, jax.dtypes.prng_key)


def _plain(value: Any) -> Any:
    """The words of a PRNG key; anything else as it is."""
    return jax.random.key_data(value) if _is_key(value) else value


def _like(kind: Any, value: Any) -> Any:
    if not _is_key(kind):
        return value
    return jax.random.wrap_key_data(value, impl=kind.dtype._impl.name)


def _aliases(donated: Sequence[bool], inputs: Sequence[Any], outputs: Sequence[Any]) -> dict[int, int]:
    """Which result takes the memory of which donated argument, matched as jax.jit does."""
    free: defaultdict[Any, deque[int]] = defaultdict(deque)
    for position, (given, value) in enumerate(zip(donated, inputs)):
        if given:
            free[value.shape, value.dtype].append(position)
    aliases = {}
    for position, value in enumerate(outputs):
        if free[value.shape, value.dtype]:
            aliases[free[value.shape, value.dtype].popleft()] = position
    return aliases
