"""Alphabet: the signs that papers in simplified Chinese are printed in; a reader is held to them.

Recognition chooses among these alone, so a sign is never taken for its traditional or Japanese twin, and no table of
twins is needed.
"""

from __future__ import annotations

from functools import cache

NAMES = (
    "喆堃珺玥昇镕瑄翀垚犇骉彧赟弢旻頔璟祎晗烜燚焜玘玙琎鋆昶暐昳晅晙婳婧妤嫄芃苡莛偲俍倓峣崟淏湉湜溦潆沄沚禔禛翚舸"
    "赜飏骎珩琤瑢璠玦珞瑀琇堉埈墨妘姣姮屹岽帆彣忞怿恺昕晟暻杲桁栎桉梣棪樾欤毓沅沨泠洢浉涟淙淳渟溁漪潇澍炆烨煊煦"
    "熠燊燏犨玠玢珅珉珮珣琨琪琭琮琲瑅瑭璆璈璞瓒畯皓睿矞砚碹祾禩秾穟竑筱箐簌綦繇翙翯聿胤舒芮芊苒荃莙菂萩葳蓂蕙薇"
    "蘅虓裎褀诜谖谞谠贇轫逸遹郯鄞鄯酂钤钧铖铮锟锳镛闿阗陔隗雯霈靖靓靳韡顗颉颋颙飐馥骅骐骢骥髙鲛鳌鸾鹓鹤麟黻龑龢"
)
"""Signs of names beside those of the national standard; several stand in it and do no harm here."""

MEDICINE = "腘矇踇癥膦瘆脲肽胨脒朊嘌呤酞酚砜腚膑髁骺疃"
"""Signs of illnesses, parts of the body and drugs beside those of the national standard."""

MARKS = "¥·–—…‘’“”²³µ✓☑□■●○△▲√×÷±≤≥≠≈→←↑↓℃°％‰№αβγδεκλμπσφωΔΩⅠⅡⅢⅣⅤⅥⅦⅧⅨⅩ①②③④⑤⑥⑦⑧⑨⑩"
"""Signs that are no letters and stand on papers all the same."""


def _is_wanted(sign: str) -> bool:
    if len(sign) != 1:
        return False
    if " " <= sign <= "~" or sign in MARKS or sign in NAMES or sign in MEDICINE:
        return True
    try:
        held = sign.encode("gb2312")
    except UnicodeEncodeError:
        return False
    # Rows 16 to 87 of GB 2312 are its characters; of the rows before, row 1 (punctuation) and row 3 (full width).
    return len(held) == 2 and (0xB0 <= held[0] <= 0xF7 or held[0] in (0xA1, 0xA3))


@cache
def is_printed(sign: str) -> bool:
    """Whether a sign may stand on a paper in simplified Chinese."""
    return _is_wanted(sign)
