"""The texts of the sandbox's page: name, English, Chinese. The sandbox has no Django, so no gettext."""

from __future__ import annotations

LANGUAGES = ("en", "zh")

TEXTS: dict[str, tuple[str, str]] = {
    "title": ("Sandbox", "沙箱"),
    "lead": (
        "The upstream systems, simulated. Nothing here leaves this machine.",
        "模拟的上游系统。这里的一切都不会离开本机。",
    ),
    "other_language": ("中文", "English"),
    "accounts": ("Sign in as", "可登录的账号"),
    "accounts_hint": ("Every password is 123456.", "密码都是 123456。"),
    "phone": ("Phone", "手机号"),
    "number": ("Weila number", "微喇号"),
    "who": ("Who", "身份"),
    "inbox": ("Inbox", "收件箱"),
    "inbox_hint": ("SMS codes, and devices that wait to be added.", "短信验证码，以及等待添加的设备。"),
    "kind": ("Kind", "类型"),
    "code": ("Code", "验证码"),
    "at": ("Time", "时间"),
    "captchas": ("Picture codes", "图形验证码"),
    "captchas_hint": ("Newest first.", "最新的在前。"),
    "journal": ("Journal", "请求记录"),
    "journal_hint": (
        "The newest 100 requests; paths only, no secrets.",
        "最近 100 个请求；只记路径，不记任何秘密。",
    ),
    "method": ("Method", "方法"),
    "path": ("Path", "路径"),
    "status": ("Status", "状态"),
    "errcode": ("errcode", "errcode"),
    "ms": ("ms", "毫秒"),
    "clear": ("Clear", "清空"),
    "faults": ("Faults", "故障"),
    "faults_hint": (
        "Faults play in the order in which they are set, until used up or cleared.",
        "故障按设置的先后依次生效，直到用完或清除。",
    ),
    "operation": ("Operation", "接口"),
    "every_operation": ("every operation", "所有接口"),
    "value": ("Value", "值"),
    "seconds": ("Value: seconds", "值：秒"),
    "http_status": ("Value: HTTP status", "值：HTTP 状态码"),
    "malformation": ("Value: how", "值：方式"),
    "times": ("Times (empty: until cleared)", "次数（空：直到清除）"),
    "times_short": ("Left", "剩余"),
    "always": ("until cleared", "直到清除"),
    "add_fault": ("Add fault", "添加故障"),
    "tokens": ("Tokens", "令牌"),
    "tokens_hint": (
        "Expire every access token now; with refresh tokens, everybody has to sign in again.",
        "让所有访问令牌立即过期；连同刷新令牌，所有人都须重新登录。",
    ),
    "expire_access": ("Expire access tokens", "让访问令牌过期"),
    "expire_all": ("Expire both kinds", "让两种令牌都过期"),
    "assumptions": ("Assumptions", "假设"),
    "assumptions_hint": (
        "What no document says. Switch one and see whether the console stays honest.",
        "文档没有说明的地方。切换其中一项，看看控制台是否依然如实。",
    ),
    "assumption": ("Assumption", "假设"),
    "changed": ("changed", "已改"),
    "reset": ("Start over", "重新开始"),
    "reset_hint": (
        "First companies, defaults, no faults, empty journal; everybody is signed out.",
        "恢复最初的企业和默认值，清除故障与记录；所有人都会退出登录。",
    ),
    "members": ("Members", "成员数"),
    "reset_button": ("Reset", "重置"),
    "empty": ("Nothing yet.", "暂无内容。"),
    "loading": ("Loading…", "加载中…"),
    "done": ("Done.", "完成。"),
    "offline": ("The sandbox does not answer.", "沙箱没有响应。"),
}


def texts(language: str) -> dict[str, str]:
    index = LANGUAGES.index(language)
    return {name: both[index] for name, both in TEXTS.items()}
