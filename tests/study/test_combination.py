"""Scenarios with overlays: order, clashes, weather, and every way to get the name or the file wrong."""

import itertools

import pytest

from energy_model.study.combination import LONGEST, is_plain, read_combination
from energy_model.study.load import load_study
from energy_model.study.provenance import number_columns
from energy_model.study.scenario import OVERLAYS, list_scenarios

HEAD = 'purpose_en = "for a test"\npurpose_zh = "测试"\n'
FROM = 'source = "a test"\nconfidence = "judgement"\n'


def price(value, name="mines", column="price_cny_per_t", where='{ mine = "HLH_PIT" }'):
    return f'[[set]]\ntable = "{name}"\nwhere = {where}\nvalues = {{ {column} = {value} }}\n{FROM}'


RETIRED = f'[[scale]]\ntable = "plants"\nwhere = {{ plant = "JINLIAN" }}\nby = {{ retired_year = 2 }}\n{FROM}'


def scaled(factor):
    return f'[[scale]]\ntable = "mines"\nwhere = {{ mine = "HLH_PIT" }}\nby = {{ price_cny_per_t = {factor} }}\n{FROM}'


@pytest.fixture
def overlay(inputs):
    """Write an overlay of a copy of the inputs."""

    def write(name: str, text: str, head: str = HEAD) -> None:
        (inputs.path / OVERLAYS / f"{name}.toml").write_text(head + text, encoding="utf-8")

    return write


def pit(study):
    mines = study.tables["mines"]
    return float(mines[(mines.mine == "HLH_PIT") & (mines.case == "plan-2015")].price_cny_per_t.iloc[0])


def test_shipped_overlays_say_what_and_why(shipped):
    """Proves: every shipped overlay lies over the plan and over the outlook, changes some cell or setting there or adds a row, and each
    number that it changes or adds has a source. Sensitivity: an overlay whose codes match nothing, or a figure without origin, fails.
    """
    overlays = list_scenarios(shipped, OVERLAYS)
    assert {o.name for o in overlays} >= {"late-outlet", "dear-coal", "cheap-solar", "dry-year", "dry-coal", "partial-hvdc"}
    assert all(o.purpose_en and o.purpose_zh for o in overlays)
    thirds = [overlays[i::3] for i in range(3)]  # a name has at most 220 characters: each two of them together
    for base, (some, more) in itertools.product(("plan-2015", "outlook-2030"), itertools.combinations(thirds, 2)):
        own = sorted([*some, *more], key=lambda o: o.name)  # months before northeast, which takes its contracts away
        if "late-outlet" in {o.name for o in own}:  # without lines to Jilin nothing can be agreed over them
            own = [o for o in own if o.name != "agreements"]
        own = [o for o in own if o.name != "thermal-as-made"]  # of the level of the hindcast
        before = load_study(shipped, base)
        after = load_study(shipped, "+".join([base, *(o.name for o in own)]))
        clash = {(o.key, o.earlier, o.later) for o in after.overlaps}  # neighbours take the place of contracts
        both = {"overlays/months.toml", "overlays/northeast.toml"} <= {o.file for o in own}
        assert clash == ({("LN_FREE", "overlays/months.toml", "overlays/northeast.toml")} if both else set())
        for o in own:
            cells = [(t, i, c) for t in after.raw.values() for (i, c), file in t.changed.items() if file == o.file]
            added = [(t, i) for t in after.raw.values() for i, (file, _) in enumerate(t.rows) if file == o.file]
            stood = {t.name: before.raw[t.name].cells for t, _, _ in cells}  # rows of other overlays did not
            changed = any(i not in stood[t.name].index or t.cells.at[i, c] != stood[t.name].at[i, c] for t, i, c in cells)
            assert added or changed or load_study(shipped, f"{base}+{o.name}").settings != before.settings, o.name
            cells += [(t, i, c) for t, i in added for c in number_columns(t.name) if t.cells.at[i, c]]
            assert all("[" in t.sources[i, c] for t, i, c in cells)


