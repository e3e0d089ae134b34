"""Exceptions of this package."""

from __future__ import annotations


class Error(ValueError):
    """An argument, an array or a file that cannot be used; the text says what was expected."""


class CompileError(Error):
    """IR that cannot be compiled.

    The text is MLIR's, with `file:line:column`; `diagnostics` holds it line by line.
    """

    @property
    def diagnostics(self) -> list[str]:
        return str(self).splitlines()
