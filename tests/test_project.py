"""Promises about the project itself: pins, set-up, layers, documentation."""

import ast
import re
import subprocess
import sys
import tomllib
from graphlib import TopologicalSorter
from importlib.metadata import packages_distributions

import pytest
from grimp import build_graph
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests.paths import ROOT

PYPROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
PINS = (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines()
TEXT_SUFFIXES = {".py", ".md", ".toml", ".txt", ".csv", ".yml", ".yaml", ".json", ".geojson", ""}


def project_files():
    """Text files of the project: no environment, cache, package of npm or result."""
    hidden = re.compile(r"\.(?!ci$|gitignore$)|__pycache__$|node_modules$")
    for path in ROOT.rglob("*"):
        parts = path.relative_to(ROOT).parts
        ours = parts[0] != "results" and not any(hidden.match(part) for part in parts)
        if ours and path.is_file() and path.suffix in TEXT_SUFFIXES:
            yield path


def test_constraints_are_plain_pins():
    """Proves: every line is name==version, once each. Sensitivity: an address, a hash or a range fails."""
    assert all(re.fullmatch(r"[A-Za-z0-9._-]+==[A-Za-z0-9.!+]+", line) for line in PINS)
    names = [canonicalize_name(line.split("==")[0]) for line in PINS]
    assert len(names) == len(set(names))


def test_every_declared_package_is_pinned_and_allowed_by_its_range():
    """Proves: pyproject and constraints agree, the build backend included.
    Sensitivity: adding a package without a pin fails.
    """
    pins = {canonicalize_name(name): version for name, _, version in (line.partition("==") for line in PINS)}
    project = PYPROJECT["project"]
    declared = project["dependencies"] + PYPROJECT["build-system"]["requires"]
    for text in sum(project["optional-dependencies"].values(), declared):
        wanted = Requirement(text)
        assert wanted.specifier.contains(pins[canonicalize_name(wanted.name)], prereleases=True), text


def test_solver_and_its_extras_are_of_one_version():
    """Proves: highspy and highspy-extras share version.
    Sensitivity: with two versions HiPO silently disappears.
    """
    versions = {line.split("==")[1] for line in PINS if line.startswith("highspy")}
    assert len(versions) == 1
    assert sum(line.startswith("highspy") for line in PINS) == 2


def test_the_package_imports_only_what_its_own_set_up_installs():
    """Proves: `make optimize`, which installs no test tools, has every package that energy_model imports; a solver by name imports what the
    extra of its name installs, the Python interface PyPSA, and nobody else does.
    Sensitivity: importing a package that only the dev extras bring works here and fails on the planner's
    machine.
    """
    from energy_model.solving.solvers.by_name import SOLVERS

    extras = PYPROJECT["project"]["optional-dependencies"]
    assert {name: Requirement(extras[name][0]).name for name in SOLVERS} == {name: s.package for name, s in SOLVERS.items()}
    by_name = {(f"{name}.py", solver.imported) for name, solver in SOLVERS.items()}
    own = {canonicalize_name(Requirement(text).name) for text in PYPROJECT["project"]["dependencies"]}
    distributions = packages_distributions()
    missing = set()
    for path in (ROOT / "energy_model").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            names = [a.name for a in node.names] if isinstance(node, ast.Import) else []
            if isinstance(node, ast.ImportFrom):
                names = [node.module or ""]
            for top in {name.split(".")[0] for name in names} - sys.stdlib_module_names - {"energy_model"}:
                allowed = (path.parent.name == "solvers" and (path.name, top) in by_name) or (path.parent.name, top) == ("api", "pypsa")
                if not allowed and not own & {canonicalize_name(d) for d in distributions.get(top, [])}:
                    missing.add((path.name, top))
    assert missing == set()


def test_imports_point_down_only():
    """Proves: the layers of pyproject hold.
    Sensitivity: `study` importing the solver, or `results` the map, breaks them.
    """
    code = "from importlinter.cli import lint_imports; raise SystemExit(lint_imports(no_cache=True))"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("readme", ["README.md", "README.zh.md"])
def test_readme_shows_the_two_commands(readme):
    """Proves: a planner finds both commands. Sensitivity: renaming a target without the README fails."""
    text = (ROOT / readme).read_text(encoding="utf-8")
    assert "make optimize" in text
    assert "make test" in text


def test_every_make_target_in_the_documents_exists():
    """Proves: `make x` in a document names a target. Sensitivity: a renamed target fails here."""
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.M))
    pages = [
        ROOT / "README.md",
        ROOT / "README.zh.md",
        ROOT / "CONTRIBUTING.md",
        *(ROOT / "docs").glob("*.md"),
    ]
    for page in pages:
        used = set(re.findall(r"^\s*make ([a-z-]+)|`make ([a-z-]+)", page.read_text(encoding="utf-8"), re.M))
        assert {a or b for a, b in used} <= targets, page.name