def test_a_later_overlay_wins_and_the_overlap_is_told(inputs, overlay):
    """Proves: of two overlays that set one cell the later holds, and the overlap names both files and both values; a scenario below them
    is no overlap. Sensitivity: the earlier winning, or silence.
    """
    overlay("one", price(150))
    overlay("two", price(160))
    inputs.scenario(f'[[set]]\ntable = "mines"\nwhere = {{ mine = "HLH_PIT" }}\nvalues = {{ price_cny_per_t = 140 }}\n{FROM}')
    study = load_study(inputs.path, "mine+one+two")
    assert pit(study) == 160
    told = {(o.key, o.column, o.earlier, o.later, o.before, o.value) for o in study.overlaps}
    assert ("HLH_PIT/plan-2015", "price_cny_per_t", "overlays/one.toml", "overlays/two.toml", "150", "160") in told
    assert pit(load_study(inputs.path, "mine+two+one")) == 150
    assert not load_study(inputs.path, "mine+one").overlaps
    overlay("same", price("150.0"))
    assert not load_study(inputs.path, "mine+one+same").overlaps  # the same value is no clash


def test_factors_multiply(inputs, overlay):
    """Proves: two factors of 1.5 and 2 on 130 CNY/t give 390, in any order, and the overlap is told; other mines keep their price.
    Sensitivity: factors on the value of the table, 195 or 260.
    """
    overlay("one", scaled(1.5))
    overlay("two", scaled(2))
    for name in ("plan-2015+one+two", "plan-2015+two+one"):
        study = load_study(inputs.path, name)
        assert pit(study) == pytest.approx(390)
        assert study.overlaps
        mines = study.tables["mines"].set_index(["mine", "case"]).price_cny_per_t
        assert mines["ZHNE_PIT", "plan-2015"] == 130


@pytest.mark.parametrize("order", ["one+two", "two+one"])
def test_an_exclusive_overlay_stands_alone(inputs, overlay, order):
    """Proves: two overlays that differ in a cell are refused where one is exclusive, whichever comes first, with one sentence.
    Sensitivity: a factor that silently multiplies another.
    """
    overlay("one", scaled(1.5), HEAD + "exclusive = true\n")
    overlay("two", scaled(2))
    (error,) = inputs.errors(f"plan-2015+{order}")
    assert (error.rule, error.column) == ("overlay_conflict", "price_cny_per_t")
    assert "HLH_PIT" in error.advice


def test_settings_follow_the_same_rule(inputs, overlay):
    """Proves: of two overlays that set one setting the later holds and it is told; an exclusive one is refused; a wrong value is blamed
    on the overlay that sets it. Sensitivity: blaming the scenario, which is sound.
    """
    overlay("one", '[network]\nlosses = "tangents"\n')
    overlay("two", '[network]\nlosses = "linear"\n')
    study = load_study(inputs.path, "plan-2015+one+two")
    assert study.settings.network.losses == "linear"
    assert [(o.table, o.key, o.column) for o in study.overlaps] == [("settings", "network", "losses")]
    overlay("two", '[network]\nlosses = "linear"\n', HEAD + "exclusive = true\n")
    assert [e.rule for e in inputs.errors("plan-2015+one+two")] == ["overlay_conflict"]
    overlay("bad", '[network]\nlosses = "none"\n')
    assert [(e.file, e.column) for e in inputs.errors("plan-2015+one+bad")] == [("overlays/bad.toml", "network.losses")]


def test_a_scenario_can_lie_over_another(shipped):
    """Proves: a scenario named after the first is laid over it, here the outlook without exports; every file read is hashed.
    Sensitivity: looking for overlays only.
    """
    study = load_study(shipped, "outlook-2030+no-export+dry-year")
    assert study.tables["contracts"].max_mw.eq(0).all()
    assert study.settings.study.fleet_year == 2024
    assert {"scenarios/outlook-2030.toml", "scenarios/no-export.toml", "overlays/dry-year.toml"} <= set(study.sha256)


