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
