"""Sentences: what is told of an invoice that does not agree with itself, in both languages; each says where to look."""

from __future__ import annotations

SAYS: dict[str, tuple[str, str]] = {
    # amounts that do not agree
    "LINES_DIFFER_LESS": (
        "各项费用合计 {got} 元，发票总额 {want} 元，少 {difference} 元。请查看是否漏填或填错了一行。",
        "The lines add up to {got}, the invoice says {want}: {difference} too little. "
        "Look for a line that is missing or mistyped.",
    ),
    "LINES_DIFFER_MORE": (
        "各项费用合计 {got} 元，发票总额 {want} 元，多 {difference} 元。请查看是否有一行重复或填错。",
        "The lines add up to {got}, the invoice says {want}: {difference} too much. "
        "Look for a line that stands twice or is mistyped.",
    ),
    "PAYMENTS_DIFFER_LESS": (
        "医保统筹、其他支付、个人账户、个人现金合计 {got} 元，总额 {want} 元，少 {difference} 元。请核对这几项支付。",
        "Pooled fund, other payments, personal account and cash add up to {got}, the total is {want}: "
        "{difference} too little. Compare the payments with the invoice.",
    ),
    "PAYMENTS_DIFFER_MORE": (
        "医保统筹、其他支付、个人账户、个人现金合计 {got} 元，总额 {want} 元，多 {difference} 元。请核对这几项支付。",
        "Pooled fund, other payments, personal account and cash add up to {got}, the total is {want}: "
        "{difference} too much. Compare the payments with the invoice.",
    ),
    "OWN_DIFFER_LESS": (
        "个人自付与个人自费合计 {got} 元，个人账户与现金合计 {want} 元，少 {difference} 元。请核对自付与自费。",
        "Own share and own cost add up to {got}, personal account and cash to {want}: {difference} too little. "
        "Compare both pairs with the invoice.",
    ),
    "OWN_DIFFER_MORE": (
        "个人自付与个人自费合计 {got} 元，个人账户与现金合计 {want} 元，多 {difference} 元。请核对自付与自费。",
        "Own share and own cost add up to {got}, personal account and cash to {want}: {difference} too much. "
        "Compare both pairs with the invoice.",
    ),
    "PUBLIC_ABOVE_BILL": (
        "医保统筹与其他支付合计 {got} 元，超过费用合计 {want} 元，多 {difference} 元。请核对这两项支付。",
        "Pooled fund and other payments add up to {got}, more than the bill of {want}: {difference} too much. "
        "Compare both with the invoice.",
    ),
    "LINE_DIFFERS": (
        "第 {line} 行：单价 {price} × 数量 {quantity} = {want} 元，金额写 {got} 元。"
        "请对照清单；若有折扣或次要手术，可以照填。",
        "Line {line}: price {price} × quantity {quantity} = {want}, the amount says {got}. Compare it with the list; "
        "with a discount or a secondary operation it may be right.",
    ),
    # amounts that cannot be taken
    "NOT_AN_AMOUNT": (
        "“{got}”不是金额。请按元填写，最多两位小数，例如 1,234.50。",
        '"{got}" is not an amount. Write yuan with at most two decimals, such as 1,234.50.',
    ),
    "BELOW_ZERO": (
        "金额 {got} 小于零。退费请不要填成负数，按实际收取的金额填写。",
        "The amount {got} is below zero. Write what was charged in the end; a refund is not a negative line.",
    ),
    "ABOVE_CEILING": (
        "金额 {got} 超过了可以计算的最大金额 {want} 元。请检查小数点。",
        "The amount {got} is above {want}, the most that can be computed. Check the decimal point.",
    ),
    "NOT_A_QUANTITY": (
        "“{got}”不是数量。请填写大于 0 的数，最多三位小数，例如 2 或 0.5。",
        '"{got}" is not a quantity. Write a number above 0 with at most three decimals, such as 2 or 0.5.',
    ),
    "NOT_A_PRICE": (
        "“{got}”不是单价。请按元填写，最多六位小数，例如 12.50；没有单价可以不填。",
        '"{got}" is not a price. Write yuan for one unit with at most six decimals, such as 12.50, or leave it empty.',
    ),
    "PART_ABOVE_LINE": (
        "其中 {got} 元大于本行金额 {want} 元，多 {difference} 元。",
        "This part, {got}, is more than its line of {want}: {difference} too much.",
    ),
    # days
    "NOT_A_DAY": ("“{got}”不是日期。请填写如 2026-04-02。", '"{got}" is not a day. Write it as 2026-04-02.'),
    "DAYS_REVERSED": (
        "出院日 {got} 早于入院日 {want}。请检查是否填反。",
        "The discharge on {got} is before the admission on {want}. Perhaps they were swapped.",
    ),
    "DAY_IN_FUTURE": (
        "日期 {got} 还没有到，今天是 {want}。请检查年份。",
        "{got} has not come yet; today is {want}. Check the year.",
    ),
    "DAY_FAR_OFF": (
        "费用日期 {got} 与就诊日期 {want} 相差太远。请检查月份和年份。",
        "{got} is far from the day of treatment, {want}. Check month and year.",
    ),
    "ISSUED_BEFORE": (
        "开票日期 {got} 早于就诊或入院日期 {want}。请核对。",
        "The invoice was issued on {got}, before the treatment on {want}. Please compare.",
    ),
    "DAYS_OF_STAY_DIFFER": (
        "发票写住院 {got} 天，按入院日和出院日计算为 {want} 天。请核对。",
        "The invoice says {got} days in hospital; by admission and discharge there are {want}. Please compare.",
    ),
    "LEAVE_TOO_LONG": (
        "请假 {got} 天，多于住院的 {want} 天。",
        "{got} days of leave are more than the {want} days of the stay.",
    ),
    # numbers of the invoice
    "CODE_UNUSUAL": (
        "票据代码通常是 8 位数字，这里是“{got}”。请对照发票；若发票如此，可以照填。",
        'The code of an e-invoice usually has 8 digits; here it is "{got}". Compare it; if it is so, leave it.',
    ),
    "NUMBER_UNUSUAL": (
        "票据号码通常是 10 位数字，这里是“{got}”。请对照发票；若发票如此，可以照填。",
        'The number of an e-invoice usually has 10 digits; here it is "{got}". Compare it; if it is so, leave it.',
    ),
    "CHECK_CODE_UNUSUAL": (
        "校验码通常是 6 位，这里是“{got}”。请对照发票；若发票如此，可以照填。",
        'The check code usually has 6 characters; here it is "{got}". Compare it; if it is so, leave it.',
    ),
    "NUMBER_WITHOUT_CODE": (
        "票据代码与票据号码要一起填写，才能认出同一张发票。",
        "Give code and number together: only both tell whether an invoice was used before.",
    ),
    # what is left open
    "MISSING": ("请填写此项。", "Please fill this in."),
    "SETTLED_NOT_SAID": (
        "没有写明是否经医保结算，暂按已结算处理。请对照医保类型或结算单确认。",
        "Nothing says whether social insurance settled this bill; it is taken as settled. "
        "Compare the insurance type or the settlement sheet.",
    ),
    "OTHER_PAID": (
        "其他支付 {got} 元按大病保险、医疗救助等公共支付计算。若其中有商业保险等赔付的，请另填为其他赔付。",
        "Other payments of {got} count as public ones (large-sum, assistance). "
        "If a commercial insurer or somebody else paid a part, state that part as paid by others.",
    ),
    "QUANTITY_IN_PARTS": (
        "数量 {got} 不是整数，单项限额按 {want} 计算。若本项按天或按件限额，请填写整数。",
        "The quantity {got} is no whole number and counts as {want} for caps. "
        "Write a whole one where a day or piece is capped.",
    ),
    "PRICE_NOT_TAKEN": (
        "单价“{got}”无法识别，没有采用。金额不受影响。",
        'The price "{got}" cannot be read and was not taken. No amount comes from it.',
    ),
    "NOT_TAKEN": (
        "“{got}”过长，没有采用。金额不受影响。",
        '"{got}" is too long and was not taken. No amount comes from it.',
    ),
    "TWICE": (
        "这张发票与第 {want} 张的代码和号码相同，只能计算一次。",
        "This invoice has the code and number of invoice {want}; it counts once.",
    ),
    "DOES_NOT_FIT": ("“{got}”不符合要求：{want}。", '"{got}" does not fit: {want}.'),
}
"""Code of a problem -> (zh, en), filled from what was got, what is wanted and the difference."""

