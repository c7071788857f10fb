# articles → suggestions → tasks ⇄ Label Studio → annotations → gold → dataset → baseline → flags
#
# Each file is made from the one above it; `make` makes again only what changed. Point CORPUS at your own folder (it holds
# articles/, and annotations/ if labels come with it) and BUILD at where the results go. Every target has a command:
# `make -n TARGET` shows it.

CORPUS  ?= corpora/sample
BUILD   ?= build/$(notdir $(CORPUS))
PROJECT ?= $(notdir $(CORPUS))
PYTHON  ?= python3
SEED    ?= 0
DATA    ?= data
SPLIT   ?= outlet

VENV     := .venv
BIN      := $(VENV)/bin
annotate := $(BIN)/annotate
ARTICLES := $(shell find $(CORPUS)/articles -type f 2>/dev/null)
LABELLED := $(sort $(wildcard $(CORPUS)/annotations/*.json))
DATASHEET := $(addprefix --datasheet ,$(wildcard $(CORPUS)/datasheet.md))
ABOUT    := $(addprefix --about ,$(wildcard $(CORPUS)/release.toml))
RULINGS  := $(addprefix --rulings ,$(wildcard $(CORPUS)/rulings.jsonl))
CAMPAIGN := $(BUILD)/campaign
REHEARSED := $(if $(and $(LABELLED),$(wildcard $(CORPUS)/gold.jsonl)),campaign)
PEOPLE   ?= ines@sample.example marek@sample.example tove@sample.example
PAIRS    := $(addprefix --pairs ,$(wildcard corpora/minimal-pairs))

ifneq ($(filter publish,$(MAKECMDGOALS)),)
ifndef HF_REPO
$(error say where to: make publish HF_REPO=ORG/NAME)
endif
endif

.DELETE_ON_ERROR:
.SUFFIXES:
MAKEFLAGS += --no-builtin-rules

help: ## Show this list
	@awk 'BEGIN {FS = ":.*## "} /^##@/ {printf "\n%s\n", substr($$0, 5)} /^[a-z-]+:.*## / {printf "  make %-12s %s\n", $$1, $$2}' $(MAKEFILE_LIST)
	@printf '\nNow: CORPUS=%s BUILD=%s PROJECT=%s\n' '$(CORPUS)' '$(BUILD)' '$(PROJECT)'

##@ Begin
demo: report $(REHEARSED) studio ## Do all of it on the bundled corpus, on a real Label Studio, and say where to look
	@$(annotate) dataset check $(BUILD)/dataset
	-@$(annotate) dataset publish $(BUILD)/dataset --repo $(or $(HF_REPO),YOU/$(notdir $(CORPUS))) --plan
	@printf '\nThe report:    %s\nThe dataset:   %s\nThe model:     %s\n' '$(BUILD)/report.html' '$(BUILD)/dataset' '$(BUILD)/model'
	@$(if $(REHEARSED),printf 'The campaign:  %s\n' '$(CAMPAIGN)/status.html',:)
	@$(annotate) studio status --json | $(BIN)/python -c 'import json, sys; at = json.load(sys.stdin); print("Label Studio: ", at["url"]); print("Login file:   ", at["credentials"])'
	@printf 'To flag a text: %s flag %s/model FILE\nTo stop Label Studio: make stop\n' '$(annotate)' '$(BUILD)'
install: $(VENV)/installed ## Make .venv and install the toolkit in it

##@ The work, in its order
ingest: $(BUILD)/articles.jsonl ## Articles from files and pages
suggest: $(BUILD)/tasks.jsonl ## Suggested spans, as tasks to label
studio: install ## Start the embedded Label Studio
	@$(annotate) studio up
push: $(BUILD)/push.json ## Send the tasks to Label Studio
pull: install ## Bring the annotations back (again)
	$(annotate) pull --project $(PROJECT) --articles $(BUILD)/articles.jsonl -o $(BUILD)/annotations.jsonl
agreement: $(BUILD)/agreement.json ## How far the annotators agree
gold: $(BUILD)/gold.jsonl ## What they agree on
dataset: $(BUILD)/dataset/MANIFEST.json ## The release that others load
train: $(BUILD)/model/model.json ## The baseline
evaluate: $(BUILD)/evaluation.json ## The baseline beside its controls
report: $(BUILD)/report.html ## One page with all of it
campaign: $(CAMPAIGN)/rulings.jsonl $(CAMPAIGN)/agreement.json $(CAMPAIGN)/skills.json ## The labels again as a planned campaign: blind arm, hidden gold, adjudication
publish: $(BUILD)/dataset/MANIFEST.json ## The release on the Hub: HF_REPO=ORG/NAME, HF_OPTIONS='--tag v1.0.0'
	$(annotate) dataset publish $(BUILD)/dataset --repo $(HF_REPO) $(HF_OPTIONS)
stop: ## Stop the embedded Label Studio
	@$(annotate) studio down

##@ Looking after the project
browser: ## Install Chromium and fonts for the browser tests (needs root)
	@if [ -x /usr/bin/chromium ] && fc-list 2>/dev/null | grep -qi 'noto.*cjk' && fc-list | grep -qi 'noto.*emoji'; then echo "chromium and fonts are there"; \
	elif [ "$$(id -u)" != 0 ]; then echo "make browser installs Debian packages and needs root: run it as root once" >&2; exit 3; \
	else apt-get update -q && DEBIAN_FRONTEND=noninteractive apt-get install -q -y --no-install-recommends chromium fontconfig fonts-dejavu-core fonts-noto-color-emoji fonts-noto-cjk; fi
test: $(VENV)/developed ## Run all tests; what is missing on this machine is skipped and said
	$(BIN)/pytest
benchmark: install ## Measure the baseline on public corpora under DATA, beside published results
	$(annotate) benchmark run all --data $(DATA)
lint: $(VENV)/developed ## Style
	$(BIN)/ruff format --check
	$(BIN)/ruff check
types: $(VENV)/developed ## Types
	$(BIN)/mypy
bench: build/bench-env/installed ## Time every claim beside other libraries: FULL=1 for their sizes (DATA/pages for extraction)
	build/bench-env/bin/python bench/run.py $(if $(FULL),--full) --data $(DATA)
speed: $(VENV)/installed ## Print the table of speed into the README, from the newest full results
	$(BIN)/python bench/page.py bench/results --readme
schemas: install ## Make again what is generated from the codebook and the records
	$(annotate) codebook render schemas --dictionary docs/data-dictionary.md
screenshots: $(VENV)/developed studio ## Take the README's pictures again
	$(BIN)/python docs/screenshots.py --build $(BUILD) --project $(PROJECT)
lock: $(VENV)/uv ## Resolve the pinned requirements again
	$(LOCK) pyproject.toml --all-extras --group dev -o requirements/dev.txt
	$(LOCK) pyproject.toml -c requirements/dev.txt -o requirements/base.txt
	$(LOCK) requirements/studio.in -o requirements/studio.txt
	$(LOCK) requirements/bench.in -c requirements/dev.txt -o requirements/bench.txt
clean: ## Remove what was made (the Label Studio under .studio/ stays)
	rm -rf build dist .cache .pytest_cache .ruff_cache .mypy_cache .hypothesis

LOCK = $(BIN)/uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-annotate --no-header --no-emit-index-url

$(VENV)/uv:
	$(PYTHON) -m venv $(VENV)
	$(BIN)/pip install -q --disable-pip-version-check uv==0.13.9
	@touch $@
$(VENV)/installed: requirements/base.txt pyproject.toml | $(VENV)/uv
	$(BIN)/uv pip install --require-hashes -r requirements/base.txt
	$(BIN)/uv pip install -q --no-deps -e .
	@touch $@
$(VENV)/developed: requirements/dev.txt $(VENV)/installed
	$(BIN)/uv pip install --require-hashes -r requirements/dev.txt
	@touch $@
build/bench-env/installed: requirements/dev.txt requirements/bench.txt pyproject.toml | $(VENV)/uv
	$(BIN)/uv venv -q --allow-existing --python $(BIN)/python $(@D)
	$(BIN)/uv pip install -q --compile-bytecode --python $(@D)/bin/python --require-hashes -r requirements/dev.txt -r requirements/bench.txt
	$(BIN)/uv pip install -q --compile-bytecode --python $(@D)/bin/python --no-deps -e .
	@touch $@

# ── each file from the one above it ──────────────────────────────────────────────────────────────────────────────────

$(BUILD)/articles.jsonl: $(ARTICLES) | $(VENV)/installed
	$(annotate) ingest $(CORPUS)/articles -o $@
$(BUILD)/tasks.jsonl: $(BUILD)/articles.jsonl
	$(annotate) suggest $< -o $@
$(BUILD)/push.json: $(BUILD)/tasks.jsonl
	$(annotate) studio up
	$(annotate) push $< --project $(PROJECT) --yes --json > $@
ifneq ($(LABELLED),)
$(BUILD)/replay.json: $(BUILD)/push.json $(LABELLED)
	$(annotate) studio replay $(LABELLED) --project $(PROJECT) --json > $@
$(BUILD)/annotations.jsonl: $(BUILD)/replay.json
else
$(BUILD)/annotations.jsonl: $(BUILD)/push.json
endif
	$(annotate) pull --project $(PROJECT) --articles $(BUILD)/articles.jsonl -o $@
$(BUILD)/agreement.json: $(BUILD)/annotations.jsonl
	$(annotate) agreement $< --articles $(BUILD)/articles.jsonl --tasks $(BUILD)/tasks.jsonl --seed $(SEED) -o $@
$(BUILD)/gold.jsonl: $(BUILD)/annotations.jsonl
	$(annotate) gold $< --articles $(BUILD)/articles.jsonl $(RULINGS) -o $@
$(BUILD)/dataset/MANIFEST.json: $(BUILD)/gold.jsonl
	$(annotate) dataset build $< --split $(SPLIT) --seed $(SEED) $(ABOUT) $(DATASHEET) -o $(BUILD)/dataset
$(BUILD)/model/model.json: $(BUILD)/dataset/MANIFEST.json
	$(annotate) train $(BUILD)/dataset --seed $(SEED) -o $(BUILD)/model
$(BUILD)/evaluation.json: $(BUILD)/model/model.json
	$(annotate) evaluate $(BUILD)/model $(BUILD)/dataset $(PAIRS) --seed $(SEED) -o $@
$(BUILD)/report.html: $(BUILD)/agreement.json $(BUILD)/evaluation.json
	$(annotate) report $(BUILD) -o $@

# ── a campaign of the same people: who labelled what they were given, and an adjudicator where they differed ─────────

comma := ,
space := $(subst ,, )
$(CAMPAIGN)/plan.csv: $(BUILD)/articles.jsonl $(CORPUS)/gold.jsonl
	@mkdir -p $(CAMPAIGN)
	head -n 5 $(CORPUS)/gold.jsonl > $(CAMPAIGN)/gold-items.jsonl
	$(annotate) campaign plan $< --annotators $(subst $(space),$(comma),$(strip $(PEOPLE))) --calibration 6 \
	  --gold-items $(CAMPAIGN)/gold-items.jsonl --seed $(SEED) -o $@
$(CAMPAIGN)/annotations.jsonl: $(CAMPAIGN)/plan.csv $(BUILD)/tasks.jsonl $(LABELLED)
	$(annotate) studio up
	$(annotate) studio invite $(PEOPLE)
	$(annotate) campaign push $< --tasks $(BUILD)/tasks.jsonl --campaign $(PROJECT) --yes
	$(annotate) campaign replay $(LABELLED) --campaign $(PROJECT)
	$(annotate) campaign status $< --campaign $(PROJECT) --html $(CAMPAIGN)/status.html
	$(annotate) campaign pull --campaign $(PROJECT) --articles $(BUILD)/articles.jsonl -o $@
$(CAMPAIGN)/agreement.json: $(CAMPAIGN)/annotations.jsonl
	$(annotate) agreement $< --articles $(BUILD)/articles.jsonl --tasks $(BUILD)/tasks.jsonl --plan $(CAMPAIGN)/plan.csv --by arm --seed $(SEED) -o $@
$(CAMPAIGN)/skills.json: $(CAMPAIGN)/annotations.jsonl
	$(annotate) skills $< --articles $(BUILD)/articles.jsonl --gold $(CAMPAIGN)/gold-items.jsonl --plan $(CAMPAIGN)/plan.csv --seed $(SEED) -o $@
$(CAMPAIGN)/rulings.jsonl: $(CAMPAIGN)/annotations.jsonl $(CORPUS)/gold.jsonl
	$(annotate) adjudicate push $< --articles $(BUILD)/articles.jsonl --project "$(PROJECT) adjudication" --yes
	$(annotate) adjudicate replay $(CORPUS)/gold.jsonl $(RULINGS) --project "$(PROJECT) adjudication"
	$(annotate) adjudicate pull $< --articles $(BUILD)/articles.jsonl --project "$(PROJECT) adjudication" -o $@

.PHONY: help demo campaign install ingest suggest studio push pull agreement gold dataset train evaluate report publish stop \
	browser test bench speed benchmark lint types schemas screenshots lock clean
