# Every target makes its own set-up: a virtual environment with the pinned packages, once.
# Needed beforehand: make, Python 3.11 or newer with pip, and a network that reaches the Python package index.

PYTHON   ?= python3
VENV     := .venv
BIN      := $(VENV)/bin
SCENARIO ?= plan-2015
HORIZON  ?=
RESULTS  ?= results
PORT     ?= 8765
ARGS     ?= --help
# Without HORIZON a study is solved over the year, and of the results of a scenario the year's is taken, else the newest.
SPAN      = $(if $(HORIZON),--horizon $(HORIZON))
CASE      = --scenario $(SCENARIO) --results $(RESULTS) $(SPAN)

# The list of targets is in the language of the system, as the program is.
CHINESE  := $(if $(filter zh%,$(firstword $(LC_ALL) $(LC_MESSAGES) $(LANG))),1,0)
EXAMPLE  := $(if $(filter 1,$(CHINESE)),例如,e.g.)

# Constraints hold for the build environment too; the second name is the one newer pips read.
export PIP_CONSTRAINT       := constraints.txt
export PIP_BUILD_CONSTRAINT := constraints.txt
export PIP_DISABLE_PIP_VERSION_CHECK := 1

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help optimize quick check tables run serve compare cluster-demo test test-all lint docs site bench clean

help: ## 列出目标 | list the targets
	@awk -F':.*## ' -v zh=$(CHINESE) '/^[a-z-]+:.*## /{split($$2, words, " [|] "); printf "  make %-12s %s\n", $$1, words[2 - zh]}' $(MAKEFILE_LIST)
	@echo "  SCENARIO=$(SCENARIO) HORIZON=year RESULTS=$(RESULTS)   $(EXAMPLE) make optimize SCENARIO=plan-2015 HORIZON=weeks:4"
	@echo "  ARGS=...   $(EXAMPLE) make run ARGS=\"frontier --axis co2\""

optimize: $(VENV)/.runtime ## 求解一个方案并写出结果；ANEW=yes 重新求解有效的结果 | solve a scenario and write its result; ANEW=yes solves a current result again
	$(BIN)/python -m energy_model optimize $(CASE) $(if $(ANEW),--anew)

quick: $(VENV)/.runtime ## 同上，只算四个典型周 | the same over four typical weeks
	$(BIN)/python -m energy_model optimize --scenario $(SCENARIO) --results $(RESULTS) --horizon weeks:4 $(if $(ANEW),--anew)

check: $(VENV)/.runtime ## 不求解，校核输入与电力电量平衡 | check inputs and the balances of the plan, without solving
	$(BIN)/python -m energy_model check --scenario $(SCENARIO) $(SPAN)

tables: $(VENV)/.runtime ## 重写结果的工作簿；ONLY="power_balance 电量平衡表" 只写这些工作表 | write the workbooks of a result again; ONLY="power_balance curtailment": these sheets only
	$(BIN)/python -m energy_model tables --scenario $(SCENARIO) --results $(RESULTS) $(SPAN) $(foreach sheet,$(ONLY),--only $(sheet))

run: $(VENV)/.runtime ## 本程序的任何命令，如 ARGS="explain --scenario plan-2015"；不给 ARGS 则列出全部命令 | any command of the program, such as ARGS="explain --scenario plan-2015"; without ARGS the list of commands
	$(BIN)/python -m energy_model $(ARGS)

serve: $(VENV)/.runtime ## 在本机浏览器中查看结果 | browse the results on this machine
	$(BIN)/python -m energy_model serve --results $(RESULTS) --port $(PORT)

compare: $(VENV)/.runtime ## 两个结果之差：A=plan-2015 B=no-export | differences of two results: A=plan-2015 B=no-export
	$(BIN)/python -m energy_model compare $(A) $(B) --results $(RESULTS) $(SPAN)

cluster-demo: $(VENV)/.runtime ## 在本机启动 Dask 集群并用其求解多气象年规划 | start a Dask cluster on this machine and plan for several weather years on it
	$(BIN)/python -m energy_model cluster-demo --results $(RESULTS) --anew $(filter-out --help,$(ARGS))

bench: $(VENV)/.dev ## 与 PyPSA/linopy、Pyomo、HiGHS 比较用时；CASES=--smoke 约一分钟 | compare with PyPSA/linopy, plain Pyomo and bare HiGHS; in about a minute with CASES=--smoke
	$(BIN)/python -m benchmarks.run $(CASES)

TESTS = $(BIN)/python -m pytest -n auto --maxprocesses 4 --dist loadfile $(PYTEST_ARGS)

test: $(VENV)/.dev ## 运行测试 | run the tests
	$(TESTS) -m "not slow"

test-all: $(VENV)/.dev ## 另含耗时较长的验证，PART=1/4 则只含其四分之一 | run the slow proofs too, a quarter of them with PART=1/4
	FUZZ_EXAMPLES=$(or $(EXAMPLES),50) $(TESTS) --slow-part $(or $(PART),1/1)

lint: $(VENV)/.dev ## 代码格式、类型与导入方向；有 npm 时含网页脚本 | style, types and the direction of imports; with npm the scripts of the pages too
	$(BIN)/python -m ruff check .
	$(BIN)/python -m ruff format --check --quiet .
	$(BIN)/python -m mypy
	$(BIN)/lint-imports
	@if ! command -v npm >/dev/null; then echo "npm is not installed: ESLint and prettier have not looked at the scripts of the pages."; \
	elif [ -x node_modules/.bin/eslint ] || npm ci --silent --no-audit --no-fund --fetch-retries=1 --fetch-timeout=30000; then echo npm run lint; npm run --silent lint; \
	else echo "npm reaches no packages: ESLint and prettier have not looked at the scripts of the pages."; fi

docs: $(VENV)/.runtime ## 由代码与契约生成方程、输入与输出各页 | write the pages of equations, inputs and outputs from code and contracts
	$(BIN)/python -m energy_model docs

site: $(VENV)/.site ## 生成中英文文档网站，不需要网络即可浏览 | build the documentation as a site in both languages, read without a network
	@for language in zh en; do \
	  $(BIN)/python -m sphinx -q -W --keep-going -c docs/site -t $$language -d build/doctrees/$$language . build/site/$$language || exit 1; done
	@cp docs/site/index.html build/site/
	@echo build/site/index.html

clean: ## 删除环境与缓存；输入、气象与结果保留 | remove environment and caches; inputs, weather and results stay
	rm -rf $(VENV) node_modules .pytest_cache .ruff_cache .mypy_cache .hypothesis .import_linter_cache build dist *.egg-info
	find energy_model tests -name __pycache__ -type d -prune -exec rm -rf {} +

# --- set-up, once -----------------------------------------------------------------------------------------------

$(VENV)/.runtime: $(VENV)/.made pyproject.toml constraints.txt
	@echo "Installing the pinned packages into $(VENV) (once, a few minutes) ..."
	@$(BIN)/python -m pip install --quiet -c constraints.txt -e .
	@touch $@

$(VENV)/.dev: $(VENV)/.made pyproject.toml constraints.txt
	@echo "Installing the pinned packages and the test tools into $(VENV) (once, a few minutes) ..."
	@$(BIN)/python -m pip install --quiet -c constraints.txt -e '.[dev,docs]'
	@touch $(VENV)/.runtime $(VENV)/.site $@

$(VENV)/.site: $(VENV)/.made pyproject.toml constraints.txt
	@echo "Installing the pinned packages and Sphinx into $(VENV) (once, a few minutes) ..."
	@$(BIN)/python -m pip install --quiet -c constraints.txt -e '.[docs]'
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
