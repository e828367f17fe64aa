# SPDX-License-Identifier: GPL-2.0-only
#
# The front door. "make help" says what there is.

# Empty unless given: the default depends on the target. A kernel's tree can be given by either name.
KDIR ?=
KERNEL ?= $(KDIR)
ARCH ?= um
KUNIT_ARGS ?=
GRAFT_FLAGS ?=
DRIVERS ?=
MUTANTS ?=
FILES ?=
FILE ?=
OPS ?=
FUNCTIONS ?=
FIXES ?=
STEP ?=
SCRIPT ?=
SANITIZERS ?=
BACKENDS ?=
DEBIAN ?=

# For its own source the kernel's build says so, for a module's it says something else.
ifneq ($(words $(subst :, ,$(CURDIR))),1)
$(error $(CURDIR): expected a path without spaces or colons, as the kernel's build does)
endif

overlay := tools/overlay
export ARCH

.DEFAULT_GOAL := help
.PHONY: help
help: ## list the targets
	@echo 'DMA-coherent handles: an overlay on a Linux kernel tree. Targets:'
	@sed -n 's/^\([a-z_-]*\):.*## \(.*\)/  make \1\t\2/p' Makefile | expand -t 24
	@echo
	@echo '  KERNEL=6.12|latest|/path/to/a/tree says which kernel; KDIR= is the same, and what graft and modules use.'
	@echo "  STOCK=1 leaves out the fixes of the kernel's own code; it builds in folders of its own."
	@echo '  Everything that is downloaded or built goes to build/, which may be removed at any time.'

.PHONY: demo
demo: ## have a real (emulated) PCI device do DMA through handles (one minute); KERNEL=, ARCH=x86_64|arm64|riscv
	@$(overlay)/test/demo.sh $(KERNEL)

# These ask git which files are ours. A tarball of the source has no .git.
check step steps check-matrix series builds checkpatch kerneldoc htmldocs lint: in-git

.PHONY: in-git
in-git:
	@:$(if $(wildcard .git),,$(error $(CURDIR): expected a git clone, got no .git))

.PHONY: check
check: ## run everything that must pass (20 minutes; skips what passed and has not changed)
	@$(overlay)/run.sh check

.PHONY: step
step: ## run steps of check or check-matrix alone; STEP='kunit-latest backends-*'
	@$(overlay)/run.sh all $(or $(foreach step,$(STEP),'$(step)'),$(error STEP is not set; make steps lists the steps, patterns such as backends-* are fine))

.PHONY: steps
steps: ## list the steps, their commands, and of which commit their figures are
	@$(overlay)/run.py all --print

.PHONY: kunit
kunit: ## run the KUnit suites by the kernel's kunit.py; KERNEL=, ARCH=um, KUNIT_ARGS=
	@$(overlay)/test/kunit.sh $(or $(KERNEL),6.12) $(KUNIT_ARGS)

.PHONY: coverage
coverage: ## measure line and branch coverage of the KUnit suites, which must be complete; KERNEL=
	@$(overlay)/test/coverage.sh $(or $(KERNEL),latest)

.PHONY: mutants
mutants: ## mutation-test the API (half an hour); FILES=, OPS=, FUNCTIONS=, MUTANTS=survivors
	@$(overlay)/test/mutants.sh $(MUTANTS) $(if $(FILES),FILES='$(FILES)') $(if $(OPS),OPS='$(OPS)') \
		$(if $(FUNCTIONS),FUNCTIONS='$(FUNCTIONS)')

.PHONY: backends
backends: ## run the KUnit suites on the DMA backends in QEMU; KERNEL=, ARCH=x86_64|arm64|arm
	@KERNEL='$(KERNEL)' $(overlay)/test/backends.sh $(ARCH)

.PHONY: fixes
fixes: ## leave out each fix of the DMA core in turn, and see its tests fail (half an hour); FIXES='01 06...'
	@$(overlay)/test/fixes.sh $(FIXES)

.PHONY: check-driver
check-driver: ## run sparse and all rules on a driver of your own; FILE=driver.c, KERNEL=
	@$(overlay)/check/driver.sh '$(FILE)' '$(or $(KERNEL),latest)'

.PHONY: boot-driver
boot-driver: ## boot a driver of your own beside the API's module (one minute); FILE=driver.c SCRIPT=script.sh
	@$(overlay)/test/boot-driver.sh '$(FILE)' '$(SCRIPT)' '$(KERNEL)'

.PHONY: check-matrix
check-matrix: ## run all KUnit and boot tests on every kernel and architecture (hours; resumes)
	@$(overlay)/run.sh matrix

.PHONY: sanitizers
sanitizers: ## run KUnit and the demo under KASAN, KCSAN, lockdep... (an hour); KERNEL=, SANITIZERS='kasan kcsan...'
	@$(overlay)/test/sanitizers.sh $(or $(KERNEL),latest) $(SANITIZERS)

.PHONY: no-harm
no-harm: ## compare the kernel's own KUnit suites and vmlinux with and without the overlay; KERNEL=
	@$(overlay)/test/no-harm.sh $(or $(KERNEL),latest)

.PHONY: bench
bench: ## benchmark handles against other DMA allocators, in instructions (long); BACKENDS='x86_64-*...'
	@$(overlay)/test/bench.sh $(foreach backend,$(BACKENDS),'$(backend)')

.PHONY: sparse
sparse: ## run sparse on our files and on the samples of misuse; KERNEL=
	@$(overlay)/check/sparse.sh $(or $(KERNEL),6.12)

.PHONY: coccicheck
coccicheck: ## run the Coccinelle rules on their samples, our code, drivers/ and sound/ (minutes); KERNEL=
	@$(overlay)/check/coccicheck.sh $(or $(KERNEL),6.12)

.PHONY: checkpatch
checkpatch: ## run checkpatch --strict --codespell on the overlay as a patch; KERNEL=
	@$(overlay)/check/checkpatch.sh $(or $(KERNEL),latest)

.PHONY: kerneldoc
kerneldoc: ## check the kernel-doc comments by the kernel's own parser; KERNEL=
	@$(overlay)/check/kerneldoc.sh $(or $(KERNEL),latest)

.PHONY: htmldocs
htmldocs: ## build the pages of documentation by "make htmldocs"; KERNEL=
	@$(overlay)/check/htmldocs.sh $(or $(KERNEL),latest)

.PHONY: lint
lint: checkpatch kerneldoc ## run the checks that build no kernel (a minute); KERNEL=
	@$(overlay)/check/lint.sh $(or $(KERNEL),latest)

.PHONY: builds
builds: ## compile our files by gcc and clang, with W=1 and W=2, in many configurations; KERNEL=
	@$(overlay)/check/builds.sh $(or $(KERNEL),latest)

.PHONY: graft
graft: ## put the overlay into the kernel tree KDIR; GRAFT_FLAGS=--stock leaves out the fixes
	@$(overlay)/graft/graft.py graft $(GRAFT_FLAGS) '$(KDIR)'

.PHONY: ungraft
ungraft: ## restore KDIR byte for byte
	@$(overlay)/graft/graft.py ungraft $(GRAFT_FLAGS) '$(KDIR)'

.PHONY: series
series: ## make three series of patches, and compile each patch; KERNEL= (default: 6.12 and latest), SIGNOFF=1
	@$(overlay)/ship/series.sh $(KERNEL)

.PHONY: convert
convert: ## make two series of patches: fixes of in-tree drivers, and their conversions; KERNEL=, DRIVERS=
	@$(overlay)/convert/convert.sh '$(or $(KERNEL),latest)' $(DRIVERS)

.PHONY: kunit-dma
kunit-dma: ## test eight drivers and libraries on the KUnit DMA device, with planted bugs (minutes); KERNEL=
	@$(overlay)/test/kunit-dma.sh '$(or $(KERNEL),latest)'

.PHONY: convert-kunit
convert-kunit: ## run KUnit tests of drivers as they are, fixed and converted; KERNEL=
	@$(overlay)/convert/kunit.sh '$(or $(KERNEL),latest)'

.PHONY: convert-boot
convert-boot: ## boot a converted driver on an emulated board, before and after (minutes); KERNEL=, DEFECTS=1
	@$(overlay)/convert/boot.sh '$(or $(KERNEL),latest)' $(if $(DEFECTS),defects)

.PHONY: modules
modules: ## build the API as a module against the kernel headers KDIR; DEBUG=1 reports misuse of handles
	@$(overlay)/ship/modules.sh build '$(KDIR)'

.PHONY: modules_install
modules_install: ## build and install that module; KDIR=, INSTALL_MOD_PATH=
	@$(overlay)/ship/modules.sh install '$(KDIR)'

.PHONY: dkms
dkms: ## make a Debian package of the module's source for dkms; DEBUG=1
	@$(overlay)/ship/dkms.sh

.PHONY: check-dkms
check-dkms: ## test that package in chroots of Debian 12 and 13, on Linux 6.1 to the newest (long); DEBIAN=
	@$(overlay)/ship/test-dkms.sh $(DEBIAN)

.PHONY: clean
clean: ## remove what was built, keep the kernel sources
	@[ ! -d build ] || find build -mindepth 1 -maxdepth 1 ! -name src ! -name debian ! -name 'apt*' ! -name tools \
		! -name chroots -exec rm -rf {} +

.PHONY: distclean
distclean: ## remove everything that was downloaded or built
	rm -rf build
