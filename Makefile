# Every target makes its own set-up: a virtual environment with the pinned packages, once.
# Needed beforehand: make, Python 3.11 or newer with pip, and a network that reaches the Python package index.

PYTHON   ?= python3
VENV     := .venv
BIN      := $(VENV)/bin
SCENARIO ?= plan-2015
HORIZON  ?=
RESULTS  ?= results
SOLVE    ?= weeks:4
PORT     ?= 8765
GRID     ?= huolinhe
YEARS    ?= variable-1..5
UNSEEN   ?=
AXIS     ?= export
EPSILON  ?= 0.01,0.02,0.05,0.1
WORKERS  ?= 2
QUESTION  = $(CASE) --solve-horizon $(SOLVE) --workers $(WORKERS)
# Without HORIZON a study is solved over the year, and of the results of a scenario the year's is taken, else the newest.
SPAN      = $(if $(HORIZON),--horizon $(HORIZON))
CASE      = --scenario $(SCENARIO) --results $(RESULTS) $(SPAN)

# Constraints hold for the build environment too; the second name is the one newer pips read.
export PIP_CONSTRAINT       := constraints.txt
export PIP_BUILD_CONSTRAINT := constraints.txt
export PIP_DISABLE_PIP_VERSION_CHECK := 1

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help optimize quick pathway ensemble cluster-demo check explain island redispatch weather map report tables curve increment sensitivity serve compare \
        bench bench-smoke run-all diff screen certify frontier alternatives clause-costs bargain audit options test test-all fuzz lint docs clean

help: ## this list
	@awk -F':.*## ' '/^[a-z-]+:.*## /{printf "  make %-12s %s\n", $$1, $$2}' $(MAKEFILE_LIST)
	@echo "  variables: SCENARIO=$(SCENARIO) HORIZON=year RESULTS=$(RESULTS)   e.g. make optimize SCENARIO=plan-2015 HORIZON=weeks:4"
	@echo "             SOLVE=$(SOLVE) (curve, increment, sensitivity)  GRID=$(GRID) (island)  WITH=\"...\" (map)  CONTRACT=... (tables)  A=... B=... (compare)"

optimize: $(VENV)/.runtime ## 优化 solve a scenario and write dataset, map and tables; a result that stands only with ANEW=yes
	$(BIN)/python -m energy_model optimize $(CASE) $(if $(ANEW),--anew)

quick: $(VENV)/.runtime ## 快算 the same over four typical weeks
	$(BIN)/python -m energy_model optimize --scenario $(SCENARIO) --results $(RESULTS) --horizon weeks:4 $(if $(ANEW),--anew)

certify: $(VENV)/.runtime ## 典型周校核 prove whether typical weeks suffice for the year: HORIZON=weeks:8
	$(BIN)/python -m energy_model optimize --scenario $(SCENARIO) --results $(RESULTS) --horizon $(or $(HORIZON),weeks:8) --certify

pathway: $(VENV)/.runtime ## 路径 solve the investment years of SCENARIO=plan-path or outlook-path
	$(BIN)/python -m energy_model pathway --scenario $(if $(findstring path,$(SCENARIO)),$(SCENARIO),plan-path) --results $(RESULTS) $(or $(SPAN),--horizon weeks:1)

ensemble: $(VENV)/.runtime ## 多年 one plan for many weather years: YEARS=variable-1..5 UNSEEN=variable-6..8 CERTIFY=yes
	$(BIN)/python -m energy_model ensemble $(CASE) --weather-years $(YEARS) --unseen "$(UNSEEN)" $(if $(CERTIFY),--certify)

cluster-demo: $(VENV)/.runtime ## 集群 the same on a Dask scheduler and two workers of this machine
	$(BIN)/python -m energy_model cluster-demo $(CASE)

check: $(VENV)/.runtime ## 校核 check the inputs and the plan's own arithmetic, solve nothing
	$(BIN)/python -m energy_model check --scenario $(SCENARIO) $(SPAN)