def test_terms_of_the_glossary_are_in_use():
    """Proves: every term of the glossary, in English and in Chinese, is in the documents, labels or contracts, and the pages link to it.
    Sensitivity: a term that was dropped, or is called otherwise elsewhere.
    """
    rows = [line.split(" | ") for line in (ROOT / "docs" / "glossary.md").read_text(encoding="utf-8").splitlines() if line.startswith("| ")]
    terms = [(en.removeprefix("| "), zh) for en, zh, *_ in rows[1:]]
    assert len(terms) > 15
    pages = [p for p in [*ROOT.glob("*.md"), *(ROOT / "docs").glob("*.md")] if p.name != "glossary.md"]
    package = ROOT / "energy_model"
    said = "\n".join(p.read_text(encoding="utf-8") for p in [*pages, *package.rglob("*.csv"), *package.rglob("*.py")]).lower()
    assert [term for term in terms if term[0].lower() not in said] == []
    assert [term for term in terms if term[1].lower() not in said] == []
    for page in ("README.md", "README.zh.md", "docs/architecture.md"):
        assert "glossary.md" in (ROOT / page).read_text(encoding="utf-8")


def test_every_overlay_is_described():
    """Proves: each shipped overlay has a row on the page of scenarios. Sensitivity: a new one that nobody hears of."""
    page = (ROOT / "docs" / "scenarios.md").read_text(encoding="utf-8")
    assert [path.stem for path in sorted((ROOT / "inputs" / "overlays").glob("*.toml")) if f"| `{path.stem}`" not in page] == []


def test_links_between_documents_lead_somewhere():
    """Proves: every relative link of a page names a file of the project.
    Sensitivity: moving a page fails here.
    """
    for page in [*ROOT.glob("*.md"), *(ROOT / "docs").glob("*.md"), ROOT / "results" / "README.md"]:
        for target in re.findall(r"\]\((?!https?:|#)([^)#]+)", page.read_text(encoding="utf-8")):
            assert (page.parent / target).exists(), f"{page.name} -> {target}"


