"""The CUDA driver from Python: memory, streams, graphs and their times."""

import ctypes
from ctypes import byref, c_int, c_size_t, c_uint64, c_void_p

import numpy as np


class Driver:
    """Device 0's primary context, current in the thread that made it."""

    def __init__(self):
        self.cuda = ctypes.CDLL("libcuda.so.1")
        device, self.context = c_int(), c_void_p()
        self.call("cuInit", 0)
        self.call("cuDeviceGet", byref(device), 0)
        self.device = device
        self.call("cuDevicePrimaryCtxRetain", byref(self.context), device)
        self.enter()

    def enter(self):
        """Makes the context current in this thread."""
        self.call("cuCtxSetCurrent", self.context)

    def call(self, name, *arguments):
        status = getattr(self.cuda, name)(*arguments)
        assert status == 0, f"{name}: CUDA error {status}"

    def name(self):
        name = ctypes.create_string_buffer(256)
        self.call("cuDeviceGetName", name, 256, self.device)
        return name.value.decode()

    def allocate(self, size):
        pointer = c_uint64()
        self.call("cuMemAlloc_v2", byref(pointer), c_size_t(max(size, 16)))
        return pointer.value

    def free(self, *pointers):
        for pointer in pointers:
            self.call("cuMemFree_v2", c_uint64(pointer))

    def upload(self, array):
        array = np.ascontiguousarray(array)
        pointer = self.allocate(array.nbytes)
        if array.nbytes:
            self.call("cuMemcpyHtoD_v2", c_uint64(pointer), c_void_p(array.ctypes.data), c_size_t(array.nbytes))
        return pointer

    def download(self, pointer, like):
        """The array of like's shape and dtype at an address, after all work."""
        self.call("cuCtxSynchronize")
        array = np.empty_like(like)
        if array.nbytes:
            self.call("cuMemcpyDtoH_v2", c_void_p(array.ctypes.data), c_uint64(pointer), c_size_t(array.nbytes))
        return array

    def fill(self, pointer, size, byte):
        self.call("cuMemsetD8_v2", c_uint64(pointer), byte, c_size_t(size))

    def stream(self):
        stream = c_void_p()
        self.call("cuStreamCreate", byref(stream), 1)  # non-blocking
        return stream

    def capture(self, stream, work):
        """What work() queues on the stream, as a graph that launch() runs."""
        graph, executable = c_void_p(), c_void_p()
        self.call("cuStreamBeginCapture_v2", stream, 0)
        work()
        self.call("cuStreamEndCapture", stream, byref(graph))
        self.call("cuGraphInstantiateWithFlags", byref(executable), graph, c_uint64(0))
        return executable

    def launch(self, graph, stream):
        self.call("cuGraphLaunch", graph, stream)

    def time(self, work, stream, seconds):
        """Milliseconds of what work() queues on the stream, ten times the mean of as many as fill a tenth of the seconds, after some that
        warm up."""
        events = [c_void_p() for _ in range(2)]
        for event in events:
            self.call("cuEventCreate", byref(event), 0)
        def run(count):
            self.call("cuEventRecord", events[0], stream)
            for _ in range(count):
                work()
            self.call("cuEventRecord", events[1], stream)
            self.call("cuEventSynchronize", events[1])
            milliseconds = ctypes.c_float()
            self.call("cuEventElapsedTime", byref(milliseconds), *events)
            return milliseconds.value / count
        run(1)
        count = max(1, int(1000 * seconds / 10 / max(run(2), 1e-3)))
        return np.array([run(count) for _ in range(10)])