def test_a_weather_year_takes_the_place_of_the_settings(shipped):
    """Proves: the year after the @ is the year of the study, and part of its name. Sensitivity: leaving the one of study.toml."""
    study = load_study(shipped, "plan-2015+dry-year@variable-3")
    assert study.settings.weather.year == "variable-3"
    assert study.name == "plan-2015+dry-year@variable-3"


@pytest.mark.parametrize(
    ("name", "rules"),
    [
        ("plan-2015+nope", ["unknown_overlay"]),
        ("plan-2015+nope+neither", ["unknown_overlay", "unknown_overlay"]),
        ("dear-coal", ["combination"]),
        ("plan-2015+dear-coal+dear-coal", ["combination"]),
        ("plan-2015+plan-2015", ["combination"]),
        ("plan-2015@", ["combination"]),
        ("plan-2015@../x", ["combination"]),
        ("plan-2015@a@b", ["combination"]),
        ("plan-2015+" + "+".join(f"x{i}" for i in range(60)), ["combination"]),
        ("plan-2015+", ["scenario_name"]),
        ("+dear-coal", ["scenario_name"]),
        ("plan-2015+../overlays/dear-coal", ["scenario_name"]),
        ("plan-2015+a/b", ["scenario_name"]),
        ("plan-2015+..", ["scenario_name"]),
    ],
)
def test_bad_names(inputs, name, rules):
    """Proves: every slip in a combined name is a sentence, and none leaves the folders. Sensitivity: reading any such path."""
    assert [e.rule for e in inputs.errors(name)] == rules


def test_only_plain_names_become_folders():
    """Proves: a result folder is named by plain parts only. Sensitivity: a way out of the folder of results."""
    assert is_plain("outlook-2030+late-outlet+dry-coal@variable-3")
    assert not any(map(is_plain, ("../x", "a/b", "a+..", "a+", "+a", "a@", "a@b/c", "", "x" * (LONGEST + 1))))


@pytest.mark.parametrize(
    ("text", "head", "column", "rule"),
    [
        ("", 'purpose_en = "x"\n', "purpose_zh", "setting"),
        ("", 'purpose_en = "x"\npurpose_zh = " "\n', "purpose_zh", "setting"),
        ("", HEAD + 'exclusive = "yes"\n', "exclusive", "setting"),
        (price(150).replace(FROM, ""), HEAD, "set", "overlay_source"),
        (price(150).replace("judgement", "sure"), HEAD, "set", "overlay_source"),
        (scaled(0), HEAD, "price_cny_per_t", "overlay_entry"),
        (scaled("true"), HEAD, "price_cny_per_t", "overlay_entry"),
        (scaled(2).replace("price_cny_per_t", "grade"), HEAD, "grade", "overlay_entry"),
        (scaled(2).replace("price_cny_per_t", "price"), HEAD, "price", "unknown_column"),
        (scaled(2).replace("HLH_PIT", "NO_PIT"), HEAD, "where", "no_match"),
        (scaled(2).replace("by =", "values ="), HEAD, "scale", "overlay_entry"),
    ],
)
def test_malformed_overlays(inputs, overlay, text, head, column, rule):
    """Proves: every slip in an overlay is one error at that file. Sensitivity: a figure without origin that slips through."""
    overlay("bad", text, head)
    assert [(e.file, e.column, e.rule) for e in inputs.errors("plan-2015+bad")] == [("overlays/bad.toml", column, rule)]


def test_exclusive_is_for_overlays(inputs):
    """Proves: a scenario cannot be exclusive, and the key is told. Sensitivity: a key that is read and ignored."""
    inputs.scenario("exclusive = true\n")
    assert [(e.column, e.rule) for e in inputs.errors("mine")] == [("exclusive", "setting")]


def test_purposes_of_all_parts(shipped):
    """Proves: a combination tells what each part is for. Sensitivity: the purpose of the scenario alone."""
    found = read_combination(shipped, "plan-2015+dear-coal+dry-year")
    assert found.purpose_en.count(" + ") == found.purpose_zh.count(" + ") == 2