def anchor_of(heading: str) -> str:
    """Anchor that a heading of a Markdown page has."""
    plain = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", heading).replace("`", "").replace("*", "").strip().lower()
    return re.sub(r"[^\w\- ]", "", plain).replace(" ", "-")


def test_links_to_parts_of_pages_name_a_heading():
    """Proves: the part of a page that a link names is a heading of it, or an anchor. Sensitivity: a heading was renamed, and the change log
    led to the top of the page.
    """
    pages = [*ROOT.glob("*.md"), *(ROOT / "docs").glob("*.md")]
    wrong = []
    for page in pages:
        for target, part in re.findall(r"\]\((?!https?:)([^)#\s]*)#([^)\s]+)\)", page.read_text(encoding="utf-8")):
            named = page.parent / target if target else page
            if named.suffix == ".md":
                text = named.read_text(encoding="utf-8")
                headings = {anchor_of(h) for h in re.findall(r"^#+ (.*)$", text, re.M)} | set(re.findall(r'(?:id|name)="([^"]+)"', text))
                wrong += [f"{page.name} -> {target}#{part}"] if part not in headings else []
    assert wrong == []


def test_every_change_says_once_whether_results_change():
    """Proves: each entry of the change log tells once whether results change; one of several parts in each part. Sensitivity: lines of an
    entry that a merge repeated or left below another one.
    """
    told = re.compile(r"Results\s+change:")
    entries = re.split(r"\n- ", (ROOT / "CHANGELOG.md").read_text(encoding="utf-8"))[1:]
    assert [e[:80] for e in entries if "\n  - " not in e and len(told.findall(e)) != 1] == []


def test_no_registry_addresses():
    """Proves: nothing committed names a package registry's address. Sensitivity: a lock file would."""
    hosts = re.compile(r"https?://[a-z0-9.-]*(?:pypi|pythonhosted|npmjs|debian)\.[a-z]+", re.I)
    files = list(project_files())
    assert ROOT / "constraints.txt" in files
    assert ROOT / ".ci" / "run" in files
    for path in files:
        assert not hosts.search(path.read_text(encoding="utf-8", errors="replace")), path


def test_one_version():
    """Proves: the change log begins with the version that the program tells, which is also the one to cite and the one of the wheel in the
    README. Sensitivity: a version that is raised in one place.
    """
    from energy_model.version import __version__

    assert re.search(r"^## (\S+)", (ROOT / "CHANGELOG.md").read_text(encoding="utf-8"), re.M)[1] == __version__
    assert f"\nversion: {__version__}\n" in (ROOT / "CITATION.cff").read_text(encoding="utf-8")
    for readme in ("README.md", "README.zh.md"):
        told = set(re.findall(r"energy_model-([0-9.]+)-py3", (ROOT / readme).read_text(encoding="utf-8")))
        assert told == {__version__}
    own = re.compile(r"version\(['\"]energy[-_]model['\"]\)")  # of what was installed once, not of these files
    assert [p.name for p in (ROOT / "energy_model").rglob("*.py") if own.search(p.read_text(encoding="utf-8"))] == []


def test_generated_pages_are_current():
    """Proves: docs/equations.md, docs/inputs.md and docs/outputs.md are what code and contracts say now.
    Sensitivity: a new equation without `make docs`.
    """
    from energy_model.pages import generated_pages

    for name, text in generated_pages(ROOT / "inputs").items():
        assert (ROOT / "docs" / name).read_text(encoding="utf-8") == text, f"run `make docs` ({name})"


MOST_LINES, MOST_ARGUMENTS, MOST_LINES_OF_A_FILE = 60, 8, 300
BY_NAME = {"replace", "assign", "add"}
"""Calls that name fields of a record or cells of a row, as constructors of classes do: there every argument is a field."""
OF_OTHERS = {"irradiance.get_total_irradiance", "np.savez", "self.task.inputdata", "self.problem.loadLP"}
"""Functions of other packages."""
COMPILED = "interior_point"
"""Compiled functions take their arrays one by one."""
REASON = "# Over 300 lines: "


def trees():
    """Path and syntax tree of every module of the package."""
    for path in sorted((ROOT / "energy_model").rglob("*.py")):
        yield path.relative_to(ROOT).as_posix(), ast.parse(path.read_text(encoding="utf-8"))


def test_functions_are_short():
    """Proves: below signature and docstring no function of the package has more than 60 lines.
    Sensitivity: one that does everything at once fails with its name.
    """
    found = []
    for path, tree in trees():
        for node in (n for n in ast.walk(tree) if isinstance(n, ast.FunctionDef | ast.AsyncFunctionDef)):
            body = node.body[ast.get_docstring(node) is not None :]
            if body and (lines := node.end_lineno - body[0].lineno + 1) > MOST_LINES:
                found.append(f"{path}:{node.lineno} {node.name}: {lines} lines")
    assert found == []


def test_calls_have_few_arguments():
    """Proves: no call of the package hands over more than eight arguments, by position or by name, but where they are named fields of a
    record or a row, or arrays of a compiled function. Sensitivity: options handed on one by one fail with the call.
    """
    found = []
    for path, tree in trees():
        for node in (n for n in ast.walk(tree) if isinstance(n, ast.Call)):
            name = ast.unparse(node.func)
            short = name.rpartition(".")[2].lstrip("_")
            fields = short[:1].isupper() or short in BY_NAME or name in OF_OTHERS or COMPILED in path
            if len(node.args) + len(node.keywords) > MOST_ARGUMENTS and not fields:
                found.append(f"{path}:{node.lineno} {name}: {len(node.args) + len(node.keywords)} arguments")
    assert found == []


def test_no_modules_import_each_other():
    """Proves: imports make no circle, those for types alone and those inside functions included.
    Sensitivity: a part that names the whole it is imported by, under TYPE_CHECKING, fails with the circle.
    """
    graph = build_graph("energy_model", exclude_type_checking_imports=False, cache_dir=None)
    TopologicalSorter({module: graph.find_modules_directly_imported_by(module) for module in graph.modules}).prepare()


def test_long_files_say_why():
    """Proves: a module of more than 300 lines says at its top why it is one.
    Sensitivity: a file that grows past the limit fails until it is cut or explained.
    """
    for path in sorted((ROOT / "energy_model").rglob("*.py")):
        lines = path.read_text(encoding="utf-8").splitlines()
        explained = any(line.startswith(REASON) for line in lines[:30])
        assert len(lines) <= MOST_LINES_OF_A_FILE or explained, f"{path.relative_to(ROOT)}: {len(lines)} lines; write why: {REASON}…"


def test_tests_share_through_support_alone():
    """Proves: no test module imports another, and one file alone says where the project lies. Sensitivity: a helper in a test file."""
    for path in (ROOT / "tests").rglob("*.py"):
        text = path.read_text(encoding="utf-8")
        assert not re.search(r"^\s*(?:from|import) \S*\btest_\w+", text, re.M), path
        assert path.name == "paths.py" or not re.search(r"Path\(__file__\)\.parents\[", text), path