explain: $(VENV)/.runtime ## 解释 what binds in a finished result, where, and what one more unit is worth
	$(BIN)/python -m energy_model explain $(CASE)

island: $(VENV)/.runtime ## 孤网 open the border of microgrid GRID in the worst hours of a finished result
	$(BIN)/python -m energy_model island $(GRID) $(CASE)

redispatch: $(VENV)/.runtime ## 滚动 operate a finished result day by day under forecast errors
	$(BIN)/python -m energy_model redispatch $(CASE)

weather: $(VENV)/.runtime ## 气象 make the weather years again
	$(BIN)/python -m energy_model weather make

map: $(VENV)/.runtime ## 地图 draw the map of a finished result again
	$(BIN)/python -m energy_model map $(CASE) $(foreach other,$(WITH),--with $(other))

report: $(VENV)/.runtime ## 报告 write the study page of a finished result again
	$(BIN)/python -m energy_model report $(CASE)

tables: $(VENV)/.runtime ## 表格 write the workbook and CSV files of a finished result again
	$(BIN)/python -m energy_model tables $(CASE) $(if $(CONTRACT),--contract $(CONTRACT))

curve: $(VENV)/.runtime ## 成本曲线 add the export supply curve to a finished result
	$(BIN)/python -m energy_model curve $(CASE) --solve-horizon $(SOLVE)

frontier: $(VENV)/.runtime ## 成本前沿 cost against AXIS=export, co2, curtailment or renewable-share
	$(BIN)/python -m energy_model frontier --axis $(AXIS) $(QUESTION)

alternatives: $(VENV)/.runtime ## 近优方案 how far capacities may move for a little more cost: EPSILON=0.01,0.05
	$(BIN)/python -m energy_model alternatives --epsilon $(EPSILON) $(QUESTION)

clause-costs: $(VENV)/.runtime ## 条款代价 the plan without each clause, and with it moved
	$(BIN)/python -m energy_model clause-costs $(QUESTION)

bargain: $(VENV)/.runtime ## 议价 reservation prices, room and proposals for every contract and outlet
	$(BIN)/python -m energy_model bargain $(QUESTION)

increment: $(VENV)/.runtime ## 增量 add the cost with and without each contract to a finished result
	$(BIN)/python -m energy_model increment $(CASE) --solve-horizon $(SOLVE)

sensitivity: $(VENV)/.runtime ## 敏感性 add low and high values of uncertain inputs to a finished result
	$(BIN)/python -m energy_model sensitivity $(CASE) --solve-horizon $(SOLVE)

serve: $(VENV)/.runtime ## 浏览 show the results in a browser on this machine
	$(BIN)/python -m energy_model serve --results $(RESULTS) --port $(PORT)

compare: $(VENV)/.runtime ## 对比 differences of two results: A=plan-2015 B=no-export
	$(BIN)/python -m energy_model compare $(A) $(B) --results $(RESULTS) $(SPAN)

bench: $(VENV)/.dev ## 测速 compare with PyPSA/linopy, plain Pyomo and bare HiGHS in one run
	$(BIN)/python -m benchmarks.run $(CASES)

bench-smoke: $(VENV)/.dev ## 测速 the same in about a minute
	$(BIN)/python -m benchmarks.run --smoke

run-all: $(VENV)/.runtime ## 批量 scenarios and weather years: RUNS="plan-2015 outlook-2030+late-outlet" WORKERS=2
	$(BIN)/python -m energy_model run-all $(RUNS) $(SPAN) --results $(RESULTS) --workers $(WORKERS)

diff: $(VENV)/.runtime ## 输入差异 input cells that differ: A=plan-2015 B=outlook-2030
	$(BIN)/python -m energy_model diff $(A) $(B) --results $(RESULTS)

