import subprocess
import sys

PROGRAM = """
import resource, torch
from explorer.memory import keep_freed_memory
torch.set_num_threads(1)
print(keep_freed_memory() if {kept} else True)
def faults():
    before = resource.getrusage(resource.RUSAGE_SELF).ru_minflt
    for _ in range(20):
        torch.zeros(48, 256, 32, 32).add_(1)  # 48 MB: more than glibc ever keeps by itself
    return resource.getrusage(resource.RUSAGE_SELF).ru_minflt - before
faults()
print(faults())
"""


def faults(kept: bool) -> tuple[bool, int]:
    output = subprocess.run([sys.executable, "-c", PROGRAM.format(kept=kept)], capture_output=True, text=True, check=True).stdout.split()
    return output[0] == "True", int(output[1])


def test_large_blocks_are_reused_without_new_page_faults():
    understood, kept = faults(True)
    _, returned = faults(False)
    assert not understood or kept < returned / 10


ARENAS = """
import ctypes, threading
from explorer.memory import bound_arenas
print(bound_arenas() if {bound} else True, flush=True)
barrier, libc = threading.Barrier(8), ctypes.CDLL(None)
libc.malloc.restype, libc.malloc.argtypes = ctypes.c_void_p, [ctypes.c_size_t]
libc.fdopen.restype, libc.malloc_info.argtypes = ctypes.c_void_p, [ctypes.c_int, ctypes.c_void_p]
def work():
    barrier.wait()
    libc.malloc(1000)
    barrier.wait()
threads = [threading.Thread(target=work) for _ in range(8)]
for thread in threads: thread.start()
for thread in threads: thread.join()
stream = libc.fdopen(1, b"w")
libc.malloc_info(0, stream)
libc.fflush(None)
"""


def arenas(bound: bool) -> tuple[bool, int]:
    output = subprocess.run([sys.executable, "-c", ARENAS.format(bound=bound)], capture_output=True, text=True, check=True).stdout
    return output.startswith("True"), output.count("<heap nr")


def test_threads_share_two_arenas():
    understood, bounded = arenas(True)
    _, free = arenas(False)
    assert not understood or bounded <= 2 < free
