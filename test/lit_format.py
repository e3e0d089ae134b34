"""The test format of lit.cfg.py, in a module of its own because lit's workers unpickle it."""

import re
import sys

import lit.formats
import lit.Test


class MXTest(lit.formats.ShTest):
    """Shell tests that say why they are skipped.

    A Python file without a RUN line is a module that tests import.
    """

    def getTestsForPath(self, suite, path, lit_config, local_config):
        if path[-1].endswith(".py"):
            with open(suite.getSourcePath(path), encoding="utf-8") as file:
                if not re.search(r"^# *RUN:", file.read(), re.MULTILINE):
                    return
        yield from super().getTestsForPath(suite, path, lit_config, local_config)

    def execute(self, test, lit_config):
        result = super().execute(test, lit_config)
        if result.code == lit.Test.UNSUPPORTED:
            reason = " ".join(result.output.split())
            print(f"SKIPPED: {test.getFullName()}: {reason}", file=sys.stderr, flush=True)
        return result