screen: $(VENV)/.runtime ## 筛选 Morris screening of uncertain inputs
	$(BIN)/python -m energy_model screen $(CASE)

options: $(VENV)/.dev ## 选项 measure what each option of the model costs, write docs/options.md
	$(BIN)/python benchmarks/options.py --write docs/options.md

TESTS = $(BIN)/python -m pytest -n auto --maxprocesses 4 --dist loadfile $(PYTEST_ARGS)

test: $(VENV)/.dev ## 测试 run the tests
	$(TESTS) -m "not slow"

test-all: $(VENV)/.dev ## 全部测试 run the slow proofs too: kills at every moment, many networks against PyPSA, all shipped studies
	FUZZ_EXAMPLES=$(or $(EXAMPLES),50) $(TESTS)

fuzz: $(VENV)/.dev ## 随机试验 a thousand random studies and a thousand broken inputs (about twenty minutes)
	FUZZ_EXAMPLES=$(or $(EXAMPLES),1000) $(BIN)/python -m pytest -n auto --maxprocesses 4 tests/fuzz tests/solving/test_random_studies.py

audit: $(VENV)/.dev ## 审查 installed versions against the pins and what the project needs; licences
	$(BIN)/python .ci/audit.py

lint: $(VENV)/.dev ## style, types and the direction of imports; with npm the scripts of the pages too
	$(BIN)/python -m ruff check .
	$(BIN)/python -m ruff format --check --quiet .
	$(BIN)/python -m mypy
	$(BIN)/lint-imports
	@if ! command -v npm >/dev/null; then echo "npm is not installed: ESLint and prettier have not looked at the scripts of the pages."; \
	elif [ -x node_modules/.bin/eslint ] || npm ci --silent --no-audit --no-fund; then echo npm run lint; npm run --silent lint; \
	else echo "npm reaches no packages: ESLint and prettier have not looked at the scripts of the pages."; fi

docs: $(VENV)/.runtime ## 文档 write the pages of equations, inputs and outputs from code and contracts
	$(BIN)/python -m energy_model docs

clean: ## remove environment and caches; inputs, weather and results stay
	rm -rf $(VENV) node_modules .pytest_cache .ruff_cache .mypy_cache .hypothesis .import_linter_cache build dist *.egg-info
	find energy_model tests -name __pycache__ -type d -prune -exec rm -rf {} +

# --- set-up, once -----------------------------------------------------------------------------------------------

$(VENV)/.runtime: $(VENV)/.made pyproject.toml constraints.txt
	@echo "Installing the pinned packages into $(VENV) (once, a few minutes) ..."
	@$(BIN)/python -m pip install --quiet -c constraints.txt -e .
	@touch $@

$(VENV)/.dev: $(VENV)/.made pyproject.toml constraints.txt
	@echo "Installing the pinned packages and the test tools into $(VENV) (once, a few minutes) ..."
	@$(BIN)/python -m pip install --quiet -c constraints.txt -e '.[dev]'
	@touch $(VENV)/.runtime $@

# Some systems ship Python without ensurepip: then pip of the outer Python fills the environment.
$(VENV)/.made:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || { \
	  echo "Python 3.11 or newer is needed; '$(PYTHON)' is: $$($(PYTHON) --version 2>&1 || true)"; \
	  echo "Name another one like this:  make $(or $(MAKECMDGOALS),optimize) PYTHON=python3.12"; exit 1; }
	@if $(PYTHON) -c 'import ensurepip' 2>/dev/null; then $(PYTHON) -m venv $(VENV); \
	else $(PYTHON) -m venv --without-pip $(VENV) \
	  && $(PYTHON) -m pip --python $(BIN)/python install --quiet pip; fi || { \
	  echo "No virtual environment could be made: this Python lacks venv or pip."; \
	  echo "On Debian or Ubuntu:  apt-get install python3-venv python3-pip   then run make again."; exit 1; }
	@touch $@
