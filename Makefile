# SPDX-License-Identifier: GPL-2.0-only
#
# The front door. "make help" says what there is.

# Empty unless given: the default depends on the target.
KERNEL ?=
KDIR ?=
ARCH ?= um
KUNIT_ARGS ?=
GRAFT_FLAGS ?=
DRIVERS ?=
MUTANTS ?=
FILES ?=
OPS ?=
FIXES ?=
CELLS ?=
STEP ?=
SANITIZERS ?=
BACKENDS ?=
DEBIAN ?=

overlay := tools/overlay
export ARCH

.DEFAULT_GOAL := help
.PHONY: help
help: ## show this list
	@echo 'DMA-coherent handles: an overlay on a Linux kernel tree. Targets:'
	@sed -n 's/^\([a-z_-]*\):.*## \(.*\)/  make \1\t\2/p' Makefile | expand -t 24
	@echo
	@echo '  KERNEL=6.12|latest|/path/to/a/tree says which kernel, KDIR=... which tree.'
	@echo "  STOCK=1 leaves out the fixes of the kernel's own code; it builds in folders of its own."
	@echo '  Everything that is downloaded or built goes to build/, which may be removed at any time.'

.PHONY: demo
demo: ## DMA by a real (emulated) PCI device through handles; KERNEL=, ARCH=x86_64|arm64|riscv
	@$(overlay)/test/demo.sh $(KERNEL)

.PHONY: check
check: ## everything that must pass, with one summary at the end
	@$(overlay)/run.py check

.PHONY: step
step: ## run one step of check or check-matrix, or several: STEP='kunit-latest backends-*'
	@$(overlay)/run.py all $(or $(foreach step,$(STEP),'$(step)'),$(error STEP is not set))

.PHONY: steps
steps: ## list the steps and their commands
	@$(overlay)/run.py all --print

.PHONY: kunit
kunit: ## the KUnit suites, by the kernel's kunit.py; KERNEL=, ARCH=um, KUNIT_ARGS=
	@$(overlay)/test/kunit.sh $(or $(KERNEL),6.12) $(KUNIT_ARGS)

.PHONY: coverage
coverage: ## the lines and branches that the KUnit suites reach, which must be all; KERNEL=
	@$(overlay)/test/coverage.sh $(or $(KERNEL),latest)

.PHONY: mutants
mutants: ## every small change to the code, each built and tested: two hours; FILES=, OPS=, MUTANTS=survivors
	@$(overlay)/test/mutants.sh $(MUTANTS) $(if $(FILES),FILES='$(FILES)') $(if $(OPS),OPS='$(OPS)')

.PHONY: backends
backends: ## run the KUnit suites on every DMA backend that QEMU emulates; KERNEL=, ARCH=x86_64|arm64|arm
	@KERNEL='$(KERNEL)' $(overlay)/test/backends.sh $(ARCH)

.PHONY: fixes
fixes: ## take out each fix of the DMA core, and see that a test fails: an hour; FIXES='01 06...'
	@$(overlay)/test/fixes.sh $(FIXES)

.PHONY: check-matrix
check-matrix: ## what runs KUnit or boots, on kernels x architectures: hours; goes on where it was; CELLS=
	@$(overlay)/run.py matrix $(foreach cell,$(CELLS),'$(cell)')

.PHONY: sanitizers
sanitizers: ## KUnit and demo watched by KASAN, KCSAN, lockdep...: long; KERNEL=, SANITIZERS='kasan kcsan...'
	@$(overlay)/test/sanitizers.sh $(or $(KERNEL),latest) $(SANITIZERS)

.PHONY: no-harm
no-harm: ## the kernel's own KUnit suites and vmlinux, without and with the overlay; KERNEL=
	@$(overlay)/test/no-harm.sh $(or $(KERNEL),latest)

.PHONY: bench
bench: ## what a handle costs, and other ways to have a buffer, in instructions: long; BACKENDS='x86_64-*...'
	@$(overlay)/test/bench.sh $(foreach backend,$(BACKENDS),'$(backend)')

.PHONY: sparse
sparse: ## the kernel's sparse check of our files; KERNEL=
	@$(overlay)/check/sparse.sh $(or $(KERNEL),6.12)