@pytest.mark.parametrize(
    ("text", "head", "column", "rule"),
    [
        (scaled(1), HEAD, "price_cny_per_t", "no_effect"),
        (scaled(2).replace("price_cny_per_t = 2", ""), HEAD, "scale", "no_effect"),
        (RETIRED, HEAD, "retired_year", "no_effect"),
        (price("[150, 160]"), HEAD, "price_cny_per_t", "overlay_entry"),
        (price(150, where="{ mine = { is = 1 } }"), HEAD, "mine", "overlay_entry"),
    ],
)
def test_entries_without_effect_or_sense(inputs, overlay, text, head, column, rule):
    """Proves: a factor of 1, no column, only empty cells without default, a list as a value and a table as a condition are refused by name.
    Sensitivity: an entry that a planner believes in and that does nothing.
    """
    overlay("bad", text, head)
    assert [(e.file, e.column, e.rule) for e in inputs.errors("plan-2015+bad")] == [("overlays/bad.toml", column, rule)]


def test_two_columns_are_scaled_cell_by_cell(inputs, overlay):
    """Proves: 0.9 on the cost per kW and per kWh scales every technology per kW and, where there is one, per kWh; a zero stays unset.
    Sensitivity: scaling only the rows in which both are filled leaves all but the batteries as they were.
    """
    overlay("two", f'[[scale]]\ntable = "technologies"\nwhere = {{}}\nby = {{ capex_cny_per_kw = 0.9, capex_cny_per_kwh = 0.9 }}\n{FROM}')
    before, after = (load_study(inputs.path, name) for name in ("plan-2015", "plan-2015+two"))
    for column in ("capex_cny_per_kw", "capex_cny_per_kwh"):
        old, new = (s.tables["technologies"][column] for s in (before, after))
        assert new.tolist() == pytest.approx((0.9 * old).tolist())
        assert sum(c == column for _, c in after.raw["technologies"].changed) == (old > 0).sum() > 0


def test_an_empty_cell_counts_as_the_value_it_takes(inputs, overlay):
    """Proves: corridors whose yearly share of fixed cost is left empty have 2 %; three times that is 6 %, and they are found by 0.02, as
    a line whose empty cell means TRUE is by true. Sensitivity: an empty cell that is passed over.
    """
    corridors = inputs.rows("corridors")
    for i in range(2, len(corridors) + 1):
        inputs.put("corridors", i, "fom_share_per_year", "")
    scale = f'[[scale]]\ntable = "corridors"\nwhere = {{ fom_share_per_year = 0.02 }}\nby = {{ fom_share_per_year = 3 }}\n{FROM}'
    found = f'[[set]]\ntable = "corridors"\nwhere = {{ corridor = "C03", contingency = true }}\nvalues = {{ length_km = 7 }}\n{FROM}'
    overlay("fixed", scale + found)
    table = load_study(inputs.path, "plan-2015+fixed").tables["corridors"].set_index("corridor")
    assert table.fom_share_per_year.tolist() == pytest.approx([0.06] * len(table))
    assert table.length_km["C03"] == 7


def test_parts_without_effect_are_noted(inputs, overlay):
    """Proves: of a sound entry, the member of a list that no row holds, the column in which nothing is scaled and a value that holds
    already are told with file, entry and reason. Sensitivity: silence, or a refusal of overlays that fit several scenarios.
    """
    overlay("idle", price(150, where='{ mine = ["HLH_PIT", "NO_PIT"] }') + price(150))
    overlay("part", f'[[scale]]\ntable = "plants"\nwhere = {{ plant = "JINLIAN" }}\nby = {{ capacity_mw = 2, retired_year = 2 }}\n{FROM}')
    notes = [n for n in load_study(inputs.path, "plan-2015+idle+part").notes if not n.usual]
    assert [n.file for n in notes] == ["overlays/idle.toml", "overlays/idle.toml", "overlays/part.toml"]
    told = [("'NO_PIT'", "“NO_PIT”"), ("already", "已是此值"), ("retired_year", "retired_year")]
    for note, (said, said_zh) in zip(notes, told, strict=True):
        assert said in note.en
        assert said_zh in note.zh
