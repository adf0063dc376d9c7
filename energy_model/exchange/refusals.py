"""Parts of a PyPSA network that the tables cannot represent: each refusal names component, attribute, value, reason and remedy."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from energy_model.errors import EnergyModelError
from energy_model.language import say

# reason: (Chinese why, English why, Chinese advice, English advice); the finder may give {hint}
REASONS: dict[str, tuple[str, str, str, str]] = {
    "component": ("本模型没有这类元件", "the model has no such component", "{hint}", "{hint}"),
    "periods": ("多投资期网络", "the network has investment periods", "逐期导出为单期网络", "export one network for each period"),
    "scenarios": ("随机情景网络", "the network is stochastic", "逐情景导出为确定性网络", "export one network for each scenario"),
    "snapshots": (
        "时段数不在 1 至 8760 之间", "the number of snapshots is not within 1 and 8760", "截取或聚合时段", "cut or resample them",
    ),
    "weights": ("时段权重无法表示", "the snapshot weightings cannot be carried", "{hint}", "{hint}"),
    "not_a_number": ("不是数字", "not a number", "请改正该值：{hint}", "correct the value: {hint}"),
    "unknown_bus": ("没有这个母线", "there is no such bus", "请改正母线名", "correct the name of the bus"),
    "unknown_name": ("没有这个名称", "there is no such name", "现有：{hint}", "did you mean {hint}"),
    "unknown_carrier": (
        "载体表中没有该载体", "it is not among the carriers, so its emissions are unknown",
        "请改正，或补入载体表；现有：{hint}", "correct it or add it to the carriers; there are {hint}",
    ),
    "static": ("PyPSA 对该属性不取逐时值", "PyPSA takes no series for it", "写入元件表", "write it in the table of the components"),
    "unread": ("对此类元件不予导入", "it is not supported for such a component", "设为缺省值", "set it to its default"),
    "infinite": ("无穷大", "an infinite value", "请填有限值", "give a finite value"),
    "mixed": (
        "线路两端为交流与其他母线", "it connects an AC bus with one that is not", "改用链路（换流器）", "use a link (a converter)",
    ),
    "hourly": (
        "逐时变化，而本模型为常数", "it varies by hour, and this model has a constant", "请改为常数", "make it constant over all snapshots",
    ),
    "modular": ("整模块扩建", "capacity comes in whole modules", "设为 0（连续扩建）", "set it to 0 (continuous expansion)"),
    "fixed": ("给定的运行或容量值", "dispatch or capacity is given", "删除给定值", "remove the given values"),
    "initial": ("给定的起始出力", "the output before the first snapshot is given", "删除该值", "remove it"),
    "energy_floor": ("最少发电量", "the model has no minimum energy", "删除下限", "remove the floor"),
    "quadratic": ("二次费用", "costs are linear in the model", "改为线性费用", "make the cost linear"),
    "piecewise": ("分段曲线", "piecewise curves have no counterpart", "改为线性值", "replace the curve by one value"),
    "overnight": (
        "由 PyPSA 年金化的投资", "PyPSA turns it into an annuity by its own rule",
        "改填年化的 capital_cost", "write the annuity as capital_cost",
    ),
    "fixed_cost": ("另列的固定运维费", "fixed cost of its own", "并入 capital_cost", "add it to capital_cost"),
    "maintenance": ("检修计划", "scheduled outages of single units", "关闭 maintainable", "switch maintainable off"),
    "commitment": (
        "机组组合的细节", "a detail of commitment that has no counterpart",
        "设为缺省值，或取消 committable", "set it to its default, or switch committable off",
    ),
    "minimum_time": ("最短启停时间", "minimum times apply to whole units in PyPSA", "设为 0 或 1", "set it to 0 or 1"),
    "off_before": ("首时段之前停机", "the unit is off before the first snapshot", "设 up_time_before = 1", "set up_time_before = 1"),
    "extendable_committable": ("可扩建且可组合", "expansion and commitment of one unit", "两者取一", "choose one of the two"),
    "ramp_pair": ("上下爬坡率不同", "one ramp rate holds in both directions", "上下填相同值", "give both directions the same rate"),
    "ramp_committed": (
        "可组合机组的爬坡", "ramps of committed units", "取消爬坡率或 committable", "remove the ramps, or switch committable off",
    ),
    "varying": ("逐时出力上限的机组", "a plant with hourly availability is like wind or sun here", "{hint}", "{hint}"),
    "elastic": (
        "弹性需求（p_max_pu = 0，p_min_pu < 0）须为固定容量，且无其他限制",
        "elastic demand (p_max_pu 0, p_min_pu below 0) has a fixed size and no further limits",
        "设为缺省值", "set it to its default",
    ),
    "emissions": ("受碳约束的排放无法计入", "its emissions would escape the CO2 limit", "{hint}", "{hint}"),
    "negative": ("负值", "a negative value", "请改为非负值", "make it at least 0"),
    "sign": ("正负号约定不同", "the sign convention differs", "用缺省 sign", "use the default sign"),
    "inflow": (
        "天然来水", "natural inflow has no counterpart", "改为带逐时上限的发电机", "model it as a generator with hourly availability",
    ),
    "level_cost": ("按储量或净出力计费", "a cost on the level or the net output of a store", "设为 0", "set it to 0"),
    "level_band": ("储量上下限", "bounds of the level other than empty and full", "设为 0 与 1", "set them to 0 and 1"),
    "start_level": ("可扩建储能的起始储量", "a given level of a store whose size is open", "设为循环或 0", "make it cyclic, or 0"),
    "power_band": ("功率上下限", "power limits other than -1 and 1", "设为 -1 与 1", "set them to -1 and 1"),
    "unknown_type": (
        "没有这个标准型号", "there is no such type, or it is incomplete", "改正型号（如 {hint}），或直接填写 x、r",
        "correct it (there are {hint}), or write x and r and clear the type",
    ),
    "phase_shift": (
        "环网中的移相变压器", "a phase shift in a mesh has no counterpart",
        "设为 0", "set it to 0, with phase_shift_min and phase_shift_max",
    ),
    "angle": ("相角限值", "limits of voltage angles", "删除限值", "remove them"),
    "impedance": (
        "环网线路没有正的阻抗", "a line in a mesh needs an impedance above 0", "请填 x（直流为 r）", "give it x (r in a DC network)",
    ),
    "no_capacity": (
        "容量为 0 的线路仍约束相角", "a line of capacity 0 still couples the angles of its ends", "删除该线路", "remove the line",
    ),
    "link_commitment": ("链路的机组组合", "links are not committed", "取消 committable", "switch committable off"),
    "link_ramp": ("链路爬坡", "ramps of links", "删除爬坡率", "remove the ramp limits"),
    "delay": ("传输时延", "energy arrives in the hour it is sent", "设为 0", "set it to 0"),
    "ports": ("多端口链路", "a link has two ends in our tables", "拆为两端链路与母线", "split it into links of two ends and a bus"),
    "two_way": (
        "双向链路须无损、无运行费且正反限值相同", "a two-way link must be free of losses and costs, with equal limits both ways",
        "拆为两条单向链路", "split it into two one-way links",
    ),
    "least_power": ("最小功率超出范围", "the least power of a link lies within 0 and half of its limit", "{hint}", "{hint}"),
    "free_least": (
        "可扩建且免费却有最小功率", "expansion is free but there is a minimum power", "给出 capital_cost", "give it a capital_cost",
    ),
    "limited_commitment": (
        "限额所计的机组可组合", "a limit counts a unit that PyPSA commits",
        "取消 committable，或删除限额 {hint}", "switch committable off, or remove the limit {hint}",
    ),
    "unlike_copies": (
        "各情景或投资期不一致", "it differs between scenarios or investment periods", "取相同值", "make it the same in all of them",
    ),
    "goes_on": (
        "跨投资期延续", "it goes on from one investment period to the next",
        "改为逐期（…_per_period）或删除", "make it hold per period, or remove it",
    ),
    "risk": (
        "风险偏好（CVaR），本模型取期望费用", "a preference of risk (CVaR), and this model takes the expected cost",
        "删除 risk_preference 后求解并保存", "solve and save it without risk_preference",
    ),
    "growth": ("逐期增长上限", "limits of growth between periods have no counterpart", "删除", "remove them"),
    "limit": ("没有对应的全局约束", "the model has no such limit", "{hint}", "{hint}"),
    "contradiction": ("上下限矛盾", "the limits contradict each other", "请改正", "correct them"),
    "genx_column": ("没有这一列", "there is no such column", "{hint}", "{hint}"),
    "genx_missing": ("缺少该值", "the value is missing", "{hint}", "{hint}"),
    "genx_value": ("值不可用", "the value cannot be used", "可用：{hint}", "allowed: {hint}"),
    "genx_feature": ("本模型没有对应的规则", "it has no counterpart here", "{hint}", "{hint}"),
    "genx_setting": ("该设置没有对应的规则", "the setting has no counterpart here", "{hint}", "{hint}"),
    "range": ("超出输入表的范围", "outside the range of our tables", "{hint}", "{hint}"),
}  # fmt: skip


@dataclass(frozen=True)
class Refusal:
    """One refused part of a network.

    Attributes
    ----------
    component, name, attribute, value : str
        Class and name of the component, the attribute and its value.
    reason : str
        Key of `REASONS`.
    hint, hint_zh : str
        Addition to the advice; without the Chinese one, `hint` is used in both languages.
    """

    component: str
    name: str
    attribute: str
    value: str
    reason: str
    hint: str = ""
    hint_zh: str = ""

    @property
    def advice(self) -> tuple[str, str]:
        """Remedy, in English and Chinese."""
        _, _, advice_zh, advice = REASONS[self.reason]
        return advice.format(hint=self.hint), advice_zh.format(hint=self.hint_zh or self.hint)

    @property
    def en(self) -> str:
        """English sentence."""
        return f"{self.component} {self.name}: {self.attribute} = {self.value}: {REASONS[self.reason][1]}; {self.advice[0]}."

    @property
    def zh(self) -> str:
        """Chinese sentence."""
        return f"{self.component} {self.name}：{self.attribute} = {self.value}：{REASONS[self.reason][0]}；{self.advice[1]}。"


class NetworkRefused(EnergyModelError):
    """The network cannot be imported; ``refusals`` lists the reasons, ``left_out`` counts those that only follow from others."""

    def __init__(self, refusals: Iterable[Refusal], left_out: int = 0) -> None:
        self.refusals, self.left_out = tuple(refusals), left_out
        super().__init__("\n".join(r.en for r in self.refusals))


class NetworkFileError(EnergyModelError):
    """The file or folder is not a network that can be read safely; the message gives the reason."""

    def __init__(self, en: str, zh: str) -> None:
        super().__init__(say(en, zh))
