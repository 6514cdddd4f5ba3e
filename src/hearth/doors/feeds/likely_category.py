"""Likely category: what a line of a bill is probably for, by the words of its name; proposed, a person confirms it."""

from __future__ import annotations

import re
import unicodedata

LIKELY: tuple[tuple[str, str], ...] = (
    # category, words that say it; the first row that fits counts
    ("registration", r"挂号"),
    ("consultation", r"诊[查察](?:费)?$|会诊"),
    ("escort_bed", r"陪[护伴]?床"),
    ("bed", r"床位"),
    ("nursing", r"护理"),
    ("anaesthesia", r"麻醉"),
    ("material", r"一次性.*(?:器|针|管|袋|包|贴|套|巾)|注射器$|输液器$"
                 r"|缝合线|敷[料贴]|引流[袋管]|留置针$|导管$|导丝$|纱布|绷带"),
    ("western_drug", r"^注射用|注射液|缓释|控释|(?:分散片|肠溶片|泡腾片|滴眼液|乳膏|软膏|栓)$"),
    ("laboratory", r"测定|检[测验]|化验|血细胞分析|[血尿便]常规|[尿血]液?分析|凝血.项|功能.项|培养|抗体|抗原|涂片"),
    ("examination", r"CT|MRI|DR|磁共振|核磁|超声检查|彩超|B超|心电图"
                    r"|脑电图|[胃肠]镜检查|摄[影片]|X线|造影|平扫|检查(?:费)?$"),
    ("surgery", r"(?:切除|切开|成形|固定|摘除|置换|修补|移植|吻合|缝合|探查|活检|消融"
                r"|剥除|植入|取出)(?:.{0,6})术$|手术费?$"),
    ("treatment", r"换药|输液$|吸氧|输氧|雾化|监护|治疗(?:费)?$|肌肉注射|静脉注射"
                  r"|皮下注射|导尿|清创|灌肠|针刺|推拿|理疗|抢救"),
)  # fmt: skip
"""Only names that say it plainly: everything else is chosen by whoever has the bill in their hand."""

_LIKELY = tuple((name, re.compile(words)) for name, words in LIKELY)


def likely_category(text: str) -> str | None:
    """The category that a line's name proposes; None where its words say none plainly."""
    bare = re.sub(r"\s|[(（][^)）]*[)）]", "", unicodedata.normalize("NFKC", text)).upper()
    return next((name for name, words in _LIKELY if words.search(bare)), None)