HINTS: dict[str, tuple[str, str]] = {
    "STANDS_TWICE": (
        "第 {line} 行正好是这个差额，可能重复了。",
        "Line {line} is exactly that much: it may stand twice.",
    ),
    "DIGITS_SWAPPED": (
        "第 {line} 行若是 {amount} 元就相符：可能有两位数字颠倒了。",
        "With {amount} in line {line} it would agree: two digits may be swapped.",
    ),
    "TOTAL_SWAPPED": (
        "总额若是 {amount} 元就相符：可能有两位数字颠倒了。",
        "With a total of {amount} it would agree: two digits may be swapped.",
    ),
}
"""What a difference looks like -> (zh, en)."""

QUALITY: dict[str, tuple[str, str, str, str]] = {
    "blurred": (
        "照片模糊，字看不清。",
        "The picture is blurred; the print cannot be read.",
        "请擦一下镜头，双手拿稳，在纸张上点一下屏幕对焦，等清楚了再拍。",
        "Wipe the lens, hold the phone in both hands, tap on the paper to focus, and take it once it is sharp.",
    ),
    "glare": (
        "照片上有反光，遮住了一部分内容。",
        "A reflection hides a part of the paper.",
        "请关掉闪光灯，避开头顶的灯，或把纸张稍微转个方向再拍。",
        "Turn the flash off and move away from the lamp above, or turn the paper a little.",
    ),
    "too_dark": (
        "照片太暗。",
        "The picture is too dark.",
        "请到窗边或打开灯再拍，不要让自己的影子落在纸上。",
        "Go to a window or switch a lamp on, and keep your own shadow off the paper.",
    ),
    "too_bright": (
        "照片太亮，字迹发白。",
        "The picture is too bright; the print has faded.",
        "请避开直射的阳光或灯光，在纸张上点一下屏幕后再拍。",
        "Move out of direct sun or lamp light and tap on the paper before you take it.",
    ),
    "cut_edge": (
        "纸张没有拍全，有一边在画面外。",
        "One side of the paper is outside the picture.",
        "请拿远一点，让四个角都在画面里，四周留一点空。",
        "Move back until all four corners are in the picture, with a little room around them.",
    ),
    "tilted": (
        "纸张拍斜了。",
        "The paper lies askew.",
        "请把纸张放平，手机正对纸张，让字行与画面平行。",
        "Lay the paper flat, hold the phone right above it, and line the rows up with the picture.",
    ),
    "too_small": (
        "字太小，认不出来。",
        "The print is too small to be read.",
        "请靠近一点，让纸张占满画面；若是从聊天里保存的图片，请发送原图。",
        "Move closer until the paper fills the picture; if it was saved from a chat, send the original.",
    ),
    "screen_photo": (
        "这张照片可能是对着屏幕拍的。",
        "This may be a photograph of a screen.",
        "请直接上传屏幕上的原文件或截图；若有纸质原件，请拍原件。",
        "Upload the file itself or a screenshot; where there is a paper original, photograph that.",
    ),
    "wrong_way_up": (
        "照片方向不对。",
        "The picture is not the right way up.",
        "不必重拍，请确认转正后的样子。",
        "There is no need to take it again: look whether it is right once it is turned.",
    ),
}
"""Sign of a bad photograph -> what is wrong (zh, en), how to take it again (zh, en)."""
