import pytest

from accounts.browsers import browser, system

MAC = "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko)"
WIN = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko)"
PHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko)"
DROID = "Mozilla/5.0 (Linux; Android 14; V2302A) AppleWebKit/537.36 (KHTML, like Gecko)"


@pytest.mark.parametrize(
    ("user_agent", "name", "runs_on"),
    [
        (f"{WIN} Chrome/140.0.0.0 Safari/537.36", "Chrome 140", "Windows"),
        (f"{WIN} Chrome/140.0.0.0 Safari/537.36 Edg/140.0.0.0", "Edge 140", "Windows"),
        (f"{MAC} Version/17.5 Safari/605.1.15", "Safari 17", "macOS"),
        ("Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0", "Firefox 128", "Linux"),
        (f"{PHONE} Mobile/15E148 MicroMessenger/8.0.49 NetType/WIFI", "WeChat 8", "iOS"),
        (
            f"{DROID} Chrome/126.0.0.0 Mobile Safari/537.36 wxwork/4.1.28 MicroMessenger/7.0",
            "WeCom 4",
            "Android",
        ),
        (f"{DROID} Chrome/109.0 MQQBrowser/14.9 Mobile Safari/537.36", "QQ Browser 14", "Android"),
        ("curl/8.5", "", ""),
        ("", "", ""),
    ],
)
def test_people_recognize_their_own(user_agent: str, name: str, runs_on: str) -> None:
    assert (browser(user_agent), system(user_agent)) == (name, runs_on)