.PHONY: coccicheck
coccicheck: ## our Coccinelle rules on their samples, our code, drivers/ and sound/: some minutes; KERNEL=
	@$(overlay)/check/coccicheck.sh $(or $(KERNEL),6.12)

.PHONY: checkpatch
checkpatch: ## checkpatch --strict --codespell on the change as a patch to a kernel; KERNEL=
	@$(overlay)/check/checkpatch.sh $(or $(KERNEL),latest)

.PHONY: kerneldoc
kerneldoc: ## the kernel-doc comments of the API, by the kernel's own parser; KERNEL=
	@$(overlay)/check/kerneldoc.sh $(or $(KERNEL),latest)

.PHONY: htmldocs
htmldocs: ## the pages of documentation, by the kernel's own "make htmldocs"; KERNEL=
	@$(overlay)/check/htmldocs.sh $(or $(KERNEL),latest)

.PHONY: lint
lint: checkpatch kerneldoc ## the checks that need no kernel build: these two, and the kernel's small ones
	@$(overlay)/check/lint.sh $(or $(KERNEL),latest)

.PHONY: builds
builds: ## our files by gcc and clang, W=1 and W=2, and in many configurations; KERNEL=
	@$(overlay)/check/builds.sh $(or $(KERNEL),latest)

.PHONY: graft
graft: ## put the overlay into the kernel tree KDIR; GRAFT_FLAGS=--stock leaves out the fixes
	@$(overlay)/graft/graft.py graft $(GRAFT_FLAGS) '$(KDIR)'

.PHONY: ungraft
ungraft: ## take it out of KDIR again, byte for byte
	@$(overlay)/graft/graft.py ungraft $(GRAFT_FLAGS) '$(KDIR)'

.PHONY: series
series: ## the overlay as two series of patches to send, fixes first, each patch compiled; KERNEL= (else 6.12 and latest), SIGNOFF=1
	@$(overlay)/ship/series.sh $(KERNEL)

.PHONY: convert
convert: ## convert in-tree drivers of the grafted tree KDIR, as a series of patches; KERNEL=, DRIVERS=
	@$(overlay)/convert/convert.sh '$(or $(KDIR),$(KERNEL),latest)' $(DRIVERS)

.PHONY: kunit-dma
kunit-dma: ## KUnit tests of dma_pool, virtio and a driver on the KUnit DMA device, with mistakes planted; KERNEL=
	@$(overlay)/test/kunit-dma.sh '$(or $(KDIR),$(KERNEL),latest)'

.PHONY: convert-kunit
convert-kunit: ## KUnit tests of the drivers, before and after make convert; KERNEL=
	@$(overlay)/convert/kunit.sh '$(or $(KDIR),$(KERNEL),latest)'

.PHONY: convert-boot
convert-boot: ## a converted driver at work on an emulated board, before and after: some minutes; KERNEL=
	@$(overlay)/convert/boot.sh '$(or $(KERNEL),latest)' $(if $(DEFECTS),defects)

.PHONY: modules
modules: ## build as external modules against the kernel headers KDIR; DEBUG=1 reports misuse of handles
	@$(overlay)/ship/modules.sh build '$(KDIR)'

.PHONY: modules_install
modules_install: ## build and install the API as a module for the kernel of KDIR; INSTALL_MOD_PATH=
	@$(overlay)/ship/modules.sh install '$(KDIR)'

.PHONY: dkms
dkms: ## a Debian package of the module's source, which dkms builds for each kernel; DEBUG=1
	@$(overlay)/ship/dkms.sh

.PHONY: check-dkms
check-dkms: ## that package in chroots of Debian 12 and 13, on Linux 6.1 to the newest: long; DEBIAN=
	@$(overlay)/ship/test-dkms.sh $(DEBIAN)

.PHONY: clean
clean: ## remove what was built, keep the kernel sources
	@[ ! -d build ] || find build -mindepth 1 -maxdepth 1 ! -name src ! -name debian ! -name 'apt*' ! -name tools \
		! -name chroots -exec rm -rf {} +

.PHONY: distclean
distclean: ## remove everything that was downloaded or built
	rm -rf build
