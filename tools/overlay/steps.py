# SPDX-License-Identifier: GPL-2.0-only
"""The steps of "make check" and of "make check-matrix".

A step is a command. Two steps with the same place build in the same folder, and never run at the
same time; a step without a place can run beside any other. A step whose place is ALONE changes the
kernel trees that all steps share, and runs by itself.
"""

from dataclasses import dataclass
from itertools import product
from typing import Union

ALONE = "alone"
KERNELS = ("6.12", "latest")
ARCHES = ("um", "x86_64", "i386", "arm64", "arm", "riscv", "s390", "powerpc", "m68k")


@dataclass(frozen=True)
class Step:
    """A command in this folder. NAME=VALUE before it goes to its environment."""
    name: str
    command: str
    place: str = ""


@dataclass(frozen=True)
class Skip:
    """What cannot be run, and why."""
    name: str
    why: str


Steps = tuple[Union[Step, Skip], ...]

# The longest first. Each promise has a step that fails when the promise is broken.
CHECK: Steps = (
    Step("demo-latest", "ARCH=x86_64 test/demo.sh latest", "x86_64-latest"),
    Step("backends-x86_64", "KERNEL=latest test/backends.sh x86_64", "x86_64-latest"),
    Step("kunit-6.12", "ARCH=um test/kunit.sh 6.12", "um-6.12"),
    Step("kunit-latest", "ARCH=um test/kunit.sh latest", "um-latest"),
    Step("kunit-latest-no-debug",
         "ARCH=um test/kunit.sh latest --kconfig_add CONFIG_DMA_COHERENT_HANDLE_DEBUG=n",
         "um-latest"),
    Step("coccicheck", "check/coccicheck.sh --no-drivers latest"),
    Step("convert-6.12", "convert/convert.sh --no-build 6.12", "convert-6.12"),
    Step("convert-latest", "convert/convert.sh --no-build latest", "convert-latest"),
    Step("sparse-6.12", "check/sparse.sh 6.12"),
    Step("sparse-latest", "check/sparse.sh latest", "um-latest-modules"),
    Step("graft", "graft/test-graft.py $OLD $NEW"),
    Step("htmldocs-6.12", "check/htmldocs.sh 6.12"),
    Step("htmldocs-latest", "check/htmldocs.sh latest"),
    Step("candidates", "convert/test-candidates.py $SPATCH"),
    Step("convert-refusals", "convert/test-convert.py $SPATCH $NEW $NEW_VERSION"),
    Step("series-6.12", "ship/series.sh --no-build 6.12", "series-6.12"),
    Step("series-latest", "ship/series.sh --no-build latest", "series-latest"),
    Step("series-refusals", "ship/test-series.py"),
    Step("lint", "check/lint.sh latest"),
    Step("checkpatch", "check/checkpatch.sh latest"),
    Step("kerneldoc-6.12", "check/kerneldoc.sh 6.12"),
    Step("kerneldoc-latest", "check/kerneldoc.sh latest"),
    Step("demo-debian", "ARCH=x86_64 test/demo.sh debian", "debian"),
    Step("misuse-debian", "stock/misuse.sh", "debian"),
    Step("boot-driver", "test/test-boot-driver.sh", "debian"),
    Step("check-driver", "check/test-driver.sh", "um-latest-modules"),
    Step("depends", "check/test-depends.py"),
    Step("run", "check/test-run.py"),
    Step("kernel-warnings", "lib/test-kernel-warnings.py"),
    Step("readme", "check/readme.sh", "debian"),
    Step("object-code", "check/object-code.sh", "debian"),
    # In the same folders: what is built again is not much.
    Step("backends-x86_64-unfixed", "WITHOUT=all KERNEL=latest test/backends.sh x86_64", ALONE),
    Step("kunit-unfixed", "WITHOUT=all ARCH=um test/kunit.sh latest", ALONE),
)

MATRIX: Steps = (
    Step("mutants", "test/mutants.sh", "mutants"),
    *(Step(f"no-harm-{kernel}", f"test/no-harm.sh {kernel}", f"no-harm-{kernel}")
      for kernel in KERNELS),
    *(Step(f"sanitizers-{kernel}", f"test/sanitizers.sh {kernel}", f"sanitizers-{kernel}")
      for kernel in KERNELS),
    *(Step(f"builds-{kernel}", f"check/builds.sh {kernel}", f"builds-{kernel}")
      for kernel in KERNELS),
    *(Step(f"kunit-{kernel}-{arch}", f"ARCH={arch} test/kunit.sh {kernel}", f"{arch}-{kernel}")
      for kernel, arch in product(KERNELS, ARCHES)),
    *(Step(f"demo-{kernel}-{arch}", f"ARCH={arch} test/demo.sh {kernel}", f"{arch}-{kernel}")
      for kernel, arch in product(KERNELS, ("x86_64", "arm64", "riscv"))),
    *(Step(f"backends-{kernel}-{arch}", f"KERNEL={kernel} test/backends.sh {arch}",
           f"{arch}-{kernel}")
      for kernel, arch in product(KERNELS, ("x86_64", "arm64", "arm"))),
    Skip("demo-latest-riscv-iommu", "QEMU 7.2 has no RISC-V IOMMU"),
    *(Step(f"convert-kunit-{kernel}", f"convert/kunit.sh {kernel}", f"convert-{kernel}")
      for kernel in KERNELS),
    *(Step(f"kunit-dma-{kernel}", f"test/kunit-dma.sh {kernel}", f"kunit-dma-{kernel}")
      for kernel in KERNELS),
    *(Step(f"convert-build-{kernel}", f"convert/convert.sh {kernel}", f"convert-{kernel}")
      for kernel in KERNELS),
    *(Step(f"series-build-{kernel}", f"ship/series.sh {kernel}", f"series-{kernel}")
      for kernel in KERNELS),
    *(Step(f"coccicheck-{kernel}", f"check/coccicheck.sh {kernel}") for kernel in KERNELS),
    Step("dkms", "ship/test-dkms.sh", "debian"),
    Step("convert-boot-latest", "convert/boot.sh latest defects", "convert-latest"),
    Step("convert-boot-6.12", "convert/boot.sh 6.12", "convert-6.12"),
    *(Step(f"coverage-{kernel}", f"test/coverage.sh {kernel}", f"coverage-{kernel}")
      for kernel in KERNELS),
    *(Step(f"kunit-stock-{kernel}", f"STOCK=1 ARCH=um test/kunit.sh {kernel}", f"um-{kernel}-stock")
      for kernel in KERNELS),
    Step("fixes", "test/fixes.sh", ALONE),
)
