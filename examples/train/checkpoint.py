"""Files that are whole at every moment: what a killed process leaves is the old one or the new one."""

import io
import json
import os

import numpy as np


def write(path, content):
    """Writes bytes under another name, has them reach the disk, then gives them the name."""
    folder = os.path.dirname(os.path.abspath(path))
    temporary = path + ".tmp"
    try:
        with open(temporary, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        os.replace(temporary, path)
    except BaseException:
        if os.path.exists(temporary):
            os.remove(temporary)
        raise
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def save(path, settings, **arrays):
    """Arrays, and the settings that they are of."""
    content = io.BytesIO()
    np.savez(content, settings=np.array(json.dumps(settings)), **arrays)
    write(path, content.getbuffer())


def load(path, settings):
    """The arrays; a ValueError that names the first setting that is another one now."""
    with np.load(path) as file:
        kept = {name: file[name] for name in file.files}
    before = json.loads(str(kept.pop("settings")))
    for name in sorted(before.keys() | settings.keys()):
        if before.get(name) != settings.get(name):
            raise ValueError(f"{path} is of a run with {name} = {before.get(name)!r}; found {settings.get(name)!r}: give it as before, or another file")  # fmt: skip
    return kept
